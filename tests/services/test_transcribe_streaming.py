"""Live transcription against the double of the service, with real sound over a real WebSocket on this machine."""

from __future__ import annotations

import io
import itertools
import json
import os
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakeaws import FakeClock
from fakeaws.streaming import (
    SECRET_KEY,
    Close,
    Corrupt,
    Deny,
    Drop,
    Raise,
    Say,
    Stay,
    Streaming,
    sound,
    stereo,
    wav,
    words_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from awsml_cli.core.config import Config
from awsml_cli.core.errors import ConfigError, InputError, ServiceError, UsageError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source, paths
from awsml_cli.formats.eventstream import decode
from awsml_cli.formats.transcript import parse
from awsml_cli.services import transcribe_streaming as streaming
from awsml_cli.services.transcribe_streaming import Options, Raw, address, live, sending, waking
from awsml_cli.services.transcribe_streaming.address import Signer
from awsml_cli.services.transcribe_streaming.timeline import Timeline

ENGLISH = Options(language="en-US")
RAW = Raw(rate=8000)


@pytest.fixture
def serve(clock: FakeClock) -> Iterator[Any]:
    """Start the service with scripts; at the end, everything that was sent must have been right."""
    started: list[Streaming] = []

    def start(*scripts: Any, **options: Any) -> Streaming:
        started.append(Streaming(clock, *scripts, **options).__enter__())
        return started[-1]

    yield start
    for service in started:
        service.__exit__()
        service.verify()
    ours = {"audio sender", "fake streaming"}
    assert [thread.name for thread in threading.enumerate() if thread.name in ours] == []


@pytest.fixture
def keep_up(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hold a source back until the service has heard all that was sent: as in real time, nobody runs ahead."""
    return _keeping_up(monkeypatch)


def _keeping_up(monkeypatch: pytest.MonkeyPatch) -> Any:
    lines: list[Any] = []
    sent: list[int] = []
    begin, send = live.line.Line.__init__, live.line.Line.send

    def begun(self: Any, *args: Any) -> None:
        begin(self, *args)
        lines.append(self)
        sent.append(0)

    def counted(self: Any, audio: bytes) -> None:
        send(self, audio)
        sent[lines.index(self)] += 1 if audio else 0

    monkeypatch.setattr(live.line.Line, "__init__", begun)
    monkeypatch.setattr(live.line.Line, "send", counted)
    return lambda service: service.caught_up(sent)


def session_for(service: Streaming, **more: Any) -> Session:
    return Session(Config(region="us-east-1", endpoint_url=service.endpoint, **more))


def said(count: int, first: int = 1) -> list[str]:
    return [f"w{number}" for number in range(first, first + count)]


def file_of(tmp_path: Path, data: bytes, name: str = "talk.wav") -> Source:
    path = tmp_path / name
    path.write_bytes(data)
    return paths([str(path)])[0]


# what is heard


def test_a_wav_file_is_heard_word_by_word_with_its_times(serve: Any, tmp_path: Path):
    service = serve()
    source = file_of(tmp_path, wav(sound(range(1, 26))))
    results = list(streaming.stream(session_for(service), source, ENGLISH))
    finals = list(streaming.finals(results))
    assert [result.transcript for result in finals] == [
        " ".join(said(10, 1)),
        " ".join(said(10, 11)),
        " ".join(said(5, 21)),
    ]
    assert [(result.start_time, result.end_time) for result in finals] == [(0.0, 1.0), (1.0, 2.0), (2.0, 2.5)]
    assert any(result.is_partial for result in results)
    stream = service.streams[0]
    assert (bytes(stream.audio), stream.ended) == (sound(range(1, 26)), True)
    assert (stream.params["media-encoding"], stream.params["sample-rate"]) == ("pcm", "8000")


def test_a_record_has_the_names_of_aws_and_keeps_the_event(serve: Any, tmp_path: Path):
    service = serve()
    source = file_of(tmp_path, wav(sound([5, 6])))
    (final,) = streaming.finals(streaming.stream(session_for(service), source, ENGLISH))
    assert final.fields() == {
        "result_id": final.result_id,
        "start_time": 0.0,
        "end_time": 0.2,
        "is_partial": False,
        "channel_id": "ch_0",
        "language_code": None,
        "language_identification": [],
        "transcript": "w5 w6",
        "alternatives": [
            {
                "transcript": "w5 w6",
                "items": [_item("w5", 0.0, 0.1), _item("w6", 0.1, 0.2)],
                "entities": [],
            }
        ],
    }
    (result,) = final.raw["Transcript"]["Results"]
    assert (result["StartTime"], result["Alternatives"][0]["Transcript"]) == (0.0, "w5 w6")


def _item(word: str, begin: float, end: float) -> dict[str, Any]:
    return {
        "content": word,
        "start_time": begin,
        "end_time": end,
        "type": "pronunciation",
        "confidence": 1.0,
        "speaker": None,
        "stable": None,
        "vocabulary_filter_match": None,
    }


def test_a_stream_becomes_lines_and_one_document(serve: Any):
    service = serve()
    results = list(streaming.stream(session_for(service), [sound(range(1, 13))], ENGLISH, raw=RAW))
    painted: list[str] = []
    assert list(streaming.lines(results, repaint=painted.append)) == ["w1 w2 w3 w4 w5 w6 w7 w8 w9 w10\n", "w11 w12\n"]
    assert painted[0] == "w1 w2 w3 w4"
    assert painted[-1] == ""
    transcript = parse(streaming.document(results))
    assert [word.content for word in transcript.words] == said(12)
    assert parse(streaming.document([])).words == ()


def test_what_broke_off_as_a_partial_result_is_in_the_document(serve: Any):
    service = serve()
    results = list(streaming.stream(session_for(service), [sound(range(1, 9))], ENGLISH, raw=RAW))
    partial = [result for result in results if result.is_partial]
    assert [word.content for word in parse(streaming.document(partial)).words] == said(4)


def test_speakers_and_channels_stand_before_their_lines(serve: Any):
    items = [
        {"Content": "Hi", "StartTime": 0.0, "EndTime": 0.2, "Type": "pronunciation", "Speaker": "0"},
        {"Content": "Yo", "StartTime": 0.3, "EndTime": 0.5, "Type": "pronunciation", "Speaker": "1"},
    ]
    two = {
        "StartTime": 0.0,
        "EndTime": 0.5,
        "IsPartial": False,
        "Alternatives": [{"Transcript": "Hi Yo", "Items": items}],
    }
    service = serve([Say({**two, "ChannelId": "ch_0"}, after=1)])
    options = Options(language="en-US", speakers=True)
    results = list(streaming.stream(session_for(service), [bytes(16000)], options, raw=RAW))
    assert list(streaming.lines(results)) == ["spk_0: Hi\nspk_1: Yo\n"]
    assert list(streaming.lines(results, channels=True)) == ["ch_0: spk_0: Hi\nch_0: spk_1: Yo\n"]


# what is asked for


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        (Options(language="de-DE"), {"language-code": "de-DE"}),
        (
            Options(languages=("en-US", "de-DE"), preferred_language="de-DE", vocabularies=("a", "b")),
            {
                "identify-language": "true",
                "language-options": "en-US,de-DE",
                "preferred-language": "de-DE",
                "vocabulary-names": "a,b",
            },
        ),
        (
            Options(languages=("en-US", "fr-FR"), several=True),
            {"identify-multiple-languages": "true", "language-options": "en-US,fr-FR"},
        ),
        (
            Options(language="en-US", vocabularies=("v",), vocabulary_filters=("f",), vocabulary_filter_method="mask"),
            {
                "language-code": "en-US",
                "vocabulary-name": "v",
                "vocabulary-filter-name": "f",
                "vocabulary-filter-method": "mask",
            },
        ),
        (
            Options(language="en-US", speakers=True, stability="high", transcript_format="spoken", language_model="m"),
            {
                "language-code": "en-US",
                "show-speaker-label": "true",
                "enable-partial-results-stabilization": "true",
                "partial-results-stability": "high",
                "transcript-format": "spoken",
                "language-model-name": "m",
            },
        ),
        (
            Options(language="en-US", pii="redact", pii_types=("NAME", "PIN")),
            {"language-code": "en-US", "content-redaction-type": "PII", "pii-entity-types": "NAME,PIN"},
        ),
        (
            Options(language="en-US", pii="identify", resume=5, session_id="0c1ab5f0-8f0e-4a53-9a5b-0d9b3f1f2a77"),
            {
                "language-code": "en-US",
                "content-identification-type": "PII",
                "session-resume-window": "5",
                "session-id": "0c1ab5f0-8f0e-4a53-9a5b-0d9b3f1f2a77",
            },
        ),
    ],
)
def test_every_option_reaches_the_service(serve: Any, options: Options, asked: dict[str, str]):
    service = serve()
    list(streaming.stream(session_for(service), [sound([1])], options, raw=RAW))
    usual = {"media-encoding": "pcm", "sample-rate": "8000", "session-resume-window": "300"}
    params = service.streams[0].params
    assert params == {**usual, "session-id": params["session-id"], **asked}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (Options(), "two or more"),
        (Options(language="xx"), "does not hear"),
        (Options(language="en-US", languages=("en-US", "de-DE")), "not both"),
        (Options(languages=("en-US", "en-GB")), "one dialect"),
        (Options(languages=("en-US", "de-DE"), preferred_language="fr-FR"), "is not one of"),
        (Options(languages=("en-US", "de-DE"), language_model="m"), "needs one language"),
        (Options(languages=("en-US", "de-DE"), pii="redact"), "needs one language"),
        (Options(language="en-US", vocabularies=("a", "b")), "several vocabularies"),
        (Options(language="en-US", vocabularies=("a b",)), "is no name"),
        (Options(language="en-US", vocabulary_filter_method="mask"), "needs a vocabulary filter"),
        (Options(language="en-US", vocabulary_filters=("f",), vocabulary_filter_method="hide"), "mask, remove or tag"),
        (Options(language="en-US", pii="hide"), "redact or identify"),
        (Options(language="en-US", pii_types=("NAME",)), "whether to redact"),
        (Options(language="en-US", pii="redact", pii_types=("IBAN",)), "IBAN"),
        (Options(language="en-US", stability="best"), "low, medium or high"),
        (Options(language="en-US", session_id="mine"), "not a UUID"),
        (Options(language="en-US", resume=301), "1 to 300"),
    ],
)
def test_what_aws_would_refuse_is_refused_before(serve: Any, options: Options, why: str):
    service = serve()
    with pytest.raises(UsageError, match=why):
        streaming.stream(session_for(service), [sound([1])], options, raw=RAW)
    assert service.streams == []


# where, and who


def test_the_address_is_that_of_the_region(monkeypatch: pytest.MonkeyPatch):
    def of(region: str) -> str:
        return address.address(Session(Config(region=region)))

    assert of("eu-west-1") == "wss://transcribestreaming.eu-west-1.amazonaws.com:8443/stream-transcription-websocket"
    assert of("cn-north-1").startswith("wss://transcribestreaming.cn-north-1.amazonaws.com.cn:8443/")
    assert of("xx-new-9").startswith("wss://transcribestreaming.xx-new-9.amazonaws.com:8443/")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    assert of("us-east-1").startswith("wss://transcribestreaming-fips.us-east-1.amazonaws.com:8443/")


def test_endpoints_are_honoured_in_their_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def of(**settings: Any) -> str:
        return address.address(Session(Config(region="us-east-1", **settings)))

    config = tmp_path / "aws-config"
    config.write_text(
        "[default]\nservices = s\n[services s]\ntranscribe_streaming =\n  endpoint_url = https://from.config/\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    assert of() == "wss://from.config/stream-transcription-websocket"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1/base")
    assert of() == "ws://127.0.0.1:1/base/stream-transcription-websocket"
    monkeypatch.setenv("AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING", "wss://of.service:9")
    assert of() == "wss://of.service:9/stream-transcription-websocket"
    assert of(endpoint_url="ws://localhost:2") == "ws://localhost:2/stream-transcription-websocket"
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    assert of().startswith("wss://transcribestreaming.us-east-1.")


@pytest.mark.parametrize("given", ["ws://speech.example", "http://10.0.0.1:80", "ftp://x", "nonsense"])
def test_a_stream_in_the_clear_is_for_this_machine_alone(given: str):
    with pytest.raises(ConfigError, match=r"encrypted|not an address"):
        address.address(Session(Config(region="us-east-1", endpoint_url=given)))


def test_a_session_token_is_in_the_signed_address(serve: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a/token+with=signs")
    service = serve()
    assert words_of(streaming.stream(session_for(service), [sound([1])], ENGLISH, raw=RAW)) == ["w1"]


def test_without_credentials_nothing_is_sent(serve: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    service = serve()
    with pytest.raises(ConfigError, match="no AWS credentials"):
        list(streaming.stream(session_for(service), [sound([1])], ENGLISH, raw=RAW))
    assert (service.streams, service.refused) == ([], 0)


def test_frames_can_be_signed_and_the_whole_chain_holds(serve: Any):
    """The service computes every signature by itself, from the documentation; `verify` would tell of a wrong one."""
    service = serve()
    options = Options(language="en-US", signed=True)
    assert words_of(streaming.stream(session_for(service), [sound(range(1, 16))], options, raw=RAW)) == said(15)
    assert service.streams[0].ended


def test_a_signature_is_the_one_worked_out_elsewhere(clock: FakeClock):
    """Computed with OpenSSL's `dgst -hmac`, step by step, for this key, date and frame."""
    from types import SimpleNamespace

    clock.time = 1_700_000_000.0
    signer = Signer(SimpleNamespace(secret_key=SECRET_KEY), "us-east-1", "wss://x/?X-Amz-Signature=" + "ab" * 32)
    wrapped = decode(signer.wrap(b"frame"))
    assert wrapped.payload == b"frame"
    assert wrapped.headers[":date"] == 1_700_000_000_000
    by_openssl = "b94a76c10f735f34baa738af1beb7c23c39cf5dcb507678616fe1e8e662d7228"
    assert wrapped.headers[":chunk-signature"] == bytes.fromhex(by_openssl)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for this machine, with its key, that nobody else trusts."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "awsml test")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


def test_the_line_is_encrypted_and_only_trusted_certificates_count(
    serve: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setattr(live.line, "OPEN_TIMEOUT", 1.0)
    service = serve(tls=context)
    session = session_for(service)
    with pytest.raises(ServiceError, match="cannot reach transcribe"):
        list(streaming.stream(session, [sound([1])], ENGLISH, raw=RAW))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    assert words_of(streaming.stream(session, [sound([1])], ENGLISH, raw=RAW)) == ["w1"]
    monkeypatch.delenv("AWS_CA_BUNDLE")
    session = session_for(service, ca_bundle=str(certificate))
    assert words_of(streaming.stream(session, [sound([2])], ENGLISH, raw=RAW)) == ["w2"]


# kinds of audio


def test_stereo_is_mixed_unless_its_channels_are_told_apart(serve: Any, tmp_path: Path):
    both = stereo(sound(range(1, 13)), sound(range(1, 13)))
    source = file_of(tmp_path, wav(both, channels=2))
    service = serve()
    assert words_of(streaming.stream(session_for(service), source, ENGLISH)) == said(12)
    assert bytes(service.streams[0].audio) == sound(range(1, 13))


def test_two_channels_stay_aligned_and_apart(serve: Any):
    left, right = sound(range(1, 31)), sound(range(101, 131))
    data = stereo(left, right)
    chunks = [data[at : at + 777] for at in range(0, len(data), 777)]  # torn apart in the middle of samples
    service = serve()
    options = Options(language="en-US", channels=True)
    results = list(streaming.stream(session_for(service), chunks, options, raw=Raw(rate=8000, channels=2)))
    by_channel = {channel: words_of(r for r in results if r.channel_id == channel) for channel in ("ch_0", "ch_1")}
    assert by_channel == {"ch_0": said(30), "ch_1": said(30, 101)}
    assert service.streams[0].params["number-of-channels"] == "2"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 900), max_size=30), st.integers(1, 3), st.integers(0, 3))
