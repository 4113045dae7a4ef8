"""The option words of transcripts: what is asked of a job, and how its transcript is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import Joined
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.formats.transcript import PRESETS, Granularity, Options, preset, read_names


def look(
    preset_name: Annotated[
        str, typer.Option("--preset", help=f"Rules for subtitles: {', '.join(PRESETS)}.")
    ] = "default",
    line_width: Annotated[
        int | None, typer.Option("--line-width", metavar="N", help="Characters in a subtitle's line.")
    ] = None,
    max_lines: Annotated[int | None, typer.Option("--max-lines", metavar="N", help="Lines in a subtitle.")] = None,
    granularity: Annotated[
        str, typer.Option("--granularity", help="What a row of csv and tsv is: word, cue or turn.")
    ] = "cue",
    timestamps: Annotated[bool, typer.Option("--timestamps", help="Times before paragraphs and turns.")] = False,
    karaoke: Annotated[bool, typer.Option("--karaoke", help="The time of each word in vtt.")] = False,
    mark_below: Annotated[
        str | None,
        typer.Option("--mark-below", metavar="CONFIDENCE", help="Mark words less sure than this: 0.8, 80 or 80%."),
    ] = None,
    speaker: Annotated[
        list[str] | None,
        typer.Option("--speaker", metavar="LABEL=NAME", help="Name a speaker, as spk_0=Ann; may be repeated."),
    ] = None,
    speakers_from: Annotated[
        Path | None,
        typer.Option("--speakers-from", metavar="FILE", help="Read the names of speakers, one LABEL=NAME a line."),
    ] = None,
) -> dict[str, Any]:
    """How a transcript is shown: the `options` of the renderers, and the `names` of speakers."""
    rules = preset(preset_name)
    rules = replace(rules, line_width=line_width or rules.line_width, max_lines=max_lines or rules.max_lines)
    if granularity not in ("word", "cue", "turn"):
        raise UsageError(f"unknown granularity `{granularity}`", hint="one of: word, cue, turn")
    shown = Options(
        rules=rules,
        granularity=cast(Granularity, granularity),
        timestamps=timestamps,
        karaoke=karaoke,
        mark_below=options.confidence(mark_below) if mark_below is not None else None,
    )
    from_file = read_names(_text(speakers_from).splitlines()) if speakers_from else {}
    return {"options": shown, "names": {**from_file, **read_names(speaker or ())}}


def asked(
    languages: Annotated[
        str | None,
        typer.Option("--languages", metavar="CODE,CODE|auto", help="Several of these are spoken, in one recording."),
    ] = None,
    channels: Annotated[bool, typer.Option("--channels", help="Tell the two channels of stereo apart.")] = False,
    vocabulary: Annotated[
        list[str] | None,
        typer.Option("--vocabulary", metavar="[CODE=]NAME", help="Use this vocabulary; CODE is a candidate's."),
    ] = None,
    vocabulary_filter: Annotated[
        list[str] | None,
        typer.Option("--vocabulary-filter", metavar="[CODE=]NAME", help="Use this filter of words."),
    ] = None,
    filter_method: Annotated[
        str | None, typer.Option("--filter-method", help="What the filter does: mask, remove or tag.")
    ] = None,
    language_model: Annotated[
        list[str] | None, typer.Option("--language-model", metavar="[CODE=]NAME", help="Use this language model.")
    ] = None,
    hint: Annotated[
        list[str] | None,
        typer.Option("--hint", metavar="WORD", help="Expect this word or name; may be repeated."),
    ] = None,
    vocab: Annotated[
        Path | None, typer.Option("--vocab", metavar="FILE", help="Expect the words of FILE: a list, or a table.")
    ] = None,
    redact: Annotated[
        str | None,
        typer.Option(
            "--redact", metavar="[=TYPES]", help="Redact personal information: all of it, or NAME,PHONE and so on."
        ),
    ] = None,
    toxicity: Annotated[bool, typer.Option("--toxicity", help="Rate how toxic the speech is (en-US).")] = False,
    alternatives: Annotated[
        int | None, typer.Option("--alternatives", metavar="N", help="Give up to N readings (2 to 10; -f raw).")
    ] = None,
    kms_key: Annotated[
        str | None, typer.Option("--kms-key", metavar="KEY", help="Encrypt what Transcribe writes with this key.")
    ] = None,
    defer: Annotated[
        bool, typer.Option("--defer", help="Queue the job where too many run already (needs --role).")
    ] = False,
    role: Annotated[str | None, typer.Option("--role", metavar="ARN", help="Role that Transcribe works in.")] = None,
) -> dict[str, Any]:
    """What is asked of a job, as a service's words."""
    return {
        "several": languages is not None,
        "languages": _codes(languages) if languages not in (None, "auto") else (),
        "channels": channels,
        "vocabulary": tuple(vocabulary or ()),
        "vocabulary_filter": tuple(vocabulary_filter or ()),
        "filter_method": filter_method,
        "language_model": tuple(language_model or ()),
        "hints": tuple(hint or ()),
        "words_file": (_text(vocab), str(vocab)) if vocab else (None, ""),
        "redact": tuple(code.upper() for code in _codes(redact)),
        "toxicity": toxicity,
        "alternatives": alternatives,
        "kms_key": kms_key,
        "defer": defer,
        "role": role,
    }


def live(
    rate: Annotated[
        int | None, typer.Option("--rate", metavar="HZ", help="With --stream, samples a second of raw audio.")
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", help="With --stream, what raw audio is: pcm, flac, ogg-opus, g711-alaw, g711-ulaw."),
    ] = None,
) -> dict[str, Any]:
    """What a stream without a header is."""
    return {"rate": rate, "encoding": encoding}


VIA = ("auto", "sync", "batch", "stream")

ViaOption = Annotated[
    str, typer.Option("--via", help="How to ask: auto, sync (one request), batch (a job over S3) or stream.")
]
StreamOption = Annotated[bool, typer.Option("--stream", help="Transcribe while it is heard: words as they are said.")]
LiveOptions = Annotated[dict[str, Any], Joined(live)]
LookOptions = Annotated[dict[str, Any], Joined(look)]
AskedOptions = Annotated[dict[str, Any], Joined(asked)]


def lines(path: Path) -> list[str]:
    """The lines of a text file. Raises InputError where it cannot be read."""
    return _text(path).splitlines()


def _codes(text: str | None) -> tuple[str, ...]:
    found: Iterable[str] = (code.strip() for code in (text or "").split(","))
    return tuple(code for code in found if code)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise InputError(f"cannot read {path}: {problem.strerror or problem}") from None
    except UnicodeDecodeError as problem:
        raise InputError(f"{path} is not UTF-8 text: {problem.reason} at offset {problem.start}") from None
