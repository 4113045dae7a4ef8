"""Polly's standard voices and the espeak-ng voice that stands in for each: the same language and gender, another sound.

Names, languages and genders: https://docs.aws.amazon.com/polly/latest/dg/available-voices.html (standard engine).
Left out: Japanese, whose kanji espeak-ng cannot read.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """A voice of Polly's. `stand_in` is espeak-ng's voice file and variant."""

    id: str
    name: str
    gender: str
    language_code: str
    language_name: str
    stand_in: str
    additional: tuple[str, ...] = ()


# language code, its name, espeak-ng's voice, women, men
_TABLE = (
    ("arb", "Arabic", "sem/ar", "Zeina", ""),
    ("cmn-CN", "Chinese Mandarin", "sit/cmn", "Zhiyu", ""),
    ("cy-GB", "Welsh", "cel/cy", "Gwyneth", ""),
    ("da-DK", "Danish", "gmq/da", "Naja", "Mads"),
    ("de-DE", "German", "gmw/de", "Marlene Vicki", "Hans"),
    ("en-AU", "Australian English", "gmw/en", "Nicole", "Russell"),
    ("en-GB", "British English", "gmw/en-GB-x-rp", "Amy Emma", "Brian"),
    ("en-GB-WLS", "Welsh English", "gmw/en", "", "Geraint"),
    ("en-IN", "Indian English", "gmw/en", "Aditi Raveena", ""),
    ("en-US", "US English", "gmw/en-US", "Ivy Joanna Kendra Kimberly Salli", "Joey Justin Matthew"),
    ("es-ES", "Castilian Spanish", "roa/es", "Conchita Lucia", "Enrique"),
    ("es-MX", "Mexican Spanish", "roa/es-419", "Mia", ""),
    ("es-US", "US Spanish", "roa/es-419", "Lupe Penelope", "Miguel"),
    ("fr-CA", "Canadian French", "roa/fr", "Chantal", ""),
    ("fr-FR", "French", "roa/fr", "Celine Lea", "Mathieu"),
    ("is-IS", "Icelandic", "gmq/is", "Dora", "Karl"),
    ("it-IT", "Italian", "roa/it", "Bianca Carla", "Giorgio"),
    ("ko-KR", "Korean", "ko", "Seoyeon", ""),
    ("nb-NO", "Norwegian", "gmq/nb", "Liv", ""),
    ("nl-NL", "Dutch", "gmw/nl", "Lotte", "Ruben"),
    ("pl-PL", "Polish", "zlw/pl", "Ewa Maja", "Jacek Jan"),
    ("pt-BR", "Brazilian Portuguese", "roa/pt-BR", "Camila Vitoria", "Ricardo"),
    ("pt-PT", "Portuguese", "roa/pt", "Ines", "Cristiano"),
    ("ro-RO", "Romanian", "roa/ro", "Carmen", ""),
    ("ru-RU", "Russian", "zle/ru", "Tatyana", "Maxim"),
    ("sv-SE", "Swedish", "gmq/sv", "Astrid", ""),
    ("tr-TR", "Turkish", "trk/tr", "Filiz", ""),
)
_NAMES = {"Celine": "Céline", "Dora": "Dóra", "Ines": "Inês", "Lea": "Léa", "Lucia": "Lucía", "Penelope": "Penélope",
          "Vitoria": "Vitória"}  # fmt: skip
_ADDITIONAL = {"Aditi": ("hi-IN",)}

# `<lang xml:lang="…">` goes to these; and a language without a Polly voice of its own is spoken all the same.
LANGUAGES = {
    **{code: stand_in for code, _, stand_in, _, _ in _TABLE},
    "hi-IN": "inc/hi",
    "ca-ES": "roa/ca",
    "fi-FI": "urj/fi",
    "cs-CZ": "zlw/cs",
    "en-NZ": "gmw/en",
    "en-ZA": "gmw/en",
    "en-IE": "gmw/en",
    "nl-BE": "gmw/nl",
    "fr-BE": "roa/fr-BE",
    "de-AT": "gmw/de",
    "de-CH": "gmw/de",
    "ar-AE": "sem/ar",
    "yue-CN": "sit/yue",
}


def _voices() -> dict[str, Voice]:
    voices = {}
    for code, language, stand_in, women, men in _TABLE:
        for gender, names in (("Female", women), ("Male", men)):
            for number, voice_id in enumerate(names.split()):
                # five women's and eight men's variants come with espeak-ng; f1 is the thinnest
                variant = f"f{2 + number % 4}" if gender == "Female" else f"m{1 + (2 + number) % 8}"
                voices[voice_id] = Voice(
                    voice_id,
                    _NAMES.get(voice_id, voice_id),
                    gender,
                    code,
                    language,
                    f"{stand_in}+{variant}",
                    _ADDITIONAL.get(voice_id, ()),
                )
    return dict(sorted(voices.items()))


VOICES = _voices()
