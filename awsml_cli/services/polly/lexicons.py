"""Polly's lexicons: how words are pronounced, kept at AWS or lent for one run from a `.pls` file."""

from __future__ import annotations

import hashlib
import re
import xml.parsers.expat
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final
from xml.parsers.expat import ExpatError

from awsml_cli.core import paging
from awsml_cli.core.errors import AwsmlError, InputError, ServiceError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.polly.choices import Options, Settled
from awsml_cli.services.polly.voices import SERVICE

_FORMAT: Final = "a lexicon is written so: https://www.w3.org/TR/pronunciation-lexicon/"
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

    @property
    def prose(self) -> str | None:  # type: ignore[override]
        """The field that is shown by itself: the document, where it is there."""
        return "content" if self.content else None


def put_lexicon(session: Session, name: str, path: Path) -> Lexicon:
    """Put the PLS document PATH under NAME, in place of an older one. Raises InputError for what Polly would refuse."""
    _named(name)
    content = _read(path)
    session.client(SERVICE).put_lexicon(Name=name, Content=content)
    return Lexicon(name=name, size=len(content.encode()))


def putting(name: str, path: Path) -> Step:
    """What putting a lexicon would call. Raises as `put_lexicon` does; nothing is sent."""
    _named(name)
    _read(path)
    return step("polly:PutLexicon", name)


def deleting(name: str) -> Step:
    """What removing a lexicon would call."""
    return step("polly:DeleteLexicon", name)


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


def put_in(session: Session, options: Options, settled: Settled) -> Settled:
    """SETTLED with the lexicons of OPTIONS; those that are files are lent until the end of the run."""
    if not options.lexicons:
        return settled
    names = session.once(("lexicons", options.lexicons), lambda: session.hold(lent(session, options.lexicons)))
    return replace(settled, params={**settled.params, "LexiconNames": list(names)})


@contextmanager
def lent(session: Session, wanted: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The names of the lexicons WANTED: a file among them is put under a name of its own, and deleted afterwards."""
    with ExitStack() as stack:
        names = [stack.enter_context(_lent(session, Path(one))) if is_file(one) else one for one in wanted]
        yield tuple(names)


def check(names: Iterable[str]) -> None:
    """Raises InputError for those of NAMES that are files and cannot be lent."""
    for name in names:
        if is_file(name):
            _read(Path(name))


def is_file(name: str) -> bool:
    """Whether NAME of a lexicon means a file here, and not one kept at AWS."""
    return name.lower().endswith((".pls", ".xml"))


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


def _named(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(f"`{name}` cannot be a lexicon's name", hint="1 to 20 letters and digits, nothing else")


def _read(path: Path) -> str:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise InputError(f"cannot read {path}: {problem.strerror or problem}") from None
    except UnicodeDecodeError as problem:
        raise InputError(f"{path} is not UTF-8 text: byte {problem.start}") from None
    try:
        xml.parsers.expat.ParserCreate("utf-8").Parse(content.encode(), True)
    except ExpatError as problem:
        reason = xml.parsers.expat.errors.messages[problem.code]
        raise InputError(
            f"{path} is not well formed at line {problem.lineno}, column {problem.offset + 1}: {reason}", hint=_FORMAT
        ) from None
    if "<lexicon" not in content:
        raise InputError(f"{path} is not a PLS document: it has no <lexicon>", hint=_FORMAT)
    return content
