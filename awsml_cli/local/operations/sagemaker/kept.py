"""What is kept of SageMaker: documents by name, a kind for each sort of thing; their ARNs, pages and refusals.

A job is one of them: begun, looked at and stopped here, whatever it does.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.core.errors import ConfigError
from awsml_cli.local import jobs
from awsml_cli.local.jobs import Work
from awsml_cli.local.operations import Answer, Machine, Params, Refused, moment
from awsml_cli.services.sagemaker import asked

ACCOUNT: Final = "000000000000"
TRAINING, MODEL, CONFIG, ENDPOINT, TRANSFORM = "training-job", "model", "endpoint-config", "endpoint", "transform-job"
NOUNS: Final = (TRAINING, MODEL, CONFIG, ENDPOINT, TRANSFORM)
TAGS: Final = "sagemaker tags"  # documents of tags, by ARN
ENDED: Final = (jobs.COMPLETED, jobs.FAILED)
PAGE: Final = 10  # of a list, where it is not said: docs, API reference, MaxResults


def kind(machine: Machine, noun: str) -> str:
    """What this region's documents of NOUN, a word of ARNs, are called: each region has names of its own."""
    return f"sagemaker {noun} {machine.region}"


def arn(machine: Machine, noun: str, name: str) -> str:
    """The ARN of the NOUN called NAME."""
    return f"arn:aws:sagemaker:{machine.region}:{ACCOUNT}:{noun}/{name}"


def invalid(message: str) -> Refused:
    """AWS's refusal of what cannot be meant."""
    return Refused("ValidationException", message)


def cannot(what: str, hint: str | None = None) -> ConfigError:
    """Our refusal of what this machine does not do."""
    return ConfigError(f"SageMaker on this machine has no {what}", hint=hint)


def refuse(given: Mapping[str, Any], members: Mapping[str, str], prefix: str = "") -> None:
    """Raise ConfigError where GIVEN has one of MEMBERS, each with what it would be."""
    for member, what in members.items():
        if given.get(member):
            raise cannot(f"{what} ({prefix}{member})")


def near(machine: Machine) -> None:
    """Raise Refused for a caller from another machine, or another user of this one, who may run nothing here."""
    if not machine.near():
        raise Refused("AccessDeniedException", "Code and images are run for the user of this machine's server alone.")


def add(machine: Machine, noun: str, name: str, document: dict[str, Any], params: Params, *, taken: Refused) -> str:
    """Keep a new DOCUMENT called NAME, with the tags in PARAMS; its ARN. TAKEN is raised for a name in use."""
    if not asked.NAME.fullmatch(name):
        raise invalid(f"`{name}` is no name: letters, digits and hyphens, at most 63, as [a-zA-Z0-9](-*[a-zA-Z0-9])*.")
    if not machine.store.add_document(kind(machine, noun), name, {**document, "Id": uuid.uuid4().hex}):
        raise taken
    made = arn(machine, noun, name)
    machine.store.remove_document(TAGS, made)
    if params.get("Tags"):
        machine.store.set_document(TAGS, made, {one["Key"]: one["Value"] for one in params["Tags"]})
    return made


def the(machine: Machine, noun: str, name: str, *, absent: Refused | None = None) -> dict[str, Any]:
    """The document of the NOUN called NAME. Raises ABSENT, or what AWS says where this region has none."""
    found = machine.store.document(kind(machine, noun), name)
    if found is None:
        raise absent or could_not_find(machine, noun, name)
    return found


def could_not_find(machine: Machine, noun: str, name: str) -> Refused:
    """AWS's refusal for want of the NOUN called NAME."""
    return invalid(f'Could not find {noun.replace("-", " ")} "{arn(machine, noun, name)}".')


def forget(machine: Machine, noun: str, name: str, *, absent: Refused | None = None) -> None:
    """Forget the NOUN called NAME, and its tags."""
    the(machine, noun, name, absent=absent)
    machine.store.remove_document(kind(machine, noun), name)
    machine.store.remove_document(TAGS, arn(machine, noun, name))


