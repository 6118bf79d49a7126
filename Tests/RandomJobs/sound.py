# SPDX-License-Identifier: MIT

"""Convolutions and correlations of sound, and recordings to make them of."""

import numpy as np

from .arrays import options
from .values import REAL

RATES = (8000, 11025, 16000, 22050, 44100, 48000)


def sound(job, count, rate):
    """Sound of one of a few kinds, from -1 to 1."""
    noise = job.random.standard_normal(count)
    form = job.pick("noise", "dull", "notes", "notes", "bursts")
    if form == "dull":
        noise = np.convolve(noise, np.exp(-np.arange(64) / job.pick(2, 8, 20)))[:count]
    elif form == "notes":
        axis = np.arange(rate // 2) / rate
        noise *= 0.003
        for start in range(0, count, max(1, rate // job.pick(3, 5, 8))):
            pitch = 110 * 2 ** (job.whole(0, 36) / 12)
            note = np.exp(-6 * axis) * np.sin(2 * np.pi * pitch * axis)
            part = noise[start:start + len(note)]
            part += note[:len(part)]
    elif form == "bursts":
        noise *= np.repeat(job.random.random(count // 400 + 1) < 0.4, 400)[:count]
    return 0.5 * noise / (np.abs(noise).max() or 1)


def recording(job, name, seconds, rate, channels, width=None):
    count = max(1, int(seconds * rate))
    parts = [sound(job, count, rate) for _ in range(channels)]
    return job.wav(name, np.stack(parts, 1), rate, width or job.pick(1, 2, 2, 2, 3, 4))


def make(job):
    rate = job.pick(*RATES)
    channels = job.pick(1, 1, 2, 3)
    seconds = job.random.uniform(0.001, 3)
    job.add(job.pick("convolve", "convolve", "correlate"))
    first = recording(job, "a.wav", seconds, rate, channels)
    tail = seconds * job.random.uniform(0.0001, 1) ** 2
    if job.chance(0.2):
        taps = job.random.uniform(-1, 1, max(1, int(tail * rate)))
        second = job.array("b.npy", taps.astype(job.pick(*REAL)))
    else:
        other = rate if job.chance(0.6) else job.pick(*RATES)
        second = recording(job, "b.wav", tail, other, job.pick(1, 1, channels))
    both = [first, second]
    if job.chance(0.1):
        both.reverse()
    extension = job.pick("wav", "wav", "npy", "flac", "aiff", "w64", "au", "caf")
    job.add(*both, "-o", f"out.{extension}")
    options(job, (int(seconds * rate),))
