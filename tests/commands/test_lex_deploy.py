"""`awsml lex deploy`, `build`, `export`: a bot from files to an alias that answers, once for the same bot."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError, FakeClock, HalfAnswer, Reset
from fakeaws.lex import unzipped
from fakeaws.program import KILLED, Program, Result
from fakeaws.wire import Reply
from house import ROOT

ROLE = "arn:aws:iam::123456789012:role/lexing"
HOOK = "arn:aws:lambda:us-east-1:123456789012:function:orders"
GO = ["lex", "deploy", "flowers", "--role", ROLE]
WAY = [
    "ListBots", "CreateUploadUrl", "StartImport", "DescribeImport", "DescribeImport", "DescribeBotLocale",
    "BuildBotLocale", "DescribeBotLocale", "DescribeBotLocale", "CreateBotVersion", "DescribeBot", "DescribeBot", "ListBotVersions",
    "DescribeBotVersion", "DescribeBotVersion", "DescribeBotVersion", "ListBotAliases", "CreateBotAlias",
    "DescribeBotAlias", "DescribeBotAlias",
]  # fmt: skip


@pytest.fixture(autouse=True)
def desk(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of a bot."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "tests/examples/flowers", "flowers")
    return tmp_path


def zipped(files: dict[str, bytes], *, sizes: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def files() -> dict[str, bytes]:
    """The files of the bot, by their paths."""
    return {path.relative_to("flowers").as_posix(): path.read_bytes() for path in Path("flowers").rglob("*.json")}


def second_locale() -> None:
    base = Path("flowers/Flowers/BotLocales")
    shutil.copytree(base / "en_US", base / "en_GB")
    about = json.loads((base / "en_GB/BotLocale.json").read_text())
    (base / "en_GB/BotLocale.json").write_text(json.dumps(about | {"name": "English (GB)", "identifier": "en_GB"}))


def numbers(aws: Aws) -> list[str]:
    """The versions of the bot."""
    return [name for name in aws.lex.named("Flowers").versions if name != "DRAFT"]


def live(aws: Aws, name: str = "live") -> dict[str, object]:
    """The alias of that NAME."""
    return next(one for one in aws.lex.named("Flowers").aliases.values() if one["botAliasName"] == name)


def right(aws: Aws, run: Result) -> bool:
    """Whether RUN ended well with one bot, one version, and an alias that points to it."""
    return (run.exit_code, len(aws.lex.bots), numbers(aws), live(aws)["botVersion"]) == (0, 1, ["1"], "1")


def building(aws: Aws, looks: int) -> None:
    """Have a build take so many LOOKS more."""
    told = {"localeId": "en_US", "botLocaleStatus": "Building"}
    aws.respond("lexv2-models", "DescribeBotLocale", lambda _: None, *[told] * looks)


class TestDeploy:
    def test_all_of_it_in_one_command(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*GO, "-f", "json")
        told = json.loads(run.text)
        assert (run.exit_code, run.stderr, right(aws, run)) == (0, "", True)
        assert {name: told[name] for name in ("bot_name", "bot_version", "bot_alias_name", "locales", "changed")} == {
            "bot_name": "Flowers",
            "bot_version": "1",
            "bot_alias_name": "live",
            "locales": ["en_US"],
            "changed": True,
        }
        assert aws.operations == WAY

    def test_then_it_answers(self, awsml: Program) -> None:
        awsml(*GO)
        assert awsml("lex", "say", "Flowers", "order roses").text == "For which day?\n"

    def test_what_is_uploaded_is_the_bot(self, aws: Aws, awsml: Program) -> None:
        awsml(*GO)
        (sent,) = aws.lex.uploads.values()
        assert unzipped(sent or b"") == files()
        (asked,) = aws.calls_of("StartImport")
        assert asked.params["mergeStrategy"] == "Overwrite"
        assert asked.params["resourceSpecification"]["botImportSpecification"] == {
            "botName": "Flowers",
            "roleArn": ROLE,
            "dataPrivacy": {"childDirected": False},
        }

    def test_the_same_bot_is_the_same_bytes_however_it_is_packed(self, aws: Aws, awsml: Program) -> None:
        Path("one.zip").write_bytes(zipped(files()))
        Path("two.zip").write_bytes(zipped({f"bot/{path}": data for path, data in reversed(files().items())}))
        awsml(*GO)
        for name in ("one.zip", "two.zip", "flowers/"):
            run = awsml("lex", "deploy", name, "-f", "json")
            assert (run.exit_code, json.loads(run.text)["changed"]) == (0, False)
        run = awsml("lex", "deploy", "-", stdin=zipped(files()))
        assert run.exit_code == 0
        assert (len(aws.calls_of("StartImport")), numbers(aws)) == (1, ["1"])

    def test_an_unchanged_bot_is_not_deployed_again_and_fresh_does_it(self, aws: Aws, awsml: Program) -> None:
        awsml(*GO)
        before = len(aws.calls)
        run = awsml(*GO, "-f", "json")
        assert (json.loads(run.text)["changed"], numbers(aws)) == (False, ["1"])
        assert {call.operation for call in aws.calls[before:]} == {
            "ListBots", "ListBotVersions", "DescribeBotVersion", "ListBotAliases", "DescribeBotAlias",
        }  # fmt: skip
        assert awsml(*GO, "--fresh").exit_code == 0
        assert (numbers(aws), live(aws)["botVersion"]) == (["1", "2"], "2")

    def test_another_machine_knows_what_is_there(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        awsml(*GO)
        run = awsml(*GO, env={"XDG_STATE_HOME": str(tmp_path / "elsewhere")})
        assert (run.exit_code, numbers(aws), len(aws.calls_of("StartImport"))) == (0, ["1"], 1)

    def test_a_change_is_a_new_version_and_going_back_is_none(self, aws: Aws, awsml: Program) -> None:
        awsml(*GO)
        path = Path("flowers/Flowers/BotLocales/en_US/Intents/Hours/Intent.json")
        old = path.read_text()
        path.write_text(old.replace("are you open on Sunday", "are you open today"))
        awsml(*GO)
        assert (numbers(aws), live(aws)["botVersion"]) == (["1", "2"], "2")
        path.write_text(old)
        run = awsml(*GO)
        assert (run.exit_code, numbers(aws), live(aws)["botVersion"]) == (0, ["1", "2"], "1")

    def test_a_second_alias_of_the_same_version(self, aws: Aws, awsml: Program) -> None:
        awsml(*GO)
        run = awsml(*GO, "--alias", "beta")
        assert (run.exit_code, numbers(aws), live(aws, "beta")["botVersion"]) == (0, ["1"], "1")

    def test_what_an_alias_had_stays(self, aws: Aws, awsml: Program) -> None:
        awsml(*GO, "--hook", HOOK)
        one = live(aws)
        one["sentimentAnalysisSettings"] = {"detectSentiment": True}
        one["description"] = "for the shop"
        awsml(*GO, "--fresh")
        now = live(aws)
        hook = {"lambdaCodeHook": {"lambdaARN": HOOK, "codeHookInterfaceVersion": "1.0"}}
        assert now["botAliasLocaleSettings"] == {"en_US": {"enabled": True, "codeHookSpecification": hook}}
        assert (now["sentimentAnalysisSettings"], now["description"]) == ({"detectSentiment": True}, "for the shop")

    def test_several_locales_are_built_together(self, aws: Aws, awsml: Program) -> None:
        second_locale()
        run = awsml(*GO, "--hook", f"en_GB={HOOK}", "-f", "json")
        assert json.loads(run.text)["locales"] == ["en_GB", "en_US"]
        assert len(aws.calls_of("BuildBotLocale")) == 2
        settings = live(aws)["botAliasLocaleSettings"]
        assert isinstance(settings, dict)
        assert ("codeHookSpecification" in settings["en_GB"], "codeHookSpecification" in settings["en_US"]) == (
            True,
            False,
        )

    def test_the_role_of_a_bot_that_is_there_is_kept(self, aws: Aws, awsml: Program) -> None:
        aws.lex.bot(Path("flowers"))
        role = aws.lex.named("Flowers").about["roleArn"]
        assert awsml("lex", "deploy", "flowers", "--merge", "append").exit_code == 0
        (asked,) = aws.calls_of("StartImport")
        assert asked.params["resourceSpecification"]["botImportSpecification"]["roleArn"] == role
        assert (asked.params["mergeStrategy"], numbers(aws)) == ("Append", ["1", "2"])

    def test_a_bot_that_is_busy_is_waited_for(self, aws: Aws, awsml: Program) -> None:
        aws.lex.bot(Path("flowers")).busy = 3
        assert awsml("lex", "deploy", "flowers").exit_code == 0
        assert aws.operations.index("DescribeBot") < aws.operations.index("ListBotVersions")

    def test_dry_run_sends_nothing(self, aws: Aws, awsml: Program) -> None:
        run = awsml(*GO, "--dry-run", "-f", "json")
        steps = [step["operation"].rpartition(":")[2] for step in json.loads(run.text)]
        assert (run.exit_code, aws.calls) == (0, [])
        assert steps == [
            "CreateUploadUrl",
            "PUT",
            "StartImport",
            "BuildBotLocale",
            "CreateBotVersion",
            "CreateBotAlias",
        ]

    def test_a_build_takes_longer_than_aws_waits(self, aws: Aws, awsml: Program, clock: FakeClock) -> None:
        building(aws, 60)
        run = awsml(*GO)
        assert (right(aws, run), sum(clock.slept) > 700) == (True, True)

    def test_timeout_leaves_it_going_and_the_same_command_goes_on(self, aws: Aws, awsml: Program) -> None:
        building(aws, 3)
        run = awsml(*GO, "--timeout", "5")
        assert (run.exit_code, "lex:us-east-1:Flowers/en_US" in run.stderr) == (8, True)
        assert "hint: run the same command again" in run.stderr
        run = awsml(*GO)
        assert (right(aws, run), len(aws.calls_of("StartImport"))) == (True, 1)

    def test_ctrl_c_says_what_goes_on(self, aws: Aws, awsml: Program, clock: FakeClock) -> None:
        clock.interrupt_in_wait(1)
        run = awsml(*GO)
        assert run.exit_code == 130
        assert "still running at AWS: lex:us-east-1:Flowers (run the same command again)" in run.stderr
        assert (right(aws, awsml(*GO)), len(aws.calls_of("StartImport"))) == (True, 1)


class TestFailures:
    def test_a_build_that_fails_tells_why(self, aws: Aws, awsml: Program) -> None:
        second_locale()
        aws.lex.failing["build"] = ["The slot Day has no prompt.", "Another reason."]
        run = awsml(*GO)
        assert (run.exit_code, numbers(aws)) == (4, [])
        assert "the build Flowers/en_GB failed: The slot Day has no prompt.; Another reason." in run.stderr
        run = awsml(*GO)
        assert (right(aws, run), len(aws.calls_of("StartImport"))) == (True, 1)

    def test_an_import_that_fails_tells_why_and_is_tried_anew(self, aws: Aws, awsml: Program) -> None:
        aws.lex.failing["import"] = ["Intent.json is not valid."]
        run = awsml(*GO)
        assert (run.exit_code, "the import Flowers failed: Intent.json is not valid." in run.stderr) == (4, True)
        assert right(aws, awsml(*GO))

    def test_fail_on_conflict(self, aws: Aws, awsml: Program) -> None:
        aws.lex.bot(Path("flowers"))
        run = awsml(*GO, "--merge", "fail")
        assert (run.exit_code, "exists already" in run.stderr) == (4, True)

    def test_a_version_that_fails(self, aws: Aws, awsml: Program) -> None:
        aws.lex.failing["version"] = ["No."]
        run = awsml(*GO)
        assert (run.exit_code, "the version Flowers/1 failed: No." in run.stderr) == (4, True)

    def test_a_new_bot_needs_a_role(self, aws: Aws, awsml: Program) -> None:
        run = awsml("lex", "deploy", "flowers")
        assert (run.exit_code, "it must trust lexv2.amazonaws.com" in run.stderr) == (3, True)
        assert aws.operations == ["ListBots"]
        assert awsml("lex", "deploy", "flowers", env={"AWSML_ROLE": ROLE}).exit_code == 0

    @pytest.mark.parametrize("operation", sorted(set(WAY)))
    @pytest.mark.parametrize(
        "fault", [Reset(), HalfAnswer(), AwsError("ThrottlingException", times=4)], ids=["reset", "half", "throttled"]
    )
    def test_a_line_that_breaks_at_any_step_makes_nothing_twice(
        self, aws: Aws, awsml: Program, operation: str, fault: Reset
    ) -> None:
        aws.respond("lexv2-models", operation, fault)
        run = awsml(*GO)
        assert right(aws, run), run.stderr

    @pytest.mark.parametrize("status", [500, 503])
    def test_an_upload_is_tried_again(self, aws: Aws, awsml: Program, status: int) -> None:
        taken = aws.lex.create_upload_url

        def broken(params: dict[str, object], call: object) -> dict[str, str]:
            given = taken(params, call)  # type: ignore[arg-type]
            take, tries = aws.puts[given["uploadUrl"]], iter([Reply(status), Reply(status)])
            aws.puts[given["uploadUrl"]] = lambda body: next(tries, None) or take(body)
            return given

        aws.lex.create_upload_url = broken  # type: ignore[assignment, method-assign]
        assert right(aws, awsml(*GO))

    def test_an_upload_that_is_refused(self, aws: Aws, awsml: Program) -> None:
        taken = aws.lex.create_upload_url

        def refused(params: dict[str, object], call: object) -> dict[str, str]:
            given = taken(params, call)  # type: ignore[arg-type]
            aws.puts[given["uploadUrl"]] = lambda body: Reply(403)
            return given

        aws.lex.create_upload_url = refused  # type: ignore[assignment, method-assign]
        run = awsml(*GO)
        assert (run.exit_code, "the upload did not succeed: HTTP 403" in run.stderr, "secret" in run.stderr) == (
            4,
            True,
            False,
        )


class TestKilled:
    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("number", range(1, len(WAY) + 1))
    def test_killed_at_any_call_and_repeated_nothing_is_made_twice(
        self, aws: Aws, awsml: Program, number: int, after: bool
    ) -> None:
        aws.kill_at(number, after=after)
        killed = awsml(*GO)
        run = awsml(*GO)
        assert (killed.exit_code, right(aws, run)) == (KILLED, True), run.stderr
        assert len(aws.lex.imports) == 1

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    def test_killed_at_the_upload(self, aws: Aws, awsml: Program, after: bool) -> None:
        (aws.kill_after if after else aws.kill_before)("PUT")
        assert awsml(*GO).exit_code == KILLED
        assert right(aws, awsml(*GO))
        assert len(aws.lex.imports) == 1

    @pytest.mark.parametrize("operation", ["StartImport", "CreateBotVersion", "CreateBotAlias"])
    def test_a_fresh_one_too(self, aws: Aws, awsml: Program, operation: str) -> None:
        aws.kill_after(operation)
        assert awsml(*GO, "--fresh").exit_code == KILLED
        assert right(aws, awsml(*GO, "--fresh"))
        assert len(aws.lex.imports) == 1

    def test_an_import_of_last_week_is_not_gone_on_with(self, aws: Aws, awsml: Program, clock: FakeClock) -> None:
        aws.kill_before("BuildBotLocale")
        awsml(*GO)
        clock.advance(7 * 86400)
        assert right(aws, awsml(*GO))
        assert len(aws.lex.imports) == 2


class TestBadFiles:
    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("../evil.json", "bad.zip has a part with the name of a path outside it: '../evil.json'"),
            ("/etc/evil.json", "a path outside it"),
            ("C:/evil.json", "a path outside it"),
            ("a/../../evil.json", "a path outside it"),
        ],
    )
    def test_a_zip_that_climbs_out(self, aws: Aws, awsml: Program, name: str, error: str) -> None:
        Path("bad.zip").write_bytes(zipped(files() | {name: b"{}"}))
        run = awsml("lex", "deploy", "bad.zip", "--role", ROLE)
        assert (run.exit_code, error in run.stderr, aws.calls) == (2, True, []), run.stderr
        assert sorted(path.name for path in Path().iterdir()) == ["bad.zip", "flowers"]

    def test_a_zip_that_is_a_bomb(self, aws: Aws, awsml: Program) -> None:
        Path("bad.zip").write_bytes(zipped(files() | {"Flowers/big.json": b" " * (70 << 20)}))
        run = awsml("lex", "deploy", "bad.zip", "--role", ROLE)
        assert (run.exit_code, aws.calls) == (2, [])
        assert "it looks like a trap" in run.stderr or "unpacks to more than" in run.stderr

    def test_many_files_that_are_one(self, aws: Aws, awsml: Program) -> None:
        big = {f"Flowers/{number}.txt": b" " * (30 << 20) for number in range(3)}
        Path("bad.zip").write_bytes(zipped(files() | big))
        run = awsml("lex", "deploy", "bad.zip", "--role", ROLE)
        assert (run.exit_code, "unpacks to more than 64 MiB" in run.stderr, aws.calls) == (2, True, [])

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"Manifest.json": None}, "has no Manifest.json"),
            (
                {"Manifest.json": b'{"metaData": {"fileFormat": "LexJson", "resourceType": "BotLocale"}}'},
                "its manifest says BotLocale",
            ),
            ({"Manifest.json": b"[]"}, "is no JSON object"),
            ({"Flowers/Bot.json": b"{"}, "Flowers/Bot.json is not JSON"),
            ({"Flowers/Bot.json": b'{"name": "no good"}'}, "`no good` is no name of a bot"),
            ({"Flowers/Bot.json": b"[" * 100_000}, "Flowers/Bot.json is not JSON"),
            ({"Flowers/Bot.json": None}, "holds no bot"),
            ({"Other/Bot.json": b"{}"}, "holds more than one bot"),
            ({"Flowers/BotLocales/en_US/BotLocale.json": None}, "has no locale"),
        ],
    )
    def test_what_is_no_bot(self, aws: Aws, awsml: Program, change: dict[str, bytes | None], error: str) -> None:
        made = {path: data for path, data in (files() | change).items() if data is not None}
        Path("bad.zip").write_bytes(zipped(made))
        run = awsml("lex", "deploy", "bad.zip", "--role", ROLE)
        assert (run.exit_code, error in run.stderr, aws.calls) == (2, True, []), run.stderr

    def test_a_bot_of_lex_v1_is_refused_as_retired(self, aws: Aws, awsml: Program) -> None:
        old = {"metadata": {"schemaVersion": "1.0", "importType": "LEX", "importFormat": "JSON"}, "resource": {}}
        Path("old.zip").write_bytes(zipped({"Flowers_LEX_V1.json": json.dumps(old).encode()}))
        run = awsml("lex", "deploy", "old.zip")
        assert (run.exit_code, "Amazon Lex V1 was retired" in run.stderr, aws.calls) == (6, True, [])

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            (["nothing"], "no such file: nothing"),
            (["text.txt"], "text.txt is no ZIP file"),
            (["empty.zip"], "empty.zip is empty"),
            (["cut.zip"], "cut.zip is damaged"),
            (["flowers", "--merge", "mix"], "a bot is not merged by `mix`"),
            (["flowers", "--alias", "no good"], "`no good` is no name of an alias"),
            (["flowers", "--hook", "orders"], "`orders` is not the ARN of a Lambda function"),
            (["flowers", "--hook", f"de_DE={HOOK}"], "the bot has no locale `de_DE` for a hook"),
        ],
    )
    def test_words_that_cannot_be(self, aws: Aws, awsml: Program, words: list[str], error: str) -> None:
        Path("text.txt").write_text("words")
        Path("empty.zip").write_bytes(b"")
        Path("cut.zip").write_bytes(zipped(files())[:200])
        run = awsml("lex", "deploy", *words)
        assert (run.exit_code, error in run.stderr, aws.calls) == (2, True, []), run.stderr


class TestBuild:
    def test_all_locales_or_one(self, aws: Aws, awsml: Program) -> None:
        second_locale()
        aws.lex.bot(Path("flowers"))
        run = awsml("lex", "build", "Flowers")
        rows = sorted(line.split("\t")[:3] for line in run.text.splitlines())
        assert (run.exit_code, rows) == (0, [["Flowers", "en_GB", "Built"], ["Flowers", "en_US", "Built"]])
        assert len(aws.calls_of("BuildBotLocale")) == 2
        assert awsml("lex", "build", "Flowers", "--locale", "en_US").exit_code == 0
        assert len(aws.calls_of("BuildBotLocale")) == 3

    def test_a_locale_that_is_not_there(self, aws: Aws, awsml: Program) -> None:
        aws.lex.bot(Path("flowers"))
        run = awsml("lex", "build", "Flowers", "--locale", "de_DE")
        assert (run.exit_code, "hint: it has en_US" in run.stderr, aws.calls_of("BuildBotLocale")) == (2, True, [])

    def test_one_that_is_being_built_is_waited_for(self, aws: Aws, awsml: Program) -> None:
        bot = aws.lex.bot(Path("flowers"))
        bot.versions["DRAFT"].states["en_US"].update(status="Building", looks=0)
        assert awsml("lex", "build", "Flowers").exit_code == 0
        assert aws.calls_of("BuildBotLocale") == []


class TestExport:
    def test_into_a_folder_and_back(self, aws: Aws, awsml: Program) -> None:
        awsml(*GO)
        run = awsml("lex", "export", "Flowers", "--version", "1", "-o", "saved/")
        assert (run.exit_code, run.text, aws.lex.exports) == (0, "", {})
        saved = Path("saved/Flowers/BotLocales/en_US/Intents/Hours/Intent.json")
        assert saved.read_text() == Path(str(saved).replace("saved", "flowers")).read_text()
        run = awsml("lex", "deploy", "saved", "--alias", "beta")
        assert (run.exit_code, live(aws, "beta")["botVersion"]) == (0, "2")  # Bot.json says another version

    def test_as_a_zip_file_and_through_a_pipe(self, aws: Aws, awsml: Program) -> None:
        awsml(*GO)
        run = awsml("lex", "export", "Flowers")
        assert "Flowers/Bot.json" in unzipped(run.stdout)
        assert awsml("lex", "export", "Flowers", "-o", "flowers.zip").exit_code == 0
        assert unzipped(Path("flowers.zip").read_bytes()) == unzipped(run.stdout)

    def test_not_onto_a_terminal(self, aws: Aws, awsml: Program) -> None:
        aws.lex.bot(Path("flowers"))
        run = awsml("lex", "export", "Flowers", tty={"stdout"})
        assert (run.exit_code, "binary" in run.stderr, aws.calls) == (2, True, [])

    def test_what_cannot_be(self, aws: Aws, awsml: Program) -> None:
        aws.lex.bot(Path("flowers"))
        run = awsml("lex", "export", "Flowers", "--version", "9")
        assert (run.exit_code, "Flowers has no version 9" in run.stderr) == (2, True)
        run = awsml("lex", "export", "Flowers", "-f", "csv")
        assert (run.exit_code, "a bot is not exported as csv" in run.stderr) == (2, True)

    def test_one_that_fails_leaves_nothing(self, aws: Aws, awsml: Program) -> None:
        aws.lex.bot(Path("flowers"))
        aws.lex.failing["export"] = ["No."]
        run = awsml("lex", "export", "Flowers", "-o", "x.zip")
        assert (run.exit_code, "the export Flowers failed: No." in run.stderr) == (4, True)
        assert (aws.lex.exports, Path("x.zip").exists()) == ({}, False)

    def test_an_address_that_has_expired_is_asked_for_anew(self, aws: Aws, awsml: Program) -> None:
        aws.lex.bot(Path("flowers"))
        zipped_up = aws.lex._zipped

        def expired(about: dict[str, str]) -> object:
            aws.lex._zipped = zipped_up  # type: ignore[method-assign]
            return Reply(403)

        aws.lex._zipped = expired  # type: ignore[assignment, method-assign]
        run = awsml("lex", "export", "Flowers")
        assert (run.exit_code, "Flowers/Bot.json" in unzipped(run.stdout)) == (0, True)
