#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Runs whole commands on damaged files of every kind, and says where one does not end as it should.

    python3 Tests/Fuzzing/commands.py .build/release/overlap --count 20000 --seed 1

Each command must end by itself within five seconds, with one of the documented exit statuses, at most
one line of error, less than a gigabyte of memory, and no file left that it was not asked for. What
fails is kept under --keep with the command that fails. Needs ffmpeg.
"""

import argparse
import collections
import concurrent.futures
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from damage import damaged
from kinds import Kinds

STATUSES = {0, 1, 64, 65, 66, 69, 73, 74}
MOST_SECONDS = 5
MOST_KILOBYTES = 1 << 20


class Run:
    """What a command gave."""

    def __init__(self, words, directory, environment):
        start = time.monotonic()
        process = subprocess.Popen(
            words, cwd=directory, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        killer = threading.Timer(4 * MOST_SECONDS, lambda: os.killpg(process.pid, 9))
        killer.start()
        # Neither can fill a pipe, but where the command is wrong.
        self.output = process.stdout.read()
        self.errors = process.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        killer.cancel()
        process.returncode = status
        self.status = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - start
        self.kilobytes = usage.ru_maxrss

        self.has_results = self.output != b"" or "--resume" in words

    def problem(self, busy):
        """Why it is wrong, or None. On a machine that is `busy` more time is due."""
        if self.status not in STATUSES:
            return f"status {self.status}"
        if self.seconds > MOST_SECONDS * busy:
            return f"{self.seconds:.1f} s"
        if self.kilobytes > MOST_KILOBYTES:
            return f"{self.kilobytes >> 10} MB"
        lines = self.errors.splitlines()
        if any(not line.startswith("overlap: ") for line in lines):
            return "a line that is not ours"
        words = [line for line in lines if not line.startswith("overlap: note: ")]
        # What went wrong is told in a line, or in the results of each of several files.
        if self.status not in (0, 1) and not words and not self.has_results:
            return "an error without a word"
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", default="fuzz-failures")
    parser.add_argument("--kind", help="only commands on files of this kind")
    options = parser.parse_args()
    command = os.path.abspath(options.command)
    busy = max(1.0, 2 * options.jobs / (os.cpu_count() or 1))
    tallies = collections.defaultdict(collections.Counter)
    failures = []
    with tempfile.TemporaryDirectory() as place:
        kinds = Kinds(place, command)
        names = [name for name in kinds.names if options.kind in (None, name)]

        def once(number):
            chance = random.Random(f"{options.seed}/{number}")
            name = chance.choice(names)
            seed, make = kinds.choose(name, chance)
            directory = tempfile.mkdtemp(dir=place)
            file = os.path.join(directory, "damaged" + os.path.splitext(seed)[1])
            with open(seed, "rb") as source, open(file, "wb") as target:
                target.write(damaged(source.read(), chance))
            words, environment = make(file, directory)
            temporary = os.path.join(directory, "tmp")
            os.mkdir(temporary)
            settings = dict(os.environ, TMPDIR=temporary, XDG_CACHE_HOME=directory + "/cache")
            settings.update(environment)
            run = Run([command] + words, directory, settings)
            problem = run.problem(busy)
            left = os.listdir(temporary) + [n for n in os.listdir(directory) if n.startswith(".")]
            problem = problem or (f"leaves {left}" if left else None)
            if problem:
                kept = os.path.join(os.path.abspath(options.keep), f"{options.seed}-{number}")
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(directory, kept, symlinks=True)
                line = " ".join(words).replace(directory, kept)
                failures.append(f"{number} {name}: {problem}: {line}: {run.errors.strip()[:300]}")
                print(failures[-1], flush=True)
            shutil.rmtree(directory, ignore_errors=True)
            tallies[name][run.status] += 1

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for done, _ in enumerate(pool.map(once, range(options.count)), 1):
                if done % 1000 == 0:
                    print(f"{done} commands, {len(failures)} failures", flush=True)
    for name in sorted(tallies):
        print(f"{name:12} {dict(sorted(tallies[name].items()))}")
    print(f"{options.count - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
