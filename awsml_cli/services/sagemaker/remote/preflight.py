"""What a training would fail for, found before it is paid: everything that is missing, named at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import unquote

from awsml_cli.core import paging, refusals, sources, staging
from awsml_cli.core.errors import AwsmlError, ConfigError, ServiceError
from awsml_cli.core.limits import SAGEMAKER_PREFERRED
from awsml_cli.core.session import Session
from awsml_cli.services.sagemaker import machines
from awsml_cli.services.sagemaker.containers.registry import DOCKER
from awsml_cli.services.sagemaker.remote import there
from awsml_cli.services.sagemaker.remote.wanted import Remote

TRUSTED: Final = "sagemaker.amazonaws.com"
_WHY: Final = "read the data and write the model"
Kind = Literal["training", "processing"]
Problem = tuple[str, str | None]  # what is missing, and what to do


def check(
    session: Session,
    wanted: Remote,
    *,
    trials: int = 1,
    at_once: int = 1,
    kind: Kind = "training",
    known: Iterable[Problem] = (),
) -> None:
    """Look at all that WANTED, a job of this KIND, needs, TRIALS of it with so many AT_ONCE; some problems are KNOWN.

    Raises ConfigError that names everything that is missing.
    """
    problems = [
        *known,
        *_words(session, wanted, trials, kind),
        *role(session, wanted.role, why=_WHY),
        *_buckets(session, wanted),
    ]
    problems += [*image(session, wanted.image), *_quota(session, wanted, wanted.asked.count * at_once, kind)]
    refuse(problems, f"this {kind}", ConfigError)


def refuse(problems: Sequence[Problem], what: str, error: type[AwsmlError]) -> None:
    """Raises ERROR that names all the PROBLEMS of WHAT at once, where there are any."""
    if not problems:
        return
    told = "; ".join(f"({number}) {text}" for number, (text, _) in enumerate(problems, 1))
    hints = [hint for _, hint in problems if hint]
    raise error(
        f"{len(problems)} things are missing for {what}: {told}" if len(problems) > 1 else problems[0][0],
        hint="; ".join(dict.fromkeys(hints)) or None,
    )


def _words(session: Session, wanted: Remote, trials: int, kind: Kind) -> Iterator[Problem]:
    if wanted.spot and not wanted.checkpoint_s3:
        yield "spot machines are taken away, and without checkpoints all work is lost", "--checkpoint-s3 s3://…"
    if wanted.max_wait is not None and wanted.max_wait < wanted.asked.max_run:
        yield "--max-wait is shorter than --max-run", None
    if wanted.prefer and wanted.spot:
        yield (
            "SageMaker takes spot machines of one type alone, and several are preferred",
            "--instance TYPE, or --no-spot",
        )
    if len(wanted.prefer) > SAGEMAKER_PREFERRED:
        yield f"{len(wanted.prefer)} preferred types are more than {SAGEMAKER_PREFERRED}", None
    known = instance_types(session, f"{kind.title()}InstanceType")
    for one in wanted.types:
        if known and one not in known:
            session.talk.warn(f"boto3 knows no instance type {one} for {kind}; it is asked for anyway")
        if newer := machines.age(one):
            session.talk.warn(f"{one} is of a family that is gone or going; take {newer}")
    yield from _cost(wanted, trials)


def _cost(wanted: Remote, trials: int) -> Iterator[Problem]:
    """Whether it may cost more than --max-cost, on whichever of its types."""
    if wanted.max_cost is None:
        return
    types, price = " or ".join(wanted.types), wanted.cost(times=trials)
    if price is None:
        yield f"the price of {types} is not known, so --max-cost cannot be kept", "leave it out"
    elif price.dollars > wanted.max_cost:
        times = f"{trials} times " if trials > 1 else ""
        yield (
            f"{times}{wanted.asked.max_run} s on {wanted.asked.count} x {types} cost up to "
            f"{price.dollars:.2f} USD, over --max-cost {wanted.max_cost:g}",
            "a shorter --max-run, or a smaller --instance",
        )


def taken(
    session: Session, what: str, name: str, before: Mapping[str, Any] | None, wanted: Mapping[str, Any]
) -> list[Problem]:
    """Whether NAME, chosen for a WHAT, is that of another job: BEFORE, as AWS tells, is not what is WANTED."""
    others = there.differing(before, wanted) if before is not None else []
    if before is not None and session.fresh:
        said = "and --fresh wants another"
    elif others:
        said = f"with another {', another '.join(others)}"
    else:
        return []
    return [(f"there is a {what} {name} already, {said}", "another --name, or none")]


def instance_types(session: Session, shape: str) -> list[str]:
    """The types that the installed boto3 knows, by the name of the SHAPE in SageMaker's model."""
    model = session.client("sagemaker").boto.meta.service_model
    return list(model.shape_for(shape).enum)


def role(
    session: Session,
    arn: str | None,
    trusted: str = TRUSTED,
    *,
    option: str = "--role",
    what: str = "SageMaker",
    why: str,
) -> Iterator[Problem]:
    """What is wrong with the role ARN that WHAT, the service TRUSTED, is to take on to do WHY."""
    if not arn:
        yield f"{what} needs a role that it may assume, to {why}", f"{option} ARN, or awsml config set role ARN"
        return
    if not arn.startswith("arn:"):
        yield f"`{arn}` is not the ARN of a role", f"aws iam get-role --role-name {arn}"
        return
    name = arn.rpartition("/")[2]
    try:
        found = session.client("iam").get_role(RoleName=name)["Role"]
    except ServiceError as error:
        if error.code in refusals.DENIED:
            session.talk.note("the role cannot be looked at (iam:GetRole is not allowed)")
        elif error.code == "NoSuchEntity":
            yield f"there is no role {name}", f"{option} ARN of one that trusts {trusted}"
        else:
            raise
        return
    if not trusts(found.get("AssumeRolePolicyDocument"), trusted):
        yield f"the role {name} does not trust {trusted}, which has to assume it", f"add {trusted} to its trust policy"
    yield from _pass_role(session, arn)


