"""What must stay is found, sent as something a service leaves alone, and put back; or the text is cut around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.formats.documents import Segment, protect, restore, split_around, translate

PIECES = [
    *"aB1éд中 \n\t.,;:!?'\"()[]{}<>&%$#*_`~|\\/@-=+",
    "word", "{name}", "{0}", "{n, plural, one {# file} other {# files}}", "%s", "%1$s", "%(x)s", "${x}", "{{ x }}", "{%",
    "https://a.b/c?d=(e)", "a@b.cd", "<b>", "</b>", "<br>", "<i class='x'>", "</i>", "<x id=\"1\"/>", "<code>", "</code>",
    "&amp;", "&eacute;", "&nbsp;", "&lt;", "&#39;", "**", "*", "__", "](x y)", "![", "[a][b]", "`c d`", "\\*", ":route", "<!-- c -->",
]  # fmt: skip
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
markups = st.sampled_from(["text", "html", "md"])


@given(texts, markups)
def test_what_is_protected_and_restored_is_the_text(text, markup):
    protected = protect(text, markup)

    assert restore(protected.text, protected) == text
    assert "<" not in protected.text.replace('<span translate="no">', "").replace("</span>", "").replace(
        "<b id=", ""
    ).replace("</b>", "")


@given(texts, markups)
def test_a_translation_that_is_not_the_same_keeps_every_token(text, markup):
    protected = protect(text, markup)

    restored = restore(protected.text + " Ω", protected)

    assert restored is not None
    for token in protected.tokens:
        assert token.raw in restored
        assert (token.end or "") in restored


@given(texts, st.sampled_from(["text", "md"]))
def test_a_text_cut_around_what_stays_joins_to_itself(text, markup):
    split = split_around(text, markup)

    assert split.join(split.texts) == text
    assert all(part == part.strip() and part for part in split.texts)


@given(
    st.lists(texts, max_size=4),
    markups,
    st.sampled_from([str.upper, str.swapcase, lambda text: text[::-1], lambda text: text[: len(text) // 2]]),
)
def test_no_translator_can_take_a_token_away(found, markup, change):
    segments = [Segment(str(at), text, markup) for at, text in enumerate(found)]

    done = translate(segments, lambda asked: [change(text) for text in asked])

    for segment, text in zip(segments, done, strict=True):
        for token in protect(segment.text, markup).tokens:
            assert token.raw in text
            assert (token.end or "") in text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hi {name}, {0} and {user.name!r:>10} {} {count, plural, one {# a} other {# {b}}}!", ["{name}", "{0}", "{user.name!r:>10} {}", ""]),
        ("100% of %s, 50%d, 5% off, %(name)s %1$s %-5.2f %@ %% %name%", ["%s", "%d", "%(name)s", "%1$s", "%-5.2f", "%@", "%%", "%name%"]),
        ("Use ${x} #{y} $HOME $5 {{ z }} {% if %} <%= w %>", ["${x}", "#{y}", "$HOME", "{{ z }}", "{% if %}", "<%= w %>"]),
        ("See https://a.b/c(d)e. Or (http://x.y/z), www.a.io!", ["https://a.b/c(d)e", "http://x.y/z", "www.a.io"]),
        ("参照https://a.b/c。詳細", ["https://a.b/c"]),
        ("Ask ann.b+c@d-e.co.uk.", ["ann.b+c@d-e.co.uk"]),
        ("Run `awsml x`, or `%s' in `%d'", ["`awsml x`", "%s", "%d"]),
        ("a < b && c -> d <3", ["<", "->", "<"]),
        ("at :name or /users/:id, 12:30, a:b, ratio :1", [":name", ":id"]),
        ("spk_0: Hello", ["spk_0"]),
    ],
)  # fmt: skip
def test_placeholders_are_found(text, kept):
    found = [token.raw for token in protect(text).tokens]

    if "" in kept:
        assert found == ["{name}", "{0}", "{user.name!r:>10}", "{}", "{count, plural, one {# a} other {# {b}}}"]
    else:
        assert found == kept


@pytest.mark.parametrize(
    "text",
    ["It's 5% of $5, i.e. 12:30 {see the note} [1] #1 50/50 & more; a:b — “so”.", "C'est l'été ; 100 % d'accord !", "{ a b }", "50%off"],
)  # fmt: skip
def test_ordinary_text_has_nothing_to_protect(text):
    assert protect(text).text == text


def test_words_between_tags_stay_in_the_sentence():
    assert protect('Click <a href="x">here &amp; <b>now</b></a><br/>', "html").text == (
        'Click <b id="0">here & <b id="1">now</b></b><span translate="no">2</span>'
    )


@pytest.mark.parametrize(
    ("source", "answer", "text"),
    [
        ("Hi {a}.", 'Hallo <span translate="no">0</span> .', "Hallo {a}."),
        ("Hi {a}.", "Hallo <span translate=no> 0 </span>.", "Hallo {a}."),
        ("Hi {a}.", "Hallo < SPAN translate = “no” >٠< / span >.", "Hallo {a}."),
        ("({a}) ok", '( <span translate="no">0</span> ) gut', "({a}) gut"),
        ("Is {a}?", 'Est-ce <span translate="no">0</span> ?', "Est-ce {a} ?"),
        ("{a} says {b}", '<span translate="no">1</span> sagt <span translate="no">0</span>', "{b} sagt {a}"),
        ("A <b>bold</b> x", '<b id="0"> fett </b>ein', "<b>fett</b> ein"),
        ("R&D {a}", 'F&amp;E <span translate="no">0</span>', "F&E {a}"),
    ],
)
def test_what_a_service_does_around_tokens_is_mended(source, answer, text):
    assert restore(answer, protect(source)) == text


@pytest.mark.parametrize(
    "answer",
    [
        "Hallo Welt",
        'Hallo <span translate="no">0</span>',
        'Hallo <span translate="no">0</span> <b id="1">Welt',
        'Hallo <b id="1"><span translate="no">0</span><span translate="no">0</span>Welt</b>',
        'Hallo <span translate="no">0</span> <b id="1"></b>',
        'Hallo <span translate="no">7</span> <b id="1">Welt</b>',
        'Hallo <DNT_GEBKJMMFHEHCKOAJ <span translate="no">0</span> <b id="1">Welt</b>',
        'DNT_GEBKJMMFHEHCKOAJ <span translate="no">0</span> <b id="1">Welt</b>',
        'Hallo <span translate="no">null</span> <b id="1">Welt</b>',
    ],
)
def test_a_token_that_is_lost_or_torn_is_noticed(answer):
    assert restore(answer, protect("Hello {name} <b>world</b>")) is None


def test_entities_are_written_as_they_were():
    protected = protect("Caf&eacute; &amp; &copy; d&#39;or &lt;3", "html")

    assert protected.text == 'Café & <span translate="no">0</span> d\'or <span translate="no">1</span>3'
    assert restore(protected.text.replace("Café", "Kafé < &"), protected) is None
    assert (
        restore(protected.text.replace("Café", "Kafé &"), protected) == "Kaf&eacute; &amp; &amp; &copy; d&#39;or &lt;3"
    )


def test_new_signs_of_markdown_are_escaped():
    assert restore("ein *neues* [Wort]", protect("a new word", "md")) == r"ein \*neues\* \[Wort\]"


def test_the_same_text_is_asked_for_once_and_one_without_words_never():
    asked = []

    def ask(found):
        asked.extend(found)
        return [text.upper() for text in found]

    segments = [Segment(str(at), text) for at, text in enumerate(["Hello", "{0} %s", "Hello", "", "12"])]

    assert translate(segments, ask) == ["HELLO", "{0} %s", "HELLO", "", "12"]
    assert asked == ["Hello"]


def test_a_torn_answer_is_asked_for_in_pieces():
    calls = []

    def ask(found):
        calls.append(list(found))
        return [text.replace("<", "").upper() for text in found]

    assert translate([Segment("1", "Dear {name}, welcome to <b>us</b>!")], ask) == [
        "DEAR {name}, WELCOME TO <b>US</b>!"
    ]
    assert calls == [
        ['Dear <span translate="no">0</span>, welcome to <b id="1">us</b>!'],
        ["Dear", ", welcome to", "us"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{" * 20_000,
        "<!--" * 5_000,
        "`" * 20_001,
        "[" * 20_000,
        "*a " * 5_000,
        "{{" * 10_000,
        "&a" * 10_000,
        "<b " * 5000,
        "$a " * 5000,
    ],
)
@pytest.mark.parametrize("markup", ["text", "md"])
@pytest.mark.timeout(20)
def test_no_text_takes_long(text, markup):
    assert restore(protect(text, markup).text, protect(text, markup)) == text
