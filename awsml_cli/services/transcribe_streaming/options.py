"""What can be asked of a stream, and what of it goes together.

Names, values and exclusions: https://docs.aws.amazon.com/transcribe/latest/APIReference/API_streaming_StartStreamTranscription.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from awsml_cli.core.errors import UsageError

SAMPLE_RATES: Final = range(8_000, 48_001)  # Hz
ENCODINGS: Final = ("pcm", "flac", "ogg-opus", "g711-alaw", "g711-ulaw")
LONGEST_RESUME: Final = 300  # minutes

_LANGUAGES_TEXT: Final = (
    "af-ZA am-ET ar-AE ar-SA be-BY bg-BG bn-IN bs-BA ca-ES ckb-IQ ckb-IR cs-CZ cy-WL da-DK de-CH de-DE el-GR en-AB "
    "en-AU en-GB en-IE en-IN en-NZ en-US en-WL en-ZA es-ES es-MX es-US et-ET eu-ES fa-AF fa-IR fi-FI fr-CA fr-FR "
    "gl-ES gu-IN he-IL hi-IN hr-HR ht-HT hu-HU hy-AM id-ID is-IS it-IT ja-JP jv-ID ka-GE kab-DZ kk-KZ km-KH kn-IN "
    "ko-KR lg-IN lt-LT lv-LV mk-MK ml-IN mr-IN ms-MY my-MM ne-NP nl-NL no-NO or-IN pa-IN pl-PL ps-AF pt-BR pt-PT "
    "ro-RO ru-RU si-LK sk-SK sl-SI so-SO sq-AL sr-RS su-ID sv-SE sw-BI sw-KE sw-RW sw-TZ sw-UG ta-IN te-IN th-TH "
    "tl-PH tr-TR uk-UA uz-UZ vi-VN zh-CN zh-HK zh-TW zu-ZA"
)
LANGUAGES: Final = frozenset(_LANGUAGES_TEXT.split())
"""What AWS's own streaming SDK of 2026-10 knows; a newer code of the same form is let through."""

_PII_TYPES_TEXT: Final = (
    "ADDRESS AGE ALL BANK_ACCOUNT_NUMBER BANK_ROUTING CREDIT_DEBIT_CVV CREDIT_DEBIT_EXPIRY CREDIT_DEBIT_NUMBER "
    "DATE_TIME EMAIL LICENSE_PLATE NAME PASSPORT_NUMBER PASSWORD PHONE PIN SSN USERNAME VEHICLE_IDENTIFICATION_NUMBER"
)
PII_TYPES: Final = frozenset(_PII_TYPES_TEXT.split())
_NAME: Final = re.compile(r"[0-9A-Za-z._-]{1,200}")
_CODE: Final = re.compile(r"[a-z]{2,3}-[A-Z]{2}")


