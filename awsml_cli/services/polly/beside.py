"""What is written beside the audio of a speech: its marks, subtitles, and a page that plays it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from awsml_cli.core.errors import UsageError
from awsml_cli.formats import speech_marks, speech_page
from awsml_cli.services.polly.choices import MARKS, VIAS
from awsml_cli.services.polly.speech import Spoken

STRUCTURED = ("table", "json", "jsonl", "csv", "tsv", "yaml", "raw")
_USUAL = ("sentence", "word")


@dataclass(frozen=True)
class Beside:
    """OUTPUTS maps a kind of document (marks, srt, vtt, html) to its path; `kinds` are the speech marks asked for."""

    outputs: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The speech marks to ask for."""
        kinds = set(self.kinds if self.kinds or "marks" not in self.outputs else _USUAL)
        kinds |= {"sentence"} if {"srt", "vtt"} & set(self.outputs) else set()
        kinds |= {"word"} if "html" in self.outputs else set()
        return (*(kind for kind in MARKS if kind in kinds), *sorted(kinds - set(MARKS)))

    def document(self, kind: str, spoken: Spoken, *, title: str) -> Iterator[str]:
        """The document of this KIND about a speech, part by part."""
        if kind == "marks":
            return speech_marks.json_lines(mark for mark in spoken.marks if mark["type"] in (self.kinds or _USUAL))
        if kind == "html":
            return speech_page.page(
                spoken.text,
                spoken.marks,
                spoken.sound,
                format=spoken.settled.format,
                sample_rate=spoken.settled.sample_rate,
                duration=spoken.duration,
                title=title,
                language=spoken.settled.language,
                is_ssml=spoken.is_ssml,
            )
        write = speech_marks.srt if kind == "srt" else speech_marks.vtt
        return write(spoken.marks, spoken.duration, is_ssml=spoken.sent_as_ssml)


def beside(marks: str | None, outputs: Iterable[tuple[str, str | None]]) -> Beside:
    """What the words `--marks MARKS` and those of OUTPUTS (kind and path) mean. Raises UsageError for no kind."""
    kinds = tuple(dict.fromkeys(kind.strip() for kind in (marks or "").split(",") if kind.strip()))
    if marks is not None and not kinds:
        raise UsageError("--marks names no kind", hint=f"one or more of: {','.join(MARKS)}")
    return Beside({kind: path for kind, path in outputs if path is not None}, kinds)


def way(via: str, beside: Beside, *, fit: bool, format: str, formats: Sequence[str]) -> str:
    """Which way to speak is meant: text, marks, fit or task; FORMATS are those of audio.

    Raises UsageError for what does not go together.
    """
    if via not in VIAS:
        raise UsageError(f"unknown way `{via}`", hint=f"one of: {', '.join(VIAS)}")
    if via == "stream":
        raise UsageError(
            "Polly's bidirectional stream cannot be had: boto3 takes StartSpeechSynthesisStream out of its client",
            hint="leave --via out: sentences are asked for as they come, and the first sounds before the last is there",
        )
    if beside.kinds and format in formats:
        raise UsageError(f"{format} cannot carry speech marks", hint="--marks-file FILE writes them beside the audio")
    if fit and (beside.kinds or beside.outputs):
        raise UsageError("--fit takes its times from the subtitles; it gives no others")
    if via == "task" and (fit or beside.kinds or beside.outputs):
        raise UsageError("--via task gives the audio alone", hint="leave --via out")
    if fit:
        return "fit"
    return "task" if via == "task" else "marks" if beside.kinds else "text"
