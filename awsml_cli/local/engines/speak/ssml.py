"""Polly's SSML made ready for espeak-ng: the tags that it knows pass, those it spells otherwise are put in its words.

espeak-ng ignores what it does not know, and would read a file that `<audio>` names. So everything is parsed here and
written anew; what the engine cannot do is an error, never silence.
Tags: https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from awsml_cli.core.errors import ConfigError
from awsml_cli.formats.ssml.lint import lint
from awsml_cli.local.engines.speak.script import Script, add, substituted
from awsml_cli.local.engines.speak.voices import LANGUAGES

LONGEST_BREAK = 10.0  # seconds

_PASSED = {"p", "s", "emphasis", "break", "prosody", "mark"}
_ATTRIBUTES = {"emphasis": {"level"}, "break": {"time", "strength"}, "prosody": {"rate", "pitch", "volume"},
               "mark": {"name"}, "p": set(), "s": set()}  # fmt: skip
_SPELLED = {"characters": "characters", "spell-out": "characters", "digits": "tts:digits", "telephone": "telephone"}
_READ_AS_WRITTEN = {"cardinal", "number", "fraction", "unit", "date", "time", "address"}
_OF_POLLY_ALONE = {"phoneme", "amazon:effect", "amazon:breath", "amazon:auto-breaths"}
_ORDINALS = {"1": "st", "2": "nd", "3": "rd"}


class InvalidSsml(Exception):
    """The SSML is not well-formed, or has what Polly's standard voices do not take."""


def parse(text: str, *, lexemes: Mapping[str, str] | None = None, engine: str = "standard") -> Script:
    """The script of SSML for voices of ENGINE, standard or neural.

    Raises InvalidSsml, and ConfigError for what Polly can say and no engine here can.
    """
    script = _Parser(text, lexemes or {}, engine).script
    if engine != "standard" and (problems := lint(text, engine)):
        raise InvalidSsml(problems[0].message)
    return script


class _Parser:
    def __init__(self, text: str, lexemes: Mapping[str, str], engine: str) -> None:
        self._of_polly_alone = _OF_POLLY_ALONE | ({"amazon:domain"} if engine == "neural" else set())
        self.script = Script(text.encode(), is_ssml=True)
        self._lexemes = lexemes
        self._closing: list[str] = []
        self._names: list[str] = []
        self._alias: str | None = None
        self._ordinal = False
        self._pending: tuple[int, str] | None = None
        self._expat = expat.ParserCreate("utf-8")
        self._expat.buffer_text = False
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._characters
        self._expat.StartDoctypeDeclHandler = self._doctype
        try:
            self._expat.Parse(self.script.source, True)
        except expat.ExpatError as problem:
            raise InvalidSsml(f"it is not well-formed: {problem}") from None

    def _doctype(self, *_: object) -> None:
        raise InvalidSsml("a document type is not allowed")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._flush(self._expat.CurrentByteIndex)
        if not self._names and name != "speak":
            raise InvalidSsml("the outermost tag has to be <speak>")
        if self._names and name == "speak":
            raise InvalidSsml("<speak> cannot stand inside <speak>")
        opening, closing = self._written(name, attributes)
        self._names.append(name)
        self._closing.append(closing)
        self.script.text += opening

    def _end(self, _name: str) -> None:
        self._flush(self._expat.CurrentByteIndex)
        if self._names.pop() == "sub":
            self._alias = None
        self._ordinal = False
        self.script.text += self._closing.pop()

    def _characters(self, text: str) -> None:
        self._flush(self._expat.CurrentByteIndex)
        self._pending = (self._expat.CurrentByteIndex, text)

    def _flush(self, end: int) -> None:
        """Take the text that came last, now that the parser's place (END) says how long it is in the source."""
        if self._pending is None:
            return
        source, text = self._pending
        self._pending = None
        if self._alias is not None:
            written = self.script.source[source:end].decode()
            add(self.script, [(written, self._alias)], source, escape=True)
            self._alias = ""  # once, however many pieces the text comes in
        elif len(text.encode()) != end - source:  # an entity
            add(self.script, [(self.script.source[source:end].decode(), text)], source, escape=True)
        elif self._ordinal and text.strip().isdigit():
            add(self.script, [(text, text.rstrip() + _suffix(text.strip()))], source)
        else:
            add(self.script, substituted(text, self._lexemes), source, escape=True)

    def _written(self, name: str, attributes: dict[str, str]) -> tuple[str, str]:
        """How espeak-ng writes the opening and the closing of a tag."""
        if name in self._of_polly_alone or "amazon:max-duration" in attributes:
            raise ConfigError(f"no voice on this machine can do <{name}>", hint="leave the tag out")
        if name in ("speak", "lang"):
            return self._in_language(name, attributes)
        if name == "sub":
            self._alias = attributes.get("alias", "")
            return "", ""
        if name == "say-as":
            return self._said_as(attributes.get("interpret-as", ""))
        if name == "w":
            return "", ""
        if name not in _PASSED:
            raise InvalidSsml(f"<{name}> is not a tag of the standard voices")
        if name == "break":
            _check_break(attributes.get("time"))
        kept = {key: value for key, value in attributes.items() if key in _ATTRIBUTES[name]}
        return f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in kept.items())}>", f"</{name}>"

    def _in_language(self, name: str, attributes: dict[str, str]) -> tuple[str, str]:
        outer = ("<speak>", "</speak>") if name == "speak" else ("", "")
        code = attributes.get("xml:lang")
        if code is None:
            return outer
        if code not in LANGUAGES:
            raise InvalidSsml(f"the language {code} is not one of the standard voices'")
        language = LANGUAGES[code].rsplit("/", 1)[-1].lower()
        return f'{outer[0]}<voice xml:lang="{language}">', f"</voice>{outer[1]}"

    def _said_as(self, manner: str) -> tuple[str, str]:
        if manner in _SPELLED:
            return f'<say-as interpret-as="{_SPELLED[manner]}">', "</say-as>"
        if manner == "ordinal":
            self._ordinal = True
            return "", ""
        if manner in _READ_AS_WRITTEN:
            return "", ""
        if manner == "expletive":
            raise ConfigError("no voice on this machine can bleep an expletive", hint="leave the text out")
        raise InvalidSsml(f'interpret-as="{manner}" is unknown')


def _check_break(time: str | None) -> None:
    if time is None:
        return
    found = re.fullmatch(r"\+?(\d+(?:\.\d+)?)(ms|s)", time)
    if found is None or float(found[1]) / (1000 if found[2] == "ms" else 1) > LONGEST_BREAK:
        raise InvalidSsml(f'a break of time="{time}" is not one of up to {LONGEST_BREAK:g}s')


def _suffix(number: str) -> str:
    return "th" if number[-2:-1] == "1" else _ORDINALS.get(number[-1], "th")
