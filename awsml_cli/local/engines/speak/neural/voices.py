"""Polly's neural voices and the speaker that stands in for each: the same language and gender, another sound.

Names, languages and genders: https://docs.aws.amazon.com/polly/latest/dg/neural-voices.html
Only languages that Kokoro learnt; Japanese and Chinese are left out, whose characters espeak-ng cannot read.
"""

from __future__ import annotations

from dataclasses import replace

from awsml_cli.local.engines.speak.voices import LANGUAGES, VOICES, Voice

# language code, its name, then women and men as Polly's name and Kokoro's speaker
_TABLE = (
    ("en-US", "US English", "Joanna:af_heart Danielle:af_bella Ruth:af_sarah Salli:af_kore Kendra:af_aoede "
     "Kimberly:af_nova Ivy:af_sky",
     "Matthew:am_michael Gregory:am_fenrir Stephen:am_puck Joey:am_eric Justin:am_liam"),
    ("en-GB", "British English", "Amy:bf_emma Emma:bf_isabella", "Brian:bm_george Arthur:bm_fable"),
    ("en-IN", "Indian English", "Kajal:hf_alpha", ""),
    ("es-ES", "Castilian Spanish", "Lucia:ef_dora", "Sergio:em_alex"),
    ("es-MX", "Mexican Spanish", "Mia:ef_dora", "Andres:em_alex"),
    ("es-US", "US Spanish", "Lupe:ef_dora", "Pedro:em_santa"),
    ("fr-FR", "French", "Lea:ff_siwis", ""),
    ("it-IT", "Italian", "Bianca:if_sara", "Adriano:im_nicola"),
    ("pt-BR", "Brazilian Portuguese", "Camila:pf_dora Vitoria:pf_dora", "Thiago:pm_alex"),
)  # fmt: skip
_NAMES = {"Andres": "Andrés"}
_ADDITIONAL = {"Kajal": ("hi-IN",)}

PIPER = "Joey"
"""The voice that Piper's Joe is, where he is installed."""


def _voices() -> tuple[dict[str, Voice], dict[str, str]]:
    voices, speakers = {}, {}
    for code, language, women, men in _TABLE:
        for gender, pairs in (("Female", women), ("Male", men)):
            for pair in pairs.split():
                name, _, speakers[name] = pair.partition(":")
                voices[name] = VOICES.get(name) or Voice(
                    name, _NAMES.get(name, name), gender, code, language, LANGUAGES[code], _ADDITIONAL.get(name, ())
                )
    # espeak-ng's plain voice reads for them: its variants only sound otherwise
    plain = {name: replace(voice, stand_in=voice.stand_in.partition("+")[0]) for name, voice in voices.items()}
    return plain, speakers


NEURAL, SPEAKERS = _voices()
