"""`awsml lex chat` and `say`: conversations in text, in a pipe and at a terminal."""

from __future__ import annotations

import json
import time

import pytest
from fakeaws import Aws, AwsError, HalfAnswer, Raw, Reset
from fakeaws.process import Process
from fakeaws.program import Program
from house import ROOT

FOLDER = ROOT / "tests/examples/flowers"
ORDER = "order roses\ntomorrow\nyes\n"
ANSWERS = [
    "For which day?",
    "roses on tomorrow. Shall I order them?",
    "Thank you. Your roses are ordered.",
]
CARD = {
    "contentType": "ImageResponseCard",
    "imageResponseCard": {
        "title": "Which ones?",
        "subtitle": "We have two.",
        "buttons": [{"text": "Red roses", "value": "order roses"}, {"text": "Tulips", "value": "order tulips"}],
    },
}


@pytest.fixture(autouse=True)
def shop(aws: Aws) -> None:
    """A bot that takes orders, in one locale, with one alias."""
    aws.lex.bot(FOLDER)


def said(aws: Aws) -> list[str]:
    """What arrived at the bot."""
    return [call.params["text"] for call in aws.calls_of("RecognizeText")]


class TestSay:
    def test_one_thing(self, aws: Aws, awsml: Program) -> None:
        run = awsml("lex", "say", "Flowers", "order roses")
        assert (run.exit_code, run.text, run.stderr) == (0, "For which day?\n", "")
        assert said(aws) == ["order roses"]

    def test_the_record(self, awsml: Program) -> None:
        told = json.loads(awsml("lex", "say", "Flowers", "order roses", "--session", "ann", "-f", "json").text)
        assert {name: told[name] for name in ("said", "text", "intent", "confidence", "state", "slots")} == {
            "said": "order roses",
            "text": "For which day?",
            "intent": "Order",
            "confidence": 0.9,
            "state": "InProgress",
            "slots": {"Kind": "roses"},
        }
        assert (told["dialog_action"], told["slot_to_elicit"], told["session_id"]) == ("ElicitSlot", "Day", "ann")

    def test_an_empty_slot_and_slots_of_several_values(self, aws: Aws, awsml: Program) -> None:
        value = {"value": {"originalValue": "roses", "interpretedValue": "roses"}}
        slots = {
            "Day": None,
            "Kind": {"shape": "List", "values": [value, value]},
            "Who": {"subSlots": {"First": value}},
        }
        state = {"intent": {"name": "Order", "slots": slots}, "dialogAction": {"type": "Delegate"}}
        body = json.dumps({"sessionId": "ann", "sessionState": state}).encode()
        aws.respond("lexv2-runtime", "RecognizeText", Raw(body, headers={"Content-Type": "application/json"}))
        told = json.loads(awsml("lex", "say", "Flowers", "x", "-f", "json").text)
        assert told["slots"] == {"Day": None, "Kind": ["roses", "roses"], "Who": {"First": "roses"}}
        assert told["messages"] == []

    def test_a_session_goes_on(self, awsml: Program) -> None:
        runs = [awsml("lex", "say", "Flowers", text, "--session", "ann").text for text in ORDER.splitlines()]
        assert [run.rstrip("\n") for run in runs] == ANSWERS

    def test_raw_is_what_aws_said(self, awsml: Program) -> None:
        told = json.loads(awsml("lex", "say", "Flowers", "order roses", "-f", "raw").text)
        assert told["sessionState"]["dialogAction"] == {"type": "ElicitSlot", "slotToElicit": "Day"}

    def test_with_v_it_says_where_it_stands(self, awsml: Program) -> None:
        run = awsml("lex", "say", "Flowers", "order roses", "--session", "ann", "-v")
        assert "session ann: intent Order (0.90); ElicitSlot, InProgress; Kind: roses; asks for Day" in run.stderr
        assert "1 requests, about 0.000750 USD" in run.stderr

    def test_attributes_go_along(self, aws: Aws, awsml: Program) -> None:
        words = ["--attribute", "customer=7", "--request-attribute", "channel=shell"]
        told = json.loads(awsml("lex", "say", "Flowers", "when are you open", *words, "-f", "json").text)
        assert (told["session_attributes"], told["request_attributes"]) == ({"customer": "7"}, {"channel": "shell"})
        (call,) = aws.calls_of("RecognizeText")
        assert call.params["sessionState"] == {"sessionAttributes": {"customer": "7"}}

    def test_names_and_ids_of_bot_alias_and_locale(self, aws: Aws, awsml: Program) -> None:
        bot = aws.lex.named("Flowers")
        (alias,) = (one for one in bot.aliases if one != "TSTALIASID")
        for words in (
            [bot.id, "when are you open", "--alias", alias, "--locale", "en_US"],
            ["Flowers", "when are you open", "--alias", "live", "--locale", "English (US)"],
            ["Flowers", "when are you open", "--alias", "live", "--locale", "en-US"],
        ):
            assert awsml("lex", "say", *words).exit_code == 0
        asked = [call.params for call in aws.calls_of("RecognizeText")]
        assert {(one["botId"], one["botAliasId"], one["localeId"]) for one in asked} == {(bot.id, alias, "en_US")}

    def test_who_may_not_list_can_give_ids(self, aws: Aws, awsml: Program) -> None:
        bot = aws.lex.named("Flowers")
        (alias,) = (one for one in bot.aliases if one != "TSTALIASID")
        aws.respond("lexv2-models", "ListBots", AwsError("AccessDeniedException", status=403, times=2))
        run = awsml("lex", "say", bot.id, "when are you open", "--alias", alias, "--locale", "en_US")
        assert run.exit_code == 0
        run = awsml("lex", "say", "Flowers", "when are you open")
        assert (run.exit_code, "the IAM action `lex:ListBots` is missing" in run.stderr) == (4, True)

    def test_dry_run_sends_nothing(self, aws: Aws, awsml: Program) -> None:
        run = awsml("lex", "say", "Flowers", "order roses", "--dry-run", "-f", "json")
        assert (json.loads(run.text)["price"], aws.calls) == (0.00075, [])

    def test_a_card_is_shown_with_its_buttons_and_ssml_without_tags(self, aws: Aws, awsml: Program) -> None:
        ssml = {"contentType": "SSML", "content": '<speak>One <break time="1s"/>&amp; two</speak>'}
        aws.lex_talk.answers["hello"] = [ssml, CARD]
        run = awsml("lex", "say", "Flowers", "hello")
        assert run.text == "One & two\nWhich ones?\nWe have two.\n[Red roses]\n[Tulips]\n"

    def test_what_comes_from_the_bot_cannot_paint_the_terminal(self, aws: Aws, awsml: Program) -> None:
        aws.lex_talk.answers["hello"] = [{"contentType": "PlainText", "content": "a\x1b[31mb"}]
        assert awsml("lex", "say", "Flowers", "hello", tty={"stdout"}).text == "a[31mb\n"


