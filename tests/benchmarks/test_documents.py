"""What reading, protecting and writing a file costs, beside one plain decoding and encoding of it (the first row)."""

from __future__ import annotations

import io
import zipfile

import pytest

from awsml_cli.formats.documents import protect, read, restore

SENTENCE = "The ship that {name} sailed from the harbour, at dawn, was never seen again in %d years."
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(paragraphs: int) -> bytes:
    output = io.BytesIO()
    run = f'<w:p><w:r><w:t>{SENTENCE}</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve"> In bold.</w:t></w:r></w:p>'
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{run * paragraphs}</w:body></w:document>'
        )
    return output.getvalue()


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},000"


FILES = {
    "text": f"{SENTENCE}\n\n" * 2000,
    "srt": "".join(
        f"{at}\n{clock(3 * at)} --> {clock(3 * at + 2)}\nThe ship that sailed\nfrom the harbour\n\n"
        for at in range(1500)
    ),
    "md": f"# Title\n\n{SENTENCE} **Bold** and [a link](https://a.b).\n{SENTENCE}\n\n- item one\n- item two\n\n" * 500,
    "html": f'<h1>Title</h1>\n<p>{SENTENCE} <b>Bold</b> and <a href="x">a link</a>.</p>\n<ul><li>one<li>two</ul>\n'
    * 800,
    "json": "[" + ",\n".join(f'{{"id": {at}, "text": "{SENTENCE}"}}' for at in range(2000)) + "]",
    "csv": "id,text\n" + f'1,"{SENTENCE}"\n' * 2000,
    "po": f'msgid "{SENTENCE}"\nmsgstr ""\n\n' * 2000,
    "docx": docx(2000),
}


@pytest.mark.parametrize("kind", FILES)
def test_plain_copy(benchmark, kind):
    benchmark.group = f"some 200 KB of {kind}"
    data = FILES[kind]
    benchmark(
        lambda: (
            data.encode().decode()
            if isinstance(data, str)
            else zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
        )
    )


@pytest.mark.parametrize("kind", FILES)
def test_reading_and_writing(benchmark, kind):
    benchmark.group = f"some 200 KB of {kind}"
    data = FILES[kind] if isinstance(FILES[kind], bytes) else FILES[kind].encode()

    def whole() -> int:
        document = read(kind, data)
        return len(document.write([f"{segment.text}!" for segment in document.segments]))

    assert benchmark(whole) > 0


def test_protecting_and_restoring_a_thousand_segments(benchmark):
    def whole() -> int:
        return sum(
            restore(protected.text.replace("ship", "Schiff"), protected) is not None
            for protected in [protect(f"{at} {SENTENCE}") for at in range(1000)]
        )

    assert benchmark(whole) == 1000
