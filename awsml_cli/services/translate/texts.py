"""Text of any length into another language.

The text is cut at sentence ends into pieces of at most 10,000 UTF-8 bytes, translated several at a time, and put
back together with every blank and line end as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from awsml_cli.core import batch, limits, prices
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import AwsmlError, ServiceError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Parts
from awsml_cli.core.session import Session
from awsml_cli.core.sources import PAUSE
from awsml_cli.formats import documents
from awsml_cli.formats.pieces import Cutter, Piece, utf8_length
from awsml_cli.services.translate.records import Translation
from awsml_cli.services.translate.wanted import AUTO, SERVICE, Wanted

WORKERS: Final = 8  # calls at a time; the service allows more, a pipe seldom has more


def translate_text(session: Session, chunks: Iterable[str], wanted: Wanted) -> Parts:
    """Translate the text that CHUNKS make up, of any length, as WANTED.

    What is no words in it (`{name}`, `%s`, addresses) stays. A PAUSE among the chunks sends on what is complete. Raises
    ServiceError as AWS refuses, InputError for text that cannot be cut, UsageError for a pair of languages that AWS
    does not translate.
    """
    work = Translator(session, wanted)
    return Parts(work.run(pieces(chunks)), work.whole)


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


def plan_rows(name: str, texts: Iterable[str]) -> list[Step]:
    """What translating TEXTS, the rows of NAME, would cost. Nothing is sent."""
    calls = characters = 0
    for text in texts:
        calls += bool(text.strip())
        characters += len(text.strip())
    return [step("translate:TranslateText", name, calls=calls, charge=prices.translation(characters))]


class Translator:
    """One text on its way: remembers the language that was found, and AWS's answers for `-f raw`."""

    def __init__(self, session: Session, wanted: Wanted) -> None:
        self.session = session
        self.wanted = wanted
        self.source = wanted.source
        self.target = wanted.target
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

    def line(self, text: str) -> str:
        """The translation of one text, whatever its length, placeholders kept."""
        return documents.translate([documents.Segment("", text)], self.texts)[0]

    def _text(self, text: str) -> str:
        """The translation of a text in which what stays is marked already."""
        return "".join(
            f"{piece.before}{self._kept(piece.text) if piece.text else ''}{piece.after}" for piece in pieces([text])
        )

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
        if documents.protect(piece.text).tokens:
            return self.line(piece.text)
        return self._kept(piece.text)

    def _kept(self, text: str) -> str:
        """The translation of TEXT, which one request takes: from the cache, or asked for."""
        key = key_of(SERVICE, self.session.local, self.source, self.target, text, *self.wanted.key)
        if self.cache is not None and not self.session.fresh and (kept := self.cache.find(key)) is not None:
            self.source, _, translated = kept.decode("utf-8").partition("\n")
            return translated
        answer = self._asked(text)
        self.source = answer["SourceLanguageCode"]
        self.engine = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("x-awsml-engine")
        translated = str(answer["TranslatedText"])
        if self.cache is not None:
            self.cache.keep(key, f"{self.source}\n{translated}".encode())
        return translated

    def _asked(self, text: str) -> dict[str, Any]:
        try:
            return dict(self._call(text, self.source))
        except ServiceError as error:
            named = error.answer.get("DetectedLanguageCode")
            if error.code == "DetectedLanguageLowConfidenceException" and named:
                self.session.talk.warn(f"the language is probably {named}; --from settles it")
                return dict(self._call(text, str(named)))
            raise explained(error) from None

    def _call(self, text: str, source: str) -> Any:
        return self.client.translate_text(
            Text=text, SourceLanguageCode=source, TargetLanguageCode=self.target, **self.wanted.params
        )


def explained(error: ServiceError) -> AwsmlError:
    """ERROR, or what is to be said in its place."""
    if error.code == "UnsupportedLanguagePairException":
        return UsageError(error.message, hint="`awsml translate languages` lists the languages there are")
    return error
