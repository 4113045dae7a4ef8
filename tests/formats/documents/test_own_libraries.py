"""What was written is read by the libraries that people read such files with, and says what was translated."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pytest
from document_samples import (
    CSV,
    DOCX,
    HTML,
    JSON,
    JSONL,
    MD,
    PO,
    PPTX,
    SAMPLES,
    SRT,
    TMX,
    TRANSLATORS,
    TSV,
    VTT,
    XLIFF,
    XLIFF2,
    XLSX,
    package,
)

from awsml_cli.formats.documents import Options, read, translate

OPTIONS = Options(source="en", target="es")


def translated(kind: str, data: bytes | str, translator: str = "shouting", options: Options = OPTIONS) -> bytes:
    document = read(kind, data.encode() if isinstance(data, str) else data, options=options)
    return document.write(translate(document.segments, TRANSLATORS[translator]))


def test_srt():
    srt = pytest.importorskip("srt")

    before, after = list(srt.parse(SRT)), list(srt.parse(translated("srt", SRT).decode()))

    assert [(cue.index, cue.start, cue.end, cue.proprietary) for cue in after] == [
        (cue.index, cue.start, cue.end, cue.proprietary) for cue in before
    ]
    assert after[2].content == "<i>NOBODY ASKED.</i>"


def test_vtt():
    webvtt = pytest.importorskip("webvtt")

    before = webvtt.from_string(VTT)
    after = webvtt.from_string(translated("vtt", VTT).decode())

    assert [(cue.start, cue.end, cue.identifier, cue.voice) for cue in after] == [
        (cue.start, cue.end, cue.identifier, cue.voice) for cue in before
    ]
    assert [cue.text for cue in after][:2] == ["HELLO &amp; WELCOME TO THE SHOW", "THAT NEVER ENDS. AND SO IT BEGINS."]
    assert [style.text for style in after.styles] == [style.text for style in before.styles]


def blocks(text: str) -> list[tuple[object, ...]]:
    """The structure of Markdown, without words; and with what must not change."""
    markdown_it = pytest.importorskip("markdown_it")
    found: list[tuple[object, ...]] = []
    for token in markdown_it.MarkdownIt("commonmark").enable("table").parse(text):
        kept = token.content if token.type in ("fence", "code_block", "html_block") else ""
        found.append((token.type, token.tag, token.level, token.info, kept))
        for child in sorted(token.children or [], key=lambda each: (each.type, str(each.attrs), each.content)):
            if child.type not in ("text", "softbreak"):
                attributes = {name: value for name, value in child.attrs.items() if name != "alt"}
                found.append((child.type, tuple(attributes.items()), child.content if child.type != "image" else ""))
    return found


@pytest.mark.parametrize("name", [name for name in TRANSLATORS if name != "airy"])
def test_markdown_keeps_its_structure(name):
    assert blocks(translated("md", MD, name).decode().split("---\n", 2)[2]) == blocks(MD.split("---\n", 2)[2])


@pytest.mark.parametrize(
    "line", ["1. one", "- one", "# one", "> one", "+ one", "===", "---", "| a | b", "~~~", "10) ten"]
)
def test_no_translation_begins_a_block(line):
    data = b"A paragraph of words\nin two lines of them.\n\nThe end.\n"
    document = read("md", data)

    done = document.write([f"{line} {line} words {line}", line]).decode()

    assert [each[0] for each in blocks(done) if "block" not in str(each[0])].count("paragraph_open") == 2


class Skeleton(HTMLParser):
    """The tags of a page, and what must not change in it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[object] = []
        self.text = ""
        self._raw = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        spoken = ("alt", "title", "placeholder", "content", "value")
        self.found.append((tag, [(name, value) for name, value in attrs if name not in spoken]))
        self._raw += tag in ("script", "style", "pre", "kbd")

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")
        self._raw -= tag in ("script", "style", "pre", "kbd")

    def handle_comment(self, data):
        self.found.append(data)

    def handle_data(self, data):
        if self._raw:
            self.found.append(data)
        else:
            self.text += data


