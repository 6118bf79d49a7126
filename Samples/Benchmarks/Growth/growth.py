#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""How Overlap's time and memory grow with signals, images and recordings, and by which exponent.

    Samples/Benchmarks/run --only growth
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Shared"))

import numpy as np  # noqa: E402

from noise import noise  # noqa: E402
from turns import RELEASE, Program, argument_parser  # noqa: E402

OVERLAP = Path(__file__).resolve().parents[3] / ".build/release/overlap"


def fitted(rows, key):
    """The exponent of a power of the count, by least squares of the logarithms over the larger half;
    None where a value is too small to be told."""
    larger = rows[len(rows) // 2:]
    if any(not row[key] for row in larger):
        return None
    x = [math.log(row["count"]) for row in larger]
    y = [math.log(row[key]) for row in larger]
    return float(np.polyfit(x, y, 1)[0])


def measured(command, budget):
    """The shortest time and the growth of memory of a program that serves."""
    side = Program(command)
    end = time.monotonic() + budget
    times = [side.measure()]
    while time.monotonic() < end or len(times) < 3:
        times.append(side.measure())
    side.close()
    return min(times), side.memory


def whole_process(command):
    """The seconds of the processor of a whole process, and its peak of memory."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10


def signals(kernel, powers, budget):
    for power in powers:
        count = 1 << power
        seconds, memory = measured(
            [RELEASE / "ConvolutionBenchmarks", "serve",
             f"convolve-{count}-by-{kernel or count}-float32"], budget)
        yield {"size": f"2^{power}", "count": count, "seconds": seconds, "memory": memory}


def images(powers, budget):
    for power in powers:
        side = 1 << power
        seconds, memory = measured(
            [RELEASE / "ImageBenchmarks", "serve", "filter", "--image", side, "--kernel", 31], budget)
        yield {"size": f"{side} x {side}", "count": side * side, "seconds": seconds, "memory": memory}


def save(path, sound, rate):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((20000 * sound).astype("<i2").tobytes())


def recordings(lengths):
    """Noise, and the same two seconds later with as much other noise."""
    rate = 16000
    for length in lengths:
        count, late = length * rate, 2 * rate
        common, first, second = (noise(count + late, seed) for seed in (1, 2, 3))
        with tempfile.TemporaryDirectory() as folder:
            one, other = Path(folder, "one.wav"), Path(folder, "other.wav")
            save(one, (common[late:] + first[late:]) / 2, rate)
            save(other, (common[:count] + second[:count]) / 2, rate)
            del common, first, second
            command = [OVERLAP, "align", "--json", "--threads", "1", one, other]
            both = [whole_process(command) for _ in range(3)]
        yield {"size": f"{length} s", "count": count, "seconds": min(row[0] for row in both),
               "memory": max(row[1] for row in both)}


def main():
    parser = argument_parser(__doc__.split("\n")[0], budget=0.5)
    arguments = parser.parse_args()
    quick, budget = arguments.quick, arguments.budget
    powers = range(10, 21 if quick else 25, 2)
    cases = [
        ("a signal by 1025 taps", "samples", "samples", signals(1025, powers[1:], budget)),
        ("a signal by one of its length", "samples", "samples", signals(None, powers, budget)),
        ("an image by 31 x 31", "pixels", "pixels", images(range(6, 11 if quick else 13), budget)),
    ]
    if OVERLAP.exists():
        lengths = (10, 30, 100, 300) if quick else (10, 30, 100, 300, 1000, 3600)
        cases.append(("two recordings at 16 kHz aligned, whole processes", "each", "samples",
                      recordings(lengths)))
    for name, unit, of, rows in cases:
        rows = list(rows)
        result = {"section": "growth", "case": name, "unit": unit, "of": of, "rows": rows,
                  "exponents": {key: fitted(rows, key) for key in ("seconds", "memory")}}
        if arguments.json:
            print(json.dumps(result), flush=True)
            continue
        print(name)
        for row in rows:
            print(f"  {row['size']:>12} {row['seconds'] * 1e3:12.4f} ms "
                  f"{(row['memory'] or 0) / 2**20:10.1f} MiB")
        print(f"  exponents: {result['exponents']}")


if __name__ == "__main__":
    main()
