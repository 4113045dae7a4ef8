"""CSV and TSV: a transcript to count and sort."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from awsml_cli.formats.transcript.model import Transcript, join
from awsml_cli.formats.transcript.options import Options
from awsml_cli.formats.transcript.subtitles import cut
from awsml_cli.formats.transcript.turns import turns

Cell = str | float | int | None
Record = dict[str, Cell]


def records(transcript: Transcript, options: Options) -> Iterator[Record]:
    """A record for each word, cue or turn, as `granularity` says; all have the same keys, times are seconds."""
    if options.granularity == "word":
        return _words(transcript)
    return _turns(transcript) if options.granularity == "turn" else _cues(transcript, options)


def render_csv(transcript: Transcript, options: Options) -> str:
    """CSV with a header; lines end in LF. Times are seconds with three decimals, what is unknown is empty."""
    output = StringIO()
    writer = csv.writer(output, lineterminator="\n")
    rows = records(transcript, options)
    first = next(rows, None)
    if first is None:
        return ""
    writer.writerow(first)
    writer.writerow(map(_cell, first.items()))
    writer.writerows(map(_cell, row.items()) for row in rows)
    return output.getvalue()


def render_tsv(transcript: Transcript, options: Options) -> str:
    """TSV as Whisper writes it: `start`, `end` in whole milliseconds, `text`; a column `speaker` follows where
    names are shown. A TAB in the text becomes a space."""
    named = options.shows(transcript.speakers)
    lines = ["start\tend\ttext" + "\tspeaker" * named]
    for row in records(transcript, options):
        text = str(row.get("text", row.get("content")))
        cells = [_milliseconds(row["start_time"]), _milliseconds(row["end_time"]), text]
        lines.append("\t".join(" ".join(cell.split()) for cell in [*cells, *[str(row["speaker_label"] or "")] * named]))
    return "\n".join(lines) + "\n" if len(lines) > 1 else ""


def _words(transcript: Transcript) -> Iterator[Record]:
    for word in transcript.words:
        yield {
            "start_time": word.start_time,
            "end_time": word.end_time,
            "content": word.content,
            "confidence": word.confidence,
            "speaker_label": word.speaker,
            "language_code": word.language_code or transcript.language_code,
        }


def _cues(transcript: Transcript, options: Options) -> Iterator[Record]:
    for subtitle in cut(transcript, options.rules):
        yield _record(subtitle.start, subtitle.end, subtitle.speaker, join(subtitle.words))


def _turns(transcript: Transcript) -> Iterator[Record]:
    for turn in turns(transcript):
        yield _record(turn.start_time, turn.end_time, turn.speaker, turn.text)


def _record(start: float, end: float, speaker: str | None, text: str) -> Record:
    return {"start_time": start, "end_time": end, "speaker_label": speaker, "text": text}


def _cell(named: tuple[str, Cell]) -> str:
    key, value = named
    if value is None:
        return ""
    return f"{value:.3f}" if key.endswith("_time") else str(value)


def _milliseconds(seconds: Cell) -> str:
    return str(round(float(seconds or 0) * 1000))
