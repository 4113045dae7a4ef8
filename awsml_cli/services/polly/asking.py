"""One request to Polly: a piece of text into its sound, or into its speech marks."""

from __future__ import annotations

from typing import Any, Final

from awsml_cli.core import clock, limits, wanted
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import ServiceError
from awsml_cli.core.session import Session
from awsml_cli.formats import audio
from awsml_cli.services.polly.choices import Settled
from awsml_cli.services.polly.voices import SERVICE

WORKERS: Final = {"standard": 8, "neural": 8, "long-form": 4, "generative": 4}
"""Pieces asked for at a time; with their marks that is twice as many requests, within every engine's quota."""

_PATIENCE: Final = 60.0  # seconds until a lexicon that was put just now is known everywhere


class Asking:
    """Asks for pieces; what was paid for once, and is kept, is not asked for again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._client = session.client(SERVICE)
        self._cache = Cache(session.config) if session.keep else None

    def sound(self, settled: Settled, text: str) -> bytes:
        """TEXT as audio. Raises ServiceError as AWS refuses, and for sound that Polly cut off."""
        params = {**settled.params, "Text": text}
        key = key_of(SERVICE, self._session.local, params)
        kept = self._kept(key)
        if kept is not None:
            return kept
        sound = self._read(params)
        _refuse_cut(sound, settled)
        self._keep(key, sound)
        return sound

    def marks(self, settled: Settled, text: str, kinds: tuple[str, ...]) -> bytes:
        """The speech marks of TEXT of these KINDS, as Polly's JSON lines."""
        params = {**settled.params, "OutputFormat": "json", "SpeechMarkTypes": sorted(kinds), "Text": text}
        del params["SampleRate"]  # it is one of the sound
        key = key_of(SERVICE, self._session.local, params)
        kept = self._kept(key)
        if kept is not None:
            return kept
        lines = self._read(params)
        self._keep(key, lines)
        return lines

    def _read(self, params: dict[str, Any]) -> bytes:
        waited, pause = 0.0, 1.0
        while True:
            try:
                return self._client.read("synthesize_speech", "AudioStream", **params)[1]
            except ServiceError as error:
                lent = any(name.startswith("awsml") for name in params.get("LexiconNames", ()))
                if error.code != "LexiconNotFoundException" or not lent or waited >= _PATIENCE:
                    raise
            wanted.check()
            clock.sleep(pause)
            waited, pause = waited + pause, min(pause * 2, 10.0)

    def _kept(self, key: str) -> bytes | None:
        return None if self._cache is None or self._session.fresh else self._cache.find(key)

    def _keep(self, key: str, answer: bytes) -> None:
        if self._cache is not None:
            self._cache.keep(key, answer)


def _refuse_cut(sound: bytes, settled: Settled) -> None:
    """Polly cuts an answer off at ten minutes and says nothing; we do say it."""
    if len(sound) < 1_000_000:
        return
    length = audio.duration(settled.wire, sound, sample_rate=settled.sample_rate)
    if length >= limits.POLLY_OUTPUT_SECONDS - 0.5:
        raise ServiceError(
            "Polly cut a piece of this speech off at ten minutes",
            hint="speak faster, or break the text into paragraphs",
        )
