"""Say in SSML how plain text is to be spoken."""

from __future__ import annotations

import re
from dataclasses import dataclass

from awsml_cli.formats.ssml.origin import Origin, SsmlPiece

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
# what XML 1.0 cannot hold, not even as an entity
_IMPOSSIBLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
_SPECIAL = re.compile(rf"[&<>]|{_IMPOSSIBLE}")


@dataclass(frozen=True, slots=True)
class Manner:
    """How to speak: Polly's own words for rate, pitch and volume (`fast`, `120%`, `+2st`, `-6dB`).

    `pause` is a silence behind the text (`500ms`, `1s`). Which engine knows what, `lint` says.
    """

    rate: str | None = None
    pitch: str | None = None
    volume: str | None = None
    pause: str | None = None
    whisper: bool = False
    soft: bool = False
    breaths: bool = False
    newscaster: bool = False

    @property
    def tags(self) -> list[tuple[str, str]]:
        """The elements around the text, outermost first: name and attributes."""
        prosody = "".join(
            f' {name}="{_quoted(value)}"'
            for name, value in (("rate", self.rate), ("pitch", self.pitch), ("volume", self.volume))
            if value
        )
        elements = [
            ("speak", "", True),
            ("amazon:domain", ' name="news"', self.newscaster),
            ("amazon:auto-breaths", "", self.breaths),
            ("amazon:effect", ' name="whispered"', self.whisper),
            ("amazon:effect", ' phonation="soft"', self.soft),
            ("prosody", prosody, bool(prosody)),
        ]
        return [(name, attributes) for name, attributes, wanted in elements if wanted]

    @property
    def before(self) -> str:
        """The tags in front of the text."""
        return "".join(f"<{name}{attributes}>" for name, attributes in self.tags)

    @property
    def after(self) -> str:
        """The tags behind the text."""
        pause = f'<break time="{_quoted(self.pause)}"/>' if self.pause else ""
        return pause + "".join(f"</{name}>" for name, _ in reversed(self.tags))


def wrap(text: str, manner: Manner, *, at: int = 0) -> SsmlPiece:
    """Write plain TEXT as SSML, to be spoken in MANNER; AT is its code point in the original.

    `& < >` are written as entities, and control characters that XML cannot hold as blanks.
    """
    origin = Origin()
    origin.instead(manner.before, at=at)
    begin = 0
    for match in _SPECIAL.finditer(text):
        origin.verbatim(text[begin : match.start()], at=at + begin)
        origin.instead(_ENTITIES.get(match[0], " "), at=at + match.start(), length=1)
        begin = match.end()
    origin.verbatim(text[begin:], at=at + begin)
    origin.instead(manner.after, at=at + len(text))
    return SsmlPiece(origin.text, origin)


def request_units(text: str) -> int:
    """Measure plain TEXT that will be wrapped, so that one number keeps both of Polly's limits.

    2 a character, or the length of its entity: at most 6,000 minus the tags' length means at most 6,000 characters in
    all and 3,000 billed ones.
    """
    return 2 * len(text) + 3 * text.count("&") + 2 * (text.count("<") + text.count(">"))


def _quoted(value: str) -> str:
    return re.sub('[&<>"]', lambda match: _ENTITIES[match[0]], value)
