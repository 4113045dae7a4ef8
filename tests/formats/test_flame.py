"""Profiles read in the layouts that are known, folded, and drawn."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from awsml_cli.core.errors import InputError
from awsml_cli.formats import flame

OWN = {"children": {"a": {"counts": {"RUN": 1}, "children": {"b": {"counts": {"RUN": 2, "WAIT": 3}}}}}}


def parsed(document: Any, **words: Any) -> flame.Frame:
    return flame.parse(json.dumps(document).encode(), **words)


@pytest.mark.parametrize("document", [OWN, {"callgraph": OWN}, {"profile": OWN, "start": 1}])
def test_the_layouts_that_are_known(document: Any) -> None:
    assert flame.folded(parsed(document)) == "a 1\na;b 5\n"


def test_children_in_a_list() -> None:
    tree = {"children": [{"name": "a", "count": 1, "children": [{"frameName": "b", "count": 4}]}]}
    assert flame.folded(parsed(tree)) == "a 1\na;b 4\n"


def test_one_state_of_threads() -> None:
    assert flame.folded(parsed(OWN, state="wait")) == "a;b 3\n"


def test_counts_that_hold_their_callees_are_noticed() -> None:
    tree = {"children": {"a": {"count": 10, "children": {"b": {"count": 6}, "c": {"count": 3}}}}}
    assert flame.folded(parsed(tree)) == "a 1\na;b 6\na;c 3\n"


def test_recursion_is_counted_once() -> None:
    tree = {"children": {"a": {"counts": 1, "children": {"a": {"counts": 3}}}}}
    assert flame.hottest(parsed(tree)) == [("a", 4.0, 4.0)]


@pytest.mark.parametrize("data", [b"", b"\xe0\x01\x00\xea", b"[1]", b"{}", b'{"children": 3}'])
def test_what_is_no_profile_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="this profile is"):
        flame.parse(data)


def test_the_graph_is_xml_as_wide_as_its_counts() -> None:
    tree = {"children": {"a<b>&": {"counts": 3}, "c\x07": {"counts": 1}}}
    drawn = ElementTree.fromstring(flame.render_svg(parsed(tree), title="t & t"))
    widths = {one.find("{*}title").text: one.find("{*}rect").get("width") for one in drawn.findall(".//{*}g/{*}g")}  # type: ignore[union-attr]
    assert widths == {"all: 4 (100.0%)": "1199.50", "a<b>&: 3 (75.0%)": "899.50", "c : 1 (25.0%)": "299.50"}


def test_an_empty_profile_is_an_empty_graph() -> None:
    made = parsed({"children": {}})
    assert (flame.folded(made), flame.hottest(made)) == ("", [])
    assert ElementTree.fromstring(flame.render_svg(made, title="nothing")) is not None
