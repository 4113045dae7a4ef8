"""What a reader may ask of a rendering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

PLAIN_SIZE = (1700, 2200)  # pixels of a page whose size nobody knows: US Letter at 200 dots an inch


@dataclass(frozen=True, slots=True)
class Options:
    """Wishes that a format fulfils where it can, and otherwise passes over.

    `source` is the document itself, for the formats that show its pages, and `source_name` what it is called.
    `furniture` keeps headers, footers and page numbers in md and html. `repeat_merged` writes a merged cell's text into
    each of its places in md, csv and tsv. `doubtful_below` (0 to 100) is the confidence under which a cell is tinted in
    xlsx and a box drawn in red. `title` heads html and hocr. `figures` begins the address of each figure's picture, as
    md links it: `figures/report-` for `figures/report-p1-figure-1.png`; None where there are none.
    """

    source: bytes | None = None
    source_name: str = ""
    furniture: bool = False
    repeat_merged: bool = False
    doubtful_below: float = 80.0
    title: str = ""
    figures: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How a document is looked at: as which `view` (`text`, `tables` …), and only what is sure enough (0 to 100).

    `needs_source` says that the format asked for shows the pages themselves. `drawn` makes a table for a person of its
    rows; None where no person looks.
    """

    view: str = "text"
    options: Options = field(default_factory=Options)
    min_confidence: float = 0.0
    merge_tables: bool = False
    needs_source: bool = False
    drawn: Callable[[list[list[str]]], str] | None = None
