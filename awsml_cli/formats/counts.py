"""Counts of a quantum task: out of what Braket wrote, and as a histogram of SVG, PNG or blocks for a terminal.

The document is Braket's own, `braket.task_result.gate_model_task_result` (results.json):
https://github.com/amazon-braket/amazon-braket-schemas-python
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from awsml_cli.core.errors import InputError
from awsml_cli.formats import observed

MOST_BARS: Final = 64  # of a histogram; the rest is said in a line
_BLOCKS: Final = " ▏▎▍▌▋▊▉█"
_BAR, _GAP, _HEIGHT, _MARGIN = 36, 12, 240, 56  # pixels


@dataclass(frozen=True)
class Counts:
    """What was measured: `counts` by bit string, the most frequent first; `results` are result types with values.

    `seconds` is how long the simulator worked, where it says so.
    """

    shots: int
    counts: dict[str, int] = field(default_factory=dict)
    qubits: tuple[int, ...] = ()
    results: tuple[dict[str, Any], ...] = ()
    seconds: float | None = None

    @property
    def probabilities(self) -> dict[str, float]:
        """The share of each bit string."""
        whole = sum(self.counts.values())
        return {bits: count / whole for bits, count in self.counts.items()}


def parse(data: bytes) -> Counts:
    """The counts in DATA, a results.json. Raises InputError for what is none."""
    try:
        document = json.loads(data)
        if not isinstance(document, dict) or "taskMetadata" not in document:
            raise ValueError("it has no `taskMetadata`")
        shots = int(document["taskMetadata"].get("shots") or 0)
        return Counts(
            shots,
            _counted(document, shots),
            tuple(document.get("measuredQubits") or ()),
            _results(document),
            _seconds(document),
        )
    except (ValueError, TypeError, AttributeError, KeyError) as problem:
        raise InputError(f"this is no result of a quantum task: {problem}") from None


def _counted(document: Mapping[str, Any], shots: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in document.get("measurements") or ():
        found["".join(str(int(bit)) for bit in row)] += 1
    if not found:  # some devices give shares alone
        for bits, share in (document.get("measurementProbabilities") or {}).items():
            found[bits] = round(float(share) * shots)
    return dict(sorted(((bits, count) for bits, count in found.items() if count), key=lambda one: (-one[1], one[0])))


def _results(document: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    qubits = document.get("measuredQubits") or ()
    shots = [[int(bit) for bit in row] for row in document.get("measurements") or ()]
    return tuple(_result(one, shots, qubits) for one in document.get("resultTypes") or ())


def _result(one: Mapping[str, Any], shots: Sequence[Sequence[int]], qubits: Sequence[int]) -> dict[str, Any]:
    if isinstance(one["type"], str):  # of a program with shots: the value is ours to find
        one = {"type": one, "value": observed.value(one, shots, qubits)}
    kind = dict(one["type"])
    return {
        "type": kind.get("type"),
        "observable": kind.get("observable"),
        "targets": kind.get("targets") or kind.get("states"),
        "value": one.get("value"),
    }


def _seconds(document: Mapping[str, Any]) -> float | None:
    """The simulator's own measure, in seconds; the document has milliseconds."""
    about = (document.get("additionalMetadata") or {}).get("simulatorMetadata") or {}
    return float(about["executionDuration"]) / 1000 if about.get("executionDuration") is not None else None


def bar(share: float, most: float, *, width: int = 30) -> str:
    """SHARE as blocks, where MOST is as long as WIDTH."""
    eighths = round(share / most * width * 8) if most else 0
    full, rest = divmod(eighths, 8)
    return "█" * full + (_BLOCKS[rest] if rest else "")


