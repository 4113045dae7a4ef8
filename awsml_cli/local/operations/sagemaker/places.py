"""What lies in this machine's S3, fetched for those who read files, and what they leave, put there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from awsml_cli.core import sources
from awsml_cli.core.errors import InputError
from awsml_cli.core.sources import split_uri
from awsml_cli.local.operations import Machine
from awsml_cli.local.operations.sagemaker.kept import invalid
from awsml_cli.local.store import Object
from awsml_cli.services.sagemaker import archives
from awsml_cli.services.sagemaker.local.channels import parts


def bucket_of(machine: Machine, uri: str, member: str) -> str:
    """The bucket of URI, which MEMBER says. Raises Refused where it is no address, or there is no such bucket."""
    bucket = sources.split_address(uri)[0] if uri.startswith("s3://") else ""
    if not bucket:
        raise invalid(f"{member} is no address in S3: {uri}")
    if not machine.store.has_bucket(bucket):
        raise invalid(f"The bucket of {member} does not exist: {bucket}")
    return bucket


def the_object(machine: Machine, uri: str) -> Object:
    """The object at URI. Raises InputError where there is none."""
    bucket, key = split_uri(uri)
    found = machine.store.get(bucket, key)
    if found is None:
        raise InputError(f"there is no object {uri}")
    return found


def below(machine: Machine, uri: str) -> Iterator[tuple[str, Object]]:
    """The objects whose keys begin as URI says, each with its path in the folder that they become."""
    bucket, prefix = sources.split_address(uri)
    after = ""
    while page := machine.store.objects(bucket, prefix=prefix, after=after):
        for one in page:
            after = one.key
            if one.key.endswith("/"):
                continue  # a folder, as consoles make them
            yield parts.below(one.key, prefix), one


def fetch(machine: Machine, uri: str, folder: Path) -> int:
    """Copy what lies below URI into FOLDER; how many files. Raises InputError for a key that would leave it."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for path, found in below(machine, uri):
        target = folder / path
        if not target.resolve().is_relative_to(folder.resolve()):
            raise InputError(f"the key {found.key} leaves its folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found.path, target)
        count += 1
    return count


def fetch_code(machine: Machine, uri: str, folder: Path) -> None:
    """Unpack the archive at URI, or copy what lies below it, into FOLDER. Raises InputError."""
    if uri.endswith((".tar.gz", ".tgz")):
        archives.unpack(the_object(machine, uri).path, folder)
    elif not fetch(machine, uri, folder):
        raise InputError(f"there is no code at {uri}")


def put(machine: Machine, uri: str, path: Path) -> None:
    """Keep the file PATH at URI."""
    bucket, key = split_uri(uri)
    with path.open("rb") as file:
        machine.store.put(bucket, key, file)


def put_below(machine: Machine, uri: str, folder: Path) -> None:
    """Keep the files of FOLDER below URI."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            put(machine, f"{uri.rstrip('/')}/{path.relative_to(folder).as_posix()}", path)


def plain(value: str) -> str:
    """VALUE, which AWS's SDK may have written as JSON."""
    try:
        found: Any = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, str) else value
