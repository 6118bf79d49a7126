#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times Overlap's work on images against OpenCV, SciPy and Intel's Performance Primitives, in turns.

    Samples/Benchmarks/run --only images
    ~/.cache/overlap/benchmarks/common/bin/python Samples/Benchmarks/Images/compare_images.py 7 match
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Shared"))

import numpy as np  # noqa: E402
import scipy.ndimage  # noqa: E402
import scipy.signal  # noqa: E402

import native  # noqa: E402
import noise  # noqa: E402
from turns import RELEASE, Function, Program, Report, argument_parser, take_turns  # noqa: E402

COMMAND = RELEASE / "ImageBenchmarks"
SIDE = 2048


class Peers:
    """The peers that are here, and how a case is measured."""

    def __init__(self, arguments):
        self.report, self.budget = Report(arguments), arguments.budget
        self.cv2, self.ipp = None, None
        try:
            import cv2
            cv2.setNumThreads(1)
            self.cv2 = cv2
        except ImportError as error:
            self.report.missing("images", "OpenCV", error)
        try:
            self.ipp = native.intel_ipp()
        except native.Missing as error:
            self.report.missing("images", "Intel IPP", error)

    def compare(self, case, sides):
        self.report(take_turns("images", case, sides, self.budget))

    def ipp_side(self, work, kernel):
        program, environment = self.ipp
        return Program([program, work, SIDE, kernel], environment=environment)


def ours(work, kernel, method="auto"):
    return Program([COMMAND, "serve", work, "--kernel", kernel, "--method", method])


def mirrored(kernel):
    """OpenCV correlates."""
    return kernel[::-1, ::-1].copy()


def filters(image, peers, size):
    kernel = noise.array(size, size, seed=2)
    sides = {
        "overlap": ours("filter", size),
        "scipy.fftconvolve": Function(lambda: scipy.signal.fftconvolve(image, kernel, "same")),
        "scipy.oaconvolve": Function(lambda: scipy.signal.oaconvolve(image, kernel, "same"))}
    if size <= 15:
        sides["scipy.convolve2d"] = Function(
            lambda: scipy.signal.convolve2d(image, kernel, "same"))
    if peers.cv2:
        cv2, reversed_kernel = peers.cv2, mirrored(kernel)
        sides["OpenCV filter2D"] = Function(lambda: cv2.filter2D(
            image, -1, reversed_kernel, borderType=cv2.BORDER_CONSTANT))
    if peers.ipp and size <= 31:
        sides["ippiFilterBorder"] = peers.ipp_side("filter", size)
    peers.compare(f"filter {size} x {size}", sides)


def gaussian(image, peers, size):
    """The kernel is given to us as a plain matrix; peers are told its two lines."""
    places = (np.arange(size) - (size - 1) / 2) / (size / 6)
    line = np.exp(-0.5 * places * places).astype(np.float32)

    def lines():
        rows = scipy.ndimage.convolve1d(image, line, 0, mode="constant")
        return scipy.ndimage.convolve1d(rows, line, 1, mode="constant")
    sides = {"overlap": ours("gaussian", size), "scipy.ndimage.convolve1d, twice": Function(lines)}
    if peers.cv2:
        cv2 = peers.cv2
        sides["OpenCV sepFilter2D"] = Function(lambda: cv2.sepFilter2D(
            image, -1, line, line, borderType=cv2.BORDER_CONSTANT))
        # Its kernel is normalised, and so its answer is another.
        sides["OpenCV GaussianBlur"] = Function(lambda: cv2.GaussianBlur(
            image, (size, size), size / 6, borderType=cv2.BORDER_CONSTANT), comparable=False)
    peers.compare(f"Gaussian {size} x {size}", sides)


def boundaries(image, peers):
    """What a mirrored boundary costs us."""
    for size in (31, 127):
        symmetric = ours("symmetric", size, "overlap-save")
        symmetric.answer = lambda: None
        peers.compare(
            f"zero boundary {size} x {size}",
            {"overlap": ours("filter", size, "overlap-save"), "symmetric": symmetric})


def match(image, peers, size):
    template = noise.array(size, size, seed=2)
    sides = {"overlap": ours("match", size)}
    if peers.cv2:
        cv2 = peers.cv2
        sides["OpenCV matchTemplate"] = Function(lambda: cv2.matchTemplate(
            image, template, cv2.TM_CCOEFF_NORMED))
    if peers.ipp:
        sides["ippiCrossCorrNorm"] = peers.ipp_side("match", size)
    peers.compare(f"match {size} x {size}", sides)


SIZES = (3, 5, 7, 11, 15, 31, 63, 127)
CASES = {str(size): lambda image, peers, size=size: filters(image, peers, size) for size in SIZES}
CASES |= {f"gaussian-{size}": lambda image, peers, size=size: gaussian(image, peers, size)
          for size in (15, 31, 63)}
CASES |= {"boundaries": boundaries}
CASES |= {f"match-{size}": lambda image, peers, size=size: match(image, peers, size)
          for size in (16, 64)}
QUICK = ("3", "15", "31", "gaussian-31", "match-64")


def main():
    parser = argument_parser(__doc__.split("\n")[0], budget=3)
    parser.add_argument("cases", nargs="*", help=f"some of {', '.join(CASES)}; all if none is given")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.cases if name not in CASES]
    if unknown:
        sys.exit(f"no such case: {', '.join(unknown)}; there are {', '.join(CASES)}")
    peers = Peers(arguments)
    image = noise.array(SIDE, SIDE, seed=1)
    for case in arguments.cases or (QUICK if arguments.quick else CASES):
        CASES[case](image, peers)


if __name__ == "__main__":
    main()
