"""Lex V2's bots on this machine: imported from archives, built by being read, versioned, reached by aliases."""

from __future__ import annotations

from awsml_cli.local.operations import Operation
from awsml_cli.local.operations.lexv2_models import archives, contents, versions
from awsml_cli.local.operations.lexv2_models.kept import DRAFT, alias_of, bot_of, files_of

__all__ = ["DRAFT", "OPERATIONS", "alias_of", "bot_of", "files_of"]

OPERATIONS: dict[str, Operation] = {**archives.OPERATIONS, **versions.OPERATIONS, **contents.OPERATIONS}
