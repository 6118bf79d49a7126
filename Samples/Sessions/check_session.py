#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Compares what `overlap session SHOOT --json` says with the truth about a shoot that was made.

A group's line has a zero and a rate of its own, so both are fitted for each group before errors are
told. Every clip but the stranger must be in the group of its event, its start within half a frame
if it has a picture and within 0.1 ms if not, and the stranger in none; and where a device lost
something, there must be a piece on each side. Exit status: 0 if all is so, 1 if not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from truth import Clip, read_truth

Result = dict[str, Any]

# How far from a loss a break may be found, seconds. It is placed by sound, which may pause there.
BREAK_TOLERANCE = 1.0
# Pieces that are apart by less are one, with a stretch between them of which nothing is known.
LEAST_JUMP = 0.001
# What is farther off than this does not take part in a fit in the end.
OUTLIER = 0.025
# Errors below this weigh in by their squares, larger ones by their size.
HUBER = 1e-4


# Running the command


class Cost(NamedTuple):
    seconds: float
    cpu_seconds: float
    peak_mb: float
    status: int


def run_session(overlap: str, shoot: Path, options: list[str]) -> tuple[list[Result], Cost]:
    command = [overlap, "session", str(shoot), "--json", *options]
    with tempfile.TemporaryFile() as output:
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=output)
        # Usage of this process and its own children, not of all that were ever run from here.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - begin
        output.seek(0)
        results = parse(output.read().decode())
    cpu = usage.ru_utime + usage.ru_stime
    # Kibibytes, but bytes on macOS.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return results, Cost(seconds, cpu, usage.ru_maxrss / unit, process.returncode)


def parse(text: str) -> list[Result]:
    """The objects about files: others, such as of a whole group, are left alone."""
    results = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            result = json.loads(line)
        except json.JSONDecodeError as error:
            raise SystemExit(f"Line {number} of the results is no JSON: {error}") from None
        if isinstance(result, dict) and "file" in result:
            results.append(result)
    return results


def match(results: list[Result], clips: list[Clip], shoot: Path
          ) -> tuple[dict[str, Result], list[str]]:
    """Results by the clips' paths, and what is wrong with the list of them.

    A file may be named from here, from the shoot, or from where the shoot was when it was placed.
    """
    by_path: dict[str, Result] = {}
    wrong = []
    root = str(shoot.resolve())
    for result in results:
        names = {result["file"], os.path.relpath(os.path.realpath(result["file"]), root)}
        found = [clip.path for clip in clips if clip.path in names]
        found = found or [clip.path for clip in clips if result["file"].endswith("/" + clip.path)]
        if len(found) != 1:
            wrong.append(f"{result['file']}: not a clip of the shoot")
        elif found[0] in by_path:
            wrong.append(f"{found[0]}: more than one result")
        else:
            by_path[found[0]] = result
    wrong += [f"{clip.path}: no result" for clip in clips if clip.path not in by_path]
    return by_path, wrong


# Lines


class Line(NamedTuple):
    """What is at `t` on a group's line is at `offset + rate * t` on the event's."""

    offset: float
    rate: float

    def true(self, seconds: float) -> float:
        return self.offset + self.rate * seconds


def fit(observations: list[tuple[float, float]]) -> Line:
    """The line through pairs of times, of the group and of the event, that fits most of them.

    Least squares in which large errors weigh less, so that a clip in the wrong place makes no
    other one wrong, from a start that half the pairs may contradict.
    """
    group, event = np.array(observations).T
    middle = group.mean()
    if len(group) < 2 or np.ptp(group) < 1e-9:
        return Line(float(np.median(event - group)), 1.0)
    offset, rate = float(np.median(event - group)) + middle, 1.0
    limit = 1.0
    for _ in range(200):
        errors = event - offset - rate * (group - middle)
        size = np.maximum(np.abs(errors), HUBER)
        weights = np.where(size > max(limit, OUTLIER), 0, HUBER / size)
        if np.count_nonzero(weights) < 2:
            break
        design = np.stack([np.ones(len(group)), group - middle], axis=1) * np.sqrt(weights)[:, None]
        solved = np.linalg.lstsq(design, event * np.sqrt(weights), rcond=None)[0]
        # No clock is that wrong; too few pairs, too near each other, could say so all the same.
        offset, rate = float(solved[0]), float(np.clip(solved[1], 1 - 1e-3, 1 + 1e-3))
        limit *= 0.8
    return Line(offset - rate * middle, rate)


