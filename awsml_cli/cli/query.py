"""`--query`: JMESPath over what a command answers."""

from __future__ import annotations

from typing import Any

from awsml_cli.core.errors import UsageError


def query(expression: str | None, value: Any) -> Any:
    """What EXPRESSION finds in VALUE; without one, VALUE. Raises UsageError where it cannot be used on it."""
    if expression is None:
        return value
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return jmespath.search(expression, value)
    except JMESPathError as problem:
        raise _no_query(problem) from None


def check(expression: str | None) -> None:
    """Refuse an EXPRESSION that is not JMESPath, or calls a function that there is not, before anything is sent."""
    if expression is None:
        return
    import jmespath
    from jmespath.exceptions import JMESPathError
    from jmespath.functions import Functions

    try:
        nodes = [jmespath.compile(expression).parsed]
    except JMESPathError as problem:
        raise _no_query(problem) from None
    for node in nodes:
        if node["type"] == "function_expression" and node["value"] not in Functions.FUNCTION_TABLE:
            raise _no_query(f"there is no function {node['value']}()")
        nodes.extend(child for child in node["children"] if isinstance(child, dict))


def _no_query(problem: object) -> UsageError:
    said = " ".join(str(problem).split())
    return UsageError(f"--query cannot be used: {said}", hint="see https://jmespath.org/tutorial.html")
