#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times the correlation layer against MXNet's, one thread each, in turns.

    swift build -c release --package-path Samples --product LayerBenchmarks
    python3.11 -m venv venv && venv/bin/pip install mxnet==1.9.1 'numpy<1.24'
    venv/bin/python Samples/Benchmarks/Layers/compare_correlation.py             # all
    venv/bin/python Samples/Benchmarks/Layers/compare_correlation.py forward     # some
"""

import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import mxnet as mx  # noqa: E402
import numpy as np  # noqa: E402

from layer_process import LayerProcess  # noqa: E402

# Name, (n, c, h, w), (K, d, s1, s2, pad), comparison, direction, rounds, the ratio to be shown.
CASES = [
    ("FlowNetC", (1, 256, 48, 64), (1, 20, 1, 2, 20), "product", "forward", 11, 25),
    ("FlowNetC, K 3", (1, 256, 48, 64), (3, 20, 1, 2, 20), "product", "forward", 5, 100),
    ("32 channels, K 7", (1, 32, 128, 128), (7, 4, 1, 1, 4), "product", "forward", 5, 100),
    ("32 channels, K 7", (1, 32, 128, 128), (7, 4, 1, 1, 4), "difference", "forward", 5, 100),
    ("interrogation windows", (1, 1, 512, 512), (31, 16, 16, 1, 0), "product", "forward", 5, 100),
    ("FlowNetC", (1, 256, 48, 64), (1, 20, 1, 2, 20), "product", "backward", 3, 20),
    ("FlowNetC, K 3", (1, 256, 48, 64), (3, 20, 1, 2, 20), "product", "backward", 1, 20),
    ("32 channels, K 7", (1, 32, 128, 128), (7, 4, 1, 1, 4), "product", "backward", 1, 20),
    ("32 channels, K 7", (1, 32, 128, 128), (7, 4, 1, 1, 4), "difference", "backward", 1, 20),
    ("interrogation windows", (1, 1, 512, 512), (31, 16, 16, 1, 0), "product", "backward", 1, 20),
]


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
            start = time.perf_counter()
            mx.nd.Correlation(a, b, **settings).wait_to_read()
            return time.perf_counter() - start
        return run
    a.attach_grad()
    b.attach_grad()

    def run():
        with mx.autograd.record():
            out = mx.nd.Correlation(a, b, **settings)
        out.wait_to_read()
        gradient = mx.nd.ones(out.shape)
        gradient.wait_to_read()
        start = time.perf_counter()
        out.backward(gradient)
        a.grad.wait_to_read()
        b.grad.wait_to_read()
        return time.perf_counter() - start
    return run


def main():
    layer = LayerProcess()
    for name, shape, parameters, comparison, direction, rounds, needed in CASES:
        label = f"{name} {comparison} {direction}"
        if not all(word in label for word in sys.argv[1:]):
            continue
        numbers = " ".join(map(str, shape + parameters))
        request = f"correlation {numbers} {comparison} {direction} auto"
        theirs = peer(shape, parameters, comparison, direction)
        ours, other, ratio, disturbed = layer.compare(f"{request} 1", theirs, rounds)
        _, _, speedup, shared = layer.compare(
            f"{request} 2", lambda: layer.seconds(f"{request} 1"), 9)
        print(f"{name:22} {comparison:10} {direction:8} {ours * 1e3:9.2f} ms, MXNet "
              f"{other * 1e3:9.1f} ms: {ratio:6.1f}x (needed {needed}); two threads {speedup:.2f}x; "
              f"without {disturbed} and {shared} disturbed rounds",
              flush=True)


if __name__ == "__main__":
    main()
