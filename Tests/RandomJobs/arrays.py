# SPDX-License-Identifier: MIT

"""Convolutions and correlations of arrays of one dimension."""

from .values import dtype, values

# Products that a direct sum takes a moderate time for.
MOST_PRODUCTS = 4e8


def options(job, lengths, writes_numbers=True):
    """The options of `convolve` and `correlate`, whatever their inputs are."""
    correlates = job.words[0] == "correlate"
    if correlates:
        job.maybe(0.3 if writes_numbers else 0.02, "--normalize")
        job.maybe(0.3, "--lags", "lags.npy")
    if correlates and job.chance(0.3):
        # This is a mode of its own; with another it is an error.
        job.add("--max-lag", job.pick(0, job.size(1, max(lengths)), job.size(1, 50)))
        job.maybe(0.03, "--mode", "same")
    else:
        job.maybe(0.7, "--mode", "full", "same", "valid")
        job.maybe(0.6, "--method", "auto", "direct", "fft", "overlap-save")
    job.common()


def boundary(job, probability):
    constant = round(job.random.uniform(-2, 2), 3)
    job.maybe(probability, "--boundary", "zero", f"constant={constant}", "wrap", "symmetric",
              "reflect", "replicate")


def make(job):
    long, short = job.size(1, 200_000), job.size(1, 20_000)
    if job.chance(0.04):
        # So long that transforms are taken in steps.
        long = job.size(10 ** 6, 3 * 10 ** 6)
    if job.chance(0.5):
        short = min(short, max(1, long // 4))
    kinds = [dtype(job)]
    kinds.append(kinds[0] if job.chance(0.7) else dtype(job))
    short = min(short, max(1, int(MOST_PRODUCTS / long / (4 if "c" in kinds[0] else 1))))
    inputs = [values(job, (long,), kinds[0]), values(job, (short,), kinds[1])]
    if job.chance(0.1):
        # A part of the other one, so that there is something to find.
        start = job.whole(0, long - 1)
        inputs[1] = inputs[0][start:start + short].copy()
    if job.chance(0.01):
        inputs[1] = inputs[1][:0]
    if job.chance(0.1):
        inputs.reverse()
    job.add(job.pick("convolve", "correlate"), job.array("a.npy", inputs[0]),
            job.array("b.npy", inputs[1]), "-o", "out.npy")
    options(job, (long, short))
    boundary(job, 0.1)
