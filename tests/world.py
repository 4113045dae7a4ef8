"""Where the examples of the help and of the documentation are run: a folder with the files they name, before the fake."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
from fakeaws import Aws
from fakeaws.process import Process
from house import ROOT
from recordings import STAGING, wav

SUBTITLES = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n"
LETTER = "Dear Ann,\n\nthe train leaves at nine.\n"
LEXICON = """<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
<lexeme><grapheme>W3C</grapheme><alias>World Wide Web Consortium</alias></lexeme></lexicon>
"""
ENDPOINT = "arn:aws:comprehend:us-east-1:123456789012:document-classifier-endpoint/mail"  # `$ARN` of the examples
RECORDINGS = ("talk.mp3", "interview.wav", "recordings/one.mp3", "recordings/more/two.mp3")
TEXTS = ("letter.txt", "chapter.txt", "talk.txt", "docs/one.txt", "docs/two.txt")
DOCUMENTS = ("job.json", "calls/one.json", "calls/two.json")


class World:
    """The FOLDER of somebody who works with `awsml`; `run` is their shell."""

    def __init__(self, folder: Path, aws: Aws, process: Process) -> None:
        self.folder = folder
        self.aws = aws
        self.process = process
        sample = (ROOT / "samples/talk.mp3").read_bytes()
        document = (ROOT / "tests/formats/transcript/shapes/batch_plain.json").read_bytes()
        shutil.copytree(ROOT / "samples", folder / "samples")
        shutil.copytree(ROOT / "tests/examples", folder, dirs_exist_ok=True)
        self.write(**{name: sample + bytes(number) for number, name in enumerate(RECORDINGS, 1)})  # no two are the same
        self.write(**dict.fromkeys(TEXTS, LETTER.encode()))
        self.write(**dict.fromkeys(DOCUMENTS, document))
        self.write(**{"talk.srt": SUBTITLES.encode(), "names.pls": LEXICON.encode(), ".awsml.toml": b"local = false\n"})
        self.write(**{"bin/awsml": f'#!/bin/sh\nexec "{sys.executable}" -m awsml_cli "$@"\n'.encode()})
        (folder / "bin/awsml").chmod(0o755)
        aws.bucket(STAGING)
        aws.bucket("my-bucket")
        aws.put("my-bucket", "call.flac", wav())
        aws.bucket("eu-bucket", region="eu-west-1")
        start_job("my-job", media=aws.put("eu-bucket", "call.flac", wav()))

    def write(self, **files: bytes) -> None:
        """Make FILES, and the folders that they are in."""
        for name, content in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)

    def commit(self) -> None:
        """Make the folder a git repository with one commit."""
        who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
        subprocess.run(["git", "init", "-q"], cwd=self.folder, check=True)
        subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "Begin."], cwd=self.folder, check=True)

    def run(self, script: str, **env: str | None) -> subprocess.CompletedProcess[str]:
        """Run SCRIPT in bash, where `awsml` is the program before the fake."""
        variables = self.process.environment({"AWSML_BUCKET": STAGING, "ARN": ENDPOINT, **env})
        variables["PATH"] = os.pathsep.join((str(self.folder / "bin"), variables["PATH"]))
        return subprocess.run(
            ["bash", "--norc", "-o", "pipefail", "-c", script],
            cwd=self.folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=120,
            check=False,
        )


def start_job(name: str, *, media: str) -> None:
    """Start a job of this NAME, as another program would."""
    client = boto3.client("transcribe", region_name="eu-west-1")
    client.start_transcription_job(TranscriptionJobName=name, LanguageCode="en-US", Media={"MediaFileUri": media})


def missing(script: str, *tools: str) -> str:
    """The first of TOOLS that SCRIPT calls and that is not installed here, or nothing."""
    return next((tool for tool in tools if f"{tool} " in script and shutil.which(tool) is None), "")


def lacking_engine() -> str:
    """What is not installed here of what the tutorial uses, or nothing."""
    for engine in ("moonshine_voice", "espeakng_loader"):
        if importlib.util.find_spec(engine) is None:
            return f"{engine} is not installed: pip install '.[local]'"
    if shutil.which("apertium") is None:
        return "Apertium is not installed: apt-get install apertium apertium-eng-spa"
    return ""
