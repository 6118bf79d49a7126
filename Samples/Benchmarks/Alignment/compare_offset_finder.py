#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times whole processes, `overlap align` and audio-offset-finder, in turns, on recordings that it
makes itself: medians, ratios and the peak of memory.

    Samples/Benchmarks/run --only recordings
    ~/.cache/overlap/benchmarks/recordings/bin/python \
      Samples/Benchmarks/Alignment/compare_offset_finder.py --pair 60 5
"""

import json
import os
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Shared"))

import numpy as np  # noqa: E402

from turns import OURS, Report, argument_parser, take_turns  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]
RATE = 44100

# The seconds of both recordings, and how much later what they share comes in the other.
PAIRS = [(30, 3.7), (1800, 600)]


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


class WholeProcess:
    """A command, from its start to its end."""

    probes, beside = (), OURS

    def __init__(self, command):
        self.command, self.memory, self.output = command, 0, ""
        self.measure()

    def measure(self):
        process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            raise SystemExit(f"{self.command[0]} ended with {os.waitstatus_to_exitcode(status)}")
        self.memory = max(self.memory, usage.ru_maxrss << 10)
        return usage.ru_utime + usage.ru_stime

    def answer(self):
        """They tell delays in ways of their own."""

    def close(self):
        pass


def main():
    parser = argument_parser(__doc__.split("\n")[0], budget=20)
    parser.add_argument("--overlap", default=ROOT / ".build/release/overlap")
    parser.add_argument("--peer", default=Path(sys.prefix) / "bin/audio-offset-finder")
    parser.add_argument(
        "--pair", nargs=2, type=float, action="append", metavar=("SECONDS", "DELAY"))
    arguments = parser.parse_args()
    report = Report(arguments)
    for seconds, delay in arguments.pair or PAIRS[:1 if arguments.quick else None]:
        random = np.random.default_rng(1)
        sound = notes(seconds + delay, random)
        with tempfile.TemporaryDirectory() as directory:
            reference, other = Path(directory, "a.wav"), Path(directory, "b.wav")
            save(reference, sound[int(delay * RATE):], random)
            save(other, sound[:int(seconds * RATE)], random)
            # A process's peak of memory is at least what this one has when it starts it.
            del sound
            ours = WholeProcess([arguments.overlap, "align", "--json", "--threads", "1", reference, other])
            answer = json.loads(ours.output)
            sides = {OURS: ours}
            if Path(arguments.peer).exists():
                sides["audio-offset-finder"] = WholeProcess([
                    arguments.peer, "--json", "--find-offset-of", reference, "--within", other])
            else:
                report.missing("recordings", "audio-offset-finder", f"there is no {arguments.peer}")
            error = answer["delay_seconds"] - int(delay * RATE) / RATE
            report(take_turns(
                "recordings",
                f"{seconds:g} s, {delay:g} s apart; ours is {error * 1e6:.2f} us off", sides,
                arguments.budget))


if __name__ == "__main__":
    main()
