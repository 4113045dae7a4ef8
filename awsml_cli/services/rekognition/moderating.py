"""What must not be in a picture: the labels that a check fails on, and the people of A2I who look again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from awsml_cli.core import lifecycle
from awsml_cli.core.session import Session
from awsml_cli.services.rekognition.views import Answer, sure

ANY: Final = "any"
# version 7, https://docs.aws.amazon.com/rekognition/latest/dg/moderation-api.html
CATEGORIES: Final = (
    *("Explicit", "Non-Explicit Nudity of Intimate parts and Kissing", "Swimwear or Underwear", "Violence"),
    *("Visually Disturbing", "Drugs & Tobacco", "Alcohol", "Rude Gestures", "Gambling", "Hate Symbols"),
)
LABELS: Final = (
    *CATEGORIES,
    *("Explicit Nudity", "Explicit Sexual Activity", "Sex Toys", "Exposed Male Genitalia", "Exposed Female Genitalia"),
    *("Exposed Buttocks or Anus", "Exposed Female Nipple", "Non-Explicit Nudity", "Obstructed Intimate Parts"),
    *("Kissing on the Lips", "Bare Back", "Exposed Male Nipple", "Partially Exposed Buttocks"),
    *("Partially Exposed Female Breast", "Implied Nudity", "Obstructed Female Nipple", "Obstructed Male Genitalia"),
    *("Female Swimwear or Underwear", "Male Swimwear or Underwear", "Weapons", "Graphic Violence", "Weapon Violence"),
    *("Physical Violence", "Self-Harm", "Blood & Gore", "Explosions and Blasts", "Death and Emaciation", "Crashes"),
    *("Emaciated Bodies", "Corpses", "Air Crash", "Products", "Drugs & Tobacco Paraphernalia & Use", "Pills"),
    *("Smoking", "Alcohol Use", "Alcoholic Beverages", "Drinking", "Middle Finger", "Nazi Party"),
    *("White Supremacy", "Extremist"),
)


@dataclass(frozen=True)
class Bar:
    """A label or category that must not be there, from AT_LEAST so sure on, 0 to 100; `any` is every one."""

    name: str
    at_least: float

    @property
    def doubt(self) -> str | None:
        """What is odd about its name: no label of the version that AWS answers with now is called so."""
        known = {label.lower(): label for label in LABELS}
        if self.name.lower() in (ANY, *known):
            return None
        near = get_close_matches(self.name.lower(), known, n=1, cutoff=0.5)
        guess = f"; did you mean `{known[near[0]]}`?" if near else ""
        return f"no label of version 7 is called `{self.name}`{guess}"


def over(answer: Answer, bars: Sequence[Bar]) -> Iterator[str]:
    """The labels of ANSWER that one of BARS forbids, by their own name or that of a category above them."""
    found = answer.get("ModerationLabels") or ()
    parents = {one.get("Name", ""): one.get("ParentName", "") for one in found}
    for one in found:
        names = set(_chain(one, parents))
        for bar in bars:
            if one.get("Confidence", 0.0) >= bar.at_least and (bar.name.lower() == ANY or bar.name.lower() in names):
                yield f"{one.get('Name', '')} {sure(one.get('Confidence'))}"
                break


def _chain(label: Answer, parents: dict[str, str]) -> Iterator[str]:
    """The name of LABEL, and those above it, in lower case."""
    name, seen = str(label.get("Name", "")), set()
    above = str(label.get("ParentName", ""))
    while name and name not in seen:
        seen.add(name)
        yield name.lower()
        name, above = above, parents.get(above, "")


def flow(session: Session, name: str) -> str:
    """The ARN of the flow definition NAME, which may be one; warns that A2I takes no new customers."""
    lifecycle.check(session, "sagemaker-a2i-runtime", "StartHumanLoop")
    if name.startswith("arn:"):
        return name
    identity: dict[str, Any] = session.once("identity", lambda: session.client("sts").get_caller_identity())
    partition = str(identity.get("Arn", "arn:aws")).split(":")[1]
    return f"arn:{partition}:sagemaker:{session.region}:{identity['Account']}:flow-definition/{name.lower()}"
