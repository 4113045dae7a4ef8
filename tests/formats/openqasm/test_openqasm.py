"""OpenQASM 3 read: what a program holds, what is wrong in it and where, and the standard gates in Braket's words."""

from __future__ import annotations

import cmath
import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awsml_cli.core.errors import InputError
from awsml_cli.formats.openqasm import read

BELL = "OPENQASM 3.0;\nqubit[2] q;\nbit[2] c;\nh q[0];\ncnot q[0], q[1];\nc = measure q;\n"
WHOLE = """OPENQASM 3;
include "stdgates.inc";
const int n = 3;  // a comment
qubit[n] q; bit[n] c; /* and
another */
gate foo(t) a, b { cx a, b; rz(t / 2) b; }
foo(pi / 4) q[0], q[1];
for int i in [0:n - 1] { h q[i]; }
if (c[0] == 1) x q[1]; else { y q[2]; }
while (true) { c[0] = measure q[0]; break; }
ctrl @ x q[0], q[1]; ctrl(2) @ inv @ pow(1/2) @ x q[0], q[1], q[2];
let a = q[0:1] ++ q[2]; h a; barrier q; reset q; delay[100ns] q;
def f(qubit[2] r, angle t, array[int[8], #dim = 1] e) -> bit { h r[0]; return measure r[1]; }
bit d; d = f(q[0:1], pi, {1, 2});
array[int[8], 2, 2] m = {{1, 2}, {3, 4}}; int[8] k = m[0, 1]; k += popcount(c) << 2;
complex[float[64]] z = 1 + 2im; duration w = 5.5us;
switch (k) { case 1, 2 { h q; } default { x q; } }
@reversible and more
U(1, 2, 3) q[0]; gphase(pi);
cal { play(f, wf({1})); } defcal x $0 { play(a, b); }
measure q -> c;
"""


@pytest.mark.parametrize(
    ("text", "qubits", "gates", "measured"),
    [
        (BELL, 2, {"h": 1, "cnot": 1}, True),
        (WHOLE, 3, {"foo": 1, "h": 4, "x": 4, "y": 1, "U": 1, "gphase": 1}, True),
        ("#pragma braket verbatim\nbox { cz $0, $1; }\nbit b; b = measure $0;", 2, {"cz": 1}, True),
        ("qreg q[2]; creg c[2]; h q; c = measure q;", 2, {"h": 1}, True),
        ("qubit q;\n#pragma braket unitary([[1, 0], [0, 1]]) q[0]\n", 1, {"unitary": 1}, False),
    ],
)
def test_what_a_program_holds(text: str, qubits: int, gates: dict[str, int], measured: bool) -> None:
    found = read(text, name="t.qasm")
    assert (found.qubits, dict(found.gates), found.measured, found.unknown) == (qubits, gates, measured, {})


def test_inputs_results_and_gates_of_a_device_are_told() -> None:
    found = read(
        "input float theta; qubit q; rx(theta) q; zap(1) q;\n#pragma braket result expectation z(q)\n", name="t"
    )
    assert (found.inputs, found.results, list(found.unknown)) == (("theta",), ("expectation z(q)",), ["zap"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "t.qasm:1:1: the program is empty"),
        ("OPENQASM 2.0; qreg q[2];", "t.qasm:1:10: this is OpenQASM 2.0, and Braket takes OpenQASM 3"),
        ("OPENQASM 3; qubit[2 q;", "t.qasm:1:21: `]` is missing before `q`"),
        ("qubit[2] q;\nh q[5];", "t.qasm:2:3: `q` has 2 places, and no [5]"),
        ("qubit[2] q; h;", "t.qasm:1:14: a qubit is missing after `h`, before `;`"),
        ("qubit[2] q; cnot q[0];", "t.qasm:1:13: `cnot` takes 2 qubits, not 1"),
        ("qubit[2] q; rx q[0];", "t.qasm:1:13: `rx` takes 1 angle, not 0"),
        ("qubit[2] q; cnot q[0], q[0];", "t.qasm:1:13: `cnot` is applied to q[0] twice"),
        ("qubit[2] q; ctrl @ x q[0];", "t.qasm:1:20: `x` takes 2 qubits, not 1"),
        ("qubit[2] q; h r[0];", "t.qasm:1:15: `r` is not declared"),
        ("qubit[2] q; qubit q;", "t.qasm:1:19: `q` is declared twice"),
        ("qubit[0] q;", "t.qasm:1:10: a register of 0 qubits cannot be"),
        ("qubit q; bit c; c = mesure q;", "t.qasm:1:21: `mesure` is not declared"),
        ("qubit q; h q\nx q;", "t.qasm:2:1: `;` is missing after `h` before `x`"),
        ("qubit q; /* never", "t.qasm:1:10: this comment has no end"),
        ('include "stdgates', "t.qasm:1:9: this string has no end"),
        ('include "mine.inc"; qubit q; h q;', 't.qasm:1:9: Braket includes no files: "mine.inc"'),
        ("qubit q; if (1 { h q; }", "t.qasm:1:16: `)` is missing before `{`"),
        ("qubit q; { h q;", "t.qasm:1:16: `}` is missing at the end of the program"),
        ("qubit q; cal { play(f);", "t.qasm:1:14: `}` is missing for this `{`"),
        ("qubit q; ä§ q;", "t.qasm:1:11: `§` means nothing in OpenQASM"),
        ("this is a letter", "t.qasm:1:6: `is` is not declared"),
        ("qubit q;", "t.qasm:1:9: no gate is applied and nothing is measured"),
        ("int i = 1;", "t.qasm:1:11: no qubit is declared"),
        ("(" * 5000, "t.qasm:1:1: a statement cannot begin with `(`"),
        ("qubit q; int i = " + "(" * 5000, "t.qasm is nested too deeply to be read"),
    ],
)
def test_what_is_wrong_and_where(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, name="t.qasm")
    assert caught.value.message == said


