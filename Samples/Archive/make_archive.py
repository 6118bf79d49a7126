# SPDX-License-Identifier: MIT

"""Makes a small archive of recordings whose delays are known, and its manifest."""

from __future__ import annotations

import random
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

RATE = 16_000
SAMPLE_BYTES = 2

# Noise, so that one sound cannot be taken for another: a scene, what each device hears of it.
SCENE_SECONDS = 9
RECORDING_SECONDS = 8


class Pair(NamedTuple):
    """A line of the manifest, and what is known of its result."""

    id: int
    reference: str
    other: str
    status: int
    max_lag: float | None = None
    delay: float | None = None
    attempts: int = 1


def make_archive(directory: Path, late: Path) -> list[Pair]:
    """Pairs of every fate, in an order that has nothing to do with their references.

    The file `late` is made where nobody looks for it, at first.
    """
    (directory / "damaged.wav").write_text("This is no sound.\n")
    write(directory / "silent.wav", bytes(RATE * SAMPLE_BYTES))
    write(directory / "unrelated.wav", noise(1000, RECORDING_SECONDS))
    pairs: list[Pair] = []

    def add(
        reference: Path,
        other: Path | str,
        status: int,
        max_lag: float | None = None,
        delay: float | None = None,
        attempts: int = 1,
    ) -> None:
        files = (str(reference), str(directory / other))
        pairs.append(Pair(len(pairs), *files, status, max_lag, delay, attempts))

    for scene, copies in enumerate([36, 5, 3, 3, 2, 2, 1, 1, 1]):
        sound = noise(scene, SCENE_SECONDS)
        reference = directory / f"scene {scene}.wav"
        write(reference, part(sound, 0))
        for copy, start in enumerate(starts(scene, copies)):
            other = directory / f"scene {scene}, copy {copy}.wav"
            write(other, part(sound, start))
            # What begins later has the same event earlier.
            add(reference, other, 0, delay=-start / RATE)
        if scene < 3:
            add(reference, "unrelated.wav", 1)
            add(reference, "damaged.wav", 65)
            add(reference, "silent.wav", 65)
            add(reference, "missing.wav", 66, attempts=2)
            # Beyond what is searched, and an option that makes no sense.
            add(reference, f"scene {scene}, copy 0.wav", 1, max_lag=0.001)
            add(reference, f"scene {scene}, copy 0.wav", 65, max_lag=-1.0)
    start = RATE // 4
    write(late, part(noise(0, SCENE_SECONDS), start))
    add(directory / "scene 0.wav", "late.wav", 0, delay=-start / RATE, attempts=2)
    random.Random(1).shuffle(pairs)
    return pairs


def starts(scene: int, count: int) -> Iterator[int]:
    generator = random.Random(100 + scene)
    for _ in range(count):
        yield generator.randrange(RATE // 10, RATE)


def noise(seed: int, seconds: int) -> bytes:
    return random.Random(seed).randbytes(seconds * RATE * SAMPLE_BYTES)


def part(sound: bytes, start: int) -> bytes:
    begin = start * SAMPLE_BYTES
    return sound[begin : begin + RECORDING_SECONDS * RATE * SAMPLE_BYTES]


def write(path: Path, sound: bytes) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(RATE)
        file.writeframes(sound)
