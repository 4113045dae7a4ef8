"""`personalize.yaml`: everything that `run` can be told, in a file; what is said on the command line counts more."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.errors import InputError

# what a setting must be; paths are those of the file's own folder
_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "interactions": str,
    "users": str,
    "items": str,
    "recipe": str,
    "user": list,
    "item": list,
    "limit": int,
    "rename": dict,
    "columns": list,
    "repair": bool,
    "domain": str,
    "batch": bool,
    "keep": bool,
    "event_type": str,
    "min_value": (int, float),
    "set": dict,
    "hpo": bool,
    "auto_train": bool,
    "tps": int,
    "name": str,
    "role": str,
    "bucket": str,
}
_PATHS: Final = ("interactions", "users", "items")
_WORDS: Final = {str: "text", list: "a list", dict: "names and values", bool: "true or false", int: "a number"}


def settled(argument: str, said: Mapping[str, Any], *, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """All settings: those SAID on the command line, unless they are DEFAULTS, before those of the file ARGUMENT.

    Where ARGUMENT is no `.yaml`, it is the table itself. Raises InputError for what the file should not say.
    """
    if not argument.endswith((".yaml", ".yml")):
        return {"interactions": argument, **said}
    told = _read(Path(argument))
    given = {name: value for name, value in said.items() if value not in (None, False) and value != defaults.get(name)}
    return {**said, **told, **given}


def _read(path: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise InputError(f"cannot read {path}: {problem.strerror or problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise InputError(f"{path} is no YAML: {' '.join(str(problem).split())}") from None
    if not isinstance(found, dict):
        raise InputError(f"{path} holds no settings", hint="interactions: FILE.csv")
    wrong = [trouble for name, value in found.items() if (trouble := _trouble(str(name), value))]
    if "interactions" not in found:
        wrong.append("`interactions` is missing")
    if wrong:
        raise InputError(f"{path}: {'; '.join(wrong)}")
    return {name: _value(path, name, value) for name, value in found.items()}


def _trouble(name: str, value: Any) -> str | None:
    wanted = _TYPES.get(name)
    if wanted is None:
        near = get_close_matches(name, _TYPES, n=1)
        return f"there is no setting `{name}`" + (f", did you mean `{near[0]}`?" if near else "")
    fits = isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))
    if fits or (wanted is list and isinstance(value, str | int)):
        return None
    return f"`{name}` is {_WORDS.get(wanted if isinstance(wanted, type) else int, 'something else')}, not {value!r}"


def _value(path: Path, name: str, value: Any) -> Any:
    if name in _PATHS and "://" not in value and value != "-":
        return str(path.parent / value)
    if name == "columns":
        return ",".join(map(str, value if isinstance(value, list) else [value]))
    if name in ("user", "item"):
        return [str(one) for one in (value if isinstance(value, list) else [value])]
    if name in ("rename", "set"):
        return [f"{one}={other}" for one, other in value.items()]
    return value
