"""`awsml lex`: conversations with bots of Amazon Lex V2, and bots from files to an alias that answers."""

from awsml_cli.commands.lex import chatting, deploying, hooks, listing, speaking, testing
from awsml_cli.commands.lex.group import app

__all__ = ["app", "chatting", "deploying", "hooks", "listing", "speaking", "testing"]
