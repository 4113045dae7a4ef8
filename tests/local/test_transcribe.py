from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from jiwer import wer

from awsml_cli.core.errors import ConfigError
from awsml_cli.local import jobs
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.operations import transcribe

BUCKET = "awsml-local"
MEDIA = {"MediaFileUri": "s3://awsml-local/in/talk.mp3"}


@pytest.fixture
def staged(client, sample: Path):
    with sample.open("rb") as file:
        client("s3").put_object(Bucket=BUCKET, Key="in/talk.mp3", Body=file)
    return client("transcribe")


def finished(transcriber, name: str) -> dict:
    """The job once it has ended; a question waits for that some seconds by itself, and a real engine may need more."""
    ends = time.monotonic() + 240
    while time.monotonic() < ends:
        job = transcriber.get_transcription_job(TranscriptionJobName=name)["TranscriptionJob"]
        if job["TranscriptionJobStatus"] in ("COMPLETED", "FAILED"):
            return job
        threading.Event().wait(0.05)  # somebody else has it in hand
    raise AssertionError("the job does not end")


def result(client, uri: str) -> dict:
    key = re.sub(r"^(?:s3:/|https://s3[^/]*)/[^/]+/", "", uri)
    return json.loads(client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())


def plain(text: str) -> str:
    text = text.lower().replace("-", " ").replace("mr ", "mister ").replace("mr.", "mister")
    return " ".join(re.sub(r"[^a-z' ]", " ", text).split())


# measured: 2.8 %, 1.4 %, 31 %
@pytest.mark.parametrize(("engine", "bound"), [("moonshine", 0.06), ("whisper", 0.04), ("pocketsphinx", 0.38)])
def test_each_engine_hears_the_sample(client, staged, reference, monkeypatch, engine, bound):
    monkeypatch.setenv("AWSML_ENGINE_HEAR", engine)
    staged.start_transcription_job(TranscriptionJobName="j", Media=MEDIA, LanguageCode="en-US")

    job = finished(staged, "j")

    document = result(client, job["Transcript"]["TranscriptFileUri"])
    assert wer(plain(reference), plain(document["results"]["transcripts"][0]["transcript"])) <= bound
    assert document["awsml_engine"].startswith(engine)
    spans = [
        (float(item["start_time"]), float(item["end_time"]))
        for item in document["results"]["items"]
        if item["type"] == "pronunciation"
    ]
    flat = [time for span in spans for time in span]
    assert flat == sorted(flat)
    assert flat[0] >= 0
    assert flat[-1] <= 27.5
    confidences = [item["alternatives"][0].get("confidence") for item in document["results"]["items"]]
    assert all((told is None) == (engine == "moonshine") for told in confidences if told != "0.0")


def test_the_document_has_the_shape_of_aws(client, staged):
    staged.start_transcription_job(
        TranscriptionJobName="j", Media=MEDIA, LanguageCode="en-US", OutputBucketName=BUCKET, OutputKey="out/"
    )

    job = finished(staged, "j")

    assert job["Transcript"]["TranscriptFileUri"] == "https://s3.us-east-1.amazonaws.com/awsml-local/out/j.json"
    document = result(client, job["Transcript"]["TranscriptFileUri"])
    results = document["results"]
    assert (document["jobName"], document["status"]) == ("j", "COMPLETED")
    assert [item["id"] for item in results["items"]] == list(range(len(results["items"])))
    assert results["items"][2] == {
        "id": 2,
        "type": "punctuation",
        "alternatives": [{"confidence": "0.0", "content": "."}],
    }
    joined = ""
    for item in results["items"]:
        content = item["alternatives"][0]["content"]
        joined += content if item["type"] == "punctuation" or not joined else f" {content}"
    assert joined == results["transcripts"][0]["transcript"]
    assert [i for segment in results["audio_segments"] for i in segment["items"]] == list(range(len(results["items"])))


def test_words_are_where_whisper_hears_them(client, staged, monkeypatch):
    starts = []
    for engine in ("moonshine", "whisper"):
        monkeypatch.setenv("AWSML_ENGINE_HEAR", engine)
        staged.start_transcription_job(TranscriptionJobName=engine, Media=MEDIA, LanguageCode="en-US")
        items = result(client, finished(staged, engine)["Transcript"]["TranscriptFileUri"])["results"]["items"]
        starts.append(
            {i["alternatives"][0]["content"].lower(): float(i["start_time"]) for i in items if "start_time" in i}
        )
    once = (
        starts[0].keys()
        & starts[1].keys()
        & {"john", "dashwood", "leisure", "prudently", "cold", "married", "respectable", "himself"}
    )

    assert len(once) >= 6
    assert all(abs(starts[0][word] - starts[1][word]) < 0.45 for word in once)


