"""`awsml codeguru`: reviews of code with their recommendations, and profiles of programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fakeaws import Aws, AwsError, HalfAnswer, Raw, Reset
from fakeaws.codeguru import TREE
from fakeaws.program import KILLED, Program

BUCKET = "codeguru-reviewer-code"
CLOSED = (
    "warning: Amazon CodeGuru Reviewer has been closed to new customers since 2025-11-07: accounts that used it go on; "
    "instead: Amazon Q Developer code review; Amazon Inspector code security\n"
)
RULE = {
    "RuleId": "python/sql-injection@v1.0",
    "RuleName": "SQL injection",
    "ShortDescription": "User input reaches an SQL statement.",
    "LongDescription": "Use parameters.",
    "RuleTags": ["cwe-89", "injection"],
}


def finding(number: int, severity: str = "High", **more: Any) -> dict[str, Any]:
    """A recommendation about two lines of a file."""
    return {
        "RecommendationId": f"{number:08x}",
        "FilePath": "src/my app.py",
        "StartLine": number,
        "EndLine": number + 1,
        "Description": f"finding {number}",
        "RecommendationCategory": "SecurityIssues",
        "Severity": severity,
        **more,
    }


@pytest.fixture
def code(aws: Aws, tmp_path: Path) -> Path:
    """A folder of code, and an association with a bucket for it."""
    aws.bucket(BUCKET)
    aws.reviewer.associated("my-code", bucket=BUCKET)
    aws.reviewer.associated("web", "GitHub")
    aws.reviewer.findings["my-code"] = [finding(1, RuleMetadata=RULE), finding(2, "Low"), finding(3, "Medium")]
    (tmp_path / "src/.git").mkdir(parents=True)
    (tmp_path / "src/__pycache__").mkdir()
    for name in ("my app.py", ".git/config", "__pycache__/a.pyc"):
        (tmp_path / "src" / name).write_text("print()\n")
    (tmp_path / "src/out").symlink_to("/etc/passwd")
    return tmp_path / "src"


def review(awsml: Program, *words: Any, **options: Any) -> Any:
    return awsml("codeguru", "review", *words, **options)


class TestReview:
    def test_a_folder_is_reviewed_and_nothing_left(self, aws: Aws, awsml: Program, code: Path) -> None:
        run = review(awsml, code, "--association", "my-code")
        assert (run.exit_code, run.stderr) == (0, CLOSED)
        assert run.text.splitlines() == [
            "src/my app.py\t1\t2\tHigh\tSecurityIssues\tpython/sql-injection@v1.0\tfinding 1",
            "src/my app.py\t2\t3\tLow\tSecurityIssues\t\tfinding 2",
            "src/my app.py\t3\t4\tMedium\tSecurityIssues\t\tfinding 3",
        ]
        (held,) = aws.reviewer.reviews.values()
        assert (held.files, aws.objects(BUCKET)) == (("my app.py",), {})
        assert held.request["Type"]["AnalysisTypes"] == ["Security", "CodeQuality"]

    def test_what_was_built_goes_along(self, aws: Aws, awsml: Program, code: Path, tmp_path: Path) -> None:
        (tmp_path / "app.jar").write_bytes(b"jar")
        run = review(
            awsml, code, "--build", tmp_path / "app.jar", "--association", "my-code", "--analysis", "security", "-q"
        )
        (held,) = aws.reviewer.reviews.values()
        source = held.request["Type"]["RepositoryAnalysis"]["SourceCodeType"]["S3BucketRepository"]
        assert (run.exit_code, set(source["Details"]["CodeArtifacts"])) == (
            0,
            {"SourceCodeArtifactsObjectKey", "BuildArtifactsObjectKey"},
        )
        assert (held.request["Type"]["AnalysisTypes"], aws.objects(BUCKET)) == (["Security"], {})

    @pytest.mark.parametrize(
        ("words", "source"),
        [
            (["--branch", "main"], {"RepositoryHead": {"BranchName": "main"}}),
            (
                ["--change", "main..topic"],
                {"BranchDiff": {"SourceBranchName": "topic", "DestinationBranchName": "main"}},
            ),
            (
                ["--change", "0123abcd..89abcdef"],
                {"CommitDiff": {"SourceCommit": "89abcdef", "DestinationCommit": "0123abcd"}},
            ),
        ],
    )
    def test_a_branch_or_a_change(
        self, aws: Aws, awsml: Program, code: Path, words: list[str], source: dict[str, Any]
    ) -> None:
        run = review(awsml, "--association", "Ann/web", *words)
        (held,) = aws.reviewer.reviews.values()
        assert (run.exit_code, run.text) == (0, "")
        assert held.request["Type"]["RepositoryAnalysis"]["SourceCodeType"] == source

    @pytest.mark.parametrize(
        ("level", "code_"), [("info", 7), ("medium", 7), ("high", 7), ("High", 7), ("critical", 0)]
    )
    def test_fail_on(self, aws: Aws, awsml: Program, code: Path, level: str, code_: int) -> None:
        run = review(awsml, code, "--association", "my-code", "--fail-on", level)
        assert (run.exit_code, len(run.text.splitlines())) == (code_, 3)
        assert ("of 3 findings are " + level + " or worse" in run.stderr) == (code_ == 7)

    def test_no_wait_then_by_its_id(self, aws: Aws, awsml: Program, code: Path) -> None:
        started = review(awsml, code, "--association", "my-code", "--no-wait", "-q").text.split("\t")[0]
        assert started.startswith("codeguru:us-east-1:RepositoryAnalysis-awsml-")
        assert len(aws.objects(BUCKET)) == 1
        assert awsml("jobs", "--service", "codeguru", "--query", "[].state").text == "running\n"
        assert awsml("jobs", "wait", started, "--query", "state").text == "Completed\n"
        assert aws.objects(BUCKET) == {}
        found = awsml("jobs", "result", started, "--query", "[].severity", "-f", "json")
        assert json.loads(found.text) == ["High", "Low", "Medium"]

    def test_again_it_is_the_same_review(self, aws: Aws, awsml: Program, code: Path) -> None:
        first = review(awsml, code, "--association", "my-code")
        again = review(awsml, code, "--association", "my-code")
        assert (again.text, len(aws.reviewer.reviews)) == (first.text, 1)
        (code / "more.py").write_text("pass\n")
        review(awsml, code, "--association", "my-code")
        assert len(aws.reviewer.reviews) == 2

    def test_a_branch_may_have_moved_on(self, aws: Aws, awsml: Program, code: Path) -> None:
        for _ in range(2):
            assert review(awsml, "--association", "web", "--branch", "main").exit_code == 0
        assert len(aws.reviewer.reviews) == 2

    def test_one_that_failed_says_why_and_is_done_anew(self, aws: Aws, awsml: Program, code: Path) -> None:
        aws.reviewer.failing = "no supported language"
        failed = review(awsml, code, "--association", "my-code")
        assert (failed.exit_code, failed.stdout, aws.objects(BUCKET)) == (4, b"", {})
        assert "failed: no supported language" in failed.stderr
        assert review(awsml, code, "--association", "my-code").exit_code == 0
        assert len(aws.reviewer.reviews) == 2

    def test_an_unknown_state_is_waited_through(self, aws: Aws, awsml: Program, code: Path) -> None:
        strange = json.dumps({"CodeReview": {"State": "Queued"}}).encode()
        aws.respond(
            "codeguru-reviewer", "DescribeCodeReview", Raw(strange, headers={"Content-Type": "application/json"})
        )
        assert review(awsml, code, "--association", "my-code").exit_code == 0

    def test_beforehand(self, aws: Aws, awsml: Program, code: Path) -> None:
        run = review(awsml, code, "--association", "my-code", "--dry-run", "--query", "[].operation", "-f", "json")
        assert json.loads(run.text) == ["s3:PutObject", "codeguru-reviewer:CreateCodeReview"]
        assert aws.reviewer.reviews == {}

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["src", "--association", "mycode"], "no repository `mycode` is associated with CodeGuru Reviewer"),
            (["src", "--association", "web"], "the code of web is in GitHub: name no folder"),
            (["--association", "my-code"], "my-code is a bucket: name the folder with the code"),
            (["--association", "web"], "say what to review"),
            (["--association", "web", "--branch", "a", "--change", "a..b"], "say what to review"),
            (["--association", "web", "--change", "a"], "`a` is no change"),
            (["nothing", "--association", "my-code"], "no such file: nothing"),
            (["src/.git", "--association", "my-code", "--analysis", "taste"], "there is no analysis `taste`"),
            (["src", "--association", "my-code", "--fail-on", "bad"], "there is no severity `bad`"),
        ],
    )
    def test_what_cannot_be_reviewed(self, aws: Aws, awsml: Program, code: Path, words: list[str], said: str) -> None:
        run = review(awsml, *words, "-q", cwd=code.parent)
        assert (run.exit_code, run.stdout, aws.reviewer.reviews) == (2, b"", {})
        assert run.stderr.startswith(f"error: {said}")

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("number", range(1, 12))
    def test_killed_at_any_call_it_is_picked_up(
        self, aws: Aws, awsml: Program, code: Path, number: int, after: bool
    ) -> None:
        aws.kill_at(number, after=after)
        killed = review(awsml, code, "--association", "my-code")
        again = review(awsml, code, "--association", "my-code")
        assert (killed.exit_code, again.exit_code, len(again.text.splitlines())) == (KILLED, 0, 3)
        assert (len(aws.reviewer.reviews), aws.objects(BUCKET)) == (1, {})

    @pytest.mark.parametrize("fault", [AwsError("ThrottlingException", times=5), Reset(), HalfAnswer()])
    @pytest.mark.parametrize(
        "operation",
        [
            "ListRepositoryAssociations",
            "DescribeRepositoryAssociation",
            "CreateCodeReview",
            "DescribeCodeReview",
            "ListRecommendations",
        ],
    )
    def test_what_passes_is_outlived(self, aws: Aws, awsml: Program, code: Path, operation: str, fault: Any) -> None:
        aws.respond("codeguru-reviewer", operation, fault)
        run = review(awsml, code, "--association", "my-code")
        assert (run.exit_code, len(run.text.splitlines()), len(aws.reviewer.reviews)) == (0, 3, 1)

    def test_a_refusal_leaves_nothing(self, aws: Aws, awsml: Program, code: Path) -> None:
        aws.respond("codeguru-reviewer", "CreateCodeReview", AwsError("AccessDeniedException", "no", status=403))
        run = review(awsml, code, "--association", "my-code")
        assert (run.exit_code, aws.objects(BUCKET)) == (4, {})
        assert "hint: the IAM action `codeguru-reviewer:CreateCodeReview` is missing" in run.stderr


class TestFormats:
    def test_sarif(self, aws: Aws, awsml: Program, code: Path, tmp_path: Path) -> None:
        run = review(awsml, code, "--association", "my-code", "-o", tmp_path / "a.sarif", "--fail-on", "high")
        document = json.loads((tmp_path / "a.sarif").read_text())
        assert (run.exit_code, document["version"]) == (7, "2.1.0")
        (one,) = document["runs"]
        assert [rule["id"] for rule in one["tool"]["driver"]["rules"]] == [RULE["RuleId"], "codeguru/SecurityIssues"]
        assert [(result["ruleIndex"], result["level"]) for result in one["results"]] == [
            (0, "error"),
            (1, "note"),
            (1, "warning"),
        ]
        where = one["results"][0]["locations"][0]["physicalLocation"]
        assert where == {
            "artifactLocation": {"uri": "src/my%20app.py", "uriBaseId": "SRCROOT"},
            "region": {"startLine": 1, "endLine": 2},
        }

    def test_raw_json_and_csv(self, aws: Aws, awsml: Program, code: Path) -> None:
        raw = json.loads(review(awsml, code, "--association", "my-code", "-f", "raw").text)
        assert raw["RecommendationSummaries"] == aws.reviewer.findings["my-code"]
        rows = json.loads(review(awsml, code, "--association", "my-code", "-f", "json").text)
        assert rows[0]["rule_metadata"]["RuleId"] == RULE["RuleId"]
        csv = review(awsml, code, "--association", "my-code", "-f", "csv").text
        assert csv.splitlines()[2] == "src/my app.py,2,3,Low,SecurityIssues,,finding 2"

    def test_at_a_terminal_it_is_a_table(self, aws: Aws, awsml: Program, code: Path) -> None:
        run = review(awsml, code, "--association", "my-code", tty={"stdout"}, env={"NO_COLOR": "1", "COLUMNS": "160"})
        assert run.text.splitlines()[0].split()[:4] == ["file_path", "start_line", "end_line", "severity"]


class TestListings:
    def test_associations(self, aws: Aws, awsml: Program, code: Path) -> None:
        aws.reviewer.associated("old")
        list(aws.reviewer.associations.values())[-1]["State"] = "Disassociated"
        names = awsml("codeguru", "associations", "--query", "[].name", "-f", "json", "-q")
        every = awsml("codeguru", "associations", "--all", "--query", "[].name", "-f", "json", "-q")
        assert (json.loads(names.text), json.loads(every.text)) == (["my-code", "web"], ["my-code", "web", "old"])

    def test_reviews(self, aws: Aws, awsml: Program, code: Path) -> None:
        for branch in ("a", "b", "c"):
            review(awsml, "--association", "web", "--branch", branch)
        review(awsml, code, "--association", "my-code", "--name", "november")
        assert len(awsml("codeguru", "reviews", "ls").text.splitlines()) == 4
        assert awsml("codeguru", "reviews", "ls", "--repository", "my-code").text.startswith(
            "codeguru:us-east-1:RepositoryAnalysis-november\tCompleted\tmy-code\t"
        )
        one = json.loads(awsml("codeguru", "reviews", "get", "RepositoryAnalysis-november", "-f", "json").text)
        assert (one["findings"], one["lines"]) == (3, 1200)

    @pytest.mark.parametrize("verb", ["get", "wait", "result"])
    def test_a_review_that_is_not_there(self, aws: Aws, awsml: Program, verb: str) -> None:
        run = awsml("codeguru", "reviews", verb, "nothing", "-q")
        assert (run.exit_code, run.stderr.splitlines()[0]) == (
            2,
            "error: there is no review codeguru:us-east-1:nothing",
        )

    def test_an_arn_is_enough(self, aws: Aws, awsml: Program, code: Path) -> None:
        review(awsml, code, "--association", "my-code")
        (arn,) = aws.reviewer.reviews
        run = awsml("codeguru", "recommendations", arn)
        assert (run.exit_code, len(run.text.splitlines())) == (0, 3)

    def test_feedback(self, aws: Aws, awsml: Program, code: Path) -> None:
        review(awsml, code, "--association", "my-code", "--name", "november")
        name = "RepositoryAnalysis-november"
        assert awsml("codeguru", "feedback", name, "00000001", "up", "--dry-run").text.startswith("codeguru-reviewer:")
        given = awsml("codeguru", "feedback", name, "00000001", "up")
        assert given.text == "00000001\tThumbsUp\tAIDAEXAMPLE\n"
        assert awsml("codeguru", "feedback", name).text == given.text
        assert awsml("codeguru", "feedback", name, "00000001", "none").text == "00000001\t\tAIDAEXAMPLE\n"
        for words in (["99", "up"], ["00000001", "sideways"]):
            assert awsml("codeguru", "feedback", name, *words).exit_code == 2


class TestGone:
    @pytest.mark.parametrize(
        ("command", "said"),
        [
            ("associate", "the association of new repositories with CodeGuru Reviewer was retired on 2025-11-07"),
            ("security", "Amazon CodeGuru Security was retired on 2025-11-20"),
        ],
    )
    def test_what_is_wanted_of_it_is_refused(self, aws: Aws, awsml: Program, command: str, said: str) -> None:
        run = awsml("codeguru", command, "--name", "x")
        assert (run.exit_code, run.stdout, aws.calls) == (6, b"", [])
        assert run.stderr.startswith(f"error: {said}\n")
        assert awsml("codeguru", command).exit_code == 0


class TestProfiles:
    @pytest.fixture(autouse=True)
    def _groups(self, aws: Aws) -> None:
        aws.profiler.profiles |= {"web": TREE, "batch": TREE, "cron": b"\xe0\x01\x00\xea"}

    def test_groups(self, aws: Aws, awsml: Program) -> None:
        names = awsml("codeguru", "groups", "ls", "--query", "[].name", "-f", "json")
        one = awsml("codeguru", "groups", "get", "web", "--query", "compute_platform")
        assert (json.loads(names.text), one.text) == (["batch", "cron", "web"], "Default\n")

    def test_the_frames_with_their_shares(self, aws: Aws, awsml: Program) -> None:
        run = awsml("codeguru", "profile", "web")
        assert run.text.splitlines() == [
            "parse\t0.5\t0.5",
            "handle:request\t0.3\t0.8",
            "wait\t0.2\t0.2",
            "main\t0\t1",
        ]
        (call,) = aws.calls_of("GetProfile")
        assert (call.params["accept"], call.params["period"]) == ("application/json", "PT1H")

    def test_folded_stacks(self, aws: Aws, awsml: Program) -> None:
        run = awsml("codeguru", "profile", "web", "-f", "folded")
        assert run.text == "main;handle:request 30\nmain;handle:request;parse 50\nmain;wait 20\n"
        one = awsml("codeguru", "profile", "web", "-f", "folded", "--state", "waiting")
        assert one.text == "main;wait 20\n"

    def test_a_flame_graph(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("codeguru", "profile", "web", "-o", tmp_path / "web.svg")
        tree = ElementTree.parse(tmp_path / "web.svg")
        titles = [one.text for one in tree.findall(".//{*}title")]
        assert (run.exit_code, titles[0]) == (0, "web: 100 samples")
        assert "handle;request: 80 (80.0%)" in titles

    def test_raw_is_what_aws_gave(self, aws: Aws, awsml: Program) -> None:
        assert awsml("codeguru", "profile", "web", "-f", "raw").stdout == json.dumps(TREE).encode()

    def test_of_a_time(self, aws: Aws, awsml: Program) -> None:
        awsml(
            "codeguru", "profile", "web", "--start", "2026-11-20T09:00", "--end", "2026-11-20T10:00", "--max-depth", "9"
        )
        (call,) = aws.calls_of("GetProfile")
        assert (call.params["startTime"].hour, call.params["maxDepth"], "period" in call.params) == (9, 9, False)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["nothing"], "there is no profiling group `nothing`, or nothing of that time"),
            (["cron"], "this profile is not JSON"),
            (["web", "--period", "2h"], "there are no profiles of `2h`"),
            (["web", "--start", "soon"], "`soon` is no time"),
            (["web", "--start", "2026-11-01", "--end", "2026-11-20"], "a profile covers up to seven days"),
        ],
    )
    def test_what_cannot_be_shown(self, aws: Aws, awsml: Program, words: list[str], said: str) -> None:
        run = awsml("codeguru", "profile", *words)
        assert (run.exit_code, run.stdout) == (2, b"")
        assert run.stderr.startswith(f"error: {said}")

    def test_times_over_all_pages(self, aws: Aws, awsml: Program) -> None:
        run = awsml("codeguru", "profiles", "web", "--end", "2026-11-20T10:00")
        assert [line[:16] for line in run.text.splitlines()] == [
            "2026-11-20T09:00",
            "2026-11-20T08:00",
            "2026-11-20T07:00",
        ]

    def test_advice(self, aws: Aws, awsml: Program) -> None:
        pattern = {"name": "Recreation of clients", "resolutionSteps": "Keep them.", "id": "x"}
        aws.profiler.advice = [
            {"pattern": pattern, "allMatchesCount": 3, "allMatchesSum": 12.5, "topMatches": [{"frameAddress": "main"}]}
        ]
        assert awsml("codeguru", "advice", "web").text == "Recreation of clients\t3\t0.125\tKeep them.\n"

    @pytest.mark.parametrize("fault", [AwsError("ThrottlingException", times=5), Reset(), HalfAnswer()])
    @pytest.mark.parametrize(
        ("operation", "words"),
        [
            ("GetProfile", ["profile", "web"]),
            ("ListProfilingGroups", ["groups", "ls"]),
            ("DescribeProfilingGroup", ["groups", "get", "web"]),
            ("ListProfileTimes", ["profiles", "web"]),
        ],
    )
    def test_what_passes_is_outlived(
        self, aws: Aws, awsml: Program, operation: str, words: list[str], fault: Any
    ) -> None:
        aws.respond("codeguruprofiler", operation, fault)
        assert awsml("codeguru", *words).exit_code == 0
