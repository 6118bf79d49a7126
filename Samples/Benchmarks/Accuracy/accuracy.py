#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Errors of convolutions against exact sums of the same inputs, ours by each method and the peers'.

    Samples/Benchmarks/run --only accuracy
"""

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

import exact  # noqa: E402
import native  # noqa: E402
import noise  # noqa: E402
from turns import RELEASE, Program, argument_parser  # noqa: E402

COMMAND = RELEASE / "ConvolutionBenchmarks"
UNITS = {"float32": 2.0**-24, "float64": 2.0**-53}

# Samples and taps.
JOBS = [(1 << 10, 33), (1 << 10, 1 << 10), (1 << 14, 257), (1 << 14, 1 << 14), (1 << 17, 1025),
        (1 << 17, 1 << 17)]


def norms_of_blocks(signal, taps, count, block):
    """For each result the norm of the samples that its block of results has to do with."""
    squares = np.concatenate(([0.0], np.cumsum(np.float64(signal) ** 2)))
    first = np.arange(count) // block * block
    low = np.clip(first - (taps - 1), 0, len(signal))
    high = np.clip(first + block, 0, len(signal))
    return np.sqrt(squares[high] - squares[low])


def ours(name, dtype, method):
    """Our answer by a method, and how it is computed; None where the method is not for this job."""
    told = subprocess.run(
        [COMMAND, "choice", name, "--method", method], capture_output=True, text=True, check=True)
    choice = json.loads(told.stdout)
    if choice["method"] != method:
        return None, choice
    side = Program([COMMAND, "serve", name, "--method", method], dtype)
    answer = side.answer()
    side.close()
    return answer, choice


def peers(signal, kernel, dtype):
    """The answers of the peers that are here, by name."""
    yield "numpy.convolve", np.convolve(signal, kernel)
    yield "scipy.fftconvolve", scipy.signal.fftconvolve(signal, kernel)
    yield "scipy.oaconvolve", scipy.signal.oaconvolve(signal, kernel)
    try:
        import mkl_fft.interfaces.scipy_fft as on_mkl
        with scipy.fft.set_backend(on_mkl):
            yield "scipy.fftconvolve on MKL", scipy.signal.fftconvolve(signal, kernel)
    except ImportError:
        pass
    try:
        import torch
        yield "torch conv1d", torch.nn.functional.conv1d(
            torch.from_numpy(signal)[None, None],
            torch.from_numpy(kernel[::-1].copy())[None, None],
            padding=len(kernel) - 1).numpy().ravel()
    except ImportError:
        pass
    if dtype == "float32":
        try:
            program, environment = native.intel_ipp()
        except native.Missing:
            return
        for work, name in (("fir-fft", "ippsFIRSR by FFT"), ("convolve", "ippsConvolve")):
            side = Program([program, work, len(signal), len(kernel), 1], environment=environment)
            yield name, side.answer()
            side.close()


def compare(samples, taps, dtype):
    signal, kernel = noise.signal_and_kernel({"signal": samples, "kernel": taps, "dtype": dtype})
    true = exact.convolution(signal, kernel)
    unit, kernel_norm = UNITS[dtype], float(np.linalg.norm(np.float64(kernel)))
    name = f"convolve-{samples}-by-{taps}-{dtype}"
    sides = {}

    def add(side, answer, block, bound):
        """`block` results have samples in common; `bound` is promised for norms of 1."""
        off, results = exact.errors(answer, true)
        norms = norms_of_blocks(signal, taps, len(true), block) * kernel_norm
        worst = float(np.max(np.abs(off) / norms))
        sides[side] = {
            "relative": float(np.linalg.norm(off) / np.linalg.norm(results)) / unit,
            "worst": worst / unit, "over bound": None if bound is None else worst / bound}

    for method in ("direct", "fft", "overlap-save"):
        answer, choice = ours(name, dtype, method)
        if answer is None:
            continue
        # By direct sums a result's block is what lies under the kernel.
        block = 1 if choice["transform"] == 0 else choice["block"]
        add(f"overlap, {method}", answer, block, choice["errorBound"])
    for side, answer in peers(signal, kernel, dtype):
        # Direct sums as ours, and the rest as one block.
        is_direct = side in ("numpy.convolve", "torch conv1d")
        add(side, answer, 1 if is_direct else len(true), None)
    return {"section": "accuracy", "case": f"{samples} by {taps}, {dtype}", "sides": sides}


def main():
    parser = argument_parser(__doc__.split("\n")[0], budget=0)
    arguments = parser.parse_args()
    for samples, taps in JOBS[:4] if arguments.quick else JOBS:
        for dtype in UNITS:
            result = compare(samples, taps, dtype)
            if arguments.json:
                print(json.dumps(result), flush=True)
                continue
            print(result["case"])
            for name, side in result["sides"].items():
                bound = side["over bound"]
                print(f"  {name:28} {side['relative']:8.2f} u, largest {side['worst']:8.3f} u"
                      + ("" if bound is None else f", {bound:.3f} of its bound"), flush=True)


if __name__ == "__main__":
    main()
