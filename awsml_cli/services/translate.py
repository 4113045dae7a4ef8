"""Amazon Translate: text of any length into another language.

The text is cut at sentence ends into pieces of at most 10,000 UTF-8 bytes, translated several at a time, and put
back together with every blank and line end as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, ClassVar, Final

from awsml_cli.core import batch, limits, paging, prices, sources
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import AwsmlError, ServiceError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Blob, Listing, Parts, Record
from awsml_cli.core.session import Session
from awsml_cli.core.sources import PAUSE, Source
from awsml_cli.formats import documents
from awsml_cli.formats.pieces import Cutter, Piece, utf8_length

SERVICE: Final = "translate"
WORKERS: Final = 8  # calls at a time; the service allows more, a pipe seldom has more
AUTO: Final = "auto"
BINARY: Final = ("docx", "pptx", "xlsx")  # kinds that no terminal shows


class Translation(Record):
    """A text in another language."""

    columns: ClassVar = ("translated_text", "source_language_code", "target_language_code")
    prose: ClassVar = "translated_text"

    translated_text: str
    source_language_code: str
    target_language_code: str
    engine: str | None = None


class Language(Record):
    """A language that Translate knows."""

    columns: ClassVar = ("language_code", "language_name")

    language_code: str
    language_name: str


def translate_text(session: Session, chunks: Iterable[str], *, source: str, target: str) -> Parts:
    """Translate the text that CHUNKS make up, of any length, from SOURCE (`auto` finds out, once) to TARGET.

    A PAUSE among the chunks sends on what is complete. Raises ServiceError as AWS refuses, InputError for
    text that cannot be cut, UsageError for a pair of languages that AWS does not translate.
    """
    work = _Work(session, source=source, target=target)
    return Parts(work.run(pieces(chunks)), work.whole)


def translate_source(session: Session, origin: Source, *, source: str, target: str) -> Parts | Blob:
    """Translate ORIGIN in the form it has: subtitles keep their times, HTML its tags, Markdown and JSON their shape.

    What is no file of a known kind is plain text, translated as it comes. A kind is known by what the input begins
    with, and for a file by its name. Raises InputError, with line or offset, for a file that is not what it seems.
    """
    if origin.path is not None:
        with sources.open_media(origin) as file:
            kind = documents.recognise(file.read(sources.CHUNK), origin.name)
        if kind != "text":
            return _document(session, sources.read_bytes(origin, session), kind, source=source, target=target)
    chunks = sources.read_text(origin, session)
    if origin.text is not None or origin.path is not None:
        return translate_text(session, chunks, source=source, target=target)
    first = next(chunks, "")
    kind = documents.recognise(first.encode(), origin.name if origin.remote else None)
    chunks = chain([first], chunks)
    if kind == "text":
        return translate_text(session, chunks, source=source, target=target)
    return _document(session, "".join(chunks).encode(), kind, source=source, target=target)


def _document(session: Session, data: bytes, kind: str, *, source: str, target: str) -> Parts | Blob:
    """The file DATA of KIND with its segments translated: text as it is written, an Office file as bytes."""
    known = None if source == AUTO else source
    document = documents.read(kind, data, options=documents.Options(source=known, target=target))
    work = _Work(session, source=source, target=target)

    def written() -> bytes:
        return document.write(documents.translate(document.segments, work.texts))

    if kind in BINARY:
        return Blob(lambda _seekable: iter([written()]))
    return Parts((written().decode("utf-8", "surrogateescape") for _ in range(1)), work.whole)


def pieces(chunks: Iterable[str]) -> Iterator[Piece]:
    """CHUNKS cut into what one request takes; paragraphs are never joined, so that no blank line can get lost."""
    cutter = Cutter(limits.TRANSLATE_TEXT_BYTES, utf8_length, paragraphs=True)
    for chunk in chunks:
        yield from cutter.pause() if chunk == PAUSE else cutter.feed(chunk)
    yield from cutter.close()


def plan(name: str, chunks: Iterable[str]) -> Step:
    """What translating CHUNKS, the text called NAME, would cost. Nothing is sent."""
    calls = characters = 0
    for piece in pieces(chunks):
        calls += bool(piece.text)
        characters += len(piece.text)
    return step("translate:TranslateText", name, calls=calls, charge=prices.translation(characters))


def languages(session: Session) -> Listing:
    """The languages that Translate knows."""
    found = paging.items(session.client(SERVICE).list_languages, "Languages")
    return Listing((Language.of(language) for language in found), "Languages")


class _Work:
    """One text on its way: remembers the language that was found, and AWS's answers for `-f raw`."""

    def __init__(self, session: Session, *, source: str, target: str) -> None:
        self.session = session
        self.source = source
        self.target = target
        self.engine: str | None = None
        self.client = session.client(SERVICE)
        self.cache = Cache(session.config) if session.keep else None

    def run(self, found: Iterator[Piece]) -> Iterator[str]:
        """The translated text, piece after piece."""
        ahead = list(self._until_known(found))
        for piece, translated in ahead:
            yield f"{piece.before}{translated}{piece.after}"
        answers = batch.in_order(lambda piece: (piece, self.translate(piece)), found, workers=WORKERS)
        for piece, translated in answers:
            yield f"{piece.before}{translated}{piece.after}"

    def texts(self, found: Sequence[str]) -> list[str]:
        """The translations of whole texts, in order; the first settles the language where it is to be found out."""
        rest = iter(found)
        first = [self._text(text) for text in islice(rest, 1 if self.source == AUTO else 0)]
        return [*first, *batch.in_order(self._text, rest, workers=WORKERS)]

    def _text(self, text: str) -> str:
        return "".join(f"{piece.before}{self.translate(piece)}{piece.after}" for piece in pieces([text]))

    def whole(self, text: str) -> Translation:
        """The record of everything, TEXT being the translation."""
        record = Translation(
            translated_text=text,
            source_language_code=self.source,
            target_language_code=self.target,
            engine=self.engine,
        )
        return record.with_raw(
            {"TranslatedText": text, "SourceLanguageCode": self.source, "TargetLanguageCode": self.target}
        )

    def _until_known(self, found: Iterator[Piece]) -> Iterator[tuple[Piece, str]]:
        """The pieces up to the first that has words: its language, found once, holds for the rest."""
        if self.source != AUTO:
            return
        for piece in found:
            yield piece, self.translate(piece)
            if piece.text:
                self.session.talk.note(f"the text is in {self.source}")
                return

    def translate(self, piece: Piece) -> str:
        """The translation of one piece; one of blanks alone is left as it is."""
        if not piece.text:
            return ""
        key = key_of(SERVICE, self.session.local, self.source, self.target, piece.text)
        if self.cache is not None and not self.session.fresh and (kept := self.cache.find(key)) is not None:
            self.source, _, text = kept.decode("utf-8").partition("\n")
            return text
        answer = self._asked(piece.text)
        self.source = answer["SourceLanguageCode"]
        self.engine = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("x-awsml-engine")
        text = str(answer["TranslatedText"])
        if self.cache is not None:
            self.cache.keep(key, f"{self.source}\n{text}".encode())
        return text

    def _asked(self, text: str) -> dict[str, Any]:
        try:
            return dict(self._call(text, self.source))
        except ServiceError as error:
            named = error.answer.get("DetectedLanguageCode")
            if error.code == "DetectedLanguageLowConfidenceException" and named:
                self.session.talk.warn(f"the language is probably {named}; --from settles it")
                return dict(self._call(text, str(named)))
            raise self._explained(error) from None

    def _call(self, text: str, source: str) -> Any:
        return self.client.translate_text(Text=text, SourceLanguageCode=source, TargetLanguageCode=self.target)

    def _explained(self, error: ServiceError) -> AwsmlError:
        if error.code == "UnsupportedLanguagePairException":
            return UsageError(error.message, hint="`awsml translate languages` lists the languages there are")
        return error
