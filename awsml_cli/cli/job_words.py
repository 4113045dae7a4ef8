"""The words of a job over documents in S3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli.app import Joined
from awsml_cli.core import sources
from awsml_cli.core.sources import Source

KindArgument = Annotated[
    str, typer.Argument(metavar="KIND", help="What to ask: sentiment, entities, pii, as the commands are called.")
]
KindOption = Annotated[str | None, typer.Argument(metavar="KIND", help="Only jobs of this kind, as sentiment.")]
MedicalKindArgument = Annotated[
    str, typer.Argument(metavar="KIND", help="What to ask: entities, phi, icd10, rxnorm or snomed.")
]
MedicalKindOption = Annotated[str | None, typer.Argument(metavar="KIND", help="Only jobs of this kind, as phi.")]
InputsArgument = Annotated[
    list[str], typer.Argument(metavar="INPUT", help="The documents: files, folders, or s3://BUCKET/FOLDER/.")
]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, as printed when it was started.")]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="S3URI", help="The folder in S3 for the answer; else the staging bucket.")
]
RoleOption = Annotated[
    str | None, typer.Option("--role", metavar="ARN", help="Role that lets AWS read the one and write the other.")
]
DocumentsOption = Annotated[
    str, typer.Option("--documents", metavar="line|file", help="Whether a line or a file is a document.")
]
NameOption = Annotated[str | None, typer.Option("--name", help="Name of the job; made from what it does otherwise.")]
StatusOption = Annotated[str | None, typer.Option("--status", help="Only jobs of this status, as FAILED.")]
ModelOption = Annotated[str | None, typer.Option("--model", metavar="ARN", help="A model of your own, for classify.")]
DocumentLanguageOption = Annotated[
    str, typer.Option("--language", metavar="CODE", help="Language of the documents, as en.")
]
TopicsOption = Annotated[
    int | None, typer.Option("--topics", metavar="N", min=1, max=100, help="How many topics; AWS takes 10.")
]


@dataclass(frozen=True)
class JobWords:
    """Where a job's documents lie, where its answer goes, who may read and write them, where files are staged."""

    sources: list[Source]
    to: str | None
    role: str | None
    name: str | None
    bucket: str | None


def job_words(
    inputs: InputsArgument,
    *,
    to: ToOption = None,
    role: RoleOption = None,
    name: NameOption = None,
    bucket: options.BucketOption = None,
) -> JobWords:
    """What was said. Raises InputError for a file that is not there."""
    return JobWords(sources.paths(inputs), to, role, name, bucket)


Over = Annotated[JobWords, Joined(job_words)]
