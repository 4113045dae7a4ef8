"""Which strings are for people to read, and which for machines."""

from __future__ import annotations

import re

_KEYS = """
    alt answer body button caption content copy cta description details excerpt footer greeting header heading headline
    help hint intro label legend lead message notice placeholder prompt question quote sentence subheading subject
    subtitle summary tagline text title tooltip warning
"""
TEXT_KEYS = frozenset(_KEYS.split())
"""Names of JSON fields and table columns whose values are text even if they are a single word."""

_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?\s?(Z|[+-]\d{2}:?\d{2})?")
_MACHINE = re.compile(
    r"""
    [a-z][a-z0-9+.-]*:\S+           # an address: https://…, mailto:…, urn:…, data:…
  | \S+@\S+\.\S+                    # e-mail
  | (?:\.{0,2}|~|[A-Za-z]:)[/\\]\S* # a path from the root, here or home
  | \S+/\S+                         # a path, a media type
  | [#.][\w-]+                      # a colour, an anchor, a file ending
  | \S*[\w)][._]\w\S*               # dotted.name, file.txt, snake_case
  | \S*\d\S*                        # a code with figures in it
  | [a-z]+(?:[A-Z][a-z0-9]*)+       # camelCase
  | [A-Za-z0-9]+(?:-[A-Za-z0-9]+){2,} # kebab-case-names
  | [a-z]{2}-[A-Z]{2}               # a language
    """,
    re.VERBOSE,
)


def has_letter(text: str) -> bool:
    """Whether TEXT has a letter of any script."""
    return any(map(str.isalpha, text))


def is_machine(text: str) -> bool:
    """Whether TEXT is an address, a path, a date, a code or a name out of a program: one word that nobody says."""
    text = text.strip()
    return _DATE.fullmatch(text) is not None or _MACHINE.fullmatch(text) is not None


def is_prose(text: str, *, key: str = "", catalogue: bool = False) -> bool:
    """Whether TEXT, the value of KEY, is for people.

    It is when it has a letter and is nothing for machines, and besides has a blank between words or a letter beyond
    ASCII, or stands under one of TEXT_KEYS. In a CATALOGUE, which holds nothing but messages, single words count too.
    """
    text = text.strip()
    if not has_letter(text) or is_machine(text):
        return False
    if catalogue or any(part in TEXT_KEYS for part in re.split(r"[^a-z]+", key.lower())):
        return True
    return any(map(str.isspace, text)) or any(char.isalpha() and not char.isascii() for char in text)
