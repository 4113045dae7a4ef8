"""SSML is read with places, split into whole documents, linted and built, and every byte knows where it came from."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError
from awsml_cli.formats.pieces import cut
from awsml_cli.formats.ssml import Manner, Problem, billed, lint, plain, request_units, split, split_pieces, wrap

PAUSE = '<break strength="x-strong"/>'

# ---- reading ----


@pytest.mark.parametrize(
    ("ssml", "message"),
    [
        ("", "the SSML is not well formed at line 1, column 1: no element found"),
        ("<speak>a", "the SSML is not well formed at line 1, column 9: no element found"),
        ("<speak>\n ü & b</speak>", "the SSML is not well formed at line 2, column 5: not well-formed (invalid token)"),
        ("<speak>\n\n<p>a</s></speak>", "the SSML is not well formed at line 3, column 7: mismatched tag"),
        ("<speak>&nbsp;</speak>", "the SSML is not well formed at line 1, column 8: undefined entity"),
        ("\n <!DOCTYPE speak><speak/>", "the SSML has a DOCTYPE at line 2, column 2; none is allowed"),
        (
            '<!DOCTYPE s [<!ENTITY a "b">]><speak>&a;</speak>',
            "the SSML has a DOCTYPE at line 1, column 1; none is allowed",
        ),
        ("\n<p>a</p>", "the SSML begins with <p> at line 2: <speak> must be around it all"),
        ("<speak>\ud800</speak>", "the SSML holds half a character (a lone surrogate) at offset 7"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(ssml, message):
    with pytest.raises(InputError) as failure:
        split(ssml)
    assert failure.value.message == message


@pytest.mark.parametrize(
    ("ssml", "characters"),
    [
        ("<speak>abc</speak>", 3),
        ("<speak><p>a b</p> <break time='1s'/>&amp;&#233;</speak>", 6),
        ("<speak><!-- not this --><![CDATA[a<b]]><?nor this?></speak>", 3),
        ("<speak/>", 0),
        ('<?xml version="1.0" encoding="latin-1"?><speak>é</speak>', 1),
    ],
)
def test_tags_are_not_billed(ssml, characters):
    assert billed(ssml) == characters


# ---- splitting ----


def test_a_document_within_the_limits_stays_as_it_is():
    ssml = '<?xml version="1.0"?>\n<speak> a <!-- b --> &amp; </speak>\n'
    assert split(ssml) == [ssml]


def test_paragraphs_are_the_first_choice_and_keep_their_pause():
    ssml = "<speak><p>One one one.</p>\n<p>Two two. Two.</p><p>Three.</p></speak>"
    assert split(ssml, limit_billed=30) == [
        f"<speak><p>One one one.</p>\n<p>Two two. Two.</p>{PAUSE}</speak>",
        "<speak><p>Three.</p></speak>",
    ]


def test_open_elements_are_opened_again_with_their_attributes():
    ssml = '<speak xml:lang="de-DE"><prosody rate="slow"><lang xml:lang="fr-FR">Un deux. Trois quatre.</lang></prosody></speak>'
    head, tail = '<speak xml:lang="de-DE"><prosody rate="slow"><lang xml:lang="fr-FR">', "</lang></prosody></speak>"
    assert split(ssml, limit_billed=15) == [f"{head}Un deux. {tail}", f"{head}Trois quatre.{tail}"]


@pytest.mark.parametrize(
    ("inside", "limit", "pieces"),
    [
        ("<s>One two.</s><s>Three four.</s>", 14, ["<s>One two.</s>", "<s>Three four.</s>"]),
        ("One, two three four", 15, ["One, ", "two three four"]),
        ("One two three", 9, ["One two ", "three"]),
        ("Mr. One two. Three", 14, ["Mr. One two. ", "Three"]),
        ("第一句。第二句。", 5, ["第一句。", "第二句。"]),
        ("unbroken", 5, ["unbroken"]),
        ("AT&amp;T one &lt;two&gt;", 9, ["AT&amp;T one ", "&lt;two&gt;"]),
        ("One.<break/><mark name='m'/> Two", 5, ["One.<break/><mark name='m'/> ", "Two"]),
        ("<![CDATA[One & two.]]> Three", 12, ["One &amp; two. ", "Three"]),
        ("One <!-- note -->two", 4, ["One ", "two"]),
    ],
)
def test_a_cut_is_where_a_pause_is_natural(inside, limit, pieces):
    if pieces == ["unbroken"]:
        with pytest.raises(InputError):
            split(f"<speak><w role='x'>{inside}</w></speak>", limit_billed=limit)
        return
    assert split(f"<speak>{inside}</speak>", limit_billed=limit) == [f"<speak>{piece}</speak>" for piece in pieces]


def test_nothing_is_cut_inside_an_element_that_is_one_thing():
    ssml = '<speak>Call <say-as interpret-as="telephone">555 0100 200</say-as> now <sub alias="a b">c d</sub></speak>'
    assert split(ssml, limit_billed=16) == [
        "<speak>Call </speak>",
        '<speak><say-as interpret-as="telephone">555 0100 200</say-as> </speak>',
        '<speak>now <sub alias="a b">c d</sub></speak>',
    ]


@pytest.mark.parametrize(
    ("ssml", "what"),
    [
        ("<speak>a\n<say-as interpret-as='x'>" + "b " * 20 + "</say-as></speak>", "<say-as> at line 2"),
        ("<speak>\n\n<prosody amazon:max-duration='2s'>" + "b " * 20 + "</prosody></speak>", "<prosody> at line 3"),
        ("<speak>a\n" + "e" + "\u0301" * 40 + "</speak>", "the text at line 2"),
    ],
)
def test_what_cannot_be_cut_is_refused_with_its_line(ssml, what):
    with pytest.raises(InputError, match=f"^{what} cannot be cut and is over the limit of 30 characters"):
        split(ssml, limit_billed=30)


def test_tags_count_for_the_limit_in_all():
    ssml = "<speak>" + "<mark name='a'/>" * 1_000 + "</speak>"
    pieces = split(ssml)
    assert max(map(len, pieces)) <= 6_000
    assert sum(piece.count("<mark") for piece in pieces) == 1_000


texts = st.lists(
    st.sampled_from(
        [
            "Word ",
            "two. ",
            "Mr. ",
            "a, b",
            "&",
            "<",
            "é",
            "日本。",
            "👩\u200d👧",
            "e\u0301",
            " ",
            "\n",
            "x" * 7,
            "שלום ",
        ]
    ),
    max_size=8,
).map("".join)


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    inside = st.lists(children, max_size=4).map("".join)
    names = st.sampled_from(["p", "s", "prosody", "lang", "emphasis"])
    whole = st.builds(
        lambda text: f"<say-as interpret-as='x'>{text[:20]}</say-as>", st.sampled_from(["1 2", "3, 4. 5"])
    )
    built = st.builds(lambda name, value, text: f"<{name} a={quoteattr(value)}>{text}</{name}>", names, texts, inside)
    return built | whole


nodes = st.recursive(
    texts.map(escape) | st.sampled_from(["<break/>", "<mark name='m'/>", "<!-- c. -->", "&#233;", "\r\n"]), element
)
documents = st.lists(nodes, max_size=12).map(lambda inside: f"<speak>{''.join(inside)}</speak>")


def characters(ssml: str) -> list[tuple[str, tuple[str, ...]]]:
    """Give every character but blanks, and every empty tag, with the elements around it."""
    found: list[tuple[str, tuple[str, ...]]] = []

    def walk(node: ElementTree.Element, around: tuple[str, ...]) -> None:
        around = (*around, f"{node.tag} {node.attrib}")
        if node.tag in ("break", "mark") and node.attrib != {"strength": "x-strong"}:
            found.append((node.tag, around))
        found.extend((char, around) for char in node.text or "" if not char.isspace())
        for child in node:
            walk(child, around)
            found.extend((char, around) for char in child.tail or "" if not char.isspace())

    walk(ElementTree.fromstring(ssml), ())
    return found


@settings(max_examples=300, deadline=None)
@given(documents, st.integers(25, 60), st.integers(400, 700))
def test_pieces_are_whole_documents_that_say_the_same(ssml, limit_billed, limit_total):
    try:
        pieces = split(ssml, limit_billed=limit_billed, limit_total=limit_total)
    except InputError:
        return
    assert [found for piece in pieces for found in characters(piece)] == characters(ssml)
    assert all(billed(piece) <= limit_billed and len(piece) <= limit_total for piece in pieces)


@settings(max_examples=300, deadline=None)
@given(documents, st.integers(25, 60))
def test_every_byte_of_a_piece_knows_its_character_in_the_original(ssml, limit_billed):
    for piece in split_pieces(ssml, limit_billed=limit_billed, limit_total=100_000):
        for fragment in piece.origin.fragments:
            if fragment.verbatim:
                assert ssml[fragment.at : fragment.at + fragment.length] == fragment.text
        places = [piece.to_original(at) for at in range(len(piece.ssml.encode()) + 1)]
        assert places == sorted(places)
        assert all(0 <= place <= len(ssml) for place in places)


# ---- the way back ----


def word_span(piece, word):
    begin = piece.ssml.encode().index(word.encode())
    return piece.origin.span(begin, begin + len(word.encode()))


def test_words_of_a_later_piece_are_found_in_the_original():
    ssml = "<speak><p>Grüße an &quot;alle&quot;. <!-- c -->Für <emphasis>dich &amp; mich</emphasis>, 👍 ja.</p></speak>"
    spans = {
        word: ssml[slice(*word_span(piece, word))]
        for piece in split_pieces(ssml, limit_billed=20)
        for word in ("Grüße", "alle", "&quot;", "Für", "dich", "&amp;", "mich", "👍", "ja")
        if word in piece.ssml
    }
    assert spans == {word: word for word in spans}
    assert len(spans) == 9


def test_a_plain_piece_counts_from_its_own_place():
    piece = plain("Grüße 👍 an alle", at=100)
    assert word_span(piece, "Grüße") == (100, 105)
    assert word_span(piece, "👍") == (106, 107)
    assert word_span(piece, "alle") == (111, 115)
    assert [piece.to_original(at) for at in range(8)] == [100, 101, 102, 102, 103, 103, 104, 105]
    assert piece.to_original(99) == 115


def test_what_is_put_in_stands_for_its_place():
    piece = wrap("a<b", Manner(rate="fast"), at=10)
    assert piece.ssml == '<speak><prosody rate="fast">a&lt;b</prosody></speak>'
    assert [piece.to_original(at) for at in (0, 20, 28, 29, 31, 33, 34, 52)] == [10, 10, 10, 11, 11, 12, 13, 13]
    assert word_span(piece, "&lt;") == (11, 12)


@given(st.text(), st.integers(0, 1_000))
def test_wrapped_text_is_found_character_by_character(text, at):
    piece = wrap(text, Manner(volume="loud", pause="1s"), at=at)
    spoken = "".join(ElementTree.fromstring(piece.ssml).itertext())
    assert len(spoken.replace("\r\n", "\n")) <= len(text)
    offset = len(b'<speak><prosody volume="loud">')
    for number, char in enumerate(text):
        assert piece.to_original(offset) == at + number
        offset += len(wrap(char, Manner()).ssml.encode()) - len(b"<speak></speak>")


# ---- wrapping ----


def test_every_manner_has_its_tag():
    manner = Manner(
        rate="120%", pitch="+2st", volume="-6dB", pause="500ms", whisper=True, breaths=True, newscaster=True
    )
    assert wrap("Hi", manner).ssml == (
        '<speak><amazon:domain name="news"><amazon:auto-breaths><amazon:effect name="whispered">'
        '<prosody rate="120%" pitch="+2st" volume="-6dB">Hi<break time="500ms"/></prosody>'
        "</amazon:effect></amazon:auto-breaths></amazon:domain></speak>"
    )


def test_what_xml_cannot_hold_is_escaped():
    piece = wrap("AT&T <b> \x00\x1b", Manner(rate='"&<'))
    assert piece.ssml == '<speak><prosody rate="&quot;&amp;&lt;">AT&amp;T &lt;b&gt;   </prosody></speak>'
    assert billed(piece.ssml) == len("AT&T <b> \x00\x1b")


@given(st.lists(st.sampled_from(["word ", "&", "<>", "end. ", "é"]), max_size=300).map("".join))
def test_one_measure_keeps_both_limits(text):
    manner = Manner(rate="slow")
    room = 600 - len(manner.before) - len(manner.after)
    for piece in cut([text], room, measure=request_units, paragraphs=False):
        assert len(wrap(piece.text, manner).ssml) <= 600
        assert len(piece.text) <= 300


# ---- linting ----

ALL_TAGS = """<speak><p><s><lang xml:lang="fr-FR">a</lang></s></p>
<emphasis>b</emphasis><amazon:auto-breaths>c</amazon:auto-breaths>
<prosody rate="slow" pitch="low">d</prosody><prosody amazon:max-duration="2s">e</prosody>
<amazon:effect name="whispered">f</amazon:effect><amazon:effect name="drc">g</amazon:effect>
<amazon:effect phonation="soft">h</amazon:effect><amazon:effect vocal-tract-length="+10%">i</amazon:effect>
<amazon:domain name="news">j</amazon:domain><phoneme ph="k">k</phoneme><sub alias="l">l</sub><w role="m">m</w>
<say-as interpret-as="n">n</say-as><mark name="o"/><break/></speak>"""


@pytest.mark.parametrize(
    ("engine", "unknown"),
    [
        ("standard", ["amazon:domain"]),
        (
            "neural",
            [
                "emphasis",
                "amazon:auto-breaths",
                "prosody",
                "prosody",
                "amazon:effect",
                "amazon:effect",
                "amazon:effect",
            ],
        ),
        (
            "long-form",
            ["emphasis", "amazon:auto-breaths", "prosody", "prosody"] + ["amazon:effect"] * 3 + ["amazon:domain"],
        ),
        (
            "generative",
            ["emphasis", "amazon:auto-breaths", "prosody", "prosody"] + ["amazon:effect"] * 4 + ["amazon:domain"],
        ),
    ],
)
def test_each_engine_knows_its_tags(engine, unknown):
    assert [problem.tag for problem in lint(ALL_TAGS, engine)] == unknown


def test_a_problem_has_its_place_and_a_sentence():
    assert lint("<speak>\n é<emphasis>a</emphasis><foo/></speak>", "neural") == [
        Problem(2, 3, "emphasis", "<emphasis> is not known to neural voices, only to standard ones"),
        Problem(2, 25, "foo", "<foo> is no tag of Polly's"),
    ]


def test_an_unknown_engine_is_refused():
    with pytest.raises(InputError, match="there is no engine 'steam'"):
        lint("<speak/>", "steam")
