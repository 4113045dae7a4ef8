"""SRT and WebVTT of a transcript."""

from __future__ import annotations

from collections.abc import Iterator

from awsml_cli.formats.transcript.model import Transcript, Word, is_spaced
from awsml_cli.formats.transcript.options import Options
from awsml_cli.formats.transcript.subtitle_file import Cue, escape_vtt, write_srt, write_vtt
from awsml_cli.formats.transcript.subtitles import Line, Subtitle, cut


def render_srt(transcript: Transcript, options: Options) -> str:
    """SRT, numbered from 1, times with comma and hours; a name stands before the first words of a turn."""
    labels = options.shows(transcript.speakers)
    dialogue = options.dialogue is not False
    subtitles = cut(transcript, options.rules, labels=labels, dialogue=dialogue)
    return write_srt(Cue(at, each.start, each.end, each.text) for at, each in enumerate(subtitles, start=1))


def render_vtt(transcript: Transcript, options: Options) -> str:
    """WebVTT: a voice span (`<v Ann>`) for each speaker, the note as a NOTE, the time before each word with
    `karaoke`.
    """
    voices = options.shows(transcript.speakers, at_least=1)
    subtitles = cut(transcript, options.rules, dialogue=options.dialogue is True)
    cues = [
        _vtt_cue(each, index=at, voices=voices, karaoke=options.karaoke) for at, each in enumerate(subtitles, start=1)
    ]
    note = escape_vtt(" ".join(options.note.split()))
    header = f"\n\nNOTE {note}" if note else ""
    return write_vtt(cues, header=header)


def _vtt_cue(subtitle: Subtitle, *, index: int, voices: bool, karaoke: bool) -> Cue:
    timed = dict(_word_times(subtitle)) if karaoke else {}
    texts = [_vtt_line(line, timed) for line in subtitle.lines]
    speakers = [line.words[0].speaker for line in subtitle.lines]
    if voices and len(set(speakers)) > 1:
        texts = [f"<v {escape_vtt(who)}>{text}</v>" if who else text for who, text in zip(speakers, texts, strict=True)]
    return Cue(index, subtitle.start, subtitle.end, "\n".join(texts), voice=speakers[0] if voices else None)


def _vtt_line(line: Line, timed: dict[int, str]) -> str:
    pieces = [escape_vtt(line.prefix)]
    before = ""
    for word in line.words:
        if before and is_spaced(before, word.content):
            pieces.append(" ")
        pieces.append(timed.get(id(word), "") + escape_vtt(word.content))
        before = word.content
    return "".join(pieces)


def _word_times(subtitle: Subtitle) -> Iterator[tuple[int, str]]:
    """The tag before each word but the first; WebVTT wants such times to grow, inside the cue's own."""
    words: tuple[Word, ...] = subtitle.words
    before, end = round(subtitle.start * 1000), round(subtitle.end * 1000)
    for word in words[1:]:
        at = round(word.start_time * 1000)
        if before < at < end:
            yield id(word), f"<{_tag_time(at)}>"
            before = at


def _tag_time(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
