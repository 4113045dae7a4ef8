"""Where inputs come from: an argument, a file, stdin, `s3://`, `https://`, a folder, a glob.

Text is read as a stream of pieces, with a mark where a slow source paused; media are named here and opened
by those who need them. Nothing is ever cut silently.
"""

from __future__ import annotations

import codecs
import glob
import json
import os
import queue
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO, Final

from awsml_cli.core import refusals
from awsml_cli.core.errors import InputError, ServiceError, UsageError

if TYPE_CHECKING:
    from awsml_cli.core.session import Session

CHUNK: Final = 1 << 16  # bytes read at a time
PAUSE: Final = ""  # what a stream of text gives when its source was silent for a while
SILENCE: Final = 0.2  # seconds; the contract's time after which a slow input is sent on


@dataclass(frozen=True)
class Source:
    """One input.

    `name` is how the user said it (`-` is stdin), `path` the file if it is one, `relative` its place below
    the folder or glob it was found in, `text` the words themselves where they were the argument, `ending` the extension
    of what becomes of it, where the input settles that.
    """

    name: str
    path: Path | None = None
    relative: PurePath = field(default_factory=PurePath)
    text: str | None = None
    ending: str | None = None

    @property
    def slow(self) -> bool:
        """Whether it can be read only once, or only over the network."""
        return self.path is None and self.text is None

    @property
    def shown(self) -> str:
        """What a message calls it."""
        return "stdin" if self.name == "-" else self.name

    @property
    def remote(self) -> bool:
        """Whether it lies in S3 or on the web."""
        return is_remote(self.name) and self.path is None


Chunks = Iterable[str]


def names(arguments: Sequence[str] | None, *, files_from: str | None = None, null: bool = False) -> list[str]:
    """The names of the inputs: the arguments, or those listed in FILES_FROM, one a line (or ended by NUL).

    Without either, stdin is the input, unless a person sits there. Raises UsageError, InputError.
    """
    if files_from is None:
        if not arguments and sys.stdin.isatty():
            raise UsageError("name the input, or pipe it in", hint="--help shows examples")
        return list(arguments or ["-"])
    if arguments:
        raise UsageError("give either inputs or --files-from, not both")
    try:
        data = sys.stdin.buffer.read() if files_from == "-" else Path(files_from).read_bytes()
    except OSError as problem:
        raise InputError(f"cannot read {files_from}: {problem.strerror or problem}") from None
    listed = os.fsdecode(data).split("\0" if null else "\n")
    return [_listed(name.rstrip("\r")) for name in listed if name.strip()]


def _listed(line: str) -> str:
    """The name in a LINE of a list: the line itself, or the `input` of what `--errors` wrote."""
    if line.startswith("{"):
        try:
            return str(json.loads(line)["input"])
        except (ValueError, KeyError, TypeError):
            pass
    return line


def is_remote(name: str) -> bool:
    """Whether NAME is an address and not a path."""
    return name.startswith(("s3://", "https://", "http://"))


def text(argument: str | None, *, files: Sequence[str] = ()) -> list[Source]:
    """The texts that a command was given: TEXT itself, `--file`s, or stdin.

    Raises UsageError where both were given, and where TEXT is the name of a file.
    """
    if files:
        if argument not in (None, "-"):
            raise UsageError("give either TEXT or --file, not both")
        return paths(files)
    if argument is None or argument == "-":
        return [Source("-", relative=PurePath("stdin"))]
    if len(argument) < 1024 and "\n" not in argument and _is_file(argument):
        raise UsageError(f"`{argument}` is a file, not the text", hint=f"--file {argument}")
    return [Source("TEXT", relative=PurePath("text"), text=argument)]


def paths(names: Iterable[str], *, endings: Sequence[str] = ()) -> list[Source]:
    """The files that NAMES stand for, in order: paths, `-`, addresses, folders (searched), globs.

    ENDINGS limits what a folder gives to these extensions. Raises InputError for what is not there.
    """
    found: list[Source] = []
    for name in names:
        found.extend(_expand(name, endings))
    return found


def _expand(name: str, endings: Sequence[str]) -> Iterator[Source]:
    path = Path(name)
    if name == "-":
        yield Source("-", relative=PurePath("stdin"))
    elif is_remote(name):
        yield Source(name, relative=PurePath(PurePath(name.split("?")[0]).name or "object"))
    elif path.is_dir():
        yield from _folder(path, endings)
    elif path.exists():
        yield Source(name, path=path, relative=PurePath(path.name))
    elif glob.has_magic(name):
        matches = sorted(glob.glob(name, recursive=True))
        if not matches:
            raise InputError(f"nothing matches `{name}`")
        files = [match for match in matches if Path(match).is_file()]
        if not files:
            raise InputError(f"nothing but folders matches `{name}`", hint="name one of them")
        for match in files:
            yield Source(match, path=Path(match), relative=PurePath(Path(match).name))
    else:
        raise InputError(f"no such file: {name}")


def _folder(folder: Path, endings: Sequence[str]) -> Iterator[Source]:
    files = sorted(
        file
        for file in folder.rglob("*")
        if file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and (not endings or file.suffix.lower().lstrip(".") in endings)
    )
    if not files:
        kinds = f" with {', '.join(endings)}" if endings else ""
        raise InputError(f"no files{kinds} in {folder}")
    for file in files:
        yield Source(str(file), path=file, relative=file.relative_to(folder))


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False


