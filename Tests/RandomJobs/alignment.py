# SPDX-License-Identifier: MIT

"""Recordings of one event, made so that a known delay is between them."""

import json

import numpy as np

from .sound import RATES, sound


# The samples a second of an event before it is recorded.
FINE = 48000


def heard(job, event, rate, start, seconds, drift):
    """The event as a microphone hears it: from `start` on, by the clock, in a room, with noise."""
    places = (start + np.arange(int(seconds * rate)) / rate * (1 + drift)) * FINE
    signal = np.interp(places, np.arange(len(event)), event)
    for _ in range(job.whole(0, 3)):
        late = job.whole(1, max(1, min(len(signal) - 1, rate // 20)))
        signal[late:] += job.random.uniform(-0.5, 0.5) * signal[:-late]
    level = job.pick(0.001, 0.01, 0.1, 0.3) * np.sqrt(np.mean(signal ** 2) + 1e-12)
    return job.random.uniform(0.1, 1) * (signal + job.random.normal(0, 1, len(signal)) * level)


def recordings(job, count):
    """Files of `count` recordings, most of them of one event."""
    seconds = job.pick(0.5, 2, 4, 8, 8, 15) * job.random.uniform(0.5, 1)
    event = sound(job, int(2.2 * seconds * FINE), FINE)
    rate = job.pick(*RATES)
    names = []
    for number in range(count):
        own = rate if job.chance(0.7) else job.pick(*RATES)
        start = job.random.uniform(0, seconds / 3)
        length = seconds * job.random.uniform(0.6, 1)
        drift = job.random.uniform(-2e-4, 2e-4) if job.chance(0.4) else 0
        source = event if job.chance(0.92) else sound(job, len(event), FINE)
        channels = [heard(job, source, own, start, length, drift)
                    for _ in range(job.pick(1, 1, 2))]
        together = job.pick(1, 1, 1, -1) * np.stack(channels, 1)
        together *= 0.9 / max(1, np.abs(together).max())
        if job.chance(0.02):
            together[:] = 0
        names.append(job.wav(f"{number}.wav", together, own, job.pick(2, 2, 2, 3)))
    return names


def search(job):
    """What may be compared, and how."""
    job.maybe(0.5, "--weighting", "auto", "phat", "scot", "ml", "none")
    job.maybe(0.35, "--drift")
    job.maybe(0.2, "--max-lag", 0.1, 0.5, 3)
    job.maybe(0.15, "--band", "100-3000", "300-3400", "50-1000")
    job.maybe(0.25, "--channel", "mix", "best", "best", 1, 1, 2)
    job.maybe(0.1, "--threshold", 1e-12, 0.01, 1)


def copies(job):
    """Aligned copies, and a figure."""
    if job.chance(0.25):
        job.add("--output-dir", "copies")
        job.maybe(0.4, "--trim")
        job.maybe(0.2, "--rate", 16000, 44100)
    job.maybe(0.04, "--plot", "figure.svg")


def batch(job):
    names = recordings(job, job.whole(2, 4))
    lines = []
    for _ in range(job.whole(1, 4)):
        pair = (job.pick(*names), job.pick(*names, *names, "../in/missing.wav"))
        lines.append(job.pick("\t".join(pair), json.dumps(dict(reference=pair[0], other=pair[1]))))
    if job.chance(0.15):
        lines.insert(job.whole(0, len(lines)), job.pick("", "no pair", '{"reference": 3}'))
    listed = job.text("pairs.txt", "\n".join(lines) + "\n")
    if job.chance(0.3):
        job.standard_input, listed = "pairs.txt", "-"
    job.add("align", "--batch", listed)
    search(job)


def make(job):
    if job.chance(0.2):
        batch(job)
    else:
        job.add("align", *recordings(job, job.pick(2, 2, 2, 2, 3, 4)))
        search(job)
        copies(job)
        form = job.pick(None, "--csv", "--json", "--json")
        if form:
            job.add(form)
    job.common(json=0)
