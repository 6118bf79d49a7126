# SPDX-License-Identifier: MIT

"""The kinds of jobs, and how many of each there are."""

from . import alignment, arrays, layers, matrices, pictures, sound


def plan(job):
    """What the planner says; it depends on the number of threads."""
    job.may_vary_threads = False
    job.add("plan")
    if job.chance(0.5):
        job.add(job.size(1, 10 ** 8), job.size(1, 10 ** 7))
    else:
        for most in (8000, 500):
            job.add(f"{job.size(1, most)}x{job.size(1, most)}")
    job.maybe(0.7, "--dtype", "float32", "float64", "complex64", "complex128")
    job.maybe(0.6, "--mode", "full", "same", "valid")
    job.common(json=0.7)


# A function that makes a job, and the part of all jobs in percent.
_KINDS = {
    "arrays": (arrays.make, 25),
    "matrices": (matrices.make, 17),
    "images": (pictures.convolution, 6),
    "sound": (sound.make, 7),
    "conv2d": (layers.convolution, 9),
    "conv-transpose2d": (layers.transposed, 6),
    "correlation-layer": (layers.correlation, 9),
    "align": (alignment.make, 11),
    "match": (pictures.match, 4),
    "register": (pictures.register, 3),
    "plan": (plan, 3),
}
MAKERS = {kind: maker for kind, (maker, _) in _KINDS.items()}
SHARES = [share / 100 for _, share in _KINDS.values()]
