"""Amazon Textract, as far as engines of this machine can read: one page at once, or many in a job."""

from __future__ import annotations

from awsml_cli.core.errors import InputError
from awsml_cli.local.engines import read
from awsml_cli.local.operations import Answer, Machine, Operation, Params
from awsml_cli.local.operations.textract import documents, expense, identity, jobs
from awsml_cli.local.operations.textract.reading import Asked, Made, page

VERSION = "1.0"  # of the model, as AWS has always told it


def detect_document_text(params: Params, machine: Machine) -> Answer:
    """The words of one page."""
    return {**_read(params, Asked(), machine), "DetectDocumentTextModelVersion": VERSION}


def analyze_document(params: Params, machine: Machine) -> Answer:
    """The words of one page, and what FeatureTypes asks for. Raises ConfigError for what no engine here can do."""
    asked = Asked.of(params)
    return {**_read(params, asked, machine), "AnalyzeDocumentModelVersion": VERSION}


def analyze_expense(params: Params, machine: Machine) -> Answer:
    """One page as a receipt or an invoice."""
    data = documents.given(params["Document"], machine)
    made = Made()
    try:
        with read.opened(data) as pages:
            documents.check_one(pages)
            found = expense.document(pages, 1, made, machine, salt=documents.digest(data, "expense"))
    except InputError as problem:
        raise documents.bad(problem) from None
    return made.sign({"DocumentMetadata": {"Pages": 1}, "ExpenseDocuments": [found]}, machine)


OPERATIONS: dict[str, Operation] = {
    "DetectDocumentText": detect_document_text,
    "AnalyzeDocument": analyze_document,
    "AnalyzeExpense": analyze_expense,
    **identity.OPERATIONS,
    **jobs.OPERATIONS,
}


def _read(params: Params, asked: Asked, machine: Machine) -> Answer:
    data = documents.given(params["Document"], machine)
    made = Made()
    try:
        with read.opened(data) as pages:
            documents.check_one(pages)
            blocks = page(pages, 1, asked, made, machine, salt=documents.digest(data, asked))
    except InputError as problem:
        raise documents.bad(problem) from None
    return made.sign({"DocumentMetadata": {"Pages": 1}, "Blocks": blocks}, machine)
