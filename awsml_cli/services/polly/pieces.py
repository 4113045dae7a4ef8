"""A text of any length as what one request takes each: SSML cut at its safe points, plain text at sentence ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from awsml_cli.core import limits
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.sources import PAUSE
from awsml_cli.formats import ssml
from awsml_cli.formats.pieces import Cutter, Piece
from awsml_cli.formats.ssml import SsmlPiece
from awsml_cli.formats.ssml.read import Text, read
from awsml_cli.services.polly.choices import Options, stretched

FIRST_PIECE: Final = 300  # characters; a short first piece sounds early
_BLANK_LINE: Final = re.compile(r"\n[^\S\n]*\n|\u2029")


def pieces(chunks: Iterable[str], options: Options) -> Iterator[SsmlPiece]:
    """CHUNKS cut into what one request takes, each knowing where in the text it stands.

    A PAUSE among the chunks sends on what is complete. Raises InputError for what cannot be cut.
    """
    if options.ssml:
        whole = "".join(chunks)
        if says_something(whole):
            yield from ssml.split_pieces(whole)
        return
    manner, at = options.manner, 0
    quiet = replace(manner, pause=None)
    for piece, last in _cut(chunks, options):
        begin = at + len(piece.before)
        at = begin + len(piece.text) + len(piece.after)
        if not piece.text:
            continue
        paragraph = last or _BLANK_LINE.search(piece.after) is not None
        if not options.wrapped:
            yield ssml.plain(piece.text, at=begin)
        else:
            yield ssml.wrap(piece.text, manner if paragraph else quiet, at=begin)


def says_something(document: str) -> bool:
    """Whether SSML has words, or at least a pause. Raises InputError for what is not well formed."""
    return bool(document.strip()) and any(
        part.spoken.strip() if isinstance(part, Text) else part.name == "break" for part in read(document)
    )


def billed(piece: str, options: Options) -> int:
    """The characters of PIECE, as it is sent, that Polly bills: all of a text, none of SSML's tags."""
    return ssml.billed(piece) if options.sent_as_ssml else len(piece)


def refuse_markup(chunks: Iterable[str]) -> Iterator[str]:
    """CHUNKS of plain text as they are. Raises UsageError where they are SSML, which would be read out tag by tag."""
    begun = ""
    waiting: list[str] = []
    for chunk in chunks:
        if len(begun) < len("<speak"):
            begun = (begun + chunk).lstrip()[: len("<speak")]
            if begun == "<speak":
                raise UsageError("this text is SSML", hint="--ssml")
            if chunk and "<speak".startswith(begun):  # it may still become one
                waiting.append(chunk)
                continue
        yield from waiting
        waiting = []
        yield chunk
    yield from waiting


def empty() -> InputError:
    """The error for a text in which nothing can be said."""
    return InputError("there is nothing to speak")


def _cut(chunks: Iterable[str], options: Options) -> Iterator[tuple[Piece, bool]]:
    """The pieces, and whether the text ends behind each as far as that is known."""
    cutter = _cutter(options)
    for chunk in chunks:
        for piece in cutter.pause() if chunk == PAUSE else cutter.feed(chunk):
            yield piece, False
    rest = cutter.close()
    last = max((index for index, piece in enumerate(rest) if piece.text), default=-1)
    for index, piece in enumerate(rest):
        yield piece, index == last


def _cutter(options: Options) -> Cutter:
    if not options.wrapped:
        return Cutter(limits.POLLY_BILLED_CHARACTERS, len, paragraphs=False, first=FIRST_PIECE)
    tags = len(options.manner.before) + len(options.manner.after)
    # an answer is cut off at ten minutes, so slow speech goes in smaller pieces
    limit = int((limits.POLLY_CHARACTERS - tags) / max(1.0, stretched(options.manner) / 2))
    return Cutter(limit, ssml.request_units, paragraphs=options.manner.pause is not None, first=2 * FIRST_PIECE)
