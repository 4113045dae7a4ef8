"""How a clinical text stands to what it names: that it is not so, or that it is somebody of the family.

Words before or behind a name that reach to the next "but" or the end of the sentence, after Chapman et al., A Simple
Algorithm for Identifying Negated Findings and Diseases in Discharge Summaries, J Biomed Inform 34 (2001).
"""

from __future__ import annotations

import re
from typing import Final

REACH: Final = 12  # words, of which commas, "and" and "or" carry on: "denies fever, chills, cough or chest pain"
_NO: Final = re.compile(
    r"\b(?:no (?:evidence|signs?|symptoms?|history|complaints?|findings?) (?:of|for|suggest\w+)|no|denie[sd]|denying|"
    r"without(?: any)?|negative for|never had|absence of|free of|rule[sd] out|"
    r"not (?:have|had|having|show|report|take|taking|on|demonstrate|develop\w*)|"
    r"(?:does|did|do|has|had|is|was)(?:n't|n’t)(?: have| had)?|ruled out for)\b",
    re.IGNORECASE,
)
_PSEUDO: Final = re.compile(
    r"\b(?:no (?:increase|change|improvement|further|longer than|significant change|doubt)|not only|without difficulty|"
    r"no (?:relief|response) (?:from|to|with)|not (?:certain|necessarily))\b",
    re.IGNORECASE,
)
_BEHIND: Final = re.compile(
    r"^[\s,]*(?:(?:is|was|were|are|has been|have been) (?:ruled out|excluded|absent|negative|denied|"
    r"not (?:seen|present|found|detected|identified))|(?:unlikely|negative|absent)\b)",
    re.IGNORECASE,
)
_ENDS: Final = re.compile(
    r"[.!?](?=\s|$)|\n|[;:]|\b(?:but|however|although|though|except|apart from|which|because|since|therefore|"
    r"secondary to|presents?|presented|reports?|reported|complains?|complaining|has|takes|taking|started|was given)\b",
    re.IGNORECASE,
)
_FAMILY: Final = re.compile(
    r"\b(?:family history|fh|fhx|mother|father|brother|sister|parents?|grand(?:mother|father)|aunt|uncle|"
    r"cousin)\b[^.;\n]*$",
    re.IGNORECASE,
)


def negated(text: str, begin: int, end: int) -> bool:
    """Whether TEXT says that what it names from BEGIN to END is not so."""
    if _BEHIND.match(text[end : end + 60]):
        return True
    before = text[max(0, begin - 200) : begin]
    triggers = [match for match in _NO.finditer(before) if not _PSEUDO.match(before, match.start())]
    if not triggers:
        return False
    between = before[triggers[-1].end() :]
    return not _ENDS.search(between) and len(between.split()) <= REACH


def of_family(text: str, begin: int) -> bool:
    """Whether what TEXT names from BEGIN on is said of somebody of the family."""
    before = re.split(r"[.!?;](?=\s)|\n", text[max(0, begin - 200) : begin])[-1]
    return bool(_FAMILY.search(before))
