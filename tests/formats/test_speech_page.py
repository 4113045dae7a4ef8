"""The page that plays a speech: whole in itself, every word where it is spoken; looked at in a browser where there is one."""

from __future__ import annotations

import base64
import io
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import browser
import pytest
import sounds
from fakeaws import Aws, tones
from fakeaws.program import Program

from awsml_cli.formats.speech_page import page

TEXT = 'Grüße, "AT&T"!\n\n  <b>Wie geht\'s?</b> 👍 '


def word(time: int, text: str, whole: str = TEXT) -> dict[str, Any]:
    start = whole.index(text)
    return {"time": time, "type": "word", "start": start, "end": start + len(text), "value": text}


MARKS = [word(0, "Grüße"), word(500, "AT&T"), word(1_000, "Wie"), word(1_500, "geht's")]


def written(text: str = TEXT, marks: Any = MARKS, format: str = "mp3", rate: int = 24_000, **options: Any) -> str:
    sound = tones.sound("pcm" if format == "wav" else format, rate, 300)
    given = {"title": "A <b>", "duration": 3.0, "format": format, "sample_rate": rate, **options}
    return "".join(page(text, marks, sound, **given))


def shown(document: str) -> str:
    inside = document.partition('<main dir="auto">')[2].partition("</main>")[0]
    return unescape(re.sub(r"</?b\b[^>]*>", "", inside))


class TestPage:
    def test_the_text_stands_there_as_it_was_given(self) -> None:
        assert shown(written()) == TEXT

    def test_each_word_knows_its_time(self) -> None:
        found = re.findall(r'<b data-at="([\d.]+)">(.*?)</b>', written())
        assert [(float(at), unescape(text)) for at, text in found] == [
            (0, "Grüße"),
            (0.5, "AT&T"),
            (1, "Wie"),
            (1.5, "geht's"),
        ]

    def test_it_is_html_with_everything_closed_and_nothing_from_elsewhere(self) -> None:
        open_tags: list[str] = []
        addresses: list[str] = []

        class Parser(HTMLParser):
            def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
                addresses.extend(str(value)[:5] for name, value in attributes if name in ("src", "href"))
                if tag not in ("meta", "link", "br"):
                    open_tags.append(tag)

            def handle_endtag(self, tag: str) -> None:
                assert open_tags.pop() == tag

        Parser().feed(written())
        assert (open_tags, addresses) == ([], ["data:"])
        assert "<title>A &lt;b&gt;</title>" in written()
        assert '<html lang="de-DE">' in written(language="de-DE")

    @pytest.mark.parametrize(
        ("format", "rate", "mime"),
        [
            ("mp3", 24_000, "audio/mpeg"),
            ("ogg_vorbis", 24_000, "audio/ogg"),
            ("ogg_opus", 48_000, "audio/ogg"),
            ("pcm", 16_000, "audio/wav"),
            ("mulaw", 8_000, "audio/wav"),
            ("alaw", 8_000, "audio/wav"),
        ],
    )
    def test_its_sound_is_a_whole_file_of_the_right_length(self, format: str, rate: int, mime: str) -> None:
        found = re.search(r'src="data:([^;]*);base64,([^"]*)"', written(format=format, rate=rate))
        assert found is not None
        data = base64.b64decode(found[2])
        assert found[1] == mime
        assert sounds.stated(data) == pytest.approx(3, abs=0.12)
        assert sounds.read(data).seconds == pytest.approx(3, abs=0.12)

    def test_a_wav_stream_gets_its_sizes(self) -> None:
        from awsml_cli.formats import audio

        sound = b"".join(audio.join("pcm", [bytes(32_000)], wav=True))
        found = re.search(
            r"base64,([^\"]*)", "".join(page("x", [], sound, title="", duration=1, format="wav", sample_rate=16_000))
        )
        assert found is not None
        assert sounds.soundfile.info(io.BytesIO(base64.b64decode(found[1]))).frames == 16_000

    def test_of_ssml_the_words_are_shown(self) -> None:
        ssml = '<speak><p>Mary &amp; <mark name="x"/>the <emphasis>lamb</emphasis>.</p><p>Ba!</p></speak>'
        marks = [word(0, "Mary", ssml), word(100, "the", ssml), word(200, "lamb", ssml), word(300, "Ba", ssml)]
        document = written(ssml, marks, is_ssml=True)
        assert shown(document).split() == ["Mary", "&", "the", "lamb.", "Ba!"]
        assert re.findall(r"<b[^>]*>(.*?)</b>", document) == ["Mary", "the", "lamb", "Ba"]

    def test_a_word_made_of_entities(self) -> None:
        ssml = "<speak>AT&amp;T rose</speak>"
        document = written(ssml, [word(0, "AT&amp;T", ssml), word(100, "rose", ssml)], is_ssml=True)
        assert re.findall(r"<b[^>]*>(.*?)</b>", document) == ["AT&amp;T", "rose"]

    def test_a_text_without_words_is_a_page_too(self) -> None:
        assert shown(written("…", [])) == "…"


