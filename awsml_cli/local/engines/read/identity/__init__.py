"""Identity documents by rule: the machine-readable zone of passports and cards, numbered fields of driving licences.

Whatever else stands on a document is not told: a photograph, a seal, whether it is genuine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.read.found import Line
from awsml_cli.local.engines.read.identity import licence, zone
from awsml_cli.local.engines.read.identity.entry import Entry

__all__ = ["DECLARATION", "TYPES", "Entry", "fields"]

DECLARATION: Final = Declaration(
    name="identity-by-zone",
    job="read",
    package="awsml-cli",
    pin="",
    module="awsml_cli",
    licence="Apache-2.0",
    languages=("*",),
    quality="fair",
    measured="ICAO's three specimens, drawn: 24 of 24 fields, check digits verified; two drawn licences: 19 of 19",
    install="pip install 'awsml-cli[sight]'",
    needs=("numpy", "Pillow"),
)
TYPES: Final = (
    *("FIRST_NAME", "LAST_NAME", "MIDDLE_NAME", "SUFFIX", "CITY_IN_ADDRESS", "ZIP_CODE_IN_ADDRESS"),
    *("STATE_IN_ADDRESS", "STATE_NAME", "DOCUMENT_NUMBER", "EXPIRATION_DATE", "DATE_OF_BIRTH", "DATE_OF_ISSUE"),
    *("ID_TYPE", "ENDORSEMENTS", "VETERAN", "RESTRICTIONS", "CLASS", "ADDRESS", "COUNTY", "PLACE_OF_BIRTH", "MRZ_CODE"),
)
"""AWS's types of fields, all of which an answer has: https://docs.aws.amazon.com/textract/latest/dg/identitydocumentfields.html"""


def fields(pages: Sequence[Sequence[Line]], *, today: float) -> list[Entry]:
    """The fields of a document whose PAGES (front and back) have these lines; nothing for what no rule knows.

    TODAY, in seconds since the epoch, tells the centuries of two-digit years.
    """
    lines = [line for page in pages for line in page]
    found = {entry.type: entry for entry in licence.fields(lines)}
    return list({**found, **{entry.type: entry for entry in zone.fields(lines, today=today)}}.values())
