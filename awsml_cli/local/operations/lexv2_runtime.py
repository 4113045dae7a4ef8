"""Lex V2's conversations on this machine: what was said goes to `engines/converse`, speech through the engines that
hear and speak; a session is a document.
"""

from __future__ import annotations

import base64
import gzip
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.errors import ConfigError
from awsml_cli.formats import bots
from awsml_cli.formats.audio import pcm
from awsml_cli.local.engines import audio, converse, hear
from awsml_cli.local.engines.converse.dialog import Said, Standing, value_of
from awsml_cli.local.engines.converse.match import Guess, Matcher
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, lexv2_models, made_by, polly

KIND: Final = "lex-session"
_SPOKEN: Final = {"audio/mpeg": "mp3", "audio/*": "mp3", "audio/ogg": "ogg_vorbis", "audio/pcm": "pcm"}
_VOICES: Final = {
    **{"en_US": "Joanna", "en_GB": "Amy", "es_US": "Lupe"},
    **{"es_ES": "Lucia", "fr_FR": "Lea", "de_DE": "Vicki"},
}


def recognize_text(params: Params, machine: Machine) -> Answer:
    """Answer a text."""
    now, said, matcher = _turned(params, params["text"], params.get("sessionState"), machine)
    answer: Answer = {
        "sessionId": params["sessionId"],
        "messages": said.messages,
        "sessionState": _state(now),
        "interpretations": _interpretations(now, said, matcher),
    }
    if params.get("requestAttributes"):
        answer["requestAttributes"] = dict(params["requestAttributes"])
    return _made(answer, machine)


def recognize_utterance(params: Params, machine: Machine) -> Answer:
    """Answer speech, or a text, in speech or in text."""
    body = params.get("inputStream", b"")
    data = body if isinstance(body, bytes | bytearray) else body.read()
    kind = params["requestContentType"]
    spoken = not kind.startswith("text/")
    text = _heard(bytes(data), kind, params["localeId"], machine) if spoken else bytes(data).decode()
    given = _opened(params["sessionState"]) if params.get("sessionState") else None
    now, said, matcher = _turned(params, text, given, machine)
    wanted = params.get("responseContentType") or "audio/mpeg"
    sound = b"" if wanted.startswith("text/") else _speech(said, wanted, params["localeId"], machine)
    answer: Answer = {
        "inputMode": "Speech" if spoken else "Text",
        "contentType": wanted,
        "sessionId": params["sessionId"],
        "inputTranscript": _packed(text),
        "messages": _packed(said.messages),
        "sessionState": _packed(_state(now)),
        "interpretations": _packed(_interpretations(now, said, matcher)),
        "audioStream": sound,
    }
    return _made(answer, machine)


def get_session(params: Params, machine: Machine) -> Answer:
    """Where a conversation stands."""
    now = _kept(params, machine)
    if now is None:
        raise _absent(params["sessionId"])
    state = _state(now)
    found = [{"intent": state["intent"]}] if "intent" in state else []
    return {"sessionId": params["sessionId"], "messages": [], "interpretations": found, "sessionState": state}


def put_session(params: Params, machine: Machine) -> Answer:
    """Set where a conversation stands."""
    now = _given(Standing(), params["sessionState"])
    machine.store.set_document(KIND, _name(params), asdict(now))
    told = {"sessionId": params["sessionId"], "sessionState": _packed(_state(now))}
    return {**told, "contentType": "text/plain; charset=utf-8", "audioStream": b""}


def delete_session(params: Params, machine: Machine) -> Answer:
    """End a conversation."""
    if not machine.store.remove_document(KIND, _name(params)):
        raise _absent(params["sessionId"])
    return {name: params[name] for name in ("botId", "botAliasId", "localeId", "sessionId")}


OPERATIONS: dict[str, Operation] = {
    "RecognizeText": recognize_text,
    "RecognizeUtterance": recognize_utterance,
    "GetSession": get_session,
    "PutSession": put_session,
    "DeleteSession": delete_session,
}


def _turned(
    params: Params, text: str, given: Mapping[str, Any] | None, machine: Machine
) -> tuple[Standing, Said, Matcher]:
    matcher = _matcher_of(params, machine)
    now = _given(_kept(params, machine) or Standing(), given or {})
    said = converse.turn(matcher, now, text)
    intent = next((one for one in matcher.locale.intents if one.name == now.intent), None)
    if intent is not None and intent.hooked:
        machine.warn(f"the Lambda function of {intent.name} is not called on this machine")
    machine.store.set_document(KIND, _name(params), asdict(now))
    return now, said, matcher


def _matcher_of(params: Params, machine: Machine) -> Matcher:
    kept = lexv2_models.bot_of(params, machine)
    version = lexv2_models.alias_of(params, kept).get("botVersion") or ""
    built = kept["built"].get(params["localeId"])
    if version == lexv2_models.DRAFT and (built is None or built["reasons"]):
        raise Refused("ValidationException", f"The locale {params['localeId']} has not been built.")
    files, etag = lexv2_models.files_of(kept, version, machine)
    packed = tuple(sorted(files.items()))
    return _matcher(kept["name"], params["localeId"], etag, packed)


