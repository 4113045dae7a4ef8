"""What shapes a transcript: the options of a job, checked before anything is sent.

What goes together: https://docs.aws.amazon.com/transcribe/latest/APIReference/API_StartTranscriptionJob.html and
https://docs.aws.amazon.com/transcribe/latest/dg/supported-languages.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Final

from awsml_cli.core import limits, prices
from awsml_cli.core.errors import ConfigError, UsageError
from awsml_cli.core.session import Session
from awsml_cli.services.transcribe import words
from awsml_cli.services.transcribe.family import SERVICE, TRANSCRIPTION
from awsml_cli.services.transcribe.words import Words

FILTER_METHODS: Final = ("mask", "remove", "tag")
REDACTED_LANGUAGES: Final = ("en", "es", "fr", "de", "it", "pt")  # in some dialect of theirs at least
TOXIC_LANGUAGE: Final = "en-US"
_NAME: Final = re.compile(r"[0-9A-Za-z._-]{1,200}")
_ROLE: Final = re.compile(r"arn:[a-z-]+:iam::[0-9]*:role/.+")


@dataclass(frozen=True)
class Options:
    """What shapes a transcript.

    `language` is a code or `auto`, `languages` those that it may be (2 to 5; `several`: more than one of them is
    spoken). `speakers` is the largest number of them (2 to 30); `channels` tells the two channels apart instead.
    `vocabulary`, `vocabulary_filter` and `language_model` name what AWS holds, as NAME, or as CODE=NAME for each
    language that it may be. `words` become a vocabulary for this job alone. `redact` are types of personal
    information (ALL for all). `defer` queues the job where too many run already, which needs a `role`.
    """

    family: ClassVar = TRANSCRIPTION
    minute: ClassVar = prices.TRANSCRIBE_MINUTE

    language: str = "auto"
    languages: tuple[str, ...] = ()
    speakers: int | None = None
    several: bool = False
    channels: bool = False
    vocabulary: tuple[str, ...] = ()
    vocabulary_filter: tuple[str, ...] = ()
    filter_method: str | None = None
    language_model: tuple[str, ...] = ()
    words: Words | None = None
    redact: tuple[str, ...] = ()
    toxicity: bool = False
    alternatives: int | None = None
    kms_key: str | None = None
    defer: bool = False
    role: str | None = None

    @property
    def identifies(self) -> bool:
        """Whether AWS finds out the language."""
        return self.language == "auto"

    def check(self) -> None:
        """Raises UsageError for what AWS would refuse; ConfigError for want of a role."""
        self._check_voices()
        self._check_languages()
        self._check_names()
        self._check_words()
        self._check_redaction()
        self._check_toxicity()
        if self.alternatives is not None and self.alternatives not in limits.TRANSCRIBE_ALTERNATIVES:
            raise UsageError(f"{self.alternatives} alternatives: Transcribe gives 2 to 10")
        if self.defer and not self.role:
            raise ConfigError(
                "a deferred job needs a role that lets Transcribe read the input later",
                hint="--role ARN, or awsml config set role ARN",
            )
        if self.defer:
            check_role(self.role or "")

    def params(self, *, vocabulary: str | None = None) -> dict[str, Any]:
        """The part of StartTranscriptionJob that shapes the answer; VOCABULARY is the one made of `words`."""
        params: dict[str, Any] = {}
        if not self.identifies:
            params["LanguageCode"] = self.language
        else:
            params["IdentifyMultipleLanguages" if self.several else "IdentifyLanguage"] = True
            if self.languages:
                params["LanguageOptions"] = list(self.languages)
        params.update(self._resources(vocabulary))
        if redaction := self.redaction():
            params["ContentRedaction"] = redaction
        if self.toxicity:
            params["ToxicityDetection"] = [{"ToxicityCategories": ["ALL"]}]
        if self.kms_key:
            params["OutputEncryptionKMSKeyId"] = self.kms_key
        if self.defer:
            params["JobExecutionSettings"] = {"AllowDeferredExecution": True, "DataAccessRoleArn": self.role}
        return params

    def redaction(self) -> dict[str, Any]:
        """What is taken out, as AWS wants to be told; empty for nothing."""
        if not self.redact:
            return {}
        kinds = {} if "ALL" in self.redact else {"PiiEntityTypes": sorted(set(self.redact))}
        return {"RedactionType": "PII", "RedactionOutput": "redacted", **kinds}

    def key(self) -> Any:
        """What tells these options from others, for a job's name."""
        return self.params() if self.words is None else [self.params(), self.words.key]

    def _resources(self, vocabulary: str | None) -> dict[str, Any]:
        """Settings, ModelSettings and LanguageIdSettings."""
        settings: dict[str, Any] = {}
        if self.speakers is not None:
            settings.update(ShowSpeakerLabels=True, MaxSpeakerLabels=self.speakers)
        if self.channels:
            settings["ChannelIdentification"] = True
        if self.alternatives is not None:
            settings.update(ShowAlternatives=True, MaxAlternatives=self.alternatives)
        if self.vocabulary_filter:
            settings["VocabularyFilterMethod"] = self.filter_method or "mask"
        params: dict[str, Any] = {}
        if self.identifies:
            if by_language := self._by_language():
                params["LanguageIdSettings"] = by_language
        else:
            names = {"VocabularyName": self.vocabulary, "VocabularyFilterName": self.vocabulary_filter}
            settings.update({key: value[0].rpartition("=")[2] for key, value in names.items() if value})
            if vocabulary:
                settings["VocabularyName"] = vocabulary
            if self.language_model:
                params["ModelSettings"] = {"LanguageModelName": self.language_model[0].rpartition("=")[2]}
        return {**({"Settings": settings} if settings else {}), **params}

    def _by_language(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for key, names in self._named().items():
            for name in names:
                code, _, name_of_it = name.rpartition("=")
                found.setdefault(code, {})[key] = name_of_it
        return found

    def _named(self) -> Mapping[str, tuple[str, ...]]:
        return {
            "VocabularyName": self.vocabulary,
            "VocabularyFilterName": self.vocabulary_filter,
            "LanguageModelName": self.language_model,
        }

    def _check_voices(self) -> None:
        if self.speakers is not None and self.speakers not in limits.TRANSCRIBE_SPEAKERS:
            raise UsageError(f"{self.speakers} speakers: Transcribe tells 2 to 30 apart")
        if self.speakers is not None and self.channels:
            raise UsageError("Transcribe tells either speakers or channels apart, not both")

    def _check_languages(self) -> None:
        if self.languages and len(set(self.languages)) not in limits.TRANSCRIBE_LANGUAGE_OPTIONS:
            raise UsageError(
                "Transcribe chooses among 2 to 5 candidates", hint="repeat --candidate, or give one --language"
            )
        if (self.languages or self.several) and not self.identifies:
            raise UsageError("give one --language, or several --candidate, not both")
        for code in (self.language, *self.languages):
            if code != "auto" and code not in language_codes():
                raise UsageError(f"Transcribe does not know the language `{code}`", hint=_near_language(code))

    def _check_names(self) -> None:
        options = ("vocabulary", "vocabulary-filter", "language-model")
        for option, names in zip(options, self._named().values(), strict=True):
            self._check_named(option, names)
        if self.filter_method is not None and self.filter_method not in FILTER_METHODS:
            raise UsageError(f"a filter does not `{self.filter_method}`", hint=f"one of: {', '.join(FILTER_METHODS)}")
        if self.filter_method and not self.vocabulary_filter:
            raise UsageError("--filter-method needs a --vocabulary-filter")
        if self.language_model and self.several:
            raise UsageError("a language model does not go with several languages", hint="--language CODE")

    def _check_named(self, option: str, names: tuple[str, ...]) -> None:
        for name in names:
            code, equals, plain = name.rpartition("=")
            check_name(plain)
            if self.identifies and not (equals and code in self.languages):
                raise UsageError(
                    f"while the language is found out, --{option} says for which of the candidates it is",
                    hint=f"--language CODE --{option} NAME, or --candidate en-US … --{option} en-US=NAME",
                )
            if not self.identifies and equals and code != self.language:
                raise UsageError(f"--{option} {name} does not go with --language {self.language}")
        if not self.identifies and len(names) > 1:
            raise UsageError(f"one --{option} at a time for one language")

    def _check_words(self) -> None:
        if self.words is None:
            return
        if self.identifies:
            raise UsageError("--hint and --vocab need a language that is known beforehand", hint="--language en-US")
        if self.vocabulary:
            raise UsageError("give --vocabulary, or --hint and --vocab, not both: a job has one vocabulary")

    def _check_redaction(self) -> None:
        unknown = sorted(set(self.redact) - pii_types())
        if unknown:
            raise UsageError(
                f"Transcribe knows no personal information of type {', '.join(unknown)}",
                hint=f"it knows {', '.join(sorted(pii_types()))}",
            )
        if self.redact and not self.identifies and self.language.partition("-")[0] not in REDACTED_LANGUAGES:
            raise UsageError(
                f"Transcribe does not redact {self.language}",
                hint="it redacts en, es, fr, de, it and pt; awsml comprehend redact takes a transcript",
            )

    def _check_toxicity(self) -> None:
        if not self.toxicity:
            return
        if self.language != TOXIC_LANGUAGE:
            raise UsageError(f"Transcribe looks for toxicity in {TOXIC_LANGUAGE} alone", hint="--language en-US")
        beside = {
            "--speakers": self.speakers, "--channels": self.channels, "--alternatives": self.alternatives,
            "--vocabulary": self.vocabulary, "--vocabulary-filter": self.vocabulary_filter,
            "--language-model": self.language_model, "--hint or --vocab": self.words,
        }  # fmt: skip
        if wrong := [word for word, value in beside.items() if value]:
            raise UsageError(f"--toxicity does not go with {', '.join(wrong)}", hint="it goes with --redact")


def options(
    session: Session, asked: Mapping[str, Any], *, language: str, candidates: Sequence[str] | None, speakers: int | None
) -> Options:
    """The Options of what was ASKED in a command's words, checked. Raises UsageError, InputError, ConfigError."""
    more = dict(asked)
    text, name = more.pop("words_file")
    more["words"] = words.of(more.pop("hints"), text, source=name)
    if candidates and more["several"]:
        raise UsageError("give --languages for several, or --candidate for one of them, not both")
    more["languages"] = more["languages"] or tuple(candidates or ())
    more["role"] = (more["role"] or session.config.role) if more["defer"] else None
    made = Options(language=language, speakers=speakers, **more)
    made.check()
    return made


def live_words(asked: Options) -> dict[str, Any]:
    """ASKED in the words of a live transcription. Raises UsageError for what a stream does not take."""
    only_jobs = {
        "--hint or --vocab": asked.words, "--toxicity": asked.toxicity, "--alternatives": asked.alternatives,
        "--kms-key": asked.kms_key, "--defer": asked.defer,
    }  # fmt: skip
    if wrong := [word for word, value in only_jobs.items() if value]:
        raise UsageError(f"--stream does not go with {', '.join(wrong)}")
    if asked.identifies and not asked.languages:
        raise UsageError(
            "a stream needs its language, or 2 to 5 that it may be", hint="--language en-US, or --candidate twice"
        )
    plain = [[name.rpartition("=")[2] for name in names] for names in asked._named().values()]
    vocabularies, filters, models = plain
    return {
        "language": asked.language,
        "languages": asked.languages,
        "several": asked.several,
        "speakers": asked.speakers is not None,
        "channels": asked.channels,
        "vocabularies": tuple(vocabularies),
        "vocabulary_filters": tuple(filters),
        "vocabulary_filter_method": (asked.filter_method or "mask") if filters else None,
        "language_model": models[0] if models else None,
        "pii": "redact" if asked.redact else None,
        "pii_types": () if "ALL" in asked.redact else asked.redact,
    }


def check_name(name: str) -> None:
    """Raises UsageError for what cannot name a resource of Transcribe."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"`{name}` is no name in Transcribe: 1 to 200 of A-Z a-z 0-9 . _ -")


def check_role(role: str) -> None:
    """Raises UsageError for what is not the ARN of a role."""
    if not _ROLE.fullmatch(role):
        raise UsageError(f"`{role}` is not the ARN of a role", hint="arn:aws:iam::ACCOUNT:role/NAME")


@cache
def language_codes() -> frozenset[str]:
    """The languages of batch transcription, from the installed botocore's model of the service."""
    return _enum("LanguageCode")


@cache
def pii_types() -> frozenset[str]:
    """The types of personal information that Transcribe redacts, from the same model."""
    return _enum("PiiEntityType")


def _enum(shape: str) -> frozenset[str]:
    import botocore.session

    model = botocore.session.get_session().get_service_model(SERVICE)
    return frozenset(model.shape_for(shape).enum)


def _near_language(code: str) -> str:
    codes = sorted(language_codes())
    near = [known for known in codes if known.split("-")[0].lower() == code.split("-")[0].split("_")[0].lower()]
    return f"it knows {', '.join(near)}" if near else f"it knows {', '.join(codes[:12])} …; auto finds out"
