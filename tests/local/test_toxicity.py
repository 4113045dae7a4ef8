"""`comprehend toxicity --local`: one score of rude words, measured on sentences of ours; the model's pickles run nothing.

Some of the sentences are vile: that is what has to be found.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakeaws.program import Program

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.understand import joblibfile, toxicity

pytestmark = pytest.mark.skipif(not toxicity.DECLARATION.installed(), reason=toxicity.DECLARATION.install)

RUDE = """
You are a stupid idiot and everybody knows it.
Shut up, you moron.
What a load of crap, you lazy bastard.
This is bullshit and you are full of shit.
Get lost, you pathetic loser.
Your cooking is disgusting and so is your ugly face.
Damn you and your damn dog.
Only an imbecile would write such garbage.
Go to hell, you filthy liar.
Kiss my ass, dumbass.
You suck at this game, noob.
Nobody likes a creep like you, you worthless scum.
""".strip().splitlines()
THREATENING = """
I will kill you if you come here again.
I know where you live, and I will burn your house down.
You will be dead before the morning.
I am going to beat you up after school.
Someone should shoot him in the head.
If you tell anyone, I will hurt your children.
Watch your back, I am coming for you with a knife.
You will pay for this with your life.
We will hang you all.
I hope you die in a fire.
""".strip().splitlines()
# and no rude word in them
HATEFUL = """
People like them should not be allowed to vote.
Women do not belong in science; they should stay in the kitchen.
They breed like rats and take over our country.
Your kind is not welcome in this neighbourhood.
Go back to where you came from.
Those people are a disease on our nation.
No one of that religion can be trusted.
Immigrants are parasites who live off our taxes.
The disabled are only a burden to the rest of us.
They are not really human, they are animals.
""".strip().splitlines()
HARMLESS = """
You are all wonderful, thank you so much.
Have a nice day, and see you tomorrow.
That was a great talk; I learnt a lot.
Happy birthday, my dear friend!
I love the photographs of your garden.
Could you please send me the report by Friday?
Congratulations on your new job!
The soup was delicious, may I have the recipe?
Welcome to the team, we are glad you are here.
Your children are so kind and clever.
The train to Boston leaves at half past nine.
The parcel has not arrived, and nobody answers the telephone.
I do not agree with your argument, since the figures are old.
The process was killed because the memory was full.
The doctor looked at the patient's breast and found nothing.
Shoot the film in the morning, when the light is good.
The hotel was dirty and I want my money back.
The cock crows before the hens are awake.
This version has a bug that crashes the editor.
The dead battery has to be replaced.
""".strip().splitlines()
# what the package's own `predict_prob` says, run by its own scikit-learn 1.9.1
SAID = {
    "You are a stupid idiot and everybody knows it": 0.9999949532068719,
    "The hotel was dirty and I want my money back": 0.5679712478961637,
    "People like them should not be allowed to vote": 0.03386068358427037,
    "Have a nice day": 0.05844726394294451,
    "Idiot, IDIOT, idiot": 0.9999987305385645,
    "ﬁlth straße 中文": 0.036375752016469504,
}
WARNING = (
    "warning: toxicity is one score of rude words here: its kind is not told, and hate in decent words is missed\n"
)


def found(sentences: list[str], home: Path) -> int:
    return sum(toxicity.score(one, home=home) >= 0.5 for one in sentences)


def test_rude_words_are_found_as_often_as_was_measured(tmp_path: Path) -> None:
    assert [found(sort, tmp_path) for sort in (RUDE, THREATENING, HATEFUL, HARMLESS)] == [12, 3, 0, 2]
    assert list(map(len, (RUDE, THREATENING, HATEFUL, HARMLESS))) == [12, 10, 10, 20]


@pytest.mark.parametrize("sentence", SAID)
def test_a_sentence_has_the_score_that_its_package_gives(tmp_path: Path, sentence: str) -> None:
    assert toxicity.score(sentence, home=tmp_path) == pytest.approx(SAID[sentence], abs=1e-12)


@pytest.mark.parametrize("decent", [" ".join(HARMLESS[:10]), " ".join(HARMLESS[:10]).replace(".", ",").lower()])
def test_many_decent_words_do_not_hide_a_rude_one(awsml: Program, decent: str) -> None:
    calm, rude = awsml(
        "comprehend", "toxicity", "--local", "--lines", stdin=f"{decent}\n{decent} {RUDE[1]}\n"
    ).text.split("\n")[:2]
    assert (float(calm.split("\t")[0]) < 0.3, float(rude.split("\t")[0]) > 0.9) == (True, True)


def test_there_are_no_labels_and_that_is_said_once(awsml: Program) -> None:
    lines = "\n".join([*RUDE, *HARMLESS[:10]])
    run = awsml("comprehend", "toxicity", "--local", "--language", "en", "--lines", "-f", "json", stdin=lines)
    told = json.loads(run.stdout)
    assert (run.exit_code, run.stderr) == (0, WARNING)
    assert [one["toxicity"] > 0.5 for one in told] == [True] * 12 + [False] * 10
    assert all(one["labels"] == [] for one in told)


def test_it_names_its_engine(awsml: Program) -> None:
    run = awsml("comprehend", "toxicity", "--local", "--language", "en", "-v", RUDE[0])
    assert (run.exit_code, run.text) == (0, "1\t\t\n")
    assert "answered on this machine by profanity-svm 1.9.1 (weak)" in run.stderr


@pytest.mark.parametrize(
    ("texts", "language", "code"),
    [
        (["é" * 501], "en", "TextSizeLimitExceededException"),
        (["fine", " "], "en", "InvalidRequestException"),
        (["fine"] * 11, "en", "InvalidRequestException"),
        (["bien"], "fr", "UnsupportedLanguageException"),
    ],
)
def test_limits_are_those_of_aws(client: Callable[[str], Any], texts: list[str], language: str, code: str) -> None:
    comprehend = client("comprehend")
    with pytest.raises(comprehend.exceptions.ClientError) as refused:
        comprehend.detect_toxic_content(TextSegments=[{"Text": text} for text in texts], LanguageCode=language)
    assert refused.value.response["Error"]["Code"] == code


def test_neither_its_package_nor_scikit_learn_is_run(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from awsml_cli.local.engines.understand import toxicity; "
        f"toxicity.score('Hello', home=pathlib.Path({str(tmp_path)!r})); "
        "print(sorted(sys.modules.keys() & {'profanity_check', 'sklearn', 'joblib', 'numpy'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_a_file_that_names_what_was_not_learnt_is_refused(tmp_path: Path, protocol: int) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return print, ("run",)

    (tmp_path / "model.joblib").write_bytes(pickle.dumps(Evil(), protocol=protocol))

    with pytest.raises(ConfigError, match="print, which is no part of what was learnt"):
        joblibfile.read(tmp_path / "model.joblib", classes=("sklearn.svm._classes.LinearSVC",))
