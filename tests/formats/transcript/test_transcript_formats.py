"""What each format looks like, and that other programs read it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import BytesIO, StringIO
from itertools import pairwise
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
import srt  # type: ignore[import-untyped]
import webvtt

from awsml_cli.core.errors import UsageError
from awsml_cli.formats.transcript import RENDERERS, Options, Transcript, Word, parse, rename, render

Shape = Callable[[str], Transcript]

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

TALK = Transcript(
    words=(
        Word("Hello,", 0.0, 0.5, 0.99, speaker_label="Ann"),
        Word("R&D", 0.6, 1.0, 0.42, speaker_label="Ann"),
        Word("team.", 1.1, 1.6, 0.98, speaker_label="Ann"),
        Word("1.", 4.0, 4.2, 0.97, speaker_label="Bob"),
        Word("*Hi*", 4.3, 5.2, None, speaker_label="Bob"),
    ),
    language_code="en-US",
    speakers=("Ann", "Bob"),
)
ALONE = Transcript((Word("-", 0.0, 0.1), Word("One", 0.2, 0.6), Word("#two.", 0.7, 1.2)), language_code="en-US")


def test_text_is_a_line_a_turn_where_there_are_speakers() -> None:
    assert render(TALK, "text") == "Ann: Hello, R&D team.\nBob: 1. *Hi*\n"
    assert render(TALK, "txt", options=Options(timestamps=True)) == (
        "[00:00:00] Ann: Hello, R&D team.\n[00:00:04] Bob: 1. *Hi*\n"
    )


def test_text_is_paragraphs_where_names_are_not_wanted() -> None:
    assert render(TALK, "text", options=Options(speakers=False)) == "Hello, R&D team.\n\n1. *Hi*\n"


def test_a_pause_after_a_sentence_begins_a_paragraph(shape: Shape) -> None:
    assert render(shape("batch_plain.json"), "text") == (
        "Welcome to the harbour museum. This building, which opened in 1907, was a warehouse for tea and coffee.\n"
        "\n"
        "Today it holds more than 12 thousand objects from all over the world. Please follow me to the first room.\n"
    )


def test_doubtful_words_are_marked_when_asked_for() -> None:
    options = Options(mark_below=0.9, speakers=False)

    assert render(TALK, "text", options=options) == "Hello, [R&D?] team.\n\n1. *Hi*\n"


def test_markdown_has_names_in_bold_and_no_markup_by_accident() -> None:
    assert render(TALK, "md", options=Options(title="A talk", timestamps=True)) == (
        "# A talk\n\n`00:00:00` **Ann:** Hello, R&D team.\n\n`00:00:04` **Bob:** 1. \\*Hi\\*\n"
    )
    assert render(ALONE, "md") == "\\- One \\#two.\n"
    assert render(TALK, "md", options=Options(speakers=False)) == "Hello, R&D team.\n\n1\\. \\*Hi\\*\n"


def test_srt_names_the_speaker_where_a_turn_begins() -> None:
    assert render(TALK, "srt") == (
        "1\n00:00:00,000 --> 00:00:01,600\nAnn: Hello, R&D team.\n\n2\n00:00:04,000 --> 00:00:05,200\nBob: 1. *Hi*\n"
    )


def test_vtt_has_voices_notes_and_escapes() -> None:
    assert render(TALK, "vtt", options=Options(note="made --> by\nawsml")) == (
        "WEBVTT\n\nNOTE made --&gt; by awsml\n\n"
        "00:00:00.000 --> 00:00:01.600\n<v Ann>Hello, R&amp;D team.</v>\n\n"
        "00:00:04.000 --> 00:00:05.200\n<v Bob>1. *Hi*</v>\n"
    )


def test_karaoke_gives_the_time_before_each_word() -> None:
    text = str(render(TALK, "vtt", options=Options(karaoke=True, speakers=False)))

    assert "Hello, <00:00:00.600>R&amp;D <00:00:01.100>team." in text


def test_a_dialogue_in_vtt_has_a_voice_on_each_line() -> None:
    words = (Word("Ready?", 0.0, 0.4, speaker_label="Ann"), Word("Yes!", 0.5, 1.6, speaker_label="B>ob"))
    transcript = Transcript(words, speakers=("Ann", "B>ob"))

    assert render(transcript, "vtt", options=Options(dialogue=True)) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.600\n<v Ann>- Ready?</v>\n<v B&gt;ob>- Yes!</v>\n"
    )


def test_tsv_is_what_whisper_writes_with_the_speaker_behind() -> None:
    assert render(TALK, "tsv") == (
        "start\tend\ttext\tspeaker\n0\t1600\tHello, R&D team.\tAnn\n4000\t5200\t1. *Hi*\tBob\n"
    )
    assert render(ALONE, "tsv", options=Options(granularity="word")) == (
        "start\tend\ttext\n0\t100\t-\n200\t600\tOne\n700\t1200\t#two.\n"
    )


def test_csv_has_a_row_for_what_is_asked() -> None:
    assert render(TALK, "csv", options=Options(granularity="turn")) == (
        'start_time,end_time,speaker_label,text\n0.000,1.600,Ann,"Hello, R&D team."\n4.000,5.200,Bob,1. *Hi*\n'
    )
    assert str(render(TALK, "csv", options=Options(granularity="word"))).splitlines()[:3] == [
        "start_time,end_time,content,confidence,speaker_label,language_code",
        '0.000,0.500,"Hello,",0.99,Ann,en-US',
        "0.600,1.000,R&D,0.42,Ann,en-US",
    ]


def test_json_is_one_record_with_the_names_of_aws() -> None:
    assert json.loads(render(ALONE, "json")) == {
        "transcript": "- One #two.",
        "language_code": "en-US",
        "speakers": [],
        "items": [
            {"content": "-", "start_time": 0.0, "end_time": 0.1, "confidence": None},
            {"content": "One", "start_time": 0.2, "end_time": 0.6, "confidence": None},
            {"content": "#two.", "start_time": 0.7, "end_time": 1.2, "confidence": None},
        ],
    }


def test_jsonl_is_an_object_a_line() -> None:
    assert [json.loads(line) for line in str(render(TALK, "jsonl")).splitlines()] == [
        {"start_time": 0.0, "end_time": 1.6, "speaker_label": "Ann", "text": "Hello, R&D team."},
        {"start_time": 4.0, "end_time": 5.2, "speaker_label": "Bob", "text": "1. *Hi*"},
    ]


def test_docx_is_a_package_with_names_in_bold_and_doubt_in_grey() -> None:
    options = Options(title="A <talk>", mark_below=0.9)

    paragraphs = docx_paragraphs(render(TALK, "docx", options=options))

    assert paragraphs == [
        [("A <talk>", ["b", "sz"])],
        [("Ann: ", ["b"]), ("Hello, ", []), ("R&D ", ["color"]), ("team.", [])],
        [("Bob: ", ["b"]), ("1. *Hi*", [])],
    ]
    assert render(TALK, "docx", options=options) == render(TALK, "docx", options=options)


def test_docx_opens_in_an_independent_reader() -> None:
    docx = pytest.importorskip("docx")

    document = docx.Document(BytesIO(bytes(render(TALK, "docx"))))  # type: ignore[arg-type]

    assert [paragraph.text for paragraph in document.paragraphs] == ["Ann: Hello, R&D team.", "Bob: 1. *Hi*"]


def test_no_speech_is_no_text() -> None:
    empty = {name: render(Transcript(()), name) for name in RENDERERS if name not in ("json", "docx")}

    assert empty == {"text": "", "md": "", "srt": "", "vtt": "WEBVTT\n", "tsv": "", "csv": "", "jsonl": ""}


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as refused:
        render(TALK, "ass")

    assert refused.value.hint == "formats: text, md, srt, vtt, tsv, csv, json, jsonl, docx"


def test_names_are_used_by_every_format_that_shows_them(shape: Shape) -> None:
    transcript = rename(shape("diarized_items.json"), {"spk_0": "Ann", "spk_1": "Bob", "spk_2": "Cy"})

    shown = {name: render(transcript, name) for name in RENDERERS if name != "docx"}
    assert all("Ann" in text and "spk_" not in text for text in shown.values() if isinstance(text, str))


# Every shape in every format: all words arrive, and whoever else reads the format agrees.


def test_every_shape_as_text_and_markdown_has_all_words(any_shape: bytes) -> None:
    transcript = parse(any_shape)
    options = Options(speakers=False)

    assert squeezed(str(render(transcript, "text", options=options))) == squeezed(transcript.text)
    conversation = str(render(transcript, "md", options=options)).rpartition("## Conversation\n")[2]
    assert squeezed(conversation).replace("\\", "") == squeezed(transcript.text)


def test_every_shape_as_srt_is_read_by_an_independent_parser(any_shape: bytes) -> None:
    transcript = parse(any_shape)

    subtitles = list(srt.parse(str(render(transcript, "srt", options=Options(speakers=False, dialogue=False)))))

    assert squeezed("".join(subtitle.content for subtitle in subtitles)) == squeezed(transcript.text)
    assert [subtitle.index for subtitle in subtitles] == list(range(1, len(subtitles) + 1))
    assert all(before.end <= after.start for before, after in pairwise(subtitles))


def test_every_shape_as_vtt_is_read_by_an_independent_parser(any_shape: bytes) -> None:
    transcript = parse(any_shape)

    captions = webvtt.from_string(str(render(transcript, "vtt", options=Options(karaoke=True, note="n")))).captions

    assert squeezed("".join(caption.text for caption in captions)) == squeezed(transcript.text)
    assert {caption.voice for caption in captions} <= {None, *transcript.speakers}


@pytest.mark.parametrize("granularity", ["word", "cue", "turn"])
def test_every_shape_as_rows_has_all_words(any_shape: bytes, granularity: str) -> None:
    transcript = parse(any_shape)
    options = Options(granularity=granularity)  # type: ignore[arg-type]
    column = "content" if granularity == "word" else "text"

    comma = list(csv.DictReader(StringIO(str(render(transcript, "csv", options=options)))))
    tab = [line.split("\t") for line in str(render(transcript, "tsv", options=options)).splitlines()[1:]]
    lines = [json.loads(line) for line in str(render(transcript, "jsonl", options=options)).splitlines()]

    texts = [
        "".join(row[column] for row in comma),
        "".join(row[2] for row in tab),
        "".join(row[column] for row in lines),
    ]
    assert list(map(squeezed, texts)) == [squeezed(transcript.text)] * 3
    assert [round(float(row["start_time"]) * 1000) for row in comma] == [int(row[0]) for row in tab]


def test_every_shape_as_docx_has_all_words(any_shape: bytes) -> None:
    transcript = parse(any_shape)

    paragraphs = docx_paragraphs(render(transcript, "docx", options=Options(speakers=False)))

    assert squeezed("".join(text for runs in paragraphs for text, _ in runs)) == squeezed(transcript.text)


def squeezed(text: str) -> str:
    return "".join(text.split())


def docx_paragraphs(package: str | bytes) -> list[list[tuple[str, list[str]]]]:
    """The runs of each paragraph, with the names of their properties."""
    assert isinstance(package, bytes)
    with ZipFile(BytesIO(package)) as parts:
        assert parts.testzip() is None
        for name in parts.namelist():
            ElementTree.fromstring(parts.read(name))
        root = ElementTree.fromstring(parts.read("word/document.xml"))
    return [
        [
            (run.findtext(f"{WORD}t") or "", [style.tag.removeprefix(WORD) for style in run.findall(f"{WORD}rPr/*")])
            for run in paragraph.findall(f"{WORD}r")
        ]
        for paragraph in root.iter(f"{WORD}p")
    ]
