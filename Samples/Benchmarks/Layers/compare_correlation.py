#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times the correlation layer against MXNet's, one thread each, in turns.

    Samples/Benchmarks/run --only correlation-layers
    ~/.cache/overlap/benchmarks/mxnet/bin/python Samples/Benchmarks/Layers/compare_correlation.py forward
"""

import os
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Shared"))

import numpy as np  # noqa: E402

from layer_process import LayerSide  # noqa: E402
from turns import OURS, Report, argument_parser, growth_of_memory, take_turns  # noqa: E402

try:
    import mxnet as mx
except ImportError:
    mx = None

# Name, (n, c, h, w), (K, d, s1, s2, pad), comparison, direction, whether it is quick.
CASES = [
    ("FlowNetC", (1, 256, 48, 64), (1, 20, 1, 2, 20), "product", "forward", True),
    ("FlowNetC, K 3", (1, 256, 48, 64), (3, 20, 1, 2, 20), "product", "forward", False),
    ("32 channels, K 7", (1, 32, 128, 128), (7, 4, 1, 1, 4), "product", "forward", False),
    ("32 channels, K 7", (1, 32, 128, 128), (7, 4, 1, 1, 4), "difference", "forward", False),
    ("interrogation windows", (1, 1, 512, 512), (31, 16, 16, 1, 0), "product", "forward", False),
    ("FlowNetC", (1, 256, 48, 64), (1, 20, 1, 2, 20), "product", "backward", False),
    ("FlowNetC, K 3", (1, 256, 48, 64), (3, 20, 1, 2, 20), "product", "backward", False),
    ("32 channels, K 7", (1, 32, 128, 128), (7, 4, 1, 1, 4), "product", "backward", False),
    ("32 channels, K 7", (1, 32, 128, 128), (7, 4, 1, 1, 4), "difference", "backward", False),
    ("interrogation windows", (1, 1, 512, 512), (31, 16, 16, 1, 0), "product", "backward", False),
]


class Peer:
    """MXNet's operator, which times itself."""

    probes, beside = (), OURS

    def __init__(self, run):
        self.measure = run
        self.memory = growth_of_memory(os.getpid(), run)

    def answer(self):
        """Its inputs are others than ours."""

    def close(self):
        pass


def peer(shape, parameters, comparison, direction):
    """A function that runs MXNet's operator and returns the seconds it took."""
    kernel, displacement, stride1, stride2, pad = parameters
    random = np.random.default_rng(1)
    a = mx.nd.array(random.uniform(-1, 1, shape).astype(np.float32))
    b = mx.nd.array(random.uniform(-1, 1, shape).astype(np.float32))
    settings = dict(kernel_size=kernel, max_displacement=displacement, stride1=stride1,
                    stride2=stride2, pad_size=pad, is_multiply=comparison == "product")
    if direction == "forward":
        def run():
            start = time.process_time()
            mx.nd.Correlation(a, b, **settings).wait_to_read()
            return time.process_time() - start
        return run
    a.attach_grad()
    b.attach_grad()

    def run():
        with mx.autograd.record():
            out = mx.nd.Correlation(a, b, **settings)
        out.wait_to_read()
        gradient = mx.nd.ones(out.shape)
        gradient.wait_to_read()
        start = time.process_time()
        out.backward(gradient)
        a.grad.wait_to_read()
        b.grad.wait_to_read()
        return time.process_time() - start
    return run


def main():
    parser = argument_parser(__doc__.split("\n")[0], budget=4)
    parser.add_argument("words", nargs="*", help="words of the cases' names; all if none is given")
    arguments = parser.parse_args()
    report = Report(arguments)
    if mx is None:
        report.missing("correlation layers", "MXNet", "it is not in this environment")
        return
    for name, shape, parameters, comparison, direction, is_quick in CASES:
        label = f"{name}, {comparison}, {direction}"
        if not all(word in label for word in arguments.words) or arguments.quick and not is_quick:
            continue
        numbers = " ".join(map(str, shape + parameters))
        sides = {
            OURS: LayerSide(f"correlation {numbers} {comparison} {direction} auto 1"),
            "MXNet Correlation": Peer(peer(shape, parameters, comparison, direction))}
        report(take_turns("correlation layers", label, sides, arguments.budget))


if __name__ == "__main__":
    main()
