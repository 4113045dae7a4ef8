"""What an analysed call can be asked: the options of StartCallAnalyticsJob, checked before anything is sent.

https://docs.aws.amazon.com/transcribe/latest/APIReference/API_StartCallAnalyticsJob.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from awsml_cli.core import prices
from awsml_cli.core.errors import UsageError
from awsml_cli.core.session import Session
from awsml_cli.services.transcribe import words
from awsml_cli.services.transcribe.family import CALL
from awsml_cli.services.transcribe.options import Options, check_role
from awsml_cli.services.transcribe.words import Words

SUMMARISED: Final = ("en",)  # https://docs.aws.amazon.com/transcribe/latest/dg/call-analytics-insights.html


@dataclass(frozen=True)
class CallOptions:
    """What is asked about a call of two channels.

    `agent` is the channel, 0 or 1, on which the agent speaks. The others are as in `options.Options`. `summary` has
    AWS write one.
    """

    family: ClassVar = CALL
    minute: ClassVar = prices.TRANSCRIBE_CALL_MINUTE

    agent: int = 0
    language: str = "auto"
    languages: tuple[str, ...] = ()
    vocabulary: tuple[str, ...] = ()
    vocabulary_filter: tuple[str, ...] = ()
    filter_method: str | None = None
    language_model: tuple[str, ...] = ()
    words: Words | None = None
    redact: tuple[str, ...] = ()
    summary: bool = False
    kms_key: str | None = None
    role: str | None = None

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse."""
        self._plain.check()
        if self.agent not in (0, 1):
            raise UsageError(f"a call has the channels 0 and 1, not {self.agent}")
        if self.summary and self.language != "auto" and self.language.partition("-")[0] not in SUMMARISED:
            raise UsageError(f"Transcribe does not summarise calls in {self.language}", hint="it does in English")
        if self.role is not None:
            check_role(self.role)

    def params(self, *, vocabulary: str | None = None) -> dict[str, Any]:
        """The part of StartCallAnalyticsJob that shapes the answer."""
        plain = self._plain.params(vocabulary=vocabulary)
        settings: dict[str, Any] = dict(plain.get("Settings", {}))
        settings.update({name: plain[name] for name in ("ContentRedaction", "LanguageIdSettings") if name in plain})
        if "ModelSettings" in plain:
            settings["LanguageModelName"] = plain["ModelSettings"]["LanguageModelName"]
        if codes := self.languages or (() if self.language == "auto" else (self.language,)):
            settings["LanguageOptions"] = list(codes)
        if self.summary:
            settings["Summarization"] = {"GenerateAbstractiveSummary": True}
        roles = ("AGENT", "CUSTOMER") if self.agent == 0 else ("CUSTOMER", "AGENT")
        params: dict[str, Any] = {
            "ChannelDefinitions": [{"ChannelId": number, "ParticipantRole": role} for number, role in enumerate(roles)]
        }
        if settings:
            params["Settings"] = settings
        if self.kms_key:
            params["OutputEncryptionKMSKeyId"] = self.kms_key
        if self.role:
            params["DataAccessRoleArn"] = self.role
        return params

    def key(self) -> Any:
        """What tells these options from others, for a job's name."""
        return self.params() if self.words is None else [self.params(), self.words.key]

    @property
    def _plain(self) -> Options:
        """What a call has in common with any transcription."""
        return Options(
            language=self.language,
            languages=self.languages,
            vocabulary=self.vocabulary,
            vocabulary_filter=self.vocabulary_filter,
            filter_method=self.filter_method,
            language_model=self.language_model,
            words=self.words,
            redact=self.redact,
        )


def call_options(session: Session, asked: Mapping[str, Any]) -> CallOptions:
    """The CallOptions of what was ASKED in a command's words, checked. Raises UsageError, InputError."""
    more = dict(asked)
    text, name = more.pop("words_file")
    found = words.of(more.pop("hints"), text, source=name)
    more["role"] = more["role"] or session.config.role
    made = CallOptions(**more, words=found)
    made.check()
    return made
