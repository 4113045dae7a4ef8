from __future__ import annotations

import io
import json

import av
import pytest

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration

TEXT = "Mary had a “little” lamb. Mr. Smith paid $5.20 for it, didn't he? Yes!"


def speech(client, text=TEXT, **params) -> bytes:
    given = {"VoiceId": "Joanna", "OutputFormat": "mp3", "Text": text, **params}
    return client("polly").synthesize_speech(**given)["AudioStream"].read()


def marks(client, text=TEXT, kinds=("sentence", "word", "viseme"), **params) -> list[dict]:
    made = speech(client, text, OutputFormat="json", SpeechMarkTypes=list(kinds), **params)
    return [json.loads(line) for line in made.decode().splitlines()]


def seconds(made: bytes) -> float:
    with av.open(io.BytesIO(made)) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


def test_every_format_is_as_long_as_the_others(client):
    pcm = len(speech(client, OutputFormat="pcm")) / 2 / 16000
    lengths = {
        "pcm8": len(speech(client, OutputFormat="pcm", SampleRate="8000")) / 2 / 8000,
        "mulaw": len(speech(client, OutputFormat="mulaw")) / 8000,
        "alaw": len(speech(client, OutputFormat="alaw")) / 8000,
        "opus": seconds(speech(client, OutputFormat="ogg_opus")),
        **{
            f"mp3 {rate}": seconds(speech(client, SampleRate=rate))
            for rate in ("8000", "16000", "22050", "24000", "44100", "48000")
        },
        **{
            f"ogg {rate}": seconds(speech(client, OutputFormat="ogg_vorbis", SampleRate=rate))
            for rate in ("8000", "22050", "48000")
        },
    }

    assert pcm > 4
    assert {name: length for name, length in lengths.items() if abs(length - pcm) > 0.25} == {}


def test_marks_say_where_in_the_text_each_word_is(client):
    found = marks(client)
    source = TEXT.encode()

    words = [mark for mark in found if mark["type"] == "word"]
    sentences = [mark for mark in found if mark["type"] == "sentence"]
    times = [mark["time"] for mark in found]
    assert times == sorted(times)
    assert all(source[mark["start"] : mark["end"]].decode() == mark["value"] for mark in words + sentences)
    assert [mark["value"] for mark in words] == [
        "Mary", "had", "a", "little", "lamb", "Mr", "Smith", "paid", "5.20", "for", "it", "didn't", "he", "Yes",
    ]  # fmt: skip
    assert [mark["value"] for mark in sentences] == [
        "Mary had a “little” lamb.", "Mr. Smith paid $5.20 for it, didn't he?", "Yes!",
    ]  # fmt: skip
    assert {mark["value"] for mark in found if mark["type"] == "viseme"} <= set("pftkSTsriu@aeEoO") | {"sil"}
    assert words[-1]["time"] / 1000 < len(speech(client, OutputFormat="pcm")) / 32000


def test_marks_of_ssml_count_its_bytes(client):
    source = '<speak>AT&amp;T <prosody rate="slow">says é</prosody> <mark name="here"/>hello. <sub alias="World Wide Web">WWW</sub>.</speak>'

    found = marks(client, source, ("sentence", "word", "ssml"), TextType="ssml")

    cut = {mark["value"]: source.encode()[mark["start"] : mark["end"]].decode() for mark in found}
    assert cut["here"] == '<mark name="here"/>'
    assert {word: cut[word] for word in ("says", "é", "hello", "WWW")} == {
        word: word for word in ("says", "é", "hello", "WWW")
    }
    assert next(mark["time"] for mark in found if mark["type"] == "ssml") > 0


def test_ssml_is_obeyed(client):
    plain = len(speech(client, "<speak>one two</speak>", TextType="ssml", OutputFormat="pcm"))
    paused = len(speech(client, '<speak>one <break time="2s"/>two</speak>', TextType="ssml", OutputFormat="pcm"))
    slow = len(
        speech(client, '<speak><prosody rate="x-slow">one two</prosody></speak>', TextType="ssml", OutputFormat="pcm")
    )

    assert 1.7 < (paused - plain) / 32000 < 2.7
    assert slow > plain * 1.2


@pytest.mark.parametrize(
    "text",
    [
        "<speak>a < b</speak>",
        "<speak>open",
        "<p>no speak</p>",
        '<speak><audio src="/etc/passwd"/></speak>',
        "<speak><blink>x</blink></speak>",
        '<speak><break time="11s"/></speak>',
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><speak>&a;</speak>',
        '<speak><lang xml:lang="xx-XX">x</lang></speak>',
    ],
)
def test_ssml_that_polly_refuses_is_refused(client, text):
    with pytest.raises(client("polly").exceptions.InvalidSsmlException):
        speech(client, text, TextType="ssml")


