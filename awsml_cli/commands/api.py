"""`awsml api`: any operation of any service of ours."""

from __future__ import annotations

from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import CommandGroup
from awsml_cli.core import models
from awsml_cli.core.record import Blob, Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services import api as service

app = CommandGroup("Any operation of AWS's AI services, with AWS's parameters.", default="call", wordless=True)

ServiceArgument = Annotated[
    str | None, typer.Argument(metavar="SERVICE", help="Service, as boto3 names it; without it, they are listed.")
]
OperationArgument = Annotated[
    str | None,
    typer.Argument(metavar="OPERATION", help="Operation, as describe-voices; without it, they are listed. Or `wait`."),
]
WordsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="--PARAMETER VALUE …", help="Its parameters; --help after an operation names them."),
]
DocumentOption = Annotated[
    str | None, typer.Option("--input", metavar="FILE", help="JSON with the parameters; - is stdin.")
]
DescribeOption = Annotated[bool, typer.Option("--describe", help="Say what the operation takes and gives.")]
SkeletonOption = Annotated[
    bool, typer.Option("--skeleton", help="Print its parameters as JSON to be filled in, for --input.")
]
CheckOption = Annotated[
    bool, typer.Option("--check/--no-check", help="Check names and limits by boto3's model, or let AWS judge.")
]


@app.command(
    others=True,
    examples="""
    awsml api
    awsml api polly
    awsml api polly describe-voices --help
    awsml api polly describe-voices --language-code es-ES --query 'Voices[].Id'
    awsml api comprehend list-endpoints -f csv
    awsml api polly synthesize-speech --skeleton > speech.json
    awsml api polly synthesize-speech --text Hello --voice-id Joanna --output-format mp3 > hello.mp3
    awsml api comprehend list-endpoints -f jsonl | jq -r .EndpointArn
    awsml api sagemaker wait
    awsml api sagemaker wait endpoint-in-service --endpoint-name my-endpoint""",
)
def call(
    session: Session,
    name: ServiceArgument = None,
    operation: OperationArgument = None,
    words: WordsArgument = None,
    *,
    document: DocumentOption = None,
    describe: DescribeOption = False,
    skeleton: SkeletonOption = False,
    check: CheckOption = True,
    limit: options.LimitOption = None,
    format: str = "auto",
    query: str | None = None,
) -> Record | Listing | Blob | None:
    """Call OPERATION of SERVICE with AWS's own parameters, and give its answer with AWS's own keys.

    All pages are followed. Names, types and limits are checked before anything is sent.
    """
    if name is None:
        return service.services()
    if operation is None:
        return service.operations(name)
    words = words or []
    if operation != "wait":
        found = models.operation_model(name, operation)
    elif not words or words[0].startswith("-"):
        return service.waiters(name)
    elif describe:
        return service.describe_waiter(name, words[0])
    elif skeleton:
        found = service.awaited(name, words[0])
    else:
        return service.wait(session, name, words[0], words[1:], document, check=check)
    if describe:
        return service.describe(found)
    if skeleton:
        return service.skeleton(found)
    service.check(session, found)
    params = service.parameters(found, words, document, check=check)
    rows = query is None and format in ("text", "table", "csv", "tsv", "jsonl")
    return service.call(session, found, params, rows=rows, limit=limit)