def begun(machine: Machine, noun: str, name: str, params: Params, work: Work, *, taken: Refused, **more: Any) -> str:
    """Keep a job of PARAMS and MORE, and have WORK begin where it can go on without the caller; its ARN."""
    document = {"Asked": dict(params), "Status": jobs.QUEUED, "Created": clock.now(), **more}
    made = add(machine, noun, name, document, params, taken=taken)
    machine.begin(kind(machine, noun), name, work)
    return made


def looked(machine: Machine, noun: str, name: str, work: Work) -> dict[str, Any]:
    """A job as it is now, waiting a few seconds for its end; WORK is begun if nobody does it."""
    the(machine, noun, name, absent=no_job())
    job = jobs.look(machine.store, kind(machine, noun), name, work)
    if job is None:
        raise no_job()
    return job


def stop(machine: Machine, noun: str, name: str) -> None:
    """Have a job stopped; one that nobody works on has ended by this."""
    job = the(machine, noun, name, absent=no_job())
    if job["Status"] in ENDED:
        called = noun.replace("-", " ")
        raise invalid(f"The request was rejected because the {called} is in status {state_of(job)}.")
    if jobs.state(machine.store, kind(machine, noun), name, job) == jobs.QUEUED:
        changes = {"Status": jobs.COMPLETED, "State": "Stopped", "Ended": clock.now()}
        if "Steps" in job:
            changes["Steps"] = [*job["Steps"], ["Stopped", clock.now()]]
        machine.store.change_document(kind(machine, noun), name, changes)
    elif "Stopping" not in job:
        machine.store.change_document(kind(machine, noun), name, {"Stopping": clock.now()})


def state_of(job: Mapping[str, Any]) -> str:
    """AWS's word for how a job goes."""
    if job["Status"] in ENDED:
        return str(job.get("State", "Failed"))
    return "Stopping" if "Stopping" in job else "InProgress"


def no_job() -> Refused:
    """AWS's refusal for want of a job."""
    return invalid("Requested resource not found.")


def time_of(seconds: float) -> datetime:
    """A time that is kept, as AWS tells it."""
    return datetime.fromtimestamp(seconds, UTC)


def listed(
    machine: Machine,
    noun: str,
    params: Params,
    summary: Callable[[str, dict[str, Any]], dict[str, Any]],
    *,
    key: str,
    name: str,
    status: str = "",
) -> Answer:
    """A page of this region's documents of NOUN, each as its SUMMARY, under KEY; as PARAMS filter and sort them.

    NAME and STATUS are the members of a summary that tell these.
    """
    found = [summary(called, document) for called, document in machine.store.documents(kind(machine, noun))]
    found = [one for one in found if _wanted(one, params, name, status)]
    order = {"Name": name, "Status": status or name}.get(params.get("SortBy", ""), "CreationTime")
    found.sort(key=lambda one: one[order], reverse=params.get("SortOrder", "Descending") == "Descending")
    token = params.get("NextToken") or "0"
    if not token.isdecimal():
        raise invalid("The NextToken is none of this list's.")
    first, size = int(token), int(params.get("MaxResults") or PAGE)
    more = {"NextToken": str(first + size)} if first + size < len(found) else {}
    return {key: found[first : first + size], **more}


def _wanted(one: Mapping[str, Any], params: Params, name: str, status: str) -> bool:
    if params.get("NameContains", "") not in one[name]:
        return False
    if status and params.get("StatusEquals") not in (None, one[status]):
        return False
    for member in ("CreationTime", "LastModifiedTime"):
        after, before = params.get(f"{member}After"), params.get(f"{member}Before")
        if after is not None and one[member] <= moment(after):
            return False
        if before is not None and one[member] >= moment(before):
            return False
    return True
