# SPDX-License-Identifier: MIT

"""The report page filled with data and sounds that are made here, so that all in it is known."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

# Where the project has the page: ReportPage.c tells in which order its parts follow each other.
SOURCE = Path(__file__).resolve().parents[2] / "Sources" / "ReportPage"
RATE = 48_000

Json = dict[str, Any]
Sound = tuple[np.ndarray, int]  # samples of 16 bits, and how many there are in a second


# The page


def page_parts() -> tuple[list[Path], list[Path]]:
    """The files before the data and after it."""
    source = (SOURCE / "ReportPage.c").read_text("ascii")
    before, after = (re.search(rf"char {name}\[\] = {{(.*?)}};", source, re.S)[1]
                     for name in ("before_data", "after_data"))
    files = [[SOURCE / name for name in re.findall(r'#embed "([^"]+)"', part)]
             for part in (before, after)]
    return files[0], files[1]


def assemble(data: Json) -> str:
    """The page as the program makes it."""
    before, after = ("".join(path.read_text("ascii") for path in paths) for paths in page_parts())
    return before + json.dumps(data).replace("<", "\\u003c") + after


# Sounds


def flac(samples: np.ndarray, rate: int = RATE) -> str:
    """A FLAC file of one channel of 16 bits, in base 64."""
    command = ["ffmpeg", "-v", "error", "-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "-",
               "-c:a", "flac", "-f", "flac", "-"]
    done = subprocess.run(command, input=samples.astype("<i2").tobytes(), capture_output=True,
                          check=True)
    return base64.b64encode(done.stdout).decode()


def scene(seconds: float, seed: int, rate: int = RATE) -> np.ndarray:
    """Claps, tones and noise, from -1 to 1."""
    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * rate)) / rate
    sound = 0.02 * random.standard_normal(len(time))
    for at in random.uniform(0, seconds, int(3 * seconds)):
        age = time - at
        burst = np.exp(-np.clip(age, 0, None) * random.uniform(8, 40)) * (age >= 0)
        tone = np.sin(2 * np.pi * random.uniform(150, 1500) * age)
        clap = 0.5 * random.standard_normal(len(time))
        sound += random.uniform(0.1, 0.5) * burst * (tone + clap)
    return sound / np.max(np.abs(sound))


def sixteen(sound: np.ndarray, scale: float) -> np.ndarray:
    return np.clip(np.round(sound * scale * 32767), -32768, 32767).astype(np.int16)


# Data


def envelope(count: int, seed: int) -> list[float]:
    random = np.random.default_rng(seed)
    smooth = np.convolve(random.uniform(0, 1, count + 30), np.hanning(31) / 15, "valid")[:count]
    loudness = np.clip((smooth - 0.3) * 2 * random.uniform(0.5, 1, count), 0.02, 1)
    return [round(float(value), 3) for value in loudness]


def correlation(delay: float, first: float, last: float, seed: int, height: float = 12.0) -> Json:
    lags = np.linspace(first, last, 1000)
    values = np.random.default_rng(seed).standard_normal(1000)
    values += height * np.exp(-(((lags - delay) / ((last - first) / 900)) ** 2))
    return {"first_lag": first, "last_lag": last, "values": [round(float(v), 3) for v in values]}


def recording(name: str, start: float, duration: float, seed: int, device: str | None = None,
              **more: Any) -> Json:
    return {"name": name, "device": device or name.split("/")[0], "duration": duration,
            "has_picture": name.endswith("mp4"),
            "pieces": [{"start": start, "end": start + duration, "file_start": 0.0}],
            "envelope": envelope(400, seed), "standard_error": 2.4e-6, "drift_ppm": 3.21,
            "drift_standard_error_ppm": 0.043, "polarity": 1, "false_alarm_probability": 1e-30,
            "notes": [], **more}


def pair(reference: int, other: int, delay: float, **more: Any) -> Json:
    return {"reference": reference, "other": other, "delay": delay, "standard_error": 2.8e-7,
            "drift_ppm": None, "drift_standard_error_ppm": None,
            "false_alarm_probability": 1e-30, "polarity": 1, "overlap": 600.0,
            "sentences": [], "is_contradicted": False, "correlation": None,
            "pieces": [{"start": 0.0, "end": 600.0, "delay": delay, "standard_error": 2.8e-7}],
            "breaks": [], "places": [], "command": "overlap align 'a' 'b'", **more}


NASTY = "phone/<img src=x onerror=alert(1)></script><b>\u202e\"quoted\" & 'single'.m4a"


class MadeSounds:
    """The sounds of a page, as it holds them and as they were before."""

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self.plain: list[Sound] = []

    def add(self, samples: np.ndarray, rate: int) -> int:
        self.plain.append((samples, rate))
        self.encoded.append(flac(samples, rate))
        return len(self.encoded) - 1

    def place(self, at: float, seed: int, scale: float = 0.3, with_before: bool = True,
              rate: int = RATE) -> Json:
        """Six seconds to listen to: before it is aligned, the other is 0.6 s late."""
        whole = scene(9, seed, rate)
        noise = np.random.default_rng(seed + 99).standard_normal(len(whole)) * 0.01
        reference = sixteen(whole[2 * rate:8 * rate], 0.7)
        after = sixteen((whole + noise)[2 * rate:8 * rate], scale)
        before = sixteen((whole + noise)[int(1.4 * rate):int(7.4 * rate)], scale)
        return {"at": at, "duration": 6.0, "reference": self.add(reference, rate),
                "after": self.add(after, rate),
                "before": self.add(before, rate) if with_before else None}


def stretch(start: float, end: float, delay: float, standard_error: float) -> Json:
    return {"start": start, "end": end, "delay": delay, "standard_error": standard_error}


def first_recordings() -> list[Json]:
    lossy = "field recorder with a long name/2024-05-17_evening_concert_main_hall_take_04.wav"
    return [
        recording("camA/001.mp4", 0.0, 1260.0, 1, standard_error=0.0, drift_ppm=None,
                  drift_standard_error_ppm=None),
        recording("camA/002.mp4", 1275.5, 1310.0, 2),
        recording("camA/003.mp4", 2601.0, 1240.0, 3, standard_error=0.0031,
                  false_alarm_probability=2.3e-5),
        recording(lossy, 60.0, 3900.0, 4,
                  pieces=[{"start": 60.0, "end": 1500.0, "file_start": 0.0},
                          {"start": 1620.0, "end": 2900.0, "file_start": 1440.0},
                          {"start": 2900.02, "end": 4080.02, "file_start": 2720.0}],
                  notes=["Samples were lost twice.", "The second of two channels was taken."]),
        recording(NASTY, 302.4, 2200.0, 5, polarity=-1, drift_ppm=-17.4,
                  drift_standard_error_ppm=0.31),
        recording("phone/short.m4a", 2600.0, 3.0, 6, polarity=None, standard_error=0.00042),
    ]


def first_pairs(sounds: MadeSounds) -> list[Json]:
    broken = pair(
        0, 3, -60.0123456,
        places=[sounds.place(300.0, 10), sounds.place(700.0, 11),
                sounds.place(1100.5, 12, with_before=False)],
        pieces=[stretch(60.0, 500.0, -60.0123456, 2.8e-4), stretch(501.5, 900.0, -60.0053456, 4e-4),
                stretch(900.1, 1260.0, -60.0093, 9e-4)],
        standard_error=2.8e-4, drift_ppm=2.13, drift_standard_error_ppm=0.41,
        breaks=[{"from": 500.0, "to": 501.5, "inserted": 0.007},
                {"from": 900.0, "to": 900.1, "inserted": -0.0048}],
        correlation=correlation(-60.01, -120.0, 120.0, 1),
        sentences=["The delay jumps twice, as where a recorder drops samples."],
        command="overlap align 'camA/001.mp4' 'field recorder/take_04.wav'")
    inverted = pair(0, 4, -0.6, polarity=-1, drift_ppm=-17.4, drift_standard_error_ppm=0.31,
                    places=[sounds.place(400.0, 20, scale=-0.5)],
                    correlation=correlation(-0.6, -20.0, 20.0, 2, -12.0))
    doubtful = pair(2, 3, 2541.0, false_alarm_probability=2.3e-5, standard_error=0.0031,
                    is_contradicted=True, correlation=correlation(2541.0, -1000.0, 4000.0, 3, 5.0),
                    places=[sounds.place(20.0, 30, rate=44_100)],
                    pieces=[stretch(0.0, 1240.0, 2541.0, 0.0031)])
    return [broken, inverted, doubtful,
            pair(3, 5, -2540.0, false_alarm_probability=0.2, standard_error=0.00042),
            pair(1, 3, 1215.5)]


def small_data() -> tuple[Json, list[Sound]]:
    """Three groups, names that hold HTML, pieces and breaks; and the samples of each sound."""
    sounds = MadeSounds()
    first = {"name": "Group 1", "duration": 4210.0, "recordings": first_recordings(),
             "pairs": first_pairs(sounds)}
    second = {"name": "Group 2", "duration": 12.4, "recordings": [
        recording("A.wav", 0.0, 10.0, 7, device="A"), recording("B.wav", 2.4, 10.0, 8, device="B")],
        "pairs": [pair(0, 1, -2.4, overlap=7.6, pieces=[stretch(2.4, 10.0, -2.4, 2.8e-7)],
                       correlation=correlation(-2.4, -10.0, 10.0, 5))]}
    third = {"name": "Group 3", "duration": 100.0, "pairs": [],
             "recordings": [recording("alone.wav", 0.0, 100.0, 9, device="alone")]}
    unplaced = [{"name": "camB/broken</script>.mp4", "reason": "It has no sound track."},
                {"name": "field/silence.wav",
                 "reason": "Nothing in it fits any other recording."}]
    data = {"title": "Evening concert, 17 May", "version": "0.4", "groups": [first, second, third],
            "unplaced": unplaced, "sounds": sounds.encoded}
    return data, sounds.plain


def large_data() -> Json:
    """200 recordings of 40 devices, and 300 pairs."""
    recordings = [recording(f"device {index % 40:02}/{index:03}.wav",
                            700.0 * (index // 40) + index % 40, 650.0, index)
                  for index in range(200)]
    random = np.random.default_rng(3)
    pairs = [pair(int(a), int(b), float(random.uniform(-30, 30)),
                  correlation=correlation(0.0, -30.0, 30.0, 7),
                  false_alarm_probability=float(10 ** random.uniform(-30, -4)))
             for a, b in random.integers(0, 200, (300, 2))]
    return {"title": "Large", "version": "0.4", "unplaced": [], "sounds": [],
            "groups": [{"name": "Group 1", "duration": 3600.0, "recordings": recordings,
                        "pairs": pairs}]}