def test_pieces_are_whole_blocks_and_lose_nothing(sizes: list[int], width: int, tail: int):
    from awsml_cli.services.transcribe_streaming.pieces import samples

    data = bytes(itertools.islice(itertools.cycle(range(1, 256)), sum(sizes) + tail))
    cuts = [*itertools.accumulate(sizes, initial=0), len(data)]
    chunks = [data[a:b] for a, b in itertools.pairwise(cuts)]
    pieces = [piece for piece in samples(iter(chunks), rate=1000, block=width) if piece is not None]
    joined = b"".join(piece.data for piece in pieces)
    assert joined == data + bytes(-len(data) % width)
    assert all(len(piece.data) % width == 0 and piece.seconds <= 0.1 for piece in pieces)
    ends = [round(piece.at + piece.seconds, 6) for piece in pieces]
    assert [round(piece.at, 6) for piece in pieces[1:]] == ends[:-1]


@pytest.mark.parametrize("tag", ["flac", "opus"])
def test_flac_and_ogg_opus_go_as_they_are(serve: Any, tmp_path: Path, tag: str):
    soundfile = pytest.importorskip("soundfile")
    source = file_of(tmp_path, _encoded(tag, 3.0), f"talk.{tag}")
    service = serve()
    list(streaming.stream(session_for(service), source, ENGLISH))
    stream = service.streams[0]
    assert stream.params["media-encoding"] == {"flac": "flac", "opus": "ogg-opus"}[tag]
    assert stream.params["sample-rate"] == "16000"
    heard, _ = soundfile.read(io.BytesIO(bytes(stream.audio)))
    whole, _ = soundfile.read(source.path)
    assert len(heard) == len(whole)
    assert (heard == whole).all()
    assert len(stream.events) >= 12, "a second of audio at once"


