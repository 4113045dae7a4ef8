"""Tables that recommendations are learnt from: what is found in them, what schema they need, how they are mended."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc

import pytest
import shop

from awsml_cli.formats.interactions import KINDS, Report, avro, check, repaired
from awsml_cli.formats.interactions.moments import moment, seconds

HEAD = "USER_ID,ITEM_ID,TIMESTAMP\n"


def looked_at(text: str, sort: str = "interactions", **how: object) -> Report:
    return check(io.StringIO(text, newline=""), KINDS[sort], **how)  # type: ignore[arg-type]


def told(report: Report) -> list[tuple[int, str | None, str, int]]:
    return [(one.line, one.column, one.text, one.count) for one in report.in_order]


def mended(text: str, sort: str = "interactions", **how: object) -> str:
    report = looked_at(text, sort, **how)
    return "".join(repaired(io.StringIO(text, newline=""), report))


class TestCheck:
    def test_a_good_table_has_no_problems(self) -> None:
        report = looked_at(shop.interactions(event=True))
        assert (told(report), report.rows, report.events, report.first, report.last) == (
            [], 1200, {"view": 1200}, 1_700_000_001, 1_700_000_000 + 39 * 3600 + 30,
        )  # fmt: skip

    def test_everything_at_once_with_line_and_column(self) -> None:
        text = HEAD + 'u1,i1,1600000000000\nu1,"i2",1600000000\n,i3,1600000000\nu2,i4\nu3,i5,2020-01-01\nu4,i6,soon\n'
        text += f"{'x' * 257},i7,1600000000\nu9,i9,\nu9,i9,160\n"
        assert told(looked_at(text, least=False)) == [
            (2, "TIMESTAMP", "milliseconds; Personalize takes seconds", 1),
            (3, None, "values are quoted", 1),
            (4, "USER_ID", "the id is missing", 1),
            (5, None, "it has 2 cells; the header has 3", 1),
            (6, "TIMESTAMP", "a date; Personalize takes Unix seconds", 1),
            (7, "TIMESTAMP", "it is no time", 2),
            (8, "USER_ID", "the id is longer than 256 characters", 1),
            (9, "TIMESTAMP", "the time is missing", 1),
        ]

    def test_the_same_problem_in_many_rows_is_one_with_its_lines(self) -> None:
        (one,) = looked_at(shop.interactions(milliseconds=True)).in_order
        assert (one.count, one.lines, one.value) == (1200, list(range(2, 22)), "1700000001000")

    def test_too_little_to_learn_from(self) -> None:
        assert told(looked_at(HEAD + "u1,i1,1600000000\nu1,i2,1600000001\n")) == [
            (1, None, "2 interactions; a training needs at least 1000", 1),
            (1, "USER_ID", "1 users have two interactions or more; a training needs 25", 1),
        ]

    @pytest.mark.parametrize(
        ("head", "named"),
        [
            ("userId,movieId,timestamp", ["USER_ID", "ITEM_ID", "TIMESTAMP"]),
            ("user_id,item_id,Time", ["USER_ID", "ITEM_ID", "TIMESTAMP"]),
            ("visitor,sku,event_type,at", ["USER_ID", "ITEM_ID", "EVENT_TYPE", "at"]),
            ("USER_ID,ITEM_ID,TIMESTAMP,my col", ["USER_ID", "ITEM_ID", "TIMESTAMP", "my_col"]),
        ],
    )
    def test_names_are_known_whatever_people_write(self, head: str, named: list[str]) -> None:
        assert looked_at(f"{head}\nu,i,1600000000{',x' * (head.count(',') - 2)}\n").names == named

    def test_columns_that_are_renamed(self) -> None:
        text = "who,what,at\nu1,i1,1600000000\n"
        rename = {"who": "USER_ID", "what": "ITEM_ID", "at": "TIMESTAMP"}
        assert mended(text, rename=rename, least=False) == HEAD + "u1,i1,1600000000\n"

    def test_a_missing_header_is_seen(self) -> None:
        report = looked_at("u1,i1,1600000000\nu2,i2,1600000001\n", least=False)
        assert (told(report)[0], report.rows, report.open) == ((1, None, "there is no header", 1), 2, False)

    def test_a_missing_header_is_put_in(self) -> None:
        columns = ("USER_ID", "ITEM_ID", "TIMESTAMP")
        assert mended("u1,i1,1600000000\n", columns=columns, least=False) == HEAD + "u1,i1,1600000000\n"

    def test_a_missing_column_cannot_be_mended(self) -> None:
        report = looked_at("USER_ID,ITEM_ID\nu1,i1\n", least=False)
        assert (told(report), report.mendable) == ([(1, "TIMESTAMP", "this column is missing", 1)], False)

    @pytest.mark.parametrize(
        ("text", "line", "said"),
        [
            ("", 1, "it is empty"),
            (HEAD, 1, "there are no rows"),
            ("USER_ID,USER_ID,ITEM_ID,TIMESTAMP\n1,1,2,1600000000\n", 1, "2 columns have this name"),
            (
                "USER_ID,ITEM_ID,TIMESTAMP,A,B,C,D,E,F\n1,2,1600000000,,,,,,\n",
                1,
                "6 columns of your own; 5 at the most",
            ),
            ("\ufeffUSER_ID,ITEM_ID,TIMESTAMP\n1,2,1600000000\n", 1, "a byte order mark stands before its name"),
            ("USER_ID;ITEM_ID;TIMESTAMP\n1;2;1600000000\n", 1, "cells are parted by ';'"),
            (HEAD + "1,2,1600000000\n1,2,1600000000\n", 3, "the same row stands before it"),
        ],
    )
    def test_one_thing_wrong(self, text: str, line: int, said: str) -> None:
        assert (line, said) in [(one.line, one.text) for one in looked_at(text, least=False).in_order]

    def test_bytes_that_are_no_text(self) -> None:
        raw = io.TextIOWrapper(io.BytesIO(HEAD.encode() + b"u\xe9,i1,1600000000\n"), encoding="utf-8", newline="")
        (one,) = check(raw, KINDS["interactions"], least=False).in_order
        assert (one.line, "it is not UTF-8: a byte 0xe9" in one.text) == (2, True)

    def test_a_domain_has_demands(self) -> None:
        found = [one.column for one in looked_at(shop.interactions(), domain="ECOMMERCE").in_order]
        assert found == ["EVENT_TYPE"]
        assert [one.column for one in looked_at(shop.items(), "items", domain="ECOMMERCE").in_order] == ["CATEGORY_L1"]

    def test_items_known_twice_are_told(self) -> None:
        report = looked_at("ITEM_ID,GENRE\ni1,a\ni2,b\ni1,c\n", "items")
        assert (told(report), report.errors) == (
            [(4, "ITEM_ID", "it has a row already; AWS keeps the last", 1)],
            [],
        )

    def test_texts_of_items_may_be_quoted(self) -> None:
        assert told(looked_at('ITEM_ID,ABOUT\ni1,"a bag, red"\n', "items")) == []
        assert told(looked_at('ITEM_ID,ABOUT\ni1,"bag"\n', "items")) == [(2, None, "values are quoted", 1)]

    def test_booleans_are_in_lower_case(self) -> None:
        assert mended("USER_ID,MEMBER\nu1,True\nu2,FALSE\n", "users") == "USER_ID,MEMBER\nu1,true\nu2,false\n"


class TestRepair:
    def test_what_can_be_mended_is_and_the_rest_is_left_out(self) -> None:
        text = (
            '\ufeffuserId;movieId;timestamp\n1;2;1600000000000\n1;"3";2020-01-01\n;4;1600000000\n1;5\n'
            "1;2;1600000000000\n2;6;1600000000.25\n"
        )
        assert mended(text, least=False) == HEAD + "1,2,1600000000\n1,3,1577836800\n2,6,1600000000\n"

    def test_what_was_mended_is_right(self) -> None:
        text = shop.interactions(event=True, milliseconds=True).replace("USER_ID", "user").replace("view", '"view"')
        again = looked_at(mended(text))
        assert (told(again), again.rows) == ([], 1200)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("2020-01-01", 1577836800),
            ("2020-01-01T01:00:00+01:00", 1577836800),
            ("2020-01-01 00:00:00Z", 1577836800),
            ("1577836800.5", 1577836800),
            ("yesterday", None),
            ("1577836800", None),
        ],
    )
    def test_moments(self, text: str, found: int | None) -> None:
        assert moment(text) == found

    @pytest.mark.parametrize(
        ("digits", "found"),
        [
            ("1577836800000", 1577836800),
            ("1577836800000000", 1577836800),
            ("1577836800000000000", 1577836800),
            ("12", None),
        ],
    )
    def test_parts_of_seconds(self, digits: str, found: int | None) -> None:
        assert seconds(digits) == found


class TestSchema:
    def test_interactions(self) -> None:
        text = "USER_ID,ITEM_ID,EVENT_TYPE,EVENT_VALUE,TIMESTAMP,DEVICE\nu,i,buy,3,1600000000,phone\nu,j,buy,,1600000000,\n"
        assert avro(looked_at(text, least=False)) == {
            "type": "record",
            "name": "Interactions",
            "namespace": "com.amazonaws.personalize.schema",
            "fields": [
                {"name": "USER_ID", "type": "string"},
                {"name": "ITEM_ID", "type": "string"},
                {"name": "EVENT_TYPE", "type": "string"},
                {"name": "EVENT_VALUE", "type": ["null", "float"]},
                {"name": "TIMESTAMP", "type": "long"},
                {"name": "DEVICE", "type": ["null", "string"], "categorical": True},
            ],
            "version": "1.0",
        }

    def test_types_of_items(self) -> None:
        prose = "a long text about this thing, with many words in it, none of which says anything at all, really, {}"
        rows = "".join(
            f'i{n},{n},{n}000000000,{n}.5,{"true" if n % 2 else "false"},A|B,"{prose.format(n)}"\n' for n in range(9)
        )
        text = f"ITEM_ID,STOCK,CREATION_TIMESTAMP,PRICE,NEW,GENRE,ABOUT\n{rows}"
        fields = {one["name"]: one for one in avro(looked_at(text, "items"))["fields"]}
        assert [fields[name]["type"] for name in ("STOCK", "CREATION_TIMESTAMP", "PRICE", "NEW")] == [
            "int", "long", "float", "boolean",
        ]  # fmt: skip
        assert (fields["GENRE"], fields["ABOUT"]) == (
            {"name": "GENRE", "type": "string", "categorical": True},
            {"name": "ABOUT", "type": "string", "textual": True},
        )


class TestSpeed:
    def test_at_least_a_third_of_the_speed_of_pythons_own_reader(self) -> None:
        body = "".join(f"u{n % 7919},i{n % 997},view,{n % 5},{1_600_000_000 + n}\n" for n in range(200_000))
        text = "USER_ID,ITEM_ID,EVENT_TYPE,EVENT_VALUE,TIMESTAMP\n" + body

        def took(work: object) -> float:
            begun = time.process_time()
            work()  # type: ignore[operator]
            return time.process_time() - begun

        rounds = [
            (took(lambda: sum(1 for _ in csv.reader(io.StringIO(text, newline="")))), took(lambda: looked_at(text)))
            for _ in range(5)  # in turns, and the best of each: others work on this machine too
        ]
        plain, ours = (min(each) for each in zip(*rounds, strict=True))
        assert ours < plain * 3

    def test_memory_does_not_grow_with_the_table(self) -> None:
        class Endless(io.TextIOBase):
            """A long table that is nowhere."""

            def __init__(self, rows: int) -> None:
                self.left = rows

            def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
                return "USER_ID,ITEM_ID,TIMESTAMP\n"

            def readlines(self, hint: int | None = -1, /) -> list[str]:  # type: ignore[override]
                some = min(self.left, 4000)
                self.left -= some
                return [f"u{n % 500},i{n},{1_600_000_000 + self.left + n}\n" for n in range(some)]

        peaks = []
        for rows in (40_000, 400_000):
            tracemalloc.start()
            assert check(Endless(rows), KINDS["interactions"]).rows == rows  # type: ignore[arg-type]
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[1] < peaks[0] * 1.5
