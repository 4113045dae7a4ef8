"""Pictures that are looked at: the options that all commands about them share, and what is written beside an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import methodcaller
from pathlib import Path, PurePath
from typing import Annotated, Any, Final, Protocol, runtime_checkable

import typer

from awsml_cli.cli import destination, options, preview, streams
from awsml_cli.cli.app import Joined
from awsml_cli.cli.readings import ROWS, How, into_folder
from awsml_cli.core import sources
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.limits import REKOGNITION_PICTURES
from awsml_cli.core.record import Listing, Outcome
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.formats import boxes
from awsml_cli.formats.boxes import Area, Tile

JOBS: Final = 16  # under way together: as many as keep some 50 a second going at 300 ms each
MARKED: Final = {name: methodcaller("rendered", name) for name in ("png", "svg")}
_ENDINGS: Final = (*boxes.ENDINGS, "svg")


@runtime_checkable
class Seen(Protocol):
    """A picture that was looked at; its `picture` is asked for only where it is wanted, since it may lie in S3."""

    def areas(self) -> list[Area]:
        """The places of what was found."""

    def listing(self) -> Listing:
        """Its lines as records."""


@dataclass(frozen=True)
class Way:
    """Which pictures are looked at, and by which way."""

    sources: list[Source]
    bucket: str | None = None
    scale: bool = False
    jobs: int = JOBS


def way(
    pictures: Annotated[
        list[str] | None,
        typer.Argument(metavar="PICTURE", help="Files, folders, globs, s3://BUCKET/KEY (or FOLDER/), https://, or -."),
    ] = None,
    bucket: options.BucketOption = None,
    scale: Annotated[
        bool, typer.Option("--scale", help="Send a smaller copy of a picture that has too many pixels.")
    ] = False,
    jobs: options.JobsOption = JOBS,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
) -> Way:
    """The pictures, and how they are sent."""
    names = sources.names(pictures, files_from=files_from, null=null)
    return Way(sources.paths(names, endings=REKOGNITION_PICTURES), bucket, scale, jobs)


def how(ctx: typer.Context) -> How:
    """The common options as they were given."""
    words = ctx.params
    settled = destination.settle(words["format"], words["output"], own=MARKED)
    return How(settled.format, settled.output, words["query"])


@dataclass(frozen=True)
class Beside:
    """What else is made of each picture: marked, made unrecognisable, cut up, put on one sheet, shown at once."""

    annotate: str | None = None
    blur: str | None = None
    black: bool = False
    crop: str | None = None
    sheet: str | None = None
    preview: bool = False

    @property
    def wanted(self) -> bool:
        """Whether anything is."""
        return bool(self.annotate or self.blur or self.crop or self.sheet or self.preview)


def beside(
    annotate: Annotated[
        str | None,
        typer.Option("--annotate", metavar="PATH", help="Write the picture with what was found marked: png, jpg, svg."),
    ] = None,
    blur: Annotated[
        str | None,
        typer.Option("--blur", metavar="PATH", help="Write the picture with what was found made unrecognisable."),
    ] = None,
    black: Annotated[bool, typer.Option("--black", help="With --blur: black it out.")] = False,
    crop: Annotated[
        str | None, typer.Option("--crop", metavar="DIR", help="Cut what was found out of the picture, as PNG.")
    ] = None,
    contact_sheet: Annotated[
        str | None, typer.Option("--contact-sheet", metavar="PATH", help="Put all that was found on one sheet.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--preview", help="Show the picture with what was found, in this terminal.")
    ] = False,
) -> Beside:
    """What else is made."""
    if black and blur is None:
        raise UsageError("--black goes with --blur", hint="--blur safe.jpg --black")
    for option, path in (("--annotate", annotate), ("--blur", blur), ("--contact-sheet", contact_sheet)):
        if path is not None:
            _settled(option, path)
    if crop is not None and Path(crop).exists() and not Path(crop).is_dir():
        raise UsageError(f"{crop} is no folder", hint="--crop pictures/")
    if show:
        preview.check()
    return Beside(annotate, blur, black, crop, contact_sheet, show)


WayOptions = Annotated[Way, Joined(way)]
HowOptions = Annotated[How, Joined(how)]
BesideOptions = Annotated[Beside, Joined(beside)]


class Pictures:
    """Writes what is wanted BESIDE the answers about the pictures of SOURCES; all places are settled before a call."""

    def __init__(self, session: Session, wanted: Beside, found: Sequence[Source], how: How) -> None:
        self._session = session
        self._wanted = wanted
        self._marked = _places("--annotate", wanted.annotate, found)
        self._hidden = _places("--blur", wanted.blur, found)
        _places("--crop", f"{wanted.crop}/" if wanted.crop else None, found)
        if wanted.sheet is not None and _settled("--contact-sheet", wanted.sheet).folder:
            raise UsageError("one sheet needs the name of a file, not a folder", hint="--contact-sheet sheet.png")
        answers = destination.Destination(how.format, how.output).files(found) or []
        others = [Path(wanted.sheet)] if wanted.sheet else []
        _refuse_twice([*(path for path, _ in (*self._marked, *self._hidden)), *others, *answers], found)
        self._tiles: list[Tile] = []
        self._left_out = 0

    def written(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        """OUTCOMES, each after what is wanted of it was written."""
        if not self._wanted.wanted:
            yield from outcomes
            return
        for number, outcome in enumerate(outcomes):
            if isinstance(outcome.value, Seen):
                try:
                    self._write(outcome.value, outcome.source, number)
                except InputError as error:  # AWS could read it, and we cannot
                    outcome = replace(outcome, value=None, error=error)
            yield outcome
        self._write_sheet()

    def _write(self, seen: Any, source: Source, number: int) -> None:
        areas, wanted = seen.areas(), self._wanted
        if self._marked:
            path, ending = self._marked[number]
            _put(path, boxes.render(seen.picture, areas, ending))
        if self._hidden:
            path, ending = self._hidden[number]
            _put(path, boxes.encoded(boxes.hidden(seen.picture, areas, black=wanted.black), ending))
        if wanted.crop is not None:
            into_folder(Path(wanted.crop), source, boxes.crops(seen.picture, areas), "png")
        if wanted.sheet is not None:
            self._add_tiles(seen, areas, source)
        if wanted.preview:
            preview.show(boxes.marked(seen.picture, areas))

    def _add_tiles(self, seen: Any, areas: Sequence[Area], source: Source) -> None:
        room = boxes.MOST_TILES - len(self._tiles)
        made = boxes.tiles(seen.picture, areas[: max(room, 0)], source.relative.name)
        self._tiles += made
        self._left_out += len(areas) - len(made)

    def _write_sheet(self) -> None:
        if self._wanted.sheet is None:
            return
        if self._left_out:
            self._session.talk.warn(f"{self._left_out} more did not go onto the sheet of {boxes.MOST_TILES}")
        path = Path(self._wanted.sheet)
        _put(path, boxes.encoded(boxes.contact_sheet(self._tiles), path.suffix.lstrip(".").lower()))


def refuse_over(path: Path, beside: Beside, how: How) -> None:
    """Raises UsageError where something would be written over PATH, an input that no answer is about."""
    destination.refuse_over(path, (beside.annotate, beside.blur, beside.sheet, how.output))


def shown(outcomes: Iterator[Outcome], how: How) -> Iterator[Outcome]:
    """OUTCOMES, each picture as one record, or as many as it has lines where the format is one of lines."""
    lines = how.query is None and how.format in ROWS
    for outcome in outcomes:
        yield replace(outcome, value=outcome.value.listing()) if lines and isinstance(outcome.value, Seen) else outcome


def _settled(option: str, path: str) -> destination.Destination:
    """Where OPTION writes. Raises UsageError for what is no picture, or cannot be written."""
    if path == "-":
        raise UsageError(f"{option} takes the name of a file", hint="-f png writes the marked picture to stdout")
    ending = PurePath(path).suffix.lstrip(".").lower()
    known = _ENDINGS if option == "--annotate" else tuple(boxes.ENDINGS)
    found = destination.settle("png", path, own=_ENDINGS)
    if found.folder:
        return found
    if ending not in known:
        raise UsageError(f"`{path}` is no name of a picture", hint=f"it ends in one of: {', '.join(known)}")
    return destination.Destination(ending, path)


def _places(option: str, path: str | None, found: Sequence[Source]) -> list[tuple[Path, str]]:
    """The file of each of the pictures FOUND, with its ending. Raises UsageError where two would share one."""
    if path is None:
        return []
    where = _settled(option, path)
    try:
        return [(file, file.suffix.lstrip(".").lower()) for file in where.files(found) or ()]
    except UsageError as error:
        if error.hint and error.hint.startswith("name a folder"):
            error.hint = f"name a folder: {option} out/, or a pattern: {option} '{{stem}}.png'"
        elif error.hint:
            error.hint = f"{option} '{{index}}-{{stem}}.png'" if option != "--crop" else "rename one of them"
        raise


def _refuse_twice(made: Sequence[Path], found: Sequence[Source]) -> None:
    """Raises UsageError where two outputs would go to one place, or one over a picture."""
    inputs = {source.path.resolve(): source.name for source in found if source.path is not None}
    seen: set[Path] = set()
    for path in made:
        place = path.resolve()
        if place in inputs:
            raise UsageError(f"{path} would be written over the input {inputs[place]}", hint="name another file")
        if place in seen:
            raise UsageError(f"two pictures would be written to {path}", hint="name another file for one of them")
        seen.add(place)


def _put(path: Path, content: bytes | str) -> None:
    with streams.file(path) as out:
        out.bytes(content) if isinstance(content, bytes) else out.text(content)
