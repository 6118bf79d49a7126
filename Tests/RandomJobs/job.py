# SPDX-License-Identifier: MIT

"""A random job: the files it reads and its command line."""

from pathlib import Path

import numpy as np

from . import formats


class Job:
    """A command line in the making, and the dice that decide about it."""

    def __init__(self, kind, random, directory):
        self.kind, self.random, self.directory = kind, random, Path(directory)
        self.number = self.directory.name
        self.words = []
        self.threads = None
        self.may_vary_threads = True
        self.standard_input = None
        (self.directory / "in").mkdir(parents=True)

    def arguments(self, threads):
        """The command line, for so many threads, or as many as the command takes by itself."""
        return [*self.words, *(["--threads", str(threads)] if threads else [])]

    # What is chosen.

    def chance(self, probability):
        return bool(self.random.random() < probability)

    def pick(self, *choices):
        return choices[int(self.random.integers(len(choices)))]

    def whole(self, least, most):
        return int(self.random.integers(least, most + 1))

    def size(self, least, most):
        """A whole number, small ones as likely as large ones, now and then beside a power of 2."""
        size = int(np.exp(self.random.uniform(np.log(least), np.log(most + 1))))
        if self.chance(0.25):
            size = 2 ** round(np.log2(size)) + self.whole(-1, 1)
        return min(max(size, least), most)

    # The command line.

    def add(self, *words):
        self.words += map(str, words)

    def maybe(self, probability, option, *choices):
        """Adds an option, perhaps: with one of `choices`, or a flag if there are none."""
        if self.chance(probability):
            self.add(option, *([self.pick(*choices)] if choices else []))
            return True
        return False

    def common(self, json=0.2):
        """Options that most commands have."""
        if self.chance(0.7):
            self.threads = self.whole(1, 3)
        self.maybe(json, "--json")
        self.maybe(0.1, "--quiet")

    # The files. A job runs in a directory beside them.

    def path(self, name):
        return self.directory / "in" / name

    def array(self, name, array):
        """Writes an array and gives its name on the command line."""
        if self.chance(0.05):
            array = np.asfortranarray(array)
        if self.chance(0.05):
            array = array.astype(array.dtype.newbyteorder(">"))
        np.save(self.path(name), array)
        return f"../in/{name}"

    def png(self, name, pixels):
        formats.write_png(self.path(name), pixels)
        return f"../in/{name}"

    def wav(self, name, sound, rate, width=2):
        formats.write_wav(self.path(name), sound, rate, width)
        return f"../in/{name}"

    def text(self, name, text):
        self.path(name).write_text(text)
        return f"../in/{name}"
