"""A text of any length as the windows that a request takes, each with something of what stands before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from awsml_cli.core.documents import Window
from awsml_cli.core.sources import PAUSE
from awsml_cli.formats.pieces import Cutter, Piece
from awsml_cli.formats.pieces.graphemes import is_boundary

OVERLAP: Final = 200  # code points of the text before a window that are sent with it
WIDEST: Final = 4  # bytes of a code point in UTF-8


def windows(
    chunks: Iterable[str], limit: int, measure: Callable[[str], int], *, overlap: bool = False
) -> Iterator[Window | None]:
    """The windows of the text that CHUNKS make up, each of at most LIMIT by MEASURE; None for a PAUSE.

    Cut at the ends of sentences; the segments of all windows, joined, are the text. With `overlap`, a window begins up
    to OVERLAP code points before its segment, at a word, but behind a PAUSE. Raises InputError for a grapheme cluster
    over the limit.
    """
    room = measure("\U0010ffff") * OVERLAP if overlap else 0
    cutter = Cutter(limit - room, measure, paragraphs=False)
    before, at = "", 0

    def made(piece: Piece, *, hard: bool) -> Window:
        nonlocal before, at
        before += piece.before
        tail = _tail(before) if overlap and piece.text else ""
        own = at
        segment = piece.before + piece.text + piece.after
        begin = own + len(piece.before) - len(tail)
        at += len(segment)
        before = "" if hard else (before + piece.text + piece.after)[-OVERLAP - 1 :] if overlap else ""
        return Window(tail + piece.text, begin, own, segment, hard)

    for chunk in chunks:
        if chunk != PAUSE:
            for piece in cutter.feed(chunk):
                yield made(piece, hard=False)
            continue
        found = cutter.pause()
        for number, piece in enumerate(found, 1):
            yield made(piece, hard=number == len(found))
        yield None
    for piece in cutter.close():
        yield made(piece, hard=False)


def _tail(before: str) -> str:
    """The end of what stands BEFORE a window, from the beginning of a word; nothing of blanks alone."""
    if not before or before.isspace():
        return ""
    at = max(0, len(before) - OVERLAP)
    while 0 < at < len(before) and not before[at - 1].isspace():
        at += 1
    if at == len(before):  # one long word, or a script without blanks
        at = max(0, len(before) - OVERLAP)
        while at < len(before) and not is_boundary(before, at):
            at += 1
    return before[at:]