def denied(session: Session, arn: str, actions: Sequence[str], resource: str) -> list[str]:
    """Those of ACTIONS that the role ARN may not do on RESOURCE; none where IAM cannot be asked."""
    try:
        answer = session.client("iam").simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=list(actions), ResourceArns=[resource]
        )
    except ServiceError:
        return []
    return [
        one["EvalActionName"] for one in answer.get("EvaluationResults", ()) if one.get("EvalDecision") != "allowed"
    ]


def _pass_role(session: Session, role: str) -> Iterator[Problem]:
    """Whether whoever calls may hand ROLE over, as far as IAM simulates it for them."""
    caller = session.client("sts").get_caller_identity()["Arn"]
    if ":assumed-role/" in caller or caller.endswith(":root"):
        return  # a session's policies cannot be simulated by its ARN
    if denied(session, caller, ["iam:PassRole"], role):  # where IAM cannot be asked, CreateTrainingJob will say it
        yield f"{caller} may not pass the role on", f"allow iam:PassRole on {role}"


def trusts(document: Any, service: str = TRUSTED) -> bool:
    """Whether a trust policy, parsed or as IAM stores it, lets SERVICE (SageMaker) assume its role."""
    if isinstance(document, str):
        try:
            document = json.loads(unquote(document))
        except ValueError:
            return True  # not ours to judge
    if not isinstance(document, Mapping):
        return True
    for statement in _list(document.get("Statement")):
        who = _list((statement.get("Principal") or {}).get("Service")) if isinstance(statement, Mapping) else []
        if statement.get("Effect") == "Allow" and service in who:
            return True
    return False


def _buckets(session: Session, wanted: Remote) -> Iterator[Problem]:
    places = [uri for uri in (wanted.output_s3, wanted.checkpoint_s3) if uri]
    places += [channel.uri for channel in wanted.asked.channels if channel.remote]
    for name in dict.fromkeys(sources.split_address(uri)[0] for uri in places):
        yield from bucket(session, name)


def bucket(session: Session, name: str | None) -> Iterator[Problem]:
    """What is wrong with the bucket NAME, or the one to stage in where none is named."""
    try:
        staging.bucket(session, name)
    except AwsmlError as error:
        yield error.message, error.hint


def image(session: Session, image: str | None) -> Iterator[Problem]:
    """Whether IMAGE is in ECR and of the kind that SageMaker takes; another registry's is not looked at."""
    if image is None or ".dkr.ecr." not in image:
        return
    try:
        found = stored(session, image)
    except ServiceError as error:
        if error.code in ("ImageNotFoundException", "RepositoryNotFoundException"):
            yield f"there is no image {image}", "awsml sagemaker push"
        elif error.code not in refusals.DENIED:
            raise
        return
    kind = found.get("imageManifestMediaType", DOCKER)
    if kind != DOCKER:
        yield f"the image {image} is stored as {kind}, which SageMaker refuses", "awsml sagemaker push makes it anew"


def stored(session: Session, image: str) -> Mapping[str, Any]:
    """ECR's answer about IMAGE, which is asked for once in a run. Raises ServiceError."""
    path, reference = image.partition("/")[2], {}
    if "@" in path:
        path, _, digest = path.partition("@")
        reference = {"imageDigest": digest}
    else:
        path, _, tag = path.partition(":")
        reference = {"imageTag": tag or "latest"}
    account = image.partition(".")[0]

    def ask() -> Mapping[str, Any]:
        call = session.client("ecr").describe_images
        (found,) = call(registryId=account, repositoryName=path, imageIds=[reference])["imageDetails"]
        return dict(found)

    return session.once(("image", image), ask)


def _quota(session: Session, wanted: Remote, needed: int, kind: Kind) -> list[Problem]:
    """Whether this account may have so many machines of the very type; no answer is no problem."""
    names = [f"{one} for {'spot ' if wanted.spot else ''}{kind} job usage" for one in wanted.types]
    lowered = [name.lower() for name in names]
    try:
        quotas = paging.items(session.client("service-quotas").list_service_quotas, "Quotas", ServiceCode="sagemaker")
        found = [one for one in quotas if one.get("QuotaName", "").lower() in lowered]
    except ServiceError:
        return []
    if len(found) < len(names) or any(one.get("Value", 0) >= needed for one in found):
        return []  # of several types one is enough
    found.sort(key=lambda one: lowered.index(one["QuotaName"].lower()))
    first = found[0]
    return [
        (
            f"this account may have {first['Value']:g} of `{names[0]}`"
            + "".join(f", {one['Value']:g} of `{name}`" for one, name in zip(found[1:], names[1:], strict=True))
            + f", and {needed} are needed",
            f"awsml quota, or ask for more: aws service-quotas request-service-quota-increase --service-code sagemaker "
            f"--quota-code {first.get('QuotaCode', '…')} --desired-value {needed}",
        )
    ]


def _list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list) else [value]
