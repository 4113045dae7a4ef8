"""The Avro schema that a table needs, inferred from what is in it.

https://docs.aws.amazon.com/personalize/latest/dg/how-it-works-dataset-schema.html
"""

from __future__ import annotations

from typing import Any, Final

from awsml_cli.formats.interactions.columns import Column
from awsml_cli.formats.interactions.kinds import Kind
from awsml_cli.formats.interactions.report import Report

NAMESPACE: Final = "com.amazonaws.personalize.schema"
_FLOATS: Final = frozenset({"PRICE"})  # what a domain wants to be a float, whole numbers or not


def avro(report: Report) -> dict[str, Any]:
    """The schema of the table that REPORT is about, as data; its fields stand in the order of the columns."""
    kind = report.kind
    texts = [column.name for column in report.columns if kind.name == "Items" and column.prose]
    fields = [_field(kind, column, textual=column.name in texts[:1]) for column in report.columns]
    return {"type": "record", "name": kind.name, "namespace": NAMESPACE, "fields": fields, "version": "1.0"}


def _field(kind: Kind, column: Column, *, textual: bool) -> dict[str, Any]:
    name = column.name
    told: str = "string" if name in kind.ids else kind.reserved.get(name) or column.type or "string"
    if name in _FLOATS and told in ("int", "long"):
        told = "float"
    if name in kind.needed:
        return {"name": name, "type": "long" if name.endswith("TIMESTAMP") else told}
    made: dict[str, Any] = {"name": name, "type": ["null", told] if column.gaps else told}
    if textual:
        return made | {"textual": True}
    categorical = told == "string" and name not in kind.reserved
    return made | ({"categorical": True} if categorical else {})
