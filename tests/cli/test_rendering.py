"""Every format for a record, a listing and many answers, in a pipe and on a terminal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from awsml_cli.cli import query, render, streams
from awsml_cli.cli.destination import Destination
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.record import Blob, Listing, Many, Outcome, Parts, Record
from awsml_cli.core.sources import Source

NASTY = "a\tb\r\nc\x1b[31md\x07e\u202ef"


class Thing(Record):
    """A thing."""

    columns: ClassVar = ("name", "score")

    name: str
    score: float | None = None
    tags: tuple[str, ...] = ()


class Prose(Record):
    """A text."""

    columns: ClassVar = ("text", "code")
    prose: ClassVar = "text"

    text: str
    code: str = "en"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`shown(value, "json", …)`: what goes to a stdout, of a terminal or not."""

    def show(value: object, format: str = "auto", *, terminal: bool = False, **view: Any) -> str:
        sink = io.BytesIO()
        wrapper = io.TextIOWrapper(sink, encoding="utf-8")
        with monkeypatch.context() as here:
            here.setattr(wrapper, "isatty", lambda: terminal, raising=False)
            here.setattr("sys.stdout", wrapper)
            show.code = render.show(value, render.View(Destination(format), **view))  # type: ignore[attr-defined]
        wrapper.detach()
        return sink.getvalue().decode()

    return show


def things(*records: Record) -> Listing:
    return Listing(iter(records), "Things")


def many(*values: Any) -> Many:
    sources = [Source(name) for name, _ in zip("abc", values, strict=False)]
    outcomes = [
        Outcome(source, error=value) if isinstance(value, Exception) else Outcome(source, value=value)
        for source, value in zip(sources, values, strict=False)
    ]
    return Many(sources, iter(outcomes))


