"""Documents for the tests: made on the spot, put where the fake knows what stands in them."""

from __future__ import annotations

from pathlib import Path

from fakeaws import Aws, sheets
from fakeaws.sheets import Grid, Sheet, sheet

STAGING = "staging"
FIRST, SECOND, THIRD = "The first page.", "The second page.", "The third page."


def scan(aws: Aws, folder: Path, *pages: Sheet, name: str = "scan.pdf") -> Path:
    """A PDF of PAGES on disk (three, each with its sentence), which the fake can read."""
    made = pages or (sheet(FIRST), sheet(SECOND), sheet(THIRD))
    return known(aws, folder / name, sheets.pdf(*made), made)


def picture(aws: Aws, folder: Path, page: Sheet, *, name: str = "page.png", **options: object) -> Path:
    """A picture of PAGE on disk, which the fake can read."""
    ending = name.rpartition(".")[2]
    kind = {"jpg": "JPEG", "tif": "TIFF", "heic": "HEIF"}.get(ending, ending.upper())
    return known(aws, folder / name, sheets.picture(page, kind=kind, **options), (page,))  # type: ignore[arg-type]


def known(aws: Aws, path: Path, data: bytes, pages: tuple[Sheet, ...]) -> Path:
    """Write DATA to PATH, and tell the fake what stands on its pages, whole or one by one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    aws.textract.documents[data] = pages
    aws.textract.spelled.update({tuple(sorted(page.text.split())): page for page in pages})
    return path


def invoice() -> Sheet:
    """A page with all that can be found on one."""
    page = Sheet()
    title = page.write("Invoice 2026", 72, 80, size=20)
    first = page.write("Dear Ann,", 72, 120)
    second = page.write("thank you for your order.", 72, 138)
    rows = [["Item", "Count", "Price"], ["Tea", "2", "1,250.50"], ["Bread", "1", "$3.20"], ["Total", "", "1,253.70"]]
    lines = page.table(Grid(rows, 72, 190, merged=[(4, 1, 1, 2)], title="Order"))
    page.ask("Name:", "Ann Lee", 72, 340)
    page.ask("Member", True, 72, 364)
    page.ask("Gift", False, 72, 388)
    page.signatures.append((350, 420, 120, 36))
    page.answers = {"What is the total?": "1,253.70", "Who is it to?": "Ann Lee"}
    note = page.write("Page 1 of 1", 260, 740, size=9)
    page.layout = [("TITLE", [title]), ("TEXT", [first, second]), ("TABLE", []), ("PAGE_NUMBER", [note])]
    assert lines
    return page


def nothing_is_left(aws: Aws, bucket: str = STAGING) -> bool:
    """Whether no object and no part of an upload lies in BUCKET."""
    return not aws.objects(bucket) and not aws.store.uploads(bucket)


def sent(aws: Aws) -> list[str]:
    """The operations that AWS carried out."""
    return [call.operation for call in aws.calls if not call.error]
