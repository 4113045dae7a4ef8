"""Text of any length is cut at the ends of sentences, and nothing of it is lost."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError
from awsml_cli.formats.pieces import Cutter, Piece, cut, utf8_length
from awsml_cli.formats.pieces.graphemes import is_boundary

SEEDS = [
    *"aZ.!?…,;:。！、؟।\"')”» \n\r\t\u00a0\u2029\u0301\u200d\u200b\u0600\u094d\uac00\u1100\u1161\u11a8\ufe0f9",
    "\n\n",
    "Mr. ",
    "e.g. ",
    "end. ",
    "क",
    "👩\u200d👩\u200d👧",
    "🇩🇪",
    "👍🏽",
]
texts = st.one_of(st.text(), st.lists(st.sampled_from(SEEDS), max_size=120).map("".join))
measures = st.sampled_from([len, utf8_length])


def whole(pieces: list[Piece]) -> str:
    return "".join(piece.before + piece.text + piece.after for piece in pieces)


def texts_of(text: str, limit: int, *, paragraphs: bool = False, first: int | None = None) -> list[str]:
    return [piece.text for piece in cut([text], limit, measure=len, paragraphs=paragraphs, first=first)]


def chunked(text: str, sizes: list[int]) -> list[str]:
    chunks, at = [], 0
    for size in itertools.cycle(sizes):
        if at >= len(text):
            return chunks
        chunks.append(text[at : at + size])
        at += size
    return chunks


@given(texts, measures, st.booleans(), st.integers(50, 400), st.none() | st.integers(5, 60))
def test_pieces_give_back_every_character_and_stay_within_the_limit(text, measure, paragraphs, limit, first):
    try:
        pieces = list(cut([text], limit, measure=measure, paragraphs=paragraphs, first=first))
    except InputError:
        assert any(measure(cluster) > limit for cluster in clusters(text))
        return
    assert whole(pieces) == text
    assert max((measure(piece.text) for piece in pieces), default=0) <= limit


@given(
    texts.map(lambda text: text * 9),
    st.lists(st.integers(1, 40), min_size=1),
    st.booleans(),
    st.sampled_from([None, 30]),
)
@example("One. Two.\n\nThree" + " " * 900 + "\n\n", [1], True, None)
def test_pieces_do_not_depend_on_how_the_text_arrives(text, sizes, paragraphs, first):
    def pieces(chunks: list[str]) -> list[Piece] | str:
        try:
            return list(cut(chunks, 70, measure=utf8_length, paragraphs=paragraphs, first=first))
        except InputError as error:
            return error.message

    assert pieces(chunked(text, sizes)) == pieces([text])


@given(texts.map(lambda text: text * 3), st.lists(st.integers(1, 30), min_size=1), st.booleans())
def test_a_pause_anywhere_loses_nothing(text, sizes, paragraphs):
    cutter = Cutter(60, len, paragraphs=paragraphs)
    pieces = []
    try:
        for chunk in chunked(text, sizes):
            pieces += cutter.feed(chunk) + cutter.pause()
        pieces += cutter.close()
    except InputError:
        return
    assert whole(pieces) == text
    assert all(len(piece.text) <= 60 for piece in pieces)


@given(texts, st.integers(12, 60))
def test_no_cut_is_inside_a_grapheme_cluster(text, limit):
    regex = pytest.importorskip("regex")
    inside = set(range(len(text))) - {match.start() for match in regex.finditer(r"\X", text)}
    at = 0
    try:
        for piece in cut([text], limit, measure=len, paragraphs=False):
            places = {at, at + len(piece.before), at + len(piece.before) + len(piece.text)}
            assert not places & inside
            at += len(piece.before + piece.text + piece.after)
    except InputError:
        assert any(len(cluster) > limit for cluster in clusters(text))


def clusters(text: str) -> list[str]:
    starts = [at for at in range(len(text)) if at == 0 or is_boundary(text, at)]
    return [text[begin:end] for begin, end in zip(starts, [*starts[1:], len(text)], strict=True)]


@pytest.mark.parametrize(
    "cluster",
    [
        "e\u0301\u0323",
        "\r\n",
        "👩🏽\u200d🚀",
        "👨\u200d👩\u200d👧\u200d👦",
        "❤️\u200d🔥",
        "🇫🇷",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "1\ufe0f\u20e3",
        "\u1112\u1161\u11ab",
        "\uac00\u11a8",
        "क्षि",
        "நி",
        "ำ",
        "\u0600\u0661",
        "ﾊ\uff9f",
        " \u0301",
    ],
)
def test_a_grapheme_cluster_is_whole(cluster):
    assert [at for at in range(1, len(cluster)) if is_boundary(cluster, at)] == []


def test_flags_part_after_every_second_letter():
    flags = "🇩🇪🇫🇷🇪🇸"
    assert [at for at in range(len(flags)) if is_boundary(flags, at)] == [0, 2, 4]


def test_a_cut_between_flags_keeps_them_whole():
    assert texts_of("🇩🇪" * 5, 5) == ["🇩🇪🇩🇪", "🇩🇪🇩🇪", "🇩🇪"]


def test_a_grapheme_cluster_over_the_limit_is_an_error_with_its_offset():
    with pytest.raises(InputError) as failure:
        texts_of("Fine so far. " + "a" + "\u0301" * 50, 20)
    assert "offset 13" in failure.value.message


SENTENCES = [
    ("Mr. Smith paid 3.14 dollars to Dr. J. R. Ewing of the U.S. Army.", "He left."),
    ("Use a filter, e.g. Grep, i.e. Something small.", "Then go."),
    ('She said "stop!" and "why?" again (no one heard.)', "He left."),
    ("“Stop.”", "He left."),
    ("Wait… what?!", "Go."),
    ("Am 3. Oktober, z.B. Dienstag, kam er.", "Dann nicht."),
    ("你好。", "再见！"),
    ("「行くぞ。」", "はい。"),
    ("كيف حالك؟", "بخير."),
    ("मैं ठीक हूँ।", "तुम?"),
    ("Ինչ կա։", "Ոչինչ։"),
]


@pytest.mark.parametrize(("one", "two"), SENTENCES)
@pytest.mark.parametrize("gap", [" ", "\n"])
def test_a_sentence_ends_where_a_reader_would_end_it(one, two, gap):
    text = one + gap + two
    assert texts_of(text, len(text) - 1) == [one, two]


def test_wide_stops_need_no_blank():
    assert texts_of("第一句。第二句？「第三句！」第四句", 8) == ["第一句。第二句？", "「第三句！」", "第四句"]


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("A first part.\n\nA second. A third one here.", 24, ["A first part.", "A second.", "A third one here."]),
        ("one line\nanother line\na third", 22, ["one line\nanother line", "a third"]),
        ("one clause, another clause, and more words", 30, ["one clause, another clause,", "and more words"]),
        ("words without any stop", 15, ["words without", "any stop"]),
        ("unbroken", 3, ["unb", "rok", "en"]),
        ("ten\u00a0thousand euros", 12, ["ten\u00a0thousand", "euros"]),
    ],
)
def test_the_best_cut_that_fits_is_taken(text, limit, pieces):
    assert texts_of(text, limit) == pieces


def test_paragraphs_are_pieces_of_their_own_with_the_blank_lines_outside():
    text = "\n One.\r\n\r\nTwo. Two.\n \n\nThree\n"
    assert list(cut([text], 100, measure=len, paragraphs=True)) == [
        Piece("\n ", "One.", "\r\n\r\n"),
        Piece("", "Two. Two.", "\n \n"),
        Piece("\n", "Three", "\n"),
    ]


def test_without_paragraphs_blank_lines_are_packed():
    assert texts_of("One.\n\nTwo.\n\nThree.", 12) == ["One.\n\nTwo.", "Three."]


def test_the_first_piece_may_be_small():
    text = "One. Two, three. " + "Four five six seven. " * 40
    assert texts_of(text, 300, first=20)[0] == "One. Two, three."


def test_the_first_piece_is_not_cut_within_a_clause():
    assert texts_of("one two three four five six. Seven.", 30, first=10) == ["one two three four five six.", "Seven."]


def test_a_piece_comes_as_soon_as_its_end_is_certain():
    cutter = Cutter(10_000, utf8_length, paragraphs=True)
    assert cutter.feed("One.\nTwo.") == []
    assert cutter.feed("\n\nThr") == [Piece("", "One.\nTwo.", "\n\n")]
    assert cutter.close() == [Piece("", "Thr", "")]


def test_a_pause_gives_complete_lines_and_sentences_only():
    cutter = Cutter(10_000, utf8_length, paragraphs=True)
    assert cutter.feed("a line\nHal") == []
    assert cutter.pause() == [Piece("", "a line", "\n")]
    assert cutter.pause() == []
    assert cutter.feed("lo. And") == []
    assert cutter.pause() == [Piece("", "Hallo.", " ")]
    assert cutter.feed(" Mr.") == []
    assert cutter.pause() == []
    assert cutter.feed(" Smith.") == []
    assert cutter.pause() == [Piece("", "And Mr. Smith.", "")]
    assert cutter.feed("\n") == []
    assert cutter.pause() == [Piece("\n", "", "")]
    assert cutter.close() == []


def test_blanks_alone_are_pieces_without_text():
    assert list(cut([" \n\n "], 5, measure=len, paragraphs=True)) == [Piece(" \n\n ", "", "")]
    assert list(cut([""], 5, measure=len, paragraphs=True)) == []


def test_memory_stays_bounded_however_long_the_text():
    cutter = Cutter(3_000, len, paragraphs=False)
    for chunk in itertools.chain(["word " * 1_000] * 100, [" " * 5_000] * 100, ["x" * 5_000] * 100):
        cutter.feed(chunk)
        assert sum(map(len, cutter._parts)) < 3_000 + 4_096 + 301


def test_every_control_and_mark_of_unicode_can_be_cut_around():
    odd = "".join(chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zs", "Me"))
    pieces = list(cut([odd], 500, measure=len, paragraphs=False))
    assert whole(pieces) == odd
