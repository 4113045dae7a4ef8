"""What a reader may ask of a rendering."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from awsml_cli.formats.transcript.rules import Rules

Granularity = Literal["word", "cue", "turn"]


@dataclass(frozen=True, slots=True)
class Options:
    """Wishes that a format fulfils where it can, and otherwise passes over.

    `speakers` None shows names where more than one person speaks (in VTT, whose voice spans disturb nobody, where
    anyone is known). `timestamps` puts `[00:01:02]` before turns and paragraphs of text, md and docx. `granularity`
    is what a row of csv, tsv and jsonl is. `dialogue` lets two short cues of two speakers share the screen; None
    does so in SRT only, since a voice span is worth more where there is one. `karaoke` writes the time of each word
    into VTT. `note` becomes a NOTE in VTT, `title` the heading of md and docx. Words below the confidence
    `mark_below` (0 to 1) are marked `[word?]` in text and md, and grey in docx. `paragraph_pause` is in seconds.
    """

    rules: Rules = field(default_factory=Rules)
    speakers: bool | None = None
    timestamps: bool = False
    granularity: Granularity = "cue"
    dialogue: bool | None = None
    karaoke: bool = False
    note: str = ""
    title: str = ""
    mark_below: float | None = None
    paragraph_pause: float = 2.0

    def shows(self, speakers: tuple[str, ...], *, at_least: int = 2) -> bool:
        """Whether names are shown for these speakers."""
        return bool(speakers) and (len(speakers) >= at_least if self.speakers is None else self.speakers)
