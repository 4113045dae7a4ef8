"""Lex V2 on this machine: a bot from its files, understood by its sample utterances."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from fakeaws.program import Program
from house import ROOT

from awsml_cli.local.engines import converse
from awsml_cli.local.engines.converse import values
from awsml_cli.local.engines.converse.match import Matcher
from awsml_cli.local.measuring.shop import ABOUT_OTHER_THINGS, IN_OTHER_WORDS, shop

FOLDER = ROOT / "tests/examples/flowers"

NOW = 1_795_694_400.0  # Thursday, 26 November 2026, noon in Greenwich


def test_how_many_utterances_are_understood():
    matcher = Matcher(shop())

    def taken(text: str) -> str | None:
        guess = matcher.guesses(text)[0]
        return guess.intent.name if guess.score >= matcher.locale.threshold else None

    right = sum(taken(text) == intent for text, intent in IN_OTHER_WORDS)
    apart = sum(taken(text) is None for text in ABOUT_OTHER_THINGS)
    said = f"of {len(IN_OTHER_WORDS)} utterances in words of their own, {right} right"
    assert said in converse.DECLARATION.measured
    assert f"{apart} of {len(ABOUT_OTHER_THINGS)} about other things told apart" in converse.DECLARATION.measured
    assert converse.DECLARATION.quality == "weak"


@pytest.mark.parametrize(
    ("kind", "text", "meant"),
    [
        ("AMAZON.Date", "tomorrow", "2026-11-27"),
        ("AMAZON.Date", "on Monday please", "2026-11-30"),
        ("AMAZON.Date", "Thursday", "2026-12-03"),
        ("AMAZON.Date", "the 3rd of January", "2027-01-03"),
        ("AMAZON.Date", "December 24", "2026-12-24"),
        ("AMAZON.Date", "2027-02-28", "2027-02-28"),
        ("AMAZON.Date", "31 February", None),
        ("AMAZON.Date", "soon", None),
        ("AMAZON.Time", "at 9:30 pm", "21:30"),
        ("AMAZON.Time", "12 am", "00:00"),
        ("AMAZON.Time", "noon", "12:00"),
        ("AMAZON.Time", "25:00", None),
        ("AMAZON.Number", "twenty five roses", "25"),
        ("AMAZON.Number", "two hundred", "200"),
        ("AMAZON.Number", "12.5", "12.5"),
        ("AMAZON.Number", "none", None),
        ("AMAZON.EmailAddress", "it is ann@example.com.", "ann@example.com"),
        ("AMAZON.PhoneNumber", "call +1 (555) 010-9999", "+15550109999"),
        ("AMAZON.City", "New York", "New York"),
        ("Products", "the Laptop", "laptop"),
    ],
)
def test_what_words_mean_as_a_slot(clock, monkeypatch, kind, text, meant):
    monkeypatch.setattr(clock, "time", NOW)
    value = values.answer(kind, text, shop().types, language="en")
    assert (value.interpreted if value else None) == meant


def test_in_another_language_a_day_is_taken_as_it_was_said():
    value = values.answer("AMAZON.Date", "morgen", {}, language="de")
    assert value is not None
    assert (value.original, value.interpreted) == ("morgen", "morgen")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Any) -> Path:
    """A folder with the files of a bot, on a Thursday."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clock, "time", NOW)
    shutil.copytree(FOLDER, "flowers")
    return tmp_path


@pytest.fixture
def deployed(desk: Path, awsml: Program) -> Path:
    """The bot, deployed."""
    run = awsml("lex", "deploy", "flowers", "--local")
    assert (run.exit_code, run.text) == (0, "Flowers\t1\tlive\ten_US\tTrue\n"), run.stderr
    return desk


def talk(awsml: Program, *said: str) -> list[dict[str, Any]]:
    """The turns of a conversation."""
    run = awsml("lex", "chat", "Flowers", "--local", "-f", "jsonl", stdin="".join(f"{one}\n" for one in said))
    assert run.exit_code == 0, run.stderr
    return [json.loads(line) for line in run.text.splitlines()]


