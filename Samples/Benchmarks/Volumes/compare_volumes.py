#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times Overlap's convolution of volumes against SciPy and PyTorch, in turns, and prints the medians.

    swift build -c release --package-path Samples
    python3 -m venv venv
    venv/bin/pip install -r Samples/Benchmarks/requirements.txt torch
    venv/bin/python Samples/Benchmarks/Volumes/compare_volumes.py

Without torch its columns are left out.
"""

import argparse
import json
import os
import statistics
import subprocess
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import scipy.ndimage  # noqa: E402
import scipy.signal  # noqa: E402

try:
    import torch
except ImportError:
    torch = None

COMMAND = Path(__file__).resolve().parents[2] / ".build/release/VolumeBenchmarks"


class Ours:
    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [COMMAND, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)

    def __call__(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["seconds"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def timed(work):
    def measure():
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    return measure


def take_turns(sides, rounds):
    times = {name: [] for name in sides}
    for _ in range(rounds):
        for name, measure in sides.items():
            times[name].append(measure())
    for measure in sides.values():
        if isinstance(measure, Ours):
            measure.close()
    return {name: statistics.median(values) for name, values in times.items()}


def report(title, seconds):
    ours = seconds["overlap"]
    print(f"{title}: overlap {ours * 1e3:.1f} ms" + "".join(
        f", {name} {value * 1e3:.1f} ms ({value / ours:.2f} times)"
        for name, value in seconds.items() if name != "overlap"), flush=True)


def dense(volume, random, side, rounds):
    kernel = random.uniform(-1, 1, (side,) * 3).astype(np.float32)
    sides = {
        "overlap": Ours("--volume", len(volume), "--kernel", side),
        "fftconvolve": timed(lambda: scipy.signal.fftconvolve(volume, kernel, "same")),
        "oaconvolve": timed(lambda: scipy.signal.oaconvolve(volume, kernel, "same"))}
    if torch is not None:
        data = torch.from_numpy(volume)[None, None]
        weight = torch.from_numpy(kernel[::-1, ::-1, ::-1].copy())[None, None]

        def conv3d():
            with torch.inference_mode():
                torch.nn.functional.conv3d(data, weight, padding="same")
        sides["conv3d"] = timed(conv3d)
    report(f"{side} x {side} x {side}", take_turns(sides, rounds))


def separable(volume, random, side, rounds):
    line = random.uniform(-1, 1, side).astype(np.float32)

    def passes():
        result = volume
        for axis in range(3):
            result = scipy.ndimage.convolve1d(result, line, axis, mode="constant")
    report(f"separable {side} x {side} x {side}", take_turns(
        {"overlap": Ours("--volume", len(volume), "--kernel", side, "--separable"),
         "convolve1d in each axis": timed(passes)}, rounds))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--volume", type=int, default=256, help="planes, rows and columns")
    parser.add_argument("--rounds", type=int, default=5, help="turns that each takes")
    parser.add_argument("sides", nargs="*", type=int, default=[3, 5, 9, 15, 31],
                        help="planes, rows and columns of kernels")
    arguments = parser.parse_args()
    if torch is not None:
        torch.set_num_threads(1)
    random = np.random.default_rng(1)
    volume = random.uniform(-1, 1, (arguments.volume,) * 3).astype(np.float32)
    for side in arguments.sides:
        dense(volume, random, side, arguments.rounds)
        separable(volume, random, side, arguments.rounds)


if __name__ == "__main__":
    main()
