"""Bots of Amazon Lex as files: the archive that is imported and exported, and what stands in it."""

from awsml_cli.formats.bots.archive import Archive, from_files, from_zip, packed, unpacked
from awsml_cli.formats.bots.model import Bot, Intent, Locale, Message, Slot, SlotType, read

__all__ = [
    "Archive",
    "Bot",
    "Intent",
    "Locale",
    "Message",
    "Slot",
    "SlotType",
    "from_files",
    "from_zip",
    "packed",
    "read",
    "unpacked",
]
