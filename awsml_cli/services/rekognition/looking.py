"""Look at a picture: the answer that is kept, or one that is paid for and kept from then on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from awsml_cli.core import clock, limits, prices
from awsml_cli.core.cache import Cache, alone, key_of
from awsml_cli.core.errors import AwsmlError, ConfigError, ServiceError
from awsml_cli.core.plan import Step, step
from awsml_cli.core.session import Session
from awsml_cli.core.sources import Source
from awsml_cli.services.rekognition import inputs
from awsml_cli.services.rekognition.asked import SERVICE, Asked, Operation
from awsml_cli.services.rekognition.inputs import Given
from awsml_cli.services.rekognition.records import Celebrity, Sight
from awsml_cli.services.rekognition.views import VIEWS, Look

ENGINE: Final = "x-awsml-engine"
NO_FACE: Final = "no faces in the image"  # what AWS says of a picture in which there is nobody to search for
Answered = tuple[dict[str, Any], str | None]


def look_at(
    session: Session,
    source: Source,
    asked: Asked,
    look: Look,
    *,
    bucket: str | None = None,
    scale: bool = False,
) -> Sight:
    """What SOURCE (a file, stdin, an address) shows to ASKED, as LOOK wants it.

    One of more bytes than are sent lies in BUCKET meanwhile, if there is one, and else is sent as a smaller copy; with
    SCALE so is one of too many pixels. Raises InputError for what cannot be looked at, ServiceError as AWS refuses.
    """
    asked = asked.surer(look.min_confidence or None)
    given = inputs.opened(session, source, asked.operation.takes, scale=scale)
    answer, engine = answered(session, given, asked, bucket=bucket)
    _tell_of_the_rest(session, given.name, answer)
    return Sight.made(answer, VIEWS[asked.kind], look, picture=lambda: given.original, engine=engine)


def _tell_of_the_rest(session: Session, name: str, answer: Mapping[str, Any]) -> None:
    """Warn where AWS has found as much as it tells of one picture: there may be more."""
    for member, most in limits.REKOGNITION_FOUND.items():
        found = [one for one in answer.get(member) or () if one.get("Type") != "LINE"]
        if len(found) >= most:
            what = {"TextDetections": "words", "Persons": "people"}.get(member, "faces")
            session.talk.warn(f"AWS tells of {most} {what} at the most, and {name} may have more: cut it into parts")


def answered(session: Session, given: Given, asked: Asked, *, bucket: str | None = None) -> Answered:
    """The answer to ASKED about a picture, and the engine where one of this machine gave it."""
    key = key_for(session, given, asked)
    with alone(key):  # a copy of the same picture waits for the first one's answer
        kept = find(session, given, asked, key)
        if kept is not None:
            return kept, None
        with inputs.staged(given, asked.operation.takes, bucket) as image:
            answer, engine = call(session, asked.operation, given.name, Image=image, **asked.words(_loop(session, key)))
        if session.keep is not False and not session.local:
            remember(session, key, answer)
    return answer, engine


def call(session: Session, operation: Operation, name: str, **params: Any) -> Answered:
    """Call OPERATION about the picture NAME."""
    try:
        answer = dict(getattr(session.client(SERVICE), operation.method)(**params))
    except ServiceError as error:
        raise explained(error, name) from None
    meta = answer.pop("ResponseMetadata", {})
    return answer, meta.get("HTTPHeaders", {}).get(ENGINE)


def plan(
    session: Session, pictures: Sequence[Source], asked: Asked, look: Look, *, scale: bool = False
) -> Iterator[Step]:
    """What looking at PICTURES would call, and its price; nothing is sent, and what is kept already is left out."""
    asked = asked.surer(look.min_confidence or None)
    operation = asked.operation
    charge = prices.charge(SERVICE, operation.name, asked.params)
    for source in pictures:
        if source.path is not None:
            given = inputs.opened(session, source, operation.takes, scale=scale)
            if find(session, given, asked, key_for(session, given, asked)) is not None:
                continue
        yield step(f"{SERVICE}:{operation.name}", source.name, charge=charge)


def key_for(session: Session, given: Given, asked: Asked) -> str:
    """The name of the answer to ASKED about a picture."""
    smaller = given.data is not None and given.changed(asked.operation.takes)
    question = (asked.operation.name, asked.params, asked.review)
    return key_of(SERVICE, session.region, session.local, given.digest, smaller, *question)


def _loop(session: Session, key: str) -> str:
    """The name of the work of the people who look again: the same for the same picture, but for one asked anew."""
    return f"awsml-{key_of(key, clock.now())[:40]}" if session.fresh else f"awsml-{key[:40]}"


def find(session: Session, given: Given, asked: Asked, key: str) -> dict[str, Any] | None:
    """The answer that was paid for before: to this very question, or one about faces that says more.

    Work done on this machine is done again: engines change.
    """
    if session.fresh or session.local:
        return None
    cache = kept(session)
    found = cache.find(key)
    if found is None and asked.kind == "faces" and asked.params.get("Attributes") != ["ALL"]:
        found = cache.find(key_for(session, given, replace(asked, params={"Attributes": ["ALL"]})))
    if found is None:
        return None
    answer: dict[str, Any] = json.loads(found)
    return answer


def kept(session: Session) -> Cache:
    """The answers that are kept, one look at them for the whole run."""
    return session.once("rekognition answers", lambda: Cache(session.config))


def remember(session: Session, key: str, answer: Mapping[str, Any]) -> None:
    """Keep ANSWER; where that fails, it is said."""
    try:
        kept(session).keep(key, json.dumps(answer, ensure_ascii=False, separators=(",", ":"), default=str).encode())
    except AwsmlError as error:
        session.talk.warn(error.message)


def celebrity(session: Session, id: str) -> Celebrity:
    """Who the famous person with ID is. Raises ServiceError where nobody has it."""
    return Celebrity.of(session.client(SERVICE).get_celebrity_info(Id=id), id=id)


def explained(error: ServiceError, name: str) -> AwsmlError:
    """ERROR about the picture NAME, with the way out where there is one."""
    if error.code == "InvalidS3ObjectException":
        return ConfigError(
            f"Rekognition cannot read {name}: {error.message}",
            hint="it must be in the region of this run (--region), and this identity needs s3:GetObject",
        )
    if error.code == "ResourceNotReadyException":
        error.hint = (
            "a model answers while it runs: start it first, and stop it afterwards, since it is paid by the hour"
        )
    if error.code == "InvalidImageFormatException" and error.hint is None:
        error.hint = "convert it to a plain JPEG or PNG, as with: magick in.jpg -colorspace sRGB out.png"
    return error
