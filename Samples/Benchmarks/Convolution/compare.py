#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times Overlap's convolutions of signals against NumPy, SciPy, SciPy on Intel's MKL, pyFFTW, ducc0,
Intel's Performance Primitives, and plain overlap-save on MKL and on FFTW.

Ours is timed in a process of its own, and so are the peers in C; the others are timed here. All take
turns, on one thread. Peers in C write to memory that they keep, and are compared with ours where it
does so too; the others, like ours, allocate their results in every call. `Samples/Benchmarks/run`
makes an environment in which all of them are; a peer that is not there is left out.

    Samples/Benchmarks/run --only signals
    ~/.cache/overlap/benchmarks/common/bin/python Samples/Benchmarks/Convolution/compare.py 10M-by-513
"""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Shared"))

import numpy as np  # noqa: E402
import scipy.fft  # noqa: E402
import scipy.signal  # noqa: E402

import native  # noqa: E402
import noise  # noqa: E402
from turns import RELEASE, Function, Program, Report, argument_parser, take_turns  # noqa: E402

COMMAND = RELEASE / "ConvolutionBenchmarks"

# Ours into memory that it keeps, as the peers in C do it.
KEPT = "overlap, results kept"

QUICK = ("10M-by-33", "10M-by-513", "10M-by-65537", "correlate-1M-by-1M-float32", "1000-by-50")


@contextlib.contextmanager
def backend(name):
    with scipy.fft.set_backend(name), scipy.fft.set_workers(1):
        yield


def backends():
    """SciPy's own transforms and those that can stand in for them, by what follows a peer's name."""
    found, missing = {"": "scipy"}, {}
    try:
        import mkl_fft.interfaces.scipy_fft as on_mkl
        found[" on MKL"] = on_mkl
    except ImportError as error:
        missing["SciPy on MKL"] = error
    try:
        import pyfftw
        pyfftw.interfaces.cache.enable()
        pyfftw.interfaces.cache.set_keepalive_time(60)
        pyfftw.config.PLANNER_EFFORT = "FFTW_MEASURE"
        found[" on pyFFTW"] = pyfftw.interfaces.scipy_fft
    except ImportError as error:
        missing["pyFFTW"] = error
    return found, missing


def ducc_convolution(signal, kernel):
    """One transform of both by ducc0, as nobody's `oaconvolve` is built on it."""
    import ducc0
    count = len(signal) + len(kernel) - 1
    length = ducc0.fft.good_size(count, True)

    def transform(samples):
        padded = np.zeros(length, samples.dtype)
        padded[:len(samples)] = samples
        return ducc0.fft.r2c(padded, nthreads=1)

    def work():
        product = transform(signal)
        product *= transform(kernel)
        return ducc0.fft.c2r(product, lastsize=length, forward=False, inorm=2, nthreads=1)[:count]
    return work


def python_peers(job, alternatives, report):
    """The peers that are called from Python, by name."""
    signal, kernel = noise.signal_and_kernel(job)
    mode, calls = job["mode"], job["calls"]
    found = {}

    def on_each_backend(name, work):
        for suffix, chosen in alternatives.items():
            found[name + suffix] = Function(work, calls, lambda chosen=chosen: backend(chosen))

    if job["operation"] == "convolve":
        # More products take too long to be of use to anybody.
        if job["signal"] * job["kernel"] <= 1e9:
            found["numpy.convolve"] = Function(lambda: np.convolve(signal, kernel, mode), calls)
        on_each_backend("scipy.oaconvolve", lambda: scipy.signal.oaconvolve(signal, kernel, mode))
        if job["signal"] <= 2 * job["kernel"] and not job["dtype"].startswith("complex"):
            try:
                found["ducc0"] = Function(ducc_convolution(signal, kernel), calls)
            except ImportError as error:
                report.missing("signals", "ducc0", error)
    elif job.get("maxLag") is not None:
        # SciPy has no such function: all lags, of which a part is taken.
        zero = job["kernel"] - 1
        wanted = slice(zero - job["maxLag"], zero + job["maxLag"] + 1)
        on_each_backend(
            "scipy.correlate",
            lambda: scipy.signal.correlate(signal, kernel, "full", method="fft")[wanted])
    else:
        on_each_backend(
            "scipy.correlate",
            lambda: scipy.signal.correlate(signal, kernel, mode, method="fft"))
    return found


class NativePeers:
    """The peers in C: those that can be compiled here."""

    def __init__(self, report):
        self.programs = {}
        for name, make in (("Intel IPP", native.intel_ipp),
                           ("plain overlap-save on MKL", native.overlap_save_on_mkl),
                           ("plain overlap-save on FFTW", native.overlap_save_on_fftw)):
            try:
                self.programs[name] = make()
            except native.Missing as error:
                report.missing("signals", name, error)

    def sides(self, job):
        if job["operation"] != "convolve" or job["dtype"] != "float32":
            return {}
        sizes = [job["signal"], job["kernel"], job["calls"]]
        found = {}
        for name, (program, environment) in self.programs.items():
            if name != "Intel IPP":
                # Blocks much shorter than the signal, or it is no overlap-save.
                if job["kernel"] * 8 <= job["signal"]:
                    found[name] = Program([program, *sizes], environment=environment, beside=KEPT)
                continue
            for work, function in (("fir-fft", "ippsFIRSR by FFT"), ("fir-direct", "ippsFIRSR direct"),
                                   ("convolve", "ippsConvolve")):
                # IPP takes the direct filter for any length; beyond this it is far behind.
                if work != "fir-direct" or job["kernel"] <= 129:
                    found[function] = Program(
                        [program, work, *sizes], environment=environment, beside=KEPT)
        return found


def main():
    parser = argument_parser(__doc__.split("\n")[0], budget=8)
    parser.add_argument("names", nargs="*", help="the cases; all if none is named")
    parser.add_argument("--method", default="auto", help="ours")
    arguments = parser.parse_args()
    report = Report(arguments)

    listed = subprocess.run([COMMAND, "list"], capture_output=True, text=True, check=True).stdout
    entries = {entry["name"]: entry for entry in map(json.loads, listed.splitlines())}
    unknown = [name for name in arguments.names if name not in entries]
    if unknown:
        sys.exit(f"no such case: {', '.join(unknown)}; there are {', '.join(entries)}")
    chosen = arguments.names or (QUICK if arguments.quick else entries)

    alternatives, missing = backends()
    for peer, why in missing.items():
        report.missing("signals", peer, why)
    peers_in_c = NativePeers(report)
    for name in chosen:
        job = entries[name]["job"]
        sides = {
            "overlap": Program(
                [COMMAND, "serve", name, "--method", arguments.method], job["dtype"]),
            **python_peers(job, alternatives, report)}
        in_c = peers_in_c.sides(job)
        if in_c:
            sides[KEPT] = Program(
                [COMMAND, "serve", name, "--method", arguments.method, "--keeps-results"],
                job["dtype"])
            sides |= in_c
        report(take_turns("signals", name, sides, arguments.budget))


if __name__ == "__main__":
    main()
