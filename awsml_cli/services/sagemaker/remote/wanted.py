"""A training at AWS: what is to be trained, on which terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from awsml_cli.core import prices
from awsml_cli.services.sagemaker.asked import Training
from awsml_cli.services.sagemaker.project import Project


@dataclass(frozen=True)
class Remote:
    """ASKED, in IMAGE and under ROLE, with its results below OUTPUT_S3. Times are in seconds, cost in US dollars.

    PREFER are instance types in the order of preference, any of which will do; RETRY is how often SageMaker starts
    again after errors of its own; KEEP_ALIVE how long its machines stay warm.
    """

    asked: Training
    image: str | None
    role: str | None
    output_s3: str | None = None
    bucket: str | None = None
    spot: bool = False
    max_wait: int | None = None
    checkpoint_s3: str | None = None
    volume_gb: int = 30
    prefer: tuple[str, ...] = ()
    max_pending: int | None = None
    keep_alive: int | None = None
    retry: int | None = None
    kms_key: str | None = None
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    network_isolation: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    max_cost: float | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """The types of machine that it may run on."""
        return self.prefer or (self.asked.instance,)

    def cost(self, *, times: int = 1) -> prices.Charge | None:
        """What it costs at most, so many TIMES: on the dearest of its types; None where that of one is not known."""
        found = [prices.instances(kind, self.asked.count * times, self.asked.max_run) for kind in self.types]
        known = [one for one in found if one is not None]
        return max(known, key=lambda one: one.dollars) if len(known) == len(found) else None


@dataclass(frozen=True)
class Terms:
    """What was said about a training at AWS; None and empty where nothing was. Times in seconds, cost in dollars."""

    role: str | None = None
    image: str | None = None
    bucket: str | None = None
    output_s3: str | None = None
    spot: bool | None = None
    max_wait: int | None = None
    checkpoint_s3: str | None = None
    prefer: tuple[str, ...] = ()
    max_pending: int | None = None
    keep_alive: int | None = None
    retry: int | None = None
    volume_gb: int | None = None
    kms_key: str | None = None
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    network_isolation: bool | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    max_cost: float | None = None

    def of(self, project: Project | None, asked: Training, *, role: str | None, image: str | None = None) -> Remote:
        """The training ASKED on these terms over those of PROJECT; ROLE and IMAGE are those where none was said."""
        said = project.train if project else None
        return Remote(
            asked=asked,
            image=self.image or image,
            role=self.role or role,
            output_s3=self.output_s3,
            bucket=self.bucket,
            spot=self.spot if self.spot is not None else bool(said and said.spot),
            max_wait=self.max_wait,
            checkpoint_s3=self.checkpoint_s3,
            volume_gb=self.volume_gb or (said.volume_gb if said else 30),
            prefer=self.prefer,
            max_pending=self.max_pending,
            keep_alive=self.keep_alive,
            retry=self.retry,
            kms_key=self.kms_key,
            subnets=self.subnets,
            security_groups=self.security_groups,
            network_isolation=bool(self.network_isolation),
            tags=self.tags,
            max_cost=self.max_cost,
        )
