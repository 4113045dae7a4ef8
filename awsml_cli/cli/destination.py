"""Where answers go and in which format, settled before anything is sent.

`-f` names the format, or the extension of `-o` does; many inputs need a folder or a template; an output over
an input, two outputs in one place, or a folder that cannot be written is refused while it costs nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from awsml_cli.cli import streams
from awsml_cli.cli.options import COMMON_FORMATS
from awsml_cli.core.errors import UsageError
from awsml_cli.core.sources import Source

EXTENSIONS = {"txt": "text", "ogg": "ogg_vorbis", "opus": "ogg_opus", "yml": "yaml", "ndjson": "jsonl"}
BINARY = frozenset({"docx", "xlsx", "pdf", "png", "parquet"})
_ENDINGS = {"text": "txt", "auto": "txt", "table": "txt", "raw": "json", "ogg_vorbis": "ogg", "ogg_opus": "opus"}


@dataclass(frozen=True)
class Destination:
    """The format asked for, and the file, folder or template; no `output` is stdout."""

    format: str
    output: str | None = None

    @property
    def folder(self) -> bool:
        """Whether the output is a folder: one that exists, or a name that ends in `/`."""
        return self.output is not None and (
            self.output.endswith(("/", os.sep)) or (not self.template and Path(self.output).is_dir())
        )

    @property
    def template(self) -> bool:
        """Whether the output is a pattern with the input's name in it."""
        return self.output is not None and any(f"{{{word}}}" in self.output for word in ("stem", "name", "index"))

    def file(self) -> Path | None:
        """The one file of an answer without inputs. Raises UsageError for a folder."""
        if self.output is None:
            return None
        if self.folder or self.template:
            raise UsageError("one answer needs the name of a file, not a folder", hint="-o FILE")
        return Path(self.output)

    def files(self, sources: Sequence[Source]) -> list[Path] | None:
        """The file for each source, in order; None is stdout. Raises UsageError before anything is done."""
        if self.output is None:
            return None
        if self.template:
            made = [self._from_template(source, index) for index, source in enumerate(sources, start=1)]
        elif self.folder:
            ending = _ENDINGS.get(self.format, self.format)
            own = [source.ending if self.format == "auto" else None for source in sources]
            made = [
                Path(self.output) / source.relative.with_suffix(f".{its or ending}")
                for source, its in zip(sources, own, strict=True)
            ]
        elif len(sources) == 1:
            made = [Path(self.output)]
        else:
            raise UsageError(
                f"{len(sources)} inputs cannot go into one file",
                hint="name a folder: -o out/, or a pattern: -o {stem}.txt",
            )
        _refuse_collisions(made, sources)
        return made

    def _from_template(self, source: Source, index: int) -> Path:
        words = {"stem": source.relative.stem, "name": source.relative.name, "index": str(index)}
        text = str(self.output)
        for word, value in words.items():
            text = text.replace(f"{{{word}}}", value)
        return Path(text)


def settle(format: str, output: str | None, *, own: Iterable[str] = ()) -> Destination:
    """Settle `-f` and `-o` for a command with formats of its OWN. Raises UsageError for what cannot be meant."""
    known = list(dict.fromkeys([*COMMON_FORMATS, *own]))
    if format not in known:
        format = EXTENSIONS.get(format, format)
    if format not in known:
        near = get_close_matches(format, known, n=1)
        raise UsageError(
            f"unknown format `{format}`", hint=f"did you mean `{near[0]}`?" if near else f"one of: {', '.join(known)}"
        )
    if output is None or output == "-":
        if format in BINARY and streams.is_terminal(sys.stdout):
            raise UsageError("this answer is not for a terminal's eyes: it is binary", hint="-o FILE, or pipe it on")
        return Destination(format)
    if output in known and not Path(output).exists():
        raise UsageError(
            f"-o takes a path, and `{output}` is a format", hint=f"-f {output}, or -o ./{output} for the file"
        )
    _refuse_unwritable(output)
    if format == "auto":
        ending = Path(output).suffix.lstrip(".").lower()
        ending = ending if ending in known else EXTENSIONS.get(ending, "")
        format = ending if ending in known else "auto"
    return Destination(format, output)


def spare(output: str | None, words: Iterable[object]) -> None:
    """Raises UsageError where OUTPUT is a file that one of the WORDS of a command names, an input therefore."""
    if output is None or not Path(output).is_file():
        return
    for word in words:
        for one in word if isinstance(word, list | tuple) else (word,):
            if isinstance(one, str | Path) and os.path.isfile(one):
                refuse_over(Path(one), [output], hint="name another -o")


def refuse_over(path: Path, outputs: Iterable[Path | str | None], *, hint: str = "name another file") -> None:
    """Raises UsageError where one of OUTPUTS is PATH, an input that no answer is about."""
    place = path.resolve()
    for output in outputs:
        if output is not None and Path(output).resolve() == place:
            raise UsageError(f"{output} would be written over the input {path}", hint=hint)


def _refuse_unwritable(output: str) -> None:
    path = Path(output)
    if path.is_file():
        if not os.access(path, os.W_OK):
            raise UsageError(f"cannot write over {path}")
        if output.endswith(("/", os.sep)):
            raise UsageError(f"{path} is a file, not a folder")
    folder = path if path.is_dir() or output.endswith(("/", os.sep)) else path.parent
    made = folder == path or "{" in str(folder)  # one that is made for the answers
    while made and not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        raise UsageError(f"no such folder: {folder}", hint=f"mkdir -p {folder}" if not folder.exists() else None)
    if not os.access(folder, os.W_OK):
        raise UsageError(f"cannot write in {folder}")


def _refuse_collisions(made: Sequence[Path], sources: Sequence[Source]) -> None:
    inputs = {source.path.resolve(): source.name for source in sources if source.path is not None}
    seen: dict[Path, str] = {}
    for path, source in zip(made, sources, strict=True):
        place = path.resolve()
        if place in inputs:
            raise UsageError(f"{path} would be written over the input {inputs[place]}", hint="name another -o")
        if place in seen:
            raise UsageError(
                f"{seen[place]} and {source.name} would both be written to {path}", hint="-o {index}-{stem}.txt"
            )
        seen[place] = source.name
