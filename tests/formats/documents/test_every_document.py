"""Whatever the kind: an unchanged translation changes nothing, and what must stay stays, however bad the translator."""

from __future__ import annotations

import pytest
from document_samples import BILINGUAL, PLACEHOLDERS, SAMPLES, TRANSLATORS

from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.formats.documents import KINDS, Options, protect, read, recognise, translate

OPTIONS = Options(source="en", target="es")
TEXTUAL = [kind for kind in SAMPLES if kind not in ("docx", "pptx", "xlsx")]


def test_there_is_a_sample_of_every_kind():
    assert set(SAMPLES) == set(KINDS)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_sample_is_recognised_by_its_name(kind):
    assert recognise(SAMPLES[kind], f"a.{'txt' if kind == 'text' else kind}") == kind


@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if kind not in BILINGUAL])
def test_segments_that_come_back_unchanged_leave_every_byte(kind):
    document = read(kind, SAMPLES[kind])

    assert document.segments
    assert document.write([segment.text for segment in document.segments]) == SAMPLES[kind]


@pytest.mark.parametrize("kind", [kind for kind in TEXTUAL if kind not in BILINGUAL])
@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.rstrip(b"\r\n"),
        lambda data: data.decode().encode("utf-16"),
    ],
    ids=["CRLF", "BOM", "no line end", "UTF-16"],
)
def test_line_ends_and_encoding_stay(kind, change):
    data = change(SAMPLES[kind])
    document = read(kind, data)

    assert document.write([segment.text for segment in document.segments]) == data


@pytest.mark.parametrize("kind", TEXTUAL)
def test_a_translation_into_a_file_with_crlf_has_no_other_line_ends(kind):
    data = SAMPLES[kind].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    document = read(kind, data, options=OPTIONS)

    written = document.write(translate(document.segments, TRANSLATORS["growing"]))

    assert written.count(b"\n") == written.count(b"\r\n") > 0


@pytest.mark.parametrize("kind", BILINGUAL)
def test_in_a_bilingual_file_only_targets_change(kind):
    document = read(kind, SAMPLES[kind], options=OPTIONS)

    written = document.write(translate(document.segments, TRANSLATORS["shouting"]))

    sources = [segment.text for segment in document.segments]
    assert read(kind, written, options=OPTIONS).segments == ()
    again = read(kind, written, options=Options(source="en", target="de", overwrite=True))
    assert set(sources) <= {segment.text for segment in again.segments}


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("name", TRANSLATORS)
def test_placeholders_survive_every_translator(kind, name):
    document = read(kind, SAMPLES[kind], options=OPTIONS)

    translations = translate(document.segments, TRANSLATORS[name])

    assert any(all(placeholder in text for placeholder in PLACEHOLDERS) for text in translations)
    for segment, translation in zip(document.segments, translations, strict=True):
        for token in protect(segment.text, segment.markup).tokens:
            for raw in (token.raw, token.end or token.raw):
                assert translation.count(raw) == segment.text.count(raw)
        assert translation != segment.text or not translation.isascii()


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("name", TRANSLATORS)
def test_what_was_written_is_read_as_the_same_number_of_segments(kind, name):
    if kind in BILINGUAL:
        pytest.skip("its sources do not change")
    document = read(kind, SAMPLES[kind])

    again = read(kind, document.write(translate(document.segments, TRANSLATORS[name])))

    if kind not in ("srt", "vtt"):
        assert [segment.id for segment in again.segments] == [segment.id for segment in document.segments]


@pytest.mark.parametrize("kind", SAMPLES)
def test_ids_are_unique_and_the_same_at_every_reading(kind):
    ids = [segment.id for segment in read(kind, SAMPLES[kind], options=OPTIONS).segments]

    assert len(set(ids)) == len(ids)
    assert ids == [segment.id for segment in read(kind, SAMPLES[kind], options=OPTIONS).segments]


@pytest.mark.parametrize("kind", SAMPLES)
def test_another_number_of_translations_is_refused(kind):
    with pytest.raises(ValueError, match="translations"):
        read(kind, SAMPLES[kind], options=OPTIONS).write(["one too few"] * 100)


@pytest.mark.parametrize("kind", TEXTUAL)
def test_bytes_that_are_no_text_are_refused_with_their_offset(kind):
    with pytest.raises(InputError) as refused:
        read(kind, b"ok \xff\xfe\xfa", options=OPTIONS)

    assert refused.value.message.endswith("at offset 3") or "line 1" in refused.value.message


@pytest.mark.parametrize("kind", ["text", "md", "html", "csv", "tsv", "jsonl", "po"])
def test_an_empty_file_has_no_segments(kind):
    assert (read(kind, b"").segments, read(kind, b"").write([])) == ((), b"")


def test_an_unknown_kind_is_refused():
    with pytest.raises(UsageError):
        read("odt", b"")