def _encoded(tag: str, seconds: float) -> bytes:
    import numpy
    import soundfile

    target = io.BytesIO()
    rate = 16000
    tone = 0.3 * numpy.sin(2 * numpy.pi * 300 / rate * numpy.arange(int(rate * seconds)) ** 1.05)
    form = {
        "flac": ("FLAC", "PCM_16"),
        "opus": ("OGG", "OPUS"),
        "mp3": ("MP3", "MPEG_LAYER_III"),
        "vorbis": ("OGG", "VORBIS"),
    }
    with soundfile.SoundFile(target, "w", rate, 1, format=form[tag][0], subtype=form[tag][1]) as file:
        for at in range(0, len(tone), rate):
            file.write(tone[at : at + rate])
    return target.getvalue()


def _decoded(data: bytes) -> bytes:
    """The samples that FFmpeg finds in DATA, at 16,000 Hz, complaining of nothing."""
    av = pytest.importorskip("av")
    form = av.AudioResampler(format="s16", layout="mono", rate=16000)
    with av.open(io.BytesIO(data)) as container:
        frames = [*container.decode(audio=0), None]
    parts = [part for frame in frames for part in form.resample(frame)]
    return b"".join(bytes(part.planes[0])[: part.samples * 2] for part in parts)


@pytest.mark.parametrize("portion", [1, 13, 5000])
def test_frames_of_flac_add_up_to_the_file_whatever_the_portions(portion: int):
    pytest.importorskip("soundfile")
    from awsml_cli.services.transcribe_streaming import flac
    from awsml_cli.services.transcribe_streaming.pieces import Window

    data = _encoded("flac", 2.0)
    window = Window((data[at : at + portion] for at in range(0, len(data), portion)), name="x")
    head = flac.read_head(window)
    begun = window.used
    frames = [piece for piece in flac.frames(window, head.rate) if piece is not None]
    assert b"".join(piece.data for piece in frames) == data[begun:]
    assert sum(piece.seconds for piece in frames) == pytest.approx(2.0)
    assert len(frames) == 8  # libFLAC's blocks have 4,096 samples


