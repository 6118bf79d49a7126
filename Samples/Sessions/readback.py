# SPDX-License-Identifier: MIT

"""Reads time lines back, by readers that share nothing with what wrote them.

OpenTimelineIO with its adapters reads .otio, .fcpxml, .xml (xmeml), .edl and .kdenlive, the package
rpp reads .rpp, and the rest, which has no readers in Python, is taken apart here. On the way,
things are checked that programs for editing would stumble over: FCPXML against its document type
where xmllint is installed, xmeml's links, and by melt, where that is, how long the lines of MLT
are.

    read(Path("cut.fcpxml"), Fraction(25), media)

gives the clips, in seconds, whatever the document counts in. What is not as it should be raises
ReadbackError.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlparse

import opentimelineio as otio
import rpp
from lxml import etree

DOCUMENT_TYPE = Path(__file__).resolve().parent / "fcpxml-1.10-excerpt.dtd"
# How long melt may take to read a line on a busy machine.
MELT_SECONDS = 120


class ReadbackError(Exception):
    """What a reader cannot make sense of."""


class Media(NamedTuple):
    """A file that clips are of."""

    picture: Fraction | None  # pictures a second
    samples: int  # a second
    seconds: float
    timecode: str | None
    midnight: Fraction | None  # seconds from then to its first sample, in Broadcast Wave


class Clip(NamedTuple):
    """A stretch of a file on a line. Where the document does not say something, it is None."""

    track: str | None
    file: str
    start: float  # on the line
    duration: float  # on the line
    source: float | None  # where in the file it begins
    speed: float  # seconds of the file in one of the line


MediaOf = dict[str, Media]


def require(condition: bool, *what: Any) -> None:
    if not condition:
        raise ReadbackError(" ".join(map(str, what)))


def run(*command: str | Path, seconds: float = 60) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    require(done.returncode == 0, command[0], "failed:", done.stderr.strip()[-500:])


def url_path(url: str) -> str:
    return unquote(urlparse(url.replace("file://localhost", "file://")).path)


# By OpenTimelineIO


class Placed(NamedTuple):
    kind: str  # of the track: video or audio
    clip: Clip


def otio_clips(
    timeline: otio.schema.Timeline,
    speed_of: Callable[[otio.schema.Clip], float] | None = None,
    start_of: Callable[[str], float] | None = None,
    file_of: Callable[[otio.schema.Clip], str] | None = None,
) -> list[Placed]:
    """All clips. What a format or its adapter keeps elsewhere is asked of the functions."""
    clips = []
    for track in timeline.tracks:
        for item in track:
            if not isinstance(item, otio.schema.Clip):
                continue
            place = item.range_in_parent()
            reference = item.media_reference
            file = file_of(item) if file_of else url_path(reference.target_url)
            first = (start_of(file) if start_of
                     else reference.available_range.start_time.to_seconds())
            speed = speed_of(item) if speed_of else time_scalar(item)
            source = item.source_range.start_time.to_seconds() - first
            clips.append(Placed(track.kind, Clip(
                track.name, file, place.start_time.to_seconds(), place.duration.to_seconds(),
                source, speed)))
    return clips


def time_scalar(item: otio.schema.Clip) -> float:
    return next((effect.time_scalar for effect in item.effects
                 if isinstance(effect, otio.schema.LinearTimeWarp)), 1.0)


def merged(placed: Iterable[Placed]) -> list[Clip]:
    """Pictures and their own sound are one clip: they must be there once each, and agree."""
    seen: dict[tuple[str | None, str, float], Clip] = {}
    kinds = set()
    for kind, clip in placed:
        key = clip.track, clip.file, round(clip.start, 3)
        require((kind, key) not in kinds, "twice on one track:", clip)
        kinds.add((kind, key))
        other = seen.setdefault(key, clip)
        require(max(abs(a - b) for a, b in zip(other[2:], clip[2:])) < 1e-6,
                "pictures and their sound are apart:", other, clip)
    return list(seen.values())


def read_otio(path: Path, rate: Fraction, media: MediaOf) -> list[Clip]:
    return merged(otio_clips(otio.adapters.read_from_file(str(path))))


def read_xml(path: Path, rate: Fraction, media: MediaOf) -> list[Clip]:
    loaded = otio.adapters.read_from_file(str(path), "fcp_xml")
    timeline = loaded if isinstance(loaded, otio.schema.Timeline) else loaded[0]

    def speed(item: otio.schema.Clip) -> float:
        for effect in item.effects:
            for parameter in effect.metadata["fcp_xml"].get("parameter", []):
                if parameter["parameterid"] == "speed":
                    return float(parameter["value"]) / 100
        return 1.0

    check_links(path)
    # xmeml counts a clip's in-point in frames of the clip as it plays, at its speed.
    return merged(Placed(kind, clip._replace(source=(clip.source or 0) * clip.speed))
                  for kind, clip in otio_clips(timeline, speed_of=speed))


def check_links(path: Path) -> None:
    """Links must name clips that exist, and say where they are."""
    root = etree.parse(path).getroot()
    clips = {clip.get("id"): clip for clip in root.iter("clipitem")}
    for link in root.iter("link"):
        clip = clips.get(link.findtext("linkclipref"))
        require(clip is not None, "a link to a clip that is not there")
        track = clip.getparent()
        kind = track.getparent()
        require(kind.tag == link.findtext("mediatype")
                and kind.findall("track").index(track) + 1 == int(link.findtext("trackindex"))
                and track.findall("clipitem").index(clip) + 1 == int(link.findtext("clipindex")),
                "a link says wrongly where", clip.get("id"), "is")


def read_edl(path: Path, rate: Fraction, media: MediaOf) -> list[Clip]:
    """The clips of one device, whose name is only in the file's."""
    timeline = otio.adapters.read_from_file(str(path), "cmx_3600", rate=float(rate))
    events = re.findall(r"^\d{3}  (\S+) .*?C +\S+ \S+ (\S+) \S+$",
                        path.read_text("utf-8").replace("\r", ""), re.M)
    require(bool(events), "no events")
    require(all(len(reel) <= 8 for reel, _ in events), "a reel's name has more than 8 characters")

    def file_of(item: otio.schema.Clip) -> str:
        comments = item.metadata["cmx_3600"]["comments"]
        return next(comment.split(": ", 1)[1] for comment in comments
                    if comment.startswith("SOURCE FILE"))

    def start_of(file: str) -> float:
        # Time codes of files count their own pictures, those of the list its own.
        if not media[file].timecode:
            return 0.0
        own = media[file].picture or rate
        return otio.opentime.from_timecode(media[file].timecode, float(own)).to_seconds()

    placed = otio_clips(timeline, start_of=start_of, file_of=file_of)
    # The reader drops what is before the first event, whose time is in the text.
    first = min(otio.opentime.from_timecode(at, float(rate)).to_seconds() for _, at in events)
    low = min(clip.start for _, clip in placed)
    clips = []
    for kind, clip in placed:
        own = media[clip.file]
        # Sound has no time code of its own, but may be counted from midnight.
        is_of_day = own.midnight and (clip.source or 0) > own.seconds
        source = (clip.source or 0) - (float(own.midnight or 0) if is_of_day else 0)
        clips.append(Placed(kind, clip._replace(
            track=None, start=clip.start - low + first, source=source)))
    return merged(clips)


