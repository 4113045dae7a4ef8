"""`--remote codebuild`: what is sent there, what it is told to do, what is waited for, and what is found before it costs."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import KILLED, Program
from fakeaws.sagemaker import archive
from recordings import STAGING
from registry import Registry

ROLE = "arn:aws:iam::123456789012:role/builder"
THERE = ("--remote", "codebuild", "--codebuild-role", ROLE)
CONTAINERS = "763104351884.dkr.ecr.us-west-2.amazonaws.com"


def role(name: str, *services: str) -> None:
    trust = [{"Effect": "Allow", "Principal": {"Service": one}, "Action": "sts:AssumeRole"} for one in services]
    boto3.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": trust}))


@pytest.fixture(autouse=True)
def folder(aws: Aws, awsml: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, a bucket, a role; no engine."""
    awsml("sagemaker", "init", tmp_path / "churn")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWSML_BUCKET", STAGING)
    monkeypatch.setenv("PATH", str(tmp_path))
    aws.bucket(STAGING)
    role("builder", "codebuild.amazonaws.com")
    aws.calls.clear()
    return tmp_path / "churn"


@pytest.fixture(autouse=True)
def registry(aws: Aws) -> Iterator[Registry]:
    made = Registry(aws.ecr.password)
    aws.ecr.registry, aws.ecr.scheme, aws.codebuild.registry = made.host, "http", made
    yield made
    made.close()


@pytest.fixture
def push(awsml: Program) -> Program:
    """`awsml sagemaker push churn --remote codebuild … --target train`."""
    return lambda *words, **options: awsml(  # type: ignore[return-value]
        "sagemaker", "push", "churn", *THERE, "--target", "train", *words, **options
    )


def commands(buildspec: str) -> list[str]:
    return [json.loads(line.strip()[2:]) for line in buildspec.splitlines() if line.startswith("      - ")]


