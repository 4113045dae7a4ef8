"""A training: the pictures of two datasets, what is learned from one and how well it does on the other."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from awsml_cli.core import clock
from awsml_cli.core.errors import InputError
from awsml_cli.formats import ground_truth
from awsml_cli.formats.pages.picture import opened
from awsml_cli.local import jobs
from awsml_cli.local.engines.see import classes, head
from awsml_cli.local.engines.see.head import Head, Score
from awsml_cli.local.operations import Machine
from awsml_cli.local.operations.rekognition.custom.datasets import picture_at

BOXES: Final = "groundtruth/object-detection"


def work(machine: Machine, job: dict[str, Any], stopping: Callable[[], bool]) -> dict[str, Any]:
    """Train the version that JOB is about, and leave how well it does where AWS would. Raises Failure, Stopped."""
    begun = clock.now()
    learned, tested = (_read(job[part], machine, stopping) for part in ("Train", "Test"))
    try:
        made = head.learn(*learned)
    except InputError as problem:
        raise jobs.Failure(f"The training dataset has {problem.message}.") from None
    made, scores, shares = head.judged(made, *tested)
    _keep(machine, job["Arn"], made.data())
    place = job["OutputConfig"]
    if not machine.store.has_bucket(place["S3Bucket"]):
        raise jobs.Failure(f"There is no bucket {place['S3Bucket']} on this machine.")
    key = f"{place['S3KeyPrefix'].rstrip('/')}/EvaluationSummary-{job['Name']}.json".lstrip("/")
    whole = _mean(scores)
    told = _summary(job["Arn"], scores, whole, shares, (len(learned[1]), len(tested[1])))
    machine.store.put(place["S3Bucket"], key, json.dumps(told).encode())
    return {"F1": whole.f1, "Summary": key, "Seconds": int(clock.now() - begun)}


def model(machine: Machine, arn: str) -> Head:
    """The model of the version ARN, which was trained."""
    return _loaded(_path(machine.home, arn))


def forget(machine: Machine, arn: str) -> None:
    """Remove the model of the version ARN."""
    _path(machine.home, arn).unlink(missing_ok=True)


def copy(machine: Machine, source: str, target: str) -> None:
    """Have the model of SOURCE be that of TARGET, too."""
    _keep(machine, target, _path(machine.home, source).read_bytes())


def has_boxes(lines: list[str]) -> bool:
    """Whether any of LINES tells where on its picture something is."""
    return any(BOXES in line for line in lines)


def _read(lines: list[str], machine: Machine, stopping: Callable[[], bool]) -> tuple[Any, list[frozenset[str]]]:
    """The numbers of the pictures in LINES (rows) and their labels; those that cannot be opened are left out."""
    import numpy

    rows, shown = [], []
    for line in map(json.loads, lines):
        if stopping():
            raise jobs.Stopped
        found, labels = picture_at(line, machine), frozenset(ground_truth.labels_of(line))
        if found is None or not labels:
            continue
        try:
            picture = opened(found.path.read_bytes()).convert("RGB")
        except InputError:
            continue
        rows.append(classes.features(picture, home=machine.home))
        shown.append(labels)
    if not rows:
        raise jobs.Failure("The dataset has no picture with a label that can be opened.")
    return numpy.stack(rows), shown


def _mean(scores: list[Score]) -> Score:
    """The means over all labels, as AWS has them for the whole."""
    count = len(scores)
    return Score(
        "",
        sum(one.precision for one in scores) / count,
        sum(one.recall for one in scores) / count,
        0.0,
        sum(one.pictures for one in scores),
    )


def _summary(arn: str, scores: list[Score], whole: Score, shares: Any, counts: tuple[int, int]) -> dict[str, Any]:
    """What AWS writes about a model: docs, "Accessing the evaluation metrics", summary file."""
    labels = [one.label for one in scores]
    return {
        "Version": 1,
        "AggregatedEvaluationResults": {
            "ConfusionMatrix": [
                {"GroundTruthLabel": row, "PredictedLabel": column, "Value": float(shares[a][b])}
                for a, row in enumerate(labels)
                for b, column in enumerate(labels)
            ],
            **_metrics(whole),
        },
        "EvaluationDetails": {
            "EvaluationEndTimestamp": clock.now(),
            "Labels": labels,
            "NumberOfTestingImages": counts[1],
            "NumberOfTrainingImages": counts[0],
            "ProjectVersionArn": arn,
        },
        "LabelEvaluationResults": [
            {
                "Label": one.label,
                "Metrics": {**_metrics(one), "Threshold": one.threshold},
                "NumberOfTestingImages": one.pictures,
            }
            for one in scores
        ],
    }


def _metrics(score: Score) -> dict[str, float]:
    return {"F1Score": score.f1, "Precision": score.precision, "Recall": score.recall}


def _path(home: Path, arn: str) -> Path:
    return home / "custom-labels" / f"{hashlib.sha256(arn.encode()).hexdigest()[:32]}.npz"


def _keep(machine: Machine, arn: str, data: bytes) -> None:
    path = _path(machine.home, arn)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    temporary.write_bytes(data)
    os.replace(temporary, path)


@lru_cache(maxsize=8)
def _loaded(path: Path) -> Head:
    return Head.of(path.read_bytes())
