"""What a job has written: its files, kept together in one archive, and the record that is read from them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, ClassVar, Final

from pydantic import PrivateAttr

from awsml_cli.core.errors import InputError, ServiceError
from awsml_cli.core.record import Listing, Record

METADATA: Final = "job_metadata.json"
BETWEEN: Final = {"text": "\f", "md": "\n", "html": "\n", "csv": "\n"}  # the documents of one answer
_MEMBERS: Final = {"text": "text", "md": "markdown", "html": "html"}  # of a representation in result.json
_ENDINGS: Final = {"text": ".txt", "md": ".md", "html": ".html"}
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # of a file in an archive, so that the same files are the same bytes


class Field(Record):
    """A field that a blueprint asks for; `confidence` is 0 to 1."""

    columns: ClassVar = ("name", "value", "confidence", "document", "blueprint")

    name: str
    value: str
    confidence: float | None = None
    document: int = 0
    blueprint: str | None = None


class Insights(Record):
    """What AWS has found in a document: its text in several forms, and the fields of blueprints."""

    columns: ClassVar = ("text",)
    prose: ClassVar = "text"

    text: str

    _files: dict[str, bytes] = PrivateAttr(default_factory=dict)

    @property
    def files(self) -> dict[str, bytes]:
        """All that the job has written, by its path."""
        return self._files

    def fields(self) -> dict[str, Any]:
        """The record: AWS's own JSON of each document, and the names of its other files."""
        return {
            "job_metadata": _json(self._files.get(METADATA, b"{}"), METADATA),
            "extraction": [found for _, found in _results(self._files, "extraction")],
            "custom": [found for _, found in _results(self._files, "custom")],
            "files": sorted(name for name in self._files if not name.endswith(".json")),
        }

    def rendered(self, format: str) -> str:
        """All documents in FORMAT, `md`, `html` or `csv`. Raises InputError where the job wrote none."""
        found = _tables(self._files) if format == "csv" else list(_texts(self._files, format))
        if format == "csv" and not found and self.found:
            return self._fields_as_csv()
        if not found:
            raise InputError(
                f"the job wrote no {format}",
                hint=f"it wrote {', '.join(sorted(_kinds(self._files)))}; its project says what is written",
            )
        return BETWEEN[format].join(_ended(text) for text in found)

    @property
    def found(self) -> list[Field]:
        """The fields of all its documents."""
        made = []
        for document, result in _results(self._files, "custom"):
            blueprint = (result.get("matched_blueprint") or {}).get("name")
            sure = _first(result.get("explainability_info"))
            for name, value, about in _leaves(result.get("inference_result"), sure):
                made.append(
                    Field(name=name, value=_said(value), confidence=about, document=document, blueprint=blueprint)
                )
        return made

    def listing(self) -> Listing:
        """The fields as records."""
        return Listing(iter(self.found), "Fields")

    def _fields_as_csv(self) -> str:
        import csv

        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(Field.columns)
        for one in self.found:
            rows.writerow(["" if (cell := getattr(one, name)) is None else cell for name in Field.columns])
        return text.getvalue()


def packed(files: Mapping[str, bytes]) -> bytes:
    """FILES as one archive, for the cache."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return made.getvalue()


def insights(answer: bytes) -> Insights:
    """The record of an archive. Raises ServiceError where its JSON is none, or it says nothing."""
    with zipfile.ZipFile(io.BytesIO(answer)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    if not any(_results(files, "extraction")) and not any(_results(files, "custom")):
        raise ServiceError("the job has written no result.json", hint="-o FOLDER/ gives what it wrote", code="NoResult")
    texts = list(_texts(files, "text")) or list(_texts(files, "md"))
    made = Insights(text=BETWEEN["text"].join(_ended(text) for text in texts))
    made._files = files
    if not texts:
        lines = ("\t".join((one.name, " ".join(one.value.split()))) for one in made.found)
        made = made.model_copy(update={"text": "".join(f"{line}\n" for line in lines)})
        made._files = files
    return made.with_raw({name: _json(files[name], name) for name in sorted(files) if name.endswith(".json")})


def safe(name: str) -> PurePosixPath:
    """The path NAME of a file of a job, to be written below a folder. Raises ServiceError where it leads out of it."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ServiceError(f"the job wrote `{name}`, which leads out of its folder", code="UnusableAnswer")
    return path


def _results(files: Mapping[str, bytes], sort: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The number and the `result.json` of each document, of the SORT `extraction` or `custom`."""
    for name in sorted(files, key=_order):
        parts = PurePosixPath(name).parts
        if sort in parts and parts[-1] == "result.json":
            number = parts[parts.index(sort) + 1]
            yield int(number) if number.isdigit() else 0, _json(files[name], name)


def _texts(files: Mapping[str, bytes], format: str) -> Iterator[str]:
    """Each document's text in FORMAT: its file, or what its JSON says."""
    for name in sorted(files, key=_order):
        parts = PurePosixPath(name).parts
        if "extraction" not in parts or parts[-1] != "result.json":
            continue
        own = str(PurePosixPath(name).with_suffix(_ENDINGS[format]))
        if own in files:
            yield files[own].decode("utf-8", "replace")
            continue
        said = (_json(files[name], name).get("document") or {}).get("representation") or {}
        if said.get(_MEMBERS[format]) is not None:
            yield str(said[_MEMBERS[format]])


def _tables(files: Mapping[str, bytes]) -> list[str]:
    names = [name for name in sorted(files, key=_order) if name.endswith(".csv")]
    return [files[name].decode("utf-8-sig", "replace") for name in names]


def _leaves(value: Any, sure: Any, at: str = "") -> Iterator[tuple[str, Any, float | None]]:
    """The path, the value and the confidence of each field; VALUE and SURE have the same shape."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            known = sure.get(name) if isinstance(sure, Mapping) else None
            yield from _leaves(inner, known, f"{at}.{name}" if at else str(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            known = sure[number] if isinstance(sure, list) and number < len(sure) else None
            yield from _leaves(inner, known, f"{at}[{number}]")
    else:
        about = sure.get("confidence") if isinstance(sure, Mapping) else None
        yield at, value, float(about) if isinstance(about, int | float) else None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _said(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _order(name: str) -> list[tuple[int, str]]:
    """Paths as people count: 2 comes before 10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in PurePosixPath(name).parts]


def _kinds(files: Mapping[str, bytes]) -> set[str]:
    return {PurePosixPath(name).suffix.lstrip(".") for name in files if name != METADATA} or {"nothing"}


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def _json(data: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ServiceError(f"the job's {name} is not JSON, or cut short", code="UnusableAnswer", hint="--fresh")
    return found
