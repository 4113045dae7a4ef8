"""How much splitting costs beside one plain pass over the text (the group's first row)."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from awsml_cli.formats import ssml
from awsml_cli.formats.pieces import cut, utf8_length

PROSE = "The quick brown fox, as they say, jumps over Mr. Dog. It was late! Was it? “Surely,” he said. " * 10_000
TEXTS = {
    "prose": PROSE,
    "paragraphs": re.sub(r"late! ", "late!\n\n", PROSE),
    "no-stop": re.sub(r"[.!?,]", "", PROSE),
    "one-word": "x" * len(PROSE),
    "only-stops": "." * len(PROSE),
    "chinese": "这是一个句子，很好。" * (len(PROSE) // 10),
}


def chunks(text: str) -> list[str]:
    return [text[at : at + 65_536] for at in range(0, len(text), 65_536)]


@pytest.mark.parametrize("name", TEXTS)
def test_plain_pass(benchmark, name):
    benchmark.group = f"split {name}"
    read = chunks(TEXTS[name])
    benchmark(lambda: sum(len(re.findall(r"[.!?。]", chunk)) + len(chunk.encode()) for chunk in read))


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    ("limit", "measure", "paragraphs"), [(10_000, utf8_length, True), (3_000, len, False)], ids=["translate", "polly"]
)
def test_cutting(benchmark, name, limit, measure, paragraphs):
    benchmark.group = f"split {name}"
    read = chunks(TEXTS[name])
    benchmark(lambda: sum(1 for _ in cut(read, limit, measure=measure, paragraphs=paragraphs)))


SSML = "<speak>" + f"<p>{PROSE[:900]} AT&amp;T <emphasis>now</emphasis>.</p>\n" * 500 + "</speak>"


def test_plain_parse(benchmark):
    benchmark.group = "split ssml"
    benchmark(ElementTree.fromstring, SSML)


def test_splitting_ssml(benchmark):
    benchmark.group = "split ssml"
    benchmark(ssml.split, SSML)
