"""What lies at an address of the web, as it comes."""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import Iterator

from awsml_cli.core.errors import InputError

PATIENCE = 60  # seconds without a byte


def chunks(address: str, size: int, *, trusted: str | None) -> Iterator[bytes]:
    """The bytes at ADDRESS (http, https) by SIZE; TRUSTED is a file of certificates. Raises InputError."""
    context = ssl.create_default_context(cafile=trusted)
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE, context=context) as page:  # noqa: S310 - said above
            while chunk := page.read(size):
                yield chunk
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "reason", None) or problem
        raise InputError(f"cannot fetch {address}: {reason}") from None
