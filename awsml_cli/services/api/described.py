"""What an operation takes and gives, in words, from botocore's model of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from awsml_cli.core import lifecycle, models
from awsml_cli.core.record import Listing, Record
from awsml_cli.services.api.calling import Answer, main_list

_TAG: Final = re.compile(r"<[^>]+>")
_BLANK: Final = re.compile(r"\s+")
_BLOCK: Final = re.compile(r"</?(?:p|li|ul|ol|note|important|dl|dt|dd)[^>]*>")


class Service(Record):
    """A service whose operations can be called."""

    columns: ClassVar = ("service", "operations", "name", "state")

    service: str
    name: str
    operations: int
    state: str


class Operation(Record):
    """An operation, and the first sentence about it."""

    columns: ClassVar = ("operation", "about")

    operation: str
    about: str


class Described(Record):
    """An operation with all that it takes and gives."""

    prose: ClassVar = "text"

    service: str
    operation: str
    documentation: str
    parameters: list[dict[str, Any]]
    members: list[dict[str, Any]]
    rows: str | None = None

    @property
    def text(self) -> str:
        """A page of help."""
        lines = [f"Usage: awsml api {self.service} {self.operation} [OPTIONS]", "", self.documentation, ""]
        for title, entries, dashes in (("Parameters:", self.parameters, "--"), ("Answer:", self.members, "")):
            if entries:
                lines.append(title)
                for entry in entries:
                    wanted = "  required" if entry.get("required") else ""
                    lines.append(f"  {dashes}{entry['name']}  {entry['type']}{wanted}")
                    lines.extend(f"      {line}" for line in (entry["limits"], entry["about"]) if line)
                lines.append("")
        if self.rows:
            lines.append(
                f"-f jsonl, csv, tsv, table and text give the members of {self.rows}; --query is over all of it."
            )
        return "\n".join(lines).rstrip() + "\n"


class Skeleton(Answer):
    """All parameters of an operation as JSON, to be filled in; what is not wanted is taken out."""


def services() -> Listing:
    """The services whose operations can be called."""

    def found() -> Iterator[Service]:
        for name in models.SERVICES:
            model = models.service_model(name)
            full = model.metadata.get("serviceFullName", name)
            count = len(model.operation_names)
            yield Service(service=name, name=full, operations=count, state=lifecycle.state_of(name))

    return Listing(found(), "Services")


def operations(service: str) -> Listing:
    """The operations of SERVICE. Raises UsageError for one that is not known."""
    model = models.service_model(service)
    return Listing(
        (
            Operation(operation=models.kebab(name), about=sentence(model.operation_model(name).documentation))
            for name in model.operation_names
        ),
        "Operations",
    )


def describe(operation: Any) -> Described:
    """All about OPERATION."""
    shape = operation.input_shape
    required = set(shape.required_members) if shape is not None else set()
    return Described(
        service=operation.service_model.service_name,
        operation=models.kebab(operation.name),
        documentation=words(operation.documentation),
        parameters=[
            {**_entry(models.kebab(name), member), "required": name in required}
            for name, member in (shape.members.items() if shape is not None else ())
        ],
        members=[
            _entry(name, member)
            for name, member in (operation.output_shape.members.items() if operation.output_shape is not None else ())
        ],
        rows=main_list(operation),
    )


def skeleton(operation: Any) -> Skeleton:
    """The parameters of OPERATION with nothing in them yet."""
    shape = operation.input_shape
    return Skeleton.model_construct().with_raw(_empty(shape, ()) if shape is not None else {})


def _empty(shape: Any, within: tuple[str, ...]) -> Any:
    """Nothing in the form of SHAPE; what is WITHIN itself is left out there."""
    kind = shape.type_name
    if kind == "structure":
        inner = (*within, shape.name)
        return {name: _empty(one, inner) for name, one in shape.members.items() if one.name not in inner}
    if kind == "list":
        return [] if shape.member.name in within else [_empty(shape.member, within)]
    if kind == "map":
        return {} if shape.value.name in within else {"KEY": _empty(shape.value, within)}
    return {"integer": 0, "long": 0, "float": 0.0, "double": 0.0, "boolean": False}.get(kind, "")


def _entry(name: str, shape: Any) -> dict[str, Any]:
    return {"name": name, "type": _type(shape), "limits": _limits(shape), "about": sentence(shape.documentation)}


def _type(shape: Any) -> str:
    kind = str(shape.type_name)
    if kind == "list":
        return f"list of {_type(shape.member)}"
    if kind == "structure":
        return "{" + ", ".join(list(shape.members)[:8]) + (", …}" if len(shape.members) > 8 else "}")
    return f"map of {_type(shape.value)}" if kind == "map" else kind


def _limits(shape: Any) -> str:
    found = [
        f"{word} {shape.metadata[name]}"
        for name, word in (("min", "at least"), ("max", "at most"))
        if name in shape.metadata
    ]
    if getattr(shape, "enum", None):
        found.append("one of " + ", ".join(shape.enum))
    return "; ".join(found)


def words(documentation: str) -> str:
    """AWS's DOCUMENTATION, which is HTML, as plain text with a line for each paragraph."""
    parts = (_BLANK.sub(" ", _TAG.sub("", part)).strip() for part in _BLOCK.split(documentation or ""))
    return "\n".join(html.unescape(part) for part in parts if part)


def sentence(documentation: str) -> str:
    """The first sentence of DOCUMENTATION."""
    text = words(documentation).partition("\n")[0]
    end = re.search(r"(?<!e\.g)(?<!i\.e)\.(?:\s|$)", text)
    return text[: end.start() + 1] if end else text
