"""A sentence of each voice, to choose by ear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from awsml_cli.core import batch, prices
from awsml_cli.core.plan import Step, step
from awsml_cli.core.record import Record
from awsml_cli.core.session import Session
from awsml_cli.services.polly.asking import Asking
from awsml_cli.services.polly.choices import Options, settle
from awsml_cli.services.polly.voices import Voice

WORKERS: Final = 4
# what a voice says of itself, by language
SENTENCES: Final = {
    "ar": "مرحبا، اسمي {}.", "arb": "مرحبا، اسمي {}.", "ca": "Hola, em dic {}.", "cmn": "你好，我叫{}。",
    "cs": "Dobrý den, jmenuji se {}.", "cy": "Helo, fy enw i yw {}.", "da": "Hej, jeg hedder {}.",
    "de": "Hallo, ich heiße {}.", "en": "Hello, my name is {}.", "es": "Hola, me llamo {}.",
    "fi": "Hei, minun nimeni on {}.", "fr": "Bonjour, je m'appelle {}.", "hi": "नमस्ते, मेरा नाम {} है।",
    "is": "Halló, ég heiti {}.", "it": "Ciao, mi chiamo {}.", "ja": "こんにちは、{}です。",
    "ko": "안녕하세요, 저는 {}입니다.",
    "nb": "Hei, jeg heter {}.", "nl": "Hallo, ik heet {}.", "pl": "Cześć, mam na imię {}.", "pt": "Olá, meu nome é {}.",
    "ro": "Bună, numele meu este {}.", "ru": "Здравствуйте, меня зовут {}.", "sv": "Hej, jag heter {}.",
    "tr": "Merhaba, benim adım {}.", "yue": "你好，我叫{}。",
}  # fmt: skip


class Sample(Record):
    """A voice, and the file in which it speaks."""

    columns: ClassVar = ("id", "language_code", "path")

    id: str
    language_code: str
    path: str


def speak(
    session: Session, chosen: Sequence[Voice], *, engine: str | None, text: str | None
) -> Iterator[tuple[Voice, bytes]]:
    """Each of the voices CHOSEN with its sample, as MP3: TEXT, or its name in its own language."""
    asking = Asking(session)

    def one(voice: Voice) -> tuple[Voice, bytes]:
        said = sentence(voice, text)
        return voice, asking.sound(settle(session, Options(voice=voice.id, engine=engine), said), said)

    return batch.in_order(one, chosen, workers=WORKERS)


def plan(voice: Voice, *, engine: str | None, text: str | None) -> Step:
    """What the sample of one voice would cost. Nothing is sent."""
    charge = prices.speech(len(sentence(voice, text)), engine=engine or voice.best_engine())
    return step("polly:SynthesizeSpeech", voice.id, charge=charge)


def sentence(voice: Voice, text: str | None = None) -> str:
    """What VOICE says: TEXT, or its name in its own language."""
    return text or SENTENCES.get(voice.language_code.split("-")[0], "{}.").format(voice.name or voice.id)
