"""`awsml a2i`: people look at what machines have found."""

from awsml_cli.commands.a2i import flows, loops, pages
from awsml_cli.commands.a2i.group import app

__all__ = ["app", "flows", "loops", "pages"]
