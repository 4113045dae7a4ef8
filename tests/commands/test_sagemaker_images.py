"""`awsml sagemaker build` and `push`: the words of each engine, what is done once, and what a registry holds then."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import Engines
from fakeaws import Aws
from fakeaws.program import Program
from registry import DOCKER, Registry, digest

from awsml_cli.services.sagemaker import dockerfile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for an engine is a script")
OCI = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


@pytest.fixture
def folder(awsml: Program, tmp_path: Path) -> Path:
    awsml("sagemaker", "init", tmp_path / "churn")
    return tmp_path / "churn"


@pytest.fixture
def engines(tmp_path: Path) -> Engines:
    return Engines(tmp_path)


@pytest.fixture
def registry(aws: Aws) -> Iterator[Registry]:
    made = Registry(aws.ecr.password)
    aws.ecr.registry, aws.ecr.scheme = made.host, "http"
    yield made
    made.close()


@pytest.fixture
def sagemaker(awsml: Program, engines: Engines, folder: Path) -> Program:
    """`awsml sagemaker VERB churn …` where only the stand-in's engines are installed."""
    return lambda verb, *words, **options: awsml(  # type: ignore[return-value]
        "sagemaker", verb, folder, *words, env={**engines.env, **options.pop("env", {})}, **options
    )


class TestBuild:
    @pytest.mark.parametrize(
        ("name", "buildx", "begins"),
        [
            (
                "docker",
                True,
                "docker buildx build --load --provenance=false --sbom=false --platform linux/amd64 --target serve",
            ),
            ("docker", False, "docker build --platform linux/amd64 --target serve"),
            ("podman", False, "podman build --format docker --platform linux/amd64 --target serve"),
            ("buildah", False, "buildah build --format docker --platform linux/amd64 --target serve"),
            ("nerdctl", False, "nerdctl build --platform linux/amd64 --target serve"),
            ("finch", False, "finch build --platform linux/amd64 --target serve"),
        ],
    )
    def test_each_engine_by_its_own_words(
        self, sagemaker: Program, engines: Engines, folder: Path, name: str, buildx: bool, begins: str
    ) -> None:
        engines.install(name)
        engines.set(buildx=buildx)
        run = sagemaker("build", "--target", "serve", "--base", "b:1", "--secret", "id=pip,src=p", "-f", "json")
        assert run.exit_code == 0, run.stderr
        verb = "buildx" if buildx else "build"
        (said,) = [one for one in engines.said(verb) if "version" not in one]
        assert said.startswith(begins)
        assert "--build-arg BASE=b:1" in said
        assert "--secret id=pip,src=p" in said
        assert said.endswith(f" {folder}")
        (about,) = json.loads(run.text)
        assert (about["engine"], about["built"], f"--tag {about['image']}" in said) == (name, True, True)
        legacy = [one["env"] for one in engines.calls("build")]
        assert legacy == ([] if buildx else [{"DOCKER_BUILDKIT": "0"} if name == "docker" else {}])

    def test_what_has_not_changed_is_not_built_again(self, sagemaker: Program, engines: Engines, folder: Path) -> None:
        engines.install("podman")
        assert [row.split("\t")[2] for row in sagemaker("build").text.splitlines()] == ["True", "True"]
        again = sagemaker("build")
        assert [row.split("\t")[2] for row in again.text.splitlines()] == ["False", "False"]
        assert again.stderr.startswith("train: unchanged, localhost/awsml/churn:train-")
        (folder / "data/training/more.csv").write_text("1,2,3\n")
        assert "True" not in sagemaker("build").text
        (folder / "train.py").write_text("print()\n")
        assert "False" not in sagemaker("build").text
        assert "False" not in sagemaker("build", "--no-cache").text
        assert len(engines.calls("build")) == 6

    def test_a_dry_run_says_the_very_command_and_runs_nothing(
        self, sagemaker: Program, engines: Engines, folder: Path
    ) -> None:
        engines.install("podman")
        planned = json.loads(sagemaker("build", "--engine", "podman", "--dry-run", "-f", "json").text)
        assert engines.calls() == []
        sagemaker("build", "--engine", "podman")
        assert [step["on"] for step in planned] == engines.said("build")

    def test_a_builder_that_fails_is_quoted(self, sagemaker: Program, engines: Engines) -> None:
        engines.install("podman")
        engines.set(fails="build")
        run = sagemaker("build", "--target", "train")
        assert (run.exit_code, run.stderr.splitlines()[-2:]) == (
            4,
            ["error: building train failed: podman ended with exit code 125", "hint: no space left on device"],
        )

    def test_without_a_builder(self, sagemaker: Program) -> None:
        run = sagemaker("build")
        assert (run.exit_code, run.stderr) == (
            3,
            "error: container engine is not installed here\n"
            "hint: install one of: docker, podman, buildah, nerdctl, finch; or --no-container\n",
        )

    def test_one_that_is_named_and_not_there(self, sagemaker: Program) -> None:
        assert sagemaker("build", "--engine", "podman").stderr.startswith("error: podman is not installed here\n")
        assert sagemaker("build", "--engine", "lxc").stderr.startswith("error: there is no engine `lxc`\n")
        assert sagemaker("build", env={"AWSML_ENGINE": "finch"}).stderr.startswith(
            "error: finch is not installed here\n"
        )

    def test_one_that_does_not_answer_is_told_from_one_that_is_not_there(
        self, sagemaker: Program, engines: Engines
    ) -> None:
        engines.install("docker")
        engines.set(fails="info")
        run = sagemaker("build")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (
            3,
            "error: no container engine works here: docker: no space left on device",
        )


