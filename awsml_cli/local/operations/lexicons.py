"""Polly's lexicons: kept as they are put, applied where the voice speaks their language.

Lexemes with an alias are applied. A phoneme in IPA or X-SAMPA no engine here can say, so a lexicon with one is refused
when it is put. Format: https://www.w3.org/TR/pronunciation-lexicon/
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.speak.voices import LANGUAGES
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused

KIND = "lexicon"

# https://docs.aws.amazon.com/polly/latest/dg/limits.html
LONGEST = 4_000  # characters of a lexicon
LONGEST_LEXEME = 100  # characters of a replacement
MOST = 100  # lexicons

_PLS = "{http://www.w3.org/2005/01/pronunciation-lexicon}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def put_lexicon(params: Params, machine: Machine) -> Answer:
    """Keep a lexicon, in the place of one of the same name."""
    name, content = params["Name"], params["Content"]
    if not re.fullmatch(r"[0-9A-Za-z]{1,20}", name):
        raise Refused("ValidationException", "a lexicon's name has 1 to 20 letters and digits")
    if len(content) > LONGEST:
        raise Refused("LexiconSizeExceededException", f"a lexicon has at most {LONGEST} characters")
    kept = {text for text, _ in machine.store.documents(KIND)}
    if name not in kept and len(kept) >= MOST:
        raise Refused("MaxLexiconsNumberExceededException", f"there are {MOST} lexicons already")
    language, alphabet, entries = _parsed(content)
    about = {"language": language, "alphabet": alphabet, "lexemes": entries, "content": content, "changed": clock.now()}
    machine.store.set_document(KIND, name, about)
    return {}


def get_lexicon(params: Params, machine: Machine) -> Answer:
    """A lexicon and what is known of it."""
    name = params["Name"]
    kept = machine.store.document(KIND, name)
    if kept is None:
        raise _absent()
    attributes = _attributes(name, kept)
    return {"Lexicon": {"Name": name, "Content": kept["content"]}, "LexiconAttributes": attributes}


def list_lexicons(params: Params, machine: Machine) -> Answer:
    """All lexicons; there are never enough for a second page."""
    found = machine.store.documents(KIND)
    return {"Lexicons": [{"Name": name, "Attributes": _attributes(name, kept)} for name, kept in found]}


def delete_lexicon(params: Params, machine: Machine) -> Answer:
    """Forget a lexicon."""
    if not machine.store.remove_document(KIND, params["Name"]):
        raise _absent()
    return {}


OPERATIONS: dict[str, Operation] = {
    "PutLexicon": put_lexicon,
    "GetLexicon": get_lexicon,
    "ListLexicons": list_lexicons,
    "DeleteLexicon": delete_lexicon,
}


def lexemes(names: Iterable[str], language: str, machine: Machine) -> dict[str, str]:
    """What the lexicons NAMES say for a voice of LANGUAGE; the first that has a word wins."""
    found: dict[str, str] = {}
    for name in names:
        kept = machine.store.document(KIND, name)
        if kept is None:
            raise Refused("LexiconNotFoundException", f"Lexicon not found: {name}", status=404)
        if kept["language"] == language:
            found = {**kept["lexemes"], **found}
    return found


def _parsed(content: str) -> tuple[str, str, dict[str, str]]:
    """Language, alphabet and lexemes (written → said) of a PLS document."""
    if re.search(r"<!(?:DOCTYPE|ENTITY)", content):
        raise Refused("InvalidLexiconException", "a document type is not allowed")
    try:
        root = ElementTree.fromstring(content.encode())  # noqa: S314 - entities were refused above
    except ElementTree.ParseError as problem:
        raise Refused("InvalidLexiconException", f"it is not well-formed: {problem}") from None
    if root.tag not in (f"{_PLS}lexicon", "lexicon"):
        raise Refused("InvalidLexiconException", "the outermost tag has to be <lexicon>")
    language, alphabet = root.get(_LANG, ""), root.get("alphabet", "ipa")
    if language not in LANGUAGES:
        raise Refused("UnsupportedPlsLanguageException", f"the language {language or '(none)'} is not supported")
    if alphabet not in ("ipa", "x-sampa"):
        raise Refused("UnsupportedPlsAlphabetException", f"the alphabet {alphabet} is not supported")
    space = _PLS if root.tag.startswith(_PLS) else ""
    entries: dict[str, str] = {}
    for lexeme in root.iter(f"{space}lexeme"):
        entries.update(_entries(lexeme, space))
    return language, alphabet, entries


def _entries(lexeme: Any, space: str) -> dict[str, str]:
    written = [text.strip() for element in lexeme.iter(f"{space}grapheme") if (text := element.text or "").strip()]
    alias = lexeme.findtext(f"{space}alias")
    if not written:
        raise Refused("InvalidLexiconException", "a lexeme needs a grapheme")
    if alias is None and lexeme.find(f"{space}phoneme") is not None:
        raise ConfigError(
            f"no voice on this machine can say the phonemes for `{written[0]}`", hint="give an <alias> instead"
        )
    if not alias:
        raise Refused("InvalidLexiconException", "a lexeme needs an alias or a phoneme")
    if len(alias) > LONGEST_LEXEME:
        raise Refused("MaxLexemeLengthExceededException", f"a replacement has at most {LONGEST_LEXEME} characters")
    return dict.fromkeys(written, alias.strip())


def _attributes(name: str, kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "Alphabet": kept["alphabet"],
        "LanguageCode": kept["language"],
        "LastModified": datetime.fromtimestamp(int(kept["changed"]), UTC),
        "LexiconArn": f"arn:aws:polly:us-east-1:000000000000:lexicon/{name}",
        "LexemesCount": len(kept["lexemes"]),
        "Size": len(kept["content"]),
    }


def _absent() -> Refused:
    return Refused("LexiconNotFoundException", "Lexicon not found", status=404)
