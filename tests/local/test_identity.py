"""Identity documents: the machine-readable zone with its check digits, numbered fields of licences, refusals.

The zones are ICAO's own specimens (Doc 9303, parts 4 to 6); nobody's document is in here.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fakeaws.program import Program

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines.read import identity, ppocr
from awsml_cli.local.engines.read.found import Line, Word, of_box
from awsml_cli.local.engines.read.identity import zone
from local import drawn

needs_ppocr = pytest.mark.skipif(not ppocr.DECLARATION.installed(), reason=ppocr.DECLARATION.install)

PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
CARD = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
SMALL = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
ERIKSSON = {
    "LAST_NAME": "ERIKSSON",
    "FIRST_NAME": "ANNA",
    "MIDDLE_NAME": "MARIA",
    "DATE_OF_BIRTH": "740812 1974-08-12T00:00:00",
    "EXPIRATION_DATE": "120415 2012-04-15T00:00:00",
}
EUROPEAN = (
    ("1.", "MUSTERMANN"), ("2.", "ERIKA"), ("3.", "12.08.1964 BERLIN"), ("4a.", "01.02.2013"), ("4b.", "01.02.2028"),
    ("4c.", "LANDRATSAMT"), ("5.", "B072RRE2I55"), ("9.", "B/L/M"),
)  # fmt: skip
AMERICAN = (
    ("4d DL", "D1234562"), ("3 DOB", "08/31/1977"), ("4b EXP", "08/31/2034"), ("1", "SAMPLE"), ("2", "JANICE ANN"),
    ("9 CLASS", "C"), ("4a ISS", "08/31/2029"), ("12 RESTR", "NONE"),
)  # fmt: skip
NOW = datetime(2026, 11, 1, tzinfo=UTC).timestamp()


def card(*lines: tuple[float, float, str]) -> bytes:
    """A card or the page of a passport as a picture, with these texts, each at its place in points."""
    from fpdf import FPDF

    book = FPDF(unit="pt", format=(360, 260))
    book.set_auto_page_break(False)
    book.add_page()
    for left, top, text in lines:
        mono = "<" in text
        book.set_font("Courier" if mono else "Helvetica", size=12.5 if mono else 11)
        book.text(left, top, text)
    return drawn.png(drawn.picture(bytes(book.output()), dots=200))


def with_zone(lines: tuple[str, ...]) -> bytes:
    shown = ((130, 40, "UTOPIA"), (130, 80, "ERIKSSON"), (130, 100, "ANNA MARIA"), (130, 120, "12 AUG/AOUT 74"))
    return card(*shown, *((14, 190 + 18 * at, line) for at, line in enumerate(lines)))


def licence(fields) -> bytes:
    return card((20, 30, "DRIVING LICENCE"), *((110, 60 + 20 * at, f"{a} {b}") for at, (a, b) in enumerate(fields)))


def read(textract, *pages: bytes) -> dict[str, str]:
    """The fields that are there, with their normalised values."""
    answer = textract.analyze_id(DocumentPages=[{"Bytes": page} for page in pages])
    (document,) = answer["IdentityDocuments"]
    told = {one["Type"]["Text"]: one["ValueDetection"] for one in document["IdentityDocumentFields"]}
    assert list(told) == list(identity.TYPES)
    return {
        name: " ".join(part for part in (one["Text"], one.get("NormalizedValue", {}).get("Value")) if part)
        for name, one in told.items()
        if one["Text"]
    }


@needs_ppocr
@pytest.mark.parametrize(
    ("lines", "number", "kind"),
    [(PASSPORT, "L898902C3", "PASSPORT"), (SMALL, "D23145890", "IDENTITY CARD"), (CARD, "D23145890", "IDENTITY CARD")],
)
def test_a_machine_readable_zone(client, lines, number, kind):
    found = read(client("textract"), with_zone(lines))

    assert found == {**ERIKSSON, "DOCUMENT_NUMBER": number, "ID_TYPE": kind, "MRZ_CODE": "\n".join(lines)}


@needs_ppocr
def test_a_european_licence(client):
    assert read(client("textract"), licence(EUROPEAN)) == {
        "LAST_NAME": "MUSTERMANN",
        "FIRST_NAME": "ERIKA",
        "DATE_OF_BIRTH": "12.08.1964 1964-08-12T00:00:00",
        "PLACE_OF_BIRTH": "BERLIN",
        "DATE_OF_ISSUE": "01.02.2013 2013-02-01T00:00:00",
        "EXPIRATION_DATE": "01.02.2028 2028-02-01T00:00:00",
        "DOCUMENT_NUMBER": "B072RRE2I55",
        "CLASS": "B/L/M",
        "ID_TYPE": "DRIVER LICENSE FRONT",
    }


@needs_ppocr
def test_an_american_licence(client):
    assert read(client("textract"), licence(AMERICAN)) == {
        "LAST_NAME": "SAMPLE",
        "FIRST_NAME": "JANICE",
        "MIDDLE_NAME": "ANN",
        "DATE_OF_BIRTH": "08/31/1977 1977-08-31T00:00:00",
        "DATE_OF_ISSUE": "08/31/2029 2029-08-31T00:00:00",
        "EXPIRATION_DATE": "08/31/2034 2034-08-31T00:00:00",
        "DOCUMENT_NUMBER": "D1234562",
        "CLASS": "C",
        "RESTRICTIONS": "NONE",
        "ID_TYPE": "DRIVER LICENSE FRONT",
    }


@needs_ppocr
def test_front_and_back_are_one_document(client):
    front, back = card((20, 60, "Nothing of this is known")), with_zone(CARD)

    answer = client("textract").analyze_id(DocumentPages=[{"Bytes": front}, {"Bytes": back}])

    (document,) = answer["IdentityDocuments"]
    assert answer["DocumentMetadata"]["Pages"] == 2
    assert {block["Page"] for block in document["Blocks"]} == {1, 2}
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-awsml-quality"] == "fair"


def test_what_no_rule_knows_is_refused(client):
    with pytest.raises(ConfigError, match="neither a machine-readable zone nor the numbered fields"):
        client("textract").analyze_id(DocumentPages=[{"Bytes": drawn.invoice()}])


class TestZone:
    @staticmethod
    def read(*lines: str) -> dict[str, tuple[str, float]]:
        told = [Line((Word(line, 98.0, of_box(0, 20 * at, 400, 20 * at + 15)),)) for at, line in enumerate(lines)]
        return {one.type: (one.text, one.confidence) for one in zone.fields(told, today=NOW)}

    @pytest.mark.parametrize(
        "lines",
        [
            PASSPORT,
            ("P<UT0ER1K550N<<ANNA<MAR1A<<<<<<<<<<<<<<<<<<<", "L8989O2C36UT07408l22F12O4I59ZE184226B<<<<<1O".upper()),
            (PASSPORT[0].replace("<" * 19, "<" * 18), PASSPORT[1].replace("<<<<<", "<<<<")),  # a filler lost
            (PASSPORT[0].replace("<<", "«", 1), PASSPORT[1].replace("<<<<<", "<<< <<")),
        ],
    )
    def test_signs_that_look_alike_are_told_apart(self, lines):
        found = self.read("UTOPIA", *lines)

        assert {name: text for name, (text, _) in found.items()} == {
            **{name: text.split()[0] for name, text in ERIKSSON.items()},
            "DOCUMENT_NUMBER": "L898902C3",
            "ID_TYPE": "PASSPORT",
            "MRZ_CODE": "\n".join(PASSPORT),
        }
        assert {sure for _, sure in found.values()} == {98.0}

    def test_a_field_whose_digit_does_not_agree_is_doubted(self):
        found = self.read(PASSPORT[0], PASSPORT[1].replace("740812", "740813"))

        doubted = {name for name, (_, sure) in found.items() if sure < 10}
        assert doubted == {"DATE_OF_BIRTH", "MRZ_CODE"}

    def test_where_the_digits_do_not_agree_there_is_no_zone(self):
        assert self.read(PASSPORT[0], "X" * 9 + "1UTO7408111F1204111ZE184226B<<<<<11") == {}

    def test_years_are_of_the_right_century(self):
        born = PASSPORT[1][:13] + "250812" + str(zone.check_digit("250812")) + PASSPORT[1][20:]
        lines = [
            Line((Word(line, 98.0, of_box(0, 20 * at, 400, 20 * at + 15)),))
            for at, line in enumerate((PASSPORT[0], born))
        ]

        days = {one.type: one.day.year for one in zone.fields(lines, today=NOW) if one.day}

        assert days == {"DATE_OF_BIRTH": 2025, "EXPIRATION_DATE": 2012}

    def test_check_digits_of_the_specimen(self):
        assert [zone.check_digit(text) for text in ("L898902C3", "740812", "120415", "ZE184226B<<<<<")] == [6, 2, 9, 1]


@needs_ppocr
def test_the_command(awsml: Program, tmp_path):
    (tmp_path / "passport.png").write_bytes(with_zone(PASSPORT))
    (tmp_path / "invoice.pdf").write_bytes(drawn.invoice())

    run = awsml("textract", "id", "--local", tmp_path / "passport.png")
    refused = awsml("textract", "id", "--local", tmp_path / "invoice.pdf")

    told = dict(line.split("\t")[:2] for line in run.text.splitlines())
    assert (run.exit_code, told["LAST_NAME"], told["DOCUMENT_NUMBER"]) == (0, "ERIKSSON", "L898902C3")
    assert (refused.exit_code, refused.stdout) == (3, b"")
