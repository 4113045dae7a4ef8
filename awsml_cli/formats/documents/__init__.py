"""Files to be translated: recognised, read as segments, written with the translations in their places.

Pure: bytes in, bytes out. `recognise` names the kind, `read` gives a Document, `translate` has its segments translated
by whatever answers texts with texts, with placeholders, tags and addresses kept; `Document.write` gives the file back,
in which all else is as it was.
"""

from awsml_cli.formats.documents.kinds import read
from awsml_cli.formats.documents.model import Document, Markup, Options, Segment
from awsml_cli.formats.documents.protection import Protected, Split, protect, restore, split_around, translate
from awsml_cli.formats.documents.recognise import ENDINGS, KINDS, recognise

__all__ = [
    "ENDINGS",
    "KINDS",
    "Document",
    "Markup",
    "Options",
    "Protected",
    "Segment",
    "Split",
    "protect",
    "read",
    "recognise",
    "restore",
    "split_around",
    "translate",
]
