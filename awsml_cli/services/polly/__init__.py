"""Amazon Polly: text into speech."""

from awsml_cli.services.polly.choices import FORMATS, MARKS, VIAS, Options, manner
from awsml_cli.services.polly.pieces import refuse_markup
from awsml_cli.services.polly.speech import Done, Mark, Speech, Spoken, plan, speak, speech, speech_marks
from awsml_cli.services.polly.voices import SERVICE, Voice, voices

__all__ = [
    "FORMATS",
    "MARKS",
    "SERVICE",
    "VIAS",
    "Done",
    "Mark",
    "Options",
    "Speech",
    "Spoken",
    "Voice",
    "manner",
    "plan",
    "refuse_markup",
    "speak",
    "speech",
    "speech_marks",
    "voices",
]