class TestConversation:
    def test_slots_in_their_order_confirmed_and_closed(self, deployed: Path, awsml: Program) -> None:
        turns = talk(awsml, "I would like some flowers", "tulips please", "tomorrow", "yes")
        assert [(turn["dialog_action"], turn["slot_to_elicit"]) for turn in turns] == [
            ("ElicitSlot", "Kind"), ("ElicitSlot", "Day"), ("ConfirmIntent", None), ("Close", None),
        ]  # fmt: skip
        assert (turns[3]["state"], turns[3]["slots"]) == (
            "ReadyForFulfillment",
            {"Kind": "tulips", "Day": "2026-11-27"},
        )
        assert turns[3]["text"] == "Thank you. Your tulips are ordered."
        assert 0.4 <= turns[0]["confidence"] < 1

    def test_all_at_once_and_synonyms_are_the_value(self, deployed: Path, awsml: Program) -> None:
        (turn,) = talk(awsml, "can I get a rose for Monday?")
        assert (turn["slots"], turn["dialog_action"]) == ({"Kind": "roses", "Day": "2026-11-30"}, "ConfirmIntent")

    def test_denied(self, deployed: Path, awsml: Program) -> None:
        turn = talk(awsml, "can I get lilies for Monday", "no, thanks")[1]
        assert (turn["text"], turn["state"], turn["dialog_action"]) == ("Then I order nothing.", "Failed", "Close")

    def test_corrected_instead_of_confirmed(self, deployed: Path, awsml: Program) -> None:
        turn = talk(awsml, "can I get lilies for Monday", "on Tuesday")[1]
        assert (turn["slots"]["Day"], turn["dialog_action"]) == ("2026-12-01", "ConfirmIntent")

    def test_what_is_no_value_is_asked_for_again_and_then_given_up(self, deployed: Path, awsml: Program) -> None:
        turns = talk(awsml, "I want flowers", "blue", "green", "red")
        assert [turn["slot_to_elicit"] for turn in turns] == ["Kind", "Kind", "Kind", None]
        assert turns[3]["intent"] == "FallbackIntent"

    def test_another_intent_in_between(self, deployed: Path, awsml: Program) -> None:
        turn = talk(awsml, "I want flowers", "when are you open")[1]
        assert (turn["intent"], turn["text"]) == ("Hours", "We are open from nine to six, Monday to Saturday.")

    def test_what_is_nothing_falls_back(self, deployed: Path, awsml: Program) -> None:
        (turn,) = talk(awsml, "the quick brown fox")
        assert (turn["intent"], turn["confidence"], turn["text"]) == (
            "FallbackIntent", None, "Sorry, I did not understand that.",
        )  # fmt: skip

    def test_the_engine_is_named_and_called_weak(self, deployed: Path, awsml: Program) -> None:
        run = awsml("lex", "say", "Flowers", "order roses", "--local", "-v")
        assert (run.text, "answered on this machine by awsml-utterances" in run.stderr) == ("For which day?\n", True)
        assert "(weak)" in run.stderr
        assert "USD" not in run.stderr

    def test_a_session_is_kept_between_runs_set_and_ended(self, deployed: Path, awsml: Program) -> None:
        go = ["Flowers", "ann", "--local"]
        put = awsml("lex", "session", "put", *go, "--intent", "Order", "--slot", "Kind=roses", "--elicit", "Day")
        assert put.exit_code == 0, put.stderr
        said = awsml(
            "lex", "say", "Flowers", "tomorrow", "--session", "ann", "--local", "--attribute", "a=1", "-f", "json"
        )
        assert json.loads(said.text)["slots"] == {"Kind": "roses", "Day": "2026-11-27"}
        got = json.loads(awsml("lex", "session", "get", *go, "-f", "json").text)
        assert (got["dialog_action"], got["session_attributes"]) == ("ConfirmIntent", {"a": "1"})
        assert awsml("lex", "session", "rm", *go, "-y").exit_code == 0
        assert awsml("lex", "session", "get", *go).exit_code == 2

    def test_a_function_is_not_called_and_that_is_said(self, desk: Path, awsml: Program) -> None:
        path = Path("flowers/Flowers/BotLocales/en_US/Intents/Hours/Intent.json")
        path.write_text(json.dumps(json.loads(path.read_text()) | {"fulfillmentCodeHook": {"enabled": True}}))
        awsml("lex", "deploy", "flowers", "--local")
        run = awsml("lex", "say", "Flowers", "when are you open", "--local")
        assert "warning: the Lambda function of Hours is not called on this machine" in run.stderr

    def test_a_table_of_utterances(self, deployed: Path, awsml: Program) -> None:
        run = awsml(
            "lex", "test", ROOT / "tests/examples/utterances.csv", "--bot", "Flowers", "--local", "--min", "0.9"
        )
        assert (run.exit_code, run.text.splitlines()[0]) == (0, "accuracy 1.0000: 6 of 6 utterances")


