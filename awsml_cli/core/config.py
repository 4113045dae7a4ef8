"""Settings: flags beat environment, which beats `./.awsml.toml`, which beats the user's `config.toml`.

A project file comes with a checkout, so it is not trusted with what decides where data goes or who pays:
`bucket`, `endpoint_url`, `profile` and `role` count there only after `awsml config trust`.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from awsml_cli.core import places
from awsml_cli.core.errors import ConfigError

PROJECT_FILE = ".awsml.toml"
NEED_TRUST = ("bucket", "endpoint_url", "profile", "role")


@dataclass(frozen=True)
class Config:
    """What holds for one run.

    Amounts are in US dollars, ages in days, sizes in bytes; `origin` says where each setting came from.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    bucket: str | None = None
    role: str | None = None
    local: bool = False
    confirm_above: float = 5.0
    cache_days: int = 30
    cache_bytes: int = 1_000_000_000
    ca_bundle: str | None = None
    origin: Mapping[str, str] = field(default_factory=dict)


SETTINGS: dict[str, type] = {
    "profile": str,
    "region": str,
    "endpoint_url": str,
    "bucket": str,
    "role": str,
    "local": bool,
    "confirm_above": float,
    "cache_days": int,
    "cache_bytes": int,
    "ca_bundle": str,
}


def load(flags: Mapping[str, Any], *, env: Mapping[str, str] = os.environ, cwd: Path | None = None) -> Config:
    """Settle every setting by its order of precedence.

    FLAGS holds what the command line gave (None: not given). Raises ConfigError for a file that cannot be
    read, an unknown setting or a value of the wrong type, naming file and setting.
    """
    config = Config()
    project = (cwd or Path.cwd()) / PROJECT_FILE
    for origin, values in (
        (str(user_file(env)), _read(user_file(env))),
        (str(project), _project_values(project, env)),
        ("environment", _environment(env)),
        ("command line", {k: v for k, v in flags.items() if v is not None and k in SETTINGS}),
    ):
        config = replace(config, **values, origin={**config.origin, **dict.fromkeys(values, origin)})
    return config


def user_file(env: Mapping[str, str] = os.environ) -> Path:
    """The user's own file."""
    return places.config_dir(env) / "config.toml"


def trust(path: Path, *, env: Mapping[str, str] = os.environ) -> list[str]:
    """Let the project file PATH, as it stands now, set what needs trust; return those settings."""
    values = _read(path)
    known = _trusted(env)
    known[str(path.resolve())] = _digest(path)
    places.private_dir(places.state_dir(env))
    _trust_file(env).write_text(json.dumps(known, indent=1), encoding="utf-8")
    return [name for name in NEED_TRUST if name in values]


def withheld(path: Path, *, env: Mapping[str, str] = os.environ) -> list[str]:
    """The settings of the project file PATH that do not count because it is not trusted."""
    if not path.is_file() or _trusted(env).get(str(path.resolve())) == _digest(path):
        return []
    return [name for name in NEED_TRUST if name in _read(path)]


def set_user(name: str, value: str, *, env: Mapping[str, str] = os.environ) -> Path:
    """Write NAME = VALUE into the user's file, keeping its other lines; return the file."""
    typed = _typed(name, value, "command line")
    path = user_file(env)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    line = f"{name} = {_toml(typed)}"
    at = next((i for i, old in enumerate(lines) if old.split("=")[0].strip() == name), None)
    if at is None:
        lines.append(line)
    else:
        lines[at] = line
    places.private_dir(path.parent)
    fresh = path.with_suffix(".new")
    fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
    fresh.replace(path)
    return path


def _project_values(path: Path, env: Mapping[str, str]) -> dict[str, Any]:
    held = withheld(path, env=env)
    return {name: value for name, value in _read(path).items() if name not in held}


def _environment(env: Mapping[str, str]) -> dict[str, Any]:
    values = {name: env[f"AWSML_{name.upper()}"] for name in SETTINGS if env.get(f"AWSML_{name.upper()}")}
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):  # boto3 reads only the second
        if env.get(name):
            values.setdefault("region", env[name])
    return {name: _typed(name, value, f"AWSML_{name.upper()}") for name, value in values.items()}


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ConfigError(f"cannot read {path}: {problem}", hint="mend the file, or move it away") from None
    return {name: _typed(name, value, str(path)) for name, value in data.items()}


def _typed(name: str, value: Any, origin: str) -> Any:
    if name not in SETTINGS:
        near = get_close_matches(name, SETTINGS, n=1)
        raise ConfigError(
            f"unknown setting `{name}` in {origin}",
            hint=f"did you mean `{near[0]}`?" if near else f"known settings: {', '.join(SETTINGS)}",
        )
    wanted = SETTINGS[name]
    try:
        if wanted is bool and isinstance(value, str):
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[
                value.lower()
            ]
        if isinstance(value, wanted | str) or (wanted is float and isinstance(value, int)):
            return wanted(value)
    except (KeyError, ValueError):
        pass
    raise ConfigError(f"`{name}` in {origin} is not a {wanted.__name__}: {value!r}")


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False)


def _trust_file(env: Mapping[str, str]) -> Path:
    return places.state_dir(env) / "trusted.json"


def _trusted(env: Mapping[str, str]) -> dict[str, str]:
    try:
        known = json.loads(_trust_file(env).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


assert {f.name for f in fields(Config)} == {*SETTINGS, "origin"}
