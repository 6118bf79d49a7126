#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times Overlap's cases against NumPy, SciPy, and SciPy on Intel's MKL.

Ours is timed in a process of its own, which prepares a case and then measures it whenever it is
asked to; the peers are timed here. All take turns, with the same number of threads, so that
whatever else the machine does meets all of them alike. Printed are the medians, and how many times
as long as ours each peer took.

A virtual machine's host may run something else on the second thread of our core, for seconds or
minutes, which slows arithmetic in registers (ours) more than waiting for memory (most of theirs). A
probe before and after each of our turns shows it. The medians are of the rounds without; those of
all rounds are printed beside.

    swift build -c release --package-path Samples
    python3 -m venv venv && venv/bin/pip install -r Samples/Benchmarks/requirements.txt
    venv/bin/python Samples/Benchmarks/Convolution/compare.py            # all cases
    venv/bin/python Samples/Benchmarks/Convolution/compare.py 10M-by-513 --threads 2
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import mkl  # noqa: E402
import mkl_fft.interfaces.scipy_fft as mkl_backend  # noqa: E402
import numpy as np  # noqa: E402
import scipy.fft  # noqa: E402
import scipy.signal  # noqa: E402

COMMAND = Path(__file__).resolve().parents[2] / ".build/release/ConvolutionBenchmarks"

# What is to be shown: the least ratio of a peer's time to ours.
REQUIRED = {
    "10M-by-33": {"numpy.convolve": 4},
    **{f"10M-by-{taps}": {"scipy.oaconvolve": 4, "scipy.oaconvolve on MKL": 2}
       for taps in (129, 513, 4097, 16385, 65537)},
    "correlate-1M-by-1M-float32": {"scipy.correlate": 3, "scipy.correlate on MKL": 1},
    "correlate-1M-by-1M-float64": {"scipy.correlate": 3},
    "1000-by-50": {"numpy.convolve": 1},
}


# A probe that takes longer than the shortest by this factor shows a disturbed round.
TOLERANCE = 1.1


class Ours:
    """Our side of one case."""

    def __init__(self, name, threads, method="auto"):
        self.process = subprocess.Popen(
            [COMMAND, "serve", name, "--threads", str(threads), "--method", method],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.probes = []

    def measure(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.probes.append(answer["probe"])
        return answer["seconds"][0]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Peer:
    """A function of the same inputs, called in this process."""

    def __init__(self, work, calls, threads, on_mkl):
        self.work, self.calls, self.threads, self.on_mkl = work, calls, threads, on_mkl
        self.measure()

    def measure(self):
        backend = mkl_backend if self.on_mkl else "scipy"
        mkl.set_num_threads(self.threads)
        with scipy.fft.set_backend(backend), scipy.fft.set_workers(self.threads):
            start = time.perf_counter()
            for _ in range(self.calls):
                self.work()
            return (time.perf_counter() - start) / self.calls

    def close(self):
        pass


def samples(count, dtype, random):
    if dtype.startswith("complex"):
        return (random.uniform(-1, 1, count) + 1j * random.uniform(-1, 1, count)).astype(dtype)
    return random.uniform(-1, 1, count).astype(dtype)


def peers(job, threads):
    """The peers that do a job, by name."""
    random = np.random.default_rng(1)
    signal = samples(job["signal"], job["dtype"], random)
    kernel = samples(job["kernel"], job["dtype"], random)
    mode = job["mode"]
    found = {}

    def add(name, work, transforms=True):
        found[name] = Peer(work, job["calls"], threads, False)
        if transforms:
            found[f"{name} on MKL"] = Peer(work, job["calls"], threads, True)

    if job["operation"] == "convolve":
        if job["signal"] * job["kernel"] <= 1e9:
            add("numpy.convolve", lambda: np.convolve(signal, kernel, mode), transforms=False)
        if job["kernel"] > 2:
            add("scipy.oaconvolve", lambda: scipy.signal.oaconvolve(signal, kernel, mode))
    elif job["maxLag"] is not None:
        # SciPy has no such function: all lags, of which a part is taken.
        zero = job["kernel"] - 1
        wanted = slice(zero - job["maxLag"], zero + job["maxLag"] + 1)
        add("scipy.correlate",
            lambda: scipy.signal.correlate(signal, kernel, "full", method="fft")[wanted])
    else:
        add("scipy.correlate",
            lambda: scipy.signal.correlate(signal, kernel, mode, method="fft"))
    return found


def compare(entry, threads, budget, method):
    sides = {"overlap": Ours(entry["name"], threads, method), **peers(entry["job"], threads)}
    times = {side: [] for side in sides}
    end = time.monotonic() + budget
    while time.monotonic() < end or len(times["overlap"]) < 3:
        for side, contestant in sides.items():
            times[side].append(contestant.measure())
    probes = sides["overlap"].probes
    for contestant in sides.values():
        contestant.close()
    calm = [place for place, probe in enumerate(probes) if probe < TOLERANCE * min(probes)]
    everything = range(len(probes))
    if len(calm) < 3:
        calm = everything

    def medians(rounds):
        return {side: statistics.median([values[place] for place in rounds])
                for side, values in times.items()}

    def ratios(seconds):
        return {side: value / seconds["overlap"]
                for side, value in seconds.items() if side != "overlap"}

    return {
        "name": entry["name"], "threads": threads, "rounds": len(calm),
        "disturbed": len(probes) - len(calm), "seconds": medians(calm),
        "ratios": ratios(medians(calm)), "ratios of all rounds": ratios(medians(everything)),
    }


def report(result):
    required = REQUIRED.get(result["name"], {})
    print(f"{result['name']}, {result['threads']} thread(s), {result['rounds']} rounds, "
          f"without {result['disturbed']} disturbed ones")
    for side, seconds in result["seconds"].items():
        line = f"  {side:30} {seconds * 1e3:12.4f} ms"
        if side in result["ratios"]:
            line += (f"  {result['ratios'][side]:8.2f} times ours "
                     f"(all rounds: {result['ratios of all rounds'][side]:.2f})")
        if side in required:
            reached = result["ratios"][side] >= required[side]
            line += f", {'reaches' if reached else 'MISSES'} the required {required[side]}"
        print(line, flush=True)


def scaling(results):
    """What the cases say together: how time grows with length."""
    seconds = {result["name"]: result["seconds"]["overlap"] for result in results}
    for ratio in (10, 0):
        small, large = f"2^23-by-2^{23 - ratio}", f"2^24-by-2^{24 - ratio}"
        if small in seconds and large in seconds:
            print(f"{large} takes {seconds[large] / seconds[small]:.3f} times {small}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="the cases; all if none is named")
    parser.add_argument("--threads", type=int, default=1, help="for every side")
    parser.add_argument("--budget", type=float, default=8, help="seconds for each case")
    parser.add_argument("--method", default="auto", help="ours")
    parser.add_argument("--json", help="a file for the results")
    arguments = parser.parse_args()

    listed = subprocess.run([COMMAND, "list"], capture_output=True, text=True, check=True).stdout
    entries = {entry["name"]: entry for entry in map(json.loads, listed.splitlines())}
    unknown = [name for name in arguments.names if name not in entries]
    if unknown:
        sys.exit(f"no such case: {', '.join(unknown)}; there are {', '.join(entries)}")
    chosen = [entries[name] for name in arguments.names] or list(entries.values())

    results = []
    for entry in chosen:
        results.append(compare(entry, arguments.threads, arguments.budget, arguments.method))
        report(results[-1])
    scaling(results)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