def observations_of(clip: Clip, result: Result) -> list[tuple[str, float, float]]:
    """What is measured, where it is on the group's line, and where it is in truth."""
    seen = [("start", result["start_seconds"], clip.start)]
    for index, piece in enumerate(result.get("pieces") or []):
        middle = piece["file_start_seconds"] + (piece["end_seconds"] - piece["start_seconds"]) / 2
        # A break is found a little before or after the loss: the middle tells which piece it is.
        true = clip.stretch(middle).true(piece["file_start_seconds"])
        seen.append((f"piece {index + 1}", piece["start_seconds"], true))
    return seen


# Judging


@dataclass
class Verdict:
    clip: Clip
    group: int | None
    error: float | None = None  # of the start, seconds
    standard_error: float | None = None
    piece_errors: list[float] = field(default_factory=list)
    break_errors: list[float] = field(default_factory=list)
    size_errors: list[float] = field(default_factory=list)
    missed_losses: int = 0
    extra_breaks: int = 0
    faults: list[str] = field(default_factory=list)


def groups_of_events(clips: list[Clip], by_path: dict[str, Result]) -> dict[int, int | None]:
    """For each event the group that holds most of its clips."""
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for clip in clips:
        group = by_path.get(clip.path, {}).get("group")
        if clip.event is not None:
            counts[clip.event].update([] if group is None else [group])
    return {event: count.most_common(1)[0][0] if count else None
            for event, count in sorted(counts.items())}


def judge(clip: Clip, result: Result | None, group: int | None, line: Line | None) -> Verdict:
    if result is None:
        return Verdict(clip, None, faults=["no result"])
    verdict = Verdict(clip, result.get("group"))
    if clip.event is None:
        if verdict.group is not None:
            verdict.faults.append("placed, though nobody else heard it")
        elif not result.get("unplaced"):
            verdict.faults.append("no reason why it is not placed")
        return verdict
    if verdict.group is None or result.get("start_seconds") is None:
        verdict.faults.append(f"not placed: {result.get('unplaced')}")
    elif verdict.group != group or line is None:
        verdict.faults.append(f"in group {verdict.group} instead of {group}")
    else:
        measure(verdict, result, line)
    return verdict


def measure(verdict: Verdict, result: Result, line: Line) -> None:
    clip = verdict.clip
    start, *pieces = [line.true(at) - true for _, at, true in observations_of(clip, result)]
    verdict.error, verdict.piece_errors = start, pieces
    verdict.standard_error = result.get("standard_error_seconds")
    if abs(start) > clip.tolerance:
        verdict.faults.append(f"its start is {1000 * start:.4f} ms off")
    if pieces and max(map(abs, pieces)) > clip.tolerance:
        worst = max(pieces, key=abs)
        verdict.faults.append(f"piece {pieces.index(worst) + 1} is {1000 * worst:.4f} ms off")
    compare_breaks(verdict, result, line)


def compare_breaks(verdict: Verdict, result: Result, line: Line) -> None:
    """Losses of the file against the jumps between its pieces."""
    jumps = jumps_of(verdict.clip, result, line)
    for place, lost in verdict.clip.lost:
        nearest = min(jumps, key=lambda jump: abs(jump[0] - place), default=None)
        if nearest is None or abs(nearest[0] - place) > BREAK_TOLERANCE:
            verdict.missed_losses += 1
            verdict.faults.append(f"no break at {place:.2f} s, where {1000 * lost:.0f} ms are lost")
        else:
            jumps.remove(nearest)
            verdict.break_errors.append(nearest[0] - place)
            verdict.size_errors.append(nearest[1] - lost)
    verdict.extra_breaks = len(jumps)
    if jumps:
        verdict.faults.append(f"a break at {jumps[0][0]:.2f} s, where nothing is lost")


