"""Files into another language, in the form that they have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import Final

from awsml_cli.core import sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.plan import Step
from awsml_cli.core.record import Blob, Parts
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import documents
from awsml_cli.services.translate import whole
from awsml_cli.services.translate.texts import Translator, plan, plan_rows, translate_text
from awsml_cli.services.translate.wanted import AUTO, Wanted

WHOLE: Final = (b"PK\x03\x04", b"{", b"[", b"<")  # what begins so is seen as a whole, or up to a silence
VIA: Final = (AUTO, "text", "document", "batch")
BINARY: Final = ("docx", "pptx", "xlsx")  # kinds that no terminal shows


@dataclass(frozen=True)
class Form:
    """How a file is read: its `kind` (None: found out), `paths` of values in JSON, `columns` of a table.

    `via` is how it goes to AWS: `text` by text, as a whole `document`, or as is best for it.
    """

    kind: str | None = None
    paths: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    via: str = AUTO

    def check(self) -> None:
        """Raises UsageError for a kind that there is not."""
        if self.via not in VIA:
            raise UsageError(f"there is no way `{self.via}`", hint=f"one of: {', '.join(VIA)}")
        known = sorted({"text", *documents.KINDS})
        if self.kind is not None and self.kind not in known:
            raise UsageError(f"there is no kind `{self.kind}` of file", hint=f"one of: {', '.join(known)}")


ANY: Final = Form()


def translate_source(session: Session, origin: Source, wanted: Wanted, form: Form = ANY) -> Parts | Blob:
    """Translate ORIGIN in the form it has: subtitles keep their times, HTML its tags, Markdown and JSON their shape.

    What is no file of a known kind is plain text, translated as it comes. A kind is known by what the input begins
    with, and for a file by its name. Raises InputError, with line or offset, for a file that is not what it seems.
    """
    kind, chunks = _opened(session, origin, form)
    if form.via == "document":
        data = b"".join(chunks)
        whole.check(kind, len(data), wanted)
        return _shown(session, whole.translate(session, data, kind, wanted), kind, wanted)
    if kind == "text":
        return translate_text(session, sources.decode(chunks, name=origin.shown), wanted)
    data = b"".join(chunks)
    document = _read(data, kind, wanted, form)
    if form.via == AUTO and not session.local and whole.fits(kind, data, wanted, len(document.segments)):
        return _shown(session, whole.translate(session, data, kind, wanted), kind, wanted)
    work = Translator(session, wanted)

    def written() -> bytes:
        return document.write(documents.translate(document.segments, work.texts))

    if kind in BINARY:
        return Blob(lambda _seekable: iter([written()]))
    return Parts((written().decode("utf-8", "surrogateescape") for _ in range(1)), work.whole)


def plan_source(session: Session, origin: Source, wanted: Wanted, form: Form = ANY) -> Step:
    """What translating ORIGIN would cost. Nothing is sent."""
    kind, chunks = _opened(session, origin, form)
    if form.via != "document" and kind == "text":
        return plan(origin.name, sources.decode(chunks, name=origin.shown))
    data = b"".join(chunks)
    if form.via == "document":
        whole.check(kind, len(data), wanted)
    texts = [data.decode("utf-8", "replace")] if kind == "text" else []
    if kind != "text":
        texts = [segment.text for segment in _read(data, kind, wanted, form).segments]
    if form.via == "document" or (form.via == AUTO and whole.fits(kind, data, wanted, len(texts))):
        return whole.plan(origin.name, kind, sum(map(len, texts)))
    return plan_rows(origin.name, texts)[0]


def _opened(session: Session, origin: Source, form: Form) -> tuple[str, Iterator[bytes]]:
    """The kind of ORIGIN, and its bytes as they come."""
    chunks = sources.read_chunks(origin, session)
    if origin.text is not None:
        return form.kind or "text", chunks
    first = next(chunks, b"")
    if first.startswith(WHOLE):
        first += b"".join(takewhile(bool, chunks))
    kind = form.kind or documents.recognise(first, None if origin.name == "-" else origin.name)
    return kind, chain([first], chunks)


def _read(data: bytes, kind: str, wanted: Wanted, form: Form) -> documents.Document:
    known = None if wanted.source == AUTO else wanted.source
    options = documents.Options(source=known, target=wanted.target, paths=form.paths, columns=form.columns)
    return documents.read(kind, data, options=options)


def _shown(session: Session, data: bytes, kind: str, wanted: Wanted) -> Parts | Blob:
    """A document that is DATA already: text as it is written, an Office file as bytes."""
    if kind in BINARY:
        return Blob(lambda _seekable: iter([data]))
    return Parts(iter([data.decode("utf-8", "surrogateescape")]), Translator(session, wanted).whole)
