"""Read, check, build and split SSML, with a way back from every byte of a piece to the original text."""

from awsml_cli.formats.ssml.lint import Problem, lint
from awsml_cli.formats.ssml.origin import Origin, SsmlPiece, plain
from awsml_cli.formats.ssml.read import billed
from awsml_cli.formats.ssml.split import split, split_pieces
from awsml_cli.formats.ssml.wrap import Manner, request_units, wrap

__all__ = [
    "Manner",
    "Origin",
    "Problem",
    "SsmlPiece",
    "billed",
    "lint",
    "plain",
    "request_units",
    "split",
    "split_pieces",
    "wrap",
]
