"""What AWS's resources for transcriptions are made of, from files as people write them; checked beforehand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from awsml_cli.core import staging
from awsml_cli.core.errors import ConfigError, InputError, UsageError
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services.transcribe import resources
from awsml_cli.services.transcribe.words import LIST_BYTES, Words

MODEL_LANGUAGES: Final = ("en-US", "hi-IN", "es-US", "en-GB", "en-AU", "de-DE", "ja-JP")
BASES: Final = {"wide": "WideBand", "narrow": "NarrowBand"}
RULES: Final = range(1, 21)


def put_vocabulary(
    session: Session,
    name: str,
    words: Words,
    *,
    language: str,
    bucket: str | None,
    timeout: float | None = None,
    medical: bool = False,
) -> Record:
    """Make the vocabulary NAME of WORDS and wait for it.

    A table, and whatever is MEDICAL, goes over S3 and is removed there afterwards.
    """
    sort = resources.MEDICAL_VOCABULARY if medical else resources.VOCABULARY
    asked: dict[str, Any] = {"LanguageCode": language}
    if not words.table and not medical:
        asked["Phrases"] = words.phrases
        return resources.put(session, sort, name, asked, timeout=timeout)
    place, key = staging.bucket(session, bucket), f"{staging.PREFIX}{words.name(language)}-{name}.txt"
    asked["VocabularyFileUri"] = f"s3://{place}/{key}"
    session.client("s3").put_object(Bucket=place, Key=key, Body=words.text.encode())
    try:
        return resources.put(session, sort, name, asked, timeout=timeout)
    finally:
        staging.remove(session, bucket=place, key=key)


def filter_words(lines: Iterable[str], *, source: str) -> dict[str, Any]:
    """The words of a vocabulary filter, one a line. Raises InputError with the line of what cannot be one."""
    found: dict[str, None] = {}
    for number, line in enumerate(lines, 1):
        if len(line.split()) > 1:
            raise InputError(f"{source}, line {number}: `{line.strip()}` is more than a word")
        found.update(dict.fromkeys(line.split()))
    if not found:
        raise InputError(f"{source} holds no words")
    if (size := sum(len(word.encode()) + 1 for word in found)) > LIST_BYTES:
        raise InputError(f"{source}: {size:,} bytes; a filter has at most {LIST_BYTES:,}")
    return {"Words": list(found)}


def model_data(
    session: Session, texts: str, *, language: str, base: str, tuning: str | None, role: str | None
) -> dict[str, Any]:
    """What a language model is trained with. Raises UsageError, and ConfigError for want of a role."""
    if language not in MODEL_LANGUAGES:
        raise UsageError(f"there are no language models in {language}", hint=f"one of: {', '.join(MODEL_LANGUAGES)}")
    if base not in BASES:
        raise UsageError(f"unknown base `{base}`", hint="wide or narrow")
    for uri in (texts, *([tuning] if tuning else ())):
        if not uri.startswith("s3://"):
            raise UsageError(f"`{uri}` is not a folder in S3", hint="s3://BUCKET/FOLDER/")
    role = role or session.config.role
    if not role:
        raise ConfigError("training needs a role that lets Transcribe read the texts", hint="--role ARN")
    data = {"S3Uri": texts, "DataAccessRoleArn": role, **({"TuningDataS3Uri": tuning} if tuning else {})}
    return {"LanguageCode": language, "BaseModelName": BASES[base], "InputDataConfig": data}


def category_rules(text: str, *, source: str, live: bool) -> dict[str, Any]:
    """The rules of a category in TEXT: a JSON list of them, or an object with `Rules`. Raises InputError."""
    try:
        given = json.loads(text)
    except ValueError as problem:
        raise InputError(f"{source} is not JSON: {problem}") from None
    rules = given.get("Rules") if isinstance(given, dict) else given
    if not isinstance(rules, list) or len(rules) not in RULES or not all(isinstance(rule, dict) for rule in rules):
        raise InputError(
            f"{source} is not a list of 1 to 20 rules", hint='[{"SentimentFilter": {"Sentiments": [...]}}]'
        )
    return {"Rules": rules, "InputType": "REAL_TIME" if live else "POST_CALL"}