@pytest.mark.parametrize("tag", ["mp3", "vorbis"])
def test_other_recordings_are_decoded(serve: Any, tmp_path: Path, tag: str):
    pytest.importorskip("av")
    source = file_of(tmp_path, _encoded(tag, 2.0), f"talk.{tag}")
    service = serve()
    list(streaming.stream(session_for(service), source, ENGLISH))
    stream = service.streams[0]
    assert (stream.params["media-encoding"], stream.params["sample-rate"]) == ("pcm", "16000")
    assert len(stream.audio) / 32000 == pytest.approx(2.0, abs=0.1)


def test_what_nothing_here_can_decode_says_what_to_install(serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from awsml_cli.formats.audio import decoding

    monkeypatch.setattr(decoding.util, "find_spec", lambda name: None)
    service = serve()
    with pytest.raises(ConfigError) as problem:
        streaming.stream(session_for(service), file_of(tmp_path, b"ID3" + bytes(100), "a.mp3"), ENGLISH)
    assert "pip install 'awsml-cli[media]'" in str(problem.value.hint)


@pytest.mark.parametrize("tag", ["g711-ulaw", "g711-alaw"])
def test_telephone_audio_goes_as_it_is(serve: Any, tag: str):
    service = serve()
    list(streaming.stream(session_for(service), [b"\x12" * 4000], ENGLISH, raw=Raw(rate=8000, encoding=tag)))
    assert (bytes(service.streams[0].audio), service.streams[0].params["media-encoding"]) == (b"\x12" * 4000, tag)


@pytest.mark.parametrize(
    ("data", "raw", "error", "why"),
    [
        (b"", Raw(), InputError, "is empty"),
        (b"Dear diary, today", Raw(), InputError, "looks like text"),
        (bytes(1000), Raw(), UsageError, "no header"),
        (bytes(1000), Raw(encoding="pcm"), UsageError, "sample rate"),
        (bytes(1000), Raw(encoding="flac"), UsageError, "is not flac"),
        (bytes(1000), Raw(rate=96_000), UsageError, "8,000 to 48,000"),
        (bytes(1000), Raw(rate=8000, encoding="mp3"), UsageError, "is not heard in"),
        (bytes(1000), Raw(rate=8000, channels=6), UsageError, "one channel or two"),
        (wav(bytes(1000)), Raw(rate=16_000), UsageError, "rate is 8000, not 16000"),
        (wav(bytes(1000))[:30], Raw(), InputError, "cut short"),
        (wav(bytes(1000), rate=0), Raw(), InputError, "0 Hz"),
        (b"fLaC\x80\x00\x00\x04abcd" + bytes(60), Raw(), InputError, "does not describe"),
    ],
)
def test_what_is_no_audio_is_refused_before(
    serve: Any, tmp_path: Path, data: bytes, raw: Raw, error: type[Exception], why: str
):
    service = serve()
    with pytest.raises(error, match=why):
        streaming.stream(session_for(service), file_of(tmp_path, data), ENGLISH, raw=raw)
    assert service.streams == []


def test_damaged_flac_ends_the_stream_and_says_where(serve: Any, tmp_path: Path):
    data = bytearray(_encoded("flac", 2.0))
    source = file_of(tmp_path, bytes(data[:8000]) + b"\0" * 3_000_000, "talk.flac")
    service = serve()
    with pytest.raises(InputError, match="does not end"):
        list(streaming.stream(session_for(service), source, ENGLISH))
    assert service.streams[0].ended


def test_one_channel_cannot_be_told_apart(serve: Any, tmp_path: Path):
    service = serve()
    with pytest.raises(InputError, match="has 1 channel, and two"):
        streaming.stream(
            session_for(service), file_of(tmp_path, wav(bytes(100))), Options(language="en-US", channels=True)
        )


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_wav_from_a_pipe_has_no_length(serve: Any, size: int):
    data = wav(sound(range(1, 6)))
    at = data.index(b"data") + 4
    service = serve()
    chunks = [data[:at] + size.to_bytes(4, "little") + data[at + 4 :]]
    assert words_of(streaming.stream(session_for(service), chunks, ENGLISH)) == said(5)


def test_what_stands_behind_the_samples_of_a_wav_is_not_sent(serve: Any):
    service = serve()
    words_of(streaming.stream(session_for(service), [wav(sound([1, 2])) + b"LIST\x04\0\0\0abcd"], ENGLISH))
    assert bytes(service.streams[0].audio) == sound([1, 2])


# pace and pauses


def test_a_file_is_sent_at_the_pace_of_real_time(serve: Any, tmp_path: Path, clock: FakeClock):
    service = serve()
    begun = clock.time
    list(streaming.stream(session_for(service), file_of(tmp_path, wav(sound(range(1, 101)))), ENGLISH))
    assert clock.time - begun == pytest.approx(9.9, abs=0.05)  # the last tenth need not be waited for
    assert max(clock.slept) <= 0.25
    assert {*service.streams[0].events} == {1600}


def _stalling(clock: FakeClock, hold: Any, first: bytes, seconds: float, last: bytes) -> Iterator[bytes]:
    """A source that gives nothing for so many SECONDS, and says so four times a second."""
    yield first
    for _ in range(int(seconds * 4)):
        hold()
        clock.advance(0.25)
        yield b""
    yield last


def test_a_source_that_stalls_is_covered_with_silence(serve: Any, clock: FakeClock, keep_up: Any):
    """A minute without a sound: the service never starves, the sentence ends, times are those of the audio given."""
    service = serve()
    chunks = _stalling(clock, lambda: keep_up(service), sound([1, 2, 3]), 60, sound([4, 5]))
    results = list(streaming.finals(streaming.stream(session_for(service), chunks, ENGLISH, raw=RAW)))
    assert [result.transcript for result in results] == ["w1 w2 w3", "w4 w5"]
    assert [(result.start_time, result.end_time) for result in results] == [(0.0, 0.3), (0.3, 0.5)]
    (stream,) = service.streams
    silence = len(stream.audio) / 16000 - 0.5
    assert 2 < silence < 5, "enough to end the sentence, little enough to be cheap"


def test_without_silence_the_service_would_have_starved(
    serve: Any, clock: FakeClock, keep_up: Any, monkeypatch: pytest.MonkeyPatch
):
    """The same story with our silence taken away: the double is strict, and the line is taken up again."""
    monkeypatch.setattr(sending, "PAUSED", 1e9)
    service = serve()
    chunks = _stalling(clock, lambda: keep_up(service), sound([1, 2, 3]), 20, sound([4, 5]))
    assert words_of(streaming.stream(session_for(service), chunks, ENGLISH, raw=RAW)) == said(5)
    assert len(service.streams) == 2


def test_flac_that_stalls_rests_and_goes_on_in_a_new_stream(serve: Any, clock: FakeClock):
    data = _encoded("flac", 3.0)
    cut = len(data) // 2
    service = serve()
    list(streaming.stream(session_for(service), _stalling(clock, int, data[:cut], 30, data[cut:]), ENGLISH))
    first, second = service.streams
    assert (first.ended, second.ended) == (True, True)
    assert _decoded(bytes(first.audio)) + _decoded(bytes(second.audio)) == _decoded(data)


def test_a_waiting_reader_is_woken_again_and_again():
    reader, writer = os.pipe()

    def chunks() -> Iterator[bytes]:
        while chunk := os.read(reader, 100):
            yield chunk

    source = waking.Waking(chunks(), tick=0.001)
    given = iter(source)
    assert [next(given), next(given)] == [b"", b""]
    os.write(writer, b"sound")
    assert next(chunk for chunk in given if chunk) == b"sound"
    os.close(writer)
    assert [chunk for chunk in given if chunk] == []
    source.thread.join(5)
    assert not source.thread.is_alive()
    os.close(reader)


def test_a_reader_that_is_away_does_not_fill_the_memory():
    given = 0

    def chunks() -> Iterator[bytes]:
        nonlocal given
        while True:
            given += 1
            yield bytes(10)

    source = waking.Waking(chunks(), held=100)
    next(iter(source))
    source.close()
    source.thread.join(5)
    assert (source.thread.is_alive(), given <= 13) == (False, True)


def test_an_error_of_the_source_arrives_at_its_reader():
    def chunks() -> Iterator[bytes]:
        yield b"a"
        raise InputError("the cable is out")

    source = waking.Waking(chunks())
    with pytest.raises(InputError, match="the cable is out"):
        list(source)


def test_stdin_is_streamed(serve: Any, monkeypatch: pytest.MonkeyPatch):
    reader, writer = os.pipe()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.FileIO(reader)))
    os.write(writer, sound(range(1, 6)))
    os.close(writer)
    service = serve()
    assert words_of(streaming.stream(session_for(service), paths(["-"])[0], ENGLISH, raw=RAW)) == said(5)


