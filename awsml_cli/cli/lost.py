"""Inputs that failed while others went on: said on stderr, and written to a file from which they can be fed back."""

from __future__ import annotations

import json
from pathlib import Path

from awsml_cli.cli import report
from awsml_cli.core.errors import AwsmlError, UsageError


class Lost:
    """Where failed inputs are told of; FILE is begun anew. Raises UsageError where it cannot be written."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        if file is not None:
            try:
                file.write_bytes(b"")
            except OSError as problem:
                raise UsageError(f"cannot write {file}: {problem.strerror or problem}", hint="--errors FILE") from None

    def tell(self, name: str, error: AwsmlError, *, about: str | None = None) -> None:
        """Tell that the input NAME failed; ABOUT stands before the sentence instead of the name."""
        report.error_line(error, about=f"{name}: " if about is None else about)
        if self._file is not None:
            entry = {"input": name, "error": error.message, "hint": error.hint}
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
