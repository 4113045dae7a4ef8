"""Counts out of results.json, and their histograms."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree

import pytest

from awsml_cli.core.errors import InputError
from awsml_cli.formats import counts


def results(**members: object) -> bytes:
    return json.dumps({"taskMetadata": {"shots": 4}, **members}).encode()


def test_measurements_are_counted_the_most_frequent_first() -> None:
    found = counts.parse(results(measurements=[["0", "1"], [1, 1], [1, 1], [0, 0]], measuredQubits=[0, 2]))
    assert (found.counts, found.qubits, found.probabilities["11"]) == ({"11": 2, "00": 1, "01": 1}, (0, 2), 0.5)


def test_shares_alone_become_counts() -> None:
    found = counts.parse(results(measurementProbabilities={"0": 0.26, "1": 0.74, "2": 0.0}))
    assert found.counts == {"1": 3, "0": 1}


def test_result_types_and_the_simulators_time() -> None:
    found = counts.parse(
        results(
            resultTypes=[{"type": {"type": "expectation", "observable": ["z"], "targets": [0]}, "value": 0.5}],
            additionalMetadata={"simulatorMetadata": {"executionDuration": 1500}},
        )
    )
    assert found.results == ({"type": "expectation", "observable": ["z"], "targets": [0], "value": 0.5},)
    assert found.seconds == 1.5


SHOTS = [[0, 0], [0, 0], [1, 1], [0, 1]]
HERMITIAN = [[[1.0, 0.0], [0.0, -1.0]], [[0.0, 1.0], [1.0, 0.0]]]  # its eigenvalues are 0 and 2


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ({"type": "expectation", "observable": ["z"], "targets": [2]}, 0.5),
        ({"type": "expectation", "observable": ["z", "x"], "targets": [2, 5]}, 0.5),
        ({"type": "expectation", "observable": ["i", "z"], "targets": [2, 5]}, 0.0),
        ({"type": "expectation", "observable": ["z"]}, [0.5, 0.0]),
        ({"type": "expectation", "observable": [HERMITIAN], "targets": [2]}, 0.5),
        ({"type": "variance", "observable": ["y"], "targets": [2]}, 0.75),
        ({"type": "sample", "observable": ["h"], "targets": [5]}, [1.0, 1.0, -1.0, -1.0]),
        ({"type": "probability", "targets": None}, [0.5, 0.25, 0.0, 0.25]),
        ({"type": "probability", "targets": [5]}, [0.5, 0.5]),
        ({"type": "expectation", "observable": [[[[0, 0]] * 4] * 4], "targets": [2, 5]}, None),
        ({"type": "adjoint_gradient"}, None),
    ],
)
def test_what_was_asked_of_shots_is_reckoned_from_them(kind: dict[str, object], value: object) -> None:
    found = counts.parse(results(measurements=SHOTS, measuredQubits=[2, 5], resultTypes=[kind]))
    (one,) = found.results
    assert (one["type"], one["value"]) == (kind["type"], pytest.approx(value) if value is not None else None)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"taskMetadata": 3}', results(measurements=[["x"]])])
def test_what_is_no_result_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(InputError, match="this is no result of a quantum task"):
        counts.parse(data)


@pytest.mark.parametrize(("share", "drawn"), [(1.0, "████"), (0.5, "██"), (0.28, "█▏"), (0.0, "")])
def test_a_bar(share: float, drawn: str) -> None:
    assert counts.bar(share, 1.0, width=4) == drawn


def test_the_drawing_is_xml_with_a_bar_for_each_bit_string() -> None:
    tree = ElementTree.fromstring(counts.render_svg({"00": 3, "11": 1}, title="4 shots <on> sv1"))
    bars = [one for one in tree.findall(".//{*}rect") if one.get("fill") == "#4c78a8"]
    assert [bar.get("height") for bar in bars] == ["240.0", "80.0"]
    assert tree.find("{*}title").text == "4 shots <on> sv1"  # type: ignore[union-attr]


def test_of_many_bit_strings_the_rarest_are_left_out_and_said() -> None:
    many = {f"{number:08b}": 200 - number for number in range(100)}
    assert "and 36 more" in counts.render_svg(many, title="many")


def test_the_picture_has_the_drawings_size() -> None:
    image = pytest.importorskip("PIL.Image", reason="pip install '.[pages]'")
    picture = image.open(io.BytesIO(counts.render_png({"00000000": 3, "11111111": 1}, title="t")))
    assert f'width="{picture.width}" height="{picture.height}"' in counts.render_svg(
        {"00000000": 3, "11111111": 1}, title="t"
    )