class TestBots:
    def test_the_same_bot_once_and_a_change_is_a_version(self, deployed: Path, awsml: Program) -> None:
        again = awsml("lex", "deploy", "flowers", "--local", "--query", "changed")
        path = Path("flowers/Flowers/BotLocales/en_US/Intents/Hours/Intent.json")
        path.write_text(path.read_text().replace("are you open on Sunday", "open today"))
        changed = awsml("lex", "deploy", "flowers", "--local")
        assert (again.text, changed.text.split("\t")[1]) == ("False\n", "2")
        assert awsml("lex", "rm", "Flowers", "--version", "2", "-y", "--local").exit_code == 4
        assert awsml("lex", "rm", "Flowers", "--version", "1", "-y", "--local").exit_code == 0

    def test_listings(self, deployed: Path, awsml: Program) -> None:
        def first(*words: str) -> list[str]:
            run = awsml("lex", *words, "--local")
            assert run.exit_code == 0, run.stderr
            return sorted(line.split("\t")[0] for line in run.text.splitlines())

        assert first("bots") == ["Flowers"]
        assert first("aliases", "Flowers") == ["TestBotAlias", "live"]
        assert first("versions", "Flowers") == ["1", "DRAFT"]
        assert first("locales", "Flowers", "--version", "1") == ["en_US"]
        assert first("intents", "Flowers") == ["FallbackIntent", "Hours", "Order"]
        assert first("slots", "Flowers", "Order") == ["Day", "Kind"]
        assert first("slot-types", "Flowers") == ["FlowerKinds"]

    def test_out_again_as_it_went_in(self, deployed: Path, awsml: Program) -> None:
        assert awsml("lex", "export", "Flowers", "-o", "saved/", "--local").exit_code == 0
        saved = {path.relative_to("saved"): json.loads(path.read_text()) for path in Path("saved").rglob("*.json")}
        given = {path.relative_to("flowers"): json.loads(path.read_text()) for path in Path("flowers").rglob("*.json")}
        assert saved == given

    def test_a_bot_that_lex_would_not_build(self, desk: Path, awsml: Program) -> None:
        path = Path("flowers/Flowers/BotLocales/en_US/Intents/Order/Slots/Day/Slot.json")
        path.write_text('{"name": "Day", "slotTypeName": "Days", "slotConstraint": "Required"}')
        run = awsml("lex", "deploy", "flowers", "--local")
        assert run.exit_code == 4
        assert "The slot Day of Order is required and has no prompt." in run.stderr
        assert "has a type that is not there: Days" in run.stderr

    def test_hooks_and_removal(self, deployed: Path, awsml: Program) -> None:
        arn = "arn:aws:lambda:us-east-1:123456789012:function:orders"
        assert awsml("lex", "hooks", "set", "Flowers", arn, "--local").text == f"live\ten_US\tTrue\t{arn}\n"
        assert awsml("lex", "rm", "Flowers", "-y", "--local").exit_code == 0
        run = awsml("lex", "say", "Flowers", "x", "--local")
        assert (run.exit_code, "there is no bot `Flowers`" in run.stderr) == (2, True)

    def test_what_nothing_here_can_do(self, deployed: Path, awsml: Program) -> None:
        run = awsml("lex", "utterances", "Flowers", "--local")
        assert (run.exit_code, "no engine on this machine can do lexv2-models ListAggregatedUtterances" in run.stderr) == (
            3, True,
        )  # fmt: skip


class TestSpeech:
    def test_spoken_answers_are_heard_again(self, deployed: Path, awsml: Program) -> None:
        pytest.importorskip("espeakng_loader", reason="pip install 'awsml-cli[local]'")
        assert awsml("lex", "speak", "Flowers", "when are you open", "-o", "a.wav", "--local").exit_code == 0
        assert awsml("polly", "When are you open?", "-o", "said.wav", "--local").exit_code == 0
        assert len(Path("a.wav").read_bytes()) > 50_000
        pytest.importorskip("moonshine_voice", reason="pip install 'awsml-cli[local]'")
        pytest.importorskip("av", reason="pip install 'awsml-cli[media]'")
        run = awsml("lex", "listen", "Flowers", "said.wav", "--local", "-f", "json")
        assert run.exit_code == 0, run.stderr
        told = json.loads(run.text)
        assert (told["intent"], "open" in told["said"].lower()) == ("Hours", True)