# FCPXML


def fcp_time(text: str | None) -> Fraction:
    return Fraction(text.rstrip("s")) if text else Fraction(0)


def read_fcpxml(path: Path, rate: Fraction, media: MediaOf) -> list[Clip]:
    if shutil.which("xmllint"):
        run("xmllint", "--noout", "--dtdvalid", DOCUMENT_TYPE, path)
    loaded = otio.adapters.read_from_file(str(path), "fcpx_xml")
    count = sum(1 for timeline in loaded for _ in timeline.find_clips())
    root = etree.parse(path).getroot()
    assets = {asset.get("id"): asset for asset in root.iter("asset")}
    require(fcpxml_rate(path) == rate, "pictures a second:", fcpxml_rate(path), "instead of", rate)
    # The adapter loses fractions of frames, which sound has: only its count is of use.
    clips = [fcpxml_clip(clip, assets[clip.get("ref")], 1 / rate)
             for clip in root.iter("asset-clip")]
    require(count == len(clips), "the adapter reads", count, "clips of", len(clips))
    return clips


def fcpxml_rate(path: Path) -> Fraction:
    """The pictures a second of the line."""
    root = etree.parse(path).getroot()
    name = root.find(".//sequence").get("format")
    return 1 / fcp_time(root.find(f".//format[@id='{name}']").get("frameDuration"))


