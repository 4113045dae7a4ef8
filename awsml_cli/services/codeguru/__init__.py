"""Amazon CodeGuru: reviews of code (Reviewer) and profiles of programs (Profiler)."""

from awsml_cli.services.codeguru.associations import associations, find
from awsml_cli.services.codeguru.profiles import advice, group, groups, profile, times
from awsml_cli.services.codeguru.recommendations import Level, feedback, given, rate, recommendations
from awsml_cli.services.codeguru.records import SEVERITIES, Findings, Profile
from awsml_cli.services.codeguru.reviews import Asked, get_review, list_reviews, named, plan, start, wait_review

__all__ = [
    "SEVERITIES",
    "Asked",
    "Findings",
    "Level",
    "Profile",
    "advice",
    "associations",
    "feedback",
    "find",
    "get_review",
    "given",
    "group",
    "groups",
    "list_reviews",
    "named",
    "plan",
    "profile",
    "rate",
    "recommendations",
    "start",
    "times",
    "wait_review",
]
