"""Places on a picture, and what can be made of them: the picture with them marked, without them, they alone.

Pure: the bytes of a picture and areas in, bytes out. The picture is turned as its EXIF says before anything is drawn,
since that is how AWS counts; nothing of its metadata goes into what is made.
"""

from awsml_cli.formats.boxes.crops import crops
from awsml_cli.formats.boxes.hiding import hidden
from awsml_cli.formats.boxes.marked import ENDINGS, encoded, marked, render
from awsml_cli.formats.boxes.model import Area, corners_of
from awsml_cli.formats.boxes.sheet import MOST_TILES, Tile, contact_sheet, tiles

__all__ = [
    "ENDINGS",
    "MOST_TILES",
    "Area",
    "Tile",
    "contact_sheet",
    "corners_of",
    "crops",
    "encoded",
    "hidden",
    "marked",
    "render",
    "tiles",
]
