"""What the core may say to a person, without knowing whether one is there.

The command line gives an implementation that writes to stderr (`cli/talk.py`); from Python, and in a test
of a service, nobody listens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

Curves = Mapping[str, Sequence[float]]


class Talk(Protocol):
    """Words for a person: none of them is data.

    `watched` says whether somebody could answer a question, `heard` whether details are wanted.
    """

    watched: bool
    heard: bool

    def warn(self, text: str) -> None:
        """Something that the user should know, though the work goes on."""

    def tell(self, text: str) -> None:
        """What the work itself says as it goes: a line of a training's log, a change of its state."""

    def note(self, text: str) -> None:
        """A detail for those who asked for more (`-v`)."""

    def debug(self, text: str) -> None:
        """A trace for those who asked for everything (`--debug`)."""

    def progress(self, text: str, *, done: float | None = None, curves: Curves | None = None) -> None:
        """What is being done now; DONE is the part done, 0 to 1, where it is known; CURVES are numbers over time."""

    def settled(self) -> None:
        """What was in progress has ended; its line goes away."""

    def confirm(self, question: str) -> bool:
        """Ask; False where nobody can answer."""


class Silence:
    """Nobody listens, and nobody consents."""

    watched = False
    heard = False

    def warn(self, text: str) -> None:
        """Unheard."""

    def tell(self, text: str) -> None:
        """Unheard."""

    def note(self, text: str) -> None:
        """Unheard."""

    def debug(self, text: str) -> None:
        """Unheard."""

    def progress(self, text: str, *, done: float | None = None, curves: Curves | None = None) -> None:
        """Unseen."""

    def settled(self) -> None:
        """Nothing was drawn."""

    def confirm(self, question: str) -> bool:
        """No."""
        return False