class TestBuilding:
    def test_one_command_sends_builds_pushes_and_looks(self, aws: Aws, push: Program, registry: Registry) -> None:
        run = push("-f", "json")
        assert run.exit_code == 0, run.stderr
        (image,) = json.loads(run.text)
        ((name, tag),) = [key for key in registry.manifests if not key[1].startswith("sha256:")]
        assert image["image"] == f"{registry.host}/{name}@{image['digest']}"
        assert (image["tag"], image["pushed"], image["platform"]) == (tag, True, "linux/amd64")
        (project,) = aws.codebuild.projects
        said = run.stderr.splitlines()
        assert said == [
            f"made the repository {registry.host}/awsml/churn",
            f"made the project {project} of CodeBuild",
            f"train: building {registry.host}/awsml/churn:{tag} at CodeBuild, sagemaker-build:us-east-1:{project}/1",
            *(f"{project}/1: {phase}" for phase in ("submitted", "provisioning", "download source", "build")),
            "STEP 1",
            "STEP 2",
            f"{project}/1: 2 min billed, about 0.0200 USD",
        ]
        assert aws.objects(STAGING) == {}

    def test_the_project_is_made_as_docker_needs_it(self, aws: Aws, push: Program) -> None:
        push()
        (project,) = aws.codebuild.projects.values()
        assert project["environment"]["privilegedMode"] is True
        assert (project["serviceRole"], project["source"]["type"]) == (ROLE, "NO_SOURCE")
        (build,) = aws.calls_of("StartBuild")
        assert build.params["computeTypeOverride"] == "BUILD_GENERAL1_MEDIUM"

    def test_what_is_built_is_what_would_be_built_here(self, aws: Aws, push: Program, folder: Path) -> None:
        (folder / ".dockerignore").write_text("data\noutput\nDockerfile\n")
        push()
        (source,) = aws.codebuild.sources
        assert source["Dockerfile"] == (folder / "Dockerfile").read_bytes()
        below = {name.removeprefix("context/") for name in source if name.startswith("context/")}
        assert below == {".dockerignore", "awsml-sagemaker.toml", "container/server.py", "container/start.py"} | {
            "README.md",
            "inference.py",
            "requirements.txt",
            "train.py",
        }

    def test_the_image_is_one_that_sagemaker_takes(
        self, aws: Aws, push: Program, registry: Registry, folder: Path
    ) -> None:
        run = push("--base", f"{CONTAINERS}/pytorch-training:2", "--build-arg", "X=a b'c")
        assert run.exit_code == 0, run.stderr
        key, other, build, sent = commands(aws.calls_of("StartBuild")[0].params["buildspecOverride"])
        assert key == (
            "aws ecr get-login-password --region us-east-1 | "
            f"docker login --username AWS --password-stdin {registry.host}"
        )
        assert other == (
            f"aws ecr get-login-password --region us-west-2 | docker login --username AWS --password-stdin {CONTAINERS}"
        )
        assert build.startswith(
            "docker buildx build --load --provenance=false --sbom=false --platform linux/amd64 --target train "
            f"--tag {registry.host}/awsml/churn:train-"
        )
        assert build.endswith(" context")
        assert "--file Dockerfile " in build
        assert "'X=a b'\"'\"'c'" in build
        assert sent.startswith(f"docker push {registry.host}/awsml/churn:train-")

    def test_what_sagemaker_would_refuse_is_found_after_the_push(self, aws: Aws, push: Program) -> None:
        aws.codebuild.pushes = {"architecture": "arm64"}
        run = push()
        assert (run.exit_code, "is for linux/arm64, and SageMaker runs linux/amd64" in run.stderr) == (4, True)

    def test_what_is_there_is_not_built_again(self, aws: Aws, push: Program) -> None:
        push()
        aws.calls.clear()
        run = push("--query", "[0].pushed", "-f", "json")
        assert (run.exit_code, run.text.strip(), aws.calls_of("StartBuild")) == (0, "false", [])
        assert aws.calls_of("GetRole") == []  # nothing of the builder is needed

    def test_build_pushes_too_and_both_stages_have_their_own(self, aws: Aws, awsml: Program) -> None:
        run = awsml("sagemaker", "build", "churn", *THERE, "--compute", "small", "-f", "json")
        assert [one["target"] for one in json.loads(run.text)] == ["train", "serve"], run.stderr
        assert [one.params["computeTypeOverride"] for one in aws.calls_of("StartBuild")] == ["BUILD_GENERAL1_SMALL"] * 2
        assert len(aws.codebuild.projects) == 1

    @pytest.mark.parametrize(
        ("words", "asked"),
        [
            (("train",), "CreateTrainingJob"),
            (("tune", "--range", "rate=0.01..1:log", "--trials", "2"), "CreateHyperParameterTuningJob"),
            (("deploy", "--model-data", "s3://models/model.tar.gz"), "CreateModel"),
        ],
    )
    def test_whoever_needs_an_image_has_it_built_there(
        self, aws: Aws, awsml: Program, words: tuple[str, ...], asked: str
    ) -> None:
        role("trainer", "sagemaker.amazonaws.com")
        aws.bucket("models")
        aws.put("models", "model.tar.gz", archive({"model.json": b"{}"}))
        words = (words[0], "churn", *words[1:], *THERE, "--role", "arn:aws:iam::123456789012:role/trainer")
        planned = awsml("sagemaker", *words, "--dry-run", "-f", "json")
        assert "codebuild:StartBuild" in [step["operation"] for step in json.loads(planned.text)]
        run = awsml("sagemaker", *words, "--no-wait")
        assert run.exit_code == 0, run.stderr
        (call,) = aws.calls_of(asked)
        assert "/awsml/churn@sha256:" in json.dumps(call.params)

    def test_a_model_is_registered_with_an_image_of_there(self, aws: Aws, awsml: Program) -> None:
        aws.bucket("models")
        aws.put("models", "model.tar.gz", archive({"model.json": b"{}"}))
        words = ("sagemaker", "registry", "register", "--project", "churn", "--model-data", "s3://models/model.tar.gz")
        planned = awsml(*words, *THERE, "--dry-run", "-f", "json")
        assert "codebuild:StartBuild" in [step["operation"] for step in json.loads(planned.text)]
        run = awsml(*words, *THERE)
        assert run.exit_code == 0, run.stderr
        (call,) = aws.calls_of("CreateModelPackage")
        assert "/awsml/churn@sha256:" in json.dumps(call.params)

    def test_a_link_out_of_the_project_is_not_followed(
        self, aws: Aws, push: Program, folder: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "credentials").write_text("secret")
        (folder / "latest.py").symlink_to("train.py")
        (folder / "creds").symlink_to(tmp_path / "credentials")
        run = push()
        told = f"error: creds is a link to {tmp_path.resolve() / 'credentials'}, which is no file of the project"
        assert (run.exit_code, run.stderr.count(told), aws.codebuild.sources) == (2, 1, [])
        with (folder / ".dockerignore").open("a") as rules:
            rules.write("creds\n")
        assert push().exit_code == 0
        (source,) = aws.codebuild.sources
        assert (source["context/latest.py"], "context/creds" in source) == ((folder / "train.py").read_bytes(), False)

    def test_a_file_that_is_too_large_for_a_zip_of_old_is_packed(
        self, aws: Aws, push: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 50_000)  # in place of 2 GiB
        (folder / "weights.bin").write_bytes(bytes(60_000))
        run = push()
        (source,) = aws.codebuild.sources
        assert (run.exit_code, source["context/weights.bin"]) == (0, bytes(60_000)), run.stderr

    def test_without_a_bucket_the_role_is_asked_about_ours(
        self, aws: Aws, push: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWSML_BUCKET")
        asked: list[str] = []

        def simulated(params: dict[str, Any]) -> dict[str, Any]:
            asked.extend(params["ResourceArns"])
            allowed = [{"EvalActionName": one, "EvalDecision": "allowed"} for one in params["ActionNames"]]
            return {"EvaluationResults": allowed}

        aws.respond("iam", "SimulatePrincipalPolicy", *[simulated] * 5)
        push("-y")
        assert "arn:aws:s3:::awsml-123456789012-us-east-1/awsml/tmp/source.zip" in asked


class TestFailing:
    def test_the_phase_its_reason_and_the_last_lines(self, aws: Aws, push: Program) -> None:
        aws.codebuild.failing = ("BUILD", "Error while executing command: docker buildx build. Reason: exit status 1")
        run = push()
        assert (run.exit_code, run.stderr.splitlines()[-2:]) == (
            4,
            [
                f"error: the build {next(iter(aws.codebuild.projects))}/1 failed: build: Error while executing command: "
                "docker buildx build. Reason: exit status 1",
                "hint: STEP 1 | STEP 2",
            ],
        )
        assert aws.objects(STAGING) == {}

    def test_after_a_failure_it_is_built_anew_at_once(self, aws: Aws, push: Program) -> None:
        aws.codebuild.failing = ("PROVISIONING", "no machine")
        push()
        aws.codebuild.failing = None
        assert push().exit_code == 0
        tokens = [one.params["idempotencyToken"] for one in aws.calls_of("StartBuild")]
        assert len(set(tokens)) == 2

    @pytest.mark.parametrize("kill", ["kill_before", "kill_after"])
    def test_a_killed_run_is_picked_up_and_nothing_is_paid_twice(self, aws: Aws, push: Program, kill: str) -> None:
        getattr(aws, kill)("StartBuild")
        assert push().exit_code == KILLED
        aws.restart()
        run = push()
        assert run.exit_code == 0, run.stderr
        assert (len(aws.codebuild.builds), aws.objects(STAGING)) == (1, {})

    def test_one_that_runs_already_is_waited_for(self, aws: Aws, push: Program) -> None:
        aws.kill_before("BatchGetBuilds", 1)
        assert push().exit_code == KILLED
        aws.restart()
        run = push()
        assert "builds it already" in run.stderr
        assert len(aws.calls_of("StartBuild")) == 1

    def test_what_a_killed_run_has_left_is_cleaned_once_its_build_is_over(
        self, aws: Aws, awsml: Program, push: Program
    ) -> None:
        aws.kill_after("BatchGetBuilds", 2)
        assert push().exit_code == KILLED
        aws.restart()
        assert [key.rpartition("/")[2] for key in aws.objects(STAGING)] == ["source.zip"]
        awsml("jobs", "clean")  # it runs still
        assert len(aws.objects(STAGING)) == 1
        for _ in range(3):
            awsml("sagemaker", "builds", "describe", next(iter(aws.codebuild.builds)))
        run = awsml("jobs", "clean")
        assert (run.exit_code, aws.objects(STAGING)) == (0, {}), run.stderr

    def test_everything_that_is_missing_is_named_at_once(self, aws: Aws, awsml: Program) -> None:
        role("other", "sagemaker.amazonaws.com")
        words = ("sagemaker", "push", "churn", "--remote", "codebuild", "--target", "train", "--bucket", "nowhere")
        run = awsml(*words, "--codebuild-role", "arn:aws:iam::123456789012:role/other")
        assert (run.exit_code, run.stderr.splitlines()) == (
            3,
            [
                "error: 2 things are missing for this build: (1) the role other does not trust codebuild.amazonaws.com, "
                "which has to assume it; (2) there is no bucket nowhere",
                "hint: add codebuild.amazonaws.com to its trust policy; awsml setup bucket nowhere",
            ],
        )
        assert (aws.calls_of("CreateRepository"), aws.calls_of("CreateProject")) == ([], [])
        run = awsml(*words)
        assert "CodeBuild needs a role that it may assume, to build and push" in run.stderr

    def test_what_the_role_may_not_do_is_named(self, aws: Aws, push: Program) -> None:
        def simulated(params: dict[str, Any]) -> dict[str, Any]:
            allowed = [one for one in params["ActionNames"] if one != "ecr:PutImage"]
            decided = {one: "allowed" if one in allowed else "implicitDeny" for one in params["ActionNames"]}
            return {
                "EvaluationResults": [
                    {"EvalActionName": one, "EvalDecision": decision} for one, decision in decided.items()
                ]
            }

        aws.respond("iam", "SimulatePrincipalPolicy", *[simulated] * 5)
        run = push()
        assert (run.exit_code, run.stderr.splitlines()[0]) == (3, "error: the role builder may not ecr:PutImage")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--remote", "cloud9"], "nothing is built at `cloud9`"),
            (["--codebuild-role", ROLE], "--codebuild-role and --compute are about CodeBuild"),
            ([*THERE, "--engine", "podman"], "either an engine builds here, or CodeBuild there"),
            ([*THERE, "--compute", "huge"], "CodeBuild has no machine `huge`"),
            ([*THERE, "--no-cache"], "CodeBuild keeps no layers, and an image that is pushed stays as it is"),
            ([*THERE, "--secret", "id=x,src=y"], "a secret of this machine does not reach CodeBuild"),
        ],
    )
    def test_words_that_do_not_go_together(self, aws: Aws, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("sagemaker", "build", "churn", *words)
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, f"error: {said}")
        assert aws.calls_of("StartBuild") == []