@pytest.mark.parametrize("name", TRANSLATORS)
def test_html_keeps_its_tags(name):
    before, after = Skeleton(HTML), Skeleton(translated("html", HTML, name).decode())

    assert sorted(map(str, after.found)) == sorted(map(str, before.found))
    assert "Acme Corporation" in after.text
    assert "Acme Inc" in after.text


def test_html_says_what_was_translated():
    done = translated("html", HTML).decode()

    for part in (
        "<title>HELLO WORLD &mdash; A PAGE</title>",
        'title="GO THERE">HERE</a>, OR PRESS <kbd>Ctrl C</kbd> AND SEE <img src="c.png" alt="A CAT"> NOW.<br>',
        'content="A PAGE &amp; MORE"',
        '<input type="submit" value="SEND IT"><input placeholder="YOUR NAME" value="keep">',
        '<li>ONE ITEM<li><a href="/y">TWO ITEMS</a></ul>',
    ):
        assert part in done


def test_json():
    done = json.loads(translated("json", JSON))

    assert done["title"] == "HELLO"
    assert [item["text"] for item in done["items"]] == ['SAY "HI" TO {name}\nAND GO HOME', "CAFÉ OLÉ / TEA"]
    assert {key: done[key] for key in ("id", "price", "when", "state", "nothing", "yes")} == {
        "id": "abc-1", "price": 1500.0, "when": "2024-01-02", "state": "ACTIVE", "nothing": None, "yes": True
    }  # fmt: skip
    assert translated("json", JSON).isascii()


def test_jsonl():
    done = [json.loads(line) for line in translated("jsonl", JSONL).splitlines() if line]

    assert [line["tag"] for line in done] == ["a", "b", "c"]
    assert done[0]["text"] == "THE FIRST LINE"


def test_csv():
    before = list(csv.reader(io.StringIO(CSV, newline=""), delimiter=";"))
    after = list(csv.reader(io.StringIO(translated("csv", CSV).decode(), newline=""), delimiter=";"))

    assert [row[:1] for row in after] == [row[:1] for row in before]
    assert after[1] == ["1", "HELLO; YOU", "SOME TEXT HERE"]
    assert after[2][1] == 'SAY "HI"'
    assert after[4] == ["3", "PLAIN WORDS", "TWO\nLINES HERE"]
    assert translated("tsv", TSV).decode().splitlines()[1] == "greet\tHELLO THERE"


def test_po():
    polib = pytest.importorskip("polib")

    before, after = polib.pofile(PO), polib.pofile(translated("po", PO).decode())

    assert after.metadata == before.metadata
    assert [
        (each.msgid, each.msgctxt, each.flags, each.comment, each.occurrences, each.obsolete) for each in after
    ] == [(each.msgid, each.msgctxt, each.flags, each.comment, each.occurrences, each.obsolete) for each in before]
    assert [each.msgstr for each in after][:2] == ["HELLO %s", "Abrir"]
    assert after[2].msgstr_plural == {0: "%d FILE", 1: "%d FILES"}
    assert after[3].msgstr == 'THE FIRST LINE\nAND THE "SECOND" LINE\n'


def test_xliff():
    toolkit = pytest.importorskip("translate.storage.xliff")

    units = toolkit.xlifffile.parsestring(translated("xliff", XLIFF)).units

    assert [str(unit.target) for unit in units][:3] == ["HELLO BIG WORLD & ALL", "OPEN IT", "Hecho"]
    root = ElementTree.fromstring(translated("xliff", XLIFF))
    space = "{urn:oasis:names:tc:xliff:document:1.2}"
    assert root.find(f"{space}file").get("target-language") == "es"
    assert [target.attrib for target in root.iter(f"{space}target")][:3] == [
        {"state": "translated", "state-qualifier": "mt-suggestion"},
        {"state": "translated", "state-qualifier": "mt-suggestion"},
        {"state": "final"},
    ]
    assert len(list(root.iter(f"{space}target"))) == 5
    assert [each.get("id") for each in root.find(f".//{space}target").iter()][1:] == ["1", "2"]