def jumps_of(clip: Clip, result: Result, line: Line) -> list[tuple[float, float]]:
    """Where a piece does not go on from the one before: seconds of the file, and seconds lost."""
    pieces = result.get("pieces") or []
    clock = 1 + clip.clock_ppm * 1e-6
    jumps = []
    for before, piece in zip(pieces, pieces[1:]):
        true = line.rate * (piece["start_seconds"] - before["start_seconds"])
        lost = true * clock - (piece["file_start_seconds"] - before["file_start_seconds"])
        if abs(lost) > LEAST_JUMP:
            jumps.append((piece["file_start_seconds"], lost))
    return jumps


def judge_all(clips: list[Clip], by_path: dict[str, Result]
              ) -> tuple[list[Verdict], dict[int, Line], list[str]]:
    groups = groups_of_events(clips, by_path)
    lines: dict[int, Line] = {}
    wrong = []
    for event, group in groups.items():
        pairs = [
            (at, true)
            for clip in clips
            if clip.event == event
            and (result := by_path.get(clip.path, {})).get("group") == group is not None
            and result.get("start_seconds") is not None
            for _, at, true in observations_of(clip, result)
        ]
        if pairs:
            lines[event] = fit(pairs)
        else:
            wrong.append(f"event {event} is in no group")
    if len(set(groups.values())) < len(groups):
        wrong.append("events that have no sound in common are in one group")
    verdicts = [
        judge(clip, by_path.get(clip.path), groups.get(clip.event or 0), lines.get(clip.event or 0))
        for clip in clips
    ]
    return verdicts, lines, wrong


def device_mistakes(clips: list[Clip], by_path: dict[str, Result]) -> list[str]:
    """Clips of one device that are said to be of several, and the other way around."""
    pairs = {(clip.device, str(by_path[clip.path].get("device")))
             for clip in clips if clip.path in by_path}
    true, said = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    mistakes = [f"{name} is said to be {count} devices"
                for name, count in true.items() if count > 1]
    return mistakes + [f"{count} devices are said to be {name}"
                       for name, count in said.items() if count > 1]


def drift_error(verdict: Verdict, result: Result, line: Line) -> float | None:
    """Against the line's clock, as the fit has it: positive if a device is said to be too fast."""
    if verdict.error is None or result.get("drift_ppm") is None:
        return None
    # In a true second, the line goes on by 1 / rate and the file by its clock.
    true = ((1 + verdict.clip.clock_ppm * 1e-6) * line.rate - 1) * 1e6
    return float(result["drift_ppm"] - true)


# Telling


def milliseconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{1000 * seconds:.4f}"


def print_table(verdicts: list[Verdict]) -> None:
    width = max(len(verdict.clip.path) for verdict in verdicts)
    print(f"{'file':{width}}  event  group   error ms     s.e. ms  worst piece ms  breaks")
    for verdict in verdicts:
        worst = max(verdict.piece_errors, key=abs, default=None)
        lost = len(verdict.clip.lost)
        found = f"{lost - verdict.missed_losses}/{lost}" if lost else ""
        found += f" +{verdict.extra_breaks}" if verdict.extra_breaks else ""
        print(f"{verdict.clip.path:{width}}  {verdict.clip.event or '-':>5}"
              f"  {verdict.group or '-':>5}"
              f"  {milliseconds(verdict.error):>9}  {milliseconds(verdict.standard_error):>10}"
              f"  {milliseconds(worst):>14}  {found:6}  {'; '.join(verdict.faults)}".rstrip())


