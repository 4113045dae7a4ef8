"""`transcribe --local`: who speaks, channels, vocabularies, filters, redaction, subtitles; heard by real engines."""

from __future__ import annotations

import io
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import soundfile
from fakeaws.program import Program

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import audio, hear, understand
from awsml_cli.local.engines.hear import Word, moonshine, speakers, whisper
from awsml_cli.local.engines.networks import checkpoint
from awsml_cli.local.operations.transcribe import shaping

needs_speakers = pytest.mark.skipif(not speakers.DECLARATION.installed(), reason=speakers.DECLARATION.install)
needs_moonshine = pytest.mark.skipif(not moonshine.DECLARATION.installed(), reason=moonshine.DECLARATION.install)
needs_whisper = pytest.mark.skipif(not whisper.DECLARATION.installed(), reason=whisper.DECLARATION.install)
needs_private = pytest.mark.skipif(
    not understand.private.DECLARATION.installed(), reason=understand.private.DECLARATION.install
)
BUCKET = "awsml-local"
SECONDS = 4  # "And Mr. John Dashwood had then leisure to consider how much …"


@pytest.fixture(scope="module")
def spoken() -> np.ndarray:
    """The sample's first seconds, at 16 kHz."""
    found: np.ndarray = next(audio.blocks(Path(__file__).parents[2] / "samples" / "talk.mp3"))
    return found[: SECONDS * 16_000]


def wav(samples: np.ndarray) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, 16_000, format="WAV", subtype="PCM_16")
    return out.getvalue()


def document(client, sound: bytes, **params) -> tuple[dict, dict]:
    """The job that has ended, and its last document."""
    client("s3").put_object(Bucket=BUCKET, Key="in/a.wav", Body=sound)
    asked = {"Media": {"MediaFileUri": f"s3://{BUCKET}/in/a.wav"}, "LanguageCode": "en-US", **params}
    client("transcribe").start_transcription_job(TranscriptionJobName="j", **asked)
    while True:  # each question waits some seconds for the end
        job = client("transcribe").get_transcription_job(TranscriptionJobName="j")["TranscriptionJob"]
        if job["TranscriptionJobStatus"] in ("COMPLETED", "FAILED"):
            break
    places = job["Transcript"]
    uri = places.get("RedactedTranscriptFileUri") or places["TranscriptFileUri"]
    key = uri.removeprefix(f"s3://{BUCKET}/")
    return job, json.loads(client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())


def contents(found: dict) -> list[str]:
    return [item["alternatives"][0]["content"] for item in found["results"]["items"]]


@needs_moonshine
@needs_speakers
def test_two_who_talk_are_told_apart_word_for_word(awsml: Program) -> None:
    dialogue = moonshine.DECLARATION.folder() / "assets" / "endgame_nagg_nell.wav"
    run = awsml("transcribe", "--local", "--speakers", "--language", "en-US", dialogue, "-f", "json")
    found = json.loads(run.text)

    turns: list[tuple[str, str]] = []
    for item in found["items"]:
        if item.get("start_time") is not None:
            name, text = item["speaker_label"], item["content"].lower()
            if turns and turns[-1][0] == name:
                turns[-1] = (name, f"{turns[-1][1]} {text}")
            else:
                turns.append((name, text))
    assert run.exit_code == 0
    assert [name for name, _ in turns] == ["spk_0", "spk_1"] * 7
    assert [text.strip(".?") for _, text in turns][:4] == ["do you hear me", "yes", "do you hear me", "yes"]
    assert turns[12][1].startswith("do you remember")


@needs_speakers
def test_a_reader_alone_is_one_speaker(spoken, home):
    words = [Word("word", second, second + 0.9) for second in range(SECONDS - 1)]

    (told,) = speakers.told_apart([words], [spoken], most=10, home=home)

    assert {word.speaker for word in told} == {0}


def test_there_are_never_more_speakers_than_were_asked_for():
    vectors = list(np.eye(8))

    assert len(set(speakers._clusters(vectors, [2.0] * 8, 3))) == 3
    assert len(set(speakers._clusters(vectors, [2.0] * 8, 30))) == 8


def test_weights_that_name_what_is_no_tensor_are_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return print, ("run",)

    (tmp_path / "weights.pt").write_bytes(pickle.dumps(Evil(), protocol=2))

    with pytest.raises(ConfigError, match="which is no part of weights"):
        checkpoint.read(tmp_path / "weights.pt", inside="model_state")


@needs_moonshine
def test_channels_are_heard_apart(client, spoken):
    silence = np.zeros_like(spoken)
    sound = np.stack([np.concatenate([spoken, silence]), np.concatenate([silence, spoken])], axis=1)

    job, found = document(client, wav(sound), Settings={"ChannelIdentification": True})

    labels = found["results"]["channel_labels"]
    left, right = ([item["alternatives"][0]["content"] for item in one["items"]] for one in labels["channels"])
    assert (job["TranscriptionJobStatus"], labels["number_of_channels"]) == ("COMPLETED", 2)
    assert "Dashwood" in left
    assert left == right
    segments = found["results"]["audio_segments"]
    assert [one["channel_label"] for one in segments] == ["ch_0", "ch_1"]
    assert float(segments[1]["start_time"]) >= SECONDS - 0.3


