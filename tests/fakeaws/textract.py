"""Amazon Textract: reads the documents that the test has described, at once or in jobs, a page of results at a time.

What stands in a document is looked up by its bytes, its S3 key or the key's last part in `documents`; what is not there is invented
from the bytes, with as many pages as they really have. A page that arrives alone is recognised by its text (`spelled`), or by what
was drawn on it.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fakeaws import core, sheets
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError
from fakeaws.sheets import Sheet
from fakeaws.textract_insights import InsightsOperations

# documents, "Set quotas in Amazon Textract" (limits-document)
SYNC_BYTES = 10 * 1024 * 1024
ASYNC_PICTURE_BYTES = 10 * 1024 * 1024
ASYNC_BYTES = 500 * 1024 * 1024
ASYNC_PAGES = 3_000
PIXELS = 10_000  # of a picture's side
QUERIES = {True: 15, False: 30}  # of a page: synchronous, asynchronous
JOB_SECONDS = 7 * 86_400  # for which a JobId is known: documents, GetDocumentAnalysis
JOBS_AT_ONCE = 100
PAGE_OF_RESULTS = 1_000  # blocks
WALK = ("IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED")

core.REFUSALS["textract"] = "InvalidParameterException"


@dataclass
class Failure:
    """A job on this document fails, with this message."""

    message: str = "Internal error."


@dataclass
class Partial:
    """A job on this document succeeds for all pages but these."""

    sheets: Sequence[Sheet]
    failed: Sequence[int]
    code: str = "PAGE_CHARACTERISTICS_NOT_SUPPORTED"


Content = Sequence[Sheet] | Failure | Partial | dict[str, Any]


@dataclass
class Job:
    """A job: what was asked, and how far it has come."""

    id: str
    operation: str
    request: dict[str, Any]
    region: str
    data: bytes
    created: float
    gets: int = 0
    status: str = "IN_PROGRESS"
    reads: dict[str, Any] = field(default_factory=dict)


class Textract(InsightsOperations):
    """Synchronous reading, and jobs that go through `walk` one step each time they are asked after."""

    name = "textract"

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.walk: tuple[str, ...] = WALK
        self.documents: dict[str | bytes, Content] = {}
        self.spelled: dict[tuple[str, ...], Sheet] = {}  # pages by their words, sorted
        self.jobs: dict[str, Job] = {}
        self.page_size = PAGE_OF_RESULTS
        self.at_once = JOBS_AT_ONCE
        self._tokens: dict[tuple[str, str], tuple[str, str]] = {}
        self.people: Any = None  # A2I's loops, where an analysis may ask people
        self.adapters: dict[str, dict[str, Any]] = {}  # by id; `Versions` maps a version to what Get says
        self.training: tuple[str, ...] = ("CREATION_IN_PROGRESS", "CREATION_IN_PROGRESS", "ACTIVE")
        self._made: dict[str, str] = {}  # ClientRequestToken -> what it made
        self._begin_insights()

    # synchronous

    def detect_document_text(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Read the words of one page."""
        return {**self._read_page(params["Document"], call), "DetectDocumentTextModelVersion": "1.0"}

    def analyze_document(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Read one page with its tables, fields, answers, signatures and layout."""
        _check_features(params, synchronous=True)
        questions = params.get("QueriesConfig", {}).get("Queries", [])
        answer = self._read_page(params["Document"], call, params["FeatureTypes"], questions)
        if wanted := params.get("HumanLoopConfig"):
            if wanted["FlowDefinitionArn"].rpartition("/")[2] not in self.people.resources.flows:
                raise AwsError(
                    "InvalidParameterException", "The flow definition is not there, or not for this account."
                )
            arn = self.people.begin(wanted["HumanLoopName"], wanted["FlowDefinitionArn"], params, call.region)
            reasons = ["ConditionsEvaluation"]
            answer["HumanLoopActivationOutput"] = {"HumanLoopArn": arn, "HumanLoopActivationReasons": reasons}
        return {**answer, "AnalyzeDocumentModelVersion": "1.0"}

    def analyze_expense(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Read one page as a receipt."""
        data, names = self._fetch(params["Document"], call)
        _check_one_page(data)
        return _expense(self._said(data, names))

    def analyze_id(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Read one or two pages as an identity document."""
        for document in params["DocumentPages"]:
            data, names = self._fetch(document, call)
            _check_one_page(data)
        said = self._said(data, names)
        if isinstance(said, dict):
            return said
        value = {"Text": said[0].lines[0].text if said[0].lines else "", "Confidence": 98.0}  # type: ignore[index]
        fields = [{"Type": {"Text": "FIRST_NAME"}, "ValueDetection": value}]
        return {
            "DocumentMetadata": {"Pages": len(params["DocumentPages"])},
            "IdentityDocuments": [{"DocumentIndex": 1, "IdentityDocumentFields": fields}],
            "AnalyzeIDModelVersion": "1.0",
        }

    def _read_page(
        self, document: dict[str, Any], call: Call, features: Sequence[str] = (), questions: Sequence[Any] = ()
    ) -> dict[str, Any]:
        data, names = self._fetch(document, call)
        _check_one_page(data)
        said = self._said(data, names)
        if isinstance(said, dict):
            return {name: value for name, value in said.items() if name in ("DocumentMetadata", "Blocks")}
        assert not isinstance(said, (Failure, Partial))
        made = sheets.blocks(said[0], salt=_digest(data), features=features, questions=questions)
        return {"DocumentMetadata": {"Pages": 1}, "Blocks": made}

    # jobs

    def start_document_text_detection(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to read a document."""
        return self._start("DocumentTextDetection", params, call)

    def start_document_analysis(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to analyse a document."""
        _check_features(params, synchronous=False)
        return self._start("DocumentAnalysis", params, call)

    def start_expense_analysis(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to read receipts."""
        return self._start("ExpenseAnalysis", params, call)

    def start_lending_analysis(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to sort a mortgage application."""
        return self._start("LendingAnalysis", params, call)

    def get_document_text_detection(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a job is, and a page of its result."""
        return self._get("DocumentTextDetection", params, call)

    def get_document_analysis(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a job is, and a page of its result."""
        return self._get("DocumentAnalysis", params, call)

    def get_expense_analysis(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a job is, and a page of its result."""
        return self._get("ExpenseAnalysis", params, call)

    def get_lending_analysis(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a job is, and a page of its result."""
        return self._get("LendingAnalysis", params, call)

    def get_lending_analysis_summary(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell what an application is made of."""
        job = self._job(params["JobId"], "LendingAnalysis")
        said = self._said(job.data, _names(job.request["DocumentLocation"]["S3Object"]))
        summary = said.get("Summary", {}) if isinstance(said, dict) else _summary(_pages(job.data))
        return {"DocumentMetadata": {"Pages": _pages(job.data)}, "JobStatus": job.status, "Summary": summary}

    def _start(self, kind: str, params: dict[str, Any], call: Call) -> dict[str, Any]:
        asked = json.dumps({**params, "ClientRequestToken": ""}, sort_keys=True)
        token = (kind, params.get("ClientRequestToken", ""))
        if token[1] and token in self._tokens:
            known, id = self._tokens[token]
            if known != asked:
                raise AwsError("IdempotentParameterMismatchException", "The token was used with other parameters.")
            if id in self.jobs:
                return {"JobId": id}
        place = params["DocumentLocation"]["S3Object"]
        data, _ = self._object(place, call)
        _check_job_document(data)
        running = sum(job.status == "IN_PROGRESS" for job in self.jobs.values())
        if running >= self.at_once:
            raise AwsError("LimitExceededException", "Open jobs exceed maximum concurrent job limit")
        id = hashlib.sha256(f"{kind}{asked}{token}{len(self.jobs)}".encode()).hexdigest()
        self.jobs[id] = Job(id, kind, params, call.region, data, self.aws.clock.now())
        self._tokens[token] = (asked, id)
        return {"JobId": id}

    def _get(self, kind: str, params: dict[str, Any], call: Call) -> dict[str, Any]:
        job = self._job(params["JobId"], kind)
        said = self._said(job.data, _names(job.request["DocumentLocation"]["S3Object"]))
        if "NextToken" not in params:
            status = (job.gets < len(self.walk) and self.walk[job.gets]) or self.walk[-1]
            job.gets += 1
            job.status = status
            if status == "SUCCEEDED" and isinstance(said, Failure):
                job.status = "FAILED"
            if status == "SUCCEEDED" and isinstance(said, Partial):
                job.status = "PARTIAL_SUCCESS"
        if job.status == "IN_PROGRESS":
            return {"JobStatus": "IN_PROGRESS", "DocumentMetadata": {}}
        if job.status == "FAILED":
            message = said.message if isinstance(said, Failure) else "Failed."
            return {"JobStatus": "FAILED", "StatusMessage": message, "DocumentMetadata": {}}
        return self._result(kind, job, said, params)

    def _result(self, kind: str, job: Job, said: Any, params: dict[str, Any]) -> dict[str, Any]:
        member, whole, count = self._whole(kind, job, said)
        first = int(params.get("NextToken", "0"))
        last = first + min(int(params.get("MaxResults", self.page_size)), self.page_size)
        answer: dict[str, Any] = {
            "JobStatus": job.status,
            "DocumentMetadata": {"Pages": count},
            member: whole[first:last],
        }
        if isinstance(said, Partial):
            answer["Warnings"] = [{"ErrorCode": said.code, "Pages": list(said.failed)}]
        if last < len(whole):
            answer["NextToken"] = str(last)
        return answer

    def _whole(self, kind: str, job: Job, said: Any) -> tuple[str, list[Any], int]:
        member = {"ExpenseAnalysis": "ExpenseDocuments", "LendingAnalysis": "Results"}.get(kind, "Blocks")
        count = _pages(job.data)
        if isinstance(said, dict):
            return member, said.get(member, []), count
        if kind == "ExpenseAnalysis":
            return member, _expense(said)["ExpenseDocuments"], count
        if kind == "LendingAnalysis":
            return member, _lending(said, count), count
        failed = said.failed if isinstance(said, Partial) else ()
        pages = said.sheets if isinstance(said, Partial) else said
        features = job.request.get("FeatureTypes", ())
        made = []
        for number, page in enumerate(pages, start=1):
            if number not in failed:
                questions = [
                    one for one in job.request.get("QueriesConfig", {}).get("Queries", []) if _is_asked(one, number)
                ]
                made += sheets.blocks(page, number, salt=job.id, features=features, questions=questions)
        return member, made, count

    def _job(self, id: str, kind: str) -> Job:
        job = self.jobs.get(id)
        if job is None or job.operation != kind or self.aws.clock.now() - job.created > JOB_SECONDS:
            raise AwsError("InvalidJobIdException", "Request has invalid Job Id")
        return job

    # adapters

    def create_adapter(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Make an adapter, or give the one that the same token made."""
        token = params.get("ClientRequestToken", "")
        id = self._made.get(token) or f"{len(self.adapters) + 1:012x}"
        kept = {
            name: params[name]
            for name in ("AdapterName", "FeatureTypes", "AutoUpdate", "Description")
            if name in params
        }
        self.adapters.setdefault(id, {"AdapterId": id, "CreationTime": self._now(), "Versions": {}, **kept})
        self._made[token] = id
        return {"AdapterId": id}

    def trained(self, name: str, *, id: str = "1a2b3c4d5e6f") -> None:
        """Let there be an adapter with one version that can be asked."""
        version = {
            "AdapterId": id,
            "AdapterVersion": "1",
            "CreationTime": self._now(),
            "FeatureTypes": ["QUERIES"],
            "gets": 9,
            "Status": "ACTIVE",
        }
        about = {"AdapterId": id, "AdapterName": name, "FeatureTypes": ["QUERIES"], "CreationTime": self._now()}
        self.adapters[id] = {**about, "Versions": {"1": version}}

    def list_adapters(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List adapters, two in a page."""
        shown = ("AdapterId", "AdapterName", "CreationTime", "FeatureTypes")
        return _page([{name: one[name] for name in shown} for one in self.adapters.values()], "Adapters", params)

    def get_adapter(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe an adapter."""
        return {name: value for name, value in self._adapter(params).items() if name != "Versions"}

    def delete_adapter(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Remove an adapter that has no version any more."""
        if self._adapter(params)["Versions"]:
            raise AwsError("ConflictException", "The adapter has versions.")
        del self.adapters[params["AdapterId"]]
        return {}

    def create_adapter_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Begin to train a version, or give the one that the same token began."""
        versions = self._adapter(params)["Versions"]
        token = params.get("ClientRequestToken", "")
        name = self._made.get(token) or str(len(versions) + 1)
        if name not in versions:
            self._object(params["DatasetConfig"]["ManifestS3Object"], call)
            self.aws.clock.advance(1)
            given = {key: params[key] for key in ("AdapterId", "DatasetConfig", "OutputConfig")}
            versions[name] = {
                **given,
                "AdapterVersion": name,
                "CreationTime": self._now(),
                "FeatureTypes": ["QUERIES"],
                "gets": 0,
            }
        self._made[token] = name
        return {"AdapterId": params["AdapterId"], "AdapterVersion": name}

    def get_adapter_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Tell how a version is, which takes it one step on."""
        version = self._adapter(params)["Versions"].get(params["AdapterVersion"])
        if version is None:
            raise AwsError("ResourceNotFoundException", "No such version.")
        version["Status"] = self.training[min(version["gets"], len(self.training) - 1)]
        version["gets"] += 1
        answer = {name: value for name, value in version.items() if name != "gets"}
        if version["Status"] == "ACTIVE":
            better = {"F1Score": 0.9, "Precision": 0.92, "Recall": 0.88}
            answer["EvaluationMetrics"] = [
                {"Baseline": {"F1Score": 0.7}, "AdapterVersion": better, "FeatureType": "QUERIES"}
            ]
        return answer

    def list_adapter_versions(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List versions, two in a page."""
        shown = ("AdapterId", "AdapterVersion", "CreationTime", "FeatureTypes")
        found = [
            {**{name: one[name] for name in shown}, "Status": one.get("Status", self.training[0])}
            for one in self._adapter(params)["Versions"].values()
        ]
        return _page(found, "AdapterVersions", params)

    def delete_adapter_version(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Remove a version."""
        self._adapter(params)["Versions"].pop(params["AdapterVersion"], None)
        return {}

    def _adapter(self, params: Mapping[str, Any]) -> dict[str, Any]:
        if params["AdapterId"] not in self.adapters:
            raise AwsError("ResourceNotFoundException", "No such adapter.")
        return self.adapters[params["AdapterId"]]

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)

    # documents

    def _fetch(self, document: Mapping[str, Any], call: Call) -> tuple[bytes, list[str]]:
        if "Bytes" in document:
            data = bytes(document["Bytes"])
            if len(data) > SYNC_BYTES:
                raise AwsError("DocumentTooLargeException", "The document can't be processed because it's too large.")
            return data, []
        return self._object(document.get("S3Object", {}), call)

    def _object(self, place: Mapping[str, Any], call: Call) -> tuple[bytes, list[str]]:
        buckets = self.aws.store.buckets()
        found = (
            self.aws.store.get(place.get("Bucket", ""), place.get("Name", ""))
            if place.get("Bucket") in buckets
            else None
        )
        if found is None or buckets[place["Bucket"]] != call.region:
            raise AwsError(
                "InvalidS3ObjectException",
                "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
            )
        return found, _names(place)

    def _said(self, data: bytes, names: Sequence[str]) -> Any:
        for name in (data, *names):
            if name in self.documents:
                return self.documents[name]
        if self.spelled and _kind(data) == "pdf":
            found = [self.spelled.get(text) for text in _texts(data)]
            if all(page is not None for page in found):
                return found
        return [sheets.sheet(f"Page {number} of {_digest(data)}.") for number in range(1, _pages(data) + 1)]


def _page(found: list[Any], name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Give the page of FOUND that the token asks for."""
    first = int(params.get("NextToken", "0"))
    more = {"NextToken": str(first + 2)} if len(found) > first + 2 else {}
    return {name: found[first : first + 2], **more}


def _names(place: Mapping[str, Any]) -> list[str]:
    return [place["Name"], place["Name"].rsplit("/", 1)[-1]]


def _is_asked(question: Mapping[str, Any], page: int) -> bool:
    """Tell whether QUESTION is asked of PAGE: by default of the first alone."""
    for part in question.get("Pages", ["1"]):
        first, dash, last = part.partition("-")
        if part == "*" or int(first) == page:
            return True
        if dash and int(first) <= page and (last == "*" or page <= int(last)):
            return True
    return False


def _check_features(params: Mapping[str, Any], *, synchronous: bool) -> None:
    questions = params.get("QueriesConfig", {}).get("Queries", [])
    if ("QUERIES" in params["FeatureTypes"]) != bool(questions):
        raise AwsError("InvalidParameterException", "QueriesConfig is required with the feature type QUERIES.")
    if len(questions) > QUERIES[synchronous]:
        raise AwsError("InvalidParameterException", f"The number of queries exceeds {QUERIES[synchronous]}.")


def _kind(data: bytes) -> str:
    for kind, heads in {
        "pdf": (b"%PDF-",),
        "png": (b"\x89PNG",),
        "jpeg": (b"\xff\xd8\xff",),
        "tiff": (b"II*\0", b"MM\0*"),
    }.items():
        if data.startswith(heads):
            return kind
    raise AwsError("UnsupportedDocumentException", "Request has unsupported document format")


def _pages(data: bytes) -> int:
    kind = _kind(data)
    if kind == "pdf":
        from pypdf import PdfReader

        return len(PdfReader(io.BytesIO(data)).pages)
    if kind == "tiff":
        from PIL import Image

        return int(getattr(Image.open(io.BytesIO(data)), "n_frames", 1))
    return 1


def _texts(data: bytes) -> list[tuple[str, ...]]:
    """Give the words of each page of a PDF, sorted."""
    from pypdf import PdfReader

    return [tuple(sorted(page.extract_text().split())) for page in PdfReader(io.BytesIO(data)).pages]


def _check_one_page(data: bytes) -> None:
    if _kind(data) == "pdf" and b"/Encrypt" in data:
        raise AwsError("BadDocumentException", "Request has bad document")
    if _kind(data) == "png":
        width, height = struct.unpack_from(">LL", data, 16)
        if max(width, height) > PIXELS:
            raise AwsError("BadDocumentException", "The document has too many pixels.")
    if _pages(data) > 1:
        raise AwsError("UnsupportedDocumentException", "Request has unsupported document format")


def _check_job_document(data: bytes) -> None:
    kind = _kind(data)
    limit = ASYNC_PICTURE_BYTES if kind in ("png", "jpeg") else ASYNC_BYTES
    if len(data) > limit:
        raise AwsError("DocumentTooLargeException", "The document can't be processed because it's too large.")
    if kind == "pdf" and b"/Encrypt" in data:
        raise AwsError("BadDocumentException", "Request has bad document")
    if _pages(data) > ASYNC_PAGES:
        raise AwsError("DocumentTooLargeException", "The document has too many pages.")


def _expense(said: Any) -> dict[str, Any]:
    if isinstance(said, dict):
        return {name: value for name, value in said.items() if name in ("DocumentMetadata", "ExpenseDocuments")}
    made = []
    for number, page in enumerate(said, start=1):
        texts = [line.text for line in page.lines]
        fields = [_expense_field("VENDOR_NAME", text, number) for text in texts[:1]]
        items = [{"LineItemExpenseFields": [_expense_field("ITEM", text, number)]} for text in texts[1:]]
        made.append(
            {
                "ExpenseIndex": number,
                "SummaryFields": fields,
                "LineItemGroups": [{"LineItemGroupIndex": 1, "LineItems": items}],
                "Blocks": sheets.blocks(page, number),
            }
        )
    return {"DocumentMetadata": {"Pages": len(said)}, "ExpenseDocuments": made}


def _expense_field(kind: str, text: str, page: int) -> dict[str, Any]:
    geometry = {"BoundingBox": {"Left": 0.1, "Top": 0.1, "Width": 0.2, "Height": 0.02}}
    value = {"Text": text, "Confidence": 97.5, "Geometry": geometry}
    return {"Type": {"Text": kind, "Confidence": 99.0}, "ValueDetection": value, "PageNumber": page}


def _lending(said: Any, count: int) -> list[dict[str, Any]]:
    texts = [page.lines[0].text if page.lines else "" for page in said]
    return [
        {
            "Page": number,
            "PageClassification": {
                "PageType": [{"Value": "PAYSLIPS" if number % 2 else "W_2", "Confidence": 91.0}],
                "PageNumber": [],
            },
            "Extractions": [
                {
                    "LendingDocument": {
                        "LendingFields": [
                            {
                                "Type": "BORROWER_NAME",
                                "KeyDetection": {"Text": "Name"},
                                "ValueDetections": [{"Text": texts[number - 1], "Confidence": 90.0}],
                            }
                        ],
                        "SignatureDetections": [],
                    }
                }
            ],
        }
        for number in range(1, count + 1)
    ]


def _summary(count: int) -> dict[str, Any]:
    odd, even = list(range(1, count + 1, 2)), list(range(2, count + 1, 2))
    groups = [("PAYSLIPS", odd), ("W_2", even)]
    return {
        "DocumentGroups": [
            {"Type": kind, "SplitDocuments": [{"Index": 1, "Pages": pages}]} for kind, pages in groups if pages
        ],
        "UndetectedDocumentTypes": ["CHECKS"],
    }


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]
