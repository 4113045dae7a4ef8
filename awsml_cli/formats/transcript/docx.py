"""Word documents: the smallest package that every word processor opens, written without a library.

Three parts (content types, relations, the document) are all that Office Open XML demands (ECMA-376, part 1, 11.3.10).
"""

from __future__ import annotations

import re
from html import escape
from io import BytesIO
from itertools import groupby
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from awsml_cli.formats.transcript.model import Transcript, Word, join
from awsml_cli.formats.transcript.options import Options
from awsml_cli.formats.transcript.prose import blocks_of, clock, is_doubtful
from awsml_cli.formats.transcript.turns import Turn

_EPOCH = (1980, 1, 1, 0, 0, 0)  # ZIP's first date: the same transcript gives the same bytes
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML 1.0 cannot hold
_OFFICE = "http://schemas.openxmlformats.org"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    f'{_HEAD}<Types xmlns="{_OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
_BOLD, _GREY, _TITLE = "<w:b/>", '<w:color w:val="808080"/>', '<w:b/><w:sz w:val="36"/>'


def render_docx(transcript: Transcript, options: Options) -> bytes:
    """A Word document: the title, then a paragraph for each turn or paragraph, names bold, doubtful words grey."""
    body = _paragraph(_run(options.title, _TITLE)) if options.title else ""
    named = options.shows(transcript.speakers)
    body += "".join(_block(block, options, named=named) for block in blocks_of(transcript, options)) or _paragraph("")
    document = f'{_HEAD}<w:document xmlns:w="{_OFFICE}/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    output = BytesIO()
    with ZipFile(output, "w", ZIP_DEFLATED) as package:
        for name, part in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            package.writestr(entry, part)
    return output.getvalue()


def _block(turn: Turn, options: Options, *, named: bool) -> str:
    runs = _run(f"[{clock(turn.start_time)}] ", _GREY) if options.timestamps else ""
    if named and turn.speaker:
        runs += _run(f"{turn.speaker}: ", _BOLD)
    return _paragraph(runs + _words(turn.words, options))


def _words(words: tuple[Word, ...], options: Options) -> str:
    """Runs of words that are doubtful, and of those that are not."""
    if options.mark_below is None:
        return _run(join(words))
    groups = [(doubtful, join(group)) for doubtful, group in groupby(words, lambda word: is_doubtful(word, options))]
    texts = [text + " " * (at < len(groups)) for at, (_, text) in enumerate(groups, start=1)]
    return "".join(_run(text, _GREY if doubtful else "") for (doubtful, _), text in zip(groups, texts, strict=True))


def _run(text: str, properties: str = "") -> str:
    style = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{style}<w:t xml:space="preserve">{escape(_FORBIDDEN.sub("", text), quote=False)}</w:t></w:r>'


def _paragraph(runs: str) -> str:
    return f"<w:p>{runs}</w:p>"