@needs_moonshine
@needs_private
def test_what_is_private_is_taken_out_and_a_filter_masks(client, spoken):
    client("transcribe").create_vocabulary_filter(
        VocabularyFilterName="f", LanguageCode="en-US", Words=["leisure", "how much"]
    )
    job, found = document(
        client,
        wav(spoken),
        Settings={"VocabularyFilterName": "f", "VocabularyFilterMethod": "mask"},
        ContentRedaction={"RedactionType": "PII", "RedactionOutput": "redacted_and_unredacted"},
        Subtitles={"Formats": ["srt", "vtt"], "OutputStartIndex": 0},
    )

    said = contents(found)
    private = next(item for item in found["results"]["items"] if item["alternatives"][0]["content"] == "[PII]")
    assert (found["isRedacted"], "Dashwood" in " ".join(said)) == (True, False)
    assert private["alternatives"][0]["redactions"][0]["type"] == "NAME"
    assert ("***" in said, "leisure" in said) == (True, False)
    whole = client("s3").get_object(Bucket=BUCKET, Key="transcripts/j.json")["Body"].read().decode()
    assert ("Dashwood" in whole, job["Transcript"].keys()) == (
        True,
        {"TranscriptFileUri", "RedactedTranscriptFileUri"},
    )
    keys = [uri.rpartition("/")[2] for uri in job["Subtitles"]["SubtitleFileUris"]]
    cues = client("s3").get_object(Bucket=BUCKET, Key="transcripts/j.srt")["Body"].read().decode()
    assert (keys, cues.startswith("0\n00:00:0"), "[PII]" in cues) == (["j.srt", "j.vtt"], True, True)


@needs_whisper
def test_a_vocabulary_says_how_words_are_shown(client, spoken):
    table = "Phrase\tDisplayAs\nDashwood\tD'Ashwood\nhad-then\tHAD THEN\n"
    client("s3").put_object(Bucket=BUCKET, Key="v.txt", Body=table.encode())
    made = client("transcribe").create_vocabulary(
        VocabularyName="v", LanguageCode="en-US", VocabularyFileUri=f"s3://{BUCKET}/v.txt"
    )

    _, found = document(client, wav(spoken), Settings={"VocabularyName": "v"})

    assert made["VocabularyState"] == "READY"
    assert found["awsml_engine"].startswith("whisper-base")
    assert {"D'Ashwood", "HAD THEN"} <= set(contents(found))


@needs_whisper
def test_hints_are_told_to_whisper(home, spoken):
    engine = hear.load(whisper.DECLARATION, home=home)
    told = []
    engine._model, model = (
        type("Listens", (), {"transcribe": lambda self, *_, **asked: told.append(asked) or ([], None)})(),
        engine._model,
    )
    try:
        list(hear.transcribe(engine, [spoken], language="en", hints=["Dashwood", "Los Angeles"]))
    finally:
        engine._model = model

    assert [asked["hotwords"] for asked in told] == ["Dashwood, Los Angeles"]


def test_lists_are_kept_changed_and_forgotten(client):
    transcriber = client("transcribe")
    transcriber.create_vocabulary(VocabularyName="v", LanguageCode="en-US", Phrases=["Los-Angeles"])
    with pytest.raises(transcriber.exceptions.ConflictException):
        transcriber.create_vocabulary(VocabularyName="v", LanguageCode="en-US", Phrases=["x"])
    transcriber.update_vocabulary(VocabularyName="v", LanguageCode="en-GB", Phrases=["London"])
    kept = transcriber.get_vocabulary(VocabularyName="v")
    listed = [one["VocabularyName"] for one in transcriber.list_vocabularies()["Vocabularies"]]
    transcriber.delete_vocabulary(VocabularyName="v")

    assert (kept["LanguageCode"], kept["VocabularyState"], listed) == ("en-GB", "READY", ["v"])
    with pytest.raises(transcriber.exceptions.NotFoundException):
        transcriber.get_vocabulary(VocabularyName="v")
    with pytest.raises(transcriber.exceptions.BadRequestException):
        transcriber.create_vocabulary_filter(VocabularyFilterName="f", LanguageCode="en-US")


def test_how_words_sound_no_engine_can_be_told(client):
    client("s3").put_object(Bucket=BUCKET, Key="v.txt", Body=b"Phrase\tSoundsLike\nEtienne\tay-tee-en\n")

    with pytest.raises(ConfigError, match="no engine on this machine can be told how `Etienne` sounds"):
        client("transcribe").create_vocabulary(
            VocabularyName="v", LanguageCode="en-US", VocabularyFileUri=f"s3://{BUCKET}/v.txt"
        )


@pytest.mark.parametrize(
    ("method", "shown"),
    [
        ("mask", ["Oh", "***", "***", "it", "."]),
        ("remove", ["Oh", "it", "."]),
        ("tag", ["Oh", "Damn", "you", "it", "."]),
    ],
)
def test_a_filter_masks_removes_or_tags(method, shown):
    items = [{"type": "pronunciation", "alternatives": [{"content": word}]} for word in ("Oh", "Damn", "you", "it")]
    items.append({"type": "punctuation", "alternatives": [{"content": "."}]})

    found = shaping.filtered(items, ["damn you"], method)

    assert [item["alternatives"][0]["content"] for item in found] == shown
    assert sum(item.get("vocabularyFilterMatch", False) for item in found) == (2 if method == "tag" else 0)


@needs_moonshine
def test_the_command_filters_by_a_file(awsml: Program, tmp_path: Path, spoken) -> None:
    (tmp_path / "a.wav").write_bytes(wav(spoken))
    (tmp_path / "rude.txt").write_text("leisure\n")
    made = awsml("transcribe", "filter", "put", "rude", "rude.txt", "--local", "--language", "en-US", cwd=tmp_path)
    words = ["--vocabulary-filter", "rude", "--filter-method", "mask"]
    run = awsml("transcribe", "--local", "--language", "en-US", *words, "a.wav", cwd=tmp_path)

    assert (made.exit_code, made.stderr) == (0, "")
    assert (run.exit_code, "***" in run.text, "leisure" in run.text) == (0, True, False), run.stderr
