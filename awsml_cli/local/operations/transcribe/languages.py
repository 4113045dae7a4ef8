"""Languages as Transcribe writes them (`pt-BR`), and as engines do (`pt`)."""

from __future__ import annotations

from collections.abc import Sequence

# Where the first part of Transcribe's code is not the ISO 639-1 code that engines know.
_ENGINE = {"ab": "abkhaz", "nb": "no", "tl": "tl", "zh": "zh", "yue": "yue"}

# The locale that is meant where a recording was heard and nobody said which.
_LOCALES = {
    "ar": "ar-SA", "de": "de-DE", "en": "en-US", "es": "es-US", "fa": "fa-IR", "fr": "fr-FR", "he": "he-IL",
    "hi": "hi-IN", "id": "id-ID", "it": "it-IT", "ja": "ja-JP", "ko": "ko-KR", "ms": "ms-MY", "nl": "nl-NL",
    "pt": "pt-BR", "ru": "ru-RU", "ta": "ta-IN", "te": "te-IN", "tr": "tr-TR", "th": "th-TH", "vi": "vi-VN",
    "zh": "zh-CN", "da": "da-DK", "sv": "sv-SE", "fi": "fi-FI", "no": "no-NO", "pl": "pl-PL", "cs": "cs-CZ",
    "el": "el-GR", "ro": "ro-RO", "uk": "uk-UA", "hu": "hu-HU", "ca": "ca-ES", "bg": "bg-BG", "hr": "hr-HR",
    "sk": "sk-SK", "af": "af-ZA",
}  # fmt: skip


def spoken_language(code: str) -> str:
    """The engine's code for Transcribe's CODE: `en-GB` → en."""
    first = code.split("-")[0].lower()
    return _ENGINE.get(first, first)


def locale(language: str, options: Sequence[str] = ()) -> str:
    """Transcribe's code for LANGUAGE: the one among OPTIONS, else the commonest."""
    for option in options:
        if spoken_language(option) == language:
            return option
    return _LOCALES.get(language, f"{language}-{language.upper()}")
