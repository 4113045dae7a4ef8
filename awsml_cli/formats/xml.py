"""What XML cannot hold, taken out of a text."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2


def clean(text: str) -> str:
    """TEXT without the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("", text)
