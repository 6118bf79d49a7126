# SPDX-License-Identifier: MIT

"""The plan of a shoot: the devices, the events, who records when, and what clocks show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import numpy as np


@dataclass(frozen=True)
class Device:
    name: str
    file: str  # a format of number (of all its clips), of_day, and time, by its own clock
    rate: int
    clock_ppm: float
    snr_db: float
    gain_db: float
    band: tuple[float, float]
    dry_db: float
    sound: Sequence[str]  # how ffmpeg is to encode it
    clock_error: timedelta = timedelta()
    frame_rate: Fraction | None = None
    maker: tuple[str, str] | None = None
    stamped: str | None = None  # "start" or "end", or None if files hold no time
    broadcast: bool = False  # Broadcast Wave: the time to a sample
    timecode: bool = False  # runs on while nothing is recorded
    first_number: int = 1
    loses: bool = False


AAC = ("-c:a", "aac", "-b:a", "96k")

DEVICES = [
    Device("CAM_A", "CAM_A/DCIM/100MSDCF/C{number:04d}.MP4", 48_000, 12.4, 15, -3, (70, 16_000), 5,
           AAC, timedelta(minutes=7, seconds=12), Fraction(25), ("Sony", "ILCE-7M3"), "start"),
    # Its date was set wrong; its files are called like those of the other camera.
    Device("CAM_B", "CAM_B/DCIM/100MSDCF/C{number:04d}.MP4", 48_000, -60, 6, -9, (120, 14_000), 2,
           AAC, timedelta(days=-1, hours=-2, minutes=-3), Fraction(30_000, 1001),
           ("Sony", "FDR-AX53"), "start"),
    # In winter time, still.
    Device("CAM_C", "CAM_C/DCIM/100EOS5D/MVI_{number:04d}.MOV", 48_000, 27.1, 20, -5, (60, 17_000),
           6, ("-c:a", "pcm_s16le"), timedelta(hours=-1, seconds=41), Fraction(24_000, 1001),
           ("Canon", "Canon EOS 5D Mark IV"), "start", timecode=True, first_number=1001),
    # Set by the network. Phones write down when a recording ended.
    Device("PHONE", "PHONE/Recordings/{time:%Y%m%d_%H%M%S}.m4a", 44_100, 40, 10, -4, (180, 11_000),
           4, AAC, timedelta(), None, ("samsung", "SM-G991B"), "end", loses=True),
    # Nobody ever set its clock, and only the dates of its files are by it.
    Device("DICTAPHONE", "DICTAPHONE/VOICE/VOICE{number:04d}.MP3", 44_100, -41.3, 0, -8,
           (150, 8_000), 3, ("-c:a", "libmp3lame", "-b:a", "64k"),
           datetime(2010, 1, 1) - datetime(2024, 5, 12, 19, 44, 10)),
    Device("ZOOM", "ZOOM/FOLDER01/{time:%y%m%d}_{of_day:03d}.WAV", 96_000, -3.7, 25, -6,
           (40, 20_500), 8, ("-c:a", "pcm_s24le"), timedelta(minutes=3, seconds=20),
           maker=("ZOOM", "H5"), broadcast=True),
]


@dataclass(frozen=True)
class Event:
    began: datetime
    seconds: float
    room_seconds: float  # until its echoes have fallen by 60 dB
    clips: dict[str, int]  # of each device


@dataclass(frozen=True)
class Scale:
    events: tuple[Event, Event]
    clip_seconds: tuple[float, float]
    overlap: float  # by how much clips must overlap to count as linked
    # These two never hear each other in the first event: one leaves before the other comes.
    apart: tuple[str, str]
    stranger: str
    loss_margin: float
    still: bool = False


MONDAY = datetime(2024, 5, 13, 10, 2, 11, 250_000, timezone.utc)
TUESDAY = datetime(2024, 5, 14, 14, 31, 47, 600_000, timezone.utc)


def events(first: dict[str, int], seconds: float, second: dict[str, int], other_seconds: float
           ) -> tuple[Event, Event]:
    return Event(MONDAY, seconds, 0.58, first), Event(TUESDAY, other_seconds, 0.34, second)


SCALES = {
    "small": Scale(
        events({"CAM_A": 1, "CAM_C": 1, "PHONE": 2, "ZOOM": 2}, 100,
               {"CAM_A": 1, "CAM_C": 1, "PHONE": 1, "ZOOM": 2}, 80),
        (20, 45), 8, ("CAM_A", "CAM_C"), "CAM_A", 6),
    "full": Scale(
        events({"CAM_A": 7, "CAM_B": 3, "CAM_C": 7, "PHONE": 6, "DICTAPHONE": 3, "ZOOM": 7}, 920,
               {"CAM_A": 5, "CAM_B": 5, "CAM_C": 4, "PHONE": 5, "DICTAPHONE": 3, "ZOOM": 4}, 680),
        (30, 180), 20, ("CAM_B", "DICTAPHONE"), "CAM_A", 10),
    "long": Scale(
        events({"CAM_A": 23, "CAM_B": 10, "CAM_C": 23, "PHONE": 20, "DICTAPHONE": 10, "ZOOM": 23},
               5175,
               {"CAM_A": 18, "CAM_B": 17, "CAM_C": 15, "PHONE": 17, "DICTAPHONE": 9, "ZOOM": 14},
               4050),
        (60, 300), 20, ("CAM_B", "DICTAPHONE"), "CAM_A", 10, still=True),
}


@dataclass
class Take:
    device: Device
    event: int  # 1 or 2, and 0 for the stranger
    start: float
    seconds: float  # of the file
    lost: list[tuple[int, int]] = field(default_factory=list)  # at a sample, how many of them

    @property
    def count(self) -> int:
        return round(self.seconds * self.device.rate)

    @property
    def true_rate(self) -> float:
        return self.device.rate * (1 + self.device.clock_ppm * 1e-6)

    @property
    def end(self) -> float:
        return self.start + (self.count + sum(lost for _, lost in self.lost)) / self.true_rate

    def pieces(self) -> Iterator[tuple[int, float]]:
        """Each stretch between two losses: how many samples, and the true time of the first."""
        begin = skipped = 0
        for place, lost in [*self.lost, (self.count, 0)]:
            yield place - begin, self.start + (begin + skipped) / self.true_rate
            begin, skipped = place, skipped + lost


# The plan: who records when


def plan(random: np.random.Generator, scale: Scale, number: int) -> list[Take]:
    """Takes of all devices in an event, drawn again until they are linked."""
    devices = {device.name: device for device in DEVICES}
    event = scale.events[number - 1]
    for _ in range(10_000):
        takes: list[Take] = []
        for name, count in event.clips.items():
            span = (0.0, event.seconds)
            if number == 1 and name in scale.apart:
                half = 0.49 * event.seconds
                span = (0.0, half) if name == scale.apart[0] else (event.seconds - half, span[1])
            takes += draw_takes(random, scale, devices[name], event, number, count, span)
        if linked(takes, scale.overlap):
            for take in takes:
                if take.device.loses:
                    lose(random, scale, take, takes)
            if all(lost_somewhere(take, scale) for take in takes):
                return takes
    raise SystemExit(f"No plan was found for event {number}; try another seed.")


def draw_takes(
    random: np.random.Generator,
    scale: Scale,
    device: Device,
    event: Event,
    number: int,
    count: int,
    span: tuple[float, float],
) -> list[Take]:
    """Takes one after another within the span, with gaps of a few seconds at least."""
    least = 3.0  # seconds
    room = span[1] - span[0] - (count + 1) * least
    while True:
        lengths = random.uniform(*scale.clip_seconds, count)
        if lengths.sum() < room:
            break
    gaps = least + random.dirichlet(np.ones(count + 1)) * (room - lengths.sum())
    takes, time = [], span[0]
    for gap, length in zip(gaps, lengths):
        time += gap
        take = Take(device, number, time, whole(device, length))
        if device.timecode:
            # Its frames go on while it does not record: takes begin with one of them.
            take.start = frame_time(device, event, frame_number(device, event, time))
        takes.append(take)
        time += length
    return takes


def whole(device: Device, seconds: float) -> float:
    """A whole number of frames, for a camera."""
    if device.frame_rate is None:
        return round(seconds * device.rate) / device.rate
    return float(round(seconds * device.frame_rate) / device.frame_rate)


def linked(takes: list[Take], overlap: float) -> bool:
    """Whether any take is reached from any other by takes of which each overlaps the next."""
    reached, waiting = {0}, [0]
    while waiting:
        take = takes[waiting.pop()]
        for index, other in enumerate(takes):
            common = min(take.end, other.end) - max(take.start, other.start)
            if index not in reached and common >= overlap:
                reached.add(index)
                waiting.append(index)
    return len(reached) == len(takes)


def lose(random: np.random.Generator, scale: Scale, take: Take, takes: list[Take]) -> None:
    """Takes 20 to 300 ms out at a few places, where somebody else hears before and after."""
    margin, rate = scale.loss_margin, take.device.rate
    wanted = int(random.integers(1, 2 + int(take.seconds // 40)))
    places: list[int] = []
    for _ in range(10 * wanted):
        time = random.uniform(margin, take.seconds - margin)
        near = any(abs(time - place / rate) < 1.5 * margin for place in places)
        true = take.start + time
        heard = any(
            other.device is not take.device
            and other.start + margin < true < other.end - margin - 1
            for other in takes
        )
        if heard and not near:
            places.append(round(time * rate))
        if len(places) == wanted:
            break
    take.lost = [(place, round(random.uniform(0.02, 0.3) * rate)) for place in sorted(places)]


def lost_somewhere(take: Take, scale: Scale) -> bool:
    return not take.device.loses or bool(take.lost) or take.seconds < 5 * scale.loss_margin


# Clocks


def clock(device: Device, event: Event, time: float) -> datetime:
    """What the device's clock shows at a true time of the event."""
    return event.began + timedelta(seconds=time) + device.clock_error


def frame_number(device: Device, event: Event, time: float) -> int:
    """Frames since the timecode was set, by the device's clock, at midnight of the first day."""
    seconds = (event.began - timecode_zero(device)).total_seconds() + time
    return round(seconds * (1 + device.clock_ppm * 1e-6) * float(device.frame_rate or 0))


def frame_time(device: Device, event: Event, frame: int) -> float:
    seconds = frame / float(device.frame_rate or 1) / (1 + device.clock_ppm * 1e-6)
    return seconds - (event.began - timecode_zero(device)).total_seconds()


def timecode_zero(device: Device) -> datetime:
    return MONDAY.replace(hour=0, minute=0, second=0, microsecond=0) - device.clock_error


def timecode(device: Device, event: Event, time: float) -> str:
    base = round(device.frame_rate or 1)
    seconds, frame = divmod(frame_number(device, event, time), base)
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}:{second:02d}:{frame:02d}"
