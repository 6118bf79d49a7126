#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Sums up what the planner's choices lost over a grid, and what SciPy's would have.

Reads the lines that `ConvolutionBenchmarks regret` prints. With --scipy it also times SciPy's two
methods at the same points, and says how SciPy's choose_conv_method did on them.

    Samples/.build/release/ConvolutionBenchmarks regret > grid.jsonl
    ~/.cache/overlap/benchmarks/common/bin/python Samples/Benchmarks/Convolution/regret.py grid.jsonl --scipy
"""

import argparse
import json
import time
from collections import Counter

import numpy as np
import scipy.signal


def summary(title, regrets):
    values = np.array(regrets)
    worst = np.percentile(values, [50, 95, 99])
    print(f"{title}: {len(values)} points, mean {values.mean():.4f}, median {worst[0]:.4f}, "
          f"95 % {worst[1]:.3f}, 99 % {worst[2]:.3f}, worst {values.max():.3f}")


def scipy_regret(point):
    """The time of SciPy's choice over that of its better method."""
    random = np.random.default_rng(1)
    signal = random.uniform(-1, 1, point["signal"]).astype(point["dtype"])
    kernel = random.uniform(-1, 1, point["kernel"]).astype(point["dtype"])
    choice = scipy.signal.choose_conv_method(signal, kernel, point["mode"])
    products = point["signal"] * point["kernel"]
    seconds = {}
    for method in ("fft", "direct"):
        # Seconds of direct sums, ten times as slow as transforms, that would take hours in all.
        if method == "direct" and products > 2**31 and choice != "direct":
            continue
        best = float("inf")
        spent = 0
        while spent < 5e-3 or best == float("inf"):
            start = time.perf_counter()
            scipy.signal.convolve(signal, kernel, point["mode"], method)
            elapsed = time.perf_counter() - start
            best = min(best, elapsed)
            spent += elapsed
        seconds[method] = best
    return seconds[choice] / min(seconds.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("grid")
    parser.add_argument("--scipy", action="store_true")
    parser.add_argument("--worst", type=int, default=10, help="points to print")
    arguments = parser.parse_args()
    with open(arguments.grid) as file:
        points = [json.loads(line) for line in file]

    summary("overlap", [point["regret"] for point in points])
    for key in ("dtype", "mode", "chosen"):
        for value in sorted({point[key] for point in points}):
            summary(f"  {value}", [p["regret"] for p in points if p[key] == value])
    missed = Counter((p["chosen"], p["best"]) for p in points if p["chosen"] != p["best"])
    for (chosen, best), count in missed.most_common():
        print(f"  {count} times {chosen} where {best} was faster")
    for point in sorted(points, key=lambda p: -p["regret"])[: arguments.worst]:
        times = ", ".join(f"{m} {s * 1e6:.1f} us (predicted {point['predicted'][m] * 1e6:.1f})"
                          for m, s in sorted(point["seconds"].items()))
        print(f"  {point['regret']:.3f}  {point['signal']} by {point['kernel']} {point['dtype']} "
              f"{point['mode']}: {point['chosen']}; {times}")
    if arguments.scipy:
        summary("scipy", [scipy_regret(point) for point in points])


if __name__ == "__main__":
    main()
