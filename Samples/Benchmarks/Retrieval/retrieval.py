# SPDX-License-Identifier: MIT

"""How well, and how fast, `overlap find` finds clips in an index.

An archive is made of the sounds in a folder (WAV of one channel and 16 bits, all at one rate): every
file is a sequence of their parts at other speeds, some backwards, so that no two hold the same. Clips
are cut from it, heard in another room, with as much noise or as much of another sound besides, and
encoded by MP3 (ffmpeg). As many clips are cut from sounds that the archive does not hold: the last
tenth of the folder.

    python retrieval.py SOUNDS WORK --files 1000 --minutes 10 --clips 200
"""

import argparse
import json
import os
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile
from scipy.signal import fftconvolve

Sound = NDArray[np.float32]


@dataclass
class Clip:
    path: Path
    file: Path
    position: float
    kind: str


def read(path: Path, start: int = 0, count: int | None = None) -> tuple[int, Sound]:
    rate, samples = wavfile.read(path, mmap=True)
    end = None if count is None else start + count
    return rate, np.asarray(samples[start:end], np.float32) / 32768


def write(path: Path, rate: int, sound: Sound) -> None:
    wavfile.write(path, rate, np.clip(sound * 30000, -32768, 32767).astype(np.int16))


def make_file(generator: np.random.Generator, sounds: list[Sound], length: int, rate: int) -> Sound:
    """Parts of sounds of 40 to 100 s, or as long as they are, at 0.7 to 1.4 times their speed."""
    parts: list[Sound] = []
    left = length
    while left > 0:
        sound = sounds[generator.integers(len(sounds))]
        speed = generator.uniform(0.7, 1.4)
        wanted = min(left, int(generator.uniform(40, 100) * rate))
        count = min(int(wanted * speed), len(sound) - 1)
        if count < 100:
            parts.append(np.zeros(left, np.float32))
            break
        start = generator.integers(0, len(sound) - count)
        places = np.arange(int(count / speed)) * speed
        part = np.interp(places, np.arange(count + 1), sound[start : start + count + 1])
        parts.append((part[::-1] if generator.random() < 0.5 else part).astype(np.float32))
        left -= len(part)
    return np.concatenate(parts)


def in_room(generator: np.random.Generator, sound: Sound, rate: int) -> Sound:
    """A decay by 60 dB in 0.3 to 0.8 s that is as loud as the direct sound."""
    times = np.arange(int(0.6 * rate)) / rate
    decay = generator.standard_normal(len(times)) * np.exp(-6.9 * times / generator.uniform(0.3, 0.8))
    decay[: int(0.002 * rate)] = 0
    decay /= np.sqrt(np.sum(decay**2))
    decay[0] = 1
    return fftconvolve(sound, decay)[: len(sound)].astype(np.float32)


def make_clip(
    generator: np.random.Generator, path: Path, archive: list[Path], others: list[Path], kind: str
) -> Clip:
    while True:
        file = archive[generator.integers(len(archive))]
        rate, whole = read(file)
        start = int(generator.integers(rate, len(whole) - 11 * rate))
        sound = in_room(generator, whole[start - rate : start + 10 * rate], rate)[rate:]
        # Not of silence.
        if np.sqrt(np.mean(sound**2)) > 3e-3:
            break
    if kind == "noise":
        besides = generator.standard_normal(len(sound)).astype(np.float32)
    else:
        _, other = read(others[generator.integers(len(others))])
        first = int(generator.integers(0, len(other) - len(sound)))
        besides = in_room(generator, other[first : first + len(sound)], rate)
    besides *= np.sqrt(np.mean(sound**2) / (np.mean(besides**2) + 1e-15))
    mixed = sound + besides
    made = path.with_suffix(".wav")
    write(made, rate, mixed / np.abs(mixed).max())
    encode = ["ffmpeg", "-v", "error", "-y", "-i", str(made), "-b:a", "48k", str(path)]
    subprocess.run(encode, check=True)
    made.unlink()
    return Clip(path, file, start / rate, kind)


def run(command: list[str]) -> tuple[str, float]:
    begin = time.monotonic()
    output = subprocess.run(command, capture_output=True, text=True).stdout
    return output, time.monotonic() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sounds", type=Path)
    parser.add_argument("work", type=Path, help="a folder for what is made; it may be there already")
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clips", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--overlap", default="overlap", metavar="PATH")
    options = parser.parse_args()
    generator = np.random.default_rng(options.seed)
    folders = [options.work / name for name in ("archive", "clips", "strangers")]
    for folder in folders:
        os.makedirs(folder, exist_ok=True)

    sources = sorted(options.sounds.glob("*.wav"))
    strangers = sources[-max(1, len(sources) // 10) :]
    own = sources[: -len(strangers)]
    rate = read(own[0])[0]
    sounds = [read(path)[1] for path in own]
    archive = [folders[0] / f"{number:05}.wav" for number in range(options.files)]
    for path in archive:
        if not path.exists():
            length = int(options.minutes * 60 * rate)
            write(path, rate, make_file(generator, sounds, length, rate))

    index = str(options.work / "archive.index")
    Path(index).unlink(missing_ok=True)
    _, seconds = run([options.overlap, "index", str(folders[0]), "-o", index])
    total = sum(len(read(path)[1]) for path in archive) / rate
    size = Path(index).stat().st_size
    print(f"index: {total:.0f} s of sound in {seconds:.1f} s, {size / total:.0f} bytes a second")

    clips = [
        make_clip(
            generator, folders[1] / f"{number:04}.mp3", archive, strangers, ("noise", "sound")[number % 2]
        )
        for number in range(options.clips)
    ]
    paths = [str(clip.path) for clip in clips]
    output, seconds = run([options.overlap, "find", *paths, index, "--json"])
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for line in output.splitlines():
        match = json.loads(line)
        found[match["clip"]].append((match["file"], match["position_seconds"]))
    for kind in ("noise", "sound"):
        chosen = [clip for clip in clips if clip.kind == kind]
        hits = sum(
            any(
                file == str(clip.file) and abs(place - clip.position) < 0.01
                for file, place in found[str(clip.path)]
            )
            for clip in chosen
        )
        print(f"find: {hits} of {len(chosen)} clips with as much {kind} besides")
    print(f"find: {seconds / len(clips):.2f} s a clip")

    paths = []
    for number in range(options.clips):
        _, sound = read(strangers[number % len(strangers)])
        start = int(generator.integers(0, len(sound) - 10 * rate))
        path = folders[2] / f"{number:04}.wav"
        write(path, rate, sound[start : start + 10 * rate])
        paths.append(str(path))
    output, seconds = run([options.overlap, "find", *paths, index, "--json"])
    print(
        f"strangers: {len(output.splitlines())} false matches in {len(paths) * len(archive)} comparisons, "
        f"{seconds / len(paths):.2f} s a clip"
    )


if __name__ == "__main__":
    main()
