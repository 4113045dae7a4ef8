"""The house rules that a tool cannot know: what every command has, what no start imports, how files lie.

Lint, types and layers are checked by ruff, mypy and import-linter; see `scripts/test`.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from fakeaws.program import Program
from house import ROOT, Command, commands, files, generate, modules, tree

from awsml_cli.cli.options import COMMON_FORMATS
from awsml_cli.main import GROUPS

COMMANDS = commands()
ENGINES = ("moonshine_voice", "pocketsphinx", "faster_whisper", "ctranslate2", "onnxruntime", "av", "espeakng_loader")
LONGEST = 350  # lines of a module
LONGER = {
    "awsml_cli/cli/render.py": 420,  # every format once; it is to become a package
}
each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command.words))


class TestCommands:
    @pytest.mark.parametrize("name", GROUPS)
    def test_every_group_loads_and_says_what_the_front_door_says(self, name: str) -> None:
        homes = (ROOT / f"awsml_cli/commands/{name}.py", ROOT / f"awsml_cli/commands/{name}/__init__.py")
        assert (tree.group(name).help, any(home.is_file() for home in homes)) == (GROUPS[name], True)

    @each_command
    def test_its_help_is_one_imperative_sentence(self, command: Command) -> None:
        first = command.help.split()[0]
        assert re.fullmatch(r"[A-Z][^\n]{5,110}\.", command.help)
        assert not first.endswith(("s", "ing", "ed")), f"`{first}` is not an order"

    @each_command
    def test_every_parameter_is_explained_in_a_sentence(self, command: Command) -> None:
        lame = [one.written for one in command.parameters if not re.match(r"[A-Z`-].*[.)\]]$", one.meaning)]
        assert lame == []

    @each_command
    def test_it_has_an_example_that_begins_with_itself(self, command: Command) -> None:
        assert [one for one in command.examples if one.startswith((command.name, f"awsml {' '.join(command.words)}"))]

    def test_every_group_with_a_default_shows_a_pipeline(self) -> None:
        assert [one.name for one in COMMANDS if one.default and not any(" | " in text for text in one.examples)] == []

    @each_command
    def test_it_knows_the_formats_that_all_commands_know(self, command: Command) -> None:
        assert set(COMMON_FORMATS) <= set(tree.formats_of(command))

    def test_help_ends_well_for_every_command_and_says_no_type_of_python(self, awsml: Program) -> None:
        runs = {command.name: awsml(*command.words, "--help") for command in COMMANDS}
        ends = {name: run.exit_code for name, run in runs.items()}
        assert set(ends.values()) == {0}, ends
        typed = {
            name: found for name, run in runs.items() if (found := re.findall(r"<(?:str|list|int|float).*?>", run.text))
        }
        assert typed == {}

    def test_every_command_has_its_place_in_the_reference(self) -> None:
        for command in COMMANDS:
            page = (ROOT / f"docs/reference/commands/{command.words[0]}.md").read_text(encoding="utf-8")
            assert f"\n## {command.name}\n" in page

    @pytest.mark.parametrize("name", GROUPS)
    def test_every_group_is_tested_by_its_name(self, name: str) -> None:
        assert (ROOT / f"tests/commands/test_{name}.py").is_file()


class TestGeneratedFiles:
    def test_reference_and_completions_are_fresh(self) -> None:
        stale = [path.relative_to(ROOT).as_posix() for path in generate.stale(generate.files())]
        assert stale == [], "run: python scripts/generate.py"


class TestStarting:
    @pytest.mark.parametrize("words", [["--help"], ["--version"], []], ids=" ".join)
    def test_the_front_door_imports_nothing_heavy(self, words: list[str]) -> None:
        loaded = imported_by(words)
        assert loaded & {"boto3", "botocore", "rich", "pydantic", "yaml", "jmespath"} == set()
        assert [name for name in loaded if name.startswith(("awsml_cli.commands.", "awsml_cli.services."))] == []

    @pytest.mark.parametrize("name", GROUPS)
    def test_the_help_of_a_command_imports_no_sdk_and_no_engine(self, name: str) -> None:
        loaded = imported_by(*([*command.words, "--help"] for command in COMMANDS if command.words[0] == name))
        assert loaded & {"boto3", "botocore", "rich", "numpy", *ENGINES} == set()
        assert [module for module in loaded if module.startswith("awsml_cli.local")] == []

    @pytest.mark.parametrize(
        "words",
        [["local", "engines"], ["polly", "voices", "--local"], ["translate", "languages", "--local"]],
        ids=" ".join,
    )
    def test_work_on_this_machine_imports_no_engine_that_it_does_not_use(self, words: list[str]) -> None:
        assert imported_by(words) & {*ENGINES, "moto"} == set()


class TestFiles:
    def test_the_layers_hold(self) -> None:
        pytest.importorskip("importlinter", reason="import-linter is in the group `lint`")
        linter = Path(sys.executable).with_name("lint-imports")
        done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout

    def test_no_module_grows_past_what_is_read_in_one_go(self) -> None:
        lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in modules().values()}
        assert {name: lines for name, lines in lengths.items() if lines > LONGER.get(name, LONGEST)} == {}
        assert set(LONGER) <= set(lengths)

    def test_every_module_says_in_one_sentence_what_it_is(self) -> None:
        docs = {name: ast.get_docstring(ast.parse(path.read_text())) or "" for name, path in modules().items()}
        assert [name for name, doc in docs.items() if not re.match(r"\S.*[.:]$", doc.split("\n\n")[0], re.S)] == []

    def test_everything_public_has_a_docstring(self) -> None:
        assert [name for module, path in modules().items() for name in undocumented(module, path)] == []

    def test_no_module_is_forgotten(self) -> None:
        """Each is imported by another, or is where something from outside comes in."""
        doors = {"awsml_cli.__main__", "awsml_cli.main", "awsml_cli.local.hook", "awsml_cli.local.engines"}
        by_name = re.compile(r"awsml_cli\.(commands|local\.operations)\.[a-z0-9_]+")
        wanted = {name for module, path in modules().items() for name in imports(module, path)} | doors
        assert [n for n in modules() if n not in wanted and not by_name.fullmatch(n) and not is_package(n)] == []

    def test_no_two_test_modules_have_one_name(self) -> None:
        """Which pytest finds out only when it collects both, and then runs neither."""
        names = [
            path.stem if not (path.parent / "__init__.py").exists() else path.relative_to(ROOT).as_posix()
            for path in (ROOT / "tests").rglob("test_*.py")
        ]
        assert [name for name, count in Counter(names).items() if count > 1] == []

    def test_typers_inside_is_touched_in_one_place(self) -> None:
        touching = [
            path.relative_to(ROOT).as_posix()
            for path in modules().values()
            if re.search(r"typer\.core|typer\._|import click|from click", path.read_text(encoding="utf-8"))
        ]
        assert touching == ["awsml_cli/cli/lazy.py"]

    def test_no_file_names_a_machine_or_a_registry(self) -> None:
        places = ("/" + "root/", "/" + "work/", "/" + "Users/", "/" + "home/[a-z]", "[.]" + "pyenv")
        hosts = ("pypi" + r"\.org/simple", "python" + r"hosted\.org", "index" + "-url", "registry" + r"\.npmjs")
        pattern = re.compile("|".join((*places, *hosts)).encode())
        texts = [path for path in files() if path.suffix not in (".mp3", ".png", ".wav")]
        assert [path.relative_to(ROOT).as_posix() for path in texts if pattern.search(path.read_bytes())] == []


def imported_by(*runs: list[str]) -> set[str]:
    """The modules that the program has loaded after RUNS in one process, with the packages that they are in."""
    script = (
        "import sys\nfrom awsml_cli.main import main\n"
        f"for words in {list(runs)!r}:\n    main(words)\n"
        "open(sys.argv[1], 'w').write(' '.join(sys.modules))"
    )
    with tempfile.NamedTemporaryFile() as seen:
        subprocess.run([sys.executable, "-c", script, seen.name], capture_output=True, check=True)
        names = Path(seen.name).read_text(encoding="utf-8").split()
    return {*names, *(name.partition(".")[0] for name in names)}


def undocumented(module: str, path: Path) -> list[str]:
    """The public functions, classes and methods of a module that say nothing of themselves."""
    found = []

    def walk(node: ast.AST, name: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef) and not child.name.startswith("_"):
                overload = any("overload" in ast.unparse(mark) for mark in child.decorator_list)
                if ast.get_docstring(child) is None and not overload:
                    found.append(f"{name}.{child.name}")
                if isinstance(child, ast.ClassDef):
                    walk(child, f"{name}.{child.name}")

    walk(ast.parse(path.read_text(encoding="utf-8")), module)
    return found


def imports(module: str, path: Path) -> set[str]:
    """The modules of ours that a module may mean with its imports, and those that it names in a string."""
    found: set[str] = set()
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w.]+", node.value):
            found |= {node.value, f"{package}.{node.value.lstrip('.')}"}
    return found - {module}


def is_package(module: str) -> bool:
    """Whether it is a folder of modules."""
    return modules()[module].name == "__init__.py"
