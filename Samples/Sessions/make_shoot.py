#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Makes a shoot: folders like the cards of devices that recorded two events, and truth.json.

Each device hears the events from its own place, through its own microphone, with its own noise and
by its own clock; one loses samples; two never record at the same time in the first event; and among
the clips of one is a stranger, with sound that no other holds. What the devices write of the time
is as wrong as in life. truth.json tells where each clip begins on the true line of its event.

Needs numpy, scipy, ffmpeg, espeak-ng, fluidsynth and the sound font fluid-soundfont-gm.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from event_sound import make_event_sound
from hearing import BLOCK, LEAD, RATE, TAIL, Ear, Noise
from shoot_plan import (
    DEVICES,
    MONDAY,
    SCALES,
    Device,
    Event,
    Scale,
    Take,
    clock,
    plan,
    timecode,
    whole,
)

CONVENTIONS = {
    "start_seconds": "true seconds from the beginning of the event to the file's first sample, as "
    "heard: the direct path has no delay",
    "clock_ppm": "by how much the device's clock is too fast: sample n, if nothing was lost before "
    "it, was taken n / (rate * (1 + clock_ppm / 1e6)) true seconds after the first",
    "lost": "pairs: at how many seconds of the file something is missing, and how many seconds of "
    "the device's clock it would have lasted",
    "duration_seconds": "of the file, at its nominal rate",
    "stamped": "the moment of the recording that the device writes down, by its own clock",
}


# Files


def name_files(takes: list[Take], shoot: Sequence[Event]) -> list[tuple[str, Take]]:
    """Takes of each device in their order, with the paths the device would give them."""
    named: list[tuple[str, Take]] = []
    for device in DEVICES:
        own = [take for take in takes if take.device is device]
        of_day: Counter[Any] = Counter()
        for index, take in enumerate(sorted(own, key=lambda take: true_moment(take, shoot))):
            time = clock(device, shoot[take.event], take.start)
            of_day[time.date()] += 1
            path = device.file.format(
                number=device.first_number + index, of_day=of_day[time.date()], time=time)
            named.append((path, take))
    return named


def true_moment(take: Take, shoot: Sequence[Event]) -> datetime:
    return shoot[take.event].began + timedelta(seconds=take.start)


def metadata(take: Take, event: Event, index: int) -> list[str]:
    """What the device writes about itself and the time, as options of ffmpeg."""
    device = take.device
    start = clock(device, event, take.start)
    options = []
    if device.broadcast:
        if index % 5 == 4:
            return []  # somebody cut this one, with a program that left nothing
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        tags = {
            "originator": " ".join(device.maker or ()),
            "origination_date": f"{start:%Y-%m-%d}",
            "origination_time": f"{start:%H:%M:%S}",
            "time_reference": str(round((start - midnight).total_seconds() * device.rate)),
        }
        options += ["-write_bext", "1"]
    else:
        tags = {}
        if device.maker:
            tags["make"], tags["model"] = device.maker
            if device.file.endswith(".MOV"):
                tags["com.apple.quicktime.make"], tags["com.apple.quicktime.model"] = device.maker
            options += ["-movflags", "use_metadata_tags"]
        if device.stamped:
            moment = start if device.stamped == "start" else clock(device, event, take.end)
            tags["creation_time"] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    if device.timecode:
        options += ["-timecode", timecode(device, event, take.start)]
    for key, value in tags.items():
        options += ["-metadata", f"{key}={value}"]
    return options


def picture(device: Device, seconds: float, still: bool) -> list[str]:
    if device.frame_rate is None:
        return []
    source = "smptebars" if still else "testsrc"
    frames = round(seconds * device.frame_rate)
    lavfi = f"{source}=size=160x90:rate={device.frame_rate},trim=end_frame={frames}"
    return ["-f", "lavfi", "-i", lavfi, "-map", "1:v", "-map", "0:a", "-c:v", "libx264",
            "-preset", "ultrafast", "-crf", "40", "-bf", "0", "-g", "250", "-pix_fmt", "yuv420p",
            "-threads:v", "1", *(["-tune", "stillimage"] if still else [])]


