"""Natural voices of this machine: heard again by Whisper, timed by their own durations, obeying SSML."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import av
import numpy as np
import pytest
from fakeaws.program import Program
from jiwer import wer

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import audio, hear, speak
from awsml_cli.local.engines.hear import align
from awsml_cli.local.engines.speak import neural, script, ssml
from awsml_cli.local.engines.speak.neural import kokoro, piper

needs_kokoro = pytest.mark.skipif(not kokoro.DECLARATION.installed(), reason=kokoro.DECLARATION.install)
needs_piper = pytest.mark.skipif(not piper.DECLARATION.installed(), reason=piper.DECLARATION.install)
needs_whisper = pytest.mark.skipif(not hear.whisper.DECLARATION.installed(), reason=hear.whisper.DECLARATION.install)


def speech(client, text, voice="Joey", **params) -> bytes:
    given = {"VoiceId": voice, "Engine": "neural", "OutputFormat": "pcm", "Text": text, **params}
    return client("polly").synthesize_speech(**given)["AudioStream"].read()


def samples(made: bytes):
    return np.frombuffer(made, "<i2").astype(np.float32) / 32768


def marks(client, text, voice="Joey", kinds=("sentence", "word", "viseme"), **params) -> list[dict]:
    made = speech(client, text, voice, OutputFormat="json", SpeechMarkTypes=list(kinds), **params)
    return [json.loads(line) for line in made.decode().splitlines()]


def plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w ]", " ", text.lower()).split())


@needs_whisper
@pytest.mark.parametrize(
    ("voice", "text"),
    [
        pytest.param("Joey", "The quick brown fox jumps over the lazy dog.", marks=needs_piper),
        pytest.param("Joanna", "The quick brown fox jumps over the lazy dog.", marks=needs_kokoro),
        pytest.param("Lucia", "La casa tiene dos gatos.", marks=needs_kokoro),
    ],
)
def test_what_is_spoken_is_heard_word_for_word_and_when_the_marks_say(home, voice, text):
    """PocketSphinx finds each word about 0.07 s before the voice says that it begins: the closure of its first sound."""
    language = neural.NEURAL[voice].language_code[:2]
    spoken = speak.speak_neural(script.plain(text), voice=neural.NEURAL[voice], home=home)
    sound = audio.resample(samples(spoken.pcm), spoken.rate, 16_000)
    heard = hear.load(hear.whisper.DECLARATION, home=home).words(sound, language=language)

    told = [mark for mark in spoken.marks if mark.type == "word"]
    assert wer(plain(text), plain(" ".join(word.content for word in heard))) == 0
    assert [mark.value for mark in told] == re.findall(r"\w+", text)
    if language == "en":
        placed = align.timed(text.split(), sound, align.aligner(home))
        late = [mark.time / 1000 - word.start for mark, word in zip(told, placed, strict=True)]
        assert all(-0.05 < one < 0.25 for one in late)


@needs_piper
def test_marks_say_where_in_the_text_each_word_is(client):
    text = "Mary had a “little” lamb. Mr. Smith paid $5.20 for it, didn't he? Yes!"
    found = marks(client, text)

    words = [mark for mark in found if mark["type"] == "word"]
    source = text.encode()
    times = [mark["time"] for mark in found]
    assert times == sorted(times)
    assert all(source[mark["start"] : mark["end"]].decode() == mark["value"] for mark in words)
    assert [mark["value"] for mark in words] == [
        "Mary", "had", "a", "little", "lamb", "Mr", "Smith", "paid", "5.20", "for", "it", "didn't", "he", "Yes",
    ]  # fmt: skip
    assert [mark["value"] for mark in found if mark["type"] == "sentence"] == [
        "Mary had a “little” lamb.", "Mr. Smith paid $5.20 for it, didn't he?", "Yes!",
    ]  # fmt: skip
    shapes = [mark["value"] for mark in found if mark["type"] == "viseme"]
    assert set(shapes) <= set("pftkSTsriu@aeEoO") | {"sil"}
    assert (shapes[0], shapes[-1]) == ("p", "sil")


@needs_piper
def test_ssml_is_obeyed(client):
    def said(inner: str):
        return samples(speech(client, f"<speak>{inner}</speak>", TextType="ssml"))

    usual = said("one two three")
    paused = said('one two <break time="2s"/>three')
    slow = said('<prosody rate="50%">one two three</prosody>')
    soft = said('<prosody volume="-12dB">one two three</prosody>')

    assert 1.8 < (len(paused) - len(usual)) / 16000 < 3.2
    assert len(slow) > 1.4 * len(usual)
    assert 0.15 < float(abs(soft).max() / abs(usual).max()) < 0.4


@needs_piper
def test_a_mark_of_ssml_has_its_time(client):
    text = '<speak>Good morning <mark name="here"/>and good night.</speak>'

    found = {mark["value"]: mark["time"] for mark in marks(client, text, kinds=("word", "ssml"), TextType="ssml")}

    assert found["here"] == found["and"] > found["morning"] > 0


@needs_piper
def test_every_format_is_as_long_as_the_others(client):
    def seconds(made: bytes) -> float:
        with av.open(io.BytesIO(made)) as container:
            return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))

    text = "Good morning to you all."
    made = {form: speech(client, text, OutputFormat=form) for form in ("mp3", "ogg_vorbis", "ogg_opus", "mulaw")}
    lengths = [len(speech(client, text)) / 32000, len(made.pop("mulaw")) / 8000, *map(seconds, made.values())]

    assert min(lengths) > 1
    assert max(lengths) / min(lengths) < 1.25  # no two readings are quite alike


@needs_kokoro
@needs_piper
def test_voices_say_which_engines_they_have(client):
    polly = client("polly")
    found = {voice["Id"]: voice["SupportedEngines"] for voice in polly.describe_voices()["Voices"]}
    natural = {voice["Id"] for voice in polly.describe_voices(Engine="neural")["Voices"]}

    assert (found["Joanna"], found["Danielle"], found["Marlene"]) == (["neural", "standard"], ["neural"], ["standard"])
    assert natural == set(neural.NEURAL)


@needs_piper
def test_without_the_voices_of_kokoro_piper_is_left_and_the_hint_says_how_to_have_them(client, monkeypatch, tmp_path):
    monkeypatch.setenv("AWSML_MODELS", str(tmp_path))

    assert [voice["Id"] for voice in client("polly").describe_voices(Engine="neural")["Voices"]] == ["Joey"]
    with pytest.raises(ConfigError) as refused:
        speech(client, "Hello", "Joanna")
    assert "awsml local install kokoro" in (refused.value.hint or "")


@needs_kokoro
def test_a_voice_that_is_not_the_measured_one_is_refused(home, monkeypatch, tmp_path):
    monkeypatch.setenv("AWSML_MODELS", str(tmp_path))
    for name in kokoro.DECLARATION.weights:
        path = kokoro.JS.folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(1024))
    engine = kokoro.Kokoro.__new__(kokoro.Kokoro)
    engine._home, engine._speakers = home, {}

    with pytest.raises(ConfigError, match=r"af_heart\.bin is not the model that was measured"):
        engine._style("af_heart")


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"Engine": "long-form"}, ConfigError, "no engine on this machine has long-form voices"),
        ({"VoiceId": "Marlene"}, ConfigError, "no engine on this machine can speak as Marlene"),
        ({"VoiceId": "Takumi"}, ConfigError, "no engine on this machine can speak as Takumi"),
        (
            {"Text": '<speak><amazon:domain name="news">x</amazon:domain></speak>', "TextType": "ssml"},
            ConfigError,
            "no voice on this machine can do <amazon:domain>",
        ),
        (
            {"Text": "<speak><emphasis>x</emphasis></speak>", "TextType": "ssml"},
            "InvalidSsmlException",
            "not known to neural voices",
        ),
        (
            {"Text": '<speak><prosody pitch="high">x</prosody></speak>', "TextType": "ssml"},
            "InvalidSsmlException",
            "not known to neural voices",
        ),
    ],
)
@needs_piper
def test_what_neural_voices_cannot_is_said(client, params, error, message):
    known = error if isinstance(error, type) else getattr(client("polly").exceptions, error)

    with pytest.raises(known, match=message):
        speech(client, **{"text": params.pop("Text", "x"), **params, "voice": params.pop("VoiceId", "Joey")})


def read(text: str, home: Path, *, markup: bool = False) -> list[str]:
    written = ssml.parse(text) if markup else script.plain(text)
    _, events = speak._engine(home).speak(written.text, voice="gmw/en-US", ssml=markup)
    return ["".join(sound.text for sound in phrase.sounds) for phrase in neural.phrases(written, events)]


def test_sentences_are_phrases_and_abbreviations_are_none(home):
    assert read("Mr. Smith sat, then stood. Why? No-one knows", home) == [
        "mˈɪstɚ smˈɪθ sˈæt, ðˈɛn stˈʊd.", "wˈaɪ?", "nˈoʊwˈʌn nˈoʊz.",
    ]  # fmt: skip


def test_a_phrase_that_is_too_long_is_parted_at_a_comma(home):
    found = read("one two three four five, " * 40, home)

    assert len(found) > 2
    assert all(len(part) <= neural.reading.LONGEST and part.rstrip().endswith((",", ".")) for part in found)


def test_nothing_but_a_pause_is_a_pause(home):
    assert read('<speak><break time="1s"/></speak>', home, markup=True) == [""]


@needs_piper
def test_the_command_speaks_naturally_and_names_the_engine(awsml: Program):
    run = awsml("polly", "--local", "--voice", "Joey", "--engine", "neural", "-v", "Good morning")

    assert (run.exit_code, audio._kind(run.stdout[:4096])) == (0, "mp3")
    assert "answered on this machine by piper-en-us-joe 1.0.0 (good)" in run.stderr