@pytest.mark.skipif(browser.found() is None, reason="no Chromium here: apt-get install chromium")
class TestInABrowser:
    TEXT = "Good morning, everybody. This is a page that speaks, and shows each word as it is spoken. " * 12

    @pytest.fixture
    def path(self, aws: Aws, awsml: Program, tmp_path: Path) -> Path:
        """A page as the command writes it."""
        run = awsml("polly", "--voice", "Joanna", "--html", "speech.html", "-o", "speech.mp3", self.TEXT, cwd=tmp_path)
        assert (run.exit_code, run.stderr) == (0, "")
        return tmp_path / "speech.html"

    def test_it_shows_each_word_as_it_is_spoken(self, path: Path, tmp_path: Path) -> None:
        with browser.page(tmp_path / "profile") as page:
            page.open(path)
            assert (
                page.ask("new Promise(d => sound.readyState > 1 ? d() : sound.addEventListener('canplay', () => d()))")
                is None
            )
            length = page.ask("sound.duration")
            assert length == pytest.approx(sounds.stated((tmp_path / "speech.mp3").read_bytes()), abs=0.1)
            seen = page.ask(
                """new Promise(done => {
                  const seen = [];
                  new MutationObserver(() => {
                    const now = document.querySelectorAll("main b.now");
                    if (now.length !== 1) return;
                    seen.push([now[0].textContent, Number(now[0].dataset.at), sound.currentTime]);
                    if (seen.length > 5) { sound.pause(); done(seen); }
                  }).observe(document.querySelector("main"), { subtree: true, attributeFilter: ["class"] });
                  sound.play();
                })"""
            )
            words = list(dict.fromkeys(text for text, *_ in seen))
            assert words == ["Good", "morning", "everybody", "This", "is", "a"][: len(words)]
            assert len(words) >= 3
            assert all(-0.01 <= heard - begin < 0.5 for _, begin, heard in seen)
            assert page.requests == [path.as_uri(), *[one for one in page.requests[1:] if one.startswith("data:")]]
            assert page.complaints == []

    def test_a_click_on_a_word_goes_there(self, path: Path, tmp_path: Path) -> None:
        with browser.page(tmp_path / "profile") as page:
            page.open(path)
            page.ask("new Promise(d => sound.readyState > 1 ? d() : sound.addEventListener('canplay', () => d()))")
            page.ask("document.querySelectorAll('main b')[40].id = 'there'")
            page.click("#there")
            page.ask(
                "new Promise(d => { const ask = () => sound.currentTime > 1 && !sound.seeking ? d() : requestAnimationFrame(ask); ask(); })"
            )
            page.ask("new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))")
            begin, now, shown, paused = page.ask(
                "[Number(there.dataset.at), sound.currentTime, document.querySelector('b.now').textContent, sound.paused]"
            )
            said = page.ask("document.querySelectorAll('main b.said').length")
            assert begin - 0.01 <= now < begin + 2
            assert (paused, said) == (False, pytest.approx(40, abs=3))
            assert shown

    def test_a_word_that_is_spoken_is_seen_in_the_picture(self, path: Path, tmp_path: Path) -> None:
        with browser.page(tmp_path / "profile") as page:
            page.open(path)
            page.ask("new Promise(d => sound.readyState > 1 ? d() : sound.addEventListener('canplay', () => d()))")
            page.ask("new Promise(d => { sound.addEventListener('seeked', () => d()); sound.currentTime = 2.5; })")
            colours = page.ask(
                "[...new Set([...document.querySelectorAll('main b')].map(b => getComputedStyle(b).backgroundColor))]"
            )
            picture = page.picture()
            assert len(colours) == 2
            assert picture.startswith(b"\x89PNG")
            (tmp_path / "page.png").write_bytes(picture)
