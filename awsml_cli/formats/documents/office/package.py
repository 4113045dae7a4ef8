"""The ZIP archive that an Office document is: opened with suspicion, never unpacked to a disk, written in its order."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from awsml_cli.core.errors import InputError

MOST_MEMBERS: Final = 20_000
MOST_BYTES: Final = 1 << 30  # of all members, unpacked; Office itself opens no larger text
MOST_PART: Final = 256 << 20  # bytes of one part that we read
MOST_RATIO: Final = 1_000  # unpacked to packed, of a member over 32 MiB: XML of real documents stays below 100
_LARGE = 32 << 20
_ZIP64 = b"\x01\x00"


class Package:
    """The members of an archive, checked; NOUN is what messages call it.

    Raises InputError for what is damaged, locked or made to do harm.
    """

    def __init__(self, data: bytes, *, noun: str = "the document") -> None:
        self.data = data
        self.noun = noun
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
            raise InputError(f"{self.noun} is damaged: {problem}") from None
        self.members = self._archive.infolist()
        self.names = [member.filename for member in self.members]
        self._check()

    def read(self, name: str) -> bytes:
        """The part NAME. Raises InputError where it is damaged or over the limit."""
        member = self._archive.getinfo(name)
        if member.file_size > MOST_PART:
            raise InputError(f"{name} of {self.noun} is over {MOST_PART >> 20} MiB")
        try:
            return self._archive.read(member)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as problem:
            raise InputError(f"{self.noun} is damaged: {name}: {problem}") from None

    def write(self, changed: Mapping[str, bytes]) -> bytes:
        """The archive with the parts CHANGED; order, dates, attributes and compression of all members stay."""
        if not changed:
            return self.data
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as archive:
            archive.comment = self._archive.comment
            for member in self.members:
                entry = zipfile.ZipInfo(member.filename, member.date_time)
                entry.compress_type = member.compress_type
                entry.create_system, entry.external_attr = member.create_system, member.external_attr
                entry.internal_attr, entry.comment = member.internal_attr, member.comment
                entry.extra = b"" if member.extra.startswith(_ZIP64) else member.extra
                content = changed.get(member.filename)
                archive.writestr(entry, self._archive.read(member) if content is None else content)
        return output.getvalue()

    def _check(self) -> None:
        if len(self.members) > MOST_MEMBERS:
            raise InputError(f"{self.noun} has {len(self.members):,} parts; {MOST_MEMBERS:,} are read at most")
        if len(set(self.names)) < len(self.names):
            raise InputError(f"{self.noun} has two parts of the same name")
        if sum(member.file_size for member in self.members) > MOST_BYTES:
            raise InputError(f"{self.noun} unpacks to more than {MOST_BYTES >> 30} GiB")
        for member in self.members:
            name = member.filename
            if (
                name.startswith(("/", "\\"))
                or ".." in PurePosixPath(name.replace("\\", "/")).parts
                or ":" in name
                or "\0" in name
            ):
                raise InputError(f"{self.noun} has a part with the name of a path outside it: {name!r}")
            if member.flag_bits & 1:
                raise InputError(f"{self.noun} is encrypted", hint="remove the password first")
            if member.file_size > _LARGE and member.file_size > MOST_RATIO * max(member.compress_size, 1):
                raise InputError(f"{name} of {self.noun} unpacks to {member.file_size:,} bytes: it looks like a trap")
