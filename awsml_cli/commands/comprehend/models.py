"""`awsml comprehend train` and `models`: a classifier or a recognizer of one's own, from a CSV in one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.job_words import DocumentLanguageOption, RoleOption
from awsml_cli.commands.comprehend.group import app, models_group
from awsml_cli.core.errors import InputError, UsageError
from awsml_cli.core.plan import confirm
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.comprehend.custom import endpoints, examples
from awsml_cli.services.comprehend.custom import models as service

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The model's name, or its ARN.")]
ColumnOption = Annotated[str | None, typer.Option("--label", metavar="COLUMN", help="The column of the labels.")]
TextColumnOption = Annotated[str | None, typer.Option("--text", metavar="COLUMN", help="The column of the texts.")]


@app.command(
    examples="""
    awsml comprehend train classify mails mails.csv --language en --role "$ROLE"
    awsml comprehend train classify mails mails.csv --language en --role "$ROLE" --endpoint -f json
    awsml comprehend train entities parts parts.csv --documents manual.txt --language en --role "$ROLE" --dry-run""",
)
def train(
    session: Session,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="A classifier (classify) or a recognizer (entities).")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The model's name.")],
    file: Annotated[
        Path, typer.Argument(metavar="CSV", help="Labels and texts; of a recognizer, entities or annotations.")
    ],
    *,
    language: DocumentLanguageOption = "",
    label: ColumnOption = None,
    text: TextColumnOption = None,
    multi_label: Annotated[
        str | None, typer.Option("--multi-label", metavar="SIGN", help="A document has several labels, parted by SIGN.")
    ] = None,
    documents: Annotated[
        Path | None, typer.Option("--documents", metavar="FILE", help="Of a recognizer, the documents, one a line.")
    ] = None,
    test: Annotated[
        Path | None, typer.Option("--test", metavar="CSV", help="Measure on these; else a share is held back.")
    ] = None,
    test_share: Annotated[
        float, typer.Option("--test-share", min=0, max=0.5, help="The share of each label held back for the test.")
    ] = 0.1,
    endpoint: Annotated[bool, typer.Option("--endpoint", help="Have it answer at once when it is trained.")] = False,
    units: Annotated[int, typer.Option("--units", min=1, max=10, help="Inference units of the endpoint.")] = 1,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    kms_key: Annotated[str | None, typer.Option("--kms-key", metavar="KEY", help="Encrypt it with this key.")] = None,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
) -> Listing | Record:
    """Train a model of your own and tell how well it does; the same examples are never paid for twice."""
    if kind not in service.SORTS:
        raise UsageError(f"there is no kind `{kind}` of model", hint=f"one of: {', '.join(service.SORTS)}")
    if kind == "entities":
        if documents is None:
            raise UsageError("a recognizer needs documents to learn from", hint="--documents FILE")
        files = examples.for_recognizer(_read(file), _read(documents), name=str(file))
    else:
        files = examples.for_classifier(
            _read(file),
            name=str(file),
            label=label,
            text=text,
            delimiter=multi_label,
            test=_read(test) if test else None,
            share=test_share,
        )
    what = service.Training(
        service.SORTS[kind], name, files, language, role=role, bucket=bucket, delimiter=multi_label, kms_key=kms_key
    )
    if session.dry_run:
        steps = [service.plan(what), *([endpoints.making(name, units)] if endpoint else [])]
        return Listing(iter(steps), "Plan")
    model = service.train(session, what, timeout=timeout, wait=wait)
    if not wait:
        return model
    made = endpoints.create(session, name, model.arn, units=units, timeout=timeout) if endpoint else None
    return service.metrics(session, model.arn, endpoint=made.endpoint_arn if made else None)


@models_group.command(examples="awsml comprehend models ls -f json")
def ls(session: Session, *, limit: options.LimitOption = None) -> Listing:
    """List the models of this region, every version."""
    return service.listed(session, limit=limit)


@models_group.command(examples="awsml comprehend models get mails --query status")
def get(session: Session, name: NameArgument) -> Record:
    """Show the newest version of the model NAME."""
    return service.described(session, name)


@models_group.command(examples="awsml comprehend models metrics mails -f csv")
def metrics(session: Session, name: NameArgument) -> Listing:
    """Tell how well the newest version of the model NAME does on its test."""
    return service.metrics(session, service.described(session, name).arn)


@models_group.command(examples="awsml comprehend models stop mails --dry-run")
def stop(session: Session, name: NameArgument) -> Record:
    """Stop the training of the model NAME."""
    if session.dry_run:
        return service.removal(service.described(session, name).arn)
    return service.stop(session, name)


@models_group.command(
    examples="""
    awsml comprehend models rm mails --dry-run
    awsml comprehend models rm old-mails -y"""
)
def rm(session: Session, name: NameArgument) -> Listing | None:
    """Remove the model NAME, every version, and the endpoints where it answers."""
    arns = [name] if name.startswith("arn:") else [one.arn for one in service.versions(session, name)]
    serving = [one for arn in arns for one in endpoints.of_model(session, arn)]
    if session.dry_run:
        steps = [*(endpoints.removal(one.name) for one in serving), *map(service.removal, arns)]
        return Listing(iter(steps), "Plan")
    more = f" and its {len(serving)} endpoint(s)" if serving else ""
    confirm(session, f"Remove the model {name}, {len(arns)} version(s){more}?")
    for one in serving:
        endpoints.remove(session, one.endpoint_arn)
    for arn in arns:
        service.remove(session, arn)
    return None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise InputError(f"cannot read {file}: {problem.strerror or problem}") from None
