"""What words mean as a slot: values of a bot's own types, and of Amazon's as far as rules can tell.

Days, times and numbers are understood in figures, and in English words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from awsml_cli.core import clock
from awsml_cli.formats.bots import SlotType

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_SMALL: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS: Final = {
    **{word: number for number, word in enumerate(_SMALL)},
    **{word: number * 10 for number, word in enumerate(_TENS, start=2)},
    "hundred": 100,
}

_MONTH: Final = "|".join(month[:3] + f"(?:{month[3:]})?" for month in _MONTHS)
_DATE: Final = re.compile(
    rf"\b(?:(?P<iso>\d{{4}}-\d\d-\d\d)|(?P<near>today|tomorrow|yesterday|the day after tomorrow)"
    rf"|(?:on |next )?(?P<day>{'|'.join(_DAYS)})"
    rf"|(?:the )?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})\b,?(?: (?P<y1>\d{{4}}))?"
    rf"|(?P<m2>{_MONTH}) (?:the )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b,?(?: (?P<y2>\d{{4}}))?)",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"\b(?:(?P<word>noon|midnight)|(?P<hour>\d{1,2})(?::(?P<minute>\d\d))? ?(?P<half>[ap]\.?m\.?)?)(?!\w)",
    re.IGNORECASE,
)
_WORDS: Final = "|".join(_NUMBERS)
_NUMBER: Final = re.compile(rf"(?<![\w.])(?:-?\d+(?:\.\d+)?|(?:{_WORDS})(?:[ -](?:{_WORDS}))?)(?!\w)", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"\+?\d(?:[\d ()./-]{5,18})\d")


@dataclass(frozen=True)
class Value:
    """A value in a text, from BEGIN to END: as it was said, and as it is understood."""

    begin: int
    end: int
    original: str
    interpreted: str


def found(kind: str, text: str, types: Mapping[str, SlotType]) -> Iterator[Value]:
    """The values of the type KIND in TEXT, the first first."""
    if kind in types:
        yield from _own(types[kind], text)
        return
    rule = {
        "AMAZON.Date": _dates, "AMAZON.Time": _times, "AMAZON.Number": _numbers,
        "AMAZON.EmailAddress": _emails, "AMAZON.PhoneNumber": _phones,
    }.get(kind)  # fmt: skip
    if rule is not None:
        yield from rule(text)


def answer(kind: str, text: str, types: Mapping[str, SlotType], *, language: str) -> Value | None:
    """TEXT, said when a value of the type KIND was asked for; None where it is none.

    What no rule here knows (a name, a city, a day in a language other than English) is taken as it was said.
    """
    said = text.strip()
    value = next(found(kind, said, types), None)
    if value is not None:
        return value
    own = types.get(kind)
    if own is not None:
        if own.closed or (own.pattern and not re.fullmatch(own.pattern, said)):
            return None
        return Value(0, len(said), said, said)
    if kind in ("AMAZON.EmailAddress", "AMAZON.PhoneNumber", "AMAZON.Number"):
        return None
    if kind in ("AMAZON.Date", "AMAZON.Time") and language == "en":
        return None
    return Value(0, len(said), said, said)


def _own(kind: SlotType, text: str) -> Iterator[Value]:
    """The values of a bot's own type, the longest of those that overlap."""
    meant = {
        word.casefold(): value for value, others in kind.values.items() for word in (*others, value) if word.strip()
    }
    if not meant:
        return
    words = "|".join(re.escape(word) for word in sorted(meant, key=len, reverse=True))
    for match in re.finditer(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE):
        value = meant.get(match[0].casefold(), match[0])
        yield Value(match.start(), match.end(), match[0], value)


def _dates(text: str) -> Iterator[Value]:
    today = datetime.fromtimestamp(clock.now(), UTC).astimezone().date()
    for match in _DATE.finditer(text):
        day = _day(match, today)
        if day is not None:
            yield Value(match.start(), match.end(), match[0], day.isoformat())


def _day(match: re.Match[str], today: date) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        if match["near"]:
            near = {"today": 0, "tomorrow": 1, "yesterday": -1, "the day after tomorrow": 2}
            return today + timedelta(days=near[match["near"].lower()])
        if match["day"]:
            ahead = (_DAYS.index(match["day"].lower()) - today.weekday()) % 7
            return today + timedelta(days=ahead or 7)
        day, month, year = (match[f"{part}{1 if match['d1'] else 2}"] for part in "dmy")
        number = next(at for at, one in enumerate(_MONTHS, 1) if one.startswith(month.lower()[:3]))
        named = date(int(year or today.year), number, int(day))
        return named.replace(year=named.year + 1) if not year and named < today else named
    except ValueError:  # the 31st of June
        return None


def _times(text: str) -> Iterator[Value]:
    for match in _TIME.finditer(text):
        if match["word"]:
            yield Value(match.start(), match.end(), match[0], "12:00" if match["word"].lower() == "noon" else "00:00")
            continue
        hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").lower()[:1]
        if half:
            if not 1 <= hour <= 12:
                continue
            hour = hour % 12 + (12 if half == "p" else 0)
        elif match["minute"] is None:
            continue
        if hour < 24 and minute < 60:
            yield Value(match.start(), match.end(), match[0], f"{hour:02}:{minute:02}")


def _numbers(text: str) -> Iterator[Value]:
    for match in _NUMBER.finditer(text):
        words = re.split(r"[ -]", match[0].lower()) if match[0][-1].isalpha() else []
        if not words:
            yield Value(match.start(), match.end(), match[0], match[0])
            continue
        first, *rest = (_NUMBERS[word] for word in words)
        total = first * 100 if rest == [100] else first + sum(rest)
        yield Value(match.start(), match.end(), match[0], str(total))


def _emails(text: str) -> Iterator[Value]:
    yield from (Value(match.start(), match.end(), match[0], match[0]) for match in _EMAIL.finditer(text))


def _phones(text: str) -> Iterator[Value]:
    for match in _PHONE.finditer(text):
        yield Value(match.start(), match.end(), match[0], re.sub(r"[^\d+]", "", match[0]))
