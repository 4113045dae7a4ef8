"""Graphs of TensorFlow.js (a JSON file and one of weights beside it) written as ONNX: image networks, no control flow.

TensorFlow's pictures are height, width, channels, ONNX's channels, height, width: every value with four sides is turned
on its way, so inputs are given with their channels first.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from awsml_cli.core.errors import AwsmlError
from awsml_cli.local.engines.networks.graph import Graph

_PLAIN: Final = {"Relu": "Relu", "Sigmoid": "Sigmoid", "Identity": "Identity"}
_PAIRS: Final = {"Mul": "Mul", "Add": "Add", "AddV2": "Add", "Sub": "Sub", "Minimum": "Min", "Maximum": "Max"}


def convert(topology: Path, outputs: Sequence[str]) -> bytes:
    """The network in TOPOLOGY as an ONNX file, as far as it is needed for OUTPUTS.

    Raises AwsmlError for a kind of node that is not known here: it is a bug, as weights are pinned.
    """
    told = json.loads(topology.read_bytes())
    nodes = {node["name"]: node for node in told["modelTopology"]["node"]}
    made = _Conversion(nodes, _weights(told["weightsManifest"], topology.parent))
    for name in outputs:
        made.value(name)
    return made.graph.model(outputs)


def _weights(manifest: Iterable[Mapping[str, Any]], folder: Path) -> dict[str, Any]:
    """The arrays of a manifest by name; those kept in 16 bits become 32 again."""
    import numpy

    found: dict[str, Any] = {}
    for group in manifest:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        at = 0
        for one in group["weights"]:
            kept = one.get("quantization", {}).get("dtype", one["dtype"])
            if kept not in ("float16", "float32", "int32"):
                raise AwsmlError(f"weights kept as {kept} are not known")
            count = 1
            for side in one["shape"]:
                count *= side
            numbers = numpy.frombuffer(data, kept, count, at).reshape(one["shape"])
            at += numbers.nbytes
            found[one["name"]] = numbers.astype(one["dtype"])
    return found


class _Conversion:
    """A graph on its way."""

    def __init__(self, nodes: Mapping[str, Mapping[str, Any]], weights: Mapping[str, Any]) -> None:
        self.graph = Graph()
        self._nodes, self._weights = nodes, weights
        self._made: dict[str, tuple[str, int]] = {}  # name and number of sides

    def value(self, name: str) -> tuple[str, int]:
        """What the node NAME gives in the new graph, and how many sides that has."""
        pending = [name]
        while pending:  # a network is deeper than Python calls itself
            node = self._nodes[pending[-1]]
            lacking = [one for one in self._inputs(node) if one not in self._made]
            if lacking:
                pending += lacking
                continue
            done = pending.pop()
            if done not in self._made:
                self._made[done] = self._convert(node, self._inputs(node))
        return self._made[name]

    def _inputs(self, node: Mapping[str, Any]) -> list[str]:
        """The names that NODE builds on and that are no constants."""
        return [one for one in node.get("input", ()) if one not in self._weights]

    def _convert(self, node: Mapping[str, Any], inputs: list[str]) -> tuple[str, int]:
        kind, name, given = node["op"], node["name"], node.get("input", ())
        attributes = {key: _plain(value) for key, value in node.get("attr", {}).items()}
        first, sides = self._made[inputs[0]] if inputs else ("", 4)
        add = self.graph.add
        if kind == "Placeholder":
            shape = [int(one["size"]) for one in node["attr"]["shape"]["shape"]["dim"]]
            return self.graph.input(name, [_free(shape[0]), shape[3], shape[1], shape[2]]), 4
        if kind in _PLAIN:
            return add(_PLAIN[kind], first, name=name), sides
        if kind == "Relu6":
            return add("Clip", first, self._scalar(0.0), self._scalar(6.0), name=name), sides
        if kind == "Softmax":
            return add("Softmax", first, name=name, axis=-1), sides
        if kind in _PAIRS:
            sides = max(self._made[one][1] for one in inputs)
            both = [self._operand(one, sides) for one in given]
            return add(_PAIRS[kind], *both, name=name), sides
        if kind == "Mean":
            if sorted(self._weights[given[1]].tolist()) != [1, 2]:
                raise AwsmlError(f"a mean over {given[1]} is not known")
            keep = bool(attributes["keep_dims"])
            return add("ReduceMean", first, name=name, axes=(2, 3), keepdims=int(keep)), 4 if keep else 2
        if kind == "MaxPool":
            size, step = attributes["ksize"][1:3], attributes["strides"][1:3]
            return add(
                "MaxPool", first, name=name, kernel_shape=size, strides=step, auto_pad=_PADS[attributes["padding"]]
            ), 4
        if kind == "ResizeBilinear":
            return self._resized(name, first, given[1], attributes), 4
        if kind == "ConcatV2":
            if int(self._weights[given[-1]]) not in (-1, 3):
                raise AwsmlError("pictures joined other than by channel are not known")
            return add("Concat", *(self._made[one][0] for one in given[:-1]), name=name, axis=1), 4
        if kind == "_FusedMatMul":
            whole = add("Gemm", first, self._constant(given[1]), self._constant(given[2]))
            return self._activated(name, whole, attributes), 2
        if kind in ("Conv2D", "_FusedConv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2dNative"):
            return self._convolved(name, first, given, attributes, deep="Depthwise" in kind), 4
        raise AwsmlError(f"the node {kind} of a TensorFlow.js graph is not known")

    def _convolved(
        self, name: str, first: str, given: Sequence[str], attributes: Mapping[str, Any], *, deep: bool
    ) -> str:
        import numpy

        kernel = self._weights[given[1]]  # height, width, in, out
        high, wide, channels, many = kernel.shape
        if deep:
            shaped = kernel.transpose(2, 3, 0, 1).reshape(channels * many, 1, high, wide)
        else:
            shaped = kernel.transpose(3, 2, 0, 1)
        bias = [self._constant(given[2])] if len(given) > 2 else []
        whole = self.graph.add(
            "Conv",
            first,
            self.graph.constant(numpy.ascontiguousarray(shaped)),
            *bias,
            kernel_shape=(high, wide),
            strides=attributes["strides"][1:3],
            dilations=attributes["dilations"][1:3],
            auto_pad=_PADS[attributes["padding"]],
            group=channels if deep else 1,
        )
        return self._activated(name, whole, attributes)

    def _activated(self, name: str, whole: str, attributes: Mapping[str, Any]) -> str:
        """WHOLE with what TensorFlow had melted into the node."""
        melted = [one for one in attributes.get("fused_ops", ()) if one != "BiasAdd"]
        if melted not in ([], ["Relu"]):
            raise AwsmlError(f"a node melted with {melted} is not known")
        return self.graph.add("Relu" if melted else "Identity", whole, name=name)

    def _resized(self, name: str, first: str, size: str, attributes: Mapping[str, Any]) -> str:
        """FIRST with the height and width that the constant SIZE tells."""
        import numpy

        if attributes["align_corners"]:
            raise AwsmlError("a picture resized with its corners aligned is not known")
        add, constant = self.graph.add, self.graph.constant
        ends = [constant(numpy.array([end], numpy.int64)) for end in (0, 2)]
        before = add("Slice", add("Shape", first), *ends)
        sides = add("Concat", before, constant(self._weights[size].astype(numpy.int64)), axis=0)
        mode = "half_pixel" if attributes["half_pixel_centers"] else "asymmetric"
        return add("Resize", first, "", "", sides, name=name, mode="linear", coordinate_transformation_mode=mode)

    def _operand(self, name: str, sides: int) -> str:
        """NAME as an operand beside one with SIDES: a constant for each channel is turned."""
        if name not in self._weights:
            return self._made[name][0]
        array = self._weights[name]
        if sides == 4 and array.ndim == 1 and array.size > 1:
            array = array.reshape(-1, 1, 1)
        elif sides == 4 and array.ndim == 4:
            array = array.transpose(0, 3, 1, 2)
        return self._array(array)

    def _constant(self, name: str) -> str:
        return self._array(self._weights[name])

    def _scalar(self, value: float) -> str:
        import numpy

        return self._array(numpy.array(value))

    def _array(self, array: Any) -> str:
        import numpy

        return self.graph.constant(numpy.asarray(array, numpy.float32, order="C"))


_PADS: Final = {"SAME": "SAME_UPPER", "VALID": "VALID"}


def _free(size: int) -> int | str:
    return "many" if size < 0 else size


def _plain(value: Mapping[str, Any]) -> Any:
    """An attribute as a Python value: texts are in base 64, whole numbers are texts."""
    kind, told = next(iter(value.items()))
    if kind == "list":
        many, told = next(iter(told.items()), ("s", ()))
        return [_plain({many: one}) for one in told]
    if kind == "s":
        return base64.b64decode(told).decode()
    return int(told) if kind == "i" else told
