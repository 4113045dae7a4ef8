"""A batch transform on this machine: files through a server, in lines or whole, answers joined as AWS joins them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from awsml_cli.core import sources
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.sagemaker.local import serving

SPLITS: Final = ("None", "Line")
STRATEGIES: Final = ("MultiRecord", "SingleRecord")
ANSWER: Final = 600.0  # seconds that an answer may take


def variables(strategy: str, max_payload: int) -> dict[str, str]:
    """What SageMaker sets for a transform; MAX_PAYLOAD is in MB."""
    return {
        "SAGEMAKER_BATCH": "true",
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": str(max_payload),
        "SAGEMAKER_BATCH_STRATEGY": "MULTI_RECORD" if strategy == "MultiRecord" else "SINGLE_RECORD",
        "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": "1",
    }


def check(split: str, strategy: str) -> None:
    """Raises UsageError for words that are not AWS's."""
    for word, known, option in ((split, SPLITS, "--split-type"), (strategy, STRATEGIES, "--batch-strategy")):
        if word not in known:
            raise UsageError(f"{option} knows no `{word}`", hint=f"one of: {', '.join(known)}")


def answers(
    session: Session,
    source: Source,
    port: int,
    *,
    content_type: str,
    accept: str,
    split: str,
    strategy: str,
    max_payload: int,
) -> Iterator[bytes]:
    """The answers to SOURCE, each as it comes; with a SPLIT, each ends its line. MAX_PAYLOAD is in MB."""
    limit = max_payload * 1024 * 1024
    for body in requests(sources.read_chunks(source, session), split, strategy, limit):
        if len(body) > limit:
            raise InputError(f"{source.shown} has a record of {len(body)} bytes, over --max-payload {max_payload} MB")
        got = serving.checked(serving.ask(port, body, content_type=content_type, accept=accept, timeout=ANSWER))
        ended = got.body.endswith(b"\n") or split == "None"
        yield got.body if ended else got.body + b"\n"


def requests(chunks: Iterable[bytes], split: str, strategy: str, limit: int) -> Iterator[bytes]:
    """What is sent of CHUNKS: all, or lines, one or as many as LIMIT bytes hold; a line that is longer comes alone."""
    if split == "None":
        yield b"".join(chunks)
        return
    batch = b""
    for line in _lines(chunks):
        if strategy == "SingleRecord":
            yield line
        elif batch and len(batch) + len(line) > limit:
            yield batch
            batch = line
        else:
            batch += line
    if batch:
        yield batch


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole if line.strip())
    if rest.strip():
        yield rest
