"""What a consultation or a dictation can be asked: Transcribe Medical and HealthScribe, checked before sending.

https://docs.aws.amazon.com/transcribe/latest/APIReference/API_StartMedicalTranscriptionJob.html and
https://docs.aws.amazon.com/transcribe/latest/APIReference/API_StartMedicalScribeJob.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from awsml_cli.core import limits, prices
from awsml_cli.core.errors import ConfigError, UsageError
from awsml_cli.services.transcribe.family import MEDICAL, SCRIBE
from awsml_cli.services.transcribe.options import FILTER_METHODS, check_name, check_role
from awsml_cli.services.transcribe.words import Words

LANGUAGE: Final = "en-US"
KINDS: Final = {"conversation": "CONVERSATION", "dictation": "DICTATION"}
TEMPLATES: Final = (*("HISTORY_AND_PHYSICAL", "GIRPP", "BIRP", "SIRP", "DAP", "BEHAVIORAL_SOAP", "PHYSICAL_SOAP"),)
PRONOUNS: Final = {"he": "HE_HIM", "she": "SHE_HER", "they": "THEY_THEM"}


@dataclass(frozen=True)
class _Clinical:
    """What both have in common: US English, no words of their own, no redaction."""

    language: ClassVar[str] = LANGUAGE
    words: ClassVar[Words | None] = None
    redact: ClassVar[tuple[str, ...]] = ()

    speakers: int | None = None
    channels: bool = False
    vocabulary: str | None = None
    kms_key: str | None = None

    def key(self) -> Any:
        """What tells these options from others, for a job's name."""
        return self.params()

    def params(self, *, vocabulary: str | None = None) -> dict[str, Any]:
        """The part of the request that shapes the answer."""
        raise NotImplementedError

    def _check(self) -> None:
        if self.speakers is not None and self.speakers not in limits.TRANSCRIBE_SPEAKERS:
            raise UsageError(f"{self.speakers} speakers: Transcribe tells 2 to 30 apart")
        if self.speakers is not None and self.channels:
            raise UsageError("Transcribe tells either speakers or channels apart, not both")
        if self.vocabulary is not None:
            check_name(self.vocabulary)

    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {}
        if self.speakers is not None:
            settings.update(ShowSpeakerLabels=True, MaxSpeakerLabels=self.speakers)
        if self.channels:
            settings["ChannelIdentification"] = True
        if self.vocabulary:
            settings["VocabularyName"] = self.vocabulary
        return settings


@dataclass(frozen=True)
class MedicalOptions(_Clinical):
    """What is asked of Transcribe Medical: a `kind` of speech, `phi` to be marked, alternatives, a vocabulary."""

    family: ClassVar = MEDICAL
    minute: ClassVar = prices.TRANSCRIBE_MEDICAL_MINUTE

    kind: str = "conversation"
    phi: bool = False
    alternatives: int | None = None

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""
        self._check()
        if self.kind not in KINDS:
            raise UsageError(f"unknown type `{self.kind}`", hint=f"one of: {', '.join(KINDS)}")
        if self.alternatives is not None and self.alternatives not in limits.TRANSCRIBE_ALTERNATIVES:
            raise UsageError(f"{self.alternatives} alternatives: Transcribe gives 2 to 10")

    def params(self, *, vocabulary: str | None = None) -> dict[str, Any]:
        """The part of StartMedicalTranscriptionJob that shapes the answer."""
        settings = self._settings()
        if self.alternatives is not None:
            settings.update(ShowAlternatives=True, MaxAlternatives=self.alternatives)
        params: dict[str, Any] = {"LanguageCode": LANGUAGE, "Specialty": "PRIMARYCARE", "Type": KINDS[self.kind]}
        if settings:
            params["Settings"] = settings
        if self.phi:
            params["ContentIdentificationType"] = "PHI"
        if self.kms_key:
            params["OutputEncryptionKMSKeyId"] = self.kms_key
        return params


@dataclass(frozen=True)
class ScribeOptions(_Clinical):
    """What is asked of HealthScribe: a `template` of the note, the patient's `pronouns`, the clinician's channel."""

    family: ClassVar = SCRIBE
    minute: ClassVar = prices.TRANSCRIBE_SCRIBE_MINUTE

    clinician: int | None = None
    vocabulary_filter: str | None = None
    filter_method: str | None = None
    template: str | None = None
    pronouns: str | None = None
    role: str | None = None

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse, ConfigError for want of a role."""
        self._check()
        if self.clinician is not None and self.clinician not in (0, 1):
            raise UsageError(f"a recording has the channels 0 and 1, not {self.clinician}")
        if self.template is not None and self.template.upper() not in TEMPLATES:
            raise UsageError(f"unknown template `{self.template}`", hint=f"one of: {', '.join(TEMPLATES)}")
        if self.pronouns is not None and self.pronouns not in PRONOUNS:
            raise UsageError(f"unknown pronouns `{self.pronouns}`", hint=f"one of: {', '.join(PRONOUNS)}")
        if self.vocabulary_filter is not None:
            check_name(self.vocabulary_filter)
        if self.filter_method is not None and self.filter_method not in FILTER_METHODS:
            raise UsageError(f"a filter does not `{self.filter_method}`", hint=f"one of: {', '.join(FILTER_METHODS)}")
        if self.filter_method and not self.vocabulary_filter:
            raise UsageError("--filter-method needs a --vocabulary-filter")
        if not self.role:
            raise ConfigError(
                "HealthScribe needs a role that reads the recording and writes the note",
                hint="--role ARN, or awsml config set role ARN",
            )
        check_role(self.role)

    def params(self, *, vocabulary: str | None = None) -> dict[str, Any]:
        """The part of StartMedicalScribeJob that shapes the answer."""
        settings = self._settings()
        if not self.channels:
            settings.update(ShowSpeakerLabels=True, MaxSpeakerLabels=self.speakers or 2)
        if self.vocabulary_filter:
            settings["VocabularyFilterName"] = self.vocabulary_filter
            settings["VocabularyFilterMethod"] = self.filter_method or "mask"
        if self.template:
            settings["ClinicalNoteGenerationSettings"] = {"NoteTemplate": self.template.upper()}
        params: dict[str, Any] = {"DataAccessRoleArn": self.role, "Settings": settings}
        if self.channels:
            roles = ("PATIENT", "CLINICIAN") if self.clinician == 1 else ("CLINICIAN", "PATIENT")
            params["ChannelDefinitions"] = [
                {"ChannelId": number, "ParticipantRole": role} for number, role in enumerate(roles)
            ]
        if self.pronouns:
            params["MedicalScribeContext"] = {"PatientContext": {"Pronouns": PRONOUNS[self.pronouns]}}
        if self.kms_key:
            params["OutputEncryptionKMSKeyId"] = self.kms_key
        return params
