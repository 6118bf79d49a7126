# SPDX-License-Identifier: MIT

"""Renders the sound of an MLT document by melt, and finds out by sound where each clip came to lie.

Of each clip the beginning is rendered, with all other tracks muted, and aligned with the clip's file
by `overlap align`, so an in-point or a speed that MLT understands in another way than it was meant
shows as a delay.
"""

from __future__ import annotations

import json
import subprocess
import wave
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from readback import Clip, ReadbackError, property_of, run

RATE = 48_000
# Of a shorter clip nothing is told.
LEAST_SECONDS = 5.0
# Now and then melt has written all and does not end.
RENDER_SECONDS = 60
TRIES = 4


class Heard(NamedTuple):
    """By how much more a clip's file has played than it should have, at a moment of the line."""

    track: str
    file: str
    at: float
    seconds: float
    error: float | None  # seconds, or None where there is not even a guess
    aligned: bool


def write_profile(document: Path, path: Path) -> None:
    """The document's profile, which melt wants by itself when it writes to a file.

    It must have an absolute path and a description, or melt crashes.
    """
    profile = etree.parse(document).getroot().find("profile")
    path.write_text("".join(f"{key}={value}\n" for key, value in profile.attrib.items()))


def write_track(document: Path, track: str, path: Path) -> None:
    """The document with all tracks muted but one."""
    root = etree.parse(document).getroot()
    names = {playlist.get("id"): property_of(playlist, "shotcut:name")
             for playlist in root.iter("playlist")}
    if track not in names.values():
        raise ReadbackError(f"no track {track}")
    for element in root.findall("tractor")[-1].findall("track"):
        if names.get(element.get("producer")) != track:
            element.set("hide", "both")
    etree.ElementTree(root).write(path, xml_declaration=True, encoding="utf-8")


def render(document: Path, track: str, frames: tuple[int, int], directory: Path) -> Path:
    profile, one, out = (directory / name for name in ("profile", "one.mlt", "sound.wav"))
    write_profile(document, profile)
    write_track(document, track, one)
    for _ in range(TRIES):
        try:
            run("melt", "-profile", profile, one, f"in={frames[0]}", f"out={frames[1]}",
                "-consumer", f"avformat:{out}", "vn=1", "acodec=pcm_s16le", f"frequency={RATE}",
                "channels=1", "real_time=-1", "terminate_on_pause=1", seconds=RENDER_SECONDS)
            return out
        except subprocess.TimeoutExpired:
            continue
    raise ReadbackError(f"melt did not end, {TRIES} times")


def cut(sound: Path, begin: int, end: int, path: Path) -> None:
    with wave.open(str(sound)) as source, wave.open(str(path), "wb") as part:
        part.setparams(source.getparams())
        source.setpos(begin)
        part.writeframes(source.readframes(end - begin))


def delay(overlap: str, reference: Path, other: str) -> tuple[float | None, bool]:
    """Seconds of `other` before the first sample of `reference`, and whether that is sure."""
    command = [overlap, "align", str(reference), other, "--drift", "--json", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True)
    result = json.loads(done.stdout)
    return result["delay_seconds"], result["aligned"]


def hear(document: Path, clips: list[Clip], rate: Fraction, overlap: str, seconds: float,
         directory: Path) -> list[Heard]:
    """The beginning of each clip of a line that is long enough.

    It is rendered from before the clip on, as an editor plays it: after a jump into an MP3, MLT
    forgets how late its encoder made the sound, which is 25 ms.
    """
    heard = []
    for clip in clips:
        end = clip.start + min(clip.duration, seconds)
        frames = max(0, int(clip.start * rate) - 2), int(end * rate)
        origin = float(frames[0] / rate)
        # A frame less at each end: a clip's edges are rounded to frames.
        begin, end = clip.start + float(1 / rate), end - float(1 / rate)
        if end - begin < LEAST_SECONDS:
            continue
        sound, part = render(document, clip.track or "", frames, directory), directory / "part.wav"
        first = round((begin - origin) * RATE)
        cut(sound, first, round((end - origin) * RATE), part)
        at = origin + first / RATE
        found, aligned = delay(overlap, part, clip.file)
        wanted = (clip.source or 0) + (at - clip.start) * clip.speed
        heard.append(Heard(clip.track or "", clip.file, at, end - begin,
                           None if found is None else found - wanted, aligned))
    return heard
