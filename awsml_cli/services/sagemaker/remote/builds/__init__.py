"""Images built at AWS CodeBuild, where no engine is: the project's files sent there, built, pushed, and looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from awsml_cli.core import corpus, staging
from awsml_cli.core.cache import key_of
from awsml_cli.core.corpus import Corpus
from awsml_cli.core.errors import UsageError
from awsml_cli.core.jobs import JobId
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker.containers.images import Build
from awsml_cli.services.sagemaker.containers.repository import Repository
from awsml_cli.services.sagemaker.remote.builds import buildspec, jobs, places, source

CALLED: Final = "codebuild"


class Specified(Step):
    """A build that would be started, with what it is to do."""

    buildspec: str


@dataclass(frozen=True)
class CodeBuild:
    """AWS CodeBuild as what builds images, under ROLE, on machines of the size COMPUTE, its source by way of BUCKET."""

    role: str | None
    compute: str = places.COMPUTE
    bucket: str | None = None

    def check(self, session: Session, wanted: Build, repository: str) -> None:
        """Look at all that building WANTED needs. Raises UsageError, and ConfigError that names all that is missing."""
        if wanted.secrets:
            raise UsageError("a secret of this machine does not reach CodeBuild", hint="--engine NAME builds here")
        places.check(session, self.role, repository=repository, bucket=self.bucket)

    def push(self, session: Session, wanted: Build, place: Repository, tag: str) -> None:
        """Build WANTED there and push it to PLACE as TAG; a build of it that runs already is waited for.

        Raises JobFailed with the phase that failed, and why.
        """
        assert self.role is not None  # or the check would have said so
        project = places.ensure(session, self.role)
        bucket = staging.bucket(session, self.bucket)
        name = f"{jobs.SERVICE}-{key_of(wanted.content, place.uri, tag)[:16]}"
        location = f"{bucket}/{staging.PREFIX}{name}/{source.NAME}"
        running, ended = jobs.of_source(session, project, location)
        if running is not None:
            session.talk.tell(f"{wanted.target}: {running.name} builds it already")
        with source.zipped(wanted.project) as media:
            staged, row = corpus.stage(
                session, Corpus((media,), media.digest), bucket=bucket, name=name, service=jobs.SERVICE
            )
        assert staged == f"s3://{location.removesuffix(source.NAME)}"
        job = running or self._started(session, wanted, project, location, place, tag, before=ended)
        corpus.needed_by(row, job.name)
        jobs.wait(session, job)

    def plan(self, wanted: Build, repository: str) -> Iterator[Step]:
        """What that would call, with what is to be done there; dearest where it takes as long as it may."""
        yield step("s3:PutObject", f"{staging.PREFIX}…/{source.NAME}, the files of {wanted.project.about.name}")
        yield step("ecr:CreateRepository", f"{repository}, if it is missing")
        yield step("codebuild:CreateProject", f"{places.NAME}-…, if it is missing")
        place = Repository(repository, f"REGISTRY/{repository}")
        commands = list(buildspec.commands(wanted, place, wanted.tag, region="REGION"))
        called = step("codebuild:StartBuild", f"{wanted.target}, {self.compute}", charge=jobs.dearest(self.compute))
        yield Specified(**called.fields(), buildspec=buildspec.text(commands))
        for command in commands:
            yield step("run there", command)

    def _started(
        self, session: Session, wanted: Build, project: str, location: str, place: Repository, tag: str, *, before: int
    ) -> JobId:
        """The build, started; the token, which AWS knows for five minutes, differs after BEFORE that have ended."""
        build = session.client("codebuild").start_build(
            projectName=project,
            sourceTypeOverride="S3",
            sourceLocationOverride=location,
            computeTypeOverride=places.computes()[self.compute],
            buildspecOverride=buildspec.text(buildspec.commands(wanted, place, tag, region=session.region)),
            idempotencyToken=key_of(location, before)[:64],
        )["build"]
        job = jobs.id_of(session.region, build["id"])
        session.talk.tell(f"{wanted.target}: building {place.uri}:{tag} at CodeBuild, {job}")
        return job
