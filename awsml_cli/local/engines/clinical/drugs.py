"""Medicines in an English text, by the names that DrugBank's open vocabulary, MedlinePlus and the NHS have for them.

The names are data in the package drug-named-entity-recognition, of which nothing is run: it would load 1.5 s, and has
doors to the network. Its pickle holds strings in dictionaries and lists, and nothing else is let out of it.
"""

from __future__ import annotations

import bz2
import pickle
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final, NamedTuple

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.clinical import index
from awsml_cli.local.engines.clinical.words import Word, words
from awsml_cli.local.engines.declaration import Declaration

_LIST: Final = "drug_ner_dictionary.pkl.bz2"
DECLARATION: Final = Declaration(
    name="drug-names",
    job="medicines",
    package="drug-named-entity-recognition",
    pin="2.0.9",
    module="drug_named_entity_recognition",
    licence="MIT (names: DrugBank open vocabulary CC0-1.0, MeSH, MedlinePlus, NHS)",
    languages=("en",),
    quality="weak",
    measured="of 24 medicines in 42 clinical sentences of ours 23 found, and none that was none",
    install="pip install 'awsml-cli[medical]'",
    weights={_LIST: "ec10a1c7b633fc4bae8d0eecff053892c0e37f49e18eaf59c8a1e9f40fc80d9d"},
)
LONGEST: Final = 5  # words of a name
# Substances that DrugBank lists and that a clinical text names because they were measured, eaten or are part of a body.
_NO_MEDICINES: Final = frozenset(
    """
    acetone albumin ammonia amylase bicarbonate bilirubin blood c-peptide calcium carbon chloride chlorine cholesterol
    cortisol creatine creatinine estradiol ethanol ferritin fibrin fibrinogen gelatin globulin glucose glycerol
    haemoglobin hemoglobin histamine homocysteine hydrogen iron ketone lactate lactose lead lipase magnesium mercury
    nitrogen oxygen peptide phosphate phosphorus plasma potassium progesterone prolactin protein serum sodium starch
    sucrose sugar testosterone thrombin thyroglobulin thyrotropin thyroxine transferrin triglycerides tryptase urea
    vitamin vitamins water zinc honey egg milk peanut cat dog pollen coffee tea tobacco cannabis cocaine heroin
    """.split()  # noqa: SIM905
) | {
    "rheumatoid factor", "thyroid gland", "parathyroid hormone", "intrinsic factor", "antidiuretic hormone",
    "lactic acid", "fetal hemoglobin", "glucose-6-phosphate", "immunoglobulin a", "immunoglobulin g",
    "immunoglobulin m", "c-reactive protein", "cow's milk",
}  # fmt: skip
# brands that are prescribed often and that the list lacks: https://medlineplus.gov/druginformation.html
_BRANDS: Final = {
    "augmentin": "amoxicillin and clavulanic acid", "bactrim": "co-trimoxazole", "keflex": "cephalexin",
    "levoxyl": "levothyroxine", "norco": "hydrocodone combination products", "percocet": "oxycodone",
    "synthroid": "levothyroxine", "vicodin": "hydrocodone combination products", "z-pak": "azithromycin",
}  # fmt: skip

# and what a medicine is called by its class, which MeSH alone has
_CLASSES: Final = ("penicillin", "penicillins", "statin", "statins", "tetracycline", "cephalosporins", "sulfonamides")


class Drug(NamedTuple):
    """A medicine: whether it is called by a brand, from where to where, and its generic name."""

    brand: bool
    begin: int
    end: int
    generic: str


def find(text: str, *, home: Path) -> list[Drug]:
    """The medicines in TEXT, in its order; the longest name wins."""
    with closing(index.opened(DECLARATION, _fill, home=home)) as base:
        return list(_found(list(words(text)), text, base))


def _found(said: list[Word], text: str, base: sqlite3.Connection) -> Iterator[Drug]:
    first = 0
    while first < len(said):
        for last in range(min(first + LONGEST, len(said)), first, -1):
            if any(word.breaks for word in said[first + 1 : last]):
                continue
            name = " ".join(text[said[first].begin : said[last - 1].end].lower().split())
            row = base.execute("SELECT generic, brand FROM drug WHERE name = ?", (name,)).fetchone()
            if row:
                yield Drug(bool(row[1]), said[first].begin, said[last - 1].end, row[0])
                first = last - 1
                break
        first += 1


def _fill(folder: Path, base: sqlite3.Connection) -> None:
    base.execute("CREATE TABLE drug (name TEXT PRIMARY KEY, generic TEXT, brand INTEGER) WITHOUT ROWID")
    with bz2.open(folder / _LIST) as file:
        told: Mapping[str, Any] = _Unpickler(file).load()
    base.executemany("INSERT OR IGNORE INTO drug VALUES (?, ?, ?)", _names(told))
    base.executemany("INSERT OR IGNORE INTO drug VALUES (?, ?, 1)", _BRANDS.items())
    base.executemany("INSERT OR IGNORE INTO drug VALUES (?, ?, 0)", ((name, name) for name in _CLASSES))


def _names(told: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    about, more = told["drug_canonical_to_data"], told["drug_variant_to_variant_data"]
    for name, generics in told["drug_variant_to_canonical"].items():
        generic = generics[0]
        known = about.get(generic, {})
        marked = more.get(name, {}).get("is_brand")
        # what MeSH alone knows is mostly a substance of a laboratory
        if not known.keys() & {"drugbank_id", "medline_plus_id", "nhs_url"}:
            continue
        if len(name) < 4 or name in _NO_MEDICINES or len(name.split()) > LONGEST:
            continue
        yield name, generic, _is_brand(name, generic) if marked is None else marked


def _is_brand(name: str, generic: str) -> bool:
    """Whether NAME is a brand of GENERIC: one word that is unlike it. A salt or another country's name is like it."""
    return " " not in name and SequenceMatcher(None, name, generic).ratio() < 0.6


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise ConfigError(f"{DECLARATION.name}: its list names {module}.{name}, which no list does")
