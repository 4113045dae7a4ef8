"""Translation by Apertium: rules and dictionaries, one pair of languages at a time, as Debian packages them.

A pair is a pipeline of small programs. It is started once and kept, each stage told (`-z`) to give its output at
every NUL: a sentence then takes 1 ms instead of the 115 ms that starting the pipeline costs.
Apertium's own script is not used for it, since its gawk stages wait for more input before they give any.
"""

from __future__ import annotations

import atexit
import os
import re
import select
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.declaration import Declaration

_DECLARATION = Declaration(
    name="apertium",
    job="translate",
    package="apertium",
    pin="Debian's",
    module="",
    licence="GPL-2.0 and GPL-3.0 (programs of their own)",
    languages=(),
    quality="weak",
    measured="a good gist between neighbours (es-pt, es-fr, es-ca), a poor one between en and es; 1 ms a sentence",
    install="apt-get install apertium apertium-eng-spa",
    program=True,
)

PATIENCE = 20.0  # seconds for one line before the pipeline is taken for broken

# Codes of Apertium's modes to those of Amazon Translate. `pt` is Brazil's there.
_CODES = {
    "afr": "af", "bel": "be", "bul": "bg", "cat": "ca", "dan": "da", "eng": "en", "fra": "fr", "hbs": "hr", "hin": "hi",
    "ind": "id", "isl": "is", "ita": "it", "mkd": "mk", "nld": "nl", "nob": "no", "nor": "no", "por": "pt-PT",
    "pt": "pt-PT", "pt_BR": "pt", "rus": "ru", "slv": "sl", "spa": "es", "swe": "sv", "ukr": "uk", "urd": "ur",
    "zlm": "ms", "hbs_HR": "hr", "hbs_SR": "sr", "hbs_BS": "bs",
}  # fmt: skip
_TRANSLATE_CODES = {
    "af", "be", "bg", "ca", "da", "en", "es", "fr", "hi", "hr", "id", "is", "it", "mk", "ms", "nl", "no", "pt", "pt-PT",
    "ro", "ru", "sl", "sr", "bs", "sv", "uk", "ur",
}  # fmt: skip

# Debian 12's packages of pairs between languages that Amazon Translate knows.
PACKAGES = {
    frozenset(pair.split()): f"apertium-{name}"
    for pair, name in (
        ("af nl", "afr-nld"), ("ca en", "eng-cat"), ("en es", "eng-spa"), ("es fr", "fr-es"), ("es pt-PT", "es-pt"),
        ("es pt", "es-pt"), ("es ro", "es-ro"), ("ca es", "spa-cat"), ("es it", "spa-ita"), ("ca fr", "fra-cat"),
        ("ca pt-PT", "por-cat"), ("ca it", "cat-ita"), ("bg mk", "mkd-bul"), ("mk en", "mkd-eng"), ("hr en", "hbs-eng"),
        ("hr mk", "hbs-mkd"), ("hr sl", "hbs-slv"), ("id ms", "ind-zlm"), ("is en", "isl-eng"), ("is sv", "isl-swe"),
        ("be ru", "bel-rus"), ("ru uk", "rus-ukr"), ("da sv", "swe-dan"), ("no sv", "swe-nor"), ("da no", "dan-nor"),
        ("hi ur", "urd-hin"),
    )
}  # fmt: skip

_SPECIAL = re.compile(r"([\[\]{}^$/\\@<>])")
_BLANK = re.compile(r"(\[(?:[^\]\\]|\\.)*\])|\\(.)| {2,}", re.S)
_GAP = re.compile(r"[^\S ]+| {2,}|~+")


def declaration() -> Declaration:
    """What Apertium says of itself, with the languages of the pairs that are installed."""
    languages = sorted({code for pair in pairs() for code in pair})
    return replace(_DECLARATION, languages=tuple(languages))


def pairs() -> dict[tuple[str, str], Path]:
    """The pairs installed here, as (source, target) in Amazon Translate's codes, and the mode file of each."""
    if shutil.which("apertium") is None:
        return {}
    found: dict[tuple[str, str], Path] = {}
    for mode in sorted(_modes().glob("*.mode")):
        parts = mode.stem.split("-")
        if len(parts) != 2:
            continue
        source, target = (_CODES.get(part, part) for part in parts)
        if {source, target} <= _TRANSLATE_CODES:
            found.setdefault((source, target), mode)
    for (source, target), mode in list(found.items()):  # the pair knows one Portuguese; it reads both
        for one, other in (("pt", "pt-PT"), ("pt-PT", "pt")):
            swapped = (other if source == one else source, other if target == one else target)
            found.setdefault(swapped, mode)
    return found


