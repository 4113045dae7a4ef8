"""Which values of a JSON document are meant: `$.a.b[*].c`, a small part of JSONPath (RFC 9535).

Names after a dot or in quotes and brackets, numbers in brackets (negative ones are not known), `*` for all, `..` for
any depth. A path that does not begin with `$` begins there: `title` is `$.title`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from awsml_cli.core.errors import UsageError

Step = str | int
"""A key of an object or an index of an array."""

_PART = re.compile(
    r"""(?P<deep>\.\.)?(?:\.?(?:\[\s*(?:(?P<index>\d+)|(?P<all>\*)|'(?P<one>(?:[^'\\]|\\.)*)'|"(?P<two>(?:[^"\\]|\\.)*)")\s*\]"""
    r"""|(?P<star>\*)|(?P<name>[^\s.\[\]*'"$][^.\[\]]*)))"""
)
_ANY, _DEEP = object(), object()


class Path:
    """A path: what it says, and whether a value lies on it."""

    def __init__(self, spelling: str) -> None:
        self.spelling = spelling
        self._parts = _parsed(spelling)

    def holds(self, steps: Sequence[Step]) -> bool:
        """Whether the value at STEPS is on this path, or inside a value that is."""
        return _holds(self._parts, steps)


def spelled(steps: Sequence[Step]) -> str:
    """STEPS as a path."""
    return "$" + "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" if re.fullmatch(r"[\w-]+", step) else f"['{step}']"
        for step in steps
    )


def _parsed(spelling: str) -> list[object]:
    text = spelling.strip()
    text = text[1:] if text.startswith("$") else "." + text if not text.startswith(("[", ".")) else text
    parts: list[object] = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None or found.end() == at:
            raise UsageError(
                f"`{spelling}` is no path: it cannot be read from `{text[at:]}` on", hint="for example $.items[*].title"
            )
        if found["deep"]:
            parts.append(_DEEP)
        if found["index"]:
            parts.append(int(found["index"]))
        elif found["all"] or found["star"]:
            parts.append(_ANY)
        else:
            quoted = found["one"] if found["one"] is not None else found["two"]
            parts.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else found["name"])
        at = found.end()
    return parts


def _holds(parts: Sequence[object], steps: Sequence[Step]) -> bool:
    reached = {0}
    for step in [*steps, None]:
        if len(parts) in reached:
            return True
        following = set()
        for at in reached:
            part = parts[at]
            if part is _DEEP:
                following.add(at)
                at, part = at + 1, parts[at + 1]
            if step is not None and (part is _ANY or part == step):
                following.add(at + 1)
        reached = following
    return False
