"""`awsml lex bots`, `aliases`, `intents` …, `rm`, `hooks`, `channels`."""

from __future__ import annotations

import json

import pytest
from fakeaws import Aws
from fakeaws.program import Program
from house import ROOT

HOOK = "arn:aws:lambda:us-east-1:123456789012:function:orders"


@pytest.fixture(autouse=True)
def shop(aws: Aws) -> None:
    """A bot that takes orders."""
    aws.lex.bot(ROOT / "tests/examples/flowers")


def rows(awsml: Program, *words: str) -> list[list[str]]:
    """What a listing shows, sorted."""
    run = awsml("lex", *words)
    assert run.exit_code == 0, run.stderr
    return sorted(line.split("\t") for line in run.text.splitlines())


class TestListings:
    def test_bots_over_all_pages(self, aws: Aws, awsml: Program) -> None:
        for name in ("One", "Two", "Three"):
            bot = aws.lex.bot(ROOT / "tests/examples/flowers", alias=f"a{name}")
            aws.lex.bots.pop(bot.id)
            bot.id, bot.name = aws.lex._id("BOT"), name
            aws.lex.bots[bot.id] = bot
        assert [row[0] for row in rows(awsml, "bots")] == ["One", "Three", "Two"]
        assert len(rows(awsml, "bots", "--limit", "1")) == 1

    def test_versions_aliases_locales(self, awsml: Program) -> None:
        assert [row[0] for row in rows(awsml, "versions", "Flowers")] == ["1", "DRAFT"]
        assert [(row[0], row[2]) for row in rows(awsml, "aliases", "Flowers")] == [
            ("TestBotAlias", "DRAFT"),
            ("live", "1"),
        ]
        assert [row[:3] for row in rows(awsml, "locales", "Flowers")] == [["en_US", "English (US)", "Built"]]

    def test_intents_slots_and_their_types(self, awsml: Program) -> None:
        assert [row[0] for row in rows(awsml, "intents", "Flowers")] == ["FallbackIntent", "Hours", "Order"]
        assert [row[:3] for row in rows(awsml, "slots", "Flowers", "Order")] == [
            ["Day", "AMAZON.Date", "Required"],
            ["Kind", "FlowerKinds", "Required"],
        ]
        assert [row[0] for row in rows(awsml, "slot-types", "Flowers", "--version", "1")] == ["FlowerKinds"]

    def test_utterances(self, aws: Aws, awsml: Program) -> None:
        aws.lex.utterances = [
            {"utterance": "order roses", "hitCount": 4, "missedCount": 0},
            {"utterance": "sing", "hitCount": 0, "missedCount": 3},
        ]
        assert rows(awsml, "utterances", "Flowers") == [["order roses", "4", "0", ""], ["sing", "0", "3", ""]]
        assert rows(awsml, "utterances", "Flowers", "--missed", "--last", "2w") == [["sing", "0", "3", ""]]
        asked = aws.calls_of("ListAggregatedUtterances")[-1].params
        assert asked["aggregationDuration"] == {
            "relativeAggregationDuration": {"timeDimension": "Weeks", "timeValue": 2}
        }
        assert asked["sortBy"] == {"attribute": "MissedCount", "order": "Descending"}

    def test_raw_is_aws_own(self, awsml: Program) -> None:
        told = json.loads(awsml("lex", "intents", "Flowers", "-f", "raw").text)
        assert {one["intentName"] for one in told["intentSummaries"]} == {"FallbackIntent", "Hours", "Order"}

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            (["locales", "Flwrs"], "did you mean Flowers?"),
            (["intents", "Flowers", "--locale", "fr_FR"], "it has en_US"),
            (["slots", "Flowers", "Ordr"], "did you mean Order?"),
            (["utterances", "Flowers", "--last", "soon"], "24h, 7d or 2w"),
        ],
    )
    def test_what_is_not_there(self, awsml: Program, words: list[str], error: str) -> None:
        run = awsml("lex", *words)
        assert (run.exit_code, error in run.stderr) == (2, True), run.stderr


