"""Markdown: a parser of Markdown reads back what was written, whatever the words are."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from fakeaws import sheets
from fakeaws.sheets import Grid, Sheet, sheet
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import invoice

from awsml_cli.formats.blocks import Cell, Document, Options, Page, Table, parse, render

markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py is in the group `test`")
ALL = ["TABLES", "FORMS", "LAYOUT", "SIGNATURES"]
# one line of printable characters, as OCR gives them
words = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=8)
cells = st.one_of(st.just(""), st.lists(words, min_size=1, max_size=3).map(" ".join))
LINES = [
    "# no heading",
    "- no entry",
    "1. no number",
    "> no quote",
    "***",
    "---",
    "===",
    "| a | b |",
    "```",
    "    code",
    "+ no",
    "[a](b)",
    "<b>",
    "&amp;",
    "*a* _b_ **c**",
    "a_b_c",
    "![x](y)",
    "~~x~~",
    "`c`",
    "\\",
    "12) no",
    "https://x.org/a_b",
]


def tokens(text: str) -> list:
    return markdown_it.MarkdownIt("commonmark").enable("table").parse(text)


def tables_in(text: str) -> list[list[list[str]]]:
    """The tables as the parser sees them, each cell as the text that would be shown."""
    found: list[list[list[str]]] = []
    for token in tokens(text):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and token.level > 3:
            found[-1][-1].append(shown(token))
    return found


def shown(token) -> str:
    return "".join(
        child.content
        if child.type in ("text", "text_special")
        else "\n"
        if child.type == "softbreak"
        else f"<{child.type}>"
        for child in token.children
    )


def table(rows: list[list[str]]) -> Table:
    made = [Cell(row, column, text) for row, line in enumerate(rows, 1) for column, text in enumerate(line, 1)]
    return Table(page=1, cells=tuple(made))


def document(rows: list[list[str]]) -> Document:
    return Document(pages=(Page(1, tables=(table(rows),)),), page_count=1)


class TestMarkdown:
    @settings(max_examples=200, deadline=None)
    @given(
        st.integers(1, 4).flatmap(
            lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=4)
        )
    )
    def test_a_table_is_read_back_as_it_was(self, rows: list[list[str]]) -> None:
        expected = [[" ".join(cell.split()) for cell in row] for row in rows]
        assert tables_in(str(render(document(rows), "md"))) == [expected]

    @settings(max_examples=300, deadline=None)
    @given(
        st.lists(
            st.one_of(st.sampled_from(LINES), st.lists(words, min_size=1, max_size=4).map(" ".join)),
            min_size=1,
            max_size=4,
        )
    )
    def test_a_paragraph_is_read_back_as_it_was(self, lines: list[str]) -> None:
        page = sheet(*(" ".join(line.split()) for line in lines))
        text = str(render(parse(sheets.answer(page)), "md"))
        inline = [token for token in tokens(text) if token.type == "inline"]
        assert [token.type for token in tokens(text) if token.level == 0 and token.nesting >= 0] == ["paragraph_open"]
        assert shown(inline[0]).split("\n") == [line.text for line in page.lines]

    def test_headings_lists_and_tables_stand_in_their_order(self) -> None:
        page = Sheet()
        title = page.write("Report # 7", 72, 80, size=20)
        head = page.write("Part one #", 72, 120, size=16)
        entries = [page.write(text, 90, 150 + 18 * at) for at, text in enumerate(["• first", "and more", "• second"])]
        numbered = [page.write(text, 90, 230 + 18 * at) for at, text in enumerate(["1. one", "2) two"])]
        grid = Grid([["a", "b"], ["c", "d"]], 72, 300)
        page.table(grid)
        foot = page.write("page 1", 300, 760)
        page.layout = [
            ("TITLE", [title]), ("SECTION_HEADER", [head]), ("LIST", [entries[:2], entries[2:]]), ("LIST", [numbered[:1], numbered[1:]]),
            ("TABLE", []), ("FOOTER", [foot]),
        ]  # fmt: skip
        found = parse(sheets.answer(page, features=ALL))
        assert render(found, "md") == (
            "# Report # 7\n\n## Part one \\#\n\n- first and more\n- second\n\n1. one\n2. two\n\n| a | b |\n| --- | --- |\n| c | d |\n"
        )
        assert "page 1" in str(render(found, "md", options=Options(furniture=True)))

    def test_every_word_comes_out_once(self) -> None:
        found = parse(sheets.answer(invoice(), features=ALL))
        text = str(render(found, "md", options=Options(furniture=True)))
        for word in found.pages[0].words:
            assert len(re.findall(rf"(?<![\w.,$]){re.escape(word.text)}(?![\w.,])", text)) >= 1
        assert text.count("Bread") == text.count("Invoice") == 1

    def test_form_fields_of_the_layout(self) -> None:
        page = Sheet()
        page.ask("Name:", "Ann Lee", 72, 100)
        page.ask("Member", True, 72, 130)
        page.layout = [("KEY_VALUE", list(page.lines))]
        assert render(parse(sheets.answer(page, features=ALL)), "md") == "**Name:** Ann Lee\\\n**Member** \\[x\\]\n"

    def test_a_field_whose_halves_are_two_parts_of_the_layout_comes_out_once(self) -> None:
        page = Sheet()
        head = page.write("INVOICE", 72, 80, size=16)
        page.ask("Name:", "Ann Lee", 72, 100)
        page.ask("Town:", "Bath", 72, 130)
        (name, ann), (town, bath) = page.fields
        page.layout = [("KEY_VALUE", [head, name, town]), ("KEY_VALUE", [ann, bath])]
        expected = "INVOICE\n\n**Name:** Ann Lee\\\n**Town:** Bath\n"
        assert render(parse(sheets.answer(page, features=ALL)), "md") == expected

    def test_pages_are_marked(self) -> None:
        found = parse(sheets.answer(sheet("One."), sheet("Two.")))
        assert render(found, "md") == "One.\n\n<!-- page 2 -->\n\nTwo.\n"


class TestCsvAndTsv:
    @settings(max_examples=100, deadline=None)
    @given(
        st.integers(1, 3).flatmap(
            lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=4)
        )
    )
    def test_a_table_is_read_back_as_it_was(self, rows: list[list[str]]) -> None:
        text = str(render(document(rows), "csv"))
        assert list(csv.reader(io.StringIO(text, newline=""))) == rows

    def test_an_empty_row_is_not_taken_for_the_end(self) -> None:
        assert render(document([["a"], [""], ["b"]]), "csv") == 'a\n""\nb\n'


class Seen(HTMLParser):
    """The tables of a page with their spans."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, int, int, str]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            given = dict(attrs)
            self.rows[-1].append((tag, int(given.get("rowspan") or 1), int(given.get("colspan") or 1), ""))
        if tag not in ("meta", "br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            tag, down, right, text = self.rows[-1][-1]
            self.rows[-1][-1] = (tag, down, right, text + data)


class TestHtml:
    def test_merged_cells_and_heads(self) -> None:
        page = Sheet()
        page.table(
            Grid(
                [["Year", "Sales <x>", ""], ["", "a", "b"], ["2026", "1", "2"]],
                72,
                100,
                merged=[(1, 1, 2, 1), (1, 2, 1, 2)],
                heads=2,
            )
        )
        seen = Seen()
        seen.feed(str(render(parse(sheets.answer(page, features=ALL)), "html")))
        assert seen.rows == [
            [("th", 2, 1, "Year"), ("th", 1, 2, "Sales <x>")],
            [("th", 1, 1, "a"), ("th", 1, 1, "b")],
            [("td", 1, 1, "2026"), ("td", 1, 1, "1"), ("td", 1, 1, "2")],
        ]
        assert seen.open == []
