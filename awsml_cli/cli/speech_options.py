"""The option words of speech: how it sounds, and what is written beside it."""

from __future__ import annotations

from typing import Annotated

import typer

VoiceOption = Annotated[
    list[str] | None,
    typer.Option("--voice", metavar="[SPEAKER=]NAME", help="Voice, as Joanna; with --fit, one a speaker."),
]
EngineOption = Annotated[
    str | None,
    typer.Option("--engine", help="Use standard, neural, long-form or generative; the voice's best otherwise."),
]
SampleRateOption = Annotated[int | None, typer.Option("--sample-rate", metavar="HZ", help="Samples a second.")]
SsmlOption = Annotated[bool, typer.Option("--ssml", help="The text is SSML.")]
LexiconOption = Annotated[
    list[str] | None,
    typer.Option("--lexicon", metavar="NAME|FILE.pls", help="Apply this lexicon, or this file; may be repeated."),
]
RateOption = Annotated[str | None, typer.Option("--rate", metavar="PACE", help="Pace: slow, fast, 120%.")]
PitchOption = Annotated[str | None, typer.Option("--pitch", metavar="PITCH", help="Pitch: low, high, +10%.")]
VolumeOption = Annotated[str | None, typer.Option("--volume", metavar="VOLUME", help="Volume: soft, loud, +6dB.")]
PauseOption = Annotated[
    str | None, typer.Option("--pause", metavar="TIME", help="Silence behind each paragraph: 500ms, 1s.")
]
WhisperOption = Annotated[bool, typer.Option("--whisper", help="Whisper (standard voices).")]
BreathsOption = Annotated[bool, typer.Option("--breaths", help="Breathe between phrases (standard voices).")]
NewscasterOption = Annotated[
    bool, typer.Option("--newscaster", help="Speak as on the news (Amy, Joanna, Lupe and Matthew, neural).")
]

FitOption = Annotated[bool, typer.Option("--fit", help="The text is SRT or WebVTT: speak each cue at its time.")]
MaxRateOption = Annotated[
    float, typer.Option("--max-rate", metavar="N", help="With --fit, speak at most N times as fast.")
]
ViaOption = Annotated[str, typer.Option("--via", help="How to ask: auto, sync, task (over S3) or stream.")]

MarksOption = Annotated[
    str | None,
    typer.Option("--marks", metavar="KINDS", help="Give speech marks, as word,sentence,viseme,ssml, not audio."),
]
MarksFileOption = Annotated[
    str | None, typer.Option("--marks-file", metavar="FILE", help="Write speech marks there, beside the audio.")
]
SrtOption = Annotated[str | None, typer.Option("--srt", metavar="FILE", help="Write subtitles beside the audio.")]
VttOption = Annotated[str | None, typer.Option("--vtt", metavar="FILE", help="Write WebVTT beside the audio.")]
HtmlOption = Annotated[
    str | None,
    typer.Option("--html", metavar="FILE", help="Write a page that plays it and shows each word as it is spoken."),
]
