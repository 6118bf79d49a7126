#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times whole processes, `overlap align` and audio-offset-finder, in turns, on recordings that it
makes itself, and prints medians, ratios and the peak of memory.

    swift build -c release --product overlap
    python3 -m venv venv && venv/bin/pip install audio-offset-finder==0.5.5
    venv/bin/python Samples/Benchmarks/Alignment/compare_offset_finder.py
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
RATE = 44100


def notes(seconds, random):
    """Decaying notes and strokes of noise."""
    sound = np.zeros(int(seconds * RATE), np.float32)
    time_axis = np.arange(int(0.8 * RATE)) / RATE
    start = 0.0
    while start < seconds:
        at = int(start * RATE)
        note = 0.3 * random.standard_normal(len(time_axis)) * np.exp(-40 * time_axis)
        pitch = 110 * 2 ** (random.integers(0, 36) / 12)
        for harmonic in range(1, 7):
            note += (np.exp(-(2 + harmonic) * time_axis) / harmonic
                     * np.sin(2 * np.pi * pitch * harmonic * time_axis))
        count = min(len(note), len(sound) - at)
        sound[at:at + count] += note[:count]
        start += random.uniform(0.15, 0.5)
    return sound


def save(path, sound, random):
    """Writes 16-bit stereo with a little noise of its own in each channel."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for start in range(0, len(sound), 60 * RATE):
            part = sound[start:start + 60 * RATE]
            both = np.stack([part, 0.8 * part], 1)
            both += 0.02 * random.standard_normal(both.shape)
            file.writeframes(np.clip(6000 * both, -32767, 32767).astype("<i2").tobytes())


def run(command):
    """The seconds, the peak of memory in MB, and the output of a process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024, output.decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--overlap", default=ROOT / ".build/release/overlap")
    parser.add_argument(
        "--peer", default=Path(sys.executable).parent / "audio-offset-finder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--pair", nargs=2, type=float, action="append", metavar=("SECONDS", "DELAY"))
    arguments = parser.parse_args()
    for seconds, delay in arguments.pair or [(30, 3.7), (1800, 600)]:
        random = np.random.default_rng(1)
        sound = notes(seconds + delay, random)
        with tempfile.TemporaryDirectory() as directory:
            reference, other = Path(directory, "a.wav"), Path(directory, "b.wav")
            save(reference, sound[int(delay * RATE):], random)
            save(other, sound[:int(seconds * RATE)], random)
            # A process's peak of memory is at least what this one has when it starts it.
            del sound
            commands = {
                "overlap": [arguments.overlap, "align", "--json", reference, other],
                "audio-offset-finder": [
                    arguments.peer, "--json", "--find-offset-of", reference, "--within", other]}
            results = {name: [] for name in commands}
            for _ in range(arguments.rounds):
                for name, command in commands.items():
                    results[name].append(run(command))
        summary = {"seconds": seconds, "delay": delay}
        for name, rows in results.items():
            summary[name] = {
                "median_seconds": statistics.median(row[0] for row in rows),
                "peak_megabytes": max(row[1] for row in rows)}
        answer = json.loads(results["overlap"][0][2])
        summary["delay_error_seconds"] = answer["delay_seconds"] - int(delay * RATE) / RATE
        summary["ratio"] = (summary["audio-offset-finder"]["median_seconds"]
                            / summary["overlap"]["median_seconds"])
        print(json.dumps(summary), flush=True)


if __name__ == "__main__":
    main()
