"""Every example of every help page, run as it stands: by bash, in a folder with the files it names, before the fake."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.process import Process
from house import commands
from world import World, lacking_engine, missing

import awsml_cli.main

EXAMPLES = [example for command in commands() for example in command.examples]

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the examples are lines of bash")


@pytest.fixture
def world(aws: Aws, awsml_process: Process, tmp_path: Path) -> World:
    return World(tmp_path, aws, awsml_process)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_does_what_it_says(example: str, world: World) -> None:
    if tool := missing(example, "jq", "git"):
        pytest.skip(f"{tool} is not installed")
    if example.startswith("git "):
        world.commit()
    done = world.run(example.replace("tail -f ", "cat "))  # which would never end
    assert complaints(done.stderr) == []
    assert done.returncode in ((0, 1) if " | grep " in example else (0,))  # 1: nothing was found


def test_the_pipeline_of_the_front_page_works_on_this_machine(world: World) -> None:
    if reason := lacking_engine():
        pytest.skip(reason)
    done = world.run(
        "".join(f"{line.strip()} " for line in awsml_cli.main.EPILOG.splitlines() if line.startswith("  "))
    )
    assert (done.returncode, complaints(done.stderr)) == (0, [])
    assert len((world.folder / "talk.es.mp3").read_bytes()) > 50_000


def complaints(stderr: str) -> list[str]:
    """What was said on stderr and is not a warning."""
    return [line for line in stderr.splitlines() if not line.startswith("warning: ")]
