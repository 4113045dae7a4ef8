"""`awsml config`: what holds, where it comes from, and which project files are trusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.program import Program


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout with a project file that wants to choose the bucket."""
    (tmp_path / ".awsml.toml").write_text('region = "eu-west-1"\nbucket = "theirs"\n')
    return tmp_path


def held(
    awsml: Program, cwd: Path, *words: str, env: dict[str, str | None] | None = None
) -> dict[str, tuple[object, str]]:
    """The settings that hold in CWD, each with its value and origin."""
    run = awsml("config", "ls", "-f", "json", *words, cwd=cwd, env=env)
    assert run.exit_code == 0, run.stderr
    return {setting["name"]: (setting["value"], setting["origin"]) for setting in json.loads(run.text)}


class TestPrecedence:
    def test_flag_over_environment_over_project_over_user_over_default(self, awsml: Program, project: Path) -> None:
        elsewhere = project.parent
        outside = {"AWS_DEFAULT_REGION": None}
        seen = [held(awsml, elsewhere, env=outside)["region"]]
        awsml("config", "set", "region", "us-west-2", cwd=elsewhere)
        seen.append(held(awsml, elsewhere, env=outside)["region"])
        seen.append(held(awsml, project, env=outside)["region"])
        seen.append(held(awsml, project, env={"AWS_DEFAULT_REGION": "eu-west-2"})["region"])
        seen.append(held(awsml, project, "--region", "eu-west-3")["region"])
        user = Path.home() / ".config/awsml/config.toml"
        assert seen == [
            (None, "default"),
            ("us-west-2", str(user)),
            ("eu-west-1", str(project / ".awsml.toml")),
            ("eu-west-2", "environment"),
            ("eu-west-3", "command line"),
        ]

    @pytest.mark.parametrize(
        ("text", "value"), [("1", True), ("true", True), ("YES", True), ("0", False), ("no", False)]
    )
    def test_a_yes_or_no_of_the_environment(self, awsml: Program, tmp_path: Path, text: str, value: bool) -> None:
        assert held(awsml, tmp_path, env={"AWSML_LOCAL": text})["local"] == (value, "environment")

    def test_an_empty_variable_is_none(self, awsml: Program, tmp_path: Path) -> None:
        assert held(awsml, tmp_path, env={"AWSML_BUCKET": "", "AWS_REGION": ""})["bucket"] == (None, "default")

    def test_a_number_of_the_environment(self, awsml: Program, tmp_path: Path) -> None:
        assert held(awsml, tmp_path, env={"AWSML_CONFIRM_ABOVE": "0.5"})["confirm_above"] == (0.5, "environment")