def fcpxml_clip(clip: Any, asset: Any, frame: Fraction) -> Clip:
    offset, duration, start = (fcp_time(clip.get(key)) for key in ("offset", "duration", "start"))
    require((offset / frame).denominator == 1 and (duration / frame).denominator == 1,
            "not on the edge of a frame:", dict(clip.attrib))
    speed = Fraction(1)
    points = [(fcp_time(point.get("time")), fcp_time(point.get("value")))
              for point in clip.iter("timept")]
    if points:
        (time, value), (other_time, other_value) = points
        speed = (other_value - value) / (other_time - time)
        start = value + (start - time) * speed
    source = start - fcp_time(asset.get("start"))
    require(source >= 0 and source + duration * speed <= fcp_time(asset.get("duration")) + frame,
            "reaches beyond its asset:", dict(clip.attrib))
    role = clip.get("videoRole") or clip.get("audioRole")
    return Clip(role.split(".", 1)[1], url_path(asset.find("media-rep").get("src")),
                float(offset), float(duration), float(source), float(speed))


# MLT


def property_of(element: Any, name: str) -> str | None:
    return element.findtext(f"property[@name='{name}']")


def check_melt_length(path: Path, frames: int) -> None:
    """MLT itself must find the line as long as it was read here."""
    if not shutil.which("melt"):
        return
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory, "out.xml")
        run("melt", path, "-consumer", f"xml:{out}", seconds=MELT_SECONDS)
        found = int(etree.parse(out).getroot().findall("tractor")[-1].get("out")) + 1
    require(found == frames, "melt finds", found, "frames instead of", frames)


def read_mlt(path: Path, rate: Fraction, media: MediaOf) -> list[Clip]:
    root = etree.parse(path).getroot()
    profile = root.find("profile")
    found = Fraction(int(profile.get("frame_rate_num")), int(profile.get("frame_rate_den")))
    require(found == rate, "pictures a second:", found, "instead of", rate)
    producers = {producer.get("id"): producer for producer in root.iter("producer")}
    clips, length = [], 0
    for playlist in root.iter("playlist"):
        # The list of all files and the black background have no name.
        track = property_of(playlist, "shotcut:name")
        if not track:
            continue
        at = 0
        for element in playlist.iter("blank", "entry"):
            if element.tag == "blank":
                at += int(element.get("length"))
                continue
            producer = producers[element.get("producer")]
            first, last = int(element.get("in")), int(element.get("out"))
            require(0 <= first <= last <= int(producer.get("out")),
                    "reaches beyond its producer:", dict(element.attrib))
            speed = float(property_of(producer, "warp_speed") or 1)
            file = property_of(producer, "warp_resource") or property_of(producer, "resource")
            clips.append(Clip(track, file, float(at / rate), float((last - first + 1) / rate),
                              float(first / rate) * speed, speed))
            at += last - first + 1
        length = max(length, at)
    check_melt_length(path, length)
    return clips


