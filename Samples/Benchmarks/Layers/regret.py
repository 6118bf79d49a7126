#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""How much slower the planner's choice is than the fastest method, over many layers.

    Samples/Benchmarks/run --only layers --quick         # makes the environment, and builds
    ~/.cache/overlap/benchmarks/torch/bin/python Samples/Benchmarks/Layers/regret.py    # forward
    ~/.cache/overlap/benchmarks/torch/bin/python Samples/Benchmarks/Layers/regret.py gradients
"""

import sys
import time

from layer_process import LayerProcess

# Images, channels, rows, columns, K, d, s1, s2, padding.
CORRELATIONS = [
    (1, 256, 48, 64, 3, 20, 1, 2, 20), (1, 32, 128, 128, 7, 4, 1, 1, 4),
    (1, 1, 512, 512, 31, 16, 16, 1, 0), (1, 64, 64, 64, 1, 4, 2, 1, 4),
    (1, 64, 64, 64, 3, 4, 2, 1, 4), (1, 64, 64, 64, 3, 4, 4, 1, 4),
    (1, 16, 96, 96, 5, 8, 1, 1, 8), (1, 16, 96, 96, 5, 8, 5, 1, 8),
    (1, 1, 256, 256, 15, 8, 8, 1, 8), (1, 1, 256, 256, 15, 8, 1, 1, 8),
    (1, 3, 128, 128, 9, 10, 3, 1, 10), (4, 8, 32, 32, 1, 4, 1, 1, 4),
    (1, 1, 256, 256, 31, 16, 31, 1, 16), (1, 1, 128, 128, 31, 16, 8, 2, 16),
    (1, 1, 256, 256, 1, 3, 1, 1, 3), (1, 128, 32, 32, 11, 4, 4, 1, 6),
    (1, 3, 200, 200, 21, 10, 10, 1, 0),
]

# Images, input and output channels, size, K, stride, groups.
CONVOLUTIONS = [
    (1, 64, 64, 56, 3, 1, 1), (1, 64, 64, 56, 1, 1, 1), (1, 16, 16, 128, 15, 1, 1),
    (1, 3, 8, 256, 15, 1, 1), (1, 1, 1, 512, 15, 1, 1), (1, 64, 64, 56, 31, 1, 64),
    (1, 64, 64, 56, 7, 1, 64), (1, 256, 256, 7, 3, 1, 1), (16, 32, 32, 14, 5, 1, 1),
    (1, 3, 64, 224, 7, 1, 1), (4, 16, 16, 32, 5, 1, 1), (1, 8, 8, 64, 9, 1, 1),
    (1, 8, 8, 64, 5, 1, 1), (2, 4, 4, 100, 11, 1, 1), (1, 128, 128, 28, 3, 1, 1),
    (1, 1, 1, 64, 7, 1, 1), (1, 1, 16, 28, 3, 1, 1), (64, 1, 8, 28, 5, 1, 1),
    (1, 32, 32, 16, 15, 1, 1), (1, 2, 2, 200, 21, 1, 1), (1, 1, 4, 300, 9, 1, 1),
    (1, 32, 32, 40, 7, 1, 32), (1, 32, 32, 40, 15, 1, 32), (1, 512, 512, 7, 1, 1, 1),
    (8, 3, 8, 32, 5, 1, 1), (1, 1, 1, 1000, 63, 1, 1), (1, 3, 64, 224, 7, 2, 1),
    (1, 64, 128, 56, 3, 2, 1), (1, 64, 128, 56, 1, 2, 1), (1, 3, 96, 227, 11, 4, 1),
    (1, 16, 16, 30, 3, 3, 1), (1, 3, 16, 256, 31, 1, 1), (1, 64, 64, 56, 15, 1, 1),
    (1, 16, 16, 56, 15, 1, 16), (1, 8, 8, 100, 31, 2, 1), (1, 4, 4, 128, 21, 1, 4),
    (1, 1, 1, 512, 31, 1, 1),
]


def measure(layer, request, direction, methods):
    """The least seconds of each method, measured in turns."""
    times = {method: [] for method in methods}
    start = time.monotonic()
    for turn in range(200):
        best = min((min(each) for each in times.values() if each), default=0)
        for method, each in times.items():
            # A method that is hopeless twice need not be waited for again.
            if turn < 2 or min(each) < 3 * best:
                each.append(layer.measure(f"{request} {direction} {method} 1")[0])
        if turn >= 8 and time.monotonic() - start > 0.3:
            break
    return {method: min(each) for method, each in times.items()}


def regret(layer, request, direction, methods):
    """Prints and returns the choice's time over the best method's."""
    if direction == "forward":
        chosen = layer.answer(f"{request} plan auto 1")
        times = measure(layer, request, direction, methods)
    else:
        # Which method gradients choose is not told.
        chosen = "auto"
        times = measure(layer, request, direction, ["auto"] + methods)
    ratio = times[chosen] / min(times.values())
    print(f"{ratio:5.2f}  {request} {direction}: {chosen} of "
          + ", ".join(f"{m} {t * 1e3:.3f}" for m, t in times.items()), flush=True)
    return ratio


def main():
    layer = LayerProcess()
    gradients = sys.argv[1:] == ["gradients"]
    worst = 0
    for case in CORRELATIONS:
        request = "correlation " + " ".join(map(str, case)) + " product"
        # The definition's own gradient is for numbers that are not finite.
        direction, methods = (
            ("backward", ["box", "fft"]) if gradients else ("forward", ["direct", "box", "fft"]))
        worst = max(worst, regret(layer, request, direction, methods))
    for images, channels, kernels, size, k, stride, groups in CONVOLUTIONS:
        request = (f"convolution {images} {channels} {kernels} {size} {size} {k} {stride} {k // 2} "
                   f"{groups}")
        for direction in ["input", "weight"] if gradients else ["forward"]:
            worst = max(worst, regret(layer, request, direction, ["direct", "im2col", "fft"]))
    print(f"worst regret: {worst:.2f}")


if __name__ == "__main__":
    main()
