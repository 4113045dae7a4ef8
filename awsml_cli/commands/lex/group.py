"""The group."""

from __future__ import annotations

from awsml_cli.cli.app import CommandGroup

app = CommandGroup("Conversations with bots, and bots from files, with Lex V2.")
session_group = app.group("session", "Where a conversation stands: look at it, set it, end it.")
hooks_group = app.group("hooks", "The Lambda functions that an alias calls.")
