"""Write what is derived from the program: the reference and the completions.

python scripts/generate.py           write them
python scripts/generate.py --check   exit 1, naming the files, where one is not as it would be written
"""

from __future__ import annotations

import sys
from pathlib import Path

from reference import pages
from typer.completion import get_completion_script  # type: ignore[attr-defined]

from awsml_cli.main import COMPLETE

ROOT = Path(__file__).parent.parent
SHELLS = {"bash": "bash", "zsh": "zsh", "fish": "fish", "powershell": "ps1"}


def files() -> dict[Path, str]:
    """Every generated file with its text."""
    made = {ROOT / "docs/reference" / name: text for name, text in pages().items()}
    for shell, ending in SHELLS.items():
        script = get_completion_script(prog_name="awsml", complete_var=COMPLETE, shell=shell)
        made[ROOT / f"completions/awsml.{ending}"] = script.strip() + "\n"
    return made


def stale(made: dict[Path, str]) -> list[Path]:
    """The files that are missing, not as in MADE, or left over from a command that is gone."""
    wrong = [path for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return wrong + [path for path in sorted((ROOT / "docs/reference").rglob("*.md")) if path not in made]


def main(words: list[str]) -> int:
    """Do what the WORDS of the command line say; return the exit code."""
    made = files()
    wrong = stale(made)
    if words == ["--check"]:
        for path in wrong:
            sys.stderr.write(f"stale: {path.relative_to(ROOT).as_posix()}\n")
        if wrong:
            sys.stderr.write("hint: python scripts/generate.py\n")
        return 1 if wrong else 0
    if words:
        sys.stderr.write(__doc__ or "")
        return 2
    for path in wrong:
        if path in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], encoding="utf-8", newline="\n")
        else:
            path.unlink()
        sys.stdout.write(f"{path.relative_to(ROOT).as_posix()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
