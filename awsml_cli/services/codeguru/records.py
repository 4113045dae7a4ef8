"""What CodeGuru's commands show: associations, reviews, recommendations, profiles."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from awsml_cli.core.record import Record
from awsml_cli.formats import flame, sarif

SEVERITIES: Final = ("info", "low", "medium", "high", "critical")
_HOME: Final = "https://docs.aws.amazon.com/codeguru/latest/reviewer-ug/welcome.html"


class Association(Record):
    """A repository that CodeGuru Reviewer knows."""

    columns: ClassVar = ("name", "provider_type", "state", "owner", "association_arn")

    name: str
    association_arn: str
    association_id: str | None = None
    provider_type: str | None = None
    owner: str | None = None
    state: str | None = None
    state_reason: str | None = None
    bucket: str | None = None
    last_updated_time_stamp: Any = None


class Review(Record):
    """A review of code; `id` is enough for `awsml jobs`."""

    columns: ClassVar = ("id", "state", "repository_name", "findings", "created_time_stamp")

    id: str
    name: str
    code_review_arn: str
    state: str
    state_reason: str | None = None
    repository_name: str | None = None
    provider_type: str | None = None
    type: str | None = None
    findings: int | None = None
    lines: int | None = None
    created_time_stamp: Any = None
    last_updated_time_stamp: Any = None


class Recommendation(Record):
    """What a review recommends, about some lines of a file."""

    columns: ClassVar = (
        "file_path",
        "start_line",
        "end_line",
        "severity",
        "recommendation_category",
        "rule",
        "description",
    )

    recommendation_id: str
    file_path: str | None = None
    start_line: int | None = None
    end_line: int | None = None
    severity: str | None = None
    recommendation_category: str | None = None
    rule: str | None = None
    description: str | None = None
    rule_metadata: dict[str, Any] | None = None

    def as_finding(self) -> sarif.Finding:
        """The same for SARIF; one without a rule has its category for one."""
        about = self.rule_metadata or {}
        category = self.recommendation_category or "Recommendation"
        rule = sarif.Rule(
            id=about.get("RuleId") or f"codeguru/{category}",
            name=about.get("RuleName") or category,
            short=about.get("ShortDescription") or "",
            long=about.get("LongDescription") or "",
            tags=(*(about.get("RuleTags") or ()), *(("security",) if category == "SecurityIssues" else ())),
        )
        return sarif.Finding(
            rule,
            self.description or "",
            self.severity or "Medium",
            path="" if self.file_path in (None, ".") else str(self.file_path),
            start=self.start_line or 0,
            end=self.end_line or 0,
            key=self.recommendation_id,
        )


class Findings(Record):
    """All that a review recommends, as one document."""

    columns: ClassVar = ("id", "count")

    id: str
    count: int
    recommendations: tuple[Recommendation, ...]

    def sarif(self) -> str:
        """As SARIF 2.1.0."""
        found = [one.as_finding() for one in self.recommendations]
        return sarif.render(found, tool="Amazon CodeGuru Reviewer", address=_HOME)


class Feedback(Record):
    """What somebody thinks of a recommendation."""

    columns: ClassVar = ("recommendation_id", "reactions", "user_id")

    recommendation_id: str
    reactions: tuple[str, ...] = ()
    user_id: str | None = None


class Group(Record):
    """A profiling group."""

    columns: ClassVar = ("name", "compute_platform", "profiled", "latest", "created_at")

    name: str
    arn: str | None = None
    compute_platform: str | None = None
    profiled: bool | None = None
    latest: Any = None
    created_at: Any = None
    updated_at: Any = None


class Hot(Record):
    """A frame of a profile with its own share and its share with all that it calls, 0 to 1."""

    columns: ClassVar = ("frame", "own", "whole")

    frame: str
    own: float
    whole: float


class Profile(Record):
    """A profile of a group: its frames, those with the most time of their own first."""

    columns: ClassVar = ("group", "samples")

    group: str
    samples: float
    frames: tuple[Hot, ...]

    _root: flame.Frame | None = None

    def folded(self) -> str:
        """As folded stacks."""
        return flame.folded(self.root)

    def svg(self) -> str:
        """As a flame graph."""
        return flame.render_svg(self.root, title=f"{self.group}: {self.samples:,.10g} samples")

    @property
    def root(self) -> flame.Frame:
        """The call graph."""
        assert self._root is not None
        return self._root

    def with_root(self, root: flame.Frame) -> Profile:
        """The same record, knowing its call graph."""
        self._root = root
        return self


class Advice(Record):
    """What CodeGuru Profiler recommends."""

    columns: ClassVar = ("name", "matches", "share", "resolution")

    name: str
    matches: int
    share: float
    description: str | None = None
    resolution: str | None = None
    frames: tuple[str, ...] = ()


class ProfileTime(Record):
    """The beginning of a profile that is kept."""

    columns: ClassVar = ("start",)

    start: Any