class TestRefused:
    @pytest.mark.parametrize(
        ("words", "error", "hint"),
        [
            (["Flower", "x"], "there is no bot `Flower` in us-east-1", "did you mean Flowers?"),
            (["Flowers", "x", "--alias", "lve"], "Flowers has no alias `lve`", "did you mean live?"),
            (["Flowers", "x", "--alias", ""], "the alias has no name", "awsml lex aliases Flowers"),
            (["Flowers", "x", "--locale", "de_DE"], "the alias live of Flowers has no locale `de_DE`", "it has en_US"),
            (["Flowers", "x", "--session", "a b"], "`a b` is no id of a session", "2 to 100 letters"),
            (["Flowers", "x", "--attribute", "a"], "--attribute takes NAME=VALUE, not `a`", ""),
            (["Flowers", "x" * 1025], "1,025 characters: Lex takes at most 1,024 in a turn", "one a line"),
            (["Flowers", "\U0001f339" * 513], "1,026 characters", "one a line"),
            (["Flowers", " "], "there is nothing to say", ""),
            (["Flowers", "pyproject.toml"], "is a file, not the text", "chat Flowers < pyproject.toml says its lines"),
        ],
    )
    def test_it_is_clear_and_nothing_is_said(
        self, aws: Aws, awsml: Program, words: list[str], error: str, hint: str
    ) -> None:
        run = awsml("lex", "say", *words, cwd=ROOT)
        assert (run.exit_code, error in run.stderr, hint in run.stderr, said(aws)) == (2, True, True, []), run.stderr

    def test_an_alias_that_points_nowhere(self, aws: Aws, awsml: Program) -> None:
        bot = aws.lex.named("Flowers")
        next(one for name, one in bot.aliases.items() if name != "TSTALIASID").pop("botVersion")
        run = awsml("lex", "say", "Flowers", "hello", "--alias", "live")
        assert (run.exit_code, said(aws)) == (2, [])
        assert "the alias live of Flowers points to no version" in run.stderr

    def test_several_aliases_and_none_named(self, aws: Aws, awsml: Program) -> None:
        aws.lex._alias(aws.lex.named("Flowers"), "beta", {"botVersion": "1"})
        run = awsml("lex", "say", "Flowers", "hello")
        assert (run.exit_code, "--alias with one of: live, beta" in run.stderr) == (2, True)

    def test_no_alias_at_all(self, aws: Aws, awsml: Program) -> None:
        bot = aws.lex.named("Flowers")
        bot.aliases = {"TSTALIASID": bot.aliases["TSTALIASID"]}
        run = awsml("lex", "say", "Flowers", "hello")
        assert (run.exit_code, "no alias but that for tests" in run.stderr) == (2, True)

    def test_a_draft_that_is_not_built(self, aws: Aws, awsml: Program) -> None:
        aws.lex.named("Flowers").versions["DRAFT"].states["en_US"]["status"] = "NotBuilt"
        run = awsml("lex", "say", "Flowers", "hello", "--alias", "TSTALIASID")
        assert (run.exit_code, said(aws)) == (2, [])
        assert "hint: awsml lex build Flowers --locale en_US" in run.stderr

    @pytest.mark.parametrize(
        "words",
        ["lex-models get-bots", "lex-runtime get-session --bot-name a --bot-alias b --user-id cc"],
        ids=["models", "runtime"],
    )
    def test_lex_v1_is_gone(self, aws: Aws, awsml: Program, words: str) -> None:
        run = awsml("api", *words.split())
        assert (run.exit_code, aws.calls) == (6, [])
        assert "instead: Amazon Lex V2: awsml lex" in run.stderr


