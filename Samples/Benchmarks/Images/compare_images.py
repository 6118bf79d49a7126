#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times Overlap's work on images against OpenCV and SciPy, in turns, and prints the medians.

    swift build -c release --package-path Samples
    python3 -m venv venv
    venv/bin/pip install -r Samples/Benchmarks/requirements.txt opencv-python-headless
    venv/bin/python Samples/Benchmarks/Images/compare_images.py
"""

import argparse
import json
import os
import statistics
import subprocess
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import scipy.signal  # noqa: E402

COMMAND = Path(__file__).resolve().parents[2] / ".build/release/ImageBenchmarks"


class Ours:
    def __init__(self, work, kernel, method="auto"):
        self.process = subprocess.Popen(
            [COMMAND, "serve", work, "--kernel", str(kernel), "--method", method],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

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
    measure()
    return measure


def take_turns(sides, budget):
    times = {name: [] for name in sides}
    end = time.monotonic() + budget
    while time.monotonic() < end or len(next(iter(times.values()))) < 3:
        for name, measure in sides.items():
            times[name].append(measure())
    for measure in sides.values():
        if isinstance(measure, Ours):
            measure.close()
    return {name: statistics.median(values) for name, values in times.items()}


def report(title, seconds):
    ours = seconds["overlap"]
    print(f"{title}: overlap {ours * 1e3:.2f} ms" + "".join(
        f", {name} {value * 1e3:.2f} ms ({value / ours:.2f} times)"
        for name, value in seconds.items() if name != "overlap"), flush=True)


def filters(image, random, budget, size):
    kernel = random.uniform(-1, 1, (size, size)).astype(np.float32)
    sides = {
        "overlap": Ours("filter", size),
        "OpenCV": timed(lambda: cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_CONSTANT)),
        "fftconvolve": timed(lambda: scipy.signal.fftconvolve(image, kernel, "same")),
        "oaconvolve": timed(lambda: scipy.signal.oaconvolve(image, kernel, "same"))}
    if size <= 15:
        sides["convolve2d"] = timed(lambda: scipy.signal.convolve2d(image, kernel, "same"))
    report(f"{size} x {size}", take_turns(sides, budget))


def separable(image, random, budget):
    report("separable 31 x 31", take_turns(
        {"overlap": Ours("gaussian", 31), "dense": Ours("filter", 31)}, budget))


def boundaries(image, random, budget):
    for size in (31, 127):
        report(f"zero boundary {size}", take_turns(
            {"overlap": Ours("filter", size, method="overlap-save"),
             "symmetric": Ours("symmetric", size, method="overlap-save")}, budget))


def match(image, random, budget):
    template = random.uniform(-1, 1, (64, 64)).astype(np.float32)
    report("match 64 x 64", take_turns(
        {"overlap": Ours("match", 64), "OpenCV": timed(lambda: cv2.matchTemplate(
            image, template, cv2.TM_CCOEFF_NORMED))}, budget))


SIZES = (3, 5, 7, 11, 15, 31, 63, 127)
CASES = {"separable": separable, "boundaries": boundaries, "match": match}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--budget", type=float, default=3, help="seconds for each case")
    parser.add_argument("cases", nargs="*", default=[*map(str, SIZES), *CASES],
                        help=f"sizes of kernels, or of {', '.join(CASES)}; all if none is given")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    random = np.random.default_rng(1)
    image = random.uniform(-1, 1, (2048, 2048)).astype(np.float32)
    for case in arguments.cases:
        if case in CASES:
            CASES[case](image, random, arguments.budget)
        else:
            filters(image, random, arguments.budget, int(case))


if __name__ == "__main__":
    main()
