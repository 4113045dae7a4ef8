"""What rendering a long transcript costs beside reading its JSON with the standard library (each group's first row).

100,000 words are some ten hours of speech. No figure is asserted: the ratio to `json.loads` is what travels from one
machine to another.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from awsml_cli.formats.transcript import Options, Transcript, check, parse, preset, render

TALK = """well the report says that we should open a second office in Lisbon because most people there know our work and
nobody has asked for 12 million euros so far which is, to be honest, rather surprising"""
STOCK = TALK.split()
SIZES = [10_000, 40_000, 100_000]


@cache
def document(count: int) -> bytes:
    """The JSON of a diarized job of so many words: sentences, breaths, turns of two speakers."""
    chance = Random(7)
    items: list[dict[str, Any]] = []
    clock = 0.0
    words = 0
    while words < count:
        speaker = f"spk_{chance.randrange(2)}"
        for _ in range(chance.randint(4, 20)):
            content = chance.choice(STOCK).rstrip(",")
            end = clock + 0.06 * len(content) + 0.08
            items.append(item(content, "pronunciation", str(len(items)), speaker, f"{clock:.3f}", f"{end:.3f}"))
            clock = end + chance.choice([0.0, 0.0, 0.04])
            words += 1
        items.append(item(".", "punctuation", str(len(items)), speaker))
        clock += chance.uniform(0.1, 1.4)
    return json.dumps({"jobName": "long", "results": {"transcripts": [], "items": items}}).encode()


def item(content: str, kind: str, number: str, speaker: str, start: str = "", end: str = "") -> dict[str, Any]:
    times = {"start_time": start, "end_time": end} if start else {}
    alternatives = [{"confidence": "0.998", "content": content}]
    return {"id": int(number), "type": kind, "alternatives": alternatives, **times, "speaker_label": speaker}


@cache
def transcript(count: int) -> Transcript:
    return parse(document(count))


@pytest.mark.parametrize("count", SIZES)
def test_reading_the_json(benchmark: BenchmarkFixture, count: int) -> None:
    measured(benchmark, count, lambda: json.loads(document(count)))


@pytest.mark.parametrize("count", SIZES)
def test_parsing(benchmark: BenchmarkFixture, count: int) -> None:
    measured(benchmark, count, lambda: parse(document(count)))


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("name", ["text", "srt", "vtt", "csv", "json", "docx"])
def test_rendering(benchmark: BenchmarkFixture, name: str, count: int) -> None:
    options = Options(rules=preset("netflix"))
    measured(benchmark, count, lambda: render(transcript(count), name, options=options))


@pytest.mark.parametrize("count", SIZES)
def test_checking(benchmark: BenchmarkFixture, count: int) -> None:
    text = str(render(transcript(count), "srt"))
    measured(benchmark, count, lambda: check(text, preset("netflix")))


@pytest.mark.parametrize("count", SIZES)
def test_the_whole_way_from_json_to_srt(benchmark: BenchmarkFixture, count: int) -> None:
    measured(benchmark, count, lambda: render(parse(document(count)), "srt"))


def measured(benchmark: BenchmarkFixture, count: int, work: Callable[[], object]) -> None:
    benchmark.group = f"transcript of {count:,} words"
    transcript(count)  # made outside of what is measured
    benchmark.pedantic(work, rounds=3, warmup_rounds=1)