def test_a_job_is_queued_until_somebody_asks(staged):
    staged.start_transcription_job(TranscriptionJobName="j", Media=MEDIA, LanguageCode="en-US")
    before = staged.list_transcription_jobs()["TranscriptionJobSummaries"][0]["TranscriptionJobStatus"]
    finished(staged, "j")
    after = staged.list_transcription_jobs(Status="COMPLETED")["TranscriptionJobSummaries"]

    assert (before, [job["TranscriptionJobName"] for job in after]) == ("QUEUED", ["j"])


def test_it_is_in_progress_exactly_while_somebody_works_on_it(staged, home, monkeypatch):
    staged.start_transcription_job(TranscriptionJobName="j", Media=MEDIA, LanguageCode="en-US")
    lock = jobs.Lock.take(jobs._lock_path(jobs.Store(home), transcribe.KIND, "j"))
    assert lock is not None

    held = staged.get_transcription_job(TranscriptionJobName="j")["TranscriptionJob"]["TranscriptionJobStatus"]
    lock.release()

    assert (held, finished(staged, "j")["TranscriptionJobStatus"]) == ("IN_PROGRESS", "COMPLETED")


def test_a_killed_process_leaves_a_job_that_the_next_one_does(staged, home):
    staged.start_transcription_job(TranscriptionJobName="j", Media=MEDIA, LanguageCode="en-US")
    code = f"""
import os, signal
from pathlib import Path
from awsml_cli.local import jobs
from awsml_cli.local.store import Store
def work(job, stopping):
    print("begun", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
jobs.look(Store(Path({str(home)!r})), "transcription-job", "j", work)
"""
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert (killed.stdout, killed.returncode) == (b"begun\n", -9)
    assert staged.list_transcription_jobs(Status="QUEUED")["TranscriptionJobSummaries"] != []
    assert finished(staged, "j")["TranscriptionJobStatus"] == "COMPLETED"


def test_a_name_is_taken_once(staged):
    staged.start_transcription_job(TranscriptionJobName="j", Media=MEDIA, LanguageCode="en-US")

    with pytest.raises(staged.exceptions.ConflictException):
        staged.start_transcription_job(TranscriptionJobName="j", Media=MEDIA, LanguageCode="en-US")


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"LanguageCode": "en-US", "IdentifyLanguage": True},
        {"LanguageCode": "en-US", "Settings": {"ShowSpeakerLabels": True}},
        {"LanguageCode": "en-US", "Settings": {"ShowAlternatives": True}},
        {"LanguageCode": "en-US", "MediaFormat": "wma"},
        {"LanguageCode": "en-US", "OutputBucketName": "nobody-s"},
        {"LanguageCode": "en-US", "Media": {"MediaFileUri": "s3://awsml-local/nothing"}},
        {"LanguageCode": "en-US", "TranscriptionJobName": "a b"},
    ],
)
def test_what_aws_refuses_is_refused(staged, params):
    with pytest.raises(staged.exceptions.BadRequestException):
        staged.start_transcription_job(**{"TranscriptionJobName": "j", "Media": MEDIA, **params})


@pytest.mark.parametrize(
    "params",
    [
        {"Settings": {"ShowAlternatives": True, "MaxAlternatives": 2}},
        {"ModelSettings": {"LanguageModelName": "m"}},
        {"ToxicityDetection": [{"ToxicityCategories": ["ALL"]}]},
        {
            "ContentRedaction": {"RedactionType": "PII", "RedactionOutput": "redacted"},
            "LanguageCode": "fr-FR",
        },
    ],
)
def test_what_no_engine_can_do_is_said(staged, params):
    with pytest.raises(ConfigError, match="no engine on this machine can"):
        staged.start_transcription_job(
            **{"TranscriptionJobName": "j", "Media": MEDIA, "LanguageCode": "en-US", **params}
        )


@pytest.mark.parametrize(
    ("content", "declared", "reason"),
    [
        (b"this is text, called .mp3", "mp3", "Unsupported media format."),
        (b"\xff\xfb\x90\x00" + b"\x00" * 20, None, "Unsupported media format."),
        (b"RIFF\x00\x00\x00\x00WAVEjunk", "wav", "Unsupported media format."),
        (b"RIFF\x00\x00\x00\x00WAVEjunk", "mp3", "The media format provided does not match the detected media format."),
    ],
)
def test_what_is_no_recording_fails_as_at_aws(client, staged, content, declared, reason):
    client("s3").put_object(Bucket=BUCKET, Key="in/talk.mp3", Body=content)
    more = {"MediaFormat": declared} if declared else {}
    staged.start_transcription_job(TranscriptionJobName="j", Media=MEDIA, LanguageCode="en-US", **more)

    job = finished(staged, "j")

    assert (job["TranscriptionJobStatus"], job["FailureReason"]) == ("FAILED", reason)


