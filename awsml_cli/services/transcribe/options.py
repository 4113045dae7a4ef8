"""What shapes a transcript: the options of a job, checked before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import limits
from awsml_cli.core.errors import UsageError

SERVICE: Final = "transcribe"


@dataclass(frozen=True)
class Options:
    """What shapes a transcript: `language` is a code or `auto`, `speakers` the largest number of them (2 to 30)."""

    language: str = "auto"
    languages: tuple[str, ...] = ()
    speakers: int | None = None

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""
        if self.speakers is not None and self.speakers not in limits.TRANSCRIBE_SPEAKERS:
            raise UsageError(f"{self.speakers} speakers: Transcribe tells 2 to 30 apart")
        if self.languages and len(set(self.languages)) not in limits.TRANSCRIBE_LANGUAGE_OPTIONS:
            raise UsageError(
                "Transcribe chooses among 2 to 5 candidates", hint="repeat --candidate, or give one --language"
            )
        if self.languages and self.language != "auto":
            raise UsageError("give one --language, or several --candidate, not both")
        for code in (self.language, *self.languages):
            if code != "auto" and code not in language_codes():
                raise UsageError(f"Transcribe does not know the language `{code}`", hint=_near_language(code))

    def params(self) -> dict[str, Any]:
        """The part of StartTranscriptionJob that shapes the answer."""
        params: dict[str, Any] = {}
        if self.language != "auto":
            params["LanguageCode"] = self.language
        else:
            params["IdentifyLanguage"] = True
            if self.languages:
                params["LanguageOptions"] = list(self.languages)
        if self.speakers is not None:
            params["Settings"] = {"ShowSpeakerLabels": True, "MaxSpeakerLabels": self.speakers}
        return params


def language_codes() -> frozenset[str]:
    """The languages of batch transcription, from the installed botocore's model of the service."""
    import botocore.session

    model = botocore.session.get_session().get_service_model(SERVICE)
    return frozenset(model.shape_for("LanguageCode").enum)


def _near_language(code: str) -> str:
    codes = sorted(language_codes())
    near = [known for known in codes if known.split("-")[0].lower() == code.split("-")[0].split("_")[0].lower()]
    return f"it knows {', '.join(near)}" if near else f"it knows {', '.join(codes[:12])} …; auto finds out"
