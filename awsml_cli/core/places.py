"""Where files of ours live: the XDG folders, or what Windows has in their stead."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from awsml_cli.core.errors import ConfigError


def config_dir(env: Mapping[str, str] = os.environ) -> Path:
    """The user's configuration: `$XDG_CONFIG_HOME/awsml`."""
    return _place(env, "XDG_CONFIG_HOME", "APPDATA", ".config")


def cache_dir(env: Mapping[str, str] = os.environ) -> Path:
    """Answers that were paid for: `$XDG_CACHE_HOME/awsml`."""
    return _place(env, "XDG_CACHE_HOME", "LOCALAPPDATA", ".cache")


def state_dir(env: Mapping[str, str] = os.environ) -> Path:
    """What has been done: `$XDG_STATE_HOME/awsml`."""
    return _place(env, "XDG_STATE_HOME", "LOCALAPPDATA", ".local/state")


def data_dir(env: Mapping[str, str] = os.environ) -> Path:
    """What was fetched to stay, as models: `$XDG_DATA_HOME/awsml`."""
    return _place(env, "XDG_DATA_HOME", "LOCALAPPDATA", ".local/share")


def private_dir(path: Path) -> Path:
    """Make PATH, readable by its owner alone, and return it. Raises ConfigError where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        raise ConfigError(
            f"cannot make the folder {path}: {problem.strerror or problem}",
            hint="XDG_CONFIG_HOME, XDG_CACHE_HOME and XDG_STATE_HOME say where such folders are made",
        ) from None
    return path


def _place(env: Mapping[str, str], xdg: str, windows: str, below_home: str) -> Path:
    if env.get(xdg):
        return Path(env[xdg]) / "awsml"
    if sys.platform == "win32" and env.get(windows):
        return Path(env[windows]) / "awsml"
    return Path(env.get("HOME") or Path.home()) / below_home / "awsml"
