# SPDX-License-Identifier: MIT

"""Jobs with PNG images: convolution, templates, registration."""

import numpy as np

from .arrays import boundary, options
from .matrices import kernel, profile, sizes
from .values import REAL


def scene(job, rows, columns):
    """A picture from 0 to 1 that is smooth here and rough there."""
    waves = np.fft.rfft2(job.random.standard_normal((rows, columns)))
    down = np.fft.fftfreq(rows)[:, None]
    across = np.fft.rfftfreq(columns)[None, :]
    waves *= 1 / (0.01 + np.hypot(down, across)) ** job.random.uniform(0, 2)
    picture = np.fft.irfft2(waves, (rows, columns))
    # Rounded, so that the last bits of NumPy's transforms do not matter.
    picture = np.round(picture / (np.abs(picture).max() or 1), 6)
    return 0.5 + 0.45 * picture


def pixels(job, picture, samples, width):
    """The picture as whole numbers, each sample of a pixel another."""
    full = 2 ** (8 * width) - 1
    parts = [picture * scale for scale in job.random.uniform(0.3, 1, samples)]
    return np.rint(np.stack(parts, -1) * full).astype(np.uint8 if width == 1 else np.uint16)


def picture_file(job, name, picture, samples=None):
    """A PNG image of the picture, or an array."""
    if samples is None and job.chance(0.4):
        return job.array(f"{name}.npy", picture.astype(job.pick(*REAL)))
    samples = samples or job.pick(1, 1, 2, 3, 3, 4)
    return job.png(f"{name}.png", pixels(job, picture, samples, job.pick(1, 1, 2)))


def convolution(job):
    image, taps = sizes(job, 200, 15)
    first = picture_file(job, "a", scene(job, *image), job.pick(1, 2, 3, 4))
    if job.chance(0.25):
        second = picture_file(job, "b", scene(job, *taps), job.pick(1, 3))
    elif job.chance(0.5):
        blur = np.outer(*(np.abs(profile(job, count)) + 0.01 for count in taps))
        second = job.array("b.npy", blur / blur.sum())
    else:
        second = job.array("b.npy", kernel(job, taps, job.pick(*REAL)))
    job.add(job.pick("convolve", "convolve", "correlate"), first, second)
    output = job.pick("out.png", "out.png", "out.npy")
    job.add("-o", output)
    options(job, (*image, *taps), output == "out.npy")
    boundary(job, 0.7)


def match(job):
    rows, columns = job.size(8, 400), job.size(8, 400)
    picture = scene(job, rows, columns)
    height, width = job.size(1, min(80, rows)), job.size(1, min(80, columns))
    top, left = job.whole(0, rows - height), job.whole(0, columns - width)
    template = picture[top:top + height, left:left + width].copy()
    if job.chance(0.5):
        template = 0.2 + 0.6 * template
    if job.chance(0.5):
        template += job.random.normal(0, job.pick(0.001, 0.03, 0.3), template.shape)
    if job.chance(0.1):
        template = scene(job, height, width)
    if job.chance(0.1):
        # Flat parts have no score.
        picture[: rows // 2] = 0.5
    job.add("match", picture_file(job, "template", np.clip(template, 0, 1)),
            picture_file(job, "image", picture))
    job.maybe(0.5, "--top", 1, 2, 5, 40)
    job.maybe(0.3, "--threshold", 1e-9, 1e-3, 1)
    job.common(json=0.6)


def register(job):
    rows, columns = job.size(8, 300), job.size(8, 300)
    down, right = job.whole(0, 1 + rows // 4), job.whole(0, 1 + columns // 4)
    whole = scene(job, rows + down, columns + right)
    fixed, moving = whole[down:, right:], whole[:rows, :columns]
    if job.chance(0.5):
        # Half a pixel further.
        moving = (moving + np.roll(moving, 1, job.whole(0, 1))) / 2
    if job.chance(0.5):
        moving = moving + job.random.normal(0, job.pick(0.001, 0.03, 0.2), moving.shape)
    if job.chance(0.15):
        moving = scene(job, rows, columns)
    job.add("register", picture_file(job, "fixed", fixed),
            picture_file(job, "moving", np.clip(moving, 0, 1)))
    job.maybe(0.3, "--threshold", 1e-9, 1e-3, 1)
    job.common(json=0.6)
