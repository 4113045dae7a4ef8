"""`comprehend --local`: what engines of this machine say about texts, measured where people have said it, too."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from fakeaws.program import Program
from house import ROOT

from awsml_cli.local.engines import understand
from awsml_cli.local.measuring import rated, sentences
from awsml_cli.local.operations.comprehend.texts import PRIVATE as KINDS

MOODS = understand.sentiment.DECLARATION
WORDS = understand.words.DECLARATION
PRIVATE = understand.private.DECLARATION
RATED = ROOT / ".venv/data/vaderSentiment-3.3.2.tar.gz"  # 1,500 and more texts of four sorts, rated by 20 people each
needs_moods = pytest.mark.skipif(not MOODS.installed(), reason=MOODS.install)
needs_words = pytest.mark.skipif(not WORDS.installed(), reason=WORDS.install)
needs_private = pytest.mark.skipif(not PRIVATE.installed(), reason=PRIVATE.install)
needs_rated = pytest.mark.skipif(not RATED.exists(), reason="scripts/test fetches the rated texts")

TRIP = "Angela Merkel flew from Berlin to Tokyo in May 2018, and paid $1,200 to Lufthansa."


class TestCommands:
    @needs_moods
    @pytest.mark.parametrize(
        ("text", "mood"),
        [
            ("I love this phone, it is wonderful!", "POSITIVE"),
            ("The service was awful and the food was worse.", "NEGATIVE"),
            ("The box is brown.", "NEUTRAL"),
            ("This is not good at all.", "NEGATIVE"),
        ],
    )
    def test_sentiment(self, awsml: Program, text: str, mood: str) -> None:
        run = awsml("comprehend", "sentiment", "--local", "--language", "en", "-f", "json", text)
        found = json.loads(run.text)
        scores = found["sentiment_score"]
        assert (run.exit_code, found["sentiment"]) == (0, mood)
        assert sum(scores.values()) == pytest.approx(1.0)
        assert max(scores, key=lambda name: scores[name]) == mood.lower()

    @needs_words
    def test_entities_with_their_places(self, awsml: Program) -> None:
        run = awsml("comprehend", "entities", "--local", "--language", "en", "🙂 " + TRIP)
        rows = [line.split("\t") for line in run.text.splitlines()]
        assert [(kind, text) for kind, text, *_ in rows] == [
            ("PERSON", "Angela Merkel"),
            ("LOCATION", "Berlin"),
            ("LOCATION", "Tokyo"),
            ("DATE", "May 2018"),
            ("QUANTITY", "$1,200"),
            ("ORGANIZATION", "Lufthansa"),
        ]
        assert [("🙂 " + TRIP)[int(begin) : int(end)] for *_, begin, end in rows] == [text for _, text, *_ in rows]
        assert all(0.5 <= float(row[2]) <= 1 for row in rows)

    @needs_words
    def test_key_phrases_have_no_score_since_none_is_known(self, awsml: Program) -> None:
        run = awsml(
            "comprehend", "key-phrases", "--local", "--language", "en", "The old dog saw a red ball, and it ran."
        )
        assert run.text == "KEY_PHRASE\tThe old dog\t\t0\t11\nKEY_PHRASE\ta red ball\t\t16\t26\n"

    @needs_words
    def test_syntax(self, awsml: Program) -> None:
        run = awsml("comprehend", "syntax", "--local", "--language", "en", "She sells old shells.")
        tags = [line.split("\t")[:2] for line in run.text.splitlines()]
        assert tags == [["PRON", "She"], ["VERB", "sells"], ["ADJ", "old"], ["NOUN", "shells"], ["PUNCT", "."]]

    @needs_private
    def test_what_is_private_is_blacked_out(self, awsml: Program) -> None:
        text = "I am Jane Doe, 12 Oak Street, Springfield; mail jane@example.com"
        run = awsml("comprehend", "redact", "--local", "--language", "en", text)
        assert run.text.rstrip("\n") == "I am [NAME], [ADDRESS], [ADDRESS]; mail [EMAIL]"

    @needs_private
    def test_kinds_alone(self, awsml: Program) -> None:
        run = awsml("comprehend", "contains-pii", "--local", "--language", "en", "mail jane@example.com")
        assert run.text == "EMAIL\t1\n"

    def test_language(self, awsml: Program) -> None:
        run = awsml(
            "comprehend", "language", "--local", "--lines", stdin="Where is the station?\nWo ist der Bahnhof?\n"
        )
        assert [line.split("\t")[0] for line in run.text.splitlines()] == ["en", "de"]

    @needs_moods
    def test_lines_keep_their_places(self, awsml: Program) -> None:
        run = awsml("comprehend", "sentiment", "--local", "--lines", stdin="I love it\n\nI hate it\n")
        assert [line.partition("\t")[0] for line in run.text.split("\n")] == ["POSITIVE", "", "NEGATIVE", ""]

    @needs_moods
    def test_each_answer_names_its_engine(self, awsml: Program) -> None:
        run = awsml("comprehend", "sentiment", "--local", "--language", "en", "-v", "I love it")
        assert "answered on this machine by vader 3.3.2 (weak)" in run.stderr


class TestRefused:
    def test_what_no_engine_can_do(self, awsml: Program) -> None:
        run = awsml("comprehend", "targeted", "--local", "--language", "en", "I love Paris")
        assert (run.exit_code, run.text, "no engine on this machine can do comprehend" in run.stderr) == (3, "", True)

    @needs_moods
    def test_a_language_that_no_engine_knows(self, awsml: Program) -> None:
        run = awsml("comprehend", "sentiment", "--local", "--language", "fr", "Je t'aime")
        assert (run.exit_code, run.text) == (3, "")
        assert run.stderr.startswith("error: no engine on this machine can do comprehend DetectSentiment in fr\n")

    @needs_moods
    @pytest.mark.parametrize(
        ("operation", "params", "code"),
        [
            ("detect_sentiment", {"Text": "é" * 2501, "LanguageCode": "en"}, "TextSizeLimitExceededException"),
            ("detect_sentiment", {"Text": " ", "LanguageCode": "en"}, "InvalidRequestException"),
            (
                "batch_detect_sentiment",
                {"TextList": ["a"] * 26, "LanguageCode": "en"},
                "BatchSizeLimitExceededException",
            ),
        ],
    )
    def test_limits_are_those_of_aws(self, client, operation, params, code):  # type: ignore[no-untyped-def]
        comprehend = client("comprehend")
        with pytest.raises(comprehend.exceptions.ClientError) as refused:
            getattr(comprehend, operation)(**params)
        assert refused.value.response["Error"]["Code"] == code

    @needs_moods
    def test_a_text_that_is_too_long_fails_alone_in_a_batch(self, client):  # type: ignore[no-untyped-def]
        answer = client("comprehend").batch_detect_sentiment(TextList=["I love it", "x" * 5001], LanguageCode="en")
        assert [one["Index"] for one in answer["ResultList"]] == [0]
        assert [(one["Index"], one["ErrorCode"]) for one in answer["ErrorList"]] == [
            (1, "TextSizeLimitExceededException")
        ]


def test_an_engine_that_is_not_asked_is_not_loaded() -> None:
    code = (
        "import sys; from awsml_cli.local.operations import comprehend; "
        "print(sorted(sys.modules.keys() & {'spacy', 'presidio_analyzer', 'vaderSentiment', 'fasttext', 'numpy'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


class TestQuality:
    @needs_moods
    @needs_rated
    @pytest.mark.parametrize(
        ("sort", "measured"),
        [
            ("tweets", 0.82),
            ("products", 0.62),
            ("films", 0.70),
            ("editorials", 0.56),
        ],
    )
    def test_sentiment_as_people_rated_it(self, tmp_path: Path, sort: str, measured: float) -> None:
        texts = rated.texts(RATED, sort)[:1500]
        right = sum(_mood(text, tmp_path) == rated.mood(rating) for rating, text in texts)
        assert right / len(texts) >= measured * 0.97

    @needs_private
    def test_private_things_are_found(self, tmp_path: Path) -> None:
        right = wrong = missed = 0
        for letter in sentences.LETTERS:
            text, marks = sentences.read(letter)
            there = Counter((one.kind, text[one.begin : one.end]) for one in marks)
            found = Counter(
                (kind, text[one.begin : one.end])
                for one in understand.private.find(text, home=tmp_path)
                if (kind := KINDS.get(one.label))
            )
            right += (found & there).total()
            wrong += (found - there).total()
            missed += (there - found).total()
        assert (right >= 22, wrong <= 2, right + missed) == (True, True, 23)


def _mood(text: str, home: Path) -> str:
    felt = understand.sentiment.feel(text, home=home)._asdict()
    return max(felt, key=lambda name: felt[name])