def translate(text: str, *, source: str, target: str) -> str:
    """TEXT in another language, line by line; white space and line ends stay as they are.

    Words that the dictionaries lack stay as they are. Raises KeyError for a pair that is not installed.
    """
    pipeline = _pipeline(pairs()[source, target])
    return "".join(_line(piece, pipeline) if piece.strip() else piece for piece in re.split(r"([\r\n\f\v]+)", text))


def missing() -> ConfigError:
    """The error for want of Apertium."""
    return ConfigError("no engine on this machine can translate", hint=_DECLARATION.install)


class Pipeline:
    """The programs of one mode, running, each fed by the one before it."""

    def __init__(self, mode: Path) -> None:
        self._turn = threading.Lock()
        self._stages: list[subprocess.Popen[bytes]] = []
        source: int | None = subprocess.PIPE
        for command in _commands(mode):
            stage = subprocess.Popen(
                command,
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
            assert stage.stdout is not None
            if self._stages:
                before = self._stages[-1].stdout
                assert before is not None
                before.close()
            source = stage.stdout.fileno()
            self._stages.append(stage)
        atexit.register(self.close)

    def put(self, stream: str) -> str:
        """STREAM, one line in Apertium's stream format, translated. Raises ConfigError if the pipeline broke."""
        first, last = self._stages[0].stdin, self._stages[-1].stdout
        assert first is not None
        assert last is not None
        with self._turn:
            try:
                first.write(stream.encode() + b"\0")
                answer = b""
                while not answer.endswith(b"\0"):
                    ready, _, _ = select.select([last], [], [], PATIENCE)
                    part = last.read(1 << 16) if ready else b""
                    if not part:
                        raise BrokenPipeError
                    answer += part
            except OSError:
                self.close()
                raise ConfigError("Apertium's pipeline stopped", hint=_DECLARATION.install) from None
        return answer[:-1].decode("utf-8", "replace")

    @property
    def running(self) -> bool:
        """Whether every stage still runs."""
        return all(stage.poll() is None for stage in self._stages)

    def close(self) -> None:
        """End all stages: the first at the end of its input, the others after it."""
        for stage in self._stages:
            for stream in (stage.stdin, stage.stdout):
                if stream is not None and not stream.closed:
                    stream.close()
            if stage.poll() is None:
                stage.terminate()
            stage.wait()
        atexit.unregister(self.close)


_running: dict[Path, Pipeline] = {}
_starting = threading.Lock()


def _pipeline(mode: Path) -> Pipeline:
    with _starting:
        held = _running.get(mode)
        if held is None or not held.running:
            held = _running[mode] = Pipeline(mode)
        return held


def _commands(mode: Path) -> Iterator[list[str]]:
    """The stages of a mode file, a shell pipeline in which `$1` stands for how unknown words are shown."""
    for stage in mode.read_text(encoding="utf-8").strip().split("|"):
        program, *words = shlex.split(stage)
        yield [program, "-z", *("-n" if word == "$1" else word for word in words if word != "$2")]


@cache
def _modes() -> Path:
    program = shutil.which("apertium")
    prefix = Path(os.path.realpath(program)).parent.parent if program else Path("/usr")
    return prefix / "share" / "apertium" / "modes"


def _line(line: str, pipeline: Pipeline) -> str:
    """One line translated; what stands before and after its words stays."""
    words = line.strip()
    before, after = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
    answer = pipeline.put(_escaped(words) + "[][]").removesuffix("[][]")
    return before + _BLANK.sub(_unescaped, answer).strip() + after


def _escaped(words: str) -> str:
    """WORDS in the stream format: its signs escaped, gaps and what would be lost between brackets."""
    parts, at = [], 0
    for gap in _GAP.finditer(words):
        parts += [_SPECIAL.sub(r"\\\1", words[at : gap.start()]), f"[{gap.group()}]"]
        at = gap.end()
    return "".join([*parts, _SPECIAL.sub(r"\\\1", words[at:])]).replace("\0", "")


def _unescaped(found: re.Match[str]) -> str:
    """A gap of the text out of its brackets, a sign without its escape; several spaces are where a word was dropped."""
    blank, sign = found.groups()
    if blank is not None:
        return re.sub(r"\\(.)", r"\1", blank[1:-1])
    return " " if sign is None else str(sign)
