"""What a tuning is to try: ranges and the goal, the words of the command over those of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from awsml_cli.core.errors import UsageError
from awsml_cli.core.limits import (
    SAGEMAKER_TUNING_ENVIRONMENT,
    SAGEMAKER_TUNING_NAME,
    SAGEMAKER_TUNING_PARENTS,
    SAGEMAKER_TUNING_RANGES,
    SAGEMAKER_TUNING_VALUES,
)
from awsml_cli.services.sagemaker.asked import Training, pair
from awsml_cli.services.sagemaker.project import Project

STRATEGIES: Final = {"bayesian": "Bayesian", "random": "Random", "hyperband": "Hyperband", "grid": "Grid"}
SCALES: Final = {"auto": "Auto", "linear": "Linear", "log": "Logarithmic", "reverse-log": "ReverseLogarithmic"}
GOALS: Final = {"minimize": "Minimize", "maximize": "Maximize"}
WARM: Final = {"identical": "IdenticalDataAndAlgorithm", "transfer": "TransferLearning"}
_NAME: Final = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")
_WHOLE: Final = re.compile(r"[+-]?\d+")


@dataclass(frozen=True)
class Range:
    """The values of a hyperparameter: words, or from LOW to HIGH on a SCALE, whole numbers where both are WHOLE."""

    values: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    scale: str = "Auto"
    whole: bool = False


@dataclass(frozen=True)
class Words:
    """What the command line said about a tuning; None and empty where it said nothing."""

    ranges: tuple[str, ...] = ()
    objective: str | None = None
    goal: str | None = None
    trials: int | None = None
    parallel: int | None = None
    strategy: str | None = None
    early_stopping: bool | None = None
    warm_start: tuple[str, ...] = ()
    warm_start_type: str = "identical"


@dataclass(frozen=True)
class Tuning:
    """TRAINING, tried again and again with values of RANGES for the best OBJECTIVE; words are AWS's own."""

    training: Training
    objective: str
    goal: str
    trials: int | None
    parallel: int
    strategy: str
    early_stopping: bool
    ranges: Mapping[str, Range] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    warm_start_type: str = ""

    @property
    def at_most(self) -> int:
        """How many trials there can be."""
        if self.trials is not None:
            return self.trials
        product = 1
        for one in self.ranges.values():
            product *= len(one.values)
        return product


def tuning(project: Project | None, training: Training, words: Words) -> Tuning:
    """The tuning of TRAINING that WORDS ask for over what PROJECT says; ranges are those of the one or of the other.

    Raises UsageError for what cannot work.
    """
    said = project.tune if project else None
    ranges: dict[str, Range] = {}
    if not words.ranges:
        ranges = {name: _of_file(name, value) for name, value in (said.ranges if said else {}).items()}
    for word in words.ranges:
        name, value = pair(word, "--range", takes="NAME=LOW..HIGH or NAME=A,B,C")
        ranges[name] = _range(name, value)
    strategy = _one_of("--strategy", words.strategy or (said.strategy if said else "bayesian"), STRATEGIES)
    stopping = words.early_stopping if words.early_stopping is not None else bool(said and said.early_stopping)
    static = {key: value for key, value in training.hyperparameters.items() if key not in ranges}
    made = Tuning(
        training=replace(training, hyperparameters=static),
        objective=words.objective or (said.objective if said else None) or _only(training.metrics),
        goal=_one_of(
            "--goal",
            words.goal or (said.goal if said else "minimize"),
            {"minimize": "Minimize", "maximize": "Maximize"},
        ),
        trials=words.trials or (None if strategy == "Grid" else said.trials if said else 10),
        parallel=words.parallel or (said.parallel if said else 2),
        strategy=strategy,
        early_stopping=stopping,
        ranges=ranges,
        parents=words.warm_start,
        warm_start_type=_one_of("--warm-start-type", words.warm_start_type, WARM),
    )
    if problems := list(complaints(made)):
        raise UsageError("; ".join(problems))
    return made


