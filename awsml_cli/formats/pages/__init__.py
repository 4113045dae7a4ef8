"""Documents as files: what kind one is, how many pages it has, whether it is whole; pages taken out, drawn, made ready.

Pure: files and bytes in, facts and bytes out. Facts about PNG, JPEG and TIFF need the standard library alone; PDFs are
read with pypdf, drawn with pypdfium2, pictures changed with Pillow, each imported when it is needed.
"""

from awsml_cli.formats.pages.draw import drawn
from awsml_cli.formats.pages.facts import Facts, describe, head_of, kind_of, look, look_at
from awsml_cli.formats.pages.parts import part, parts
from awsml_cli.formats.pages.picture import converted

__all__ = ["Facts", "converted", "describe", "drawn", "head_of", "kind_of", "look", "look_at", "part", "parts"]
