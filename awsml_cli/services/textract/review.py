"""A page that people look at, where the conditions of their flow say so (Amazon A2I, closed to new customers)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from awsml_cli.core import lifecycle
from awsml_cli.core.cache import key_of
from awsml_cli.core.errors import ServiceError
from awsml_cli.core.session import Session

RUNTIME: Final = "sagemaker-a2i-runtime"


def analysed(session: Session, flow: str, page: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of AnalyzeDocument about PAGE with PARAMS; a loop of FLOW that it starts is said on stderr.

    The loop's name derives from the page and the question. Raises ServiceError, with A2I's state where it smells of it.
    """
    session.once(("lifecycle", RUNTIME), lambda: lifecycle.check(session, RUNTIME, "StartHumanLoop"))
    what = page["Bytes"].hex() if "Bytes" in page else page["S3Object"]
    fresh = session.once("run", lambda: uuid.uuid4().hex) if session.fresh else ""
    name = f"awsml-{key_of(what, flow, params, fresh)[:40]}"
    try:
        answer = dict(
            session.client("textract").analyze_document(
                Document=page,
                HumanLoopConfig={"HumanLoopName": name, "FlowDefinitionArn": arn_of(session, flow)},
                **params,
            )
        )
    except ServiceError as error:
        system = lifecycle.of_operation(RUNTIME, "StartHumanLoop")
        if error.code in ("InvalidParameterException", "HumanLoopQuotaExceededException") and system is not None:
            error.hint = f"{system.sentence}; the flow must be there: awsml a2i flow get {flow}"
        raise
    started = answer.get("HumanLoopActivationOutput") or {}
    if arn := started.get("HumanLoopArn"):
        reasons = ", ".join(started.get("HumanLoopActivationReasons") or ())
        told = f" ({reasons})" if reasons else ""
        session.talk.warn(
            f"people are asked{told}: awsml a2i loop answers a2i:{session.region}:{arn.rpartition('/')[2]}"
        )
    return answer


def arn_of(session: Session, flow: str) -> str:
    """The ARN of FLOW, which is one already or a name in this account."""
    if flow.startswith("arn:"):
        return flow
    account = session.once("account", lambda: session.client("sts").get_caller_identity()["Account"])
    return f"arn:aws:sagemaker:{session.region}:{account}:flow-definition/{flow}"
