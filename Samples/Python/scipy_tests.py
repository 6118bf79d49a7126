#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Runs SciPy's own tests of convolution and correlation with the functions of overlap.py.

The tests are those of the installed SciPy, of which nothing is kept here. What is left out, and why, is
listed below; anything else that fails ends this with status 1. Needs scipy and pytest.

    Samples/Python/scipy_tests.py [pytest's arguments]
"""

import collections
import contextlib
import io
import pathlib
import sys

import numpy
import pytest
import scipy.signal
from scipy._lib import _array_api

import overlap

FUNCTIONS = [
    "choose_conv_method", "convolve", "convolve2d", "correlate", "correlate2d", "correlation_lags",
    "fftconvolve", "oaconvolve",
]

CLASSES = [
    "TestConvolve", "TestConvolve2d", "TestFFTConvolve", "TestOAConvolve", "TestAllFreqConvolves",
    "TestCorrelateReal", "TestCorrelate", "TestCorrelateComplex", "TestCorrelate2d",
    "test_correlation_lags", "test_correlation_lags_invalid_mode",
    "test_choose_conv_method", "test_choose_conv_method_2",
    "test_convolve_longdtype_input",
]

# Names of tests, and why their expectations are not Overlap's.
LEFT_OUT = {
    "TestFFTConvolve::test_fft_nan": "NaN and infinities need no warning: by FFT too they reach the "
    "results that they are a part of and no others",
    "TestConvolve::test_convolve_method_large_input": "results of more than 64 bits are refused, where "
    "SciPy's wrap around",
    **{
        f"TestCorrelateReal::{test}[{kind}]": f"results beyond {kind} are refused, where SciPy's wrap "
        "around"
        for test in ("test_method", "test_rank3_valid", "test_rank3_same", "test_rank3_all")
        for kind in ("int8", "uint8")
    },
}


def name(nodeid):
    """A test's name, without the library of arrays that SciPy puts into it where it finds its own settings."""
    return nodeid.split("::", 1)[1].replace("[numpy-", "[")


class Substitution:
    """A plugin of pytest: other functions under SciPy's names, and what became of each test."""

    def __init__(self):
        self.outcomes = collections.Counter()
        self.failed = []

    @pytest.fixture
    def xp(self):
        """The library of arrays that a test is for."""
        return numpy

    def substitute(self):
        table = _array_api.xp_capabilities_table
        for function in FUNCTIONS:
            own = getattr(overlap, function)
            table[own] = table[getattr(scipy.signal, function)]
            setattr(scipy.signal, function, own)

    def pytest_collection_modifyitems(self, config, items):
        kept, others = [], []
        for item in items:
            parts = item.nodeid.split("::")[1:]
            chosen = parts[0].split("[")[0] in CLASSES
            reason = LEFT_OUT.get(name(item.nodeid))
            if chosen and reason:
                self.outcomes["left out"] += 1
            (kept if chosen and not reason else others).append(item)
        items[:] = kept
        config.hook.pytest_deselected(items=others)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.outcomes["failed"] += 1
            self.failed.append(name(report.nodeid))
            print(name(report.nodeid), str(report.longrepr)[-600:], sep="\n", file=sys.stderr)
        elif report.when == "call":
            self.outcomes["passed" if report.passed else "skipped by SciPy"] += 1


def main():
    plugin = Substitution()
    plugin.substitute()
    tests = pathlib.Path(scipy.signal.__file__).parent / "tests" / "test_signaltools.py"
    if not tests.exists():
        sys.exit(f"{tests}: this SciPy comes without its tests")
    with contextlib.redirect_stdout(io.StringIO()) as output:
        status = pytest.main(
            [str(tests), "-q", "-p", "no:cacheprovider", "--tb=short", *sys.argv[1:]],
            plugins=[plugin])
    if not plugin.outcomes["passed"]:
        sys.exit(output.getvalue())
    counts = ", ".join(f"{count} {outcome}" for outcome, count in plugin.outcomes.items())
    print(f"SciPy {scipy.__version__}'s tests with Overlap's functions: {counts}")
    for test, reason in LEFT_OUT.items():
        print(f"left out: {test}: {reason}")
    for test in plugin.failed:
        print(f"failed: {test}")
    sys.exit(status)


if __name__ == "__main__":
    main()