class TestRemove:
    @pytest.mark.parametrize(
        ("words", "operation"),
        [
            ([], "DeleteBot"),
            (["--alias", "live"], "DeleteBotAlias"),
            (["--version", "1"], "DeleteBotVersion"),
            (["--locale", "en_US"], "DeleteBotLocale"),
        ],
    )
    def test_it_asks_and_then_removes(self, aws: Aws, awsml: Program, words: list[str], operation: str) -> None:
        refused = awsml("lex", "rm", "Flowers", *words)
        planned = awsml("lex", "rm", "Flowers", *words, "--dry-run", "--query", "operation")
        assert (refused.exit_code, "-y does it" in refused.stderr, aws.calls) == (2, True, [])
        assert planned.text.strip() == f"lexv2-models:{operation}"
        answered = awsml("lex", "rm", "Flowers", *words, tty={"stderr"}, answers="y\n")
        assert (answered.exit_code, len(aws.calls_of(operation))) == (0, 1)

    def test_the_question_says_what_goes_with_it(self, awsml: Program) -> None:
        run = awsml("lex", "rm", "Flowers", tty={"stderr"}, answers="n\n")
        assert "Remove the bot Flowers, with all its versions and aliases?" in run.stderr

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            (["--alias", "live", "--version", "1"], "cannot be together"),
            (["--version", "one"], "`one` is no number of a version"),
            (["--alias", "lve"], "did you mean live?"),
        ],
    )
    def test_what_cannot_be(self, aws: Aws, awsml: Program, words: list[str], error: str) -> None:
        run = awsml("lex", "rm", "Flowers", *words, "-y")
        assert (run.exit_code, error in run.stderr) == (2, True), run.stderr
        assert [name for name in aws.operations if name.startswith("Delete")] == []


class TestHooks:
    def test_set_shown_and_taken_away(self, aws: Aws, awsml: Program) -> None:
        assert rows(awsml, "hooks", "ls", "Flowers") == [["live", "en_US", "True", ""]]
        assert rows(awsml, "hooks", "set", "Flowers", HOOK, "--alias", "live") == [["live", "en_US", "True", HOOK]]
        (asked,) = aws.calls_of("UpdateBotAlias")
        hook = {"lambdaCodeHook": {"lambdaARN": HOOK, "codeHookInterfaceVersion": "1.0"}}
        assert asked.params["botAliasLocaleSettings"] == {"en_US": {"enabled": True, "codeHookSpecification": hook}}
        assert (asked.params["botVersion"], asked.params["botAliasName"]) == ("1", "live")
        assert rows(awsml, "hooks", "rm", "Flowers", "-y") == [["live", "en_US", "True", ""]]

    def test_v_says_what_the_function_must_allow(self, awsml: Program) -> None:
        run = awsml("lex", "hooks", "set", "Flowers", HOOK, "-v")
        assert "aws lambda add-permission" in run.stderr

    def test_one_locale_only_and_the_rest_of_the_alias_stays(self, aws: Aws, awsml: Program) -> None:
        one = next(one for one in aws.lex.named("Flowers").aliases.values() if one["botAliasName"] == "live")
        one["botAliasLocaleSettings"]["en_GB"] = {"enabled": False}
        one["sentimentAnalysisSettings"] = {"detectSentiment": True}
        awsml("lex", "hooks", "set", "Flowers", HOOK, "--locale", "en-US")
        (asked,) = aws.calls_of("UpdateBotAlias")
        assert asked.params["botAliasLocaleSettings"]["en_GB"] == {"enabled": False}
        assert asked.params["sentimentAnalysisSettings"] == {"detectSentiment": True}

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            (["set", "Flowers", "orders"], "`orders` is not the ARN of a Lambda function"),
            (["set", "Flowers", HOOK, "--locale", "fr_FR"], "the alias live has no locale `fr_FR`"),
            (["rm", "Flowers"], "nobody confirmed"),
        ],
    )
    def test_what_cannot_be(self, aws: Aws, awsml: Program, words: list[str], error: str) -> None:
        run = awsml("lex", "hooks", *words)
        assert (run.exit_code, error in run.stderr, aws.calls_of("UpdateBotAlias")) == (2, True, [])

    def test_dry_run_sends_nothing(self, aws: Aws, awsml: Program) -> None:
        run = awsml("lex", "hooks", "set", "Flowers", HOOK, "--dry-run", "-f", "json")
        assert (json.loads(run.text)["operation"], aws.calls) == ("lexv2-models:UpdateBotAlias", [])


class TestChannels:
    def test_they_are_explained(self, aws: Aws, awsml: Program) -> None:
        told = json.loads(awsml("lex", "channels", "-f", "json").text)
        assert {"Facebook Messenger", "Slack", "Twilio SMS", "Mobile SDK"} <= {one["name"] for one in told}
        assert all(one["set_up"] and one["instead"] and one["source"] for one in told)
        assert aws.calls == []

    @pytest.mark.parametrize("words", [["add", "slack"], ["rm", "--name", "facebook"]])
    def test_and_never_pretended(self, aws: Aws, awsml: Program, words: list[str]) -> None:
        run = awsml("lex", "channels", *words)
        assert (run.exit_code, "AWS's API has no operation for channels" in run.stderr, aws.calls) == (2, True, [])
