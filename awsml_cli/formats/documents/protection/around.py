"""Translate texts with what must stay in them; where it does not come through, piece by piece between it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from awsml_cli.formats.documents.model import Markup, Segment
from awsml_cli.formats.documents.prose import has_letter
from awsml_cli.formats.documents.protection.marks import Text
from awsml_cli.formats.documents.protection.protect import Protected, protect, restore, write_words
from awsml_cli.formats.documents.protection.scan import scan

Ask = Callable[[Sequence[str]], Iterable[str]]
"""Translates texts: as many answers as texts, in order."""


@dataclass(frozen=True, slots=True)
class Split:
    """A text cut between what stays: `texts` are its words, one piece each, without the blanks around them."""

    texts: tuple[str, ...]
    frame: tuple[str | None, ...]  # None is where a translation goes
    markup: Markup
    entities: dict[str, str]

    def join(self, translations: Sequence[str]) -> str:
        """The whole text with TRANSLATIONS in place of `texts`. Raises ValueError where their number differs."""
        if len(translations) != len(self.texts):
            raise ValueError(f"{len(self.texts)} pieces, {len(translations)} translations")
        rest = iter(translations)
        return "".join(
            write_words(next(rest), self.markup, self.entities) if part is None else part for part in self.frame
        )


def split_around(text: str, markup: Markup = "text") -> Split:
    """TEXT cut into the words between what must stay."""
    found = scan(text, markup)
    texts: list[str] = []
    frame: list[str | None] = []
    for item in found.items:
        if not isinstance(item, Text) or not has_letter(item.value):
            frame.append(item.raw)
            continue
        words = item.value.strip()
        before, after = item.value[: item.value.index(words)], item.value[item.value.index(words) + len(words) :]
        texts.append(words)
        frame += [before, None, after]
    return Split(tuple(texts), tuple(frame), markup, dict(found.entities))


def translate(segments: Sequence[Segment], ask: Ask) -> list[str]:
    """The translations of SEGMENTS, by way of ASK.

    The same text is asked for once, a text without words never, and one that came back without all that must stay is
    asked for again in pieces. ASK is called at most twice.
    """
    protected = [protect(segment.text, segment.markup) for segment in segments]
    first = _asked((each.text for each in protected if each.has_words), ask)
    done = [_restored(each, first) for each in protected]
    torn = {
        at: split_around(segment.text, segment.markup)
        for at, (segment, text) in enumerate(zip(segments, done, strict=True))
        if text is None
    }
    again = _asked((text for split in torn.values() for text in split.texts), ask)
    for at, split in torn.items():
        done[at] = split.join([again[text] for text in split.texts])
    return [text or "" for text in done]


def _restored(protected: Protected, answers: dict[str, str]) -> str | None:
    if not protected.has_words:
        return protected.original
    return restore(answers[protected.text], protected)


def _asked(texts: Iterable[str], ask: Ask) -> dict[str, str]:
    once = list(dict.fromkeys(texts))
    if not once:
        return {}
    return dict(zip(once, ask(once), strict=True))
