"""The completions, driven in the shells themselves."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from house import ROOT

BASH = """
source completions/awsml.bash
COMP_WORDS=({line}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_awsml_completion awsml
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
# `compdef` and `_arguments` belong to zsh's own completion, which needs a terminal; here they tell what they were given
ZSH = """
compdef() {{ }}
_arguments() {{ print -r -- "$1" }}
_files() {{ print files }}
source completions/awsml.zsh
words=({line}); CURRENT=${{#words}}
_awsml_completion
"""
FISH = "source completions/awsml.fish; complete -C '{line}'"
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}
QUIET = {"bash": ["--norc", "--noprofile"], "zsh": ["-f"], "fish": ["--no-config"]}


@pytest.fixture
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A shell that is there, with `awsml` on its path."""
    name: str = request.param
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    return name


def complete(shell: str, line: str, home: Path) -> list[str]:
    """What SHELL offers where the cursor stands at the end of LINE."""
    command = home / "awsml"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m awsml_cli "$@"\n')
    command.chmod(0o755)
    done = subprocess.run(
        [shell, *QUIET[shell], "-c", SCRIPTS[shell].format(line=line)],
        cwd=ROOT,
        env={**os.environ, "PATH": os.pathsep.join((str(home), os.environ["PATH"])), "HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


everywhere = pytest.mark.parametrize("shell", ["bash", "zsh", "fish"], indirect=True)


@everywhere
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("awsml tr", ["transcribe", "translate"]),
        ("awsml transcribe jo", ["jobs"]),
        ("awsml transcribe --kara", ["--karaoke"]),
        ("awsml translate -f js", ["json", "jsonl"]),
    ],
)
def test_a_tab_offers_what_could_come_next(shell: str, line: str, offered: list[str], tmp_path: Path) -> None:
    found = "\n".join(complete(shell, line, tmp_path))
    word = re.compile(r'"([^"]+)"(?::"[^"]*")?' if shell == "zsh" else r"^(\S+)", re.M)  # the rest is its help
    assert word.findall(found) == offered


@everywhere
def test_where_the_program_has_nothing_to_offer_files_are_offered(shell: str, tmp_path: Path) -> None:
    if shell == "bash":
        assert complete(shell, "awsml transcribe sam", tmp_path) == [""]  # then `-o default` offers files
    else:
        assert complete(shell, "awsml transcribe sam", tmp_path) == [{"zsh": "files", "fish": "samples/"}[shell]]
