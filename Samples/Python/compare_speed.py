#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""What calls of overlap.py take, in turns beside NumPy's and SciPy's, and what arrays take that do not
lie side by side, beside those that do. Needs SciPy; times are the best of nine turns.

    Samples/Python/compare_speed.py
"""

import time

import numpy as np
import scipy.signal

import overlap

RANDOM = np.random.default_rng(1)


def turns(calls, count=1, rounds=15):
    """The seconds that each call takes."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            for _ in range(count):
                call()
            best[name] = min(best[name], (time.perf_counter() - start) / count)
    return best


def lengths(n, m, count):
    signal, kernel = RANDOM.random(n), RANDOM.random(m)
    plan = overlap.Plan(kernel)
    out = plan(signal)
    best = turns({
        "plan": lambda: plan(signal, out), "plan, new result": lambda: plan(signal),
        "convolve": lambda: overlap.convolve(signal, kernel),
        "numpy.convolve": lambda: np.convolve(signal, kernel),
        "scipy.signal.convolve": lambda: scipy.signal.convolve(signal, kernel),
        "scipy.signal.oaconvolve": lambda: scipy.signal.oaconvolve(signal, kernel),
    }, count, 300)
    print(f"{n} by {m}: " + ", ".join(f"{name} {seconds * 1e6:.2f} us" for name, seconds in best.items()))


def strides(what, kernel, arrays, axes=None):
    calls = {}
    for name, (signal, out) in arrays.items():
        plan = overlap.Plan(kernel, "same", axes=axes.get(name) if axes else None)
        calls[name] = lambda plan=plan, signal=signal, out=out: plan(signal, out)
    best = turns(calls)
    first = best["side by side"]
    print(f"{what}: side by side {first * 1e3:.2f} ms; " + ", ".join(
        f"{name} {seconds / first:.2f}x" for name, seconds in best.items() if seconds is not first))


def main():
    lengths(10, 3, 50)
    lengths(1000, 50, 20)
    lengths(100_000, 513, 1)
    for side in (5, 15, 63):
        kernel = RANDOM.random((side, side))
        image = RANDOM.random((1024, 1024))
        large, colours = RANDOM.random((1300, 1200)), RANDOM.random((1024, 1024, 3))
        out = np.empty_like(image)
        strides(f"1024 x 1024 by {side} x {side}", kernel, {
            "side by side": (image, out), "region": (large[100:1124, 100:1124], out),
            "one colour": (colours[:, :, 1], out), "transposed": (image.T, out),
            "Fortran order, result too": (image.T, out.T)})
    kernel = RANDOM.random(513)
    lines = RANDOM.random((64, 200_000))
    turned = np.ascontiguousarray(lines.T)
    strides("64 x 200000 by 513", kernel, {
        "side by side": (lines, np.empty_like(lines)), "along the first axis": (turned, np.empty_like(turned)),
    }, {"along the first axis": 0})
    every = RANDOM.random(4_000_000)
    strides("2000000 by 513", kernel, {
        "side by side": (every[:2_000_000], np.empty(2_000_000)),
        "every second": (every[::2], np.empty(2_000_000)),
        "backwards": (every[2_000_000::-1][:2_000_000], np.empty(2_000_000))})


if __name__ == "__main__":
    main()
