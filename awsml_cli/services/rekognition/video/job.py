"""One video analysed by a job, from its first look to its last trace."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from awsml_cli.core import jobs, limits, paging, wanted
from awsml_cli.core.errors import AwsmlError, ConfigError, ServiceError, UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.session import Session
from awsml_cli.core.tokened import Staged
from awsml_cli.core.tokened import Work as Tokened
from awsml_cli.services.rekognition.video.asked import KINDS, SERVICE, Asked, Kind
from awsml_cli.services.rekognition.video.inputs import Given
from awsml_cli.services.rekognition.video.merging import Merged

GONE: Final = "ResourceNotFoundException"  # also of a job older than seven days
EXPIRED: Final = "InvalidPaginationTokenException"  # a page's token lives for a day


def watched(kind: Kind) -> jobs.Kind:
    """How jobs of KIND are looked at."""
    return jobs.Kind(
        service=SERVICE,
        noun="video job",
        describe=lambda session, job: describe(session, job, kind),
        status=lambda answer: str(answer.get("JobStatus", "")),
        reason=lambda answer: str(answer.get("StatusMessage", "")),
        done=frozenset({"SUCCEEDED"}),
        failed=frozenset({"FAILED"}),
        group="video jobs",
    )


def split(job: JobId) -> tuple[Kind, str]:
    """The kind of JOB, and what AWS calls it. Raises UsageError where its name has no kind."""
    kind, slash, name = job.name.partition("/")
    if not slash or kind not in KINDS or not name:
        raise UsageError(f"`{job.name}` is not a video job's name", hint=f"KIND/JOB, KIND one of: {', '.join(KINDS)}")
    return KINDS[kind], name


def describe(session: Session, job: JobId, kind: Kind) -> dict[str, Any]:
    """What AWS says about JOB, with one result at the most. Raises ServiceError where there is no such job."""
    call = getattr(session.client(SERVICE, region=job.region), kind.method("get"))
    return dict(call(JobId=split(job)[1], MaxResults=1))


def fetch(session: Session, job: JobId, params: dict[str, Any]) -> bytes:
    """The whole answer of the ended JOB, in the order that PARAMS want, all its pages in one."""
    kind, name = split(job)
    call = getattr(session.client(SERVICE, region=job.region), kind.method("get"))
    for attempt in (1, 2):
        merged = Merged(kind.member)
        try:
            for answer in paging.pages(call, JobId=name, MaxResults=limits.REKOGNITION_VIDEO_RESULTS, **params):
                merged.add(answer)
                wanted.check()
            return merged.bytes()
        except ServiceError as error:
            if error.code != EXPIRED or attempt == 2:
                raise
    raise AssertionError


class Work(Tokened):
    """One video's job; KEY names what is asked of this content.

    CHANNEL is where AWS tells that it has ended, TAG what it calls it there.
    """

    gone: ClassVar = GONE

    def __init__(
        self,
        session: Session,
        given: Given,
        asked: Asked,
        *,
        key: str,
        channel: dict[str, str] | None = None,
        tag: str | None = None,
    ) -> None:
        self.given = given
        self.asked = asked
        self.more = {"NotificationChannel": channel, "JobTag": tag}
        super().__init__(session, watched(asked.kind), key=key, input=given.name, prefix=f"{asked.kind.name}/")

    def staged(self) -> Staged | None:
        """The video."""
        given = self.given
        return Staged.file(given.file, given.digest, given.facts.container) if given.file is not None else None

    def ask(self, place: dict[str, Any] | None, token: str) -> str:
        """Start the job of TOKEN on PLACE, None for where the video lies, and return what AWS calls it."""
        answer = getattr(self.session.client(SERVICE), self.asked.kind.method("start"))(
            Video={"S3Object": place or self.given.object},
            ClientRequestToken=token[:64],
            **self.asked.start_params(),
            **{name: value for name, value in self.more.items() if value},
        )
        return str(answer["JobId"])

    def fetch(self) -> bytes:
        """The whole answer of the job, which has ended, in the order that is asked for."""
        return fetch(self.session, self.job, self.asked.get_params())

    def hint(self, message: str) -> str | None:
        """The way out of a job that failed with AWS's MESSAGE."""
        low = message.lower()
        if "s3" in low or "access" in low:
            return "the object must be in this region, and readable for this identity: --region, s3:GetObject"
        if "codec" in low or "format" in low or "unsupported" in low:
            return "convert it first: ffmpeg -i FILE -c:v libx264 -c:a aac out.mp4"
        return None

    def explained(self, error: ServiceError) -> AwsmlError:
        """ERROR, which came of a start, in words that help."""
        if error.code == "InvalidS3ObjectException":
            where = self.given.source.name if self.given.file is None else "the staging bucket"
            return ConfigError(
                f"Rekognition cannot read {where}: {error.message}",
                hint="it must be in the region of this run (--region), and this identity needs s3:GetObject",
            )
        if error.code == GONE and self.asked.collection:
            return ConfigError(
                f"there is no collection {self.asked.collection} in this region: {error.message}",
                hint="awsml api rekognition list-collections",
            )
        return error