def test_an_error_while_reading_comes_after_what_was_heard(serve: Any):
    def chunks() -> Iterator[bytes]:
        yield sound(range(1, 6))
        raise InputError("the cable is out")

    service = serve()
    stream = streaming.stream(session_for(service), chunks(), ENGLISH, raw=RAW)
    heard, error = _until_error(stream)
    assert (words_of(iter(heard)), str(error)) == (said(5), "the cable is out")


def _until_error(stream: Iterator[Any]) -> tuple[list[Any], BaseException | None]:
    """What STREAM gives, and what it raises after that."""
    heard: list[Any] = []
    try:
        for result in stream:
            heard.append(result)
    except BaseException as error:  # noqa: BLE001 - it is looked at
        return heard, error
    return heard, None


# broken lines


@pytest.mark.parametrize("resumes", [False, True], ids=["counts anew", "counts on"])
@pytest.mark.parametrize("after", [1, 9, 10, 23, 37])
def test_a_dropped_line_loses_no_word_and_repeats_none(serve: Any, keep_up: Any, after: int, resumes: bool):
    service = serve([Drop(after)], resumes=resumes)
    results = list(streaming.stream(session_for(service), _spoken(40, service, keep_up), ENGLISH, raw=RAW))
    assert words_of(iter(results)) == said(40)
    _monotonic(results)
    first, second = service.streams
    assert second.params == first.params, "the same session is asked for"


