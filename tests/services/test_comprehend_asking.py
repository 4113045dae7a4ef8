"""Comprehend's service: how documents become calls, and answers become documents again."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from fakeaws import AwsError, HalfAnswer
from fakeaws.comprehend import sentiment
from hypothesis import given, settings
from hypothesis import strategies as st

from awsml_cli.core import documents
from awsml_cli.core.config import Config
from awsml_cli.core.documents import Answer, Document, Window
from awsml_cli.core.errors import ServiceError, UsageError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import PAUSE, Source
from awsml_cli.core.tables import Row
from awsml_cli.formats.readings import OneReading
from awsml_cli.services import comprehend

EN = "en"


def rows(texts: Sequence[str | None]) -> Iterator[Document | None]:
    """Documents of these texts; None is a silence."""
    source = Source("-")
    for number, text in enumerate(texts, 1):
        yield None if text is None else Document(source, Row(number, text, text))


def whole(*chunks: str) -> Iterator[Document]:
    """One document that comes in these chunks."""
    yield Document(Source("-"), chunks=chunks)


def asked(name: str, found: Iterator[Document | None], **options: Any) -> list[Answer]:
    session = Session(Config(region="us-east-1"))
    options = {"language": EN} | options
    answers = comprehend.analyse(session, comprehend.ANALYSES[name], found, **options)
    return [answer for together in answers for answer in together]


class TestPacking:
    @pytest.mark.parametrize("count", [1, 2, 24, 25, 26, 50, 51, 130])
    def test_25_documents_go_in_a_call_and_no_call_is_wasted(self, aws, count):
        answers = asked("sentiment", rows([f"I love number {number}" for number in range(count)]))
        assert len(answers) == count
        assert len(aws.calls) == -(-count // 25)
        if count > 1:
            assert sum(len(call.params.get("TextList", [""])) for call in aws.calls) == count

    def test_one_document_is_asked_about_by_itself(self, aws):
        asked("sentiment", rows(["I love it"]))
        assert [(call.operation, call.params) for call in aws.calls] == [
            ("DetectSentiment", {"Text": "I love it", "LanguageCode": "en"})
        ]

    def test_blank_documents_are_not_asked_about(self, aws):
        answers = asked("sentiment", rows(["", "  ", "\t"]))
        assert [(answer.fields, answer.error) for answer in answers] == [(None, None)] * 3
        assert aws.calls == []

    def test_a_batch_is_in_one_language(self, aws):
        texts = ["This is a long English sentence about nothing", "Esta es una frase larga en español sobre nada"]
        answers = asked("sentiment", rows(texts * 20), language="auto")
        assert [answer.fields["language_code"] for answer in answers] == ["en", "es"] * 20
        assert sorted((call.params["LanguageCode"], len(call.params["TextList"])) for call in aws.calls) == [
            ("en", 20),
            ("es", 20),
        ]

    def test_a_silent_source_sends_what_there_is(self, aws):
        asked("sentiment", rows(["one", "two", None, "three", "four", None]))
        assert sorted(tuple(call.params["TextList"]) for call in aws.calls) == [("one", "two"), ("three", "four")]

    def test_windows_of_a_long_document_are_packed_too(self, aws):
        answers = asked("sentiment", whole("I love it, and so does she. " * 1_000))
        assert aws.operations == ["BatchDetectSentiment"]
        assert all(len(text.encode()) <= 5_000 for text in aws.calls[0].params["TextList"])
        assert len(answers) == 1

    def test_ten_segments_go_in_a_call_about_toxicity(self, aws):
        asked("toxicity", rows([f"number {number}" for number in range(21)]))
        assert sorted(len(call.params["TextSegments"]) for call in aws.calls) == [1, 10, 10]

    def test_a_short_document_never_waits_for_a_rare_language(self, aws):
        """What is behind a lone document of its language comes out all the same, with little kept."""
        taken = 0

        def endless() -> Iterator[Document | None]:
            nonlocal taken
            for document in rows(["Esta es una frase larga en español sobre nada"]):
                taken += 1
                yield document
            for document in rows(["This is a long English sentence about nothing at all"] * 20_000):
                taken += 1
                yield document

        session = Session(Config(region="us-east-1"))
        answers = comprehend.analyse(session, comprehend.ANALYSES["sentiment"], endless())
        first = next(answers)
        answers.close()
        assert first[0].fields["language_code"] == "es"
        assert taken < 2_000


class Shuffled:
    """A method whose calls end in any order: each waits until it is let go, by chance."""

    most = 3

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lock = threading.Condition()
        self.waiting: list[object] = []
        self.going = True
        self.thread = threading.Thread(target=self.release, daemon=True)
        self.thread.start()

    def release(self) -> None:
        while self.going:
            with self.lock:
                self.lock.wait_for(lambda: self.waiting or not self.going)
                if self.waiting:
                    self.waiting.remove(self.random.choice(self.waiting))
                    self.lock.notify_all()

    def stop(self) -> None:
        with self.lock:
            self.going = False
            self.lock.notify_all()
        self.thread.join()

    def whole(self, document: Document) -> Window | None:
        text = document.row.text
        return Window(text, 0, 0, text) if 0 < len(text) <= 4 else None

    def windows(self, document: Document) -> Iterator[Window | None]:
        text = document.row.text
        for at in range(0, len(text), 4):
            yield Window(text[at : at + 4], at, at, text[at : at + 4])

    def key(self, window: Window, language: str) -> str | None:
        return language if window.text[0] < "m" else None

    def language(self, document: Document, window: Window) -> str:
        return "x" if window.text[0] < "g" else "y"

    def ask(self, texts: Sequence[str], language: str, *, alone: bool) -> list[Any]:
        mine = object()
        with self.lock:
            self.waiting.append(mine)
            self.lock.notify_all()
            self.lock.wait_for(lambda: mine not in self.waiting)
        return [{"Text": text} for text in texts]

    def reading(self, language: str) -> OneReading:
        def joined(found: Any) -> dict[str, Any]:
            return {"Text": "".join(answer["Text"] for _, answer in found)}

        return OneReading(compose=joined, row=lambda fields: [(fields["text"],)], language=language)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(alphabet="abghmz", max_size=14)), max_size=40), st.integers(0, 9))
def test_order_is_kept_and_nothing_is_lost_whatever_the_order_of_the_answers(texts, seed):
    method = Shuffled(seed)
    try:
        found = documents.answers(method, rows(texts), workers=4)
        answers = [answer for together in found for answer in together]
    finally:
        method.stop()
    given_texts = [text for text in texts if text is not None]
    assert [answer.rows[0][0] if answer.rows else "" for answer in answers] == given_texts
    assert [answer.document.number for answer in answers] == [n for n, text in enumerate(texts, 1) if text is not None]


class TestFaults:
    TEXTS = tuple(f"I love number {number}" for number in range(30))

    def test_only_the_documents_of_the_error_list_are_asked_for_again(self, aws, clock):
        aws.comprehend.faulty = {"I love number 3": 1, "I love number 17": 2}
        answers = asked("sentiment", rows(self.TEXTS))
        assert [answer.error for answer in answers] == [None] * 30
        lists = [call.params["TextList"] for call in aws.calls]
        assert sorted(map(len, lists)) == [1, 2, 5, 25]
        assert ["I love number 3", "I love number 17"] in lists
        assert len(clock.slept) == 2

    def test_a_document_that_fails_for_good_fails_alone(self, aws):
        aws.comprehend.faulty = {"I love number 3": 99}
        answers = asked("sentiment", rows(self.TEXTS))
        failed = [answer for answer in answers if answer.error]
        assert [answer.document.number for answer in failed] == [4]
        assert isinstance(failed[0].error, ServiceError)
        assert "INTERNAL_SERVER_ERROR: Try again." in failed[0].error.message

    def test_a_document_that_the_answer_forgot_is_asked_for_again_then_fails(self, aws):
        aws.comprehend.unanswered = {"I love number 3"}
        answers = asked("sentiment", rows(self.TEXTS))
        assert [answer.document.number for answer in answers if answer.error] == [4]

    def test_what_would_fail_again_is_not_asked_for_again(self, aws):
        fault = {"Index": 0, "ErrorCode": "TEXT_SIZE_LIMIT_EXCEEDED", "ErrorMessage": "Too long."}
        good = {"Index": 1, **sentiment("I love it")}
        aws.respond("comprehend", "BatchDetectSentiment", {"ResultList": [good], "ErrorList": [fault]})
        answers = asked("sentiment", rows(["a", "I love it"]))
        assert [bool(answer.error) for answer in answers] == [True, False]
        assert len(aws.calls) == 1

    def test_throttling_slows_down(self, aws, clock):
        aws.respond("comprehend", "BatchDetectSentiment", AwsError("ThrottlingException", times=7))
        assert [answer.error for answer in asked("sentiment", rows(self.TEXTS))] == [None] * 30
        assert clock.slept

    def test_half_an_answer_is_asked_for_again(self, aws):
        aws.respond("comprehend", "BatchDetectSentiment", HalfAnswer())
        assert [answer.error for answer in asked("sentiment", rows(self.TEXTS))] == [None] * 30
        assert len(aws.calls) == 3

    def test_no_answer_at_all_fails_the_documents_of_that_call_alone(self, aws):
        aws.respond("comprehend", "BatchDetectSentiment", AwsError("InternalServerException", status=500, times=3))
        answers = asked("sentiment", rows([*self.TEXTS[:25], None, "I love it"]))
        assert [bool(answer.error) for answer in answers] == [True] * 25 + [False]

    def test_an_answer_without_what_it_has_to_have_fails_its_document_alone(self, aws):
        bad, good = {"Index": 0, "Sentiment": "MIXED"}, {"Index": 1, **sentiment("I love it")}
        answer = {"ResultList": [bad, {"Index": 7, "Sentiment": "MIXED"}, good], "ErrorList": []}
        aws.respond("comprehend", "BatchDetectSentiment", answer)
        said = [str(answer.error) for answer in asked("sentiment", rows(["a", "I love it"]))]
        assert said == ["AWS's answer about it cannot be used: KeyError: 'sentiment_score'", "None"]

    def test_denied_stops_at_once(self, aws):
        aws.respond("comprehend", "BatchDetectSentiment", *[AwsError("AccessDeniedException", "no")] * 1)
        with pytest.raises(ServiceError, match="AccessDeniedException"):
            asked("sentiment", rows(self.TEXTS[:20]))


class TestLongDocuments:
    def test_the_sentiment_of_the_whole_is_the_mean_weighed_by_length(self, aws):
        good, bad = "I love it so. " * 300, "I hate it so. " * 600
        (answer,) = asked("sentiment", whole(good, bad))
        parts = answer.fields["parts"]
        total = sum(part["end_offset"] - part["begin_offset"] for part in parts)
        mean = sum((p["end_offset"] - p["begin_offset"]) * p["sentiment_score"]["negative"] for p in parts) / total
        assert answer.fields["sentiment"] == "NEGATIVE"
        assert answer.fields["sentiment_score"]["negative"] == pytest.approx(mean)
        assert abs(sum(answer.fields["sentiment_score"].values()) - 1.0) < 1e-9
        assert len(parts) >= 3

    @pytest.mark.parametrize(("name", "limit"), [("entities", 100_000), ("targeted", 5_000), ("pii", 100_000)])
    def test_places_are_those_in_the_whole_text(self, aws, name, limit):
        text = "🙂 Nothing to see here. " * (limit // 20) + "John Smith lives in Paris. " * 30
        answers = asked(name, whole(*(text[at : at + 9_999] for at in range(0, len(text), 9_999))))
        rows_ = answers[-1].rows
        assert len(rows_) >= 30
        assert all(text[begin:end] == word for _, word, _, begin, end, *_ in rows_)
        assert len(aws.calls) >= 2 or name == "targeted"

    def test_a_name_at_the_edge_of_a_window_is_found_once(self, aws):
        text = ("word " * 19_838 + "John Smith ") * 3
        (answer,) = asked("pii", whole(text))
        assert [text[row[3] : row[4]] for row in answer.rows] == ["John Smith"] * 3

    def test_what_is_certain_comes_before_the_end(self, aws):
        text = "John Smith was here, and then he was not. " * 6_000
        answers = asked("entities", whole(text), parts=True)
        assert [answer.last for answer in answers] == [False] * (len(answers) - 1) + [True]
        assert len(answers) >= 2
        assert sum(len(answer.rows) for answer in answers) == 6_000

    def test_syntax_counts_its_words_on(self, aws):
        (answer,) = asked("syntax", whole("She sells sea shells. " * 500))
        ids = [token["token_id"] for token in answer.fields["syntax_tokens"]]
        assert ids == list(range(1, len(ids) + 1))

    def test_toxicity_is_that_of_the_worst_part(self, aws):
        (answer,) = asked("toxicity", whole("You are nice. " * 100 + "You are an idiot. " + "You are nice. " * 100))
        assert answer.rows == [(0.9, "INSULT", 0.9)]

    def test_a_slow_source_gets_its_answer_at_once(self, aws):
        answers = asked("entities", whole("John Smith came.\n", PAUSE, "Bob Brown left.\n"), parts=True)
        assert [row[1] for answer in answers for row in answer.rows] == ["John Smith", "Bob Brown"]
        assert sorted(call.params["Text"] for call in aws.calls) == ["Bob Brown left.", "John Smith came."]


class TestLanguages:
    def test_a_language_that_the_operation_does_not_know_is_refused_before_any_call(self, aws):
        with pytest.raises(UsageError, match="DetectPiiEntities does not know the language `de`") as refused:
            asked("pii", rows(["Hallo"]), language="de")
        assert (refused.value.hint, aws.calls) == ("it knows en, es", [])

    @pytest.mark.parametrize(("wanted", "sent"), [("en-US", "en"), ("ES", "es"), ("zh-tw", "zh-TW"), ("pt-BR", "pt")])
    def test_a_language_may_be_said_with_its_country(self, aws, wanted, sent):
        asked("sentiment", rows(["Hello"]), language=wanted)
        assert aws.calls[0].params["LanguageCode"] == sent

    def test_words_that_say_little_are_taken_to_be_in_the_language_before_them(self, aws):
        texts = [
            "Das ist ein langer Satz auf Deutsch, ohne viel Sinn",
            "ok",
            "42",
            "Das war es dann auch schon wieder hier",
        ]
        answers = asked("sentiment", rows(texts), language="auto")
        assert [answer.fields["language_code"] for answer in answers] == ["de"] * 4

    def test_a_text_that_is_surely_in_another_language_fails(self, aws):
        answers = asked(
            "pii", rows(["Write to me at once, if you please", "Das ist ein langer Satz auf Deutsch"]), language="auto"
        )
        assert [bool(answer.error) for answer in answers] == [False, True]
        assert "the text is in `de`" in str(answers[1].error)

    def test_a_stranger_among_many_lines_is_noticed(self, aws):
        texts = ["The room was clean and the people were friendly and kind"] * 60
        texts[40] = "La habitación estaba limpia y la gente era muy amable"
        answers = asked("sentiment", rows(texts), language="auto")
        assert [n for n, answer in enumerate(answers) if answer.fields["language_code"] == "es"] == [40]


def test_kept_answers_are_not_paid_for_again(aws):
    for _ in range(2):
        session = Session(Config(region="us-east-1"), keep=True)
        found = comprehend.analyse(
            session, comprehend.ANALYSES["sentiment"], rows(["I love it", "I hate it"]), language=EN
        )
        answers = [answer for together in found for answer in together]
    assert [answer.fields["sentiment"] for answer in answers] == ["POSITIVE", "NEGATIVE"]
    assert len(aws.calls) == 1


def test_a_model_of_ones_own_is_asked_one_document_at_a_time(aws):
    arn = "arn:aws:comprehend:us-east-1:123456789012:entity-recognizer-endpoint/mine"
    asked("entities", rows(["John Smith", "Paris"]), endpoint=arn, language="auto")
    assert sorted((call.params["Text"], call.params["EndpointArn"]) for call in aws.calls) == [
        ("John Smith", arn),
        ("Paris", arn),
    ]
    assert "LanguageCode" not in aws.calls[0].params
