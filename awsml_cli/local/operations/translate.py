"""Amazon Translate's synchronous text, translated by Apertium where it has the pair of languages."""

from __future__ import annotations

import awsml_cli.local.engines.translate as apertium
from awsml_cli.core.errors import ConfigError
from awsml_cli.core.limits import TRANSLATE_TEXT_BYTES
from awsml_cli.local.engines import identify
from awsml_cli.local.operations import Answer, Machine, Operation, Params, Refused, made_by, terminologies

LOWEST_SCORE = 0.3  # below it a detected language is a guess; AWS refuses then, too

_NAMES = {
    "af": "Afrikaans", "be": "Belarusian", "bg": "Bulgarian", "bs": "Bosnian", "ca": "Catalan", "da": "Danish",
    "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi", "hr": "Croatian", "id": "Indonesian",
    "is": "Icelandic", "it": "Italian", "mk": "Macedonian", "ms": "Malay", "nl": "Dutch", "no": "Norwegian",
    "pt": "Portuguese (Brazil)", "pt-PT": "Portuguese (Portugal)", "ro": "Romanian", "ru": "Russian", "sl": "Slovenian",
    "sr": "Serbian", "sv": "Swedish", "uk": "Ukrainian", "ur": "Urdu",
}  # fmt: skip


def translate_text(params: Params, machine: Machine) -> Answer:
    """A text of at most 10,000 bytes in another language; its white space stays."""
    text, target = params["Text"], params["TargetLanguageCode"]
    if len(text.encode()) > TRANSLATE_TEXT_BYTES:
        raise Refused(
            "TextSizeLimitExceededException",
            f"Input text size exceeds limit. Max length of request text allowed is {TRANSLATE_TEXT_BYTES} bytes "
            f"while in this request the text size is {len(text.encode())} bytes",
        )
    _check_able(params)
    if not apertium.pairs():
        raise apertium.missing()
    source = params["SourceLanguageCode"]
    if source == "auto":
        source = _detected(text, machine)
    if source == target:
        raise Refused("UnsupportedLanguagePairException", f"Unsupported language pair: {source} to {target}.")
    if (source, target) not in apertium.pairs():
        raise _unsupported(source, target)
    given = terminologies.terms(params.get("TerminologyNames", ()), source, target, machine)
    answer = {
        "TranslatedText": terminologies.applied(
            text, given, lambda words: apertium.translate(words, source=source, target=target)
        ),
        "SourceLanguageCode": source,
        "TargetLanguageCode": target,
    }
    engine = apertium.declaration()
    return made_by(answer, engine=engine.label(), quality=engine.quality, machine=machine)


def list_languages(params: Params, machine: Machine) -> Answer:
    """The languages of the installed pairs, named in English."""
    display = params.get("DisplayLanguageCode", "en")
    if display != "en":
        raise Refused("UnsupportedDisplayLanguageCodeException", f"no names in {display}", DisplayLanguageCode=display)
    codes = sorted({code for pair in apertium.pairs() for code in pair})
    if not codes:
        raise apertium.missing()
    languages = [{"LanguageCode": code, "LanguageName": _NAMES.get(code, code)} for code in codes]
    first, size = int(params.get("NextToken") or 0), int(params.get("MaxResults") or 500)
    answer: Answer = {"Languages": languages[first : first + size], "DisplayLanguageCode": "en"}
    if first + size < len(languages):
        answer["NextToken"] = str(first + size)
    return answer


OPERATIONS: dict[str, Operation] = {
    "TranslateText": translate_text,
    "ListLanguages": list_languages,
    **terminologies.OPERATIONS,
}


def _check_able(params: Params) -> None:
    settings = params.get("Settings") or {}
    for name in ("Formality", "Profanity", "Brevity"):
        if settings.get(name):
            raise ConfigError(f"no engine on this machine has the setting {name}", hint="leave it out")


def _detected(text: str, machine: Machine) -> str:
    code, score = identify.language(text, home=machine.home)
    if score < LOWEST_SCORE:
        raise Refused(
            "DetectedLanguageLowConfidenceException",
            f"the language was detected with low confidence ({code}, {score:.2f})",
            DetectedLanguageCode=code,
        )
    machine.note(f"{identify.DECLARATION.label()} takes the text for {code} ({score:.2f})")
    return code


def _unsupported(source: str, target: str) -> ConfigError:
    """AWS's refusal, with what there is and what could be installed."""
    have = ", ".join(f"{one} to {other}" for one, other in sorted(apertium.pairs()))
    package = apertium.PACKAGES.get(frozenset((source, target)))
    way = f"Debian's package {package} has it" if package else "Debian has no package for it"
    return ConfigError(
        f"no engine on this machine translates {source} to {target}",
        hint=f"{way}; installed here: {have or 'nothing'}",
    )
