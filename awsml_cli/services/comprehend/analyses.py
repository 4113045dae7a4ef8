"""What Comprehend can be asked about a text: the operations, their limits, and how their answers are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.formats.readings import Choice, OneReading, Parts, Rows, SpanReading
from awsml_cli.services.comprehend import rows

# https://docs.aws.amazon.com/comprehend/latest/dg/how-entities.html
_ENTITY_TYPES = "COMMERCIAL_ITEM DATE EVENT LOCATION ORGANIZATION OTHER PERSON QUANTITY TITLE"
ENTITY_TYPES: Final = tuple(_ENTITY_TYPES.split())
PLACE: Final = ("type", "text", "score", "begin_offset", "end_offset")


@dataclass(frozen=True)
class Analysis:
    """One question that can be asked.

    `operation` is the question about one text and `batch` about 25, as AWS names them; LIMIT is in UTF-8 bytes;
    `columns` are those of text and tables, `row` makes such rows (several for a document where `listed`), and `added`
    the cells that a table of the user's gets (`members` where it is JSON). The answer is either one thing, which
    `compose` makes of what was said about parts, or a list of places, AWS's KEY, looked for across windows where
    `overlap`.
    """

    name: str
    operation: str
    limit: int
    columns: tuple[str, ...]
    added: Callable[[Mapping[str, Any]], dict[str, Any]]
    row: Callable[[Mapping[str, Any]], Rows]
    batch: str | None = None
    key: str = ""
    overlap: bool = False
    languages: tuple[str, ...] = limits.COMPREHEND_LANGUAGES
    most: int = limits.COMPREHEND_BATCH_DOCUMENTS
    compose: Callable[[Parts], dict[str, Any]] | None = None
    listed: bool = False
    members: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None

    def for_json(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What an object of the user's gets, which can hold what a cell cannot."""
        return (self.members or self.added)(fields)

    def reading(self, language: str, choice: Choice) -> OneReading | SpanReading:
        """A new reading of a document in LANGUAGE."""
        if self.compose is not None:
            return OneReading(compose=self.compose, row=self.row, language=language)
        return SpanReading(
            self.key,
            row=self.row,
            choice=choice,
            language=language,
            overlap=self.overlap,
            quoted=self.operation == "DetectPiiEntities",
        )


_LONG = limits.COMPREHEND_LONG_DOCUMENT_BYTES
_SHORT = limits.COMPREHEND_DOCUMENT_BYTES

ANALYSES: Mapping[str, Analysis] = {
    analysis.name: analysis
    for analysis in (
        Analysis(
            "sentiment",
            "DetectSentiment",
            _SHORT,
            ("sentiment", "score"),
            rows.sentiment_cells,
            rows.sentiment_row,
            batch="BatchDetectSentiment",
            compose=rows.whole_sentiment,
            members=rows.sentiment_members,
        ),
        Analysis(
            "language",
            "DetectDominantLanguage",
            _LONG,
            ("language_code", "score"),
            rows.language_cells,
            lambda fields: [rows.best(fields.get("languages") or (), by="language_code")],
            batch="BatchDetectDominantLanguage",
            languages=(),
            compose=rows.whole_languages,
        ),
        Analysis(
            "entities",
            "DetectEntities",
            _LONG,
            PLACE,
            rows.cell("entities", "entities"),
            rows.span_row(),
            batch="BatchDetectEntities",
            key="Entities",
            listed=True,
            overlap=True,
        ),
        Analysis(
            "key-phrases",
            "DetectKeyPhrases",
            _LONG,
            PLACE,
            rows.cell("key_phrases", "key_phrases"),
            rows.span_row("KEY_PHRASE"),
            batch="BatchDetectKeyPhrases",
            key="KeyPhrases",
            listed=True,
            overlap=True,
        ),
        Analysis(
            "syntax",
            "DetectSyntax",
            _SHORT,
            PLACE,
            rows.cell("syntax_tokens", "syntax_tokens"),
            rows.token_row,
            batch="BatchDetectSyntax",
            key="SyntaxTokens",
            listed=True,
            languages=limits.COMPREHEND_SYNTAX_LANGUAGES,
        ),
        Analysis(
            "targeted",
            "DetectTargetedSentiment",
            _SHORT,
            (*PLACE, "sentiment", "sentiment_score"),
            rows.cell("targeted_entities", "entities"),
            rows.target_rows,
            batch="BatchDetectTargetedSentiment",
            key="Entities",
            listed=True,
        ),
        Analysis(
            "pii",
            "DetectPiiEntities",
            _LONG,
            PLACE,
            rows.cell("pii_entities", "entities"),
            rows.span_row(),
            key="Entities",
            listed=True,
            overlap=True,
            languages=limits.COMPREHEND_PII_LANGUAGES,
        ),
        Analysis(
            "contains-pii",
            "ContainsPiiEntities",
            _LONG,
            ("name", "score"),
            rows.cell("pii_labels", "labels"),
            rows.label_rows("labels"),
            listed=True,
            languages=limits.COMPREHEND_PII_LANGUAGES,
            compose=rows.highest("Labels"),
        ),
        Analysis(
            "toxicity",
            "DetectToxicContent",
            limits.COMPREHEND_TOXIC_SEGMENT_BYTES,
            ("toxicity", "label", "score"),
            rows.toxicity_cells,
            lambda fields: [(fields.get("toxicity"), *rows.best(fields.get("labels") or ()))],
            batch="DetectToxicContent",
            languages=limits.COMPREHEND_TOXIC_LANGUAGES,
            most=limits.COMPREHEND_TOXIC_SEGMENTS,
            compose=rows.highest("Labels"),
        ),
        Analysis(
            "classify",
            "ClassifyDocument",
            _LONG,
            ("name", "score"),
            rows.class_cells,
            lambda fields: rows.label_rows("classes")(fields) or rows.label_rows("labels")(fields),
            listed=True,
            languages=(),
            compose=rows.whole_classes,
        ),
    )
}
