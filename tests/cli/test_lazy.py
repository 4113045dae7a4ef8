"""A group's commands, built when they are asked for."""

from __future__ import annotations

from awsml_cli.cli import lazy


def test_only_the_command_that_is_asked_for_is_built() -> None:
    group = lazy.load("polly")
    before = set(group.commands.waiting)
    assert group.get_command(None, "voices").name == "voices"
    assert before == set(group.commands)
    assert before - group.commands.waiting == {"voices"}


def test_a_group_in_a_group_is_built_with_its_name() -> None:
    inner = lazy.load("sagemaker").get_command(None, "jobs")
    assert (inner.name, inner.get_command(None, "ls").name) == ("jobs", "ls")


def test_what_is_listed_is_all_there_is_in_its_order() -> None:
    group = lazy.load("polly")
    assert group.list_commands(None) == [command.name for command in group.commands.values()]
    assert group.commands.waiting == set()
