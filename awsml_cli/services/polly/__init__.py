"""Amazon Polly: text into speech."""

from awsml_cli.services.polly.speech import FORMATS, Options, Speech, plan, refuse_markup, speak, speech
from awsml_cli.services.polly.voices import Voice, voices

__all__ = ["FORMATS", "Options", "Speech", "Voice", "plan", "refuse_markup", "speak", "speech", "voices"]
