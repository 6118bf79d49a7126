# SPDX-License-Identifier: MIT

"""The inputs of the benchmarks: the noise that BenchmarkSupport makes, number for number."""

import numpy as np

GAMMA = np.uint64(0x9E3779B97F4A7C15)


def noise(count, seed=1, skip=0):
    """Uniform noise of -1 ..< 1 without the first `skip` numbers: SplitMix64 (Steele, Lea, Flood 2014)."""
    with np.errstate(over="ignore"):
        mixed = np.uint64(seed) + np.arange(skip + 1, skip + count + 1, dtype=np.uint64) * GAMMA
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return (mixed.view(np.int64) >> 11) * 2.0**-52


def samples(count, dtype, skip=0):
    """Samples of one of the four types, and how many numbers of the noise they took."""
    if dtype.startswith("complex"):
        return noise(2 * count, skip=skip).view(np.complex128).astype(dtype), 2 * count
    return noise(count, skip=skip).astype(dtype), count


def array(*shape, seed=1):
    """An image or a volume of noise in float32."""
    return noise(int(np.prod(shape)), seed).astype(np.float32).reshape(shape)


def signal_and_kernel(job):
    """The inputs of a case of ConvolutionBenchmarks: the kernel's noise goes on after the signal's."""
    signal, used = samples(job["signal"], job["dtype"])
    kernel, _ = samples(job["kernel"], job["dtype"], skip=used)
    return signal, kernel