def summary_of(verdicts: list[Verdict], by_path: dict[str, Result], lines: dict[int, Line]
               ) -> dict[str, Any]:
    placed = [verdict for verdict in verdicts if verdict.error is not None]
    summary: dict[str, Any] = {
        "clips": len(verdicts),
        "placed": len(placed),
        "to_place": sum(verdict.clip.event is not None for verdict in verdicts),
        "faulty": sum(bool(verdict.faults) for verdict in verdicts),
        "lines": {event: {"offset_seconds": round(line.offset, 6),
                          "rate_ppm": round((line.rate - 1) * 1e6, 4)}
                  for event, line in lines.items()},
    }
    for kind in ("video", "sound"):
        errors = [abs(verdict.error or 0) for verdict in placed if verdict.clip.kind == kind]
        pieces = [abs(error) for verdict in placed if verdict.clip.kind == kind
                  for error in verdict.piece_errors]
        summary[kind] = {
            "placed": len(errors),
            "median_ms": rounded(np.median(errors) if errors else None),
            "worst_ms": rounded(max(errors, default=None)),
            "worst_piece_ms": rounded(max(pieces, default=None)),
        }
    known = [abs(verdict.error or 0) / verdict.standard_error for verdict in placed
             if verdict.standard_error]
    summary["standard_errors"] = {
        "known": len(known),
        "within_2": share(known, 2),
        "within_3": share(known, 3),
        "root_mean_square": round(float(np.sqrt(np.mean(np.square(known)))), 3) if known else None,
    }
    drifts = [error for verdict in placed if (error := drift_error(
        verdict, by_path[verdict.clip.path], lines[verdict.clip.event or 0])) is not None]
    summary["drift"] = {"known": len(drifts), "worst_ppm": round(max(map(abs, drifts)), 3)
                        if drifts else None}
    breaks = [abs(error) for verdict in placed for error in verdict.break_errors]
    sizes = [abs(error) for verdict in placed for error in verdict.size_errors]
    summary["losses"] = {
        "all": sum(len(verdict.clip.lost) for verdict in verdicts),
        "found": len(breaks),
        "extra": sum(verdict.extra_breaks for verdict in verdicts),
        "worst_place_ms": rounded(max(breaks, default=None)),
        "worst_size_ms": rounded(max(sizes, default=None)),
    }
    return summary


def rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(1000 * float(seconds), 5)


def share(ratios: list[float], limit: float) -> float | None:
    return round(sum(ratio <= limit for ratio in ratios) / len(ratios), 4) if ratios else None


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Compares `overlap session SHOOT --json` with the truth about SHOOT.")
    parser.add_argument("shoot", type=Path, metavar="SHOOT", help="what make_shoot.py made")
    parser.add_argument("--overlap", default="overlap", metavar="PATH", help="the command to run")
    parser.add_argument("--json", type=Path, metavar="RESULT.jsonl",
                        help="results that were saved, instead of running the command")
    parser.add_argument("--option", action="append", default=[],
                        help="one more option of the command, such as --option=--threads=2")
    arguments = parser.parse_args()
    clips, _ = read_truth(arguments.shoot)
    cost = None
    if arguments.json:
        results = parse(arguments.json.read_text())
    else:
        results, cost = run_session(arguments.overlap, arguments.shoot, arguments.option)
    by_path, wrong = match(results, clips, arguments.shoot)
    verdicts, lines, more = judge_all(clips, by_path)
    wrong += more
    print_table(verdicts)
    for fault in wrong:
        print(fault)
    mistakes = device_mistakes(clips, by_path)
    for mistake in mistakes:
        print(f"devices: {mistake}")
    summary = summary_of(verdicts, by_path, lines)
    summary["wrong"] = len(wrong)
    summary["device_mistakes"] = len(mistakes)
    if cost:
        summary["command"] = {key: round(value, 2) for key, value in cost._asdict().items()}
    well = not wrong and summary["faulty"] == 0
    summary["well"] = well
    print(json.dumps(summary))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