class TestFaults:
    @pytest.mark.parametrize(
        "fault",
        [AwsError("ThrottlingException", status=429, times=4), Reset(), HalfAnswer()],
        ids=lambda fault: type(fault).__name__,
    )
    def test_it_is_said_again(self, aws: Aws, awsml: Program, fault: AwsError | Reset | HalfAnswer) -> None:
        aws.respond("lexv2-runtime", "RecognizeText", fault)
        run = awsml("lex", "say", "Flowers", "when are you open")
        assert (run.exit_code, run.text) == (0, "We are open from nine to six, Monday to Saturday.\n")

    def test_a_function_of_the_bot_fails(self, aws: Aws, awsml: Program) -> None:
        aws.respond(
            "lexv2-runtime",
            "RecognizeText",
            AwsError("DependencyFailedException", "Invalid Lambda Response", status=424),
        )
        run = awsml("lex", "say", "Flowers", "order roses")
        assert (run.exit_code, "DependencyFailedException: Invalid Lambda Response" in run.stderr) == (4, True)


class TestChatInAPipe:
    def test_each_line_is_answered_in_one_session(self, aws: Aws, awsml: Program) -> None:
        run = awsml("lex", "chat", "Flowers", "--alias", "live", "--locale", "en_US", stdin=ORDER)
        assert (run.exit_code, run.text.splitlines(), run.stderr) == (0, ANSWERS, "")
        assert len({call.params["sessionId"] for call in aws.calls_of("RecognizeText")}) == 1

    def test_line_n_is_the_answer_to_line_n(self, aws: Aws, awsml: Program) -> None:
        aws.lex_talk.answers["hello"] = [CARD, {"contentType": "PlainText", "content": "a\tb"}]
        run = awsml("lex", "chat", "Flowers", stdin="hello\n\n" + "x" * 1025 + "\nwhen are you open")
        first, blank, failed, last = run.text.splitlines()
        assert first == "Which ones? We have two. [Red roses] [Tulips] a b"
        assert (blank, failed, last) == ("", "", "We are open from nine to six, Monday to Saturday.")
        assert (run.exit_code, "error: line 3: 1,025 characters" in run.stderr) == (5, True)
        assert "error: 1 line was not answered" in run.stderr

    def test_whole_turns_as_json_lines(self, awsml: Program) -> None:
        run = awsml("lex", "chat", "Flowers", "-f", "jsonl", stdin=ORDER)
        turns = [json.loads(line) for line in run.text.splitlines()]
        assert [turn["said"] for turn in turns] == ORDER.splitlines()
        assert [turn["state"] for turn in turns] == ["InProgress", "InProgress", "ReadyForFulfillment"]
        assert turns[2]["slots"] == {"Kind": "roses", "Day": "tomorrow"}

    def test_an_array_stays_whole_though_a_line_failed(self, awsml: Program) -> None:
        run = awsml("lex", "chat", "Flowers", "-f", "json", stdin="order roses\n" + "x" * 1025 + "\n")
        assert (run.exit_code, len(json.loads(run.text))) == (5, 1)

    def test_a_refusal_that_all_would_share_ends_it(self, aws: Aws, awsml: Program) -> None:
        aws.respond("lexv2-runtime", "RecognizeText", AwsError("AccessDeniedException", "no", status=403))
        run = awsml("lex", "chat", "Flowers", stdin=ORDER)
        assert (run.exit_code, run.text, len(aws.calls_of("RecognizeText"))) == (4, "", 1)

    def test_no_line_is_no_call(self, aws: Aws, awsml: Program) -> None:
        run = awsml("lex", "chat", "Flowers", stdin="")
        assert (run.exit_code, run.text, said(aws)) == (0, "", [])

    def test_a_reader_that_leaves_ends_it(self, aws: Aws, awsml: Program) -> None:
        run = awsml("lex", "chat", "Flowers", stdin=ORDER * 20, head=1)
        assert (run.exit_code, run.text, run.stderr) == (0, ANSWERS[0] + "\n", "")
        assert len(said(aws)) <= 2

    def test_answers_come_before_the_input_ends(self, aws: Aws, awsml_process: Process) -> None:
        import subprocess

        child = awsml_process.start("lex", "chat", "Flowers", stdin=subprocess.PIPE)
        assert child.stdin is not None
        assert child.stdout is not None
        for line, answer in zip(ORDER.splitlines(), ANSWERS, strict=True):
            child.stdin.write(f"{line}\n".encode())
            child.stdin.flush()
            assert child.stdout.readline() == f"{answer}\n".encode()
        child.communicate()
        assert child.returncode == 0