CONTAINERS = "763104351884.dkr.ecr.us-east-1.amazonaws.com"


class TestBase:
    @pytest.mark.parametrize("name", ["podman", "docker"])
    def test_a_deep_learning_container_is_logged_in_for_in_a_file_of_its_own(
        self, sagemaker: Program, engines: Engines, aws: Aws, name: str
    ) -> None:
        engines.install(name)
        base = f"{CONTAINERS}/pytorch-training:2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker"
        run = sagemaker("build", "--target", "train", "--base", base)
        assert run.exit_code == 0, run.stderr
        assert [call.params for call in aws.calls_of("GetAuthorizationToken")] == [{"registryIds": ["763104351884"]}]
        (login,) = engines.calls("login")
        (build,) = engines.calls("build")
        assert (login["words"][-1], login["stdin"]) == (CONTAINERS, aws.ecr.password)
        if name == "podman":
            file = login["words"][login["words"].index("--authfile") + 1]
            assert build["words"][build["words"].index("--authfile") + 1] == file
        else:
            file = login["env"]["DOCKER_CONFIG"]
            assert build["env"]["DOCKER_CONFIG"] == file
        assert not os.path.exists(file)

    def test_one_that_is_here_needs_no_login(self, sagemaker: Program, engines: Engines, aws: Aws) -> None:
        engines.install("podman")
        engines.set(images=[f"{CONTAINERS}/pytorch-training:2"])
        sagemaker("build", "--target", "train", "--base", f"{CONTAINERS}/pytorch-training:2")
        assert (aws.calls, engines.calls("login")) == ([], [])

    def test_the_user_s_other_logins_hold_too(
        self, sagemaker: Program, engines: Engines, aws: Aws, tmp_path: Path
    ) -> None:
        engines.install("docker")
        (tmp_path / "config.json").write_text('{"auths": {"registry.example": {"auth": "eDp5"}}, "credsStore": "x"}')
        seen = tmp_path / "seen.json"
        engines.set(keeps=str(seen))
        base = f"{CONTAINERS}/pytorch-training:2"
        sagemaker("build", "--target", "train", "--base", base, env={"DOCKER_CONFIG": str(tmp_path)})
        held = json.loads(seen.read_text())
        assert (set(held["auths"]), "credsStore" in held) == ({"registry.example", CONTAINERS}, False)
        assert "registry.example" in (tmp_path / "config.json").read_text()

    def test_a_dry_run_says_so(self, sagemaker: Program, engines: Engines, aws: Aws) -> None:
        words = ("build", "--engine", "podman", "--target", "train", "--base", f"{CONTAINERS}/pytorch-training:2")
        steps = json.loads(sagemaker(*words, "--dry-run", "-f", "json").text)
        assert [step["operation"] for step in steps] == ["ecr:GetAuthorizationToken", "run", "run"]
        assert CONTAINERS in steps[1]["on"]
        assert aws.calls == []

    def test_a_key_goes_to_no_host_but_the_one_it_is_for(self, sagemaker: Program, engines: Engines, aws: Aws) -> None:
        engines.install("podman")
        aws.ecr.hosts["763104351884"] = "elsewhere.example"
        run = sagemaker("build", "--target", "train", "--base", f"{CONTAINERS}/pytorch-training:2")
        assert (run.exit_code, run.stderr.splitlines()[-2]) == (
            2,
            f"error: there is no key for the registry {CONTAINERS}",
        )
        assert engines.calls("login") == []

    def test_the_bases_of_a_dockerfile(self) -> None:
        text = (
            "ARG BASE=python:3\nARG TAG\nFROM --platform=linux/amd64 ${BASE} AS one\nFROM one AS two\n"
            "FROM other:$TAG\nFROM scratch\nfrom ${NONE:-last:1} as four\n"
        )
        assert dockerfile.bases(text, {"TAG": "7"}) == ["python:3", "other:7", "last:1"]
        assert dockerfile.bases(text, {"BASE": "mine:2", "TAG": "7"})[0] == "mine:2"


