# SPDX-License-Identifier: MIT

"""The truth about a shoot that make_shoot.py made: where each clip is on the line of its event."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple


class Stretch(NamedTuple):
    """What was recorded without a loss, in seconds of the file and of the event's line."""

    file_start: float
    file_end: float
    true_start: float
    clock: float  # seconds of the file in a true second

    def true(self, file_time: float) -> float:
        return self.true_start + (file_time - self.file_start) / self.clock

    def file(self, true_time: float) -> float:
        return self.file_start + (true_time - self.true_start) * self.clock

    @property
    def true_end(self) -> float:
        return self.true(self.file_end)


@dataclass(frozen=True)
class Clip:
    path: str
    device: str
    event: int | None
    start: float  # 0 for a stranger, which is on no line
    clock_ppm: float
    lost: list[tuple[float, float]]
    duration: float
    frame_rate: Fraction | None

    @property
    def kind(self) -> str:
        return "video" if self.frame_rate else "sound"

    @property
    def tolerance(self) -> float:
        """Half a frame, and 0.1 ms where there is no picture."""
        return float(1 / (2 * self.frame_rate)) if self.frame_rate else 1e-4

    def stretches(self) -> list[Stretch]:
        clock = 1 + self.clock_ppm * 1e-6
        result, begin, skipped = [], 0.0, 0.0
        for place, lost in [*self.lost, (self.duration, 0.0)]:
            result.append(Stretch(begin, place, self.start + (begin + skipped) / clock, clock))
            begin, skipped = place, skipped + lost
        return result

    def stretch(self, file_time: float) -> Stretch:
        """The one at a time of the file, or the nearest."""
        stretches = self.stretches()
        return next((each for each in stretches if file_time < each.file_end), stretches[-1])


def read_truth(shoot: Path) -> tuple[list[Clip], dict[str, Any]]:
    """The clips, and all that is in truth.json."""
    truth = json.loads((shoot / "truth.json").read_text())
    clips = [
        Clip(
            path=file["path"],
            device=file["device"],
            event=file["event"],
            start=file["start_seconds"] or 0.0,
            clock_ppm=file["clock_ppm"],
            lost=[(place, lost) for place, lost in file["lost"]],
            duration=file["duration_seconds"],
            frame_rate=Fraction(file["frame_rate"]) if file["frame_rate"] else None,
        )
        for file in truth["files"]
    ]
    return clips, truth