@dataclass(frozen=True)
class Options:
    """What shapes the transcript of a stream.

    `language` is a code, or `auto` with two or more `languages` it may be in (`several`: more than one of them is
    spoken). `channels` tells the two channels of stereo apart, `speakers` the voices. `pii` is `redact` or
    `identify`. `stability` (low, medium, high) settles partial results sooner. `resume` is how many minutes after
    its start a stream may be taken up again (1 to 300). `signed` signs every frame, as AWS's guide has it; the service
    takes unsigned ones too.
    """

    language: str = "auto"
    languages: tuple[str, ...] = ()
    preferred_language: str | None = None
    several: bool = False
    speakers: bool = False
    channels: bool = False
    vocabularies: tuple[str, ...] = ()
    vocabulary_filters: tuple[str, ...] = ()
    vocabulary_filter_method: str | None = None
    language_model: str | None = None
    pii: str | None = None
    pii_types: tuple[str, ...] = ()
    stability: str | None = None
    transcript_format: str | None = None
    session_id: str | None = None
    resume: int = LONGEST_RESUME
    signed: bool = False

    @property
    def identifies(self) -> bool:
        """Whether AWS finds out the language."""
        return self.language == "auto"

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse; nothing has been sent then."""
        self._check_language()
        self._check_names()
        self._check_pii()
        _one_of("partial results stability", self.stability, ("low", "medium", "high"))
        _one_of("transcript format", self.transcript_format, ("written", "spoken"))
        if not 1 <= self.resume <= LONGEST_RESUME:
            raise UsageError(f"a stream can be resumed for 1 to {LONGEST_RESUME} minutes, not {self.resume}")
        if self.session_id is not None and not _is_uuid(self.session_id):
            raise UsageError(f"the session id `{self.session_id}` is not a UUID", hint="python -m uuid makes one")

    def params(self) -> dict[str, str]:
        """The part of the address that shapes the answer, in the service's spelling."""
        asked: dict[str, str | bool | None] = {
            "language-code": None if self.identifies else self.language,
            "identify-language": self.identifies and not self.several,
            "identify-multiple-languages": self.identifies and self.several,
            "language-options": ",".join(self.languages),
            "preferred-language": self.preferred_language,
            "show-speaker-label": self.speakers,
            "enable-channel-identification": self.channels,
            "number-of-channels": "2" if self.channels else None,
            "vocabulary-names" if self.identifies else "vocabulary-name": ",".join(self.vocabularies),
            "vocabulary-filter-names" if self.identifies else "vocabulary-filter-name": ",".join(
                self.vocabulary_filters
            ),
            "vocabulary-filter-method": self.vocabulary_filter_method,
            "language-model-name": self.language_model,
            "content-redaction-type": "PII" if self.pii == "redact" else None,
            "content-identification-type": "PII" if self.pii == "identify" else None,
            "pii-entity-types": ",".join(self.pii_types),
            "enable-partial-results-stabilization": self.stability is not None,
            "partial-results-stability": self.stability,
            "transcript-format": self.transcript_format,
        }
        return {name: "true" if value is True else value for name, value in asked.items() if value}

    def _check_language(self) -> None:
        for code in (*self.languages, *(() if self.identifies else (self.language,))):
            if not (code in LANGUAGES or _CODE.fullmatch(code)):
                raise UsageError(f"Transcribe does not hear the language `{code}` in a stream", hint=near(code))
        if not self.identifies:
            if self.languages or self.preferred_language or self.several:
                raise UsageError("give one language, or several that it may be in, not both")
            return
        if len(self.languages) < 2:
            raise UsageError(
                "a stream's language is found out only among two or more that you name",
                hint="--language en-US, or --candidate en-US --candidate es-US",
            )
        roots = [code.partition("-")[0] for code in self.languages]
        if len(set(roots)) < len(roots):
            raise UsageError(f"one dialect of a language at a time: {', '.join(self.languages)}")
        if self.preferred_language is not None and self.preferred_language not in self.languages:
            named = ", ".join(self.languages)
            raise UsageError(f"the preferred language {self.preferred_language} is not one of {named}")
        if self.language_model or self.pii == "redact":
            what = "a custom language model" if self.language_model else "redaction"
            raise UsageError(f"{what} needs one language that is known beforehand", hint="--language en-US")

    def _check_names(self) -> None:
        if not self.identifies and max(len(self.vocabularies), len(self.vocabulary_filters)) > 1:
            raise UsageError("several vocabularies or filters go only with several languages, one for each")
        for name in (*self.vocabularies, *self.vocabulary_filters, self.language_model):
            if name is not None and not _NAME.fullmatch(name):
                raise UsageError(f"`{name}` is no name in Transcribe: 1 to 200 of A-Z a-z 0-9 . _ -")
        _one_of("vocabulary filter method", self.vocabulary_filter_method, ("mask", "remove", "tag"))
        if self.vocabulary_filter_method and not self.vocabulary_filters:
            raise UsageError("a vocabulary filter method needs a vocabulary filter")

    def _check_pii(self) -> None:
        _one_of("pii", self.pii, ("redact", "identify"))
        if self.pii_types and self.pii is None:
            raise UsageError("types of PII were named, but not whether to redact or to identify them")
        unknown = sorted(set(self.pii_types) - PII_TYPES)
        if unknown:
            raise UsageError(
                f"a stream knows no PII of type {', '.join(unknown)}", hint=f"it knows {', '.join(sorted(PII_TYPES))}"
            )


def near(code: str) -> str:
    """The languages that CODE may have meant."""
    root = code.replace("_", "-").partition("-")[0].lower()
    found = sorted(known for known in LANGUAGES if known.partition("-")[0] == root)
    return f"it knows {', '.join(found)}" if found else "it knows en-US, es-US, fr-FR, de-DE and 95 more"


def _one_of(what: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value is not None and value not in allowed:
        raise UsageError(f"{what} is {', '.join(allowed[:-1])} or {allowed[-1]}, not `{value}`")


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
