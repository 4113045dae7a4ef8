"""Conditions in an English text, by the names that ICD-10-CM has for them.

A place is found where all words of a name stand together, and no other word. The list is the tabular list of the
U.S. National Center for Health Statistics, as simple-icd-10-cm carries it; nothing of that package is run. Names of
external causes and of contacts with health services are left out: they are no conditions.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from awsml_cli.local.engines.clinical import index
from awsml_cli.local.engines.clinical.said import MEANT, WRITTEN
from awsml_cli.local.engines.clinical.words import EMPTY, Word, key, stem, words
from awsml_cli.local.engines.declaration import Declaration

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LIST: Final = "data/icd10c-tabular-April-1-2026.xml"
DECLARATION: Final = Declaration(
    name="icd-10-cm",
    job="conditions",
    package="simple-icd-10-cm",
    pin="1.5.0",
    module="simple_icd_10_cm",
    licence="MIT (the list: public domain)",
    languages=("en",),
    quality="weak",
    measured="of 53 conditions in 42 clinical sentences of ours 49 found, all with the right category, "
    "and 3 that were none",
    install="pip install 'awsml-cli[medical]'",
    weights={_LIST: "f161f8182aff3ce3a2a78e202f8259c08eaee2c670a9e45b0072445c52302935"},
)
LONGEST: Final = 8  # words of a name
MOST: Final = 5  # codes of a place, as many as AWS gives
# ICD-10-CM's own words for "nothing more is known", which a text leaves out
_UNSAID: Final = re.compile(
    r"\([^)]*\)|\[[^\]]*\]|\bNOS\b|,? not elsewhere classified|,? not otherwise specified|"
    r",? (?:without|with no|not specified as)(?:(?! with\b).)*"
    r"|\bunspecified (?:site|organism|part|type|laterality|as to \w+|degree|severity|cause|side|eye|ear)\b"
    r"|\b(?:site|organism|part|type|cause) (?:un|not )specified"
    r"|\bunspecified\b|\buncomplicated\b|\bmellitus\b|,? (?:single episode|in diseases classified elsewhere)",
    re.IGNORECASE,
)
# "and" in a title means "and/or": ICD-10-CM Official Guidelines for Coding and Reporting, I.A.14
_EITHER: Final = re.compile(r"(?<![\w-])([\w-]+) (?:and|or) ([\w-]+)")
_LEFT_OUT: Final = tuple("VWXYZ")
# names of a part of a list, not of a condition
_NO_CONDITIONS: Final = frozenset(
    """
    mild moderate severe acute chronic remission female male primary secondary bilateral left right other injury
    disease disorder syndrome symptom infection lesion complication adult child newborn alcohol tobacco hand foot
    attack axis broad calme corn death falling fit growth hanging illness immersion mortality needle pian pile pin taco
    tokelau worry wound birth delivery labor pregnancy blood exposure contact state episode unknown none normal
    manic depressed
    """.split()  # noqa: SIM905
)

_SAID: Final = re.compile(rf"\b(?:{'|'.join(sorted(MEANT, key=len, reverse=True))})\b")
_EVERYDAY: Final = frozenset(word for said in MEANT for word in said.split())


class Code(NamedTuple):
    """A code and its own description.

    `score` is no probability. Half of it says that a name which the list gives to the code has the very words of the
    place; half, how many words the place and the description share (Dice). So the first of a place has .5 to 1.
    """

    code: str
    description: str
    score: float


class Condition(NamedTuple):
    """A condition: from where to where, and its codes, the best first."""

    begin: int
    end: int
    codes: tuple[Code, ...]

    @property
    def sort(self) -> str:
        """SYMPTOM for R00 to R69, SIGN for the findings of R70 to R97, else DIAGNOSIS: ICD-10-CM's own chapters."""
        chapter, number = self.codes[0].code[0], self.codes[0].code[1:3]
        return "DIAGNOSIS" if chapter != "R" else "SYMPTOM" if number < "70" else "SIGN"


def find(text: str, *, home: Path) -> list[Condition]:
    """The conditions in TEXT, in its order; the longest name wins."""
    with closing(index.opened(DECLARATION, _fill, home=home)) as base:
        return list(_found(list(words(text)), base))


def _found(said: list[Word], base: sqlite3.Connection) -> Iterator[Condition]:
    known = {one.stem: _is_known(one, base) for one in said}
    first = 0
    while first < len(said):
        for last in range(_reach(said, first, known), first, -1):
            place = said[first:last]
            if place[-1].stem not in EMPTY and (codes := _codes(_meant(place), base)):
                yield Condition(place[0].begin, place[-1].end, codes)
                first = last - 1
                break
        first += 1