def test_a_gate_that_braket_calls_otherwise_is_explained() -> None:
    with pytest.raises(InputError) as caught:
        read("qubit[2] q; cx q[0], q[1];", name="t")
    assert caught.value.hint == "before it: gate cx a, b { cnot a, b; }"


def test_the_standard_gates_in_use_are_written_out_where_they_are_included() -> None:
    found = read('OPENQASM 3;\ninclude "stdgates.inc";\nqubit[2] q;\nh q[0];\ncx q[0], q[1];\n', name="t")
    assert found.source == "OPENQASM 3;\ngate cx a, b { cnot a, b; }\nqubit[2] q;\nh q[0];\ncx q[0], q[1];\n"


@given(st.text(alphabet="qubit[]{}();:=hx01 \n\"'/*#@$,->measurcf", max_size=80))
def test_nothing_but_an_input_error_comes_out_of_nonsense(text: str) -> None:
    with contextlib.suppress(InputError):
        assert read(text, name="t").qubits > 0


class TestStandardGates:
    """The written-out definitions have the matrices of the specification, as Braket's simulator sees them."""

    @pytest.mark.parametrize(
        ("gate", "expected"),
        [
            ("sx q[0]", [[0.5 + 0.5j, 0.5 - 0.5j], [0.5 - 0.5j, 0.5 + 0.5j]]),
            ("sdg q[0]", [[1, 0], [0, -1j]]),
            ("p(0.4) q[0]", [[1, 0], [0, cmath.exp(0.4j)]]),
            ("u1(0.4) q[0]", [[1, 0], [0, cmath.exp(0.4j)]]),
        ],
    )
    def test_one_qubit(self, gate: str, expected: list[list[complex]]) -> None:
        assert_same(matrix(gate, 1), expected)

    def test_u3_is_that_of_openqasm_2(self) -> None:
        t, p, la = 0.3, 0.7, 1.1
        cos, sin = math.cos(t / 2), math.sin(t / 2)
        wanted = [
            [cmath.exp(-0.5j * (p + la)) * cos, -cmath.exp(-0.5j * (p - la)) * sin],
            [cmath.exp(0.5j * (p - la)) * sin, cmath.exp(0.5j * (p + la)) * cos],
        ]
        assert_same(matrix("u3(0.3, 0.7, 1.1) q[0]", 1), wanted)

    def test_a_controlled_u_has_its_phase(self) -> None:
        t, p, la, g = 0.3, 0.7, 1.1, 0.4
        cos, sin, phase = math.cos(t / 2), math.sin(t / 2), cmath.exp(1j * g)
        found = matrix("cu(0.3, 0.7, 1.1, 0.4) q[0], q[1]", 2)
        wanted = [
            [phase * cos, -phase * cmath.exp(1j * la) * sin],
            [phase * cmath.exp(1j * p) * sin, phase * cmath.exp(1j * (p + la)) * cos],
        ]
        assert_same([row[2:] for row in found[2:]], wanted)
        assert_same([row[:2] for row in found[:2]], [[1, 0], [0, 1]])


def matrix(gate: str, qubits: int) -> list[list[complex]]:
    """What GATE makes of each basis state, as columns."""
    simulator = pytest.importorskip("braket.default_simulator", reason="pip install '.[quantum]'")
    program = pytest.importorskip("braket.ir.openqasm").Program
    columns = []
    for state in range(2**qubits):
        ready = "".join(f"x q[{n}];" if state >> (qubits - 1 - n) & 1 else f"i q[{n}];" for n in range(qubits))
        text = f'include "stdgates.inc"; qubit[{qubits}] q; {ready} {gate};\n#pragma braket result state_vector\n'
        result = simulator.StateVectorSimulator().run(program(source=read(text, name="t").source), shots=0)
        columns.append([complex(part) for part in result.resultTypes[0].value])
    return [list(row) for row in zip(*columns, strict=True)]


def assert_same(found: list[list[complex]], wanted: list[list[complex]]) -> None:
    assert all(
        abs(one - other) < 1e-9
        for row, other_row in zip(found, wanted, strict=True)
        for one, other in zip(row, other_row, strict=True)
    ), found
