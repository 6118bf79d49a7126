#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Checks the time lines that `overlap session SHOOT` writes, by reading them back.

All ten formats are written in one run. The clips of each document must be those of the .csv, which
is exact: once each, on their tracks, and with the right moment of the file at the right moment of
the line. Where melt is installed, the clips of the .mlt are rendered, too, and their sound is
aligned with the files. Exit status: 0 if all is so, 1 if not.

Needs the packages in requirements.txt, and ffprobe.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from melt_sound import hear
from readback import Clip, Media, MediaOf, ReadbackError, fcpxml_rate, read, read_table

FORMATS = ("otio", "fcpxml", "xml", "edl", "mlt", "kdenlive", "rpp", "lof", "txt")
# Those for sound have seconds; of the rest, two know sound to a sample.
EXACT = ("rpp", "lof", "txt")
TO_A_SAMPLE = ("otio", "fcpxml")
# These count moments of files in frames of the line, the others in the pictures of the file.
IN_FRAMES_OF_THE_LINE = ("edl", "mlt", "kdenlive")
# These have no speeds, and say so in comments, if at all.
WITHOUT_SPEEDS = ("edl", "lof", "txt")
# Decimals are rounded.
ROUNDING = 1e-8
# A clock that is off by less in all of a clip is left as it is, seconds.
HARMLESS_DRIFT = 0.0005
# What a speed may be off by in all of a clip where it is written.
SPEED_ROUNDING = 1e-5


@dataclass
class Worst:
    """The largest errors of a format's clips, with or without a picture, seconds."""

    clips: int = 0
    edge: float = 0.0
    alignment: float = 0.0
    allowed: float = 0.0
    speed: float = 0.0


WorstOf = dict[tuple[str, str], Worst]


# Files


def write_timelines(overlap: str, shoot: Path, directory: Path, frame_rate: str | None) -> None:
    command = [overlap, "session", str(shoot), "--quiet"]
    for kind in (*FORMATS, "csv"):
        command += ["--timeline", str(directory / f"cut.{kind}")]
    if frame_rate:
        command += ["--frame-rate", frame_rate]
    done = subprocess.run(command, stdout=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(f"overlap session failed with {done.returncode}.")


def safe(name: str) -> str:
    """A device's name as it is in names of files."""
    return re.sub(r'[/\\:*?"<>|]', "-", name)


def documents(directory: Path, groups: dict[int, list[Clip]]) -> list[tuple[int, str | None, Path]]:
    """Group, track if the document is of one only, and path of all that must have been written."""
    result: list[tuple[int, str | None, Path]] = []
    for group, clips in groups.items():
        stem = "cut" if group == 1 else f"cut-{group}"
        for kind in FORMATS:
            if kind == "edl":
                result += [(group, track, directory / f"{stem}-{safe(track)}.edl")
                           for track in sorted({clip.track or "" for clip in clips})]
            else:
                result.append((group, None, directory / f"{stem}.{kind}"))
    return result


def media_of(file: str) -> Media:
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_entries",
               "stream=codec_type,sample_rate,avg_frame_rate:stream_tags=timecode"
               ":format_tags=timecode,time_reference:format=duration", file]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    streams = {stream["codec_type"]: stream for stream in reversed(found["streams"])}
    video = streams.get("video")
    tags = {**found["format"].get("tags", {}), **(video or {}).get("tags", {})}
    samples, reference = int(streams["audio"]["sample_rate"]), tags.get("time_reference")
    return Media(Fraction(video["avg_frame_rate"]) if video else None, samples,
                 float(found["format"]["duration"]), tags.get("timecode"),
                 Fraction(int(reference), samples) if reference else None)


# Comparing


def allowed_alignment(kind: str, want: Clip, rate: Fraction, media: Media) -> float:
    """By how much a moment of the file may be off on the line."""
    if kind in EXACT:
        return 0.0
    if media.picture is None:
        return 1 / media.samples if kind in TO_A_SAMPLE else float(1 / (2 * rate))
    # To the next picture; where only frames of the line are known, those are what can be said.
    own = rate if kind in IN_FRAMES_OF_THE_LINE else media.picture
    return max(1.0, want.speed) * float(1 / (2 * own))


