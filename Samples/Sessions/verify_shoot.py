#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Checks the truth of a shoot by plain cross-correlation, without what it is meant to check.

Sound that ffmpeg decodes is read off at the same true moments from two clips, by splines, and the
peak of their whitened cross-correlation must be at zero: at the beginning and the end of what they
have in common, and on both sides of each loss. With --overlap, `overlap align` is tried as well.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.fft import next_fast_len
from scipy.interpolate import CubicSpline
from scipy.signal import resample

from truth import Clip, Stretch, read_truth

GRID = 48_000  # of the common moments, in a true second
BAND = (300, 7000)
SEARCH = 0.5  # seconds, either way
LIMIT = 1e-4  # seconds
MARGIN = 0.25


def decode(path: Path, rate: int) -> np.ndarray:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-map", "0:a", "-f", "f32le"]
    command += ["-ac", "1", "-ar", str(rate), "pipe:1"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, "<f4")


def sample_rate(path: Path) -> int:
    command = ["ffprobe", "-v", "error", "-select_streams", "a", "-show_entries",
               "stream=sample_rate", "-of", "csv=p=0", str(path)]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


@lru_cache(maxsize=24)
def sound_of(path: Path) -> tuple[np.ndarray, int]:
    rate = sample_rate(path)
    return decode(path, rate), rate


def at_true_times(path: Path, stretch: Stretch, begin: float, seconds: float) -> np.ndarray:
    """The sound at moments of a grid of true time."""
    sound, rate = sound_of(path)
    first = max(round((stretch.file(begin) - MARGIN) * rate), 0)
    part = sound[first : round((stretch.file(begin + seconds) + MARGIN) * rate)]
    # Lengths with large prime factors take long.
    part = np.pad(part, (0, next_fast_len(len(part) + 1, real=True) - len(part)))
    # Splines are good where the sound is sampled much more often than it must be.
    finer = max(1, round(192_000 / rate))
    fine = resample(part.astype(float), len(part) * finer)
    places = (stretch.file(begin) + np.arange(round(seconds * GRID)) / GRID * stretch.clock
              - first / rate) * rate * finer
    return CubicSpline(np.arange(len(fine)), fine)(places)


