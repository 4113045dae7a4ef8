"""Pictures made ready with Pillow: opened without being fooled by their size, turned, converted, made smaller."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.core.errors import ConfigError, InputError
from awsml_cli.formats.pages.pdf import library

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS: Final = 400_000_000  # of a picture that is decoded here: 1.2 GB
QUALITIES: Final = (95, 85, 75)  # of JPEG, before a picture loses pixels


def size_of(data: bytes, *, name: str) -> tuple[int, int]:
    """Width and height of the picture DATA; nothing is decoded."""
    try:
        with _pillow().open(io.BytesIO(data)) as found:
            size: tuple[int, int] = found.size
            return size
    except OSError:
        raise _unreadable(data[:16], name) from None


def pages_of(data: bytes, *, name: str) -> int:
    """The number of pages of the picture DATA, of which a TIFF alone has many; nothing is decoded."""
    try:
        with _pillow().open(io.BytesIO(data)) as found:
            return int(getattr(found, "n_frames", 1)) if found.format == "TIFF" else 1
    except (OSError, SyntaxError, ValueError):
        raise _unreadable(data[:16], name) from None


def opened(data: bytes, *, page: int = 1, name: str = "the picture") -> Image:
    """PAGE (from 1) of the picture DATA, turned upright, in RGB (or grey), without transparency.

    Raises InputError for what cannot be decoded, and for more than MOST_PIXELS of them.
    """
    from PIL import ImageOps

    try:
        found = _pillow().open(io.BytesIO(data))
        if page > 1:
            found.seek(page - 1)
        if found.width * found.height > MOST_PIXELS:
            raise InputError(f"{name} has {found.width:,} x {found.height:,} pixels, too many to be decoded")
        upright = ImageOps.exif_transpose(found)
        return _opaque(upright)
    except (OSError, EOFError, SyntaxError, ValueError) as problem:
        if isinstance(problem, InputError):
            raise
        raise _unreadable(data[:16], name) from None


def _opaque(picture: Any) -> Image:
    """PICTURE in a mode that every format can hold, on white where it was transparent."""
    if picture.mode in ("L", "RGB"):
        found: Image = picture
        return found
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        from PIL import Image as images

        clear = picture.convert("RGBA")
        page = images.new("RGB", clear.size, "white")
        page.paste(clear, mask=clear.getchannel("A"))
        return page
    grey: Image = picture.convert("L" if picture.mode in ("1", "I;16") else "RGB")
    return grey


def converted(data: bytes, *, most_bytes: int, most_pixels: int, page: int = 1, name: str = "the picture") -> bytes:
    """PAGE of the picture DATA as a PNG, or a JPEG if that is too large, upright, within both limits.

    MOST_PIXELS is of the longest side.
    """
    picture = opened(data, page=page, name=name)
    if max(picture.size) > most_pixels:
        picture = _smaller(picture, most_pixels / max(picture.size))
    photograph = data[:3] == b"\xff\xd8\xff" or kind_is_lossy(data)
    if not photograph:
        out = _saved(picture, "PNG", optimize=False)
        if len(out) <= most_bytes:
            return out
    while True:
        for quality in QUALITIES:
            out = _saved(picture, "JPEG", quality=quality)
            if len(out) <= most_bytes:
                return out
        picture = _smaller(picture, 0.8)


def kind_is_lossy(data: bytes) -> bool:
    """Whether DATA is of a kind that holds photographs, which PNG would only make larger."""
    return data[4:8] == b"ftyp" or data[8:16] == b"WEBPVP8 "


def sizes(data: bytes) -> list[tuple[int, int]]:
    """The size of each page of the picture DATA, as it stands upright."""
    found = _pillow().open(io.BytesIO(data))
    made = []
    for page in range(getattr(found, "n_frames", 1)):
        found.seek(page)
        width, height = found.size
        made.append((height, width) if found.getexif().get(0x0112, 1) >= 5 else (width, height))
    return made


def _saved(picture: Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _smaller(picture: Image, factor: float) -> Image:
    return picture.resize((max(int(picture.width * factor), 1), max(int(picture.height * factor), 1)))


def _pillow() -> Any:
    """PIL.Image, its own guard against bombs off: `MOST_PIXELS` is ours."""
    library("PIL")
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    if _knows_heic():
        library("pillow_heif").register_heif_opener()
    return Image


def _knows_heic() -> bool:
    from importlib.util import find_spec

    return find_spec("pillow_heif") is not None


def _unreadable(head: bytes, name: str) -> InputError | ConfigError:
    if head[4:8] == b"ftyp":
        return ConfigError(f"reading {name}, a HEIC picture, needs pillow-heif", hint="pip install 'awsml-cli[heic]'")
    return InputError(f"{name} is damaged: it cannot be decoded as a picture")
