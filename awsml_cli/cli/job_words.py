"""The words of a job over documents in S3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from awsml_cli.cli.app import Joined

KindArgument = Annotated[
    str, typer.Argument(metavar="KIND", help="What to ask: sentiment, entities, pii, as the commands are called.")
]
KindOption = Annotated[str | None, typer.Argument(metavar="KIND", help="Only jobs of this kind, as sentiment.")]
SourceArgument = Annotated[
    str, typer.Argument(metavar="S3URI", help="The documents: s3://BUCKET/FOLDER/, or one object.")
]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, as printed when it was started.")]
ToOption = Annotated[str, typer.Option("--to", metavar="S3URI", help="The folder in S3 for the answer.")]
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
    """Where a job's documents lie, where its answer goes, who may read and write them, and what a document is."""

    source: str
    to: str
    role: str | None
    parted: str
    name: str | None


def job_words(
    source: SourceArgument,
    *,
    to: ToOption,
    role: RoleOption = None,
    documents: DocumentsOption = "line",
    name: NameOption = None,
) -> JobWords:
    """What was said."""
    return JobWords(source, to, role, documents, name)


Over = Annotated[JobWords, Joined(job_words)]