def complaints(asked: Tuning) -> Iterator[str]:
    """What SageMaker would refuse of ASKED, by its limits."""
    name = asked.training.name
    if name is not None and (len(name) > SAGEMAKER_TUNING_NAME or not _NAME.fullmatch(name)):
        yield f"`{name}` is no name of a tuning: letters, digits and hyphens, at most {SAGEMAKER_TUNING_NAME}"
    if not asked.ranges:
        yield "there is nothing to try: --range rate=0.01..1:log"
    if len(asked.ranges) > SAGEMAKER_TUNING_RANGES:
        yield f"{len(asked.ranges)} ranges are more than {SAGEMAKER_TUNING_RANGES}"
    for key, one in asked.ranges.items():
        if len(one.values) > SAGEMAKER_TUNING_VALUES:
            yield f"the range {key} has {len(one.values)} values, over {SAGEMAKER_TUNING_VALUES}"
        if one.scale in ("Logarithmic",) and float(one.low) <= 0:
            yield f"the range {key} is logarithmic, and begins at {one.low}"
        if one.scale == "ReverseLogarithmic" and not (float(one.low) >= 0 and float(one.high) < 1):
            yield f"the range {key} is reverse-log, which lies in 0 to 1"
    if asked.objective not in asked.training.metrics:
        known = ", ".join(asked.training.metrics) or "none; --metric NAME=REGEX"
        yield f"the objective `{asked.objective}` is none of the metrics ({known})"
    if asked.strategy == "Grid":
        if words := [key for key, one in asked.ranges.items() if not one.values]:
            yield f"grid tries words, and {', '.join(words)} is a range of numbers: --range {words[0]}=0.1,0.2,0.3"
        elif asked.trials is not None and asked.trials != replace(asked, trials=None).at_most:
            yield f"grid tries all of it, which are {replace(asked, trials=None).at_most} trials"
    if asked.strategy == "Hyperband" and asked.early_stopping:
        yield "hyperband stops early by itself: leave --early-stopping out"
    if 0 < asked.at_most < asked.parallel:
        yield f"--parallel {asked.parallel} is more than there are trials, {asked.at_most}"
    if len(asked.parents) > SAGEMAKER_TUNING_PARENTS:
        yield f"{len(asked.parents)} tunings to start from are more than {SAGEMAKER_TUNING_PARENTS}"
    if len(asked.training.environment) + 1 > SAGEMAKER_TUNING_ENVIRONMENT:
        yield f"a tuning has at most {SAGEMAKER_TUNING_ENVIRONMENT} variables, one of them ours"


def _of_file(name: str, value: Any) -> Range:
    if isinstance(value, list):
        return _range(name, ",".join(map(str, value)))
    return _range(name, str(value))


def _range(name: str, text: str) -> Range:
    """`1..10`, `0.01..1:log`, or `a,b,c`."""
    low, dots, rest = text.partition("..")
    if not dots:
        values = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
        if not values:
            raise UsageError(f"the range {name} has no values")
        return Range(values=values)
    high, _, scale = rest.partition(":")
    try:
        begin, end = float(low), float(high)
    except ValueError:
        raise UsageError(f"`{text}` is no range of numbers for {name}", hint="as 1..10, or 0.01..1:log") from None
    if not begin < end:
        raise UsageError(f"the range {name} ends before it begins: {text}")
    whole = bool(_WHOLE.fullmatch(low.strip()) and _WHOLE.fullmatch(high.strip()))
    kind = _one_of(f"the scale of {name}", scale or "auto", SCALES)
    if whole and kind == "ReverseLogarithmic":
        raise UsageError(f"the range {name} is of whole numbers, for which there is no reverse-log")
    return Range(low=low.strip(), high=high.strip(), scale=kind, whole=whole)


def _one_of(what: str, word: str, known: Mapping[str, str]) -> str:
    if word.lower() not in known:
        raise UsageError(f"{what} is never `{word}`", hint=f"one of: {', '.join(known)}")
    return known[word.lower()]


def _only(metrics: Mapping[str, str]) -> str:
    if len(metrics) != 1:
        raise UsageError("which metric is to be made small, or large?", hint="--objective NAME")
    return next(iter(metrics))