class TestCheckOfStored:
    def asked(self, sagemaker: Program, image: str) -> tuple[int, dict[str, tuple[str, str]]]:
        run = sagemaker("check", "--image", image, "--manifest", "-f", "json")
        return run.exit_code, {one["check"]: (one["result"], one["detail"]) for one in json.loads(run.text or "[]")}

    def test_its_manifest_platform_size_and_digest(self, sagemaker: Program, aws: Aws, registry: Registry) -> None:
        aws.ecr.create_repository({"repositoryName": "team/churn"}, None)
        registry.image("team/churn", "v1")
        code, found = self.asked(sagemaker, f"{registry.host}/team/churn:v1")
        assert (code, {name: result for name, (result, _) in found.items()}) == (
            0,
            dict.fromkeys(
                (
                    *("manifest is Docker's, version 2", "digest is that of the manifest"),
                    *("manifest is for one platform", "platform, as stored", "size for serverless, as stored"),
                ),
                "pass",
            ),
        )
        kept = digest(registry.manifests["team/churn", "v1"][1])
        assert found["digest is that of the manifest"] == ("pass", kept)
        assert self.asked(sagemaker, f"{registry.host}/team/churn@{kept}")[0] == 0

    def test_what_sagemaker_would_refuse(self, sagemaker: Program, aws: Aws, registry: Registry) -> None:
        aws.ecr.create_repository({"repositoryName": "team/churn"}, None)
        registry.image("team/churn", "oci", media_type=OCI, architecture="arm64")
        code, found = self.asked(sagemaker, f"{registry.host}/team/churn:oci")
        assert (code, [name for name, (result, _) in found.items() if result == "fail"]) == (
            7,
            ["manifest is Docker's, version 2", "platform, as stored"],
        )
        held = [{"platform": {"os": "linux", "architecture": one}} for one in ("amd64", "arm64")]
        registry.store("team/churn", "index", INDEX, json.dumps({"manifests": held}).encode())
        code, found = self.asked(sagemaker, f"{registry.host}/team/churn:index")
        assert (code, found["manifest is for one platform"][1]) == (7, "an index of 2: linux/amd64, linux/arm64")

    def test_one_that_was_changed_on_its_way(self, sagemaker: Program, aws: Aws, registry: Registry) -> None:
        aws.ecr.create_repository({"repositoryName": "team/churn"}, None)
        registry.image("team/churn", "v1")
        kind, content = registry.manifests["team/churn", "v1"]
        asked = digest(content)
        registry.manifests["team/churn", asked] = (kind, content + b" ")
        code, found = self.asked(sagemaker, f"{registry.host}/team/churn@{asked}")
        assert (code, found["digest is that of the manifest"][0]) == (7, "fail")

    def test_one_that_is_not_there_and_one_that_is_in_no_registry(
        self, sagemaker: Program, aws: Aws, registry: Registry
    ) -> None:
        aws.ecr.create_repository({"repositoryName": "team/churn"}, None)
        assert self.asked(sagemaker, f"{registry.host}/team/churn:none") == (2, {})
        run = sagemaker("check", "--manifest", "--image", "churn:v1")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, "error: --manifest is for an image in a registry")