class TestRecord:
    def test_in_a_pipe_it_is_its_columns(self, shown: Any) -> None:
        assert shown(Thing(name="x", score=0.123456)) == "x\t0.1235\n"

    def test_on_a_terminal_it_is_a_table_of_fields(self, shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        lines = [line.split() for line in shown(Thing(name="x", score=0.5), terminal=True).splitlines()]
        assert (lines[0], lines[2:]) == (["field", "value"], [["name", "x"], ["score", "0.5"]])

    def test_prose_is_itself_in_both(self, shown: Any) -> None:
        assert (shown(Prose(text="One.\nTwo.")), shown(Prose(text="One.\nTwo."), terminal=True)) == (
            "One.\nTwo.",
            "One.\nTwo.\n",
        )

    @pytest.mark.parametrize("terminal", [False, True])
    def test_data_formats_hold_all_fields(self, shown: Any, terminal: bool) -> None:
        thing = Thing(name="é", score=None, tags=("a", "b"))
        whole = {"name": "é", "score": None, "tags": ["a", "b"]}
        assert json.loads(shown(thing, "json", terminal=terminal)) == whole
        assert json.loads(shown(thing, "jsonl", terminal=terminal)) == whole
        assert yaml.safe_load(shown(thing, "yaml", terminal=terminal)) == whole
        assert list(csv.reader(io.StringIO(shown(thing, "csv", terminal=terminal)))) == [["name", "score"], ["é", ""]]
        assert shown(thing, "tsv", terminal=terminal) == "name\tscore\né\t\n"

    def test_raw_is_aws_s_answer_without_our_metadata(self, shown: Any) -> None:
        thing = Thing.of({"Name": "x", "Extra": 1, "ResponseMetadata": {"RequestId": "r"}})
        assert json.loads(shown(thing, "raw")) == {"Name": "x", "Extra": 1}

    def test_raw_bytes_are_not_touched(self, shown: Any) -> None:
        assert shown(Prose(text="x").with_raw(b'{ "a" :1}'), "raw") == '{ "a" :1}'


class TestListing:
    def test_in_a_pipe_a_line_each(self, shown: Any) -> None:
        assert shown(things(Thing(name="x"), Thing(name="y", score=1.0))) == "x\t\ny\t1\n"

    def test_on_a_terminal_a_table_and_nothing_for_nothing(self, shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        lines = [
            line.split()
            for line in shown(things(Thing(name="x"), Thing(name="y", score=1)), terminal=True).splitlines()
        ]
        assert (lines[0], lines[2:]) == (["name", "score"], [["x"], ["y", "1"]])
        assert shown(things(), terminal=True) == ""

    def test_json_is_one_array_and_jsonl_a_line_each(self, shown: Any) -> None:
        assert [thing["name"] for thing in json.loads(shown(things(Thing(name="x"), Thing(name="y")), "json"))] == [
            "x",
            "y",
        ]
        assert [
            json.loads(line)["name"] for line in shown(things(Thing(name="x"), Thing(name="y")), "jsonl").splitlines()
        ] == ["x", "y"]
        assert [thing["name"] for thing in yaml.safe_load(shown(things(Thing(name="x"), Thing(name="y")), "yaml"))] == [
            "x",
            "y",
        ]

    def test_a_record_is_written_before_the_next_is_asked_for(
        self, shown: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        steps: list[str] = []
        written = streams.Output.text

        def text(self: streams.Output, text: str) -> None:
            steps.append(f"wrote {text.strip()}")
            written(self, text)

        def records() -> Iterator[Record]:
            for name in "xy":
                steps.append(f"asked for {name}")
                yield Thing(name=name)

        monkeypatch.setattr(streams.Output, "text", text)
        shown(Listing(records(), "Things"), "jsonl", query="name")
        shown(Listing(records(), "Things"), "text")
        assert steps[-4:] == ["asked for x", "wrote x", "asked for y", "wrote y"]

    def test_a_query_sees_the_whole_list(self, shown: Any) -> None:
        assert shown(things(Thing(name="x"), Thing(name="y")), query="[].name") == "x\ty\n"
        assert json.loads(shown(things(Thing(name="x")), "raw", query="Things[0]") or "null") is None


class TestMany:
    def test_each_line_begins_with_its_input(self, shown: Any) -> None:
        assert shown(many(Thing(name="x"), Thing(name="y"))) == "a\tx\t\nb\ty\t\n"
        assert shown(many(Thing(name="x"), Thing(name="y")), name_inputs=False) == "x\t\ny\t\n"
        assert shown(many(Thing(name="x"), Thing(name="y")), "csv") == "input,name,score\na,x,\nb,y,\n"
        assert shown(many(Thing(name="x"), Thing(name="y")), "tsv") == "input\tname\tscore\na\tx\t\nb\ty\t\n"

    def test_without_the_input_means_without_it_everywhere(self, shown: Any) -> None:
        for format in ("csv", "tsv", "json", "jsonl", "yaml"):
            assert "input" not in shown(many(Thing(name="x"), Thing(name="y")), format, name_inputs=False), format

    def test_data_has_the_input_as_a_key(self, shown: Any) -> None:
        found = [
            json.loads(shown(many(Thing(name="x"), Thing(name="y")), "json")),
            [json.loads(line) for line in shown(many(Thing(name="x"), Thing(name="y")), "jsonl").splitlines()],
            yaml.safe_load(shown(many(Thing(name="x"), Thing(name="y")), "yaml")),
        ]
        assert [[(thing["input"], thing["name"]) for thing in things] for things in found] == [
            [("a", "x"), ("b", "y")]
        ] * 3

    def test_a_query_of_each_is_an_array_too(self, shown: Any) -> None:
        assert json.loads(shown(many(Thing(name="x"), Thing(name="y")), "json", query="name")) == ["x", "y"]
        assert yaml.safe_load(shown(many(Thing(name="x"), Thing(name="y")), "yaml", query="name")) == ["x", "y"]
        assert shown(many(Thing(name="x"), Thing(name="y")), "jsonl", query="name") == '"x"\n"y"\n'
        assert shown(many(Thing(name="x"), Thing(name="y")), query="[input, name]") == "a\tx\nb\ty\n"

    def test_one_input_alone_is_one_thing(self, shown: Any) -> None:
        assert (shown(many(Thing(name="x"))), json.loads(shown(many(Thing(name="x")), "json"))["name"]) == (
            "x\t\n",
            "x",
        )

    def test_one_of_many_failed(self, shown: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        out = shown(many(InputError("no good", hint="mend it"), Thing(name="y")), errors=tmp_path / "errors")
        assert (shown.code, out) == (5, "b\ty\t\n")
        assert capsys.readouterr().err == "error: a: no good\nhint: mend it\n"
        assert json.loads((tmp_path / "errors").read_text()) == {"input": "a", "error": "no good", "hint": "mend it"}

    def test_all_of_many_failed(self, shown: Any) -> None:
        out = shown(many(InputError("no good"), InputError("no good")), "json")
        assert (shown.code, out) == (5, "[]\n")

    def test_one_that_fails_while_it_is_read_stops_nobody(self, shown: Any) -> None:
        def broken() -> Iterator[str]:
            yield "half"
            raise InputError("broke")

        out = shown(many(Parts(broken(), lambda text: Prose(text=text)), Thing(name="y")))
        assert (shown.code, out) == (5, "b\ty\t\n")

    def test_the_only_one_failed(self, shown: Any) -> None:
        with pytest.raises(InputError, match="no good"):
            shown(many(InputError("no good")))

    def test_bytes_of_several_inputs_need_a_folder(self, shown: Any) -> None:
        with pytest.raises(UsageError, match="several inputs give several files"):
            shown(many(Blob(lambda _: [b"x"]), Blob(lambda _: [b"y"])))


class TestSafety:
    def test_a_terminal_never_obeys_a_service(self, shown: Any) -> None:
        for format in ("auto", "text", "table", "json", "jsonl", "csv", "tsv", "yaml"):
            seen = shown(Prose(text=NASTY), format, terminal=True, query=None)
            assert not set(seen.replace("\x1b[1m", "").replace("\x1b[0m", "")) & set("\x1b\x07\r\u202e"), format

    def test_a_pipe_gets_the_text_as_it_is(self, shown: Any) -> None:
        assert shown(Prose(text=NASTY)) == NASTY
        assert json.loads(shown(Prose(text=NASTY), "json"))["text"] == NASTY

    def test_a_cell_stays_in_its_cell(self, shown: Any) -> None:
        assert shown(Thing(name="a\tb\r\nc\nd\re")) == "a b c d e\t\n"
        assert shown(Thing(name="a\tb\nc"), "tsv") == "name\tscore\na b c\t\n"
        assert list(csv.reader(io.StringIO(shown(Thing(name='a,"b"\nc'), "csv"), newline="")))[1] == ['a,"b"\nc', ""]

    @pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
    def test_other_line_ends_stay_in_their_cell_too(self, shown: Any, separator: str) -> None:
        assert len(shown(Thing(name=f"a{separator}b")).splitlines()) == 1

    def test_half_a_character_pair_is_no_bug(self, shown: Any) -> None:
        assert shown(Prose(text="a\ud83d"), "text").startswith("a")

    def test_bytes_are_not_for_a_terminal(self, shown: Any) -> None:
        with pytest.raises(UsageError, match="binary"):
            shown(Blob(lambda _: [b"\x00"]), terminal=True)
        assert shown(Blob(lambda _: [b"a", b"b"])) == "ab"


class TestColour:
    @pytest.mark.parametrize(
        ("env", "terminal", "coloured"),
        [
            ({}, True, True),
            ({}, False, False),
            ({"NO_COLOR": "1"}, True, False),
            ({"NO_COLOR": ""}, True, True),
            ({"TERM": "dumb"}, True, False),
            ({"FORCE_COLOR": "1"}, False, True),
            ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
            ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ],
    )
    def test_who_sees_colours(
        self, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], terminal: bool, coloured: bool
    ) -> None:
        stream = io.TextIOWrapper(io.BytesIO())
        monkeypatch.setattr(stream, "isatty", lambda: terminal, raising=False)
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        assert streams.has_colour(stream) is coloured

    def test_a_pipe_gets_no_colour_even_as_a_table(self, shown: Any) -> None:
        assert "\x1b" not in shown(things(Thing(name="x")), "table")


class TestQueries:
    @pytest.mark.parametrize("expression", ["a..b", "[", "nope(@)", "a.b["])
    def test_what_is_no_jmespath_is_refused_beforehand(self, expression: str) -> None:
        with pytest.raises(UsageError, match="--query cannot be used"):
            query.check(expression)

    @pytest.mark.parametrize(
        "expression", ["items[0].name", "length(name)", "sort_by(things, &name)", "join(',', keys(@))"]
    )
    def test_what_only_needs_a_value_is_not(self, expression: str) -> None:
        query.check(expression)

    @pytest.mark.parametrize(
        ("expression", "format", "seen"),
        [
            ("name", "text", "x\n"),
            ("name", "json", '"x"\n'),
            ("tags", "text", "a\tb\n"),
            ("tags", "jsonl", '"a"\n"b"\n'),
            ("{n: name, s: score}", "csv", "x,0.5\n"),
            ("{n: name, s: score}", "yaml", "n: x\ns: 0.5\n"),
            ("[[name, score], [name, score]]", "tsv", "x\t0.5\nx\t0.5\n"),
            ("none", "text", "\n"),
            ("none", "json", "null\n"),
        ],
    )
    def test_any_value_in_any_format(self, shown: Any, expression: str, format: str, seen: str) -> None:
        assert shown(Thing(name="x", score=0.5, tags=("a", "b")), format, query=expression) == seen
