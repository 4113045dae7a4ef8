"""Give speakers their names: `spk_0` becomes "Ann"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from awsml_cli.core.errors import InputError
from awsml_cli.formats.transcript.model import Transcript, speakers_of


def rename(transcript: Transcript, names: Mapping[str, str]) -> Transcript:
    """TRANSCRIPT with the speakers of NAMES (label to name) renamed, in words and segments; the others stay.

    A label is a speaker (`spk_0`; `0` will do), a channel (`ch_0`) or a role (`AGENT`). Two labels may get one name,
    which makes them one speaker. Raises InputError for a label that nobody in the transcript has.
    """
    known = _known(transcript, names)
    words = tuple(
        replace(word, speaker_label=known[word.speaker]) if word.speaker in known else word for word in transcript.words
    )
    segments = tuple(
        replace(segment, speaker_label=known[segment.speaker_label]) if segment.speaker_label in known else segment
        for segment in transcript.segments
    )
    return replace(transcript, words=words, segments=segments, speakers=speakers_of(words))


def read_names(lines: Iterable[str]) -> dict[str, str]:
    """Names from `label=name` (or `label,name`, `label<TAB>name`) lines; blank ones and `#` comments are passed over.

    Raises InputError, with the line's number, for a line that has no name.
    """
    names: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("\ufeff")
        if not text or text.startswith("#"):
            continue
        at = min((text.index(mark) for mark in "=,\t" if mark in text), default=0)
        label, name = text[:at].strip(), text[at + 1 :].strip()
        if not label or not name:
            raise InputError(f"line {number} gives no name: {text!r}", hint="write it as spk_0=Ann")
        names[label] = name
    return names


def _known(transcript: Transcript, names: Mapping[str, str]) -> dict[str | None, str]:
    known: dict[str | None, str] = {}
    for label, name in names.items():
        wanted = label if label in transcript.speakers else f"spk_{label}"
        if wanted not in transcript.speakers:
            there = ", ".join(transcript.speakers) or "no speakers at all"
            raise InputError(f"no speaker is called {label}; the transcript has {there}")
        known[wanted] = " ".join(name.split())
    return known