class TestPush:
    @pytest.mark.parametrize("name", ["docker", "podman", "buildah"])
    def test_the_repository_is_made_and_the_image_arrives(
        self, sagemaker: Program, engines: Engines, aws: Aws, registry: Registry, name: str, tmp_path: Path
    ) -> None:
        engines.install(name)
        run = sagemaker("push", "--target", "train", "-f", "json")
        assert run.exit_code == 0, run.stderr
        (about,) = json.loads(run.text)
        tag = about["tag"]
        stored = registry.manifests["awsml/churn", tag]
        assert about["image"] == f"{registry.host}/awsml/churn@{digest(stored[1])}"
        assert (about["manifest_media_type"], about["pushed"]) == (DOCKER, True)
        made = aws.ecr.repositories["awsml/churn"]
        assert (made["imageTagMutability"], made["imageScanningConfiguration"]) == ("IMMUTABLE", {"scanOnPush": True})
        assert json.loads(aws.ecr.policies["awsml/churn"])["rules"][0]["selection"]["tagStatus"] == "untagged"
        (login,) = engines.calls("login")
        assert (login["stdin"], aws.ecr.password in " ".join(login["words"])) == (aws.ecr.password, False)
        if name != "docker":
            assert "push --format v2s2 --authfile" in engines.said("push")[0]

    def test_the_login_is_in_a_file_of_its_own_which_is_gone(
        self, sagemaker: Program, engines: Engines, aws: Aws, registry: Registry
    ) -> None:
        engines.install("docker", "podman")
        sagemaker("push", "--target", "train", "--engine", "docker")
        sagemaker("push", "--target", "serve", "--engine", "podman")
        docker, podman = engines.calls("login")
        places = [docker["env"]["DOCKER_CONFIG"], podman["words"][podman["words"].index("--authfile") + 1]]
        assert [os.path.exists(place) for place in places] == [False, False]
        assert not (Path(os.environ["HOME"]) / ".docker").exists()

    def test_what_is_there_is_neither_built_nor_pushed_again(
        self, sagemaker: Program, engines: Engines, aws: Aws, registry: Registry
    ) -> None:
        engines.install("podman")
        sagemaker("push")
        engines.set(calls=[], images=[])
        again = sagemaker("push", "-f", "json")
        assert [one["pushed"] for one in json.loads(again.text)] == [False, False]
        assert engines.calls() == []

    @pytest.mark.parametrize(
        ("about", "said"),
        [
            ({"media_type": OCI}, f"has a manifest of the type {OCI}; SageMaker takes {DOCKER}"),
            ({"media_type": INDEX}, f"has a manifest of the type {INDEX}; SageMaker takes {DOCKER}"),
            ({"architecture": "arm64"}, "is for linux/arm64, and SageMaker runs linux/amd64"),
        ],
    )
    def test_what_sagemaker_would_refuse_is_found_after_the_push(
        self, sagemaker: Program, engines: Engines, aws: Aws, registry: Registry, about: dict[str, str], said: str
    ) -> None:
        engines.install("docker")
        engines.set(**about)
        run = sagemaker("push", "--target", "serve")
        assert (run.exit_code, said in run.stderr) == (4, True), run.stderr

    def test_a_token_that_is_not_accepted(
        self, sagemaker: Program, engines: Engines, aws: Aws, registry: Registry
    ) -> None:
        engines.install("podman")
        registry.password = "other"
        run = sagemaker("push", "--target", "train")
        assert (run.exit_code, run.stderr.splitlines()[-2:]) == (
            4,
            [
                f"error: reading {aws.ecr.repositories['awsml/churn']['repositoryUri'].partition('/')[2]}:"
                + run.stderr.split("awsml/churn:")[1].split()[0]
                + " was refused: HTTP 401 UNAUTHORIZED: authentication required",
                "hint: the login is not valid there",
            ],
        )

    def test_blobs_that_lie_elsewhere_are_fetched_without_our_key(
        self, sagemaker: Program, engines: Engines, aws: Aws, registry: Registry
    ) -> None:
        engines.install("podman")
        registry.elsewhere = True
        assert sagemaker("push", "--target", "train").exit_code == 0
        assert registry.key_elsewhere is None

    def test_a_dry_run_names_operations_and_commands_and_sends_nothing(
        self, sagemaker: Program, engines: Engines, aws: Aws
    ) -> None:
        run = sagemaker("push", "--engine", "podman", "--target", "train", "--dry-run", "-f", "json")
        steps = [(one["operation"], one["on"]) for one in json.loads(run.text)]
        assert [name for name, _ in steps] == ["run", "ecr:CreateRepository", "ecr:GetAuthorizationToken", "run", "run"]
        assert steps[3][1] == ("podman login --authfile LOGIN/config.json --username AWS --password-stdin REGISTRY")
        assert aws.calls == []

    def test_a_tag_of_ones_own_is_not_taken_for_another_content(
        self, sagemaker: Program, engines: Engines, aws: Aws, registry: Registry
    ) -> None:
        engines.install("podman")
        assert sagemaker("push", "--target", "train", "--tag", "v1").exit_code == 0
        run = sagemaker("push", "--target", "serve", "--tag", "v1")
        assert (run.exit_code, run.stderr.splitlines()[-1]) == (2, "hint: another --tag, or none")

    def test_docker_s_daemon_is_found_though_its_configuration_is_ours(
        self, sagemaker: Program, engines: Engines, aws: Aws, registry: Registry
    ) -> None:
        engines.install("docker")
        engines.set(context="unix:///far/docker.sock")
        assert sagemaker("push", "--target", "train").exit_code == 0
        assert {one["env"].get("DOCKER_HOST") for one in engines.calls("login", "push")} == {"unix:///far/docker.sock"}

    def test_one_tag_for_two_images(self, sagemaker: Program) -> None:
        run = sagemaker("push", "--tag", "v1", "--engine", "podman", "--dry-run")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (2, "error: one tag cannot be two images")

    def test_nothing_is_ever_deleted(self, sagemaker: Program, engines: Engines, aws: Aws, registry: Registry) -> None:
        engines.install("podman")
        sagemaker("push")
        assert [call.operation for call in aws.calls if "Delete" in call.operation] == []