def read_kdenlive(path: Path, rate: Fraction, media: MediaOf) -> list[Clip]:
    # The adapter prints what it does not know.
    with contextlib.redirect_stdout(io.StringIO()):
        timeline = otio.adapters.read_from_file(str(path), "kdenlive")
    root = etree.parse(path).getroot()
    producers = {producer.get("id"): producer for producer in root.iter("producer")}
    # The adapter has but names of files, which two cameras may both use, and drops speeds; the
    # entries in the text are in the order of its clips.
    played = [producers[entry.get("producer")] for playlist in root.iter("playlist")
              if playlist.get("id").startswith("playlist") for entry in playlist.iter("entry")]
    placed = otio_clips(timeline, speed_of=lambda _: 1.0, start_of=lambda _: 0.0,
                        file_of=lambda item: item.name)
    require(len(played) == len(placed), "the adapter reads", len(placed), "of", len(played))
    check_melt_length(path, max(round((clip.start + clip.duration) * float(rate))
                                for _, clip in placed))
    clips = []
    for (kind, clip), producer in zip(placed, played):
        require(clip.file == property_of(producer, "kdenlive:clipname"), "another order of clips")
        file = property_of(producer, "warp_resource") or property_of(producer, "resource")
        speed = float(property_of(producer, "warp_speed") or 1)
        clips.append(Placed(kind, clip._replace(file=file, source=(clip.source or 0) * speed,
                                                speed=speed)))
    return merged(clips)


# Sound


def read_rpp(path: Path, rate: Fraction, media: MediaOf) -> list[Clip]:
    clips = []
    for track in rpp.loads(path.read_text("utf-8")).findall("TRACK"):
        for item in track.findall("ITEM"):
            numbers = [float(item.find(key)[1])
                       for key in ("POSITION", "LENGTH", "SOFFS", "PLAYRATE")]
            require(item.find("PLAYRATE")[2] == "0", "the pitch would be kept")
            clips.append(Clip(track.find("NAME")[1], item.find("SOURCE").find("FILE")[1],
                              *numbers))
    return clips


def read_lof(path: Path, rate: Fraction, media: MediaOf) -> list[Clip]:
    """A line opens a whole file; which stretch of it is meant is in the comment before."""
    clips, shift = [], 0.0
    lines = path.read_text("utf-8").splitlines()
    for before, line in zip(lines, lines[1:]):
        if moved := re.match(r"# Offsets are (\S+) s later", line):
            shift = float(moved[1])
        if place := re.match(r'file "([^"]*)" offset (\S+)$', line):
            stretch = re.match(r"# From (\S+) s to (\S+) s", before)
            require(stretch is not None, "no comment before", line)
            begin, end = float(stretch[1]), float(stretch[2])
            said = re.search(r"at a speed of (\S+) that", before)
            speed = float(said[1]) if said else 1.0
            offset = float(place[2])
            require(offset >= 0, "an offset below zero:", line)
            clips.append(Clip(None, place[1], offset - shift + begin, (end - begin) / speed, begin,
                              speed))
    return clips


def read_txt(path: Path, rate: Fraction, media: MediaOf) -> list[Clip]:
    """Labels: they have no place in the file."""
    clips = []
    for line in path.read_text("utf-8").splitlines():
        begin, end, name = line.split("\t")
        track, file = name.split(": ", 1)
        clips.append(Clip(track, file, float(begin), float(end) - float(begin), None, 1.0))
    return clips


# All


def read(path: Path, rate: Fraction, media: MediaOf) -> list[Clip]:
    """The clips of a document, by the end of its name."""
    readers = {".otio": read_otio, ".fcpxml": read_fcpxml, ".xml": read_xml, ".edl": read_edl,
               ".mlt": read_mlt, ".kdenlive": read_kdenlive, ".rpp": read_rpp, ".lof": read_lof,
               ".txt": read_txt}
    try:
        return readers[path.suffix](path, rate, media)
    except ReadbackError:
        raise
    except Exception as error:
        # Foreign readers raise all kinds of errors at what they do not understand.
        raise ReadbackError(f"{type(error).__name__}: {error}") from error


def read_table(path: Path) -> dict[int, list[Clip]]:
    """The clips of each group in a .csv, which is exact."""
    groups: dict[int, list[Clip]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            groups.setdefault(int(row["group"]), []).append(Clip(
                row["track"], row["file"], float(row["start_seconds"]),
                float(row["duration_seconds"]), float(row["source_start_seconds"]),
                float(row["speed"])))
    return groups