@lru_cache(maxsize=8)
def _matcher(name: str, locale: str, _etag: str, files: tuple[tuple[str, bytes], ...]) -> Matcher:
    found = bots.read(name, dict(files)).locales.get(locale)
    if found is None:
        raise Refused("ResourceNotFoundException", f"There is no locale {locale}.", status=404)
    return Matcher(found)


def _given(now: Standing, state: Mapping[str, Any]) -> Standing:
    """NOW, with what a caller says of it."""
    if "sessionAttributes" in state:
        now.attributes = dict(state["sessionAttributes"])
    if intent := state.get("intent"):
        now.intent, now.state = intent["name"], intent.get("state") or "InProgress"
        now.slots = {name: slot for name, slot in (intent.get("slots") or {}).items() if slot}
        now.confirmation = intent.get("confirmationState") or "None"
    if action := state.get("dialogAction"):
        now.action, now.elicits, now.tries = action["type"], action.get("slotToElicit"), 0
    return now


def _state(now: Standing) -> dict[str, Any]:
    action = {"type": now.action, **({"slotToElicit": now.elicits} if now.elicits else {})}
    told: dict[str, Any] = {"dialogAction": action}
    if now.intent:
        told["intent"] = {"name": now.intent, "slots": now.slots, "state": now.state}
        told["intent"]["confirmationState"] = now.confirmation
    return {**told, **({"sessionAttributes": now.attributes} if now.attributes else {})}


def _interpretations(now: Standing, said: Said, matcher: Matcher) -> list[dict[str, Any]]:
    """What was thought of: the intent that holds first, and how likely each is where that was in question."""
    scores: dict[str, Guess] = {guess.intent.name: guess for guess in said.guesses}
    found = []
    if now.intent:
        first: dict[str, Any] = {"intent": _state(now)["intent"], "interpretationSource": "Lex"}
        if now.intent in scores:
            first["nluConfidence"] = {"score": scores[now.intent].score}
        found.append(first)
    for name, guess in scores.items():
        if name != now.intent:
            slots = {slot: value_of(value) for slot, value in guess.slots.items()}
            intent = {"name": name, "slots": slots, "state": "InProgress", "confirmationState": "None"}
            score = {"score": guess.score}
            found.append({"intent": intent, "nluConfidence": score, "interpretationSource": "Lex"})
    return found[:5]


def _heard(data: bytes, kind: str, locale: str, machine: Machine) -> str:
    """The words in DATA, samples of 16 bits as KIND says."""
    if not kind.startswith(("audio/l16", "audio/x-l16")):
        raise ConfigError(f"no engine on this machine hears `{kind}`", hint="a WAV file, or audio/l16; rate=16000")
    rate = 8_000 if "8000" in kind else 16_000
    engine = hear.load(hear.choose(locale[:2]), home=machine.home)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        path.write_bytes(pcm.wav_header("pcm", sample_rate=rate, size=len(data)) + data)
        words = [word for part in hear.transcribe(engine, audio.blocks(path), language=locale[:2]) for word in part]
    machine.note(f"heard on this machine by {engine.declaration.label()} ({engine.declaration.quality})")
    return " ".join(word.content for word in words)


def _speech(said: Said, wanted: str, locale: str, machine: Machine) -> bytes:
    form = _SPOKEN.get(wanted.partition(";")[0].strip())
    if form is None:
        raise Refused("ValidationException", f"{wanted} is no type of an answer.")
    text = " ".join(message["content"] for message in said.messages if message.get("contentType") == "PlainText")
    if not text:
        return b""
    voice = _VOICES.get(locale) or _VOICES["en_US"]
    rate = {"SampleRate": "16000"} if form == "pcm" else {}
    spoken = polly.synthesize_speech({"Text": text, "VoiceId": voice, "OutputFormat": form, **rate}, machine)
    return bytes(spoken["AudioStream"])


def _kept(params: Params, machine: Machine) -> Standing | None:
    found = machine.store.document(KIND, _name(params))
    return Standing(**found) if found is not None else None


def _name(params: Params) -> str:
    return "/".join(params[name] for name in ("botId", "botAliasId", "localeId", "sessionId"))


def _made(answer: Answer, machine: Machine) -> Answer:
    engine = converse.DECLARATION
    return made_by(answer, engine=engine.label(), quality=engine.quality, machine=machine)


def _packed(value: Any) -> str:
    return base64.b64encode(gzip.compress(json.dumps(value).encode(), mtime=0)).decode()


def _opened(text: str) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(text)))


def _absent(session: str) -> Refused:
    return Refused("ResourceNotFoundException", f"There is no session {session}.", status=404)
