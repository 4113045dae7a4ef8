"""The contact sheet of a timeline: a picture of each chapter, with its time and what is seen in it."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.errors import InputError
from awsml_cli.formats.timeline.frames import grab
from awsml_cli.formats.timeline.model import Look, Timeline, clock_time
from awsml_cli.formats.timeline.spans import Chapter, chapters, spans

MOST: Final = 48  # pictures; of more chapters, so many evenly chosen
COLUMNS: Final = 4
WIDTH: Final = 320  # pixels of a picture
MARGIN: Final = 12
LINE: Final = 18  # pixels of a line of text
FONT: Final = 14
PAPER, INK, FAINT, MARK = "white", "#222222", "#777777", "#e4572e"


def contact_sheet(timeline: Timeline, look: Look, video: Path) -> bytes:
    """The sheet as PNG, with pictures out of VIDEO. Raises InputError where nothing is seen, ConfigError as `grab`."""
    found = _chosen(list(chapters(spans(timeline, look))))
    if not found:
        raise InputError(f"nothing was seen in {look.title}: there is nothing to draw")
    times = [(one.start + one.end) // 2 if timeline.kind == "segments" else one.start for one in found]
    pictures = []
    for time, picture in zip(times, grab(video, times, name=look.title), strict=False):
        boxes = [box for event in timeline.events if event.start == time for box in _boxes(event.about)]
        pictures.append(_thumbnail(picture, boxes))
    return _laid_out(pictures, found)


def _chosen(found: list[Chapter]) -> list[Chapter]:
    if len(found) <= MOST:
        return found
    return [found[round(number * (len(found) - 1) / (MOST - 1))] for number in range(MOST)]


def _boxes(about: Any) -> list[Any]:
    box = about.get("bounding_box")
    return [one for one in [*(about.get("instances") or ()), box] if one]


def _thumbnail(picture: Any, boxes: Sequence[Any]) -> Any:
    from PIL import ImageDraw

    height = max(round(picture.height * WIDTH / picture.width), 1)
    small = picture.convert("RGB").resize((WIDTH, height))
    pen = ImageDraw.Draw(small)
    for box in boxes:
        left, top = box.get("Left", 0) * WIDTH, box.get("Top", 0) * height
        right, bottom = left + box.get("Width", 0) * WIDTH, top + box.get("Height", 0) * height
        pen.rectangle((left, top, max(right, left), max(bottom, top)), outline=MARK, width=2)
    return small


def _laid_out(pictures: Sequence[Any], found: Sequence[Chapter]) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    columns = min(COLUMNS, max(math.ceil(math.sqrt(len(pictures))), 1))
    rows = math.ceil(len(pictures) / columns)
    cell = max(picture.height for picture in pictures) + 2 * LINE + MARGIN
    sheet = Image.new("RGB", (columns * (WIDTH + MARGIN) + MARGIN, rows * (cell + MARGIN) + MARGIN), PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=FONT)
    for number, (picture, chapter) in enumerate(zip(pictures, found, strict=False)):
        left = MARGIN + number % columns * (WIDTH + MARGIN)
        top = MARGIN + number // columns * (cell + MARGIN)
        sheet.paste(picture, (left, top))
        below = top + picture.height + 4
        pen.text((left, below), f"{clock_time(chapter.start)} - {clock_time(chapter.end)}", fill=FAINT, font=font)
        pen.text((left, below + LINE), _fitted(", ".join(chapter.names), pen, font), fill=INK, font=font)
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _fitted(text: str, pen: Any, font: Any) -> str:
    """TEXT as far as it goes below a picture."""
    if pen.textlength(text, font=font) <= WIDTH:
        return text
    while text and pen.textlength(f"{text}…", font=font) > WIDTH:
        text = text[:-1]
    return f"{text.rstrip(', ')}…"
