"""A page in Liquid HTML for reviewers, looked at before it is sent: what AWS would show broken is refused.

https://docs.aws.amazon.com/sagemaker/latest/dg/a2i-custom-templates.html
"""

from __future__ import annotations

import re
from typing import Final

from awsml_cli.core.errors import InputError

_TAG: Final = re.compile(r"\{\{|\}\}|\{%-?\s*(\w+)?|-?%\}")
_VERBATIM: Final = re.compile(r"\{%-?\s*(raw|comment)\s*-?%\}.*?\{%-?\s*end\1\s*-?%\}", re.S)
_BLOCKS: Final = ("if", "unless", "for", "case", "capture", "comment", "raw", "tablerow")


def check(text: str, *, name: str, most: int) -> None:
    """Raises InputError for a template that is empty, has more than MOST characters, or whose Liquid does not close."""
    if not text.strip():
        raise InputError(f"{name} is empty")
    if len(text) > most:
        raise InputError(f"{name} has {len(text):,} characters; a template has at most {most:,}")
    _check_liquid(text, name)
    if "<crowd-" not in text and "</form>" not in text:
        raise InputError(
            f"{name} has no form that a reviewer could send",
            hint="<crowd-form> … </crowd-form>, with crowd-html-elements.js",
        )


def _check_liquid(text: str, name: str) -> None:
    opened: list[tuple[str, int]] = []
    inside: tuple[str, int] | None = None
    for found in _TAG.finditer(_VERBATIM.sub(lambda one: "\n" * one[0].count("\n"), text)):
        line, sign = found.string.count("\n", 0, found.start()) + 1, found[0]
        if sign == "{{" or sign.startswith("{%"):
            if inside is not None:
                break
            inside = (sign[:2], line)
            word = found[1] or ""
            if word in _BLOCKS:
                opened.append((word, line))
            elif word.startswith("end") and word[3:] in _BLOCKS and (not opened or opened.pop()[0] != word[3:]):
                raise InputError(f"{name}:{line}: `{word}` closes nothing")
        elif inside is not None and (sign == "}}") == (inside[0] == "{{"):
            inside = None
    if inside is not None:
        raise InputError(f"{name}:{inside[1]}: `{inside[0]}` is not closed")
    if opened:
        raise InputError(f"{name}:{opened[-1][1]}: `{{% {opened[-1][0]} %}}` has no `{{% end{opened[-1][0]} %}}`")
