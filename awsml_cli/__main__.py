"""`python -m awsml_cli` is `awsml`."""

from awsml_cli.main import entry

entry()
