# SPDX-License-Identifier: MIT

"""Random contents of arrays."""

import numpy as np

REAL = ("float32", "float64")
COMPLEX = ("complex64", "complex128")
WHOLE = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


def dtype(job, whole=True):
    """A type of elements, most often a floating-point one."""
    if whole and job.chance(0.15):
        return job.pick(*WHOLE)
    return job.pick(*REAL, *REAL, *COMPLEX)


def values(job, shape, kind, special=0.08):
    """An array; with the probability `special` it has values that are no plain numbers."""
    kind = np.dtype(kind)
    if kind.kind in "iu":
        return whole_numbers(job, shape, kind)
    result = real_numbers(job, shape)
    if kind.kind == "c":
        result = result + 1j * real_numbers(job, shape)
    if job.chance(0.15):
        # Levels that differ from part to part.
        result = result * 10.0 ** job.random.uniform(-6, 6, (*shape[:-1], 1))
    if job.chance(0.1):
        result = result * 10.0 ** job.whole(-20, 20)
    result = result.astype(kind)
    if job.chance(special):
        insert_special(job, result)
    return result


def whole_numbers(job, shape, kind):
    limits = np.iinfo(kind)
    # Wide ones may give sums that no type holds, which is an error.
    width = min(int(limits.max), job.pick(1, 9, 100, 100, 30000, 2 ** 31 - 1, 2 ** 62))
    return job.random.integers(max(int(limits.min), -width), width, shape, kind, endpoint=True)


def real_numbers(job, shape):
    form = job.pick("uniform", "uniform", "normal", "normal", "tones", "steps", "sparse", "equal")
    if form == "uniform":
        return job.random.uniform(-1, 1, shape)
    if form == "normal":
        return job.random.standard_normal(shape) + job.pick(0, 0, 100)
    if form == "tones":
        place = np.arange(np.prod(shape)).reshape(shape)
        return np.round(np.sin(place * job.random.uniform(0, 2)) + 0.5 * np.sin(0.01 * place), 12)
    if form == "steps":
        return job.random.integers(-3, 4, shape).astype(float)
    if form == "sparse":
        return np.where(job.random.random(shape) < 0.05, job.random.uniform(-1, 1, shape), 0.0)
    return np.full(shape, job.random.uniform(-1, 1))


def insert_special(job, array):
    """Puts up to four values that need care somewhere into the array."""
    flat = array.reshape(-1)
    real = np.finfo(array.dtype)
    for _ in range(job.whole(1, 4)):
        value = job.pick(np.nan, np.inf, -np.inf, real.max, -real.max / 4, real.tiny,
                         real.smallest_subnormal, -0.0, float(np.sqrt(real.max)))
        place = job.whole(0, flat.size - 1)
        if array.dtype.kind == "c" and job.chance(0.5):
            # NumPy's own product would spoil the other part.
            flat[place] = complex(float(flat[place].real), value)
        else:
            flat[place] = value
    array[...] = flat.reshape(array.shape)