class TestTrust:
    def test_what_needs_trust_is_withheld_with_a_warning(self, awsml: Program, project: Path) -> None:
        run = awsml("config", "ls", "--query", "[?name=='bucket'].[value][0]", "-f", "json", cwd=project)
        assert (json.loads(run.text), run.stderr) == (
            [None],
            "warning: bucket in .awsml.toml does not count before `awsml config trust`\n",
        )

    def test_what_needs_none_counts_at_once(self, awsml: Program, project: Path) -> None:
        assert held(awsml, project, env={"AWS_DEFAULT_REGION": None})["region"][0] == "eu-west-1"

    def test_a_trusted_file_counts_until_it_changes(self, awsml: Program, project: Path) -> None:
        trusted = awsml("config", "trust", cwd=project)
        before = held(awsml, project)["bucket"]
        with (project / ".awsml.toml").open("a") as file:
            file.write('endpoint_url = "http://127.0.0.1:1"\n')
        after = held(awsml, project)
        assert (trusted.exit_code, trusted.text) == (0, f"{project}/.awsml.toml\tbucket\n")
        assert (before[0], after["bucket"][0], after["endpoint_url"][0]) == ("theirs", None, None)

    def test_a_copy_elsewhere_is_another_file(self, awsml: Program, project: Path) -> None:
        awsml("config", "trust", cwd=project)
        copy = project / "copy"
        copy.mkdir()
        (copy / ".awsml.toml").write_bytes((project / ".awsml.toml").read_bytes())
        assert held(awsml, copy)["bucket"][0] is None

    def test_an_untrusted_bucket_receives_nothing(self, aws: Aws, awsml: Program, project: Path) -> None:
        from recordings import recording

        aws.bucket("theirs", "eu-west-1")
        run = awsml("transcribe", recording(project), cwd=project, env={"AWS_DEFAULT_REGION": None})
        assert (run.exit_code, aws.operations, aws.objects("theirs")) == (0, ["TranscribeAudio"], {})

    def test_there_is_nothing_to_trust(self, awsml: Program, tmp_path: Path) -> None:
        run = awsml("config", "trust", cwd=tmp_path)
        assert (run.exit_code, run.stderr) == (2, "error: no such file: .awsml.toml\n")

    def test_quiet_does_not_warn(self, awsml: Program, project: Path) -> None:
        assert awsml("config", "ls", "-q", cwd=project).stderr == ""


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "error", "hint"),
        [
            ('buket = "b"\n', "unknown setting `buket` in {file}", "did you mean `bucket`?"),
            ('zzz = "b"\n', "unknown setting `zzz` in {file}", "known settings: profile, region"),
            ("local = 3\n", "`local` in {file} is not a bool: 3", ""),
            ('cache_days = "many"\n', "`cache_days` in {file} is not a int: 'many'", ""),
            ("region = \n", "cannot read {file}: ", "mend the file, or move it away"),
            ("[region]\n", "`region` in {file} is not a str: {{}}", ""),
        ],
    )
    def test_a_project_file_that_cannot_be_meant(
        self, awsml: Program, tmp_path: Path, content: str, error: str, hint: str
    ) -> None:
        (tmp_path / ".awsml.toml").write_text(content)
        run = awsml("config", "ls", cwd=tmp_path)
        lines = run.stderr.splitlines()
        assert (run.exit_code, run.stdout) == (3, b"")
        assert lines[0].startswith("error: " + error.format(file=tmp_path / ".awsml.toml"))
        assert hint == "" or lines[1].startswith(f"hint: {hint}")

    def test_a_file_that_is_not_utf_8_is_named(self, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / ".awsml.toml").write_bytes(b'region = "\xff"\n')
        run = awsml("config", "ls", cwd=tmp_path)
        assert (run.exit_code, run.stderr.startswith(f"error: cannot read {tmp_path}/.awsml.toml: ")) == (3, True)

    def test_a_list_of_the_trusted_that_is_broken_trusts_nobody(self, awsml: Program, project: Path) -> None:
        awsml("config", "trust", cwd=project)
        (Path.home() / ".local/state/awsml/trusted.json").write_text("{")
        assert held(awsml, project)["bucket"][0] is None

    def test_set_keeps_the_other_lines(self, awsml: Program, tmp_path: Path) -> None:
        user = Path.home() / ".config/awsml/config.toml"
        user.parent.mkdir(parents=True)
        user.write_text('# mine\nregion = "eu-west-1"  # home\n\ncache_days = 3\n')
        awsml("config", "set", "region", "eu-west-2", cwd=tmp_path)
        awsml("config", "set", "bucket", 'my "bucket"', cwd=tmp_path)
        assert user.read_text() == '# mine\nregion = "eu-west-2"\n\ncache_days = 3\nbucket = "my \\"bucket\\""\n'

    @pytest.mark.parametrize(
        ("name", "value", "error"),
        [
            ("regoin", "x", "error: unknown setting `regoin` in command line\nhint: did you mean `region`?\n"),
            ("cache_days", "soon", "error: `cache_days` in command line is not a int: 'soon'\n"),
        ],
    )
    def test_set_takes_only_what_there_is(
        self, awsml: Program, tmp_path: Path, name: str, value: str, error: str
    ) -> None:
        run = awsml("config", "set", name, value, cwd=tmp_path)
        assert (run.exit_code, run.stderr) == (3, error)
        assert not (Path.home() / ".config/awsml/config.toml").exists()

    def test_path_and_table(self, awsml: Program, tmp_path: Path) -> None:
        path = awsml("config", "path", "--query", "value", cwd=tmp_path)
        table = awsml("config", "ls", cwd=tmp_path, tty={"stdout"}, env={"NO_COLOR": "1"})
        assert path.text == f"{Path.home()}/.config/awsml/config.toml\n"
        assert table.text.split()[:3] == ["name", "value", "origin"]
