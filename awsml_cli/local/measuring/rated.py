"""Texts of four sorts that twenty people each rated, of the source package of vaderSentiment 3.3.2.

Hutto and Gilbert, VADER, ICWSM 2014. The package installs without them, so they are read from the archive as it was
fetched: `pip download --no-deps --no-binary :all: vaderSentiment==3.3.2`.
"""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Final

from awsml_cli.core.errors import ConfigError

ARCHIVE: Final = "vaderSentiment-3.3.2.tar.gz"
SORTS: Final = {
    "tweets": "tweets",
    "films": "movieReviewSnippets",
    "products": "amazonReviewSnippets",
    "editorials": "nytEditorialSnippets",
}
_INSIDE: Final = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"


def texts(archive: Path, sort: str) -> list[tuple[float, str]]:
    """The texts of SORT with what people said of them, from -4 to 4. Raises ConfigError for another archive."""
    try:
        with tarfile.open(archive) as outer:
            packed = outer.extractfile(_INSIDE)
            with tarfile.open(fileobj=packed) as inner:
                member = inner.extractfile(f"hutto_ICWSM_2014/{SORTS[sort]}_GroundTruth.txt")
                assert member is not None
                lines = member.read().decode("utf-8", "replace").splitlines()
    except (KeyError, OSError, tarfile.TarError) as problem:
        raise ConfigError(f"{archive} does not hold the rated texts: {problem}") from None
    rows = [line.split("\t", 2) for line in lines]
    return [(float(row[1]), row[2]) for row in rows if len(row) == 3]


def mood(rating: float) -> str:
    """What a RATING says, with an edge of half a point."""
    return "positive" if rating > 0.5 else "negative" if rating < -0.5 else "neutral"