def encode(path: Path, take: Take, blocks: Iterator[np.ndarray], still: bool,
           tags: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    device = take.device
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-n"]
    command += ["-f", "f32le", "-ar", str(device.rate), "-ac", "1", "-i", "pipe:0"]
    command += [*picture(device, take.seconds, still), *device.sound, *tags, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for block in blocks:
            process.stdin.write(block.astype("<f4").tobytes())
        process.stdin.close()
    if process.returncode != 0:
        raise SystemExit(f"ffmpeg failed to write {path}.")


def record(take: Take, ear: Ear, noise: Noise, level: float, sound: np.ndarray
           ) -> Iterator[np.ndarray]:
    """What the device records, block by block; `level` is that of the sound as it hears it."""
    gain = 10 ** (take.device.gain_db / 20)
    hiss = level * 10 ** (-take.device.snr_db / 20)
    for count, time in take.pieces():
        for begin in range(0, count, ear.length):
            length = min(ear.length, count - begin)
            heard = ear.hear(sound, time + begin / take.true_rate, length)
            yield np.clip(gain * (heard + hiss * noise.next(length)), -0.999, 0.999)


def heard_level(ear: Ear, sound: np.ndarray) -> float:
    """The root mean square of a few blocks."""
    last = (len(sound) - BLOCK + LEAD + TAIL) / RATE
    blocks = [ear.hear(sound, time, ear.length) for time in np.linspace(0, last, 3)]
    return float(np.sqrt(np.mean(np.square(blocks))))


def make_shoot(out: Path, scale: Scale, seed: int) -> dict[str, Any]:
    takes = [
        take for number in (1, 2)
        for take in plan(np.random.default_rng([seed, 1, number]), scale, number)
    ]
    names = [device.name for device in DEVICES]
    stranger = DEVICES[names.index(scale.stranger)]
    length = whole(stranger, sum(scale.clip_seconds) / 3)
    takes.append(Take(stranger, 0, 2.0, length))
    # The stranger was recorded in the evening of the first day.
    shoot = [Event(MONDAY + timedelta(hours=9), length + 5, 0.45, {}), *scale.events]

    files: dict[str, dict[str, Any]] = {}
    named = name_files(takes, shoot)
    made = 0
    with tempfile.TemporaryDirectory(prefix=".sound-", dir=out) as scratch:
        for number, event in enumerate(shoot):
            # Losses make takes a little longer than planned.
            sound = make_event_sound(
                Path(scratch) / f"{number}.raw", event.seconds + 10, [seed, 2, number])
            for identity, device in enumerate(DEVICES):
                own = [(path, take) for path, take in named
                       if take.device is device and take.event == number]
                if not own:
                    continue
                random = np.random.default_rng([seed, 3, number, identity])
                ear = Ear(random, device.rate, device.clock_ppm, device.band, event.room_seconds,
                          device.dry_db)
                level = heard_level(ear, sound)
                for index, (path, take) in enumerate(own):
                    noise = Noise(random, device.rate)
                    blocks = record(take, ear, noise, level, sound)
                    encode(out / path, take, blocks, scale.still, metadata(take, event, index))
                    written = clock(device, event, take.end).timestamp()
                    os.utime(out / path, (written, written))
                    files[path] = describe(path, take)
                    made += 1
                    print(f"\r{made} of {len(takes)} clips", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {
        "conventions": CONVENTIONS,
        "events": [{"event": number, "began": shoot[number].began.isoformat(),
                    "seconds": shoot[number].seconds} for number in (1, 2)],
        "never_together_in_event_1": scale.apart,
        "devices": [describe_device(device) for device in DEVICES
                    if any(take.device is device for take in takes)],
        "files": [files[path] for path, _ in named],
    }


def describe(path: str, take: Take) -> dict[str, Any]:
    device = take.device
    return {
        "path": path,
        "device": device.name,
        "event": take.event or None,
        "start_seconds": round(take.start, 10) if take.event else None,
        "clock_ppm": device.clock_ppm,
        "lost": [[place / device.rate, lost / device.rate] for place, lost in take.lost],
        "duration_seconds": take.count / device.rate,
        "frame_rate": str(device.frame_rate) if device.frame_rate else None,
    }


def describe_device(device: Device) -> dict[str, Any]:
    return {
        "device": device.name,
        "sample_rate": device.rate,
        "clock_ppm": device.clock_ppm,
        "snr_db": device.snr_db,
        "clock_error_seconds": device.clock_error.total_seconds(),
        "stamped": device.stamped,
        "broadcast_wave": device.broadcast,
        "timecode": device.timecode,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Makes a shoot: clips of several devices at two events, and truth.json.")
    parser.add_argument("out", type=Path, metavar="OUT", help="a directory that is new or empty")
    parser.add_argument("--scale", choices=SCALES, default="full",
                        help="12 clips of 4 devices, 60 of 6, or 200 of 6 (default: full)")
    parser.add_argument("--seed", type=int, default=1, help="another one is another shoot")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    if any(arguments.out.iterdir()):
        parser.error(f"{arguments.out} is not empty.")
    truth = {"scale": arguments.scale, "seed": arguments.seed}
    truth |= make_shoot(arguments.out, SCALES[arguments.scale], arguments.seed)
    (arguments.out / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    seconds = sum(file["duration_seconds"] for file in truth["files"])
    print(f"{len(truth['files'])} clips, {seconds / 3600:.2f} h of sound")


if __name__ == "__main__":
    main()