def test_xliff_2():
    root = ElementTree.fromstring(translated("xliff", XLIFF2))
    space = "{urn:oasis:names:tc:xliff:document:2.0}"

    assert root.get("trgLang") == "es"
    assert ["".join(target.itertext()) for target in root.iter(f"{space}target")][:2] == ["HELLO THERE", "Adios"]
    assert root.find(f".//{space}segment").get("state") == "translated"


def test_tmx():
    toolkit = pytest.importorskip("translate.storage.tmx")

    done = translated("tmx", TMX)

    units = toolkit.tmxfile.parsestring(done).units
    assert len(units) == 3
    root = ElementTree.fromstring(done)
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    assert [[variant.get(language) for variant in unit.iter("tuv")] for unit in root.iter("tu")] == [
        ["fr", "en-US", "es"],
        ["en", "es"],
        ["en", "es"],
    ]
    assert "".join(list(root.iter("tuv"))[2].itertext()).strip() == "HELLO <b>WORLD</b>"


def test_docx():
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("A title", 1)
    paragraph = document.add_paragraph("Hello ")
    paragraph.add_run("bold & brave").bold = True
    paragraph.add_run(" world {name}.").add_break()
    document.add_table(1, 1).rows[0].cells[0].text = "A cell"
    document.sections[0].header.paragraphs[0].text = "The header"
    buffer = io.BytesIO()
    document.save(buffer)

    done = docx.Document(io.BytesIO(translated("docx", buffer.getvalue())))

    assert [[(run.text, run.bold) for run in each.runs] for each in done.paragraphs] == [
        [("A TITLE", None)],
        [("HELLO ", None), ("BOLD & BRAVE", True), (" WORLD {name}.", None), ("\n", None)],
    ]
    assert done.tables[0].rows[0].cells[0].text == "A CELL"
    assert done.sections[0].header.paragraphs[0].text == "THE HEADER"


def test_pptx():
    pptx = pytest.importorskip("pptx")
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "My title"
    frame = slide.placeholders[1].text_frame
    frame.text = "First point "
    run = frame.paragraphs[0].add_run()
    run.text, run.font.bold = "in bold", True
    slide.notes_slide.notes_text_frame.text = "Some notes"
    buffer = io.BytesIO()
    show.save(buffer)

    done = pptx.Presentation(io.BytesIO(translated("pptx", buffer.getvalue()))).slides[0]

    assert done.shapes.title.text == "MY TITLE"
    assert [(run.text, run.font.bold) for run in done.placeholders[1].text_frame.paragraphs[0].runs] == [
        ("FIRST POINT ", None),
        ("IN BOLD", True),
    ]
    assert done.notes_slide.notes_text_frame.text == "SOME NOTES"


def test_xlsx():
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Fruit", "Note"], ["Apple", "A red fruit\nwith seeds"], ["AB-12", 5], ["=A2", None]):
        sheet.append(row)
    sheet.add_table(openpyxl.worksheet.table.Table(displayName="T", ref="A1:B3"))
    buffer = io.BytesIO()
    book.save(buffer)

    done = openpyxl.load_workbook(io.BytesIO(translated("xlsx", buffer.getvalue()))).active

    assert [[cell.value for cell in row] for row in done.rows] == [
        ["Fruit", "Note"],
        ["APPLE", "A RED FRUIT\nWITH SEEDS"],
        ["AB-12", 5],
        ["=A2", None],
    ]


@pytest.mark.parametrize(("kind", "data"), [("docx", DOCX), ("pptx", PPTX), ("xlsx", XLSX)])
def test_a_package_keeps_its_other_members_and_their_dates(kind, data):
    import zipfile

    before, after = (zipfile.ZipFile(io.BytesIO(each)) for each in (data, translated(kind, data)))

    assert [(each.filename, each.date_time, each.compress_type) for each in after.infolist()] == [
        (each.filename, each.date_time, each.compress_type) for each in before.infolist()
    ]
    changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert len(changed) == 1
    assert not [
        name
        for name in after.namelist()
        if name.endswith(".xml") and "workbook" not in name and ElementTree.fromstring(after.read(name)) is None
    ]


