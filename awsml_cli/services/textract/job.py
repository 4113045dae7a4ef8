"""One document read by a job, from its first look to its last trace."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from awsml_cli.core import jobs, paging, wanted
from awsml_cli.core.errors import AwsmlError, ConfigError, ServiceError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.session import Session
from awsml_cli.core.tokened import Staged
from awsml_cli.core.tokened import Work as Tokened
from awsml_cli.formats import pages as documents
from awsml_cli.services.textract.asked import OPERATIONS, SERVICE, Asked
from awsml_cli.services.textract.inputs import Given
from awsml_cli.services.textract.merging import Merged

GONE: Final = "InvalidJobIdException"  # also of a job older than seven days


def kind(reading: str) -> jobs.Kind:
    """How jobs of this kind of READING (`text`, `analysis` …) are looked at."""
    return jobs.Kind(
        service=SERVICE,
        noun="document job",
        describe=lambda session, job: describe(session, job, reading),
        status=lambda answer: str(answer.get("JobStatus", "")),
        reason=lambda answer: str(answer.get("StatusMessage", "")),
        done=frozenset({"SUCCEEDED", "PARTIAL_SUCCESS"}),
        failed=frozenset({"FAILED"}),
    )


def describe(session: Session, job: JobId, reading: str) -> dict[str, Any]:
    """What AWS says about JOB, with one result at the most. Raises ServiceError where there is no such job."""
    get = OPERATIONS[reading].get
    assert get is not None
    return dict(getattr(session.client(SERVICE, region=job.region), get)(JobId=job.name, MaxResults=1))


def fetch(session: Session, job: JobId, reading: str, *, number_of: list[int] | None = None) -> bytes:
    """The whole result of the ended JOB, all its pages as one answer."""
    operation = OPERATIONS[reading]
    client = session.client(SERVICE, region=job.region)
    merged = Merged()
    assert operation.get is not None
    for answer in paging.pages(getattr(client, operation.get), JobId=job.name, MaxResults=operation.results):
        merged.add(answer, number_of=number_of, whole=False)
        wanted.check()
    if reading == "lending":
        summary = client.get_lending_analysis_summary(JobId=job.name)
        merged.add({"Summary": summary.get("Summary", {})}, whole=False)
    return merged.bytes()


class Work(Tokened):
    """One document's job; KEY names what is asked of this content."""

    gone: ClassVar = GONE

    def __init__(self, session: Session, given: Given, asked: Asked, *, key: str) -> None:
        self.given = given
        self.asked = asked
        super().__init__(session, kind(asked.kind), key=key, input=given.name)

    @property
    def numbers(self) -> list[int] | None:
        """The numbers that the pages sent have in the document; None where the whole is sent."""
        return None if self.asked.pages.all else self.asked.pages.among(self.given.facts.pages)

    def staged(self) -> Staged | None:
        """The document, or what was made of it so that AWS takes it."""
        if self.given.file is None:
            return None
        data, ending = self._sent()
        if data is None:
            return Staged.file(self.given.file, self.given.digest, ending)
        return Staged.bytes(data, self.given.name, self.key, ending)

    def ask(self, place: dict[str, Any] | None, token: str) -> str:
        """Start the job of TOKEN on PLACE, None for where the document lies, and return what AWS calls it."""
        operation = self.asked.operation.start
        assert operation is not None
        answer = getattr(self.session.client(SERVICE), operation)(
            DocumentLocation={"S3Object": place or self.given.object},
            ClientRequestToken=token[:64],
            **self.asked.params(self.numbers),
        )
        return str(answer["JobId"])

    def fetch(self) -> bytes:
        """The whole answer of the job, which has ended."""
        return fetch(self.session, self.job, self.asked.kind, number_of=self.numbers)

    def hint(self, message: str) -> str | None:
        """The way out of a job that failed with AWS's MESSAGE."""
        return failure_hint(message)

    def explained(self, error: ServiceError) -> AwsmlError:
        """ERROR, which came of a start, in words that help."""
        if error.code != "InvalidS3ObjectException":
            return error
        where = self.given.source.name if self.given.file is None else "the staging bucket"
        return ConfigError(
            f"Textract cannot read {where}: {error.message}",
            hint="it must be in the region of this run (--region), and this identity needs s3:GetObject",
        )

    def _sent(self) -> tuple[bytes | None, str]:
        """What is staged, and its extension; None is the file as it is."""
        given = self.given
        if given.facts.kind == "pdf" or (given.facts.kind == "tiff" and not given.converted):
            if self.numbers is not None:
                made = documents.part(given.read(), self.numbers, kind=given.facts.kind, name=given.name)
                return made, given.facts.kind
            return (given.read() if given.facts.locked else None), given.facts.kind
        if not given.converted:
            return None, given.facts.kind
        if given.facts.pages > 1:
            numbers = self.asked.pages.among(given.facts.pages)
            return documents.part(given.read(), numbers, kind="tiff", name=given.name), "tiff"
        data = given.ready()
        return data, documents.kind_of(data[:64]) or "png"


def failure_hint(message: str) -> str | None:
    """The way out of a job that failed with AWS's MESSAGE."""
    if "S3" in message or "metadata" in message:
        return "the object must be in this region, and readable for this identity: --region, s3:GetObject"
    if "FORMAT" in message.upper() or "unsupported" in message.lower():
        return "print it to a new PDF, or draw its pages: --via pages"
    return None
