"""All pages of a list, whatever the service calls its token.

Most of AWS's AI services have list operations without a paginator in botocore; where there is one, it does not
notice two tokens that take turns. One loop for all, which reads the next page only when it is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from awsml_cli.core.errors import ServiceError

TOKENS = ("NextToken", "nextToken", "PaginationToken", "NextMarker", "Marker")


def pages(call: Callable[..., dict[str, Any]], **params: Any) -> Iterator[dict[str, Any]]:
    """Every answer of CALL with PARAMS, page after page. Raises ServiceError where a token comes a second time."""
    seen: set[str] = set()
    while True:
        answer = call(**params)
        yield answer
        name = next((name for name in TOKENS if answer.get(name)), None)
        if name is None:
            return
        token = str(answer[name])
        if token in seen:
            raise ServiceError(f"AWS gave the page `{token[:40]}` twice; its list does not end", code="PagingLoop")
        seen.add(token)
        params[name] = token


def items(call: Callable[..., dict[str, Any]], key: str, **params: Any) -> Iterator[Any]:
    """Every member of the list KEY over all pages."""
    for page in pages(call, **params):
        yield from page.get(key) or ()
