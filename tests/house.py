"""The house as the tests walk it: where it stands, its files, and its commands as `scripts/tree.py` knows them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import generate  # noqa: E402
import tree  # noqa: E402
from tree import Command, commands  # noqa: E402

__all__ = ["ROOT", "Command", "commands", "files", "generate", "modules", "tree"]


def modules() -> dict[str, Path]:
    """Every module of the program, by its dotted name."""
    found = {}
    for path in sorted((ROOT / "awsml_cli").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def files() -> list[Path]:
    """Every file of the repository, as git sees it; without git, every file but those of tools."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and (ROOT / ".git").exists():
        return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and not any(part in ("__pycache__", ".venv") or part.endswith("_cache") for part in path.parts)
    ]
