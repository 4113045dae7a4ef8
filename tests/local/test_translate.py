from __future__ import annotations

import threading

import pytest

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import translate as apertium

needs_pair = pytest.mark.skipif(
    ("en", "es") not in apertium.pairs(), reason="Apertium's pair of English and Spanish is not installed"
)


def translated(client, text: str, source: str = "en", target: str = "es") -> str:
    params = {"Text": text, "SourceLanguageCode": source, "TargetLanguageCode": target}
    return client("translate").translate_text(**params)["TranslatedText"]


@needs_pair
def test_a_sentence_there_and_back(client):
    there = translated(client, "The house is red.")

    assert (there, translated(client, "La casa es grande.", "es", "en")) == ("La casa es roja.", "The house is big.")


@needs_pair
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Hello.\n\n  The house is red. \r\n\tHello.\n", "Hola.\n\n  La casa es roja. \r\n\tHola.\n"),
        ("Hello.   Hello.", "Hola.   Hola."),
        ("  ", "  "),
        ("5 ~ 6 [x] {y} ^$ / a\\b @ <z>", None),
        ("Blorgify, Snorfle and Quux.", "Blorgify, Snorfle y Quux."),
        ("I\u00a0see 😀", None),
    ],
)
def test_white_space_signs_and_unknown_words_stay(client, text, answer):
    made = translated(client, text)

    kept = "~[]{}^$/\\@<>😀\n\r\t*\0"
    assert answer in (None, made)
    assert [sign for sign in made if sign in kept] == [sign for sign in text if sign in kept]


@needs_pair
def test_the_source_is_detected(client, notes):
    answer = client("translate").translate_text(
        Text="The weather was very fine yesterday.", SourceLanguageCode="auto", TargetLanguageCode="es"
    )

    assert answer["SourceLanguageCode"] == "en"
    assert notes[0].startswith("fasttext-lid-176 1.1.0 takes the text for en")
    assert notes[1] == "answered on this machine by apertium (weak)"


@needs_pair
def test_a_pair_that_is_not_here_names_what_is_and_the_package_that_has_it(client):
    with pytest.raises(ConfigError) as refused:
        translated(client, "x", "ca", "en")

    assert refused.value.message == "no engine on this machine translates ca to en"
    assert "Debian's package apertium-eng-cat has it" in (refused.value.hint or "")
    assert "en to es" in (refused.value.hint or "")


@needs_pair
def test_the_limit_is_in_bytes(client):
    translator = client("translate")
    assert translated(client, "é" * 5000) == "é" * 5000
    with pytest.raises(translator.exceptions.TextSizeLimitExceededException):
        translated(client, "é" * 5001)


@needs_pair
def test_threads_take_turns_at_one_pipeline(client):
    texts = [f"The house number {number} is red." for number in range(24)]
    made: dict[int, str] = {}

    def work(number: int) -> None:
        made[number] = apertium.translate(texts[number], source="en", target="es")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [str(number) in made[number] for number in range(24)] == [True] * 24
    assert len(apertium._running) >= 1


@needs_pair
def test_a_pipeline_that_died_is_started_again(client):
    translated(client, "Hello.")
    apertium._running[apertium.pairs()["en", "es"]].close()

    assert translated(client, "Hello.") == "Hola."


@needs_pair
def test_languages_are_those_of_the_pairs(client):
    found = client("translate").list_languages()["Languages"]

    assert {"LanguageCode": "en", "LanguageName": "English"} in found
    assert {language["LanguageCode"] for language in found} == {code for pair in apertium.pairs() for code in pair}


def test_settings_are_refused_honestly(client):
    with pytest.raises(ConfigError):
        client("translate").translate_text(
            Text="x", SourceLanguageCode="en", TargetLanguageCode="es", Settings={"Formality": "FORMAL"}
        )


def imported(client, *terms: str, head: str = "en,es", **more) -> None:
    client("translate").import_terminology(
        Name="t",
        MergeStrategy="OVERWRITE",
        TerminologyData={"File": "\n".join([head, *terms]).encode(), "Format": "CSV", **more},
    )


@needs_pair
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The house is red.", "La Casona es roja."),
        ("The houses are red.", "Las casas son rojas."),  # a term is a whole word
        ("House and house.", "Casa y Casona."),  # and has its own case
        ("The big house here.", "La Casa Grande aquí."),  # the longest goes first
    ],
)
def test_a_term_becomes_what_was_given(client, text, answer):
    imported(client, "house,Casona", "big house,Casa Grande")
    made = client("translate").translate_text(
        Text=text, SourceLanguageCode="en", TargetLanguageCode="es", TerminologyNames=["t"]
    )
    words = made["TranslatedText"]
    expected = [word for word in ("Casona", "Casa Grande") if word in answer]
    assert [word for word in ("Casona", "Casa Grande") if word in words] == expected


def test_an_engine_that_loses_a_word_is_asked_between_the_terms():
    from awsml_cli.local.operations.terminologies import applied

    assert applied("one house two house", {"house": "Casona"}, lambda text: text[:5]) == "one Casona two Casona"


@needs_pair
def test_a_terminology_of_one_direction_is_not_applied_in_the_other(client):
    imported(client, "house,Casona")
    params = {"Text": "Casona", "SourceLanguageCode": "es", "TargetLanguageCode": "en", "TerminologyNames": ["t"]}
    one_way = client("translate").translate_text(**params)["TranslatedText"]
    imported(client, "house,Casona", Directionality="MULTI")
    assert (one_way != "house", client("translate").translate_text(**params)["TranslatedText"]) == (True, "house")


def test_a_terminology_is_kept_listed_and_forgotten(client):
    imported(client, "house,Casona")
    (listed,) = client("translate").list_terminologies()["TerminologyPropertiesList"]
    found = client("translate").get_terminology(Name="t")
    client("translate").delete_terminology(Name="t")
    assert (listed["Name"], found["TerminologyProperties"]["TermCount"]) == ("t", 1)
    with pytest.raises(client("translate").exceptions.ResourceNotFoundException):
        client("translate").get_terminology(Name="t")


def test_without_apertium_the_command_that_installs_it_is_named(client, monkeypatch):
    monkeypatch.setattr(apertium, "pairs", dict)

    with pytest.raises(ConfigError) as refused:
        translated(client, "x")

    assert (refused.value.exit_code, refused.value.hint) == (3, "apt-get install apertium apertium-eng-spa")