def render_svg(counts: Mapping[str, int], *, title: str) -> str:
    """The histogram of COUNTS as SVG."""
    shown, left = _shown(counts)
    whole, most = sum(counts.values()) or 1, max(counts.values(), default=1)
    width, height, foot = _size(shown)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="11">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{width / 2:g}" y="22" text-anchor="middle" font-size="14">{escape(title)}</text>',
    ]
    base = _MARGIN + _HEIGHT
    for share in (0, 0.5, 1):
        y = base - share * _HEIGHT
        lines.append(f'<line x1="{_MARGIN}" y1="{y:g}" x2="{width - 8}" y2="{y:g}" stroke="#ddd"/>')
        lines.append(f'<text x="{_MARGIN - 6}" y="{y + 4:g}" text-anchor="end">{share * most / whole:.0%}</text>')
    for place, (bits, count) in enumerate(shown):
        x = _MARGIN + _GAP + place * (_BAR + _GAP)
        high = count / most * _HEIGHT
        lines.append(
            f'<rect x="{x}" y="{base - high:.1f}" width="{_BAR}" height="{high:.1f}" fill="#4c78a8">'
            f"<title>{bits}: {count} ({count / whole:.1%})</title></rect>"
        )
        lines.append(f'<text x="{x + _BAR / 2:g}" y="{base - high - 5:.1f}" text-anchor="middle">{count}</text>')
        lines.append(_below(bits, x + _BAR / 2, base + 16, upright=foot > 40))
    if left:
        lines.append(f'<text x="{width - 8}" y="40" text-anchor="end" fill="#666">and {left} more</text>')
    return "\n".join([*lines, "</svg>\n"])


def render_png(counts: Mapping[str, int], *, title: str) -> bytes:
    """The histogram of COUNTS as PNG."""
    from awsml_cli.formats.pages.pdf import library

    shown, left = _shown(counts)
    whole, most = sum(counts.values()) or 1, max(counts.values(), default=1)
    width, height, foot = _size(shown)
    picture = library("PIL.Image").new("RGB", (width, height), "white")
    canvas = library("PIL.ImageDraw").Draw(picture)
    base = _MARGIN + _HEIGHT
    canvas.text((width / 2, 20), title, fill="black", anchor="mm", font_size=14)
    for share in (0, 0.5, 1):
        y = base - share * _HEIGHT
        canvas.line((_MARGIN, y, width - 8, y), fill="#dddddd")
        canvas.text((_MARGIN - 6, y), f"{share * most / whole:.0%}", fill="black", anchor="rm", font_size=11)
    for place, (bits, count) in enumerate(shown):
        x = _MARGIN + _GAP + place * (_BAR + _GAP)
        high = count / most * _HEIGHT
        canvas.rectangle((x, base - high, x + _BAR, base), fill="#4c78a8")
        canvas.text((x + _BAR / 2, base - high - 8), str(count), fill="black", anchor="mm", font_size=11)
        text = "\n".join(bits) if foot > 40 else bits
        canvas.multiline_text((x + _BAR / 2, base + 6), text, fill="black", anchor="ma", font_size=11, spacing=1)
    if left:
        canvas.text((width - 8, 40), f"and {left} more", fill="#666666", anchor="rm", font_size=11)
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def _shown(counts: Mapping[str, int]) -> tuple[list[tuple[str, int]], int]:
    """The most frequent in the order of their bits, and how many are left out."""
    kept = list(counts.items())[:MOST_BARS]
    return sorted(kept), len(counts) - len(kept)


def _size(shown: Sequence[tuple[str, int]]) -> tuple[int, int, int]:
    """Width, height and the room for the bit strings: those that are too long for their bar stand upright."""
    longest = max((len(bits) for bits, _ in shown), default=1)
    foot = 32 if longest <= 5 else 14 + 14 * longest
    return max(_MARGIN + 20 + len(shown) * (_BAR + _GAP), 260), _MARGIN + _HEIGHT + foot, foot if longest > 5 else 0


def _below(bits: str, x: float, y: float, *, upright: bool) -> str:
    if not upright:
        return f'<text x="{x:g}" y="{y}" text-anchor="middle" font-family="monospace">{bits}</text>'
    spans = "".join(f'<tspan x="{x:g}" dy="{0 if place == 0 else 14}">{bit}</tspan>' for place, bit in enumerate(bits))
    return f'<text y="{y}" text-anchor="middle" font-family="monospace">{spans}</text>'
