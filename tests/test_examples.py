"""Every example of every help page, run as it stands: in a folder with the files it names, before the fake."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import needs
import pytest
from fakeaws import Aws
from fakeaws.process import Process
from fakeaws.program import Program
from house import commands
from recordings import STAGING
from world import World, lacking_engine, missing

import awsml_cli.main

# what would move the cursor, beep or hide: none of it comes out of a file or a service
LOGGED = re.compile(
    r"^awsml sagemaker (local )?(train|build|push|deploy|rollback|transform|tune|process|\S+ (register|wait|attach|watch|start|result))\b"
)  # tell what is going on as it goes
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def is_plain(example: str) -> bool:
    """Whether no shell is needed: one command of ours on a line, which is run faster in this process."""
    return example.startswith("awsml ") and not re.search(r"[|<>$;&`~\n]|(?<!['\w/])\*", example)


EXAMPLES = [example for command in commands() for example in command.examples]

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the examples are lines of bash")


@pytest.fixture
def world(aws: Aws, awsml_process: Process, tmp_path: Path, request: pytest.FixtureRequest) -> World:
    called = getattr(request.node, "callspec", None)
    return World(tmp_path, aws, awsml_process, called.params["example"] if called else "")


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_does_what_it_says(example: str, world: World, awsml: Program) -> None:
    if tool := missing(example, "jq", "git"):
        pytest.skip(f"{tool} is not installed")
    if example.startswith("git "):
        world.commit()
    if is_plain(example):
        before = len(world.aws.calls)
        ended = awsml(*shlex.split(example)[1:], cwd=world.folder, env={"AWSML_BUCKET": STAGING})
        assert (ended.exit_code, complaints(ended.stderr, example)) == (0, [])
        assert needs.missing(shlex.split(example)[1:], world.aws.calls[before:]) == [], "scripts/needs makes the table"
        return
    done = world.run(example.replace("tail -f ", "cat "))  # which would never end
    assert complaints(done.stderr, example) == []
    assert done.returncode in ((0, 1) if " | grep " in example else (0,))  # 1: nothing was found


@pytest.mark.parametrize("example", [example for example in EXAMPLES if is_plain(example)])
def test_an_example_does_the_same_at_a_terminal(example: str, world: World, awsml: Program) -> None:
    shown = awsml(
        *shlex.split(example)[1:],
        cwd=world.folder,
        env={"AWSML_BUCKET": STAGING, "NO_COLOR": "1"},
        tty={"stdin", "stdout", "stderr"},
        answers="y\n",
    )
    refused = shown.exit_code == 2 and "binary" in shown.stderr  # sound is no sight
    assert (shown.exit_code == 0 or refused, CONTROLS.findall(shown.text)) == (True, []), shown.stderr


def test_the_pipeline_of_the_front_page_works_on_this_machine(world: World) -> None:
    if reason := lacking_engine():
        pytest.skip(reason)
    done = world.run(
        "".join(f"{line.strip()} " for line in awsml_cli.main.EPILOG.splitlines() if line.startswith("  "))
    )
    assert (done.returncode, complaints(done.stderr)) == (0, [])
    assert len((world.folder / "talk.es.mp3").read_bytes()) > 50_000


def complaints(stderr: str, example: str = "") -> list[str]:
    """What was said on stderr and is neither a warning nor, where there is one, the log of what EXAMPLE runs."""
    lines = [line for line in stderr.splitlines() if not line.startswith("warning: ")]
    if " || " in example:  # is there to show what a check that fails does
        lines = [line for line in lines if not re.fullmatch(r"error: \d+ things bill", line)]
    return [line for line in lines if line.startswith(("error: ", "hint: "))] if LOGGED.search(example) else lines
