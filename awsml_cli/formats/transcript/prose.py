"""Text and Markdown: a transcript to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from awsml_cli.formats.transcript.insights import note, sections
from awsml_cli.formats.transcript.model import Transcript, Word, join
from awsml_cli.formats.transcript.options import Options
from awsml_cli.formats.transcript.turns import Turn, paragraphs, turns

# What Markdown would take for markup inside a line; at a line's beginning also what would make a list or a heading.
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")
_LIST = re.compile(r"^(\d+)([.)])|^([-+])")


def render_text(transcript: Transcript, options: Options) -> str:
    """Paragraphs parted by empty lines; where names are shown, one line a turn: `Ann: …`. Ends in a newline, or is
    empty.
    """
    named = options.shows(transcript.speakers)
    blocks = (
        _stamp(block, options) + _name(block, named) + shown(block, options) for block in blocks_of(transcript, options)
    )
    text = ("\n" if named else "\n\n").join(blocks)
    return text and text + "\n"


def render_md(transcript: Transcript, options: Options) -> str:
    """Markdown: the title as a heading, `**Ann:**` before a turn, and all that could be markup escaped."""
    return "".join(_md_blocks(transcript, options)).removeprefix("\n")


def render_note(transcript: Transcript) -> str:
    """The clinical note: a heading for each section, its points below; empty where there is none."""
    return "\n".join(
        f"{title}\n" + "".join(f"- {point}\n" for point in points) for title, points in note(transcript.details)
    )


def blocks_of(transcript: Transcript, options: Options) -> Iterator[Turn]:
    """Turns where names are shown, else paragraphs."""
    if options.shows(transcript.speakers):
        return turns(transcript)
    return paragraphs(transcript, pause=options.paragraph_pause)


def shown(turn: Turn, options: Options) -> str:
    """The text of a turn, doubtful words marked if that is wished."""
    if options.mark_below is None:
        return turn.text
    return join(
        replace(word, content=f"[{word.content}?]") if is_doubtful(word, options) else word for word in turn.words
    )


def is_doubtful(word: Word, options: Options) -> bool:
    """Whether the word's confidence is below what is wished; a word without one is not doubted."""
    return options.mark_below is not None and word.confidence is not None and word.confidence < options.mark_below


def clock(seconds: float) -> str:
    """`00:01:02`: whole seconds, rounded down, hours as many as it takes."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _md_blocks(transcript: Transcript, options: Options) -> Iterator[str]:
    if options.title:
        yield f"# {_escaped(options.title)}\n"
    found = list(sections(transcript.details))
    for title, points in found:
        yield f"\n## {_escaped(title)}\n"
        yield "\n" + "".join(f"- {_escaped(point)}\n" for point in points)
    if found:
        yield "\n## Conversation\n"
    named = options.shows(transcript.speakers)
    for block in blocks_of(transcript, options):
        name = f"**{_escaped(block.speaker)}:** " if named and block.speaker else ""
        stamp = f"`{clock(block.start_time)}` " if options.timestamps else ""
        text = _escaped(shown(block, options))
        yield f"\n{stamp}{name}{text if stamp or name else _LIST.sub(_unlisted, text)}\n"


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _unlisted(match: re.Match[str]) -> str:
    """A paragraph that begins with "1." or "-" is no list."""
    return f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}"


def _stamp(turn: Turn, options: Options) -> str:
    return f"[{clock(turn.start_time)}] " if options.timestamps else ""


def _name(turn: Turn, named: bool) -> str:
    return f"{turn.speaker}: " if named and turn.speaker else ""
