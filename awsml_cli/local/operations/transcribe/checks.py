"""What is refused before a job is kept: what AWS refuses, and what no engine here can do."""

from __future__ import annotations

from awsml_cli.core.errors import ConfigError
from awsml_cli.core.limits import TRANSCRIBE_ALTERNATIVES, TRANSCRIBE_FORMATS, TRANSCRIBE_SPEAKERS
from awsml_cli.local.engines import hear, understand
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.hear import speakers
from awsml_cli.local.operations import Params, Refused
from awsml_cli.local.operations.transcribe.languages import spoken_language

_CHOICES = ("LanguageCode", "IdentifyLanguage", "IdentifyMultipleLanguages")

# What AWS has and no engine here, by the parameter that asks for it
_UNABLE = {
    "IdentifyMultipleLanguages": "tell several languages of one recording apart",
    "ToxicityDetection": "detect toxic speech",
    "ModelSettings": "use a custom language model",
    "OutputEncryptionKMSKeyId": "encrypt with a KMS key",
}
_UNABLE_SETTINGS = {
    "ShowAlternatives": "give alternative transcriptions",
}


def check_combinations(params: Params) -> None:
    """The combinations that AWS refuses."""
    if sum(bool(params.get(choice)) for choice in _CHOICES) != 1:
        raise bad(f"exactly one of {', '.join(_CHOICES)} has to be given")
    if params.get("MediaFormat") not in (None, *TRANSCRIBE_FORMATS):
        raise bad(f"the media format {params['MediaFormat']} is not supported")
    if params.get("LanguageOptions") and params.get("LanguageCode"):
        raise bad("LanguageOptions cannot be given with LanguageCode")
    settings = params.get("Settings") or {}
    if settings.get("ShowSpeakerLabels") and settings.get("MaxSpeakerLabels") not in TRANSCRIBE_SPEAKERS:
        raise bad("ShowSpeakerLabels needs MaxSpeakerLabels, 2 to 30")
    if settings.get("ShowAlternatives") and settings.get("MaxAlternatives") not in TRANSCRIBE_ALTERNATIVES:
        raise bad("ShowAlternatives needs MaxAlternatives, 2 to 10")
    if settings.get("ShowSpeakerLabels") and settings.get("ChannelIdentification"):
        raise bad("ShowSpeakerLabels and ChannelIdentification cannot be given together")
    if settings.get("VocabularyFilterName") and not settings.get("VocabularyFilterMethod"):
        raise bad("VocabularyFilterName needs VocabularyFilterMethod")
    if params.get("OutputKey") and not params.get("OutputBucketName"):
        raise bad("OutputKey needs OutputBucketName")


def check_able(params: Params) -> None:
    """Raise ConfigError for what AWS has and no engine here."""
    settings = params.get("Settings") or {}
    wanted = [text for member, text in _UNABLE.items() if params.get(member)]
    wanted += [text for member, text in _UNABLE_SETTINGS.items() if settings.get(member)]
    if wanted:
        raise ConfigError(f"no engine on this machine can {wanted[0]}", hint="leave it out, or run without --local")
    if settings.get("ShowSpeakerLabels") and not speakers.DECLARATION.installed():
        raise ConfigError("no engine on this machine can tell speakers apart", hint=speakers.DECLARATION.install)
    if params.get("ContentRedaction"):
        private = understand.private.DECLARATION
        if not private.installed():
            raise private.missing()
        language = params.get("LanguageCode")
        if language is None or spoken_language(language) not in private.languages:
            raise ConfigError(
                f"no engine on this machine can redact {language or 'a language that is not named'}",
                hint="English can be redacted: --language en-US",
            )


def engine_for(params: Params) -> Declaration | None:
    """The engine that will hear, so that its absence is said at once; None where the language is not known yet."""
    hints = bool((params.get("Settings") or {}).get("VocabularyName"))
    if params.get("LanguageCode"):
        return hear.choose(spoken_language(params["LanguageCode"]), hints=hints)
    options = params.get("LanguageOptions") or []
    if options and {spoken_language(option) for option in options} == {"en"}:
        return hear.choose("en")
    if hear.can_identify():
        return None
    if options and "en" not in {spoken_language(option) for option in options}:
        raise ConfigError(
            "no engine on this machine can tell which of these languages is spoken",
            hint="name one with --language, or pip install 'awsml-cli[whisper]'",
        )
    return hear.choose("en")


def bad(message: str) -> Refused:
    """AWS's refusal of a request."""
    return Refused("BadRequestException", message)
