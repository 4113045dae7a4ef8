"""A scene as SVG, by a writer of our own: no dependency, the same bytes for the same chart."""

from __future__ import annotations

from html import escape

from awsml_cli.formats.chart.scene import Area, Line, Point, Scene, Text


def svg(made: Scene) -> str:
    """The scene as a document that a browser shows at its own size, and scales."""
    size = f'width="{made.width:g}" height="{made.height:g}" viewBox="0 0 {made.width:g} {made.height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="Helvetica, Arial, sans-serif">'
    body = [_shape(one) for one in made.shapes]
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return "\n".join([head, ground, *body, "</svg>", ""])


def _shape(one: Line | Area | Text) -> str:
    if isinstance(one, Line):
        dash = ' stroke-dasharray="4 3"' if one.dashed else ""
        return (
            f'<polyline points="{_points(one.points)}" fill="none" stroke="{one.colour}" stroke-width="{one.width:g}"'
            f' stroke-linejoin="round"{dash}/>'
        )
    if isinstance(one, Area):
        return f'<polygon points="{_points(one.points)}" fill="{one.colour}" fill-opacity="{one.strength:.2f}"/>'
    weight = ' font-weight="bold"' if one.bold else ""
    place = f'x="{one.at[0]:.1f}" y="{one.at[1]:.1f}" font-size="{one.size:g}" fill="{one.colour}"'
    return f'<text {place} text-anchor="{one.anchor}"{weight}>{escape(_visible(one.text))}</text>'


def _points(points: list[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _visible(text: str) -> str:
    """TEXT without what XML forbids."""
    return "".join(char for char in text if char >= " " and char not in "\x7f\ufffe\uffff")