class TestChatAtATerminal:
    def test_a_conversation(self, terminal: object) -> None:
        run = terminal("lex", "chat", "Flowers")  # type: ignore[operator]
        run.wait_for("> ")
        for line, answer in zip(ORDER.splitlines(), ANSWERS, strict=True):
            run.type(f"{line}\r")
            run.wait_for(f"{answer}\n> ")
        run.type("\x04")
        ended = run.finish()
        assert ended.exit_code == 0
        assert run.text.endswith("> \n")

    def test_ctrl_c_ends_it_quietly(self, terminal: object) -> None:
        run = terminal("lex", "chat", "Flowers")  # type: ignore[operator]
        run.wait_for("> ")
        for _ in range(10):  # readline may miss one that comes before it has begun to wait for keys
            run.interrupt()
            until = time.monotonic() + 3
            while "interrupted" not in run.text and (left := until - time.monotonic()) > 0:
                run._read(left)
            if "interrupted" in run.text:
                break
        assert (run.finish().exit_code, run.text.splitlines()[-1]) == (130, "interrupted")

    def test_a_button_is_pressed_by_its_words_and_an_error_ends_nothing(self, aws: Aws, terminal: object) -> None:
        aws.lex_talk.answers["hello"] = [CARD]
        run = terminal("lex", "chat", "Flowers")  # type: ignore[operator]
        run.wait_for("> ")
        run.type("hello\r")
        run.wait_for("[Tulips]\n> ")
        run.type("red roses\r")
        run.wait_for("For which day?\n> ")
        assert said(aws) == ["hello", "order roses"]
        aws.respond("lexv2-runtime", "RecognizeText", AwsError("DependencyFailedException", "no", status=424))
        run.type("tomorrow\r")
        run.wait_for("EXAMPLE)\n> ")  # the request's id, at the end of the error
        run.type("tomorrow\r")
        run.wait_for(f"{ANSWERS[1]}\n> ")
        run.type("\x04")
        assert run.finish().exit_code == 0

    def test_the_prompt_is_not_in_the_answer(self, terminal: object) -> None:
        run = terminal("lex", "chat", "Flowers", piped={"stdout"})  # type: ignore[operator]
        run.wait_for("> ")
        run.type("order roses\r")
        run.type("\x04")
        ended = run.finish()
        assert (ended.exit_code, ended.stdout) == (0, b"For which day?\n")
