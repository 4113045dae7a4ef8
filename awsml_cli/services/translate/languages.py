"""The languages that Translate knows."""

from __future__ import annotations

from awsml_cli.core import paging
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.translate.records import Language
from awsml_cli.services.translate.wanted import SERVICE


def languages(session: Session) -> Listing:
    """The languages that Translate knows."""
    found = paging.items(session.client(SERVICE).list_languages, "Languages")
    return Listing((Language.of(language) for language in found), "Languages")