def test_runs_keep_their_looks_fields_and_boxes():
    import zipfile

    xml = zipfile.ZipFile(io.BytesIO(translated("docx", DOCX))).read("word/document.xml").decode()

    for part in (
        '<w:r><w:t xml:space="preserve">A TITLE</w:t></w:r></w:p>',
        '<w:p><w:bookmarkStart w:id="0" w:name="here"/><w:r><w:t xml:space="preserve">HELLO </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">BOLD &amp; BRAVE</w:t></w:r><w:r><w:tab/></w:r><w:r><w:t xml:space="preserve"> WORLD, </w:t></w:r><w:r><w:br/></w:r><w:r><w:t xml:space="preserve">NEXT LINE</w:t></w:r><w:bookmarkEnd w:id="0"/></w:p>',
        '<w:hyperlink r:id="rId4"><w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">THE PAGE</w:t></w:r></w:hyperlink>',
        "<w:t>seven</w:t>",
        '<w:t xml:space="preserve">OUTER WORDS </w:t>',
        '<w:txbxContent><w:p><w:r><w:t xml:space="preserve">WORDS IN A BOX</w:t></w:r></w:p></w:txbxContent>',
        "<w:p><w:r><w:t>12345</w:t></w:r></w:p>",
    ):
        assert part in xml
    xml = zipfile.ZipFile(io.BytesIO(translated("pptx", PPTX))).read("ppt/slides/slide1.xml").decode()
    assert (
        '<a:t>FIRST POINT IS </a:t></a:r><a:r><a:rPr b="1"/><a:t>BOLD</a:t></a:r><a:endParaRPr lang="en-US"/></a:p>'
        in xml
    )
    assert "<a:t>three</a:t>" in xml


def test_a_paragraph_of_several_looks_survives_another_order_of_words():
    words = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    xml = f"<w:document {words}><w:body><w:p><w:r><w:t xml:space='preserve'>one </w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>two</w:t></w:r><w:r><w:t> three</w:t></w:r></w:p></w:body></w:document>"
    document = read("docx", package({"word/document.xml": xml}))
    assert [segment.text for segment in document.segments] == ["one <g1>two</g1> three"]

    done = document.write(["<g1>zwei</g1> drei, &amp; eins"])

    assert (
        '<w:r><w:rPr><w:i/></w:rPr><w:t xml:space="preserve">zwei</w:t></w:r><w:r><w:t xml:space="preserve"> drei, &amp; eins</w:t></w:r></w:p>'
        in __import__("zipfile").ZipFile(io.BytesIO(done)).read("word/document.xml").decode()
    )


def test_every_sample_was_looked_at():
    assert set(SAMPLES) == {
        "text",
        "srt",
        "vtt",
        "md",
        "html",
        "json",
        "jsonl",
        "csv",
        "tsv",
        "po",
        "xliff",
        "tmx",
        "docx",
        "pptx",
        "xlsx",
    }


@pytest.mark.parametrize(
    "text",
    [
        "words here\n* star item\n* another\n",
        "words here\n2. no list\n",
        "* item\n> > a quote, not in it\n",
        "* item\n\n  its paragraph\n\n      its code\n\nafter it\n",
        "- item\n# Heading\n    code, not the item's\n",
        "> ```\n> code words\nafter the quote\n",
        "> quote words\nlazy line\n\n> - item in a quote\n>   goes on\n> - second\n",
        "words\n| a b | c d |\n|---|---|\n| e f | g |\n- item\n",
        "| a b | c |\n|---|---|\n<div>\nhtml words\n</div>\n\nwords\n",
        "1. one\n\n   ```\n   code words\n   ```\n2. two\n   - three\n     four\n",
        "- [ ] a task\n\n  more of it\n",
        "***both* bold** and __other__ _one_ ~~gone~~\n",
        "Title words\n---\n\n***\n\n* * *\n",
    ],
)
def test_markdown_of_every_build_keeps_its_structure(text):
    for translator in ("shouting", "growing"):
        assert blocks(translated("md", text, translator).decode()) == blocks(text)
