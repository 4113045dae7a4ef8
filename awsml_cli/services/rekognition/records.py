"""What was seen in a picture, as one record: its lines, its places, the picture itself where it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from pydantic import PrivateAttr

from awsml_cli.core.errors import UsageError
from awsml_cli.core.keys import plain
from awsml_cli.core.record import Listing, Record
from awsml_cli.formats import boxes
from awsml_cli.formats.boxes import Area
from awsml_cli.services.rekognition.views import Answer, Look, View


class Sight(Record):
    """What a picture shows. `raw` is AWS's answer; all else is what of it is wanted."""

    columns: ClassVar = ()

    _view: View | None = PrivateAttr(default=None)
    _look: Look = PrivateAttr(default_factory=Look)
    _engine: str | None = PrivateAttr(default=None)
    _fetch: Callable[[], bytes] | None = PrivateAttr(default=None)

    @classmethod
    def made(
        cls, answer: Answer, view: View, look: Look, *, picture: Callable[[], bytes], engine: str | None = None
    ) -> Sight:
        """The record of ANSWER about what PICTURE gives when it is asked for."""
        sight = cls().with_raw(dict(answer))
        sight._view, sight._look, sight._fetch, sight._engine = view, look, picture, engine
        return sight

    @property
    def view(self) -> View:
        """How it is looked at."""
        assert self._view is not None
        return self._view

    @cached_property
    def answer(self) -> dict[str, Any]:
        """What of AWS's answer is wanted."""
        return self.view.sift(self.raw, self._look)

    @cached_property
    def picture(self) -> bytes:
        """The picture itself."""
        if self._fetch is None:
            raise UsageError("the picture is not here")
        return self._fetch()

    def listing(self) -> Listing:
        """Its lines as records."""
        return Listing(self.view.rows(self.answer, self._look), "Rows")

    def areas(self) -> list[Area]:
        """The places of what was found."""
        return list(self.view.areas(self.answer, self._look))

    def rendered(self, format: str) -> str | bytes:
        """The picture with its places marked, as `png` or `svg`."""
        return boxes.render(self.picture, self.areas(), format)

    def fields(self) -> dict[str, Any]:
        """The record as plain data, with the snake_case of AWS's keys."""
        made: dict[str, Any] = plain(self.answer)
        return {**made, **({"engine": self._engine} if self._engine else {})}


class Celebrity(Record):
    """Somebody famous: addresses that tell more."""

    columns: ClassVar = ("name", "id", "urls", "known_gender")

    name: str
    id: str
    urls: tuple[str, ...] = ()
    known_gender: dict[str, str] | None = None

    def fields(self) -> dict[str, Any]:
        """The record as plain data."""
        return {**super().fields(), "known_gender": plain(self.known_gender)}
