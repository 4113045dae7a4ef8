"""`medical --local`: medicines, conditions and their codes, and who a text is about, measured on sentences of ours."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fakeaws.program import Program

from awsml_cli.core.errors import ConfigError
from awsml_cli.local.engines import clinical, understand
from awsml_cli.local.measuring.sentences import CLINICAL, Marked, read
from awsml_cli.local.operations.comprehendmedical import SURE
from local.clinic import BELONGING, PEOPLE

needs_lists = pytest.mark.skipif(
    not all(one.installed() for one in clinical.DECLARED), reason=clinical.drugs.DECLARATION.install
)
needs_private = pytest.mark.skipif(
    not understand.private.DECLARATION.installed(), reason=understand.private.DECLARATION.install
)
NOTE = "🙂 Denies fever. Takes Lipitor 20 mg tablet po nightly against high cholesterol; her mother had asthma."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder, whose lists are made once for all tests here."""
    return tmp_path_factory.mktemp("clinic") / "awsml/local"


@pytest.fixture
def local(awsml: Program, home: Path) -> Any:
    """Runs `awsml medical … --local` with those lists."""
    return lambda *words, **more: awsml(
        "medical", *words, "--local", env={"XDG_STATE_HOME": str(home.parents[1])}, **more
    )


@needs_lists
class TestCommands:
    def test_entities_with_what_belongs_to_them(self, local: Any) -> None:
        run = local("entities", NOTE)
        rows = [line.split("\t") for line in run.text.splitlines()]
        assert [(kind, text, traits, of) for kind, text, _, _, _, _, traits, of in rows] == [
            ("DX_NAME", "fever", "SYMPTOM,NEGATION", ""),
            ("BRAND_NAME", "Lipitor", "", ""),
            ("STRENGTH", "20 mg", "", "Lipitor"),
            ("FORM", "tablet", "", "Lipitor"),
            ("ROUTE_OR_MODE", "po", "", "Lipitor"),
            ("FREQUENCY", "nightly", "", "Lipitor"),
            ("DX_NAME", "high cholesterol", "DIAGNOSIS", ""),
            ("DX_NAME", "asthma", "DIAGNOSIS,PERTAINS_TO_FAMILY", ""),
        ]
        assert all(NOTE[int(row[3]) : int(row[4])] == row[1] for row in rows)

    def test_codes_with_the_best_first(self, local: Any) -> None:
        run = local("icd10", "Type 2 diabetes, stroke, fracture of the left femur")
        assert [line.split("\t")[5:7] for line in run.text.splitlines()] == [
            ["E11.9", "Type 2 diabetes mellitus without complications"],
            ["I63.9", "Cerebral infarction, unspecified"],
            ["S72.92", "Unspecified fracture of left femur"],
        ]
        (one,) = json.loads(local("icd10", "-f", "json", "hypertension").text)["entities"]
        assert (one["icd10_cm_concepts"][0]["code"], one["score"]) == ("I10", pytest.approx(5 / 6, abs=1e-4))

    def test_a_long_note_has_the_places_of_the_whole(self, local: Any) -> None:
        note = "🙂 Patient reports a headache, takes aspirin 100 mg. " * 450
        found = json.loads(local("entities", "-f", "json", stdin=note).text)["entities"]
        belonging = [it for one in found for it in one["attributes"]]
        assert all(note[one["begin_offset"] : one["end_offset"]] == one["text"] for one in [*found, *belonging])
        assert Counter(one["text"] for one in [*found, *belonging]) == {"headache": 450, "aspirin": 450, "100 mg": 450}

    def test_each_answer_names_its_engine_and_calls_it_weak(self, local: Any) -> None:
        run = local("icd10", "-v", "gout")
        assert "answered on this machine by icd-10-cm 1.5.0 (weak)" in run.stderr

    @needs_private
    def test_who_it_is_about_is_blacked_out_with_a_warning(self, local: Any) -> None:
        run = local("redact", "Jane Doe takes Metformin against gout since 3 May 2021")
        assert run.text.rstrip("\n") == "[NAME] takes Metformin against gout since [DATE]"
        assert run.stderr.startswith("warning: weak engines look for who the patient is")


class TestRefused:
    @pytest.mark.parametrize("command", ["rxnorm", "snomed"])
    def test_what_no_engine_can_do(self, awsml: Program, command: str) -> None:
        run = awsml("medical", command, "--local", "aspirin against headache")
        assert (run.exit_code, run.text) == (3, "")
        assert run.stderr.startswith("error: no engine on this machine can do comprehendmedical Infer")

    def test_jobs(self, awsml: Program, tmp_path: Path) -> None:
        (tmp_path / "note.txt").write_text("gout")
        run = awsml(
            "medical", "jobs", "start", "phi", str(tmp_path), "--local", "--role", "arn:aws:iam::000000000000:role/r"
        )
        assert (run.exit_code, run.text) == (3, "")
        assert "no engine on this machine can do comprehendmedical StartPHIDetectionJob" in run.stderr

    @needs_lists
    @pytest.mark.parametrize(
        ("operation", "text", "code"),
        [
            ("detect_entities_v2", "é" * 20_001, "TextSizeLimitExceededException"),
            ("infer_icd10_cm", "é" * 10_001, "TextSizeLimitExceededException"),
            ("detect_entities_v2", " ", "InvalidRequestException"),
        ],
    )
    def test_limits_are_those_of_aws(self, client: Any, operation: str, text: str, code: str) -> None:
        medical = client("comprehendmedical")
        with pytest.raises(medical.exceptions.ClientError) as refused:
            getattr(medical, operation)(Text=text)
        assert refused.value.response["Error"]["Code"] == code


