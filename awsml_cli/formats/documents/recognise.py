"""What kind of file it is: by what it holds where that is certain, then by its name; in doubt it is plain text."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import PurePath
from typing import Final

from awsml_cli.core.errors import InputError

ENDINGS: Final = {
    "txt": "text", "text": "text",
    "srt": "srt", "vtt": "vtt", "webvtt": "vtt",
    "md": "md", "markdown": "md", "mkd": "md", "mdown": "md",
    "html": "html", "htm": "html", "xhtml": "html",
    "json": "json", "arb": "json", "webmanifest": "json",
    "jsonl": "jsonl", "ndjson": "jsonl",
    "csv": "csv", "tsv": "tsv", "tab": "tsv",
    "po": "po", "pot": "po",
    "xlf": "xliff", "xliff": "xliff", "tmx": "tmx",
    "docx": "docx", "pptx": "pptx", "xlsx": "xlsx",
}  # fmt: skip
"""File endings and the kind that each stands for."""

KINDS: Final = tuple(dict.fromkeys(ENDINGS.values()))

_PARTS = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}
_TIME = r"\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}"
_SRT = re.compile(rf"\s*(?:\d+[^\S\n]*\n)?[^\S\n]*{_TIME}[^\S\n]*-->[^\S\n]*{_TIME}[^\n]*(?:\n|\Z)")
_PROLOGUE = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*|<\?[^>]*\?>\s*|<!doctype[^>]*>\s*)*", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<(?:[\w-]+:)?([A-Za-z][\w-]*)[\s/>]")
_DOCTYPE = re.compile(r"\s*(?:<!--.*?-->\s*)*<!doctype\s+html\b", re.DOTALL | re.IGNORECASE)
_FRAGMENT = re.compile(
    r"\s*<(p|div|h[1-6]|ul|ol|dl|table|section|article|main|header|footer|nav|aside|blockquote|figure|body|head)\b[^<>]*>.*"
    r"</\w+>\s*",
    re.DOTALL | re.IGNORECASE,
)
_HEAD = 4096  # characters looked at for the beginning of a file
_JSON_MOST = 64 << 20  # bytes; nobody pipes more JSON than this without a name


def recognise(data: bytes, name: str | None = None) -> str:
    """The kind of the file DATA called NAME: one of KINDS.

    Raises InputError for an archive or a compound file that is no document of a kind we know.
    """
    if data.startswith(b"PK\x03\x04"):
        return _package(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise InputError(
            "this is a document of the old Office formats, or locked", hint="save it as .docx, .pptx or .xlsx"
        )
    if data.startswith(b"%PDF-"):
        raise InputError("this is a PDF", hint="awsml textract FILE | awsml translate --to CODE")
    named = ENDINGS.get(PurePath(name).suffix.lower().lstrip(".")) if name else None
    if named in ("docx", "pptx", "xlsx"):
        raise InputError(
            f"the file is called {PurePath(name or '').suffix} but is none: it does not begin like a ZIP archive"
        )
    head = _text(data)
    certain = _certain(head)
    if certain:
        return certain
    return named or _probable(data, head)


def _certain(head: str) -> str | None:
    if re.match(r"WEBVTT(?:[ \t\n]|\Z)", head):
        return "vtt"
    if _SRT.match(head):
        return "srt"
    prologue = _PROLOGUE.match(head)
    root = _ROOT.match(head, prologue.end() if prologue else 0)
    if root and root[1].lower() in ("xliff", "tmx"):
        return root[1].lower()
    return "html" if _DOCTYPE.match(head) or (root and root[1].lower() == "html") else None


def _probable(data: bytes, head: str) -> str:
    """What the whole of a nameless file says: JSON with a string in it, a fragment of HTML, else text."""
    start = head.lstrip()[:1]
    if start in ("{", "[") and len(data) <= _JSON_MOST:
        try:
            return "json" if _has_string(json.loads(data)) else "text"
        except (ValueError, RecursionError):
            return "text"
    if start == "<" and _FRAGMENT.fullmatch(data.decode("utf-8", "replace")):
        return "html"
    return "text"


def _has_string(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value)
    if isinstance(value, list):
        return any(isinstance(item, str) or _has_string(item) for item in value)
    return False


def _package(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise InputError(f"the file begins like a ZIP archive but cannot be read: {problem}") from None
    for name, kind in _PARTS.items():
        if name in names:
            return kind
    raise InputError(
        "the archive is no .docx, .pptx or .xlsx document", hint="unpack it, and translate the files in it"
    )


def _text(data: bytes) -> str:
    """The beginning of DATA as text, line ends as LF."""
    codec = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = data[: 4 * _HEAD].decode(codec, "replace")[:_HEAD]
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