def read_text(source: Source, session: Session) -> Iterator[str]:
    """The text of SOURCE as it comes, a BOM dropped; PAUSE wherever it was silent for 200 ms.

    Raises InputError for bytes that are not UTF-8, with file and offset.
    """
    if source.text is not None:
        yield source.text
        return
    yield from decode(read_chunks(source, session), name=source.shown)


def read_chunks(source: Source, session: Session) -> Iterator[bytes]:
    """The bytes of SOURCE as they come, an empty chunk wherever stdin was silent for 200 ms."""
    if source.remote:
        yield from remote(source, session)
    elif source.text is not None:
        yield source.text.encode()
    elif source.path is not None:
        with open_media(source) as file:
            yield from iter(lambda: file.read(CHUNK), b"")
    else:
        if sys.stdin.isatty():
            session.talk.warn("the text is read from this terminal; Ctrl-D on a line of its own ends it")
        yield from _slow(sys.stdin.buffer)


def whole_text(source: Source, session: Session) -> str:
    """The whole text of SOURCE, for what has to be seen as a whole."""
    return "".join(read_text(source, session))


def read_bytes(source: Source, session: Session) -> bytes:
    """All bytes of SOURCE, for what has to be seen as a whole."""
    if source.remote:
        return b"".join(remote(source, session))
    if source.path is None:
        return sys.stdin.buffer.read()
    with open_media(source) as file:
        return file.read()


def remote(source: Source, session: Session) -> Iterator[bytes]:
    """The bytes of SOURCE, an object in S3 or on the web, as they come. Raises InputError where there is none."""
    if not source.name.startswith("s3://"):
        from awsml_cli.core import web  # ssl and urllib are for this alone

        yield from web.chunks(source.name, CHUNK, trusted=session.config.ca_bundle)
        return
    bucket, key = split_uri(source.name)
    try:
        body = session.client("s3").get_object(Bucket=bucket, Key=key)["Body"]
    except ServiceError as error:
        if error.code in refusals.NO_OBJECT:
            raise InputError(f"there is no object {source.name}") from None
        raise
    yield from unbroken(body.iter_chunks(CHUNK), source.name)


def unbroken(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """CHUNKS of the object NAME as they come. Raises InputError where the line breaks."""
    try:
        yield from chunks
    except Exception as problem:
        error = refusals.translate(problem, service="s3", operation="GetObject")
        if error is None:
            raise
        raise InputError(f"{name} broke off: {error.message}", hint="run the same command again") from None


def split_uri(uri: str) -> tuple[str, str]:
    """`s3://bucket/key` as bucket and key. Raises InputError where one is missing."""
    bucket, key = split_address(uri)
    if not bucket or not key:
        raise InputError(f"`{uri}` is not an object in S3", hint="s3://BUCKET/KEY")
    return bucket, key


def split_address(uri: str) -> tuple[str, str]:
    """`s3://bucket/key` as bucket and key, or what keys begin with: what stands there, be it empty."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def decode(chunks: Iterable[bytes], *, name: str) -> Iterator[str]:
    """CHUNKS of UTF-8 as text, cut nowhere inside a character; an empty chunk is a PAUSE and stays one."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, first = 0, True
    for chunk in chunks:
        if not chunk:
            yield PAUSE
            continue
        piece = _decoded(decoder, chunk, offset=offset, name=name)
        offset += len(chunk)
        if first and piece:
            piece, first = piece.removeprefix("\ufeff"), False
        if piece:
            yield piece
    rest = _decoded(decoder, b"", offset=offset, name=name, final=True)
    if rest:
        yield rest


def refuse_bytes(path: Path, *, name: str) -> None:
    """Raises InputError with byte and offset where the file at PATH, called NAME, is not UTF-8."""
    with path.open("rb") as file:
        for _ in decode(iter(lambda: file.read(1 << 20), b""), name=name):
            pass


def open_media(source: Source) -> BinaryIO:
    """The file of SOURCE, open for reading. Raises InputError where it cannot be read."""
    assert source.path is not None
    if source.path.is_dir():
        raise InputError(f"{source.name} is a folder")
    try:
        return source.path.open("rb")
    except OSError as problem:
        raise InputError(f"cannot read {source.name}: {problem.strerror or problem}") from None


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, *, offset: int, name: str, final: bool = False) -> str:
    pending = len(decoder.getstate()[0])
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError as problem:
        at = offset - pending + problem.start
        raise InputError(
            f"{name} is not UTF-8 text: byte {problem.object[problem.start]:#04x} at offset {at}",
            hint="convert it first, for example: iconv -f WINDOWS-1252 -t UTF-8",
        ) from None


def _slow(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of STREAM as soon as they are there, an empty chunk after each silence.

    Read by a thread of its own, since a read that waits cannot be given up.
    """
    chunks: queue.Queue[bytes | Exception] = queue.Queue(maxsize=16)
    descriptor = _descriptor(stream)

    def read() -> None:
        try:
            while chunk := (os.read(descriptor, CHUNK) if descriptor is not None else stream.read(CHUNK)):
                chunks.put(chunk)
            chunks.put(b"")
        except Exception as problem:  # noqa: BLE001 - handed over to the thread that waits
            chunks.put(problem)

    threading.Thread(target=read, daemon=True, name="stdin").start()
    waiting = False
    while True:
        try:
            chunk = chunks.get(timeout=SILENCE if waiting else None)
        except queue.Empty:
            waiting = False
            yield b""
            continue
        if isinstance(chunk, Exception):
            raise InputError(f"cannot read stdin: {chunk}")
        if not chunk:
            return
        waiting = True
        yield chunk


def _descriptor(stream: BinaryIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError, AttributeError):
        return None
