"""Cut text of any length into pieces that a service takes, at the ends of sentences."""

from awsml_cli.formats.pieces.cutter import Cutter, Piece, cut, utf8_length

__all__ = ["Cutter", "Piece", "cut", "utf8_length"]
