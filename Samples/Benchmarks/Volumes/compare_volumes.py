#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times Overlap's convolution of volumes against SciPy and PyTorch, in turns.

    Samples/Benchmarks/run --only volumes
    ~/.cache/overlap/benchmarks/torch/bin/python Samples/Benchmarks/Volumes/compare_volumes.py 5 15

Without torch its columns are left out.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Shared"))

import scipy.ndimage  # noqa: E402
import scipy.signal  # noqa: E402

import noise  # noqa: E402
from turns import RELEASE, Function, Program, Report, argument_parser, take_turns  # noqa: E402

try:
    import torch
    torch.set_num_threads(1)
except ImportError:
    torch = None

COMMAND = RELEASE / "VolumeBenchmarks"


def dense(volume, side):
    kernel = noise.array(side, side, side, seed=2)
    sides = {
        "overlap": Program([COMMAND, "--volume", len(volume), "--kernel", side]),
        "scipy.fftconvolve": Function(lambda: scipy.signal.fftconvolve(volume, kernel, "same")),
        "scipy.oaconvolve": Function(lambda: scipy.signal.oaconvolve(volume, kernel, "same"))}
    if torch is not None:
        data = torch.from_numpy(volume)[None, None]
        weight = torch.from_numpy(kernel[::-1, ::-1, ::-1].copy())[None, None]

        def conv3d():
            with torch.inference_mode():
                return torch.nn.functional.conv3d(data, weight, padding="same")
        sides["torch conv3d"] = Function(conv3d)
    return sides


def separable(volume, side):
    line = noise.array(side, seed=3)

    def passes():
        result = volume
        for axis in range(3):
            result = scipy.ndimage.convolve1d(result, line, axis, mode="constant")
        return result
    return {
        "overlap": Program([COMMAND, "--volume", len(volume), "--kernel", side, "--separable"]),
        "scipy.ndimage.convolve1d, thrice": Function(passes)}


def main():
    parser = argument_parser(__doc__.split("\n")[0], budget=6)
    parser.add_argument("--volume", type=int, help="planes, rows and columns: 256, or 128 if quick")
    parser.add_argument("sides", nargs="*", type=int, help="planes, rows and columns of kernels")
    arguments = parser.parse_args()
    report = Report(arguments)
    if torch is None:
        report.missing("volumes", "PyTorch", "it is large: `--only torch-volumes` installs it")
    size = arguments.volume or (128 if arguments.quick else 256)
    volume = noise.array(size, size, size, seed=1)
    for side in arguments.sides or ((5, 15) if arguments.quick else (3, 5, 9, 15, 31)):
        for name, sides in (("dense", dense), ("separable", separable)):
            report(take_turns(
                "volumes", f"{size}³, {name} {side} x {side} x {side}", sides(volume, side),
                arguments.budget))


if __name__ == "__main__":
    main()
