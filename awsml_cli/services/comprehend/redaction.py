"""Private data replaced in texts that flow by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from awsml_cli.core import documents
from awsml_cli.core.documents import Answer, Document, Reading
from awsml_cli.core.session import Session
from awsml_cli.formats.redacted import RedactedReading, Redaction
from awsml_cli.services.comprehend.analyses import ANALYSES
from awsml_cli.services.comprehend.asking import WORKERS, Method
from awsml_cli.services.comprehend.language import AUTO

# https://docs.aws.amazon.com/comprehend/latest/dg/how-pii.html
_PII_TYPES = """
    ADDRESS AGE AWS_ACCESS_KEY AWS_SECRET_KEY BANK_ACCOUNT_NUMBER BANK_ROUTING CA_HEALTH_NUMBER
    CA_SOCIAL_INSURANCE_NUMBER CREDIT_DEBIT_CVV CREDIT_DEBIT_EXPIRY CREDIT_DEBIT_NUMBER DATE_TIME DRIVER_ID EMAIL
    INTERNATIONAL_BANK_ACCOUNT_NUMBER IN_AADHAAR IN_NREGA IN_PERMANENT_ACCOUNT_NUMBER IN_VOTER_NUMBER IP_ADDRESS
    LICENSE_PLATE MAC_ADDRESS NAME PASSPORT_NUMBER PASSWORD PHONE PIN SSN SWIFT_CODE UK_NATIONAL_HEALTH_SERVICE_NUMBER
    UK_NATIONAL_INSURANCE_NUMBER UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER URL USERNAME
    US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER VEHICLE_IDENTIFICATION_NUMBER
"""
PII_TYPES: Final = tuple(_PII_TYPES.split())


def redact(
    session: Session,
    found: Iterable[Document | None],
    how: Redaction | None,
    *,
    language: str = AUTO,
    parts: bool = False,
) -> Iterator[list[Answer]]:
    """The documents FOUND with what is private replaced by tags, or as HOW says; `parts` as soon as certain.

    The rows of an answer are pieces of the text, which is otherwise the same to the last character. Raises what
    `analyse` raises.
    """
    return documents.answers(
        _Redacting(session, how or Redaction(), language=language), found, workers=WORKERS, parts=parts
    )


class _Redacting(Method):
    """Asks for private data, and reads the answers into a text without it."""

    def __init__(self, session: Session, how: Redaction, *, language: str) -> None:
        super().__init__(session, ANALYSES["pii"], language=language, choice=how.choice, endpoint=None)
        self._how = how

    def reading(self, language: str) -> Reading:
        return RedactedReading(self._how, language)
