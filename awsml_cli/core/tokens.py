"""The file that says what stood where a token stands now: JSON lines, readable by its owner alone."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

from awsml_cli.core.errors import InputError, OutputError


class TokenFile:
    """Tokens and their texts in PATH; those of earlier runs stay, new ones are written behind them at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def read(self, *, missing: bool = False) -> dict[str, str]:
        """The texts by their tokens. Raises InputError for what is no such file; it may be MISSING."""
        if missing and not self.path.exists():
            return {}
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except OSError as problem:
            raise InputError(f"cannot read {self.path}: {problem.strerror or problem}") from None
        except UnicodeDecodeError:
            raise InputError(f"{self.path} is not a file of tokens") from None
        found: dict[str, str] = {}
        for number, line in enumerate(lines, 1):
            try:
                entry = json.loads(line)
                token, text = entry["token"], entry["text"]
                int(token.strip("[]").rpartition("-")[2])
                found[token] = str(text)
            except (ValueError, TypeError, KeyError, AttributeError):
                raise InputError(f"{self.path} is not a file of tokens: line {number}") from None
        return found

    def keep(self, token: str, text: str) -> None:
        """Write that TOKEN stands for TEXT. Raises OutputError where it cannot be written."""
        try:
            if self._file is None:
                descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                with suppress(OSError):
                    self.path.chmod(0o600)
                self._file = os.fdopen(descriptor, "a", encoding="utf-8", newline="\n")
            self._file.write(json.dumps({"token": token, "text": text}, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as problem:
            raise OutputError(f"cannot write {self.path}: {problem.strerror or problem}") from None
