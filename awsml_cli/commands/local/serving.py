"""The server: AWS on this machine for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from awsml_cli.commands.local.group import app
from awsml_cli.core.record import Listing
from awsml_cli.core.session import Session
from awsml_cli.services.local import serving as service


@app.command(
    others=True,
    examples="""
    awsml local serve --port 0 -- awsml comprehend sentiment 'A fine day.' | cut -f1
    awsml local serve --port 0 --allow-host engines -- true""",
)
def serve(
    session: Session,
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="-- COMMAND", help="Run this command against the server, and end with it."),
    ] = None,
    *,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where it listens.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="At which port; 0 is a free one.")
    ] = 4566,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="A name by which others call this machine; may be repeated."),
    ] = None,
) -> Listing | None:
    """Answer `aws`, boto3 and other SDKs from this machine, until Ctrl-C: AWS_ENDPOINT_URL leads them here."""
    wanted = service.served(session, host=host, port=port, names=allow_host or [])
    if command:
        with wanted as server:
            service.run(command, server)
        return None

    def until_ended() -> Iterator[service.Served]:
        with wanted as server:
            yield server
            session.talk.tell(service.how_to_reach(server))
            service.wait()

    return Listing(until_ended(), "Servers")
