"""The gates that Amazon Braket knows without a definition, and OpenQASM's own ones in their words.

Source: https://docs.aws.amazon.com/braket/latest/developerguide/braket-openqasm-supported-features.html
"""

from __future__ import annotations

from typing import Final

# name -> (angles, qubits)
BRAKET: Final[dict[str, tuple[int, int]]] = {
    **dict.fromkeys(("i", "h", "x", "y", "z", "s", "si", "t", "ti", "v", "vi"), (0, 1)),
    **dict.fromkeys(("rx", "ry", "rz", "phaseshift", "gpi", "gpi2"), (1, 1)),
    **dict.fromkeys(("cnot", "cv", "cy", "cz", "ecr", "iswap", "swap"), (0, 2)),
    **dict.fromkeys(("cphaseshift", "cphaseshift00", "cphaseshift01", "cphaseshift10"), (1, 2)),
    **dict.fromkeys(("pswap", "xx", "xy", "yy", "zz"), (1, 2)),
    **dict.fromkeys(("ccnot", "cswap"), (0, 3)),
    "prx": (2, 1),
    "ms": (3, 2),
    "u": (3, 1),
    "U": (3, 1),
    "gphase": (1, 0),
}

# what `stdgates.inc` defines and Braket calls otherwise: the definition in Braket's words. Braket's U(t, p, l) has no
# phase exp(it/2), which the specification's has
STANDARD: Final = {
    "p": "gate p(l) a { phaseshift(l) a; }",
    "phase": "gate phase(l) a { phaseshift(l) a; }",
    "sdg": "gate sdg a { si a; }",
    "tdg": "gate tdg a { ti a; }",
    "sx": "gate sx a { v a; }",
    "id": "gate id a { i a; }",
    "cx": "gate cx a, b { cnot a, b; }",
    "CX": "gate CX a, b { cnot a, b; }",
    "cp": "gate cp(l) a, b { cphaseshift(l) a, b; }",
    "cphase": "gate cphase(l) a, b { cphaseshift(l) a, b; }",
    "crx": "gate crx(l) a, b { ctrl @ rx(l) a, b; }",
    "cry": "gate cry(l) a, b { ctrl @ ry(l) a, b; }",
    "crz": "gate crz(l) a, b { ctrl @ rz(l) a, b; }",
    "ch": "gate ch a, b { ctrl @ h a, b; }",
    "ccx": "gate ccx a, b, c { ccnot a, b, c; }",
    "cu": "gate cu(t, p, l, g) a, b { phaseshift(g) a; ctrl @ U(t, p, l) a, b; }",
    "u1": "gate u1(l) a { phaseshift(l) a; }",
    "u2": "gate u2(p, l) a { gphase(-(p + l) / 2); U(pi / 2, p, l) a; }",
    "u3": "gate u3(t, p, l) a { gphase(-(p + l) / 2); U(t, p, l) a; }",
}
SHAPES: Final[dict[str, tuple[int, int]]] = {
    "p": (1, 1), "phase": (1, 1), "sdg": (0, 1), "tdg": (0, 1), "sx": (0, 1), "id": (0, 1), "cx": (0, 2),
    "CX": (0, 2), "cp": (1, 2), "cphase": (1, 2), "crx": (1, 2), "cry": (1, 2), "crz": (1, 2), "ch": (0, 2),
    "ccx": (0, 3), "cu": (4, 2), "u1": (1, 1), "u2": (2, 1), "u3": (3, 1),
}  # fmt: skip
