"""One transcription in one request: TranscribeAudio, where the installed boto3 has it. No bucket, no job.

Announced on 2026-11-20 (https://aws.amazon.com/about-aws/whats-new/2026/11/amazon-transcribe-sync-api/); not every
boto3 has it. It says what StartTranscriptionJob says by the same names; which of them it takes is read from the
installed model, and what it does not take goes over a job.
"""

from __future__ import annotations

import json
from typing import Any, Final

from awsml_cli.core import limits, prices, staging
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import AwsmlError, ConfigError, InputError, ServiceError, UsageError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import media
from awsml_cli.services.transcribe.family import SERVICE
from awsml_cli.services.transcribe.options import Options
from awsml_cli.services.transcribe.records import PLAIN, Look, Transcription, transcription

METHOD: Final = "transcribe_audio"
OPERATION: Final = "TranscribeAudio"
REFUSED: Final = ("BadRequestException", "ValidationException", "UnknownOperationException", "AccessDeniedException")


def known(session: Session) -> bool:
    """Whether the installed boto3 has the operation (and AWS answers, not this machine)."""
    return not session.local and session.client(SERVICE).knows(METHOD)


def require(session: Session) -> None:
    """Raises ConfigError where the installed boto3 does not have the operation."""
    if session.local:
        raise ConfigError("no engine on this machine answers TranscribeAudio", hint="leave --via out")
    if not session.client(SERVICE).knows(METHOD):
        raise ConfigError("the installed boto3 does not know TranscribeAudio yet", hint="pip install -U boto3")


def misfit(session: Session, file: staging.Media | None, options: Options) -> AwsmlError | None:
    """Why TranscribeAudio does not take FILE (None: it lies in S3) with OPTIONS; None where it does."""
    if options.words is not None or options.defer or options.kms_key:
        return UsageError("--via sync does not go with --hint, --vocab, --defer and --kms-key")
    spoken = options.languages if options.identifies else (options.language,)
    if wrong := sorted(set(spoken) - set(limits.TRANSCRIBE_SYNC_LANGUAGES)):
        return UsageError(f"TranscribeAudio does not hear {', '.join(wrong)}", hint="--via batch")
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
    operation = session.client(SERVICE).boto.meta.service_model.operation_model(OPERATION)
    if unknown := _unknown(options.params(), operation.input_shape):
        return UsageError(f"TranscribeAudio does not take {unknown}", hint="--via batch")
    return None


def chosen(session: Session, file: staging.Media | None, options: Options, *, via: str) -> bool:
    """Whether one request does it. Raises what stands against it where VIA insists on `sync`."""
    if via == "sync":
        require(session)
    elif via == "batch" or not known(session):
        return False
    problem = misfit(session, file, options)
    if problem is not None and via == "sync":
        raise problem
    return problem is None


def planned(session: Session, file: staging.Media, options: Options, *, via: str) -> bool:
    """Whether one request would do it, for a plan: a run that lacks a region plans a job."""
    try:
        return chosen(session, file, options, via=via)
    except ConfigError:
        if via == "sync":
            raise
        return False


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
    key = key_of(OPERATION, session.region, digest, options.params())
    kept = None if session.fresh else cache.find(key)
    if kept is not None:
        return transcription(kept, look)
    place = {"MediaFileUri": source.name} if file is None else {"MediaBytes": file.path.read_bytes()}
    session.talk.progress(f"transcribing {source.name}")
    answer = session.client(SERVICE).transcribe_audio(Media=place, **options.params())
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


def _unknown(params: dict[str, Any], shape: Any) -> str | None:
    """The first name in PARAMS that SHAPE does not have, all the way down."""
    for name, value in params.items():
        if name not in shape.members:
            return name
        inner = shape.members[name]
        below = _unknown(value, inner) if isinstance(value, dict) and inner.type_name == "structure" else None
        if below is not None:
            return f"{name}.{below}"
    return None
