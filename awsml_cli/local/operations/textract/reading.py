"""One page read as it was asked for: its blocks, and who made them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from awsml_cli.core import spans
from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import read
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read import fields, layout, questions, tables
from awsml_cli.local.engines.read.pages import Pages
from awsml_cli.local.operations import Answer, Machine, Params, made_by
from awsml_cli.local.operations.textract import documents
from awsml_cli.local.operations.textract.blocks import Block, Blocks
from awsml_cli.local.operations.textract.structure import Structure

_WORST = ("weak", "fair", "good")


@dataclass
class Asked:
    """What is asked of a document."""

    features: tuple[str, ...] = ()
    questions: Sequence[dict[str, Any]] = ()

    @classmethod
    def of(cls, params: Params) -> Asked:
        """What PARAMS of an analysis ask. Raises ConfigError for what no engine here can do."""
        features = tuple(params["FeatureTypes"])
        for feature, does in _UNABLE.items():
            if feature in features:
                raise ConfigError(f"no engine on this machine can {does}", hint="leave it out, or run without --local")
        queries = tuple((params.get("QueriesConfig") or {}).get("Queries", ()))
        if ("QUERIES" in features) != bool(queries):
            raise documents.invalid("QueriesConfig is required with the feature type QUERIES.")
        if params.get("AdaptersConfig"):
            raise ConfigError("no engine on this machine can use an adapter", hint="leave it out")
        return cls(features, queries)


_UNABLE = {"SIGNATURES": "find signatures"}


@dataclass
class Made:
    """Who made an answer: engines, and the quality of the weakest of them."""

    engines: dict[str, str] = field(default_factory=dict)

    def by(self, *declared: Declaration) -> None:
        """Note the engines DECLARED."""
        for one in declared:
            self.engines[one.label()] = one.quality

    @property
    def names(self) -> str:
        """The engines, with a comma between them."""
        return ", ".join(self.engines)

    @property
    def quality(self) -> str:
        """That of the weakest."""
        return min(self.engines.values(), key=_WORST.index)

    def sign(self, answer: Answer, machine: Machine) -> Answer:
        """ANSWER with the engines' names, which are told, too."""
        return made_by(answer, engine=self.names, quality=self.quality, machine=machine)


def page(pages: Pages, number: int, asked: Asked, made: Made, machine: Machine, *, salt: str) -> list[Block]:
    """The blocks of the page NUMBER of PAGES."""
    sheet = pages.page(number)
    found = read.read(sheet, home=machine.home, warn=machine.warn)
    made.by(*found.engines)
    blocks = Blocks(salt=salt, number=number, size=sheet.size)
    blocks.text(found.lines)
    if asked.features:
        structure = Structure(sheet, found.lines, blocks)
        for feature, (declared, add) in _FOUND_BY.items():
            if feature in asked.features:
                made.by(declared)
                add(structure)
        if here := [query for query in asked.questions if _is_asked(query, number)]:
            made.by(questions.DECLARATION)
            structure.add_answers(here)
    return blocks.all


def _is_asked(query: Mapping[str, Any], number: int) -> bool:
    """Whether QUERY is asked of the page NUMBER: of the first alone, where it does not say."""
    return number in spans.pages(",".join(query.get("Pages", ("1",))))


_FOUND_BY: Final[dict[str, tuple[Declaration, Callable[[Structure], None]]]] = {
    "TABLES": (tables.DECLARATION, Structure.add_tables),
    "FORMS": (fields.DECLARATION, Structure.add_fields),
    "LAYOUT": (layout.DECLARATION, Structure.add_layout),
}
