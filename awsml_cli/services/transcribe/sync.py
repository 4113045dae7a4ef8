"""One transcription in one request: TranscribeAudio. No bucket, no job; so no confidences, and nothing to pick up.

https://docs.aws.amazon.com/transcribe/latest/APIReference/API_TranscribeAudio.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from awsml_cli.core import limits, prices, staging
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import AwsmlError, ConfigError, InputError, ServiceError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import media
from awsml_cli.services.transcribe.family import SERVICE
from awsml_cli.services.transcribe.options import REDACTED_LANGUAGES, Options
from awsml_cli.services.transcribe.records import PLAIN, Look, Transcription, transcription

OPERATION: Final = "TranscribeAudio"
REFUSED: Final = ("BadRequestException", "ValidationException", "UnknownOperationException", "AccessDeniedException")


def misfit(file: staging.Media | None, options: Options) -> AwsmlError | None:
    """Why TranscribeAudio does not take FILE (None: it lies in S3) with OPTIONS; None where it does."""
    if file is not None:
        if file.size > limits.TRANSCRIBE_SYNC_BYTES:
            return InputError(
                f"{file.source.name} has {file.size:,} bytes; TranscribeAudio takes 25 MB", hint="--via batch"
            )
        length = media.seconds(file.head, file.size)
        shortest, longest = limits.TRANSCRIBE_SYNC_SECONDS
        if length is not None and not shortest <= length <= longest * 1.01:
            return InputError(
                f"{file.source.name} plays {length:,.1f} s; TranscribeAudio takes {shortest} s to 1 h",
                hint="--via batch",
            )
    if problem := _unknown(options):
        return UsageError(f"TranscribeAudio {problem}", hint="--via batch")
    return None


def request(options: Options) -> dict[str, Any]:
    """OPTIONS as TranscribeAudio's parameters, but for the recording."""
    params: dict[str, Any] = {}
    spoken = _spoken(options)
    if len(spoken) == 1:
        params["Language"] = spoken[0]
    else:
        params["LanguageDetectionMode"] = "IDENTIFY_LANGUAGE"
        if spoken:
            params["LanguageOptions"] = spoken
    if options.speakers is not None:
        params |= {"ShowSpeakerLabels": True, "MaxSpeakerLabels": options.speakers}
    if options.channels:
        params["ChannelIdentification"] = True
    if options.words is not None:
        params["VocabularySettings"] = [{"Language": spoken[0], "Phrases": list(options.words.entries())}]
    elif options.vocabulary:
        params["VocabularySettings"] = _named("VocabularyName", options.vocabulary, spoken)
    if options.vocabulary_filter:
        filters = _named("VocabularyFilterName", options.vocabulary_filter, spoken)
        method = options.filter_method or "mask"
        params["VocabularyFilterSettings"] = {"VocabularyFilterMethod": method, "Filters": filters}
    if redaction := options.redaction():
        params["ContentRedaction"] = redaction
    return params


def chosen(
    session: Session, file: staging.Media | None, options: Options, *, via: str, bucket: str | None = None
) -> bool:
    """Whether one request does it. Raises what stands against it where VIA insists on `sync`.

    `auto` asks for one request where a job would need a BUCKET and there is none: a job survives a kill.
    """
    if via == "sync" and session.local:
        raise ConfigError(f"no engine on this machine answers {OPERATION}", hint="leave --via out")
    if via == "batch" or session.local:
        return False
    if via == "auto" and (file is None or bucket or session.config.bucket):
        return False
    problem = misfit(file, options)
    if problem is not None and via == "sync":
        raise problem
    return problem is None


def plan(source: Source, file: staging.Media | None) -> Step:
    """What transcribing SOURCE would call, and the price where the length is known."""
    length = media.seconds(file.head, file.size) if file is not None else None
    charge = prices.transcription_at_once(length) if length is not None else None
    return step(f"{SERVICE}:{OPERATION}", source.name, charge=charge)


def transcribe(
    session: Session, source: Source, options: Options, *, file: staging.Media | None, digest: str, look: Look = PLAIN
) -> Transcription:
    """Transcribe FILE, or the object in S3 that SOURCE names, and keep the answer. Raises ServiceError."""
    cache = Cache(session.config)
    key = key_of(OPERATION, session.region, digest, request(options))
    kept = None if session.fresh else cache.find(key)
    if kept is not None:
        return transcription(kept, look)
    place = {"MediaFileUri": source.name} if file is None else {"MediaBytes": file.path.read_bytes()}
    session.talk.progress(f"transcribing {source.name}")
    answer = session.client(SERVICE).transcribe_audio(Media=place, **request(options))
    session.talk.settled()
    document = json.dumps({name: part for name, part in answer.items() if name != "ResponseMetadata"}, default=str)
    try:
        record = transcription(document.encode(), look)
    except InputError as error:
        raise ServiceError(
            f"the answer of {OPERATION} cannot be used: {error.message}", code="UnusableAnswer"
        ) from None
    if session.keep is not False:
        try:
            cache.keep(key, document.encode())
        except AwsmlError as error:
            session.talk.warn(error.message)
    return record


def _unknown(options: Options) -> str | None:
    """What of OPTIONS the operation does not take, as the end of a sentence."""
    only_jobs = {
        "several languages": options.several, "alternatives": options.alternatives, "toxicity": options.toxicity,
        "a language model": options.language_model, "a KMS key": options.kms_key, "deferring": options.defer,
    }  # fmt: skip
    if wrong := [word for word, value in only_jobs.items() if value]:
        return f"does not take {', '.join(wrong)}"
    asked = options.languages if options.identifies else (options.language,)
    if wrong := sorted(set(asked) - set(limits.TRANSCRIBE_SYNC_LANGUAGES)):
        return f"does not hear {', '.join(wrong)}"
    if options.words is not None and (problem := options.words.misfit()):
        return f"takes no vocabulary {problem}"
    for names in (options.vocabulary, options.vocabulary_filter):
        codes = [_base(name.rpartition("=")[0]) for name in names]
        if len(codes) > len(set(codes)):
            return f"takes one vocabulary and one filter for {codes[0]}, whatever the dialect"
    spoken = _spoken(options)
    if options.redact and not (spoken and set(spoken) <= set(REDACTED_LANGUAGES)):
        return "redacts where it knows that the language is one of " + ", ".join(REDACTED_LANGUAGES)
    return None


def _spoken(options: Options) -> list[str]:
    """The languages that it may be, dialects of one language once; none where it may be any."""
    codes = options.languages if options.identifies else (options.language,)
    return list(dict.fromkeys(_base(code) for code in codes))


def _base(code: str) -> str:
    """The language of a CODE, as this operation calls it: of Chinese it tells the writings apart."""
    return code if code.startswith("zh-") else code.partition("-")[0]


def _named(key: str, names: Iterable[str], spoken: list[str]) -> list[dict[str, str]]:
    """NAMES of resources under KEY, each with its language (`en-US=NAME`, or the one that is spoken)."""
    parts = [name.rpartition("=") for name in names]
    return [{"Language": _base(code) or spoken[0], key: name} for code, _, name in parts]
