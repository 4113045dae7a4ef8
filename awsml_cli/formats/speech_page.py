"""One HTML page that plays a speech and shows each word as it is spoken; all is in it, and nothing is fetched.

A click on a word goes there. The audio is a `data:` address; the page's own policy (CSP) forbids everything else.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from typing import Any, Final

from awsml_cli.formats import audio
from awsml_cli.formats.audio import pcm
from awsml_cli.formats.speech_marks import word_times
from awsml_cli.formats.ssml.read import Text, read

_MIMES: Final = {"mp3": "audio/mpeg", "ogg_vorbis": "audio/ogg", "ogg_opus": "audio/ogg"}
_BREAKS: Final = ("p", "s", "break")  # tags that part words

_HEAD: Final = """<!DOCTYPE html>
<html{language}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; media-src data:; \
style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --ink: #1c1d1f; --paper: #fdfcf9; --now: #ffd84d; --said: #6b6d72 }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ink: #e9e7e2; --paper: #17181a; --now: #8a6a00; --said: #9a9ca1 }}
}}
body {{ margin: 0; background: var(--paper); color: var(--ink); font: 1.2rem/1.75 Georgia, "Times New Roman", serif }}
header {{ position: sticky; top: 0; padding: .75rem 1rem; background: var(--paper); border-bottom: 1px solid #8884 }}
audio {{ display: block; width: 100%; max-width: 44rem; margin: 0 auto }}
main {{ max-width: 40rem; margin: 0 auto; padding: 1.5rem 1rem 40vh; white-space: pre-wrap; overflow-wrap: break-word }}
main b {{ font-weight: inherit; cursor: pointer; border-radius: .2em; padding: .08em 0 }}
main b:hover, main b:focus-visible {{ outline: 2px solid var(--now) }}
main b.said {{ color: var(--said) }}
main b.now {{ background: var(--now); color: inherit; box-shadow: 0 0 0 .12em var(--now) }}
</style>
</head>
<body>
<header><audio id="sound" controls preload="auto" src="data:{mime};base64,"""

_TAIL: Final = """</main>
<script>
"use strict";
const sound = document.getElementById("sound");
const words = Array.from(document.querySelectorAll("main b"));
const begins = words.map((word) => Number(word.dataset.at));
let shown = -1;
function spokenAt(time) {
  let low = 0, high = begins.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (begins[middle] <= time) low = middle + 1; else high = middle;
  }
  return low - 1;
}
function show() {
  const index = sound.ended ? words.length : spokenAt(sound.currentTime + 0.001);
  if (index === shown) return;
  const last = Math.min(Math.max(shown, index), words.length - 1);
  for (let at = Math.max(Math.min(shown, index), 0); at <= last; at++) {
    words[at].classList.toggle("said", at < index);
    words[at].classList.toggle("now", at === index);
  }
  shown = index;
  const word = words[index];
  if (word && !sound.paused) {
    const box = word.getBoundingClientRect();
    if (box.top < 90 || box.bottom > innerHeight - 60) word.scrollIntoView({ block: "center", behavior: "smooth" });
  }
}
function follow() {
  show();
  if (!sound.paused && !sound.ended) requestAnimationFrame(follow);
}
function go(word) {
  sound.currentTime = Number(word.dataset.at);
  sound.play();
}
for (const event of ["play", "playing"]) sound.addEventListener(event, follow);
for (const event of ["timeupdate", "seeked", "pause", "ended"]) sound.addEventListener(event, show);
document.querySelector("main").addEventListener("click", (event) => {
  const word = event.target.closest("b");
  if (word) go(word);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== " " || event.target === sound) return;
  event.preventDefault();
  if (sound.paused) sound.play(); else sound.pause();
});
</script>
</body>
</html>
"""


@dataclass(frozen=True)
class _Run:
    """Text that is shown, and the code points of the original from which it comes."""

    text: str
    begin: int
    end: int


def page(
    text: str,
    marks: Iterable[Mapping[str, Any]],
    sound: bytes,
    *,
    format: str,
    sample_rate: int,
    duration: float,
    title: str,
    language: str | None = None,
    is_ssml: bool = False,
) -> Iterator[str]:
    """Give the page part by part: TEXT with its words as MARKS (merged, of type word) have them, and the SOUND.

    FORMAT is one that `audio.join` knows, or `wav`; DURATION is in seconds. With `is_ssml`, TEXT is SSML, of which the
    words are shown.
    """
    mime, playable = _playable(sound, format, sample_rate=sample_rate)
    attribute = f' lang="{escape(language)}"' if language else ""
    yield _HEAD.format(language=attribute, title=escape(title), mime=mime)
    yield base64.b64encode(playable).decode("ascii")
    yield '"></audio></header>\n<main dir="auto">'
    yield from _words(_shown(text, is_ssml=is_ssml), marks, duration)
    yield _TAIL


def _playable(sound: bytes, format: str, *, sample_rate: int) -> tuple[str, bytes]:
    """SOUND as a browser plays it, whole and with its length in it: what has no container becomes a WAV file."""
    if format in pcm.WIDTHS:
        return "audio/wav", pcm.wav_header(format, sample_rate=sample_rate, size=len(sound)) + sound
    file = io.BytesIO(sound)
    if format == "mp3":
        file = io.BytesIO(b"".join(audio.join("mp3", [sound], seekable=True)))
    if format in ("mp3", "wav"):
        audio.finish(file)
    return _MIMES.get(format, "audio/wav"), file.getvalue()


def _shown(text: str, *, is_ssml: bool) -> list[_Run]:
    if not is_ssml:
        return [_Run(text, 0, len(text))]
    runs: list[_Run] = []
    for part in read(text):
        if not isinstance(part, Text):
            if part.name in _BREAKS and runs and not runs[-1].text.endswith(("\n", " ")):
                runs.append(_Run("\n\n" if part.name == "p" and part.kind == "close" else " ", part.at, part.at))
            continue
        at = 0
        for fragment in part.fragments:
            length = len(fragment.text) if fragment.verbatim else 1
            runs.append(_Run(part.spoken[at : at + length], fragment.at, fragment.at + fragment.length))
            at += length
    return runs


def _words(runs: list[_Run], marks: Iterable[Mapping[str, Any]], duration: float) -> Iterator[str]:
    """The text with every word in an element that knows when it is spoken."""
    words = [(mark["start"], mark["end"], begin) for mark, begin, _ in word_times(marks, duration)]
    words = [word for word, after in zip_longest(words, words[1:]) if after is None or word[1] <= after[0]]
    index, inside = 0, False
    for run in runs:
        at = run.begin
        verbatim = run.end - run.begin == len(run.text)
        while at < run.end or (not verbatim and at == run.begin):
            if index < len(words) and inside and words[index][1] <= at:
                yield "</b>"
                index, inside = index + 1, False
            while not inside and index < len(words) and words[index][1] <= at:
                index += 1
            if index < len(words) and not inside and words[index][0] <= at:
                yield f'<b data-at="{words[index][2]:.3f}">'
                inside = True
            if not verbatim:
                yield escape(run.text)
                break
            edge = run.end
            if index < len(words):
                edge = min(edge, words[index][1] if inside else words[index][0])
            yield escape(run.text[at - run.begin : edge - run.begin])
            at = edge
    if inside:
        yield "</b>"