def faults_of(kind: str, got: Clip, want: Clip, rate: Fraction, media: Media, worst: Worst
              ) -> list[str]:
    """What is wrong with a clip; its errors are added to the worst."""
    frame, sound = float(1 / rate), media.picture is None
    exact = kind in EXACT or (sound and kind == "otio")
    tick = 1 / media.samples if exact and kind not in EXACT else 0.0
    edge = abs(got.start - want.start)
    end = want.start + want.duration - got.start - got.duration
    speed = abs(got.speed - want.speed) * want.duration
    alignment = 0.0
    faults = []
    if got.source is not None:
        alignment = abs(got.source - want.source - (got.start - want.start) * want.speed)
        last = got.source + got.duration * got.speed
        if got.source < -ROUNDING or last > media.seconds + 1.01 * frame:
            faults.append("reaches beyond its file")
    allowed = allowed_alignment(kind, want, rate, media)
    if alignment > allowed + ROUNDING:
        faults.append(f"is {1000 * alignment:.4f} ms off, {1000 * allowed:.4f} are allowed")
    # A clip begins with the first whole picture, and may be a frame shorter for that.
    if edge > (tick if exact else 1.5 * frame) + ROUNDING:
        faults.append(f"begins {1000 * edge:.4f} ms off")
    # Where a small drift is left out, the same of the file lasts a little longer or shorter.
    if not -0.51 * frame <= end <= (2 * tick + speed if exact else 2 * frame) + ROUNDING:
        faults.append(f"ends {1000 * abs(end):.4f} ms {'early' if end > 0 else 'late'}")
    if not exact and abs(got.start / frame - round(got.start / frame)) > 1e-5:
        faults.append("does not begin on a frame")
    harmless = HARMLESS_DRIFT if sound else frame / 2
    drift = abs(want.speed - 1) * want.duration
    if kind not in WITHOUT_SPEEDS and speed > ROUNDING + (
            harmless if drift <= harmless else SPEED_ROUNDING):
        faults.append(f"drifts {1000 * speed:.4f} ms")
    worst.clips += 1
    worst.edge, worst.alignment = max(worst.edge, edge), max(worst.alignment, alignment)
    worst.allowed, worst.speed = max(worst.allowed, allowed), max(worst.speed, speed)
    return [f"{Path(want.file).name} at {want.start:.3f} s {fault}" for fault in faults]


def compare(kind: str, clips: list[Clip], wanted: list[Clip], rate: Fraction, media: MediaOf,
            worst_of: WorstOf) -> list[str]:
    """What is wrong with a document's clips."""
    # Labels have but names, and lists of files no tracks.
    def key(clip: Clip) -> tuple[str | None, str]:
        return (None if kind == "lof" else clip.track,
                Path(clip.file).name if kind == "txt" else clip.file)

    got, want = Counter(map(key, clips)), Counter(map(key, wanted))
    if got != want:
        return ([f"lacks {name}" for name in (want - got).elements()]
                + [f"should not have {name}" for name in (got - want).elements()])
    def order(clip: Clip) -> tuple[str, str, float]:
        return key(clip)[0] or "", key(clip)[1], clip.start

    faults = []
    for clip, other in zip(sorted(clips, key=order), sorted(wanted, key=order)):
        of = media[other.file]
        worst = worst_of.setdefault((kind, "picture" if of.picture else "sound"), Worst())
        faults += faults_of(kind, clip, other, rate, of, worst)
    return faults + ([] if kind == "lof" else collisions(clips))


def collisions(clips: list[Clip]) -> list[str]:
    """Clips of one track must not lie on each other."""
    tracks: dict[str | None, list[Clip]] = {}
    for clip in sorted(clips, key=lambda clip: clip.start):
        tracks.setdefault(clip.track, []).append(clip)
    return [f"{other.file} lies on {clip.file}" for line in tracks.values()
            for clip, other in zip(line, line[1:])
            if clip.start + clip.duration > other.start + 1e-6]


