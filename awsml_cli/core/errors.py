"""The ways a command can end badly, each with its exit code and a way out.

Every expected failure is one of these classes: a sentence in lower case, and a hint that says what to do.
The exit codes are the published table of `docs/reference/exit-codes.md`.
"""

from __future__ import annotations

from typing import ClassVar


class AwsmlError(Exception):
    """A failure that a person can act on: one sentence, and a hint that leads out of it."""

    exit_code: ClassVar[int] = 1
    shared = False  # whether it would meet every other input too, so that none needs to be tried

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AwsmlError):
    """The words of the command do not go together; nothing was sent."""

    exit_code = 2


class InputError(AwsmlError):
    """An input that cannot work: missing, unreadable, over a limit; nothing was sent."""

    exit_code = 2


class ConfigError(AwsmlError):
    """Something of the set-up is missing: credentials, region, bucket, role, engine."""

    exit_code = 3


class ServiceError(AwsmlError):
    """AWS refused: its code, message and request id as AWS gave them."""

    exit_code = 4

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        code: str = "",
        operation: str = "",
        request_id: str = "",
        status: int = 0,
        answer: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.operation = operation
        self.request_id = request_id
        self.status = status
        self.answer = answer or {}


class JobFailed(AwsmlError):
    """A job ended at AWS without a result."""

    exit_code = 4


class PartialFailure(AwsmlError):
    """Some inputs of many failed; the others are done."""

    exit_code = 5


class Retired(AwsmlError):
    """The service or feature no longer exists; the message names what took its place."""

    exit_code = 6


class CheckFailed(AwsmlError):
    """A check that the user asked for did not pass."""

    exit_code = 7


class TimedOut(AwsmlError):
    """`--timeout` passed; the job still runs."""

    exit_code = 8


class OutputError(AwsmlError):
    """The answer could not be written; it is kept, and the hint says where."""

    exit_code = 9
