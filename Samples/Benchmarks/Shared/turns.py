# SPDX-License-Identifier: MIT

"""How the sides of a comparison take turns, and what is kept of it.

A side is a program that serves (ours, or a peer in C) or a function that is called in this process.
All measure in turns, so that whatever else the machine does meets all of them alike. Seconds are those of
the processor: all are on one thread, and what else the machine runs in between does not count. A host
that runs something else on the second thread of our core slows arithmetic in registers (ours) more than
waiting for memory (most peers); where our side has a probe, rounds that it finds disturbed are left out.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

RELEASE = Path(__file__).resolve().parents[2] / ".build/release"

# A probe that takes longer than the shortest by this factor shows a disturbed round.
TOLERANCE = 1.1

# Our side's name.
OURS = "overlap"

# Fewer rounds than these have no median to speak of.
LEAST_ROUNDS = 3


def resident(process, peak):
    """The bytes of memory that a process has, or had at most since `forget_peak`; Linux only."""
    key = "VmHWM:" if peak else "VmRSS:"
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) << 10
    raise OSError(f"/proc/{process}/status has no {key}")


def forget_peak(process):
    # proc(5): 5 resets the peak of the resident size.
    Path(f"/proc/{process}/clear_refs").write_text("5")


def growth_of_memory(process, work):
    """By how many bytes a process grows at most while it does work; None where nothing tells."""
    try:
        forget_peak(process)
        before = resident(process, peak=False)
        work()
        return max(0, resident(process, peak=True) - before)
    except OSError:
        work()
        return None


class Program:
    """A side that is a process of its own: it says that it is ready, then answers line by line."""

    def __init__(self, command, dtype="float32", environment=None, beside=OURS):
        """`beside` is the side of ours that it is compared with."""
        self.dtype, self.beside = dtype, beside
        self.probes = []
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})
        self.reply()
        self.memory = growth_of_memory(self.process.pid, self.measure)
        self.probes.clear()

    def reply(self):
        line = self.process.stdout.readline()
        if not line:
            message = self.process.stderr.read().strip().splitlines()
            command = " ".join(map(str, self.process.args))
            raise SystemExit(f"{command}: {message[-1] if message else 'it ended'}")
        return json.loads(line)

    def request(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.reply()

    def measure(self):
        answer = self.request("measure")
        if "probe" in answer:
            self.probes.append(answer["probe"])
        return answer["seconds"]

    def answer(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "answer"
            self.request(f"answer {path}")
            return np.fromfile(path, self.dtype)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.stderr.close()
        self.process.wait()


class Function:
    """A side that is a function without arguments, called in this process."""

    probes, beside = (), OURS

    def __init__(self, work, calls=1, surrounded_by=None, comparable=True):
        """`surrounded_by()` is a context in which calls are made; only a comparable side's results
        are compared with ours."""
        self.work, self.calls = work, calls
        self.surrounded_by, self.comparable = surrounded_by, comparable
        self.memory = growth_of_memory(os.getpid(), self.once)

    def once(self):
        if self.surrounded_by is None:
            return self.work()
        with self.surrounded_by():
            return self.work()

    def measure(self):
        if self.surrounded_by is None:
            return self.timed()
        with self.surrounded_by():
            return self.timed()

    def timed(self):
        start = time.process_time()
        for _ in range(self.calls):
            self.work()
        return (time.process_time() - start) / self.calls

    def answer(self):
        return np.asarray(self.once()).ravel() if self.comparable else None

    def close(self):
        pass


def difference(ours, theirs):
    """The largest difference of the answers, as a part of the largest of ours."""
    if ours is None or theirs is None:
        return None
    if len(ours) != len(theirs):
        raise SystemExit(f"ours are {len(ours)} results and theirs {len(theirs)}")
    return float(np.max(np.abs(ours - theirs)) / np.max(np.abs(ours)))


def take_turns(section, case, sides, budget, **more):
    """Measures the sides, ours under the name "overlap", for `budget` seconds, and closes them.

    Seconds are medians. Ratios are those of the same round, a peer's time over ours: their median,
    and the quartiles as their spread.
    """
    ours = sides[OURS]
    times = {name: [] for name in sides}
    differences = {}
    expected = ours.answer()
    for name, side in sides.items():
        if side is not ours:
            differences[name] = difference(expected, side.answer())
    del expected
    end = time.monotonic() + budget
    while time.monotonic() < end or len(times[OURS]) < LEAST_ROUNDS:
        for name, side in sides.items():
            times[name].append(side.measure())
    rounds = range(len(times[OURS]))
    calm = list(rounds)
    if ours.probes:
        calm = [place for place in rounds if ours.probes[place] < TOLERANCE * min(ours.probes)]
    if len(calm) < LEAST_ROUNDS:
        calm = list(rounds)
    result = {
        "section": section, "case": case, "threads": 1, "rounds": len(calm),
        "disturbed": len(rounds) - len(calm), "sides": {}, **more}
    for name, side in sides.items():
        kept = {"seconds": statistics.median(times[name][place] for place in calm),
                "memory": side.memory}
        if side is not ours:
            ratios = [times[name][place] / times[side.beside][place] for place in calm]
            kept["ratio"] = statistics.median(ratios)
            kept["quartiles"] = [float(part) for part in np.quantile(ratios, (0.25, 0.75))]
            kept["difference"] = differences[name]
            if side.beside != OURS:
                kept["beside"] = side.beside
        result["sides"][name] = kept
    for side in sides.values():
        side.close()
    return result


class Report:
    """Prints results as they come: for people, or as JSON, one object a line."""

    def __init__(self, arguments):
        self.as_json = arguments.json

    def __call__(self, result, remark=""):
        if self.as_json:
            print(json.dumps(result), flush=True)
            return
        print(f"{result['section']}, {result['case']}: {result['rounds']} rounds, without "
              f"{result['disturbed']} disturbed ones{remark}")
        for name, side in result["sides"].items():
            line = f"  {name:32} {side['seconds'] * 1e3:12.4f} ms"
            if side["memory"] is not None:
                line += f" {side['memory'] / 2**20:8.1f} MiB"
            if "ratio" in side:
                low, high = side["quartiles"]
                line += f"  {side['ratio']:8.2f} times as long ({low:.2f} to {high:.2f})"
                if side["difference"] is not None:
                    line += f", answers differ by {side['difference']:.1e}"
            print(line, flush=True)

    def missing(self, section, peer, why):
        """A peer that is not here."""
        if self.as_json:
            print(json.dumps({"section": section, "missing": peer, "why": str(why)}), flush=True)
        else:
            print(f"{section}: {peer} is left out: {why}", file=sys.stderr, flush=True)


class ComparisonParser(argparse.ArgumentParser):
    """Gives a quick run a quarter of the time."""

    def __init__(self, description, budget):
        super().__init__(description=description)
        self.budget = budget

    def parse_args(self, *words):
        arguments = super().parse_args(*words)
        if arguments.budget is None:
            arguments.budget = self.budget / (4 if arguments.quick else 1)
        return arguments


def argument_parser(description, budget):
    """The options that all comparisons have, with a budget of so many seconds for each case."""
    parser = ComparisonParser(description, budget)
    parser.add_argument(
        "--budget", type=float, help=f"seconds for each case ({budget:g}, or a quarter if quick)")
    parser.add_argument("--quick", action="store_true", help="a few cases, and less time for each")
    parser.add_argument("--json", action="store_true", help="print JSON, one object a line")
    return parser
