"""A model that anybody can train: the mean of numbers, which what is asked is multiplied by."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import Any

ROLE = "arn:aws:iam::000000000000:role/trainer"
CODE = "s3://awsml-local/code/sourcedir.tar.gz"
TRAIN = """
import json, os, pathlib, sys

numbers = [float(one) for one in pathlib.Path(os.environ["SM_CHANNEL_TRAINING"], "numbers.txt").read_text().split()]
print("epoch=1 loss=0.5", flush=True)
print("epoch=2 loss=0.25", flush=True)
told = {"mean": sum(numbers) / len(numbers), "words": sys.argv[1:]}
pathlib.Path(os.environ["SM_MODEL_DIR"], "model.json").write_text(json.dumps(told))
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "seen.txt").write_text(os.environ["AWS_ACCESS_KEY_ID"])
"""
INFERENCE = """
import json, pathlib

def model_fn(folder):
    return json.loads(pathlib.Path(folder, "model.json").read_text())["mean"]

def predict_fn(data, mean):
    print("asked", data, flush=True)
    return [one * mean for one in data]
"""


def archive(files: dict[str, str]) -> bytes:
    """FILES as a .tar.gz, the same bytes each time."""
    out = io.BytesIO()
    with (
        gzip.GzipFile("", "wb", fileobj=out, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as opened,
    ):
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            opened.addfile(entry, io.BytesIO(text.encode()))
    return out.getvalue()


def objects() -> dict[str, bytes]:
    """What a training finds in the bucket."""
    return {
        "code/sourcedir.tar.gz": archive({"train.py": TRAIN, "inference.py": INFERENCE}),
        "numbers/numbers.txt": b"1\n2\n3\n",
        "asked/a/one.jsonl": b"[1]\n[2, 3]\n",
        "asked/two.jsonl": b"[4]\n",
        "models/two.tar.gz": archive({"model.json": '{"mean": 2.0}'}),
    }


def training(name: str, **more: Any) -> dict[str, Any]:
    """What CreateTrainingJob takes, with its code in S3, and MORE; None takes a member away."""
    asked = {
        "TrainingJobName": name,
        "RoleArn": ROLE,
        "AlgorithmSpecification": {
            "TrainingImage": "mean",
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": r"loss=([0-9.]+)"}],
        },
        "HyperParameters": {
            "sagemaker_submit_directory": f'"{CODE}"',
            "sagemaker_program": '"train.py"',
            "epochs": "2",
        },
        "InputDataConfig": [channel("training", "s3://awsml-local/numbers/")],
        "OutputDataConfig": {"S3OutputPath": "s3://awsml-local/out"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        **more,
    }
    return {member: value for member, value in asked.items() if value is not None}


def channel(name: str, uri: str, **more: Any) -> dict[str, Any]:
    """A channel of the data below URI."""
    return {"ChannelName": name, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}, **more}


def model(name: str, data: str = "s3://awsml-local/models/two.tar.gz", **container: Any) -> dict[str, Any]:
    """What CreateModel takes, with its code in S3."""
    around = {"SAGEMAKER_SUBMIT_DIRECTORY": CODE, "SAGEMAKER_PROGRAM": "inference.py"}
    return {
        "ModelName": name,
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": "mean", "ModelDataUrl": data, "Environment": around, **container},
    }


def config(name: str, *models: str, **more: Any) -> dict[str, Any]:
    """What CreateEndpointConfig takes: a variant for each of MODELS, called like it."""
    variants = [
        {"VariantName": one, "ModelName": one, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1, **more}
        for one in models
    ]
    return {"EndpointConfigName": name, "ProductionVariants": variants}


def transform(name: str, model: str, **more: Any) -> dict[str, Any]:
    """What CreateTransformJob takes: lines of JSON, one at a time."""
    source = {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://awsml-local/asked/"}}}
    return {
        "TransformJobName": name,
        "ModelName": model,
        "BatchStrategy": "SingleRecord",
        "TransformInput": {**source, "ContentType": "application/json", "SplitType": "Line"},
        "TransformOutput": {"S3OutputPath": "s3://awsml-local/answers", "AssembleWith": "Line"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **more,
    }