def test_silence_is_an_empty_transcript(client, staged):
    import io
    import wave

    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000 * 3))
    client("s3").put_object(Bucket=BUCKET, Key="in/talk.mp3", Body=out.getvalue())
    staged.start_transcription_job(TranscriptionJobName="j", Media=MEDIA, LanguageCode="en-US")

    document = result(client, finished(staged, "j")["Transcript"]["TranscriptFileUri"])

    assert (document["results"]["transcripts"], document["results"]["items"]) == ([{"transcript": ""}], [])


def test_the_language_is_identified(client, staged):
    staged.start_transcription_job(
        TranscriptionJobName="j", Media=MEDIA, IdentifyLanguage=True, LanguageOptions=["fr-FR", "en-GB"]
    )

    job = finished(staged, "j")

    document = result(client, job["Transcript"]["TranscriptFileUri"])
    assert (job["LanguageCode"], job["IdentifyLanguage"], job["IdentifiedLanguageScore"] > 0.9) == ("en-GB", True, True)
    assert document["results"]["language_code"] == "en-GB"


def test_without_whisper_other_languages_name_the_command_that_helps(staged, monkeypatch):
    monkeypatch.setattr(Declaration, "installed", lambda self: self.name != "whisper-base")

    with pytest.raises(ConfigError) as refused:
        staged.start_transcription_job(TranscriptionJobName="j", Media=MEDIA, LanguageCode="fr-FR")

    assert refused.value.message == "no engine on this machine can hear the language `fr`"
    assert "pip install 'awsml-cli[whisper]'" in (refused.value.hint or "")


def test_without_whisper_an_unnamed_language_is_heard_as_english_and_that_is_said(client, staged, notes, monkeypatch):
    monkeypatch.setattr(Declaration, "installed", lambda self: self.name != "whisper-base")
    staged.start_transcription_job(TranscriptionJobName="j", Media=MEDIA, IdentifyLanguage=True)

    job = finished(staged, "j")

    assert (job["LanguageCode"], "IdentifiedLanguageScore" in job) == ("en-US", False)
    assert any("heard as English" in note for note in notes)


def test_without_whisper_nothing_guesses_among_other_languages(staged, monkeypatch):
    monkeypatch.setattr(Declaration, "installed", lambda self: self.name != "whisper-base")

    with pytest.raises(ConfigError) as refused:
        staged.start_transcription_job(
            TranscriptionJobName="j", Media=MEDIA, IdentifyLanguage=True, LanguageOptions=["fr-FR", "de-DE"]
        )

    assert refused.value.message == "no engine on this machine can tell which of these languages is spoken"


def test_a_deleted_job_and_its_result_are_gone(client, staged):
    staged.start_transcription_job(TranscriptionJobName="j", Media=MEDIA, LanguageCode="en-US")
    finished(staged, "j")

    staged.delete_transcription_job(TranscriptionJobName="j")

    with pytest.raises(staged.exceptions.BadRequestException):
        staged.get_transcription_job(TranscriptionJobName="j")
    assert [found["Key"] for found in client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]] == ["in/talk.mp3"]


def test_jobs_are_listed_in_pages(staged):
    for number in range(7):
        staged.start_transcription_job(TranscriptionJobName=f"j{number}", Media=MEDIA, LanguageCode="en-US")

    first = staged.list_transcription_jobs(MaxResults=4)
    second = staged.list_transcription_jobs(MaxResults=4, NextToken=first["NextToken"])

    names = [job["TranscriptionJobName"] for page in (first, second) for job in page["TranscriptionJobSummaries"]]
    assert (names, "NextToken" in second) == ([f"j{number}" for number in range(6, -1, -1)], False)


def test_speed(benchmark, sample, home):
    """Reported, not asserted: seconds for the 27 s of the sample."""
    from awsml_cli.local.engines import audio, hear

    engine = hear.load(hear.choose("en"), home=home)
    words = benchmark.pedantic(
        lambda: list(hear.transcribe(engine, audio.blocks(sample), language="en")), rounds=1, iterations=1
    )
    assert words