@pytest.mark.parametrize(
    "text",
    [
        '<speak><phoneme alphabet="ipa" ph="x">y</phoneme></speak>',
        '<speak><amazon:effect name="whispered">y</amazon:effect></speak>',
        '<speak><say-as interpret-as="expletive">y</say-as></speak>',
    ],
)
def test_ssml_that_only_polly_can_say_is_said_to_be(client, text):
    with pytest.raises(ConfigError, match="no voice on this machine"):
        speech(client, text, TextType="ssml")


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"Text": "x" * 3001}, "TextLengthExceededException"),
        ({"Text": f"<speak>{'<break/>' * 800}x</speak>", "TextType": "ssml"}, "TextLengthExceededException"),
        ({"OutputFormat": "pcm", "SampleRate": "44100"}, "InvalidSampleRateException"),
        ({"SpeechMarkTypes": ["word"]}, "MarksNotSupportedForFormatException"),
        ({"OutputFormat": "json", "SpeechMarkTypes": ["ssml"]}, "SsmlMarksNotSupportedForTextTypeException"),
        ({"LanguageCode": "fr-FR"}, "LanguageNotSupportedException"),
        ({"LexiconNames": ["none"]}, "LexiconNotFoundException"),
    ],
)
def test_limits_and_combinations_are_those_of_aws(client, params, error):
    with pytest.raises(getattr(client("polly").exceptions, error)):
        speech(client, **params)


def test_tags_are_free(client):
    text = f"<speak>{'<s>abcdefghi</s>' * 330}</speak>"

    answer = client("polly").synthesize_speech(Text=text, TextType="ssml", VoiceId="Amy", OutputFormat="pcm")

    assert answer["RequestCharacters"] == 330 * 9


@pytest.mark.parametrize("params", [{"Engine": "generative"}, {"VoiceId": "Mizuki"}])
def test_a_voice_that_is_not_here_is_said_to_be_missing(client, params):
    with pytest.raises(ConfigError, match="no engine on this machine"):
        speech(client, **params)


def test_every_voice_speaks_its_language(client):
    polly = client("polly")
    pages = polly.get_paginator("describe_voices").paginate(Engine="standard")
    voices = [voice for page in pages for voice in page["Voices"]]

    lengths = {
        voice["Id"]: len(speech(client, "a e i o u", VoiceId=voice["Id"], OutputFormat="pcm")) for voice in voices
    }

    assert len(voices) > 50
    assert {voice for voice, length in lengths.items() if length < 16000} == set()
    assert all("standard" in voice["SupportedEngines"] for voice in voices)


def test_voices_of_a_language(client):
    found = client("polly").describe_voices(LanguageCode="hi-IN", IncludeAdditionalLanguageCodes=True)["Voices"]

    assert "Aditi" in [voice["Id"] for voice in found]
    assert speech(client, "नमस्ते दुनिया", VoiceId="Aditi", LanguageCode="hi-IN")


LEXICON = """<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
  <lexeme><grapheme>W3C</grapheme><alias>World Wide Web Consortium</alias></lexeme>
</lexicon>"""


def test_a_lexicon_is_kept_and_applied(client):
    polly = client("polly")
    polly.put_lexicon(Name="w3c", Content=LEXICON)

    kept = polly.get_lexicon(Name="w3c")
    without, applied = (
        len(speech(client, "The W3C.", OutputFormat="pcm", **more)) for more in ({}, {"LexiconNames": ["w3c"]})
    )
    british = len(speech(client, "The W3C.", OutputFormat="pcm", VoiceId="Amy", LexiconNames=["w3c"]))
    told = marks(client, "The W3C is here.", ("word",), LexiconNames=["w3c"])

    assert kept["Lexicon"] == {"Name": "w3c", "Content": LEXICON}
    assert (kept["LexiconAttributes"]["LexemesCount"], kept["LexiconAttributes"]["LanguageCode"]) == (1, "en-US")
    assert applied > without + 8000
    assert british < applied
    assert [mark["value"] for mark in told] == ["The", "W3C", "is", "here"]
    assert [lexicon["Name"] for lexicon in polly.list_lexicons()["Lexicons"]] == ["w3c"]
    polly.delete_lexicon(Name="w3c")
    with pytest.raises(polly.exceptions.LexiconNotFoundException):
        polly.get_lexicon(Name="w3c")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("<x/>", "InvalidLexiconException"),
        ("<lexicon", "InvalidLexiconException"),
        (LEXICON.replace("en-US", "tlh"), "UnsupportedPlsLanguageException"),
        (LEXICON.replace('"ipa"', '"morse"'), "UnsupportedPlsAlphabetException"),
        (LEXICON.replace("World", "W" * 101), "MaxLexemeLengthExceededException"),
        (LEXICON + " " * 4000, "LexiconSizeExceededException"),
    ],
)
def test_a_lexicon_that_is_none_is_refused(client, content, error):
    polly = client("polly")
    with pytest.raises(getattr(polly.exceptions, error)):
        polly.put_lexicon(Name="l", Content=content)


def test_phonemes_of_a_lexicon_are_refused_honestly(client):
    content = LEXICON.replace("<alias>World Wide Web Consortium</alias>", "<phoneme>x</phoneme>")

    with pytest.raises(ConfigError, match="phonemes"):
        client("polly").put_lexicon(Name="l", Content=content)


def test_without_an_engine_the_command_that_installs_one_is_named(client, monkeypatch):
    from awsml_cli.local.engines import speak

    monkeypatch.setattr(speak, "_loaded", [])
    monkeypatch.setattr(Declaration, "installed", lambda self: False)

    with pytest.raises(ConfigError) as refused:
        speech(client)

    assert refused.value.hint == "pip install 'awsml-cli[speech-basic]'"