def _spoken(count: int, service: Streaming, keep_up: Any) -> Iterator[bytes]:
    """A live source: each word comes when the one before has been heard."""
    for word in range(1, count + 1):
        keep_up(service)
        yield sound([word])


def _monotonic(results: list[Any]) -> None:
    times = [time for result in results if not result.is_partial for time in (result.start_time, result.end_time)]
    assert times == sorted(times)


def test_times_go_on_where_the_line_broke(serve: Any):
    service = serve([Drop(23)])
    results = streaming.finals(streaming.stream(session_for(service), [sound(range(1, 41))], ENGLISH, raw=RAW))
    items = [item for result in results for item in result.alternatives[0].items]
    assert [item.start_time for item in items] == pytest.approx([number / 10 for number in range(40)])


@settings(max_examples=30, deadline=None)
@given(drops=st.lists(st.integers(1, 30), max_size=4), resumes=st.booleans())
def test_however_often_it_breaks(drops: list[int], resumes: bool):
    clock = FakeClock()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("now", "monotonic", "sleep"):
            patch.setattr(live.clock, name, getattr(clock, name))
        keep_up = _keeping_up(patch)
        with Streaming(clock, *[[Drop(after)] for after in drops], resumes=resumes) as service:
            spoken = _spoken(40, service, keep_up)
            results = list(streaming.stream(session_for(service), spoken, ENGLISH, raw=RAW))
            assert words_of(iter(results)) == said(40)
            _monotonic(results)
        service.verify()