class TestDryRun:
    def test_it_shows_the_buildspec_the_calls_and_the_price(self, aws: Aws, push: Program) -> None:
        run = push("--dry-run", "-f", "json")
        steps = json.loads(run.text)
        assert [one["operation"] for one in steps] == [
            *("s3:PutObject", "ecr:CreateRepository", "codebuild:CreateProject", "codebuild:StartBuild"),
            *["run there"] * 3,
        ]
        started = steps[3]
        assert (started["units"], started["unit"], started["price"]) == (60, "minutes of medium", 0.6)
        assert commands(started["buildspec"]) == [one["on"] for one in steps[4:]]
        assert aws.calls == []


class TestBuilds:
    BUILD = "awsml-build-0123abcd/7"

    @pytest.fixture(autouse=True)
    def one(self, aws: Aws) -> None:
        aws.codebuild.build("another-project:3")
        aws.codebuild.build("awsml-build-0123abcd:7", looks=2)

    def test_ours_are_listed(self, awsml: Program) -> None:
        run = awsml("sagemaker", "builds", "ls", "-f", "json")
        assert [one["id"] for one in json.loads(run.text)] == [f"sagemaker-build:us-east-1:{self.BUILD}"]

    def test_one_is_waited_for_and_described(self, awsml: Program) -> None:
        run = awsml("jobs", "wait", f"sagemaker-build:us-east-1:{self.BUILD}", "-f", "json")
        assert (run.exit_code, json.loads(run.text)["build_status"]) == (0, "SUCCEEDED"), run.stderr
        shown = awsml("sagemaker", "builds", "describe", "awsml-build-0123abcd:7", "-f", "json")
        assert (json.loads(shown.text)["price"], json.loads(shown.text)["billed_minutes"]) == (0.02, 2)

    def test_its_log_is_shown(self, awsml: Program) -> None:
        run = awsml("sagemaker", "builds", "logs", self.BUILD, "--follow")
        assert [row.split("\t")[1] for row in run.text.splitlines()] == ["STEP 1", "STEP 2"]

    def test_one_is_stopped(self, aws: Aws, awsml: Program) -> None:
        run = awsml("sagemaker", "builds", "stop", self.BUILD, "-y", "-f", "json")
        assert (run.exit_code, json.loads(run.text)["build_status"]) == (0, "STOPPED")
        assert awsml("sagemaker", "builds", "wait", self.BUILD).exit_code == 4

    def test_one_that_is_not_there(self, awsml: Program) -> None:
        run = awsml("sagemaker", "builds", "describe", "awsml-build-0/1")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (
            2,
            "error: there is no build sagemaker-build:us-east-1:awsml-build-0/1",
        )

    def test_jobs_of_all_services_know_it_and_do_without(self, aws: Aws, awsml: Program) -> None:
        listed = awsml("jobs", "--service", "sagemaker", "-f", "json")
        assert f"sagemaker-build:us-east-1:{self.BUILD}" in [one["id"] for one in json.loads(listed.text)]
        aws.respond("codebuild", "ListBuilds", AwsError("AccessDeniedException", "no"))
        run = awsml("jobs", "--service", "sagemaker")
        assert (run.exit_code, run.stderr) == (0, "")