def _is_known(word: Word, base: sqlite3.Connection) -> bool:
    """Whether a name has WORD, or may stand within it or for it."""
    if word.stem in EMPTY or word.text in WRITTEN or word.stem in _EVERYDAY:
        return True
    return base.execute("SELECT 1 FROM word WHERE stem = ?", (word.stem,)).fetchone() is not None


def _reach(said: list[Word], first: int, known: dict[str, bool]) -> int:
    """Behind which word a name that begins at FIRST ends at the latest."""
    if said[first].stem in EMPTY:
        return first
    last = first
    while (
        last < min(first + LONGEST, len(said)) and known[said[last].stem] and not (last > first and said[last].breaks)
    ):
        last += 1
    return last


def _meant(place: list[Word]) -> list[str]:
    """The words of PLACE in ICD-10-CM's wording: an abbreviation written out, an everyday word in the list's own."""
    if len(place) == 1:
        if written := WRITTEN.get(place[0].text):
            return [stem(one) for one in written.split()]
        if len(place[0].text) < 4 and not place[0].text.isupper():
            return []  # three letters that are no abbreviation are a word of every day
    said = _SAID.sub(lambda match: MEANT[match[0]], " ".join(word.stem for word in place))
    return [stem(one) for one in said.split()]


def _codes(stems: list[str], base: sqlite3.Connection) -> tuple[Code, ...]:
    wanted = key(stems)
    if not wanted or (" " not in wanted and wanted in _NO_CONDITIONS):
        return ()
    rows = base.execute(
        "SELECT code.code, code.description FROM name JOIN code ON name.code = code.code WHERE key = ? "
        "ORDER BY code.leaf DESC, name.length, code.code",
        (wanted,),
    ).fetchall()
    if not rows:
        return ()
    category = rows[0][0][:3]
    near = base.execute(
        "SELECT code, description FROM code WHERE code > ? AND code < ? AND leaf LIMIT 200", (category, category + "~")
    ).fetchall()
    said, named = set(wanted.split()), dict(rows)
    met = [Code(code, text, round((1 + _alike(said, text)) / 2, 4)) for code, text in rows]
    rest = [Code(code, text, round(_alike(said, text) / 2, 4)) for code, text in near if code not in named]
    others = sorted([*met[1:], *rest], key=lambda one: -one.score)
    return (met[0]._replace(score=max(one.score for one in met)), *(one for one in others[: MOST - 1] if one.score))


def _alike(said: set[str], description: str) -> float:
    there = set(key(word.stem for word in words(_UNSAID.sub(" ", description))).split())
    return 2 * len(said & there) / (len(said) + len(there))


def _fill(folder: Path, base: sqlite3.Connection) -> None:
    import xml.etree.ElementTree as ElementTree

    base.execute("CREATE TABLE code (code TEXT PRIMARY KEY, description TEXT, leaf INTEGER) WITHOUT ROWID")
    base.execute("CREATE TABLE name (key TEXT, code TEXT, length INTEGER, PRIMARY KEY (key, code)) WITHOUT ROWID")
    tree = ElementTree.parse(folder / _LIST)  # noqa: S314 - its digest is known
    entries = [(one.findtext("name", ""), one) for one in tree.iter("diag")]
    kept = [(code, one) for code, one in entries if code and not code.startswith(_LEFT_OUT)]
    rows = ((code, one.findtext("desc", ""), one.find("diag") is None) for code, one in kept)
    base.executemany("INSERT OR IGNORE INTO code VALUES (?, ?, ?)", rows)
    names = ((wanted, code, length) for code, one in kept for wanted, length in _keys(_names(one)))
    base.executemany(
        "INSERT INTO name VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET length = min(length, excluded.length)", names
    )
    base.execute("CREATE TABLE word (stem TEXT PRIMARY KEY) WITHOUT ROWID")
    found = {stem for (wanted,) in base.execute("SELECT key FROM name") for stem in wanted.split()}
    base.executemany("INSERT INTO word VALUES (?)", ((one,) for one in found))


def _names(entry: Element) -> Iterator[str]:
    yield entry.findtext("desc", "")
    for kind in ("inclusionTerm", "includes"):
        yield from (note.text or "" for note in entry.findall(f"{kind}/note"))


def _keys(names: Iterable[str]) -> Iterator[tuple[str, int]]:
    """How NAMES are compared, and how many characters each had: the shortest says the least besides."""
    for name in names:
        plain = _UNSAID.sub(" ", name)
        both = {plain, _EITHER.sub(r"\1", plain), _EITHER.sub(r"\2", plain)} if _EITHER.search(plain) else {plain}
        for said in both:
            stems = [word.stem for word in words(said)]
            if stems and len(stems) <= LONGEST + 4 and (wanted := key(stems)):
                yield wanted, len(name)