class TestCodeOnly:
    def test_a_layer_goes_on_top_without_an_engine(
        self, sagemaker: Program, aws: Aws, registry: Registry, folder: Path
    ) -> None:
        self.push_whole(sagemaker, aws, registry)
        (folder / "train.py").write_text("print('new')\n")
        (folder / "network.py").write_text("x = 1\n")
        begun = time.process_time()
        run = sagemaker("push", "--code-only", "--target", "train", "-f", "json")
        took = time.process_time() - begun
        assert run.exit_code == 0, run.stderr
        (about,) = json.loads(run.text)
        kind, content = registry.manifests["awsml/churn", about["tag"]]
        manifest = json.loads(content)
        assert (kind, about["digest"], len(manifest["layers"])) == (DOCKER, digest(content), 2)
        files = unpacked(registry.blobs["awsml/churn", manifest["layers"][-1]["digest"]])
        assert files["opt/ml/code/train.py"] == b"print('new')\n"
        assert {"opt/ml/code/network.py", "opt/ml/code/.wh..wh..opq", "opt/ml/code/container/start.py"} <= set(files)
        assert not [name for name in files if name.endswith((".csv", ".md"))]
        config = json.loads(registry.blobs["awsml/churn", manifest["config"]["digest"]])
        plain = gzip.decompress(registry.blobs["awsml/churn", manifest["layers"][-1]["digest"]])
        assert config["rootfs"]["diff_ids"][-1] == digest(plain)
        assert took < 1

    def test_the_next_one_takes_its_place(self, sagemaker: Program, aws: Aws, registry: Registry, folder: Path) -> None:
        self.push_whole(sagemaker, aws, registry)
        for number in range(3):
            (folder / "train.py").write_text(f"print({number})\n")
            assert sagemaker("push", "--code-only", "--target", "train").exit_code == 0
            (tag,) = [tag for tag in registry.tags("awsml/churn") if tag.startswith("train-") and tag != "train-whole"][
                -1:
            ]
            del registry.manifests["awsml/churn", "train-whole"]
            registry.manifests["awsml/churn", "train-whole"] = registry.manifests["awsml/churn", tag]
            manifest = json.loads(registry.manifests["awsml/churn", tag][1])
            assert len(manifest["layers"]) == 2

    def test_the_same_code_is_not_pushed_twice(
        self, sagemaker: Program, aws: Aws, registry: Registry, folder: Path
    ) -> None:
        self.push_whole(sagemaker, aws, registry)
        first = json.loads(sagemaker("push", "--code-only", "--target", "train", "-f", "json").text)[0]
        again = json.loads(sagemaker("push", "--code-only", "--target", "train", "-f", "json").text)[0]
        assert (first["pushed"], again["pushed"], first["digest"]) == (True, False, again["digest"])

    @pytest.mark.parametrize("name", ["requirements.txt", "Dockerfile"])
    def test_changed_surroundings_need_a_whole_image(
        self, sagemaker: Program, aws: Aws, registry: Registry, folder: Path, name: str
    ) -> None:
        self.push_whole(sagemaker, aws, registry)
        (folder / name).write_text((folder / name).read_text() + "# more\n")
        run = sagemaker("push", "--code-only", "--target", "train")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (
            2,
            "error: no image with these requirements and this Dockerfile was pushed for train yet",
        )

    def push_whole(self, sagemaker: Program, aws: Aws, registry: Registry) -> None:
        """Have an image of the project in the registry, as an engine would have pushed it."""
        planned = json.loads(
            sagemaker("build", "--engine", "podman", "--target", "train", "--dry-run", "-f", "json").text
        )
        words = planned[0]["on"].split()
        labels = dict(words[place + 1].split("=") for place, word in enumerate(words) if word == "--label")
        aws.ecr.create_repository({"repositoryName": "awsml/churn"}, None)
        registry.image("awsml/churn", "train-whole", labels=labels)


def unpacked(layer: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(layer), mode="r:gz") as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive if entry.isfile()}  # type: ignore[union-attr]
