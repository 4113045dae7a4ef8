"""Which files of a project go into its image: all but those that .dockerignore names, as docker reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ALWAYS = (".git", "**/__pycache__", "**/*.pyc")


def files(root: Path) -> Iterator[Path]:
    """The files below ROOT that go in, sorted, each relative to it."""
    rules = [_rule(line) for line in [*ALWAYS, *_lines(root / ".dockerignore")]]
    yield from sorted(_below(root, Path(), rules))


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()[:1] not in ("", "#")]


def _rule(line: str) -> tuple[re.Pattern[str], bool]:
    """The pattern of LINE, and whether it lets in what an earlier one kept out."""
    wanted = line.startswith("!")
    text = line.lstrip("!").strip("/").removeprefix("./")
    pattern = ""
    for part in re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]*\])", text):
        special = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
        pattern += special.get(part) or (part if part.startswith("[") and part.endswith("]") else re.escape(part))
    return re.compile(pattern + r"(?:/.*)?"), wanted


def _below(root: Path, folder: Path, rules: list[tuple[re.Pattern[str], bool]]) -> Iterator[Path]:
    for path in (root / folder).iterdir():
        name = folder / path.name
        if path.is_dir() and not path.is_symlink():
            if not _out(name, rules) or any(wanted for _, wanted in rules):
                yield from _below(root, name, rules)
        elif not _out(name, rules):
            yield name


def _out(name: Path, rules: list[tuple[re.Pattern[str], bool]]) -> bool:
    out = False
    for pattern, wanted in rules:
        if pattern.fullmatch(name.as_posix()):
            out = not wanted
    return out
