"""Where the examples of the help and of the documentation are run: a folder with the files they name, before the fake."""

from __future__ import annotations

import importlib.util
import json
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

LETTER = "Dear Ann,\n\nthe train leaves at nine.\n"
MEMORY = b"en,es\nPress the button.,Pulse el bot\xc3\xb3n.\n"
ROLE = "arn:aws:iam::123456789012:role/nlp"  # `$ROLE` of the examples
ENDPOINT = "arn:aws:comprehend:us-east-1:123456789012:document-classifier-endpoint/mail"  # `$ARN` of the examples
RECORDINGS = (
    "talk.mp3",
    "interview.wav",
    "visit.mp3",
    "visit.wav",
    "call.wav",
    "recordings/one.mp3",
    "recordings/more/two.mp3",
)
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
        self.write(**{".awsml.toml": b"local = false\n"})
        self.write(**{"bin/awsml": f'#!/bin/sh\nexec "{sys.executable}" -m awsml_cli "$@"\n'.encode()})
        (folder / "bin/awsml").chmod(0o755)
        aws.bucket(STAGING)
        aws.bucket("my-bucket")
        aws.put("my-bucket", "call.flac", wav())
        aws.put("my-bucket", "manifest.jsonl", b"{}")
        aws.put("my-bucket", "letters/one.txt", LETTER.encode())
        aws.put("my-bucket", "memory.csv", MEMORY)
        self.write(**{"memory.csv": MEMORY, "terms.csv": b"en,es,fr\nAcme Cloud,Acme Cloud,Acme Cloud\n"})
        boto3.client("translate").import_terminology(
            Name="products",
            MergeStrategy="OVERWRITE",
            TerminologyData={"File": (folder / "terms.csv").read_bytes(), "Format": "CSV"},
        )
        boto3.client("translate").create_parallel_data(
            Name="manuals",
            ParallelDataConfig={"S3Uri": "s3://my-bucket/memory.csv", "Format": "CSV"},
            ClientToken="example",
        )
        self.train()
        aws.textract.trained("invoices")
        aws.bucket("eu-bucket", region="eu-west-1")
        self.speak("my-task")
        boto3.client("polly").put_lexicon(Name="w3c", Content=(folder / "w3c.pls").read_text(encoding="utf-8"))
        self.hold()
        start_job("my-job", media=aws.put("eu-bucket", "call.flac", wav()))

    def write(self, **files: bytes) -> None:
        """Make FILES, and the folders that they are in."""
        for name, content in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)

    def speak(self, task: str) -> None:
        """Start a TASK of Polly's, which is called so here and by a number at AWS."""
        started = boto3.client("polly").start_speech_synthesis_task(
            Text="Good morning.", VoiceId="Joanna", OutputFormat="mp3", OutputS3BucketName=STAGING
        )
        held = self.aws.polly.tasks.pop(started["SynthesisTask"]["TaskId"])
        held.about["TaskId"] = task
        self.aws.polly.tasks[task] = held

    def hold(self) -> None:
        """Have what transcriptions can name: words, a filter, a model, a category."""
        client, texts = boto3.client("transcribe"), "s3://my-bucket/texts/"
        rules = [{"SentimentFilter": {"Sentiments": ["NEGATIVE"], "ParticipantRole": "CUSTOMER"}}]
        self.write(**{"names.txt": b"Gowda\nRao\n", "rules.json": json.dumps(rules).encode()})
        client.create_vocabulary(VocabularyName="my-words", LanguageCode="en-US", Phrases=["Gowda"])
        client.create_vocabulary_filter(VocabularyFilterName="my-filter", LanguageCode="en-US", Words=["darn"])
        client.create_language_model(
            ModelName="my-model",
            LanguageCode="en-US",
            BaseModelName="WideBand",
            InputDataConfig={"S3Uri": texts, "DataAccessRoleArn": "arn:aws:iam::123456789012:role/transcribe"},
        )
        client.create_call_analytics_category(CategoryName="my-category", Rules=rules)
        drugs = self.aws.put("my-bucket", "drugs.txt", b"aspirin\n")
        client.create_medical_vocabulary(VocabularyName="my-drugs", LanguageCode="en-US", VocabularyFileUri=drugs)

    def train(self) -> None:
        """Have models of Comprehend's, one that answers at an endpoint, and a flywheel."""
        client = boto3.client("comprehend")
        examples = (self.folder / "mails.csv").read_bytes()
        for name in ("train.csv", "november.csv", "test.csv"):
            self.aws.put("my-bucket", name, examples)
        for name in ("old-mails", "mails"):
            made = client.create_document_classifier(
                DocumentClassifierName=name,
                DataAccessRoleArn=ROLE,
                LanguageCode="en",
                InputDataConfig={"S3Uri": "s3://my-bucket/train.csv"},
                ClientRequestToken=name,
            )
        model = made["DocumentClassifierArn"]
        client.create_endpoint(EndpointName="mails-live", ModelArn=model, DesiredInferenceUnits=1)
        client.create_flywheel(
            FlywheelName="my-wheel",
            ActiveModelArn=model,
            DataAccessRoleArn=ROLE,
            DataLakeS3Uri="s3://my-bucket/lake/",
            ModelType="DOCUMENT_CLASSIFIER",
        )

    def commit(self) -> None:
        """Make the folder a git repository with one commit."""
        who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
        subprocess.run(["git", "init", "-q"], cwd=self.folder, check=True)
        subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "Begin."], cwd=self.folder, check=True)

    def run(self, script: str, **env: str | None) -> subprocess.CompletedProcess[str]:
        """Run SCRIPT in bash, where `awsml` is the program before the fake."""
        variables = self.process.environment({"AWSML_BUCKET": STAGING, "ARN": ENDPOINT, "ROLE": ROLE, **env})
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
