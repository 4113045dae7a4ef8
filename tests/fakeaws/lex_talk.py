"""Lex V2's conversations: a bot that knows its sample utterances by heart, and asks for its slots in turn."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping
from typing import Any

from fakeaws.core import Call
from fakeaws.faults import AwsError
from fakeaws.lex import Lex

SOUNDS = {"audio/mpeg": b"\xff\xf3\x84\xc4", "audio/ogg": b"OggS", "audio/pcm": b"\0\1"}


class LexTalk:
    """Sessions by bot and id. `heard` says what recordings say; `answers` replace the messages to a text."""

    name = "lexv2-runtime"

    def __init__(self, lex: Lex) -> None:
        self.lex = lex
        self.sessions: dict[tuple[str, str], dict[str, Any]] = {}
        self.heard: dict[bytes, str] = {}
        self.answers: dict[str, list[dict[str, Any]]] = {}

    def recognize_text(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Answer a text."""
        return self._answered(params, params["text"], params.get("sessionState"), params.get("requestAttributes"))

    def recognize_utterance(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Answer speech or a text, in speech or in text; what is told stands in headers, compressed."""
        body = params.get("inputStream", b"")
        body = body if isinstance(body, bytes) else body.read()
        spoken = not params["requestContentType"].startswith("text/plain")
        if spoken and not re.match(r"audio/(l16|lpcm|x-)", params["requestContentType"]):
            raise AwsError("ValidationException", f"Invalid content type {params['requestContentType']}.")
        said = self.heard.get(body, "I want flowers") if spoken else body.decode()
        state = opened(params["sessionState"]) if "sessionState" in params else None
        asked = opened(params["requestAttributes"]) if "requestAttributes" in params else None
        answer = self._answered(params, said, state, asked)
        wanted = params.get("responseContentType", "text/plain; charset=utf-8")
        words = " ".join(one.get("content", "") for one in answer.get("messages", ()))
        sound = b"" if wanted.startswith("text/") else SOUNDS[wanted] + words.encode()
        told = {
            "inputMode": "Speech" if spoken else "Text",
            "contentType": wanted,
            "interpretations": packed(answer["interpretations"]),
            "sessionState": packed(answer["sessionState"]),
            "sessionId": answer["sessionId"],
            "inputTranscript": packed(said),
            "audioStream": sound,
        }
        return told | ({"messages": packed(answer["messages"])} if answer.get("messages") else {})

    def get_session(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Look at a session."""
        self._locale(params)
        held = self.sessions.get((params["botId"], params["sessionId"]))
        if held is None:
            raise AwsError("ResourceNotFoundException", "There is no such session.", status=404)
        intent = held.get("intent")
        found = [{"intent": intent}] if intent else []
        return {"sessionId": params["sessionId"], "messages": [], "interpretations": found, "sessionState": held}

    def put_session(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Set a session."""
        self._locale(params)
        state = params["sessionState"]
        self.sessions[params["botId"], params["sessionId"]] = state
        return {
            "contentType": "text/plain; charset=utf-8",
            "sessionId": params["sessionId"],
            "sessionState": packed(state),
            "audioStream": b"",
        }

    def delete_session(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """End a session."""
        self._locale(params)
        if self.sessions.pop((params["botId"], params["sessionId"]), None) is None:
            raise AwsError("ResourceNotFoundException", "There is no such session.", status=404)
        return {name: params[name] for name in ("botId", "botAliasId", "localeId", "sessionId")}

    def _locale(self, params: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        bot = self.lex.bots.get(params["botId"])
        alias = bot.aliases.get(params["botAliasId"]) if bot else None
        version = bot.versions.get(alias.get("botVersion", "")) if bot and alias else None
        if version is None or params["localeId"] not in version.locales:
            raise AwsError("ResourceNotFoundException", "Resource not found.", status=404)
        return version.locales[params["localeId"]]

    def _answered(
        self, params: Mapping[str, Any], said: str, state: dict[str, Any] | None, request: dict[str, str] | None
    ) -> dict[str, Any]:
        files = self._locale(params)
        held = self.sessions.setdefault((params["botId"], params["sessionId"]), {})
        if state is not None:
            held.update(state)
        messages, score = self._turn(files, held, said)
        told = {
            "sessionId": params["sessionId"],
            "messages": self.answers.get(said, messages),
            "interpretations": [
                {"intent": held["intent"], "interpretationSource": "Lex"}
                | ({"nluConfidence": {"score": score}} if score is not None else {})
            ],
            "sessionState": held,
        }
        return told | ({"requestAttributes": request} if request else {})

    def _turn(
        self, files: Mapping[str, dict[str, Any]], held: dict[str, Any], said: str
    ) -> tuple[list[dict[str, Any]], float | None]:
        action, score = held.get("dialogAction", {}), None
        intents = [one for path, one in files.items() if re.fullmatch(r"Intents/[^/]+/Intent\.json", path)]
        asked = action.get("type") if held.get("intent", {}).get("state") == "InProgress" else None
        if asked == "ConfirmIntent":
            yes = said.lower() in ("yes", "y")
            intent = next(one for one in intents if one["name"] == held["intent"]["name"])
            held["intent"] |= {
                "confirmationState": "Confirmed" if yes else "Denied",
                "state": "ReadyForFulfillment" if yes else "Failed",
            }
            held["dialogAction"] = {"type": "Close"}
            part = intent["intentClosingSetting"] if yes else intent["intentConfirmationSetting"]
            return [self._message(part["closingResponse" if yes else "declinationResponse"], held)], None
        if asked == "ElicitSlot":
            held["intent"]["slots"][action["slotToElicit"]] = _value(said)
            intent = next(one for one in intents if one["name"] == held["intent"]["name"])
        else:
            intent, slots = _matched(intents, said)
            score = None if intent.get("parentIntentSignature") else 0.9
            held["intent"] = {
                "name": intent["name"],
                "slots": {name: _value(value) for name, value in slots.items()},
                "state": "InProgress",
                "confirmationState": "None",
            }
        order = sorted(intent.get("slotPriorities") or [], key=lambda one: one["priority"])
        for name in (one["slotName"] for one in order):
            if name not in held["intent"]["slots"]:
                held["dialogAction"] = {"type": "ElicitSlot", "slotToElicit": name}
                slot = files[f"Intents/{intent['name']}/Slots/{name}/Slot.json"]
                return [self._message(slot["slotValueElicitationSetting"]["promptSpecification"], held)], score
        confirmation = (intent.get("intentConfirmationSetting") or {}).get("confirmationPrompt")
        if confirmation:
            held["dialogAction"] = {"type": "ConfirmIntent"}
            return [self._message(confirmation, held)], score
        held["dialogAction"] = {"type": "Close"}
        held["intent"]["state"] = "ReadyForFulfillment"
        closing = (intent.get("intentClosingSetting") or {}).get("closingResponse")
        return ([self._message(closing, held)] if closing else []), score

    def _message(self, part: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
        text = part["messageGroupList"][0]["message"]["plainTextMessage"]["value"]
        for name, slot in held["intent"]["slots"].items():
            text = text.replace(f"{{{name}}}", slot["value"]["interpretedValue"])
        return {"content": text, "contentType": "PlainText"}


def _matched(intents: list[dict[str, Any]], said: str) -> tuple[dict[str, Any], dict[str, str]]:
    for intent in intents:
        for sample in intent.get("sampleUtterances") or ():
            pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(sample["utterance"]))
            if found := re.fullmatch(pattern, said.strip(".?! "), re.IGNORECASE):
                return intent, found.groupdict()
    return next(one for one in intents if one.get("parentIntentSignature") == "AMAZON.FallbackIntent"), {}


def _value(said: str) -> dict[str, Any]:
    return {"shape": "Scalar", "value": {"originalValue": said, "interpretedValue": said, "resolvedValues": [said]}}


def packed(value: Any) -> str:
    """VALUE as Lex puts it into a header."""
    return base64.b64encode(gzip.compress(json.dumps(value).encode())).decode()


def opened(text: str) -> Any:
    """What stands in a header."""
    return json.loads(gzip.decompress(base64.b64decode(text)))
