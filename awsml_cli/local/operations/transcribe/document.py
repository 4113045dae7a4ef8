"""What was heard, as the document that Transcribe writes.

`confidence` stands only where the engine has one: a number that nobody measured would be an invention.
`awsml_engine` and `awsml_quality` say who heard it; AWS's documents have no such keys.
"""

from __future__ import annotations

import json
import re
from typing import Any

from awsml_cli.local.engines.hear import Word

_UNSPACED = ("zh", "ja", "th", "lo", "my", "km", "yue")
_TAIL = re.compile(r"(?P<word>.*[^\s.,!?;:…。，！？、；：])(?P<sign>[.,!?;:…。，！？、；：]+)", re.S)


def document(
    name: str, heard: list[list[Word]], *, language_code: str, score: float | None, engine: str, quality: str
) -> bytes:
    """The JSON document of the job NAME. HEARD are the words of each stretch; SCORE, if the language was identified."""
    gap = "" if language_code.startswith(_UNSPACED) else " "
    items: list[dict[str, Any]] = []
    segments: list[dict[str, Any]] = []
    for words in heard:
        first = len(items)
        for word in words:
            items += _items(word, len(items))
        segments.append(_segment(len(segments), items[first:], words, gap))
    results: dict[str, Any] = {}
    if score is not None:
        results["language_code"] = language_code
        results["language_identification"] = [{"code": language_code, "score": f"{score:.4f}"}]
    results["transcripts"] = [{"transcript": gap.join(segment["transcript"] for segment in segments)}]
    results["items"] = items
    results["audio_segments"] = segments
    whole = {
        "jobName": name,
        "accountId": "000000000000",
        "status": "COMPLETED",
        "results": results,
        "awsml_engine": engine,
        "awsml_quality": quality,
    }
    return json.dumps(whole, ensure_ascii=False).encode()


def _items(word: Word, number: int) -> list[dict[str, Any]]:
    """WORD as an item, and the punctuation after it as another."""
    found = _TAIL.fullmatch(word.content)
    content, sign = (found["word"], _once(found["sign"])) if found else (word.content, "")
    best = {"content": content}
    if word.confidence is not None:
        best = {"confidence": f"{word.confidence:.3f}", **best}
    items: list[dict[str, Any]] = [
        {
            "id": number,
            "type": "pronunciation",
            "alternatives": [best],
            "start_time": f"{word.start:.3f}",
            "end_time": f"{word.end:.3f}",
        }
    ]
    if sign:
        mark = {"id": number + 1, "type": "punctuation", "alternatives": [{"confidence": "0.0", "content": sign}]}
        items.append(mark)
    return items


def _once(sign: str) -> str:
    """SIGN without the stutter of an engine: `,,` is a comma, three dots stay."""
    return sign if sign == "..." or len(set(sign)) > 1 else sign[0]


def _segment(number: int, items: list[dict[str, Any]], words: list[Word], gap: str) -> dict[str, Any]:
    text = ""
    for item in items:
        content = item["alternatives"][0]["content"]
        text += content if item["type"] == "punctuation" or not text else gap + content
    return {
        "id": number,
        "transcript": text,
        "start_time": f"{words[0].start:.3f}",
        "end_time": f"{words[-1].end:.3f}",
        "items": [item["id"] for item in items],
    }
