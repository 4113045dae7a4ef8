"""Places in a text where a service found something, put together from windows that overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Span = dict[str, Any]  # AWS's own: at least `BeginOffset` and `EndOffset`, in code points of the whole text


def merged(earlier: Sequence[Span], later: Sequence[Span]) -> list[Span]:
    """What two windows found in the part that both saw, each thing once, in the order of the text.

    Where findings of both overlap, the longer is the whole one and the other was cut off by the window's edge; of two
    of the same length, the surer one is kept.
    """
    ranked = [(0, span) for span in earlier] + [(1, span) for span in later]
    ranked.sort(key=lambda one: (one[1]["BeginOffset"] - one[1]["EndOffset"], -float(one[1].get("Score") or 0.0)))
    kept: list[tuple[int, Span]] = []
    for window, span in ranked:
        if all(other == window or not overlap(span, one) for other, one in kept):
            kept.append((window, span))
    return sorted((span for _, span in kept), key=lambda span: (span["BeginOffset"], span["EndOffset"]))


def overlap(one: Span, other: Span) -> bool:
    """Whether the two share a character."""
    return bool(one["BeginOffset"] < other["EndOffset"] and other["BeginOffset"] < one["EndOffset"])


def covered(spans: Iterable[Span]) -> list[Span]:
    """SPANS in the order of the text, none over another: those that overlap become one, of the first one's type."""
    whole: list[Span] = []
    for span in sorted(spans, key=lambda span: (span["BeginOffset"], -span["EndOffset"])):
        if whole and span["BeginOffset"] < whole[-1]["EndOffset"]:
            whole[-1] = {**whole[-1], "EndOffset": max(whole[-1]["EndOffset"], span["EndOffset"])}
        else:
            whole.append(span)
    return whole


class Seam:
    """Takes what was found window after window, and gives what no later window can change."""

    def __init__(self) -> None:
        self._held: list[Span] = []

    def add(self, found: Sequence[Span], *, begin: int, settled: int) -> list[Span]:
        """Take what was FOUND in the window from BEGIN on; give what ends at or before SETTLED.

        SETTLED is the first place that the next window may begin at.
        """
        done = [span for span in self._held if span["EndOffset"] <= begin]
        seen_twice = [span for span in self._held if span["EndOffset"] > begin]
        done += merged(seen_twice, found) if seen_twice else found
        self._held = [span for span in done if span["EndOffset"] > settled]
        return [span for span in done if span["EndOffset"] <= settled] if self._held else done

    def close(self) -> list[Span]:
        """Give the rest."""
        rest, self._held = self._held, []
        return rest
