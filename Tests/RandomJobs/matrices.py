# SPDX-License-Identifier: MIT

"""Convolutions and correlations of arrays of two dimensions."""

import numpy as np

from .arrays import MOST_PRODUCTS, boundary, options
from .values import dtype, values


def sizes(job, most=400, most_kernel=40):
    """Rows and columns of an image and of a kernel."""
    image = [job.size(1, most), job.size(1, most)]
    if job.chance(0.1):
        image[job.whole(0, 1)] = job.size(1, 20_000)
        image[np.argmin(image)] = job.size(1, 8)
    elif job.chance(0.04):
        image = [job.size(500, 1500), job.size(500, 1500)]
    kernel = [job.size(1, most_kernel), job.size(1, most_kernel)]
    if job.chance(0.3):
        kernel[1] = kernel[0]
    if job.chance(0.1):
        kernel[job.whole(0, 1)] = 1
    if job.chance(0.7):
        # Smaller than the image in both dimensions.
        kernel = np.minimum(kernel, image)
    products = np.prod(image, dtype=float) * np.prod(kernel, dtype=float)
    if products > MOST_PRODUCTS:
        kernel = np.maximum(1, np.array(kernel) // 4)
    return tuple(map(int, image)), tuple(map(int, kernel))


def profile(job, count):
    """One factor of a kernel of rank one, perhaps symmetric or the opposite."""
    factor = job.random.uniform(-1, 1, count)
    form = job.pick("any", "any", "even", "odd", "gaussian", "equal", "whole")
    if form == "even":
        factor = factor + factor[::-1]
    elif form == "odd":
        factor = factor - factor[::-1]
    elif form == "gaussian":
        place = np.arange(count) - (count - 1) / 2
        factor = np.round(np.exp(-0.5 * (place / max(0.5, count / 6)) ** 2), 12)
    elif form == "equal":
        factor = np.full(count, 1 / count)
    elif form == "whole":
        factor = np.round(3 * factor)
    return factor


def kernel(job, shape, kind):
    """A kernel: of rank one, nearly so, or any."""
    if np.dtype(kind).kind in "iu" or job.chance(0.4):
        return values(job, shape, kind)
    result = np.outer(profile(job, shape[0]), profile(job, shape[1]))
    if job.chance(0.1):
        result[job.whole(0, shape[0] - 1), job.whole(0, shape[1] - 1)] += 1e-3
    if np.dtype(kind).kind == "c" and job.chance(0.7):
        result = result * complex(*job.random.uniform(-1, 1, 2))
    return result.astype(kind)


def make(job):
    image, taps = sizes(job)
    kind = dtype(job)
    other = kind if job.chance(0.8) else dtype(job)
    inputs = [values(job, image, kind), kernel(job, taps, other)]
    if job.chance(0.05):
        inputs.reverse()
    job.add(job.pick("convolve", "convolve", "correlate"), job.array("a.npy", inputs[0]),
            job.array("b.npy", inputs[1]), "-o", "out.npy")
    options(job, (*image, *taps))
    boundary(job, 0.7)
