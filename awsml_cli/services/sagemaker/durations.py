"""Spans of time as people write them: `90`, `90s`, `30m`, `2h`, `1d`."""

from __future__ import annotations

import re
from typing import Final

from awsml_cli.core.errors import UsageError

_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(text: str | int) -> int:
    """TEXT in seconds. Raises UsageError for anything else."""
    found = re.fullmatch(r"(\d+)\s*([smhd]?)", str(text).strip().lower())
    if not found:
        raise UsageError(f"`{text}` is no span of time", hint="as 90s, 30m, 2h or 1d")
    return int(found[1]) * _UNITS[found[2]]
