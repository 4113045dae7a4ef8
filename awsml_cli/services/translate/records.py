"""What the commands of `awsml translate` return."""

from __future__ import annotations

from typing import ClassVar

from awsml_cli.core.record import Record


class Translation(Record):
    """A text in another language."""

    columns: ClassVar = ("translated_text", "source_language_code", "target_language_code")
    prose: ClassVar = "translated_text"

    translated_text: str
    source_language_code: str
    target_language_code: str
    engine: str | None = None


class Language(Record):
    """A language that Translate knows."""

    columns: ClassVar = ("language_code", "language_name")

    language_code: str
    language_name: str
