"""What in a text must come through a translation unharmed: placeholders, tags, addresses, code.

`protect` gives the text to send, `restore` puts what was protected back into the answer and says whether all of it
came through, `split_around` cuts the text between it for the case that it did not, and `translate` does all three.
"""

from awsml_cli.formats.documents.protection.around import Split, split_around, translate
from awsml_cli.formats.documents.protection.marks import Mark, Text
from awsml_cli.formats.documents.protection.protect import Protected, Token, protect, restore
from awsml_cli.formats.documents.protection.scan import has_words, scan

__all__ = [
    "Mark",
    "Protected",
    "Split",
    "Text",
    "Token",
    "has_words",
    "protect",
    "restore",
    "scan",
    "split_around",
    "translate",
]
