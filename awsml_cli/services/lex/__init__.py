"""Amazon Lex V2: conversations with bots, and bots from files to an alias that answers."""

from awsml_cli.services.lex.finding import MODELS, RUNTIME, Place, place
from awsml_cli.services.lex.turns import Asked, Heard, State, Turn, check_text, say, saying

__all__ = [
    "MODELS",
    "RUNTIME",
    "Asked",
    "Heard",
    "Place",
    "State",
    "Turn",
    "check_text",
    "place",
    "say",
    "saying",
]