def lag(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """By how many seconds `other` is late, and how far the peak is above the rest."""
    size = 2 * len(one)
    cross = np.conj(np.fft.rfft(one, size)) * np.fft.rfft(other, size)
    frequencies = np.fft.rfftfreq(size, 1 / GRID)
    cross[(frequencies < BAND[0]) | (frequencies > BAND[1])] = 0
    cross /= np.maximum(np.abs(cross), 1e-20)
    reach = round(SEARCH * GRID)
    correlation = np.roll(np.fft.irfft(cross), reach)[: 2 * reach + 1]
    peak = int(np.argmax(np.abs(correlation)))
    height = abs(correlation[peak]) / np.std(correlation)
    inside = np.flatnonzero(cross)
    fine = np.linspace(-1, 1, 101)
    turns = 2j * np.pi * frequencies[inside]
    values = [abs((cross[inside] * np.exp(turns * ((peak - reach + step) / GRID))).real.sum())
              for step in fine]
    return (peak - reach + fine[int(np.argmax(values))]) / GRID, float(height)


def windows(one: Clip, other: Clip, longest: float
            ) -> Iterator[tuple[Stretch, Stretch, float, float]]:
    """The beginning and the end of each stretch that both recorded without a loss."""
    for first in one.stretches():
        for second in other.stretches():
            begin = max(first.true_start, second.true_start) + 0.05
            end = min(first.true_end, second.true_end) - 0.05
            if end - begin < 4:
                continue
            seconds = min(longest, end - begin)
            yield first, second, begin, seconds
            if end - begin > 1.5 * longest:
                yield first, second, end - seconds, seconds


def partners(clip: Clip, clips: list[Clip], count: int) -> list[Clip]:
    """The recorder's clips first, as they are the best to hear, then those with most in common."""

    def rank(other: Clip) -> tuple[bool, float]:
        return other.device != "ZOOM", -common(clip, other)

    others = [other for other in clips if other.device != clip.device and common(clip, other) > 5]
    return sorted(others, key=rank)[:count]


def common(one: Clip, other: Clip) -> float:
    if one.event is None or one.event != other.event:
        return 0.0
    end = min(one.stretches()[-1].true_end, other.stretches()[-1].true_end)
    return end - max(one.start, other.start)


def verify(shoot: Path, clips: list[Clip], every: int, count: int) -> list[dict[str, Any]]:
    rows = []
    for clip in [clip for clip in clips if clip.event][::every]:
        for other in partners(clip, clips, count):
            for first, second, begin, seconds in windows(other, clip, 12.0):
                error, height = lag(at_true_times(shoot / other.path, first, begin, seconds),
                                    at_true_times(shoot / clip.path, second, begin, seconds))
                rows.append({"file": clip.path, "against": other.path,
                             "true_seconds": round(begin, 3), "seconds": round(seconds, 2),
                             "after_loss": second.file_start > 0 or first.file_start > 0,
                             "error_us": round(error * 1e6, 2), "height": round(height, 1)})
                print("{file:45} {against:40} {true_seconds:9.2f} s {seconds:5.1f} s "
                      "{error_us:8.2f} us  {height:6.1f}".format(**rows[-1]), flush=True)
    return rows


# overlap align


def align(overlap: str, shoot: Path, clip: Clip, reference: Clip) -> Iterator[dict[str, Any]]:
    """The error of each piece that `overlap align --drift` finds."""
    command = [overlap, "align", str(shoot / reference.path), str(shoot / clip.path), "--drift",
               "--json", "--quiet"]
    result = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
    pair = {"file": clip.path, "against": reference.path}
    if not result["aligned"]:
        yield {**pair, "aligned": False}
        return
    for piece in result.get("pieces") or []:
        begin, end = piece["start_seconds"], piece["end_seconds"]
        true = reference.stretch((begin + end) / 2)
        middle = true.true((begin + end) / 2)
        # The loss is found a little early or late, so a piece is that with its middle.
        own = next((each for each in clip.stretches() if middle < each.true_end),
                   clip.stretches()[-1])
        expected = own.file(true.true(begin)) - begin
        yield {**pair, "aligned": True, "at": round(begin, 2),
               "error_us": round((piece["delay_seconds"] - expected) * 1e6, 2),
               "standard_error_us": round((piece["standard_error_seconds"] or 0) * 1e6, 2),
               "drift_error_ppm": round(piece["drift_ppm"] - ((1 + clip.clock_ppm * 1e-6) / (
                   1 + reference.clock_ppm * 1e-6) - 1) * 1e6, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Checks the truth of a shoot without overlap.")
    parser.add_argument("shoot", type=Path, metavar="SHOOT", help="what make_shoot.py made")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth clip")
    parser.add_argument("--partners", type=int, default=1, help="clips to compare each with")
    parser.add_argument("--overlap", metavar="PATH", help="try this command's align, too")
    parser.add_argument("--pairs", type=int, default=5, help="how many pairs to align")
    arguments = parser.parse_args()
    clips, _ = read_truth(arguments.shoot)
    rows = verify(arguments.shoot, clips, arguments.every, arguments.partners)
    errors = np.abs([row["error_us"] for row in rows])
    bad = [row for row in rows if abs(row["error_us"]) > LIMIT * 1e6]
    summary = {"windows": len(rows), "files": len({row["file"] for row in rows}),
               "after_loss": sum(row["after_loss"] for row in rows),
               "median_us": float(np.median(errors)), "worst_us": float(errors.max()),
               "bad": len(bad)}
    if arguments.overlap:
        able = [(clip, partners(clip, clips, 1)) for clip in clips if clip.event]
        able = [pair for pair in able if pair[1] and pair[0].device != "ZOOM"]
        step = max(1, len(able) // arguments.pairs)
        for clip, others in able[::step][: arguments.pairs]:
            for row in align(arguments.overlap, arguments.shoot, clip, others[0]):
                print(json.dumps(row))
                if not row["aligned"] or abs(row["error_us"]) > LIMIT * 1e6:
                    bad.append(row)
        summary["bad"] = len(bad)
    print(json.dumps(summary))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
