"""The documentation says what is so: its links lead somewhere, its commands run, its policy is enough."""

from __future__ import annotations

import ast
import doctest
import json
import re
import shutil
from pathlib import Path

import needs
import pytest
from fakeaws import Aws
from fakeaws.process import Process
from house import ROOT
from recordings import STAGING
from world import World, lacking_engine, missing

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
HOW_TO = sorted((ROOT / "docs/how-to").glob("*.md"))
FREE = {"sts:GetCallerIdentity"}  # needs no right
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


@pytest.fixture
def world(aws: Aws, awsml_process: Process, tmp_path: Path) -> World:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    return World(tmp_path, aws, awsml_process)


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of LANGUAGE in PAGE."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


class TestPages:
    @each_page
    def test_its_links_lead_somewhere(self, page: Path) -> None:
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
        links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
        assert [link for link in links if link and not (page.parent / link).exists()] == []

    @each_page
    def test_the_files_that_it_names_are_there(self, page: Path) -> None:
        named = re.findall(r"`((?:awsml_cli|tests|scripts|docs|samples)/[\w./-]*)`", page.read_text(encoding="utf-8"))
        assert [name for name in named if "GROUP" not in name and not (ROOT / name).exists()] == []

    def test_every_page_is_reached_from_the_index(self) -> None:
        seen: set[Path] = set()
        waiting = [ROOT / "docs/index.md"]
        while waiting:
            page = waiting.pop()
            if page in seen or page.suffix != ".md":
                continue
            seen.add(page)
            links = re.findall(r"\]\(([^)\s#]+)", page.read_text(encoding="utf-8"))
            waiting += [target for link in links if (target := (page.parent / link).resolve()).is_file()]
        pages = {page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "news"}
        assert {page.relative_to(ROOT).as_posix() for page in pages - seen} == set()


class TestDecisions:
    def test_they_are_numbered_without_a_gap(self) -> None:
        assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]

    @pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
    def test_each_has_its_three_parts_on_half_a_page(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        assert re.findall(r"^## (.+)$", text, re.M) == ["Context", "Decision", "Consequences"]
        assert len(text.split()) <= 300


def test_news_are_named_by_their_convention() -> None:
    fragments = [path.name for path in (ROOT / "docs/news").iterdir() if path.name != "README.md"]
    assert [n for n in fragments if not re.fullmatch(r"[\w-]+\.(feature|fix|change|removal)\.md", n)] == []


class TestCommandsRun:
    @pytest.mark.parametrize("page", [ROOT / "docs/tutorial.md", ROOT / "README.md"], ids=lambda page: page.stem)
    def test_a_page_shows_what_is_seen_offline(self, page: Path, world: World) -> None:
        if reason := lacking_engine():
            pytest.skip(reason)
        steps = [step for block in blocks(page, "console") for step in re.split(r"^\$ ", block, flags=re.M)[1:]]
        status = 0
        for step in steps:
            command, _, expected = step.partition("\n")
            done = world.run(f"(exit {status}); {command}", AWS_ENDPOINT_URL=None, AWSML_BUCKET=None)
            status = done.returncode
            told = doctest.OutputChecker().check_output(expected, shown(done.stdout + done.stderr), doctest.ELLIPSIS)
            assert told, f"$ {command}\n{done.stdout}{done.stderr}"

    @pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
    def test_the_commands_of_a_how_to_run(self, page: Path, world: World) -> None:
        for block in blocks(page, "sh"):
            if missing(block, "jq") or "failed.jsonl" in block:
                continue
            done = world.run(f"set -e\n{block}")
            assert (done.returncode, done.stderr) == (0, ""), block

    def test_what_failed_can_be_fed_back(self, world: World) -> None:
        (block,) = (one for one in blocks(ROOT / "docs/how-to/many-files.md", "sh") if "failed.jsonl" in one)
        if missing(block, "jq"):
            pytest.skip("jq is not installed")
        world.write(**{"recordings/broken.mp3": b"no sound"})
        first, second = block.splitlines()
        assert world.run(first).returncode == 5
        world.write(**{"recordings/broken.mp3": (ROOT / "samples/talk.mp3").read_bytes() + b"\0"})
        done = world.run(second)
        assert (done.returncode, done.stderr) == (0, "")
        names = sorted(
            path.relative_to(world.folder).as_posix() for path in (world.folder / "transcripts").rglob("*.txt")
        )
        assert names == ["transcripts/broken.txt", "transcripts/more/two.txt", "transcripts/one.txt"]


def test_the_policy_of_the_how_to_allows_all_that_is_called(world: World) -> None:
    page = ROOT / "docs/how-to/bucket-and-iam.md"
    (policy,) = blocks(page, "json")
    allowed = {action for statement in json.loads(policy)["Statement"] for action in statement["Action"]}
    before, there = len(world.aws.calls), world.aws.objects(STAGING)
    done = world.run(
        "set -e; awsml transcribe talk.mp3 | awsml translate --to es | awsml polly > talk.es.mp3\n"
        "awsml transcribe jobs ls; awsml polly voices > voices; awsml translate languages > languages"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert needs.actions(world.aws.calls[before:]) - FREE - allowed == set()
    assert (world.aws.objects(STAGING), list(world.aws.jobs)) == (there, ["my-job"])


def test_the_rights_for_making_the_bucket_are_those_it_takes(world: World) -> None:
    text = (ROOT / "docs/how-to/bucket-and-iam.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(s3:\w+)`", text.partition("Who makes the bucket")[2]))
    before = len(world.aws.calls)
    assert world.run("awsml setup bucket -y").returncode == 0
    assert needs.actions(world.aws.calls[before:]) - FREE == named


def shown(text: str) -> str:
    """TEXT as a page shows it: without blanks at the ends of lines, and ended."""
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join(lines) + "\n" if lines else ""


class TestPromises:
    @pytest.mark.parametrize("page", sorted((ROOT / "tests/promises").glob("*.md")), ids=lambda page: page.stem)
    def test_what_is_ticked_names_a_test_that_is_there(self, page: Path) -> None:
        lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("- ")]
        assert [line for line in lines if not line.startswith(("- [x] ", "- [ ] "))] == []
        assert [line for line in lines if line.startswith("- [x] ") and not named_test(line)] == []


def named_test(line: str) -> bool:
    """Whether LINE names tests (`tests/file.py::Class::test`), and all of them are there."""
    found = re.findall(r"`(tests/[\w/]+\.py)::(?:(\w+)::)?(test_\w+)`", line)
    return bool(found) and all(is_test(*names) for names in found)


def is_test(file: str, inside: str, name: str) -> bool:
    """Whether FILE has a test of this NAME, INSIDE a class if one is named."""
    if not (ROOT / file).is_file():
        return False
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    places = (
        [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == inside] if inside else [tree]
    )
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(isinstance(node, functions) and node.name == name for place in places for node in place.body)
