"""Polly's lexicons: how words are pronounced, kept at AWS or lent for one run from a `.pls` file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Final

from awsml_cli.core import paging
from awsml_cli.core.errors import AwsmlError, InputError, ServiceError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.polly.voices import SERVICE

_NAME: Final = re.compile(r"[0-9A-Za-z]{1,20}")


class Lexicon(Record):
    """A lexicon; `content` is its PLS document where it was asked for."""

    columns: ClassVar = ("name", "language_code", "alphabet", "lexemes_count", "size")

    name: str
    language_code: str | None = None
    alphabet: str | None = None
    lexemes_count: int | None = None
    size: int | None = None
    last_modified: Any = None
    content: str | None = None


def put_lexicon(session: Session, name: str, path: Path) -> Lexicon:
    """Put the PLS document PATH under NAME, in place of an older one. Raises InputError for what Polly would refuse."""
    if not _NAME.fullmatch(name):
        raise InputError(f"`{name}` cannot be a lexicon's name", hint="1 to 20 letters and digits, nothing else")
    content = _read(path)
    session.client(SERVICE).put_lexicon(Name=name, Content=content)
    return Lexicon(name=name, size=len(content.encode()))


def putting(name: str) -> Step:
    """What putting a lexicon would call."""
    return step("polly:PutLexicon", name)


def get_lexicon(session: Session, name: str) -> Lexicon:
    """The lexicon NAME with its document."""
    answer = session.client(SERVICE).get_lexicon(Name=name)
    return Lexicon.of({**answer.get("LexiconAttributes", {}), **answer["Lexicon"]})


def list_lexicons(session: Session) -> Listing:
    """The lexicons of this region."""
    found = paging.items(session.client(SERVICE).list_lexicons, "Lexicons")
    return Listing((Lexicon.of({**one.get("Attributes", {}), "Name": one["Name"]}) for one in found), "Lexicons")


def delete_lexicon(session: Session, name: str) -> None:
    """Delete the lexicon NAME."""
    session.client(SERVICE).delete_lexicon(Name=name)


@contextmanager
def lent(session: Session, wanted: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The names of the lexicons WANTED: a `.pls` file among them is put under a name of its own and deleted afterwards."""
    with ExitStack() as stack:
        names = [
            stack.enter_context(_lent(session, Path(one))) if Path(one).suffix == ".pls" else one for one in wanted
        ]
        yield tuple(names)


@contextmanager
def _lent(session: Session, path: Path) -> Iterator[str]:
    content = _read(path)
    name = f"awsml{hashlib.sha256(content.encode()).hexdigest()[:15]}"
    session.client(SERVICE).put_lexicon(Name=name, Content=content)
    try:
        yield name
    finally:
        try:
            delete_lexicon(session, name)
        except AwsmlError as error:
            if not (isinstance(error, ServiceError) and error.code == "LexiconNotFoundException"):
                session.talk.warn(f"the temporary lexicon {name} is still there: {error.message}")


def _read(path: Path) -> str:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise InputError(f"cannot read {path}: {problem.strerror or problem}") from None
    except UnicodeDecodeError as problem:
        raise InputError(f"{path} is not UTF-8 text: byte {problem.start}") from None
    if "<lexicon" not in content:
        raise InputError(
            f"{path} is not a PLS document: it has no <lexicon>",
            hint="https://www.w3.org/TR/pronunciation-lexicon/",
        )
    return content
