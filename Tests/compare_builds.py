#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Gives random jobs to two builds of the `overlap` command and compares all that comes out.

    Tests/compare_builds.py OLD NEW                              # 500 jobs of all kinds
    Tests/compare_builds.py OLD NEW --jobs 2000 --seed 7
    Tests/compare_builds.py OLD NEW --only align --jobs 50
    Tests/compare_builds.py OLD NEW --vary-threads               # NEW on another number of threads

OLD and NEW are executable files. Standard output, the exit status and every file that a job writes
have to be the same, byte for byte; messages on standard error too with `--messages`. Each
difference gets a line, with the command that shows it again and, for arrays, the largest numeric
difference; the files of such jobs are kept. The exit status is 1 if there is any difference.

Jobs depend on nothing but the seed, which is printed, their number and, with `--only`, the kind:
`--seed S --first N --jobs 1` repeats number N alone. Each job runs in an empty directory, without
the costs that `overlap tune` may have left. Needs NumPy. Kinds of jobs:

    arrays             convolve and correlate, one dimension
    matrices           convolve and correlate, two dimensions
    images             convolve and correlate, with PNG images among the inputs
    sound              convolve and correlate, with WAV files among the inputs
    conv2d, conv-transpose2d, correlation-layer    forward, or with all gradients
    align              pairs, groups and batches of recordings, copies and figures
    match, register    images and arrays
    plan               the planner's choices
"""

import argparse
import collections
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from RandomJobs import kinds
from RandomJobs.differences import differences
from RandomJobs.job import Job

SIDES = ("old", "new")


def make(number, options, directory):
    """Job `number`: its files are written, its arguments chosen."""
    random = np.random.default_rng([options.seed, number])
    names = list(kinds.MAKERS)
    kind = options.only or random.choice(names, p=kinds.SHARES)
    job = Job(kind, np.random.default_rng([options.seed, number, names.index(kind)]), directory)
    kinds.MAKERS[kind](job)
    return job


def start(command, job, side, threads):
    """One side of a job, as a process that runs; what it prints goes to files beside."""
    place = job.directory / side
    cache = job.directory / f"{side}-cache"
    for directory in (place, cache):
        directory.mkdir()
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "LC_ALL": "C.UTF-8"}
    given = job.directory / "in" / job.standard_input if job.standard_input else os.devnull
    with (open(given, "rb") as stdin, open(job.directory / f"{side}-stdout", "wb") as stdout,
          open(job.directory / f"{side}-stderr", "wb") as stderr):
        return subprocess.Popen([command, *job.arguments(threads)], cwd=place, env=environment,
                                stdin=stdin, stdout=stdout, stderr=stderr)


def finish(process, seconds):
    """The exit status of a process; None if it takes longer than `seconds`."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def repetition(command, job, side, threads):
    """A shell command that runs one side of a job again."""
    words = [command, *job.arguments(threads)]
    given = f" < ../in/{job.standard_input}" if job.standard_input else ""
    return (f"(cd {shlex.quote(str(job.directory / side))} && XDG_CACHE_HOME=../{side}-cache "
            f"{shlex.join(words)}{given})")


def compare(job, commands, options):
    """Runs a job on both sides; gives the status of the old one and lines about differences."""
    threads = [job.threads, job.threads]
    if options.vary_threads and job.may_vary_threads:
        threads[1] = 1 + (job.threads or 1) % 3
    processes = [start(command, job, side, count)
                 for command, side, count in zip(commands, SIDES, threads)]
    statuses = [finish(process, options.timeout) for process in processes]
    found = [f"job {job.number}, {job.kind}: {line}"
             for line in differences(job, statuses, options.messages)]
    if found:
        repeat = [repetition(*side) for side in zip(commands, (job, job), SIDES, threads)]
        found = [f"{line}; repeat: {repeat[1]}" for line in found]
    return statuses[0], found


def executable(text):
    path = Path(text).resolve()
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise argparse.ArgumentTypeError(f"{text} is not a command")
    return str(path)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("old", type=executable, help="the build whose results count as right")
    parser.add_argument("new", type=executable, help="the build that is compared with it")
    parser.add_argument("--jobs", type=int, default=500, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="what the jobs depend on (default: another one "
                        "each time)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first job")
    parser.add_argument("--only", choices=kinds.MAKERS, metavar="KIND",
                        help=f"jobs of one kind: {', '.join(kinds.MAKERS)}")
    parser.add_argument("--messages", action="store_true", help="compare standard error too")
    parser.add_argument("--vary-threads", action="store_true",
                        help="run NEW on another number of threads than OLD")
    parser.add_argument("--timeout", type=float, default=120, metavar="SECONDS",
                        help="a job that takes longer counts as a difference")
    parser.add_argument("--verbose", action="store_true", help="print each job")
    return parser.parse_args()


def main():
    options = parse()
    if options.seed is None:
        options.seed = int.from_bytes(os.urandom(4), "little")
    only = f" --only {options.only}" if options.only else ""
    print(f"--seed {options.seed}{only}", flush=True)
    base = Path(tempfile.mkdtemp(prefix="compare-builds-"))
    count = 0
    statuses = collections.Counter()
    try:
        for number in range(options.first, options.first + options.jobs):
            job = make(number, options, base / str(number))
            status, found = compare(job, (options.old, options.new), options)
            statuses[status] += 1
            count += len(found)
            if options.verbose:
                print(f"job {number}, {job.kind}: {status}: "
                      f"{shlex.join(job.arguments(job.threads))}", flush=True)
            for line in found:
                print(line, flush=True)
            if not found:
                shutil.rmtree(job.directory)
    finally:
        # What differs stays, so that it can be looked at.
        if base.exists() and not any(base.iterdir()):
            base.rmdir()
    listed = ", ".join(f"{status}: {jobs}" for status, jobs in statuses.most_common())
    print(f"exit statuses of OLD: {listed}")
    print(f"{options.jobs} jobs, {count} differences")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
