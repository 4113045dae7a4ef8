"""The sorts of jobs that Comprehend and Comprehend Medical have, and where the two say the same thing differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from awsml_cli.core import limits, sources
from awsml_cli.core.errors import UsageError
from awsml_cli.core.keys import snake

COMPREHEND: Final = "comprehend"
MEDICAL: Final = "medical"  # what the group of commands, and a job's id, call Comprehend Medical
CLIENTS: Final = {COMPREHEND: "comprehend", MEDICAL: "comprehendmedical"}
_FORMATS: Final = {"line": "ONE_DOC_PER_LINE", "file": "ONE_DOC_PER_FILE"}


@dataclass(frozen=True)
class Family:
    """One sort of job: NOUN is what AWS's operations are called after, `Start…Job`, `Describe…Job`, `List…Jobs`."""

    name: str
    noun: str
    languages: tuple[str, ...] = limits.COMPREHEND_LANGUAGES
    stops: bool = True
    needs: str | None = None
    group: str = COMPREHEND

    @property
    def client(self) -> str:
        """What boto3 calls the service."""
        return CLIENTS[self.group]

    @property
    def medical(self) -> bool:
        """Whether it is Comprehend Medical's: files are documents, and places are said as bucket and key."""
        return self.group == MEDICAL

    @property
    def about(self) -> str:
        """The member in which AWS describes one job."""
        return "ComprehendMedicalAsyncJobProperties" if self.medical else f"{self.noun}JobProperties"

    def operation(self, verb: str, *, plural: bool = False) -> str:
        """The method of the client for VERB."""
        return snake(f"{verb}{self.noun}Job{'s' if plural else ''}")

    def places(self, source: str, to: str, parted: str) -> dict[str, Any]:
        """The request's members for the documents at SOURCE, PARTED in lines or files, and the folder TO."""
        if self.medical:
            return {"InputDataConfig": _bucket_and_key(source), "OutputDataConfig": _bucket_and_key(to)}
        if parted not in _FORMATS:
            raise UsageError(f"a document is a line or a file, not a `{parted}`", hint="--documents line")
        return {
            "InputDataConfig": {"S3Uri": source, "InputFormat": _FORMATS[parted]},
            "OutputDataConfig": {"S3Uri": to},
        }


FAMILIES: Final[Mapping[str, Mapping[str, Family]]] = {
    group: {family.name: family for family in families}
    for group, families in {
        COMPREHEND: (
            Family("sentiment", "SentimentDetection"),
            Family("targeted", "TargetedSentimentDetection", ("en",)),
            Family("entities", "EntitiesDetection"),
            Family("key-phrases", "KeyPhrasesDetection"),
            Family("language", "DominantLanguageDetection", ()),
            Family("pii", "PiiEntitiesDetection", limits.COMPREHEND_PII_LANGUAGES),
            Family("topics", "TopicsDetection", (), stops=False),
            Family("classify", "DocumentClassification", (), stops=False, needs="DocumentClassifierArn"),
        ),
        MEDICAL: (
            Family("entities", "EntitiesDetectionV2", ("en",), group=MEDICAL),
            Family("phi", "PHIDetection", ("en",), group=MEDICAL),
            Family("icd10", "ICD10CMInference", ("en",), group=MEDICAL),
            Family("rxnorm", "RxNormInference", ("en",), group=MEDICAL),
            Family("snomed", "SNOMEDCTInference", ("en",), group=MEDICAL),
        ),
    }.items()
}


def family_named(name: str, group: str = COMPREHEND) -> Family:
    """The family NAME of GROUP. Raises UsageError where there is none."""
    if name not in FAMILIES[group]:
        raise UsageError(f"there are no jobs called `{name}`", hint=f"one of: {', '.join(FAMILIES[group])}")
    return FAMILIES[group][name]


def address(place: Mapping[str, Any]) -> str | None:
    """The address in S3 of what AWS calls an input or output."""
    if "S3Bucket" in place:
        return f"s3://{place['S3Bucket']}/{place.get('S3Key', '')}"
    return place.get("S3Uri")


def _bucket_and_key(uri: str) -> dict[str, str]:
    bucket, key = sources.split_address(uri)
    return {"S3Bucket": bucket, "S3Key": key}
