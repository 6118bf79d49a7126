#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Compares overlap.py with sums that NumPy makes term by term: random shapes of any rank, types, strides,
modes, axes and boundaries, and its own functions with what they have to find.

    Samples/Python/check_overlap.py [SEED [COUNT]]
"""

import sys
import threading

import numpy as np

import overlap

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else int.from_bytes(np.random.bytes(4))
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 1500
RANDOM = np.random.default_rng(SEED)
TYPES = [np.dtype(letter) for letter in "fdFDbhilBHILefg?"] + [np.dtype(">f8"), np.dtype(">i4")]


def choice(options):
    return options[RANDOM.integers(len(options))]


def array(shape, kind):
    """Random elements in some order in memory: reversed, transposed, every other one, not aligned."""
    order = RANDOM.permutation(len(shape))
    steps = RANDOM.integers(1, 4, len(shape)) * RANDOM.choice([1, -1], len(shape))
    size = [shape[axis] * abs(steps[axis]) for axis in order]
    count = int(np.prod(size, dtype=int))
    offset = int(RANDOM.integers(2))
    memory = np.zeros(count * kind.itemsize + 1, np.uint8)[offset:offset + count * kind.itemsize]
    whole = memory.view(kind).reshape(size)
    values = RANDOM.integers(0 if kind.kind in "ub" else -4, 5, size)
    whole[...] = values + 1j * RANDOM.integers(-4, 5, size) if kind.kind == "c" else values
    places = np.argsort(order)
    view = whole.transpose(places)
    return view[tuple(slice(None, None, step) for step in steps)]


def direct(signal, kernel, mode, axes, conjugates=False):
    """The convolution along axes, by the definition."""
    kernel = np.conj(kernel[tuple(
        slice(None, None, -1 if axis in axes else 1) for axis in range(kernel.ndim))]
    ) if conjugates else kernel
    shape = [
        n + m - 1 if axis in axes else max(n, m)
        for axis, (n, m) in enumerate(zip(signal.shape, kernel.shape))]
    total = np.zeros(shape, np.result_type(signal, kernel, np.int64))
    for index in np.ndindex(*(kernel.shape[axis] for axis in axes)):
        taps, place = [slice(None)] * signal.ndim, [slice(None)] * signal.ndim
        for axis, tap in zip(axes, index):
            taps[axis] = slice(tap, tap + 1)
            place[axis] = slice(tap, tap + signal.shape[axis])
        total[tuple(place)] += signal * kernel[tuple(taps)]
    wanted = [slice(None)] * signal.ndim
    for axis in axes:
        n, m = signal.shape[axis], kernel.shape[axis]
        start = {"full": 0, "same": (m - 1) // 2, "valid": min(n, m) - 1}[mode]
        length = {"full": n + m - 1, "same": n, "valid": abs(n - m) + 1}[mode]
        wanted[axis] = slice(start, start + length)
    return total[tuple(wanted)]


def compare(found, expected, what):
    # Whole numbers this small: every sum is exact in double precision.
    limit = 1e-4 if found.dtype.itemsize <= 8 and found.dtype.kind in "fc" else 1e-9
    if found.dtype == np.float16:
        limit = 1e-2
    if found.dtype == bool:
        expected = expected != 0
    assert found.shape == expected.shape, (what, found.shape, expected.shape)
    error = np.max(np.abs(found.astype(expected.dtype) - expected), initial=0) if found.dtype != bool else (
        found != expected).any()
    assert error <= limit * max(1, np.max(np.abs(expected), initial=0)), (SEED, what, error)


def check_one_shots(number):
    rank = int(RANDOM.integers(1, 6))
    longest = [0, 40, 9, 6, 4, 3][rank]
    mode = choice(["full", "same", "valid"])
    first, second = RANDOM.integers(1, longest + 1, (2, rank))
    if mode == "valid":
        first, second = np.maximum(first, second), np.minimum(first, second)
        if RANDOM.integers(2):
            first, second = second, first
    kind = choice(TYPES)
    signal, kernel = array(first, kind), array(second, kind)
    try:
        for function, conjugates in ((overlap.convolve, False), (overlap.correlate, True)):
            found = function(signal, kernel, mode, choice(["auto", "direct", "fft"]))
            compare(
                found, direct(signal, kernel, mode, range(rank), conjugates),
                (function.__name__, kind, first, second, mode, signal.strides, kernel.strides))
            assert found.dtype == kind.newbyteorder("="), (found.dtype, kind)
    except OverflowError:
        assert kind.itemsize == 1, (kind, first, second)
    axes = [axis for axis in range(rank) if RANDOM.integers(2)] or [0]
    for axis in set(range(rank)) - set(axes):
        second[axis] = choice([1, first[axis]])
    if mode == "valid" and not (
        all(first[axes] >= second[axes]) or all(first[axes] <= second[axes])):
        return
    kind = choice([kind for kind in TYPES if kind.kind in "fc" and kind.itemsize > 2])
    signal, kernel = array(first, kind), array(second, kind)
    compare(
        overlap.oaconvolve(signal, kernel, mode, axes), direct(signal, kernel, mode, axes),
        ("oaconvolve", kind, first, second, mode, axes))
    plan = overlap.Plan(kernel.astype(kind.newbyteorder("=")), mode, axes=axes)
    if plan.dtype == kind.newbyteorder("="):
        expected = direct(signal, kernel, mode, axes)
        for _ in range(2):
            out = array(expected.shape, plan.dtype)
            plan(signal, out)
            compare(out, expected, ("Plan", kind, first, second, mode, axes, out.strides))


def check_images():
    """Boundaries, by images that are extended first."""
    kind = choice([np.dtype(letter) for letter in "fdFDilh"])
    rows, columns, a, b = RANDOM.integers(1, 8, 4)
    image, kernel = array((rows, columns), kind), array((a, b), kind)
    boundary, padding = choice([("symm", "symmetric"), ("wrap", "wrap"), ("fill", "constant")])
    values = {"constant_values": 3} if padding == "constant" else {}
    extended = np.pad(image, ((a - 1, a - 1), (b - 1, b - 1)), padding, **values)
    for function, conjugates in ((overlap.convolve2d, False), (overlap.correlate2d, True)):
        full = direct(extended, kernel, "full", (0, 1), conjugates)[a - 1:, b - 1:]
        # The middle of a correlation is the mirrored one.
        top, left = (
            m - 1 - (m - 1) // 2 if conjugates else (m - 1) // 2 for m in (a, b))
        for mode, expected in (
            ("full", full[:rows + a - 1, :columns + b - 1]),
            ("same", full[top:top + rows, left:left + columns])):
            compare(
                function(image, kernel, mode, boundary, 3), expected,
                (function.__name__, kind, image.shape, kernel.shape, mode, boundary))


def check_batches():
    """A kernel of lower rank filters all lines of an array, by several threads at once too."""
    signal, kernel = array((5, 7, 300), np.dtype("d")), array((20,), np.dtype("d"))
    for axis in (0, 1, -1):
        plan = overlap.Plan(kernel, axes=axis)
        shape = [1] * 3
        shape[axis] = -1
        expected = direct(signal, kernel.reshape(shape), "full", (axis % 3,))
        results = [None] * 4

        def run(index):
            results[index] = plan(signal)

        threads = [threading.Thread(target=run, args=(index,)) for index in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for result in results:
            compare(result, expected, ("batch", axis))


def check_own_functions():
    sound = RANDOM.standard_normal(40000)
    delay = overlap.estimate_delay(sound[:30000], sound[400:], 8000)
    assert abs(delay.delay - 0.05) < 1e-5 and delay.polarity == 1, delay
    image = RANDOM.standard_normal((90, 110))
    shift = overlap.register(image[10:74, 20:84], image[7:71, 25:89])
    assert abs(shift.row_shift - 3) < 0.01 and abs(shift.column_shift + 5) < 0.01, shift
    match = overlap.find_template(image[30:50, 40:70], image)[0]
    assert (match.row, match.column) == (30, 40) and match.score > 0.999, match
    kernel = RANDOM.standard_normal(700)
    stream = overlap.StreamingFilter(kernel)
    for _ in range(2):
        pieces = [stream.push(piece) for piece in np.array_split(sound, 17)]
        compare(
            np.concatenate(pieces), np.convolve(sound, kernel)[:len(sound)], "StreamingFilter")
        stream.reset()
    wrong = sound.copy()
    wrong[777] = np.nan
    for method in ("fft", "direct"):
        missing = np.isnan(overlap.convolve(wrong, kernel, method=method))
        assert (np.flatnonzero(missing) == np.arange(777, 777 + 700)).all(), method
    objects = np.array([2 ** 70, 1, 3], object)
    assert list(overlap.convolve(objects, objects)) == list(np.convolve(objects, objects))


def check_errors():
    signal = np.ones(5)
    for call, error in (
        (lambda: overlap.convolve(signal, np.ones((2, 2))), ValueError),
        (lambda: overlap.convolve(np.uint8([200]), np.uint8([2])), OverflowError),
        (lambda: overlap.convolve([2 ** 40], [2 ** 40]), OverflowError),
        (lambda: overlap.convolve(["a"], ["b"]), TypeError),
        (lambda: overlap.Plan(signal)(signal, np.empty(3)), ValueError),
        (lambda: overlap.Plan(signal)(signal, np.empty(9, np.float32)), TypeError),
        (lambda: overlap.Plan(signal, "some"), ValueError),
        (lambda: overlap.Plan(signal)(signal * 1j), TypeError),
        (lambda: overlap.StreamingFilter(signal).push(signal * 1j), TypeError),
        (lambda: overlap.StreamingFilter([]), ValueError),
        (lambda: overlap.StreamingFilter(signal, -1), ValueError),
        (lambda: overlap.estimate_delay(signal * 0, signal * 0, 8000), ValueError),
        (lambda: overlap.register(signal, signal), ValueError),
    ):
        try:
            call()
        except error as problem:
            assert str(problem)
        else:
            raise AssertionError(f"no {error.__name__} of case {call}")


def main():
    try:
        for number in range(COUNT):
            check_one_shots(number)
            check_images()
        check_batches()
        check_own_functions()
        check_errors()
    except BaseException:
        print(f"seed {SEED}", file=sys.stderr)
        raise
    print(f"overlap.py gives what sums term by term give: {COUNT} random cases, seed {SEED}")


if __name__ == "__main__":
    main()
