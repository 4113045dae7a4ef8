"""`awsml local`: the engines on this machine, and a server in front of them."""

from awsml_cli.commands.local import engines, keeping, serving
from awsml_cli.commands.local.group import app

__all__ = ["app", "engines", "keeping", "serving"]
