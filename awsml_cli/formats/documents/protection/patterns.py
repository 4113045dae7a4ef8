"""How the things that stay are spelled, whatever the file they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator

TAG = r"</?[A-Za-z_](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
_PLACE = r"[\w.$@\[\]-]"

PLACEHOLDERS = {
    # addresses: what may stand in one is ASCII, so that text without blanks may follow
    "url": r"(?<![A-Za-z0-9])(?:(?:https?|ftps?|s3|wss?|file)://|www\.(?=\w)|mailto:)(?:(?![<>\"'`{}|\\^])[!-~])+",
    "mail": r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}",
    # {{x}}, {{{x}}}, {{ x | filter }}, {{< shortcode >}}, {% tag %}, {# note #}, <%= x %>, [[x]]
    "template": r"\{\{\{?[^{}\n]{0,200}\}\}\}?|\{%[^\n]{0,500}?%\}|\{#[^\n]{0,500}?#\}|<%.{0,500}?%>",
    "icu": r"\{\s*[\w.#]+\s*,\s*\w+",  # {count, plural, …}: its end is looked for
    # {}, {0}, {name}, { name }, {user.name}, {0:.2f}, {name!r:>10}, ${x}, #{x}, $t(key), %{x}
    "brace": rf"[$#%@]?\{{\s*{_PLACE}{{0,80}}\s*(?:![rsa])?(?::[^{{}}\s]{{0,40}})?\}}|\$t\([^()\n]{{0,120}}\)",
    "override": r"\{\\[^{}\n]{0,200}\}",  # {\an8}, of subtitles
    # %s, %1$s, %-5.2f, %lld, %@, %(name)s, %name%, %%; behind a figure ("100%of") no letter may follow
    "printf": r"%\([\w. -]{1,80}\)[-+#0]*\d*(?:\.\d+)?[a-zA-Z]|%[A-Za-z_]\w{0,60}%|%%"
    r"|%(?:\d+\$)?[-+#0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|L|q|j|z|t)?[@diouxXeEfFgGaAcspn]"
    r"(?:(?<=[@sdif])(?<!\d%[@sdif])|(?![A-Za-z]))",
    "variable": r"\$[A-Z_][A-Z0-9_]+\b",
    "route": r"(?:(?<=\s)|(?<=[/(\"'])|(?<![\s\S])):[a-z_][a-z0-9_]*(?::(?!\w))?",  # :name, :smile:
    "speaker": r"\bspk_\d+\b",
}
ENTITY = r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6});"
CODE = r"(?<!`)(?P<ticks>`+)(?!`).{1,500}?(?<!`)(?P=ticks)(?!`)"
COMMENT = r"<!--.{0,5000}?-->|<!\[CDATA\[.{0,5000}?\]\]>|<\?.{0,500}?\?>"
STRAY = r"[-=]+>+|<+(?![A-Za-z/!?%])[-=]*|>+|<"
_TRAILING = ".,;:!?*_~'"


def end_of_message(text: str, at: int) -> int | None:
    """The end of the ICU argument that begins with the brace at AT, its cases and their braces inside; or None."""
    depth = 0
    for found in re.compile(r"[{}]").finditer(text, at):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.end()
    return None


def end_of_address(address: str) -> int:
    """How much of ADDRESS belongs to it: the stops and brackets at its end belong to the sentence."""
    end = len(address)
    while end:
        last = address[end - 1]
        if last in _TRAILING or (
            last in ")]" and address.count(last, 0, end) > address.count("(["[last == "]"], 0, end)
        ):
            end -= 1
        else:
            break
    return end


def is_quotation(code: str) -> bool:
    """Whether CODE, between backticks, is rather the middle of "`this' and `that'", GNU's old quotation marks."""
    return code.count("'") % 2 == 1


def spelled(first: dict[str, str], last: dict[str, str]) -> re.Pattern[str]:
    """One expression for what is in FIRST, else the placeholders, else what is in LAST."""
    parts = [*first.items(), *PLACEHOLDERS.items(), *last.items()]
    return re.compile("|".join(f"(?P<{name}>{spelling})" for name, spelling in parts), re.DOTALL)


def matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, int, int]]:
    """What PATTERN finds in TEXT: the name of its kind, where it begins and ends; what only looks alike is left out."""
    at = 0
    while found := pattern.search(text, at):
        name = found.lastgroup or ""
        name = "code" if name == "ticks" else name
        begin, end = found.span()
        after = end
        if name == "icu":
            whole = end_of_message(text, begin)
            begin, end, after = (begin, whole, whole) if whole else (begin, begin, begin + 1)
        elif name == "url":
            end = after = begin + end_of_address(found[0])
        elif name == "code" and is_quotation(found[0]):
            end, after = begin, begin + 1
        if end > begin:
            yield name, begin, end
        at = max(after, begin + 1)
