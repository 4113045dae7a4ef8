"""Some of Polly's voices, as DescribeVoices lists them (documents: Polly, available voices)."""

from __future__ import annotations

from typing import Any

_TABLE = """
Amy       Female en-GB  British_English      generative,neural,standard
Brian     Male   en-GB  British_English      neural,standard
Bianca    Female it-IT  Italian              generative,neural,standard
Camila    Female pt-BR  Brazilian_Portuguese generative,neural,standard
Conchita  Female es-ES  Castilian_Spanish    standard
Celine    Female fr-FR  French               standard
Daniel    Male   de-DE  German               generative,neural
Danielle  Female en-US  US_English           generative,long-form,neural
Gwyneth   Female cy-GB  Welsh                standard
Hans      Male   de-DE  German               standard
Ivy       Female en-US  US_English           neural,standard
Joanna    Female en-US  US_English           generative,neural,standard
Kajal     Female en-IN  Indian_English       generative,neural           hi-IN
Lea       Female fr-FR  French               generative,neural,standard
Lucia     Female es-ES  Castilian_Spanish    generative,neural,standard
Lupe      Female es-US  US_Spanish           generative,neural,standard  en-US
Matthew   Male   en-US  US_English           generative,neural,standard
Mia       Female es-MX  Mexican_Spanish      generative,neural,standard
Olivia    Female en-AU  Australian_English   generative,neural
Remi      Male   fr-FR  French               generative,neural
Ruth      Female en-US  US_English           generative,long-form,neural
Sergio    Male   es-ES  Castilian_Spanish    generative,neural
Stephen   Male   en-US  US_English           generative,neural
Takumi    Male   ja-JP  Japanese             neural,standard
Tatyana   Female ru-RU  Russian              standard
Vicki     Female de-DE  German               generative,neural,standard
Zhiyu     Female cmn-CN Chinese_Mandarin     neural,standard
"""
_ACCENTED = {"Celine": "Céline", "Lea": "Léa", "Remi": "Rémi", "Lucia": "Lucia"}


def _voice(line: str) -> dict[str, Any]:
    name, gender, language, language_name, engines, *more = line.split()
    voice: dict[str, Any] = {
        "Gender": gender,
        "Id": name,
        "LanguageCode": language,
        "LanguageName": language_name.replace("_", " "),
        "Name": _ACCENTED.get(name, name),
        "SupportedEngines": engines.split(","),
    }
    return voice | ({"AdditionalLanguageCodes": more} if more else {})


VOICES = {voice["Id"]: voice for voice in map(_voice, _TABLE.strip().splitlines())}