def check_documents(directory: Path, groups: dict[int, list[Clip]], media: MediaOf
                    ) -> tuple[WorstOf, list[str]]:
    worst_of: WorstOf = {}
    wanted = documents(directory, groups)
    there = {path for path in directory.iterdir() if path.suffix != ".csv"}
    faults = [f"{path.name}: was not expected"
              for path in sorted(there - {path for _, _, path in wanted})]
    for group, track, path in wanted:
        if path not in there:
            faults.append(f"{path.name}: was not written")
            continue
        rate = rate_of(directory, group)
        clips = [clip for clip in groups[group] if track in (None, clip.track)]
        try:
            found = [clip._replace(track=track) if track else clip
                     for clip in read(path, rate, media)]
        except ReadbackError as error:
            faults.append(f"{path.name}: {error}")
            continue
        faults += [f"{path.name}: {fault}"
                   for fault in compare(path.suffix[1:], found, clips, rate, media, worst_of)]
    return worst_of, faults


def rate_of(directory: Path, group: int) -> Fraction:
    return fcpxml_rate(directory / ("cut.fcpxml" if group == 1 else f"cut-{group}.fcpxml"))


def check_sound(directory: Path, groups: dict[int, list[Clip]], overlap: str, seconds: float
                ) -> list[str]:
    """Renders the clips of each group's .mlt, and prints where they came to lie."""
    faults = []
    for group, clips in groups.items():
        document = directory / ("cut.mlt" if group == 1 else f"cut-{group}.mlt")
        rate = rate_of(directory, group)
        with tempfile.TemporaryDirectory() as work:
            heard = hear(document, clips, rate, overlap, seconds, Path(work))
        print(f"\n{document.name} as melt plays it; a frame is {float(1000 / rate):.2f} ms")
        for one in heard:
            name = f"{one.track}: {Path(one.file).name}"
            error = "no delay" if one.error is None else f"{1000 * one.error:+9.4f} ms"
            error += "" if one.aligned else ", which is but a guess: overlap align is not sure"
            print(f"  {name:45} at {one.at:9.3f} s, {one.seconds:7.3f} s  {error}")
            if one.error is None or not one.aligned or abs(one.error) >= 1 / rate:
                faults.append(f"{document.name}: {name} at {one.at:.3f} s: {error}")
        if not heard:
            faults.append(f"{document.name}: nothing to hear")
    return faults


def print_table(worst_of: WorstOf) -> None:
    print("Worst errors, ms")
    print(f"{'format':9} {'clips':13} {'edge':>9} {'alignment':>10} {'allowed':>9}"
          f" {'speed left out':>15}")
    for (kind, what), worst in sorted(worst_of.items(), key=lambda each: FORMATS.index(each[0][0])):
        rest = (f"{1000 * worst.alignment:.5f} {1000 * worst.allowed:9.4f}"
                f" {1000 * worst.speed:15.4f}") if kind != "txt" else "-"
        print(f"{kind:9} {worst.clips:4} {what:8} {1000 * worst.edge:9.4f} {rest:>36}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Checks the time lines that `overlap session SHOOT` writes in ten formats.")
    parser.add_argument("shoot", type=Path, metavar="SHOOT", help="what make_shoot.py made")
    parser.add_argument("--overlap", default="overlap", metavar="PATH", help="the command to run")
    parser.add_argument("--frame-rate", metavar="RATE", help="of the lines, such as 30000/1001")
    parser.add_argument("--render", type=float, default=40, metavar="SECONDS",
                        help="how much of each clip melt is to render (default: 40; 0: nothing)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_timelines(arguments.overlap, arguments.shoot.resolve(), directory,
                        arguments.frame_rate)
        groups = read_table(directory / "cut.csv")
        media = {clip.file: media_of(clip.file) for clips in groups.values() for clip in clips}
        rates = ", ".join(str(rate_of(directory, group)) for group in groups)
        print(f"{sum(map(len, groups.values()))} clips of {len(media)} files on {len(groups)} "
              f"lines; pictures a second: {rates}\n")
        worst_of, faults = check_documents(directory, groups, media)
        print_table(worst_of)
        if not shutil.which("xmllint"):
            print("xmllint is not installed: FCPXML was not compared with its document type.")
        if not shutil.which("melt"):
            print("melt is not installed: nothing was rendered.")
        elif arguments.render:
            faults += check_sound(directory, groups, arguments.overlap, arguments.render)
    print()
    for fault in faults:
        print(f"WRONG  {fault}")
    print(f"{len(faults)} faults" if faults else "All is well.")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
