"""Plain text: a segment for each paragraph, blanks and line ends between them as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from awsml_cli.formats.documents.encoding import decode
from awsml_cli.formats.documents.model import Document, Draft, Options
from awsml_cli.formats.documents.prose import has_letter

_PARAGRAPH = re.compile(r"\S(?:[^\r\n]*\S)?(?:(?:\r\n|\r|\n)[^\S\r\n]*\S(?:[^\r\n]*\S)?)*")


def read(data: bytes, options: Options) -> Document:
    """The text in DATA. Raises InputError for bytes that are no text."""
    file = decode(data)
    draft = Draft()
    for number, found in enumerate(_PARAGRAPH.finditer(file.text), start=1):
        if has_letter(found[0]):
            index = draft.segment(f"paragraph {number}", re.sub(r"\r\n?", "\n", found[0]))
            draft.slot(found.start(), found.end(), [index], partial(_written, file.newline))
    return draft.document("text", file)


def _written(newline: str, texts: Sequence[str]) -> str:
    return texts[0].replace("\n", newline)
