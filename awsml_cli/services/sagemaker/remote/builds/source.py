"""The files of an image as a zip, the same bytes for the same content: what would go into a build here, and no more."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Final

from awsml_cli.core import staging
from awsml_cli.core.errors import InputError
from awsml_cli.core.sources import Source
from awsml_cli.core.staging import Media
from awsml_cli.services.sagemaker.project import Project

NAME: Final = "source.zip"
CONTEXT: Final = "context"  # the folder in it that is docker's context
DOCKERFILE: Final = "Dockerfile"  # beside it: .dockerignore may keep it out of the context
_DATE: Final = (1980, 1, 1, 0, 0, 0)


@contextmanager
def zipped(project: Project) -> Iterator[Media]:
    """The zip of PROJECT, as long as it is needed. Raises InputError for a file that cannot be read."""
    with tempfile.TemporaryDirectory(prefix="awsml-source-") as made:
        path = Path(made) / NAME
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            _add(archive, project.root / DOCKERFILE, DOCKERFILE)
            for name in project.files():
                _add(archive, _real(project.root, name), f"{CONTEXT}/{name.as_posix()}")
        with staging.spooled(Source(NAME, path=path, relative=PurePath(NAME))) as media:
            yield media


def _real(root: Path, name: Path) -> Path:
    """The file NAME below ROOT, or what a link of that name leads to. Raises InputError where it leads elsewhere.

    An engine of this machine is sent the link itself, and so nothing of what lies outside.
    """
    path = root / name
    if path.is_symlink():
        target = path.resolve()
        if not target.is_relative_to(root.resolve()) or not target.is_file():
            raise InputError(
                f"{name} is a link to {target}, which is no file of the project: CodeBuild is sent files alone",
                hint=f"name {name} in .dockerignore, or put a file in its place",
            )
    return path


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    try:
        status = path.stat()
        executable = status.st_mode & stat.S_IXUSR
        entry.file_size = status.st_size  # by which zipfile knows that one is too large for a zip of old
        entry.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
        with path.open("rb") as file, archive.open(entry, "w") as packed:
            shutil.copyfileobj(file, packed)
    except OSError as problem:
        raise InputError(f"cannot read {path}: {problem.strerror or problem}") from None