@needs_lists
def test_a_list_that_is_not_the_measured_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "drug_named_entity_recognition"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "drug_ner_dictionary.pkl.bz2").write_bytes(b"other")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ConfigError, match="is not the model that was measured"):
        clinical.drugs.find("gout", home=tmp_path / "state")


@needs_lists
def test_nothing_of_the_packages_is_run(home: Path) -> None:
    clinical.drugs.find("aspirin", home=home)
    clinical.conditions.find("gout", home=home)
    code = (
        "import sys, pathlib; from awsml_cli.local.engines import clinical; home = pathlib.Path(sys.argv[1]); "
        "clinical.drugs.find('aspirin', home=home); clinical.conditions.find('gout', home=home); "
        "print(sorted(sys.modules.keys() & {'drug_named_entity_recognition', 'simple_icd_10_cm', 'requests', 'spacy', "
        "'presidio_analyzer', 'xml.etree.ElementTree', 'numpy'}))"
    )
    run = subprocess.run([sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


@needs_lists
def test_who_comes_while_the_index_is_made_waits_for_it(tmp_path: Path) -> None:
    begun: list[int] = []
    second = threading.Thread(target=lambda: opened().close())

    def fill(_folder: Path, base: sqlite3.Connection) -> None:
        begun.append(threading.get_ident())
        if len(begun) == 1:
            second.start()
            second.join(0.5)  # it would be here by now, and make another
        base.execute("CREATE TABLE names (name)")

    def opened() -> sqlite3.Connection:
        return clinical.index.opened(clinical.conditions.DECLARATION, fill, home=tmp_path)

    opened().close()
    second.join()
    assert begun == [threading.get_ident()]


@needs_lists
class TestQuality:
    def test_medicines(self, home: Path) -> None:
        right, found, there = 0, 0, 0
        for text, marks in map(read, CLINICAL):
            seen = {("BRAND" if it.brand else "DRUG", it.begin, it.end) for it in clinical.drugs.find(text, home=home)}
            marked = {(it.kind, it.begin, it.end) for it in marks if it.kind in ("DRUG", "BRAND")}
            right, found, there = right + len(seen & marked), found + len(seen), there + len(marked)
        print(f"medicines: precision {right / found:.2f}, recall {right / there:.2f} of {there}")
        assert (there, right >= 23, right / found >= SURE["GENERIC_NAME"]) == (24, True, True)

    def test_what_belongs_to_medicines(self, home: Path) -> None:
        right, found = 0, 0
        for text, _ in map(read, CLINICAL):
            drugs = clinical.drugs.find(text, home=home)
            for drug, belonging in zip(drugs, clinical.doses.attributes(text, drugs), strict=True):
                expected = set(BELONGING.get(text[drug.begin : drug.end], {}).items())
                right += len({(it.kind, text[it.begin : it.end]) for it in belonging} & expected)
                found += len(belonging)
        there = sum(map(len, BELONGING.values()))
        print(f"doses, ways, times: precision {right / found:.2f}, recall {right / there:.2f} of {there}")
        assert (right / there >= 0.95, right / found >= SURE["attribute"]) == (True, True)

    def test_conditions_their_codes_and_what_is_denied(self, home: Path) -> None:
        right, found, coded, stood = 0, 0, 0, 0
        marks_of = [
            (text, [it for it in marks if it.kind not in ("DRUG", "BRAND")]) for text, marks in map(read, CLINICAL)
        ]
        for text, marks in marks_of:
            seen = {(it.begin, it.end): it for it in clinical.conditions.find(text, home=home)}
            met = [(mark, seen[mark.begin, mark.end]) for mark in marks if (mark.begin, mark.end) in seen]
            right, found = right + len(met), found + len(seen)
            coded += sum(one.codes[0].code.startswith(mark.kind) for mark, one in met)
            stood += sum(_negated(text, mark) for mark, _ in met)
        there = sum(len(marks) for _, marks in marks_of)
        print(f"conditions: precision {right / found:.2f}, recall {right / there:.2f} of {there}")
        print(f"their category right: {coded / right:.2f}; denied or not right: {stood / right:.2f}")
        assert (there, right >= 49, right / found >= 0.94, coded / right >= 0.97) == (53, True, True, True)
        assert stood / right >= SURE["trait"]

    @needs_private
    def test_who_it_is_about(self, home: Path) -> None:
        right, found, there = 0, 0, 0
        for text, marks in map(read, PEOPLE):
            seen = {(it.label, it.begin, it.end) for it in clinical.patient.find(text, home=home)}
            marked = {(it.kind, it.begin, it.end) for it in marks}
            right, found, there = right + len(seen & marked), found + len(seen), there + len(marked)
            if seen != marked:
                print(text, sorted(seen - marked), sorted(marked - seen))
        print(f"who it is about: precision {right / found:.2f}, recall {right / there:.2f} of {there}")
        assert (right / found >= 0.9, right / there >= 0.85) == (True, True)


def _negated(text: str, mark: Marked) -> bool:
    return clinical.standing.negated(text, mark.begin, mark.end) == mark.negated
