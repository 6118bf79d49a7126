# SPDX-License-Identifier: MIT

"""Exact convolutions of the benchmarks' noise, with the standard library's numbers alone.

Every number of the noise is a whole multiple of 2^-52, in float32 too: the 24 bits of a float32 are
bits of the multiple that it was rounded from. So all are whole numbers over 2^52, and their convolution
is one product of two long numbers in which each element has a field of its own (L. Kronecker, 1882).
`decimal` multiplies long numbers by number-theoretic transforms and exactly.
"""

import decimal

import numpy as np

SCALE = 2.0**52


def whole(samples):
    """The samples times 2^52, which are whole numbers."""
    scaled = np.asarray(samples, np.float64) * SCALE
    numbers = [int(value) for value in scaled]
    if any(number != value for number, value in zip(numbers, scaled)):
        raise ValueError("a sample is no whole multiple of 2^-52")
    return numbers


def long_number(numbers, width):
    """The sum of numbers[i] · 10^(width · i), of numbers of either sign."""
    def joined(values):
        return decimal.Decimal("".join(f"{value:0{width}d}" for value in reversed(values)))
    return (joined([max(number, 0) for number in numbers])
            - joined([max(-number, 0) for number in numbers]))


def convolution(signal, kernel):
    """The full convolution times 2^104, as whole numbers."""
    count = len(signal) + len(kernel) - 1
    # A result is below min(n, m) · 2^104, so that it and its sign have room.
    width = len(str(min(len(signal), len(kernel)) << 105)) + 1
    with decimal.localcontext() as context:
        context.prec = 2 * count * width
        context.Emax, context.Emin = decimal.MAX_EMAX, decimal.MIN_EMIN
        context.traps[decimal.Inexact] = True
        product = long_number(whole(signal), width) * long_number(whole(kernel), width)
        # Half a field is added to each, so that none is negative.
        half = 5 * 10**(width - 1)
        digits = str(product + long_number([half] * count, width)).zfill(count * width)
    places = range(len(digits) - width, len(digits) - count * width - 1, -width)
    return [int(digits[place:place + width]) - half for place in places]


def errors(results, exact):
    """By how much floating-point results are off, to about twice the precision of float64."""
    near = np.array([float(number) for number in exact])
    rest = np.array([float(number - int(value)) for number, value in zip(exact, near)])
    scaled = np.asarray(results, np.float64) * SCALE * SCALE
    return ((scaled - near) - rest) / SCALE / SCALE, near / SCALE / SCALE
