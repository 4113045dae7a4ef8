"""Every example of every help page, run as it stands: by bash, in a folder with the files it names, before the fake."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from fakeaws import Aws
from fakeaws.process import Process
from house import ROOT, commands
from recordings import STAGING, recording

import awsml_cli.main

EXAMPLES = [(command.name, example) for command in commands() for example in command.examples]
SUBTITLES = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n"
LEXICON = """<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
<lexeme><grapheme>W3C</grapheme><alias>World Wide Web Consortium</alias></lexeme></lexicon>
"""

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the examples are lines of bash")


@pytest.fixture
def world(aws: Aws, awsml_process: Process, tmp_path: Path) -> Path:
    """The folder of somebody who works with `awsml`, and what lies at AWS."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    for name in ("talk.mp3", "interview.wav", "call.flac", "meeting.mp4"):
        (tmp_path / name).write_bytes((ROOT / "samples/talk.mp3").read_bytes())
    for name in ("letter.txt", "chapter.txt", "talk.txt", "docs/one.txt", "docs/two.txt", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Dear Ann,\n\nthe train leaves at nine.\n")
    for name in ("talk.srt", "talk.es.srt"):
        (tmp_path / name).write_text(SUBTITLES)
    (tmp_path / "talk.vtt").write_text("WEBVTT\n\n" + SUBTITLES.partition("\n")[2].replace(",", "."))
    (tmp_path / ".awsml.toml").write_text('region = "us-east-1"\n')
    for name in ("acme.pls", "names.pls", "lexicon.pls", "w3c.pls"):
        (tmp_path / name).write_text(LEXICON)
    (tmp_path / "calls").mkdir()
    document = ROOT / "tests/formats/transcript/shapes/batch_plain.json"
    for name in ("job.json", "calls/one.json", "calls/two.json"):
        shutil.copy(document, tmp_path / name)
    aws.bucket(STAGING)
    aws.bucket("my-bucket")
    aws.put("my-bucket", "call.flac", recording(tmp_path, "put.wav").read_bytes())
    aws.bucket("eu-bucket", region="eu-west-1")
    start_job("my-job", media=aws.put("eu-bucket", "call.flac", recording(tmp_path, "put.wav").read_bytes()))
    command = tmp_path / "bin/awsml"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m awsml_cli "$@"\n')
    command.chmod(0o755)
    return tmp_path


def start_job(name: str, *, media: str) -> None:
    """Start a job of this NAME, as another program would."""
    client = boto3.client("transcribe", region_name="eu-west-1")
    client.start_transcription_job(TranscriptionJobName=name, LanguageCode="en-US", Media={"MediaFileUri": media})


def run(line: str, world: Path, process: Process) -> subprocess.CompletedProcess[bytes]:
    """Run LINE in WORLD, where `awsml` is the program before the fake."""
    env = process.environment({"AWSML_BUCKET": STAGING})
    env["PATH"] = os.pathsep.join((str(world / "bin"), env["PATH"]))
    return subprocess.run(
        ["bash", "--norc", "-o", "pipefail", "-c", line],
        cwd=world,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda text: text)
def test_an_example_does_what_it_says(name: str, example: str, world: Path, awsml_process: Process) -> None:
    for tool in ("jq", "git", "ffmpeg"):
        if f"{tool} " in example and shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    if example.startswith("git "):
        commit(world)
    done = run(example, world, awsml_process)
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_the_pipeline_of_the_front_page_works_on_this_machine(world: Path, awsml_process: Process) -> None:
    for engine in ("moonshine_voice", "espeakng_loader"):
        pytest.importorskip(engine, reason="pip install '.[local]'")
    if shutil.which("apertium") is None:
        pytest.skip("Apertium is not installed: apt-get install apertium apertium-eng-spa")
    line = "".join(text.strip() + " " for text in awsml_cli.main.EPILOG.splitlines() if text.startswith("  "))
    done = run(line, world, awsml_process)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert len((world / "talk.es.mp3").read_bytes()) > 50_000


def commit(folder: Path) -> None:
    """Make FOLDER a git repository with one commit."""
    words = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-q", "--allow-empty", "-m", "Begin."]
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", *words], cwd=folder, check=True)
