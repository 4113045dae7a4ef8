"""What a job can be asked, whatever its family."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from awsml_cli.services.transcribe.family import Family
from awsml_cli.services.transcribe.words import Words


class Asked(Protocol):
    """What is asked of a job of one FAMILY: `options.Options`, and those of the other families."""

    family: ClassVar[Family]

    @property
    def language(self) -> str:
        """The language, or `auto`."""

    @property
    def words(self) -> Words | None:
        """The words of a vocabulary for this job alone."""

    @property
    def redact(self) -> tuple[str, ...]:
        """The personal information to take out."""

    @property
    def kms_key(self) -> str | None:
        """What AWS encrypts its answer with."""

    @property
    def minute(self) -> float:
        """US dollars for a minute of audio."""

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""

    def params(self, *, vocabulary: str | None = None) -> dict[str, Any]:
        """The part of the request that shapes the answer."""

    def key(self) -> Any:
        """What tells it from others."""
