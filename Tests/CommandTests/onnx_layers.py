#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Runs ONNX's own Conv and ConvTranspose cases through the command.

Of the cases that the `onnx` package carries as data (node tests, and models converted from
PyTorch), those of one and two dimensions are given to `overlap conv2d` and `overlap
conv-transpose2d`, and the outputs compared with the expected ones.

    swift build -c release --product overlap
    python3 -m venv venv && venv/bin/pip install onnx==1.19.1
    venv/bin/python Tests/CommandTests/onnx_layers.py .build/release/overlap
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper


def tensor(path):
    message = onnx.TensorProto()
    message.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(message)


def joined(numbers):
    return ",".join(map(str, numbers))


def arguments(attributes, dimensions):
    """The command's options for a node's attributes."""
    options = {"strides": "--stride", "dilations": "--dilation",
               "output_padding": "--output-padding", "output_shape": "--output-size"}
    result = []
    for name, option in options.items():
        if name in attributes:
            result += [option, joined(attributes[name])]
    if "group" in attributes:
        result += ["--groups", str(attributes["group"])]
    automatic = attributes.get("auto_pad", b"NOTSET").decode()
    if automatic.startswith("SAME"):
        result += ["--padding", automatic.lower().replace("_", "-")]
    elif "pads" in attributes:
        pads = attributes["pads"]
        result += ["--padding", joined(pads if dimensions == 2 else [0, pads[0], 0, pads[1]])]
    return result


def run(command, node, inputs, directory):
    """The output of the command for a node."""
    paths = []
    for name, array in zip("xwb", inputs):
        paths.append(f"{directory}/{name}.npy")
        np.save(paths[-1], array)
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    process = subprocess.run(
        [command, "conv2d" if node.op_type == "Conv" else "conv-transpose2d", *paths[:2],
         *(["--bias", paths[2]] if len(paths) > 2 else []), "-o", f"{directory}/out.npy",
         *arguments(attributes, inputs[0].ndim - 2)], capture_output=True, text=True)
    if process.returncode:
        raise RuntimeError(f"exit status {process.returncode}: {process.stderr.strip()}")
    return np.load(f"{directory}/out.npy")


def main():
    command = sys.argv[1]
    counts = {"right": 0, "wrong": 0, "of three dimensions, left out": 0}
    for path in sorted((Path(onnx.__file__).parent / "backend/test/data").glob("*/*/model.onnx")):
        graph = onnx.load(path).graph
        if len(graph.node) != 1 or graph.node[0].op_type not in ("Conv", "ConvTranspose"):
            continue
        known = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
        for data in sorted(path.parent.glob("test_data_set_*")):
            values = dict(known)
            names = [i.name for i in graph.input if i.name not in known]
            for index, name in enumerate(names):
                values[name] = tensor(data / f"input_{index}.pb")
            inputs = [values[name] for name in graph.node[0].input]
            if inputs[0].ndim > 4:
                counts["of three dimensions, left out"] += 1
                continue
            expected = tensor(data / "output_0.pb")
            try:
                with tempfile.TemporaryDirectory() as directory:
                    actual = run(command, graph.node[0], inputs, directory)
                if actual.shape != expected.shape:
                    raise RuntimeError(f"shape {actual.shape} and not {expected.shape}")
                error = np.abs(actual - expected).max() / max(1, np.abs(expected).max())
                if not error < 1e-5:
                    raise RuntimeError(f"off by {error}")
                counts["right"] += 1
            except RuntimeError as problem:
                counts["wrong"] += 1
                print(f"{path.parent.name}: {problem}")
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    return 1 if counts["wrong"] or not counts["right"] else 0


if __name__ == "__main__":
    sys.exit(main())