@pytest.mark.parametrize("tag", ["flac", "opus"])
def test_a_container_is_taken_up_again_with_its_head(serve: Any, tag: str):
    """What was final is not sent again, but the head is, and the rest can be decoded."""
    data = _encoded(tag, 8.0)
    final = {"StartTime": 0.2, "EndTime": 2.0, "IsPartial": False, "Alternatives": [{"Transcript": "Two."}]}
    later = {**final, "StartTime": 1.9, "EndTime": 2.5, "Alternatives": [{"Transcript": "Four."}]}
    heard = threading.Event()
    service = serve([Say(final, after=40), Drop(after=50)], [Say(later, after=40)])

    def chunks() -> Iterator[bytes]:
        yield data[: len(data) * 6 // 8]
        assert heard.wait(60)
        yield data[len(data) * 6 // 8 :]

    results = []
    for result in streaming.stream(session_for(service), chunks(), ENGLISH):
        results.append(result)
        heard.set()
    assert [result.transcript for result in results] == ["Two.", "Four."]
    again = len(_decoded(bytes(service.streams[1].audio))) / 32000
    assert 5.9 <= again <= 7.1
    assert results[1].start_time == pytest.approx(8.0 - again + 1.9, abs=0.1)


def test_a_line_that_is_closed_too_early_is_opened_again(serve: Any):
    service = serve([Close(5)])

    def chunks() -> Iterator[bytes]:
        yield sound(range(1, 6))
        while len(service.streams) < 2:
            yield b""
        yield sound(range(6, 11))

    assert words_of(streaming.stream(session_for(service), chunks(), ENGLISH, raw=RAW)) == said(10)
    assert len(service.streams) == 2


def test_a_damaged_frame_is_a_broken_line(serve: Any):
    service = serve([Corrupt(5)])
    assert words_of(streaming.stream(session_for(service), [sound(range(1, 13))], ENGLISH, raw=RAW)) == said(12)
    assert len(service.streams) == 2


def test_a_line_that_stays_broken_is_given_up_after_growing_pauses(serve: Any, clock: FakeClock):
    service = serve(*[[Drop(1)] for _ in range(100)])
    with pytest.raises(ServiceError, match="the stream to transcribe broke off") as problem:
        list(streaming.stream(session_for(service), [sound(range(1, 4))], ENGLISH, raw=RAW))
    pauses = [seconds for seconds in clock.slept if seconds >= 0.5]
    assert pauses[:7] == [0.5, 1, 2, 4, 8, 15, 15]
    assert live.PATIENCE <= sum(pauses) <= live.PATIENCE + live.LONGEST_PAUSE
    assert "X-Amz" not in f"{problem.value.message}{problem.value.hint}"


def test_where_nobody_listens_it_fails_soon(clock: FakeClock):
    session = Session(Config(region="us-east-1", endpoint_url="http://127.0.0.1:9"))
    with pytest.raises(ServiceError, match="cannot reach transcribe") as problem:
        list(streaming.stream(session, [sound([1])], ENGLISH, raw=RAW))
    assert (problem.value.code, clock.slept) == ("EndpointConnectionError", [0.5, 1.0])
    assert "us-east-1" in str(problem.value.hint)


def test_memory_stays_within_a_minute_of_audio():
    from awsml_cli.services.transcribe_streaming.audio import Audio
    from awsml_cli.services.transcribe_streaming.pieces import Piece

    pieces = (Piece(b"xx", number / 10, 0.1) for number in range(36_000))
    feed = sending.Feed(Audio("pcm", 8000, 1, iter(pieces)))
    assert sum(1 for _ in feed) == 36_000
    assert feed.rewind() == pytest.approx(3600 - sending.KEPT, abs=0.2)


# refusals


def test_a_shut_door_names_the_missing_action(serve: Any):
    service = serve([Deny()])
    with pytest.raises(ServiceError, match="AccessDeniedException: User: arn") as problem:
        list(streaming.stream(session_for(service), [sound([1])], ENGLISH, raw=RAW))
    assert "transcribe:StartStreamTranscriptionWebSocket" in str(problem.value.hint)
    assert (problem.value.code, problem.value.status, problem.value.request_id) == (
        "AccessDeniedException",
        403,
        "0b1c-request",
    )
    assert service.refused == 1


def test_a_wrong_key_is_refused_at_the_door(serve: Any):
    service = serve(secret="another")
    with pytest.raises(ServiceError, match="InvalidSignatureException"):
        list(streaming.stream(session_for(service), [sound([1])], ENGLISH, raw=RAW))


def test_a_bad_request_is_final_and_says_what_aws_said(serve: Any, clock: FakeClock):
    service = serve([Raise("BadRequestException", "The language code is wrong.", after=3)])
    with pytest.raises(ServiceError, match=r"BadRequestException: The language code is wrong\."):
        list(streaming.stream(session_for(service), [sound(range(1, 9))], ENGLISH, raw=RAW))
    assert len(service.streams) == 1


@pytest.mark.parametrize("code", ["InternalFailureException", "ServiceUnavailableException"])
def test_a_failure_of_the_service_is_tried_again(serve: Any, code: str):
    service = serve([Raise(code, after=12)], [Deny(status=503, code=code)])
    assert words_of(streaming.stream(session_for(service), [sound(range(1, 21))], ENGLISH, raw=RAW)) == said(20)
    assert (len(service.streams), service.refused) == (2, 1)


def test_over_a_limit_it_slows_down_and_goes_on(serve: Any, clock: FakeClock):
    service = serve([Raise("LimitExceededException", after=3)], [Deny(status=429, code="LimitExceededException")])
    begun = clock.time
    assert words_of(streaming.stream(session_for(service), [sound(range(1, 21))], ENGLISH, raw=RAW)) == said(20)
    assert [seconds for seconds in clock.slept if seconds > 1] == [2.0, 4.0]
    assert clock.time - begun >= 2 + 4 + 1.9, "what was missed is not made up for"


def test_always_over_a_limit_it_fails_with_what_aws_said(serve: Any):
    service = serve(*[[Deny(status=429, code="LimitExceededException", message="25 streams")] for _ in range(20)])
    with pytest.raises(ServiceError, match="25 streams") as problem:
        list(streaming.stream(session_for(service), [sound([1])], ENGLISH, raw=RAW))
    assert (problem.value.code, service.refused) == ("LimitExceededException", 3)


def test_a_session_that_is_still_busy_is_left_for_a_new_one(serve: Any):
    busy = "Another stream is in progress with the same session ID"
    service = serve([Drop(12)], *[[Raise("ConflictException", busy)] for _ in range(3)])
    assert words_of(streaming.stream(session_for(service), [sound(range(1, 21))], ENGLISH, raw=RAW)) == said(20)
    names = [stream.params["session-id"] for stream in service.streams]
    assert len(set(names[:4])) == 1
    assert names[4] != names[3]


def test_the_users_own_session_that_is_busy_is_an_error(serve: Any):
    mine = Options(language="en-US", session_id="0c1ab5f0-8f0e-4a53-9a5b-0d9b3f1f2a77")
    service = serve(*[[Raise("ConflictException", "busy")] for _ in range(9)])
    with pytest.raises(ServiceError, match="ConflictException: busy"):
        list(streaming.stream(session_for(service), [sound(range(1, 9))], mine, raw=RAW))


# the ends


def test_before_the_fourth_hour_ends_a_new_stream_goes_on(serve: Any, clock: FakeClock, keep_up: Any):
    """The source says two words in every hour, five hours long, and is silent in between."""
    service = serve()

    def chunks() -> Iterator[bytes]:
        for number in range(5):
            yield sound([10 * number + 1, 10 * number + 2])
            for _ in range(720):
                keep_up(service)
                clock.advance(5)
                yield b""

    results = list(streaming.stream(session_for(service), chunks(), ENGLISH, raw=RAW))
    assert words_of(iter(results)) == [f"w{10 * number + word}" for number in range(5) for word in (1, 2)]
    _monotonic(results)
    first, second = service.streams
    assert (first.ended, second.ended) == (True, True)
    assert first.params["session-id"] != second.params["session-id"]
    assert results[-1].end_time == pytest.approx(1.0)


def test_a_new_stream_begins_between_two_sentences(serve: Any, monkeypatch: pytest.MonkeyPatch):
    """Over the time, but somebody speaks: the end waits for the end of the sentence, or for the last moment."""
    monkeypatch.setattr(sending, "LONGEST", 3.0)
    monkeypatch.setattr(sending, "AHEAD", 2.0)
    monkeypatch.setattr(sending, "LATEST", 0.5)
    service = serve()
    results = list(streaming.stream(session_for(service), [sound(range(1, 61))], ENGLISH, raw=RAW))
    assert words_of(iter(results)) == said(60)
    assert len(service.streams) >= 3
    assert all(len(stream.audio) / 16000 <= 2.6 for stream in service.streams)


def test_ctrl_c_ends_the_stream_and_gives_the_last_words(serve: Any, monkeypatch: pytest.MonkeyPatch):
    service = serve()
    receive = live.line.Line.receive
    pressed: list[bool] = []

    def press(self: Any, timeout: float) -> Any:
        event = receive(self, timeout)
        if event is not None and not pressed:
            while len(service.streams[0].events) < 7:  # all seven words are on their way
                threading.Event().wait(0.001)
            pressed.append(True)
            raise KeyboardInterrupt
        return event

    monkeypatch.setattr(live.line.Line, "receive", press)

    def chunks() -> Iterator[bytes]:
        yield sound(range(1, 8))
        while True:
            yield b""

    heard, error = _until_error(streaming.stream(session_for(service), chunks(), ENGLISH, raw=RAW))
    assert (words_of(iter(heard)), type(error)) == (said(7), KeyboardInterrupt)
    assert service.streams[0].ended


def test_a_reader_that_leaves_closes_the_line(serve: Any):
    service = serve()

    def chunks() -> Iterator[bytes]:
        yield sound(range(1, 12))
        while True:
            yield b""

    stream = streaming.stream(session_for(service), chunks(), ENGLISH, raw=RAW)
    assert next(stream).transcript.startswith("w1")
    stream.close()
    assert service.streams[0].over.wait(5)
    assert not service.streams[0].ended


def test_a_service_that_never_closes_is_left(serve: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "POLL", 0.01)
    monkeypatch.setattr(live, "SILENT", 3)
    service = serve([Stay()])
    assert words_of(streaming.stream(session_for(service), [sound(range(1, 6))], ENGLISH, raw=RAW)) == said(5)


def test_a_slow_service_is_waited_for(serve: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "POLL", 0.05)
    service = serve()
    service.on_event = lambda stream: threading.Event().wait(0.06)
    assert words_of(streaming.stream(session_for(service), [sound(range(1, 16))], ENGLISH, raw=RAW)) == said(15)


def test_the_plan_says_what_it_costs_and_sends_nothing(serve: Any, tmp_path: Path):
    step = streaming.plan(file_of(tmp_path, wav(bytes(16000 * 60))), ENGLISH)
    assert (step.operation, step.units, step.unit) == ("transcribe:StartStreamTranscriptionWebSocket", 1.0, "minutes")


def test_events_are_lines_of_json(serve: Any):
    service = serve()
    results = list(streaming.stream(session_for(service), [sound([1, 2])], ENGLISH, raw=RAW))
    (line,) = [streaming.event_line(result) for result in streaming.finals(results)]
    assert json.loads(line)["Transcript"]["Results"][0]["Alternatives"][0]["Transcript"] == "w1 w2"


# time


def test_a_timeline_moves_times_to_where_the_audio_is():
    line = Timeline(10.0)
    line.add(2.0, source=10.0)
    line.add(3.0, source=None)
    line.add(1.0, source=12.0)
    assert [line.source(time) for time in (0.0, 1.5, 2.0, 4.0, 5.5, 6.0)] == [10.0, 11.5, 12.0, 12.0, 12.5, 13.0]


@given(
    st.floats(0, 1000),
    st.lists(st.tuples(st.floats(0.01, 5), st.booleans()), min_size=1, max_size=30),
    st.floats(0, 20000),
    st.lists(st.floats(0, 200), min_size=2, max_size=20),
)
def test_a_timeline_never_goes_back(at: float, parts: list[tuple[float, bool]], before: float, times: list[float]):
    line, place = Timeline(at, before=before), at
    for seconds, silent in parts:
        line.add(seconds, source=None if silent else place)
        place += 0 if silent else seconds
    line.settle(times[0], times[1])
    moved = [line.source(time) for time in sorted(times)]
    assert moved == sorted(moved)
    assert all(place >= at for place in moved)
