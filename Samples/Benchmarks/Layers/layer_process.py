# SPDX-License-Identifier: MIT

"""The layers' measuring program as a side of a comparison: a process that answers requests."""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Shared"))

from turns import OURS, RELEASE, growth_of_memory  # noqa: E402

PROGRAM = RELEASE / "LayerBenchmarks"


class LayerProcess:
    """The program, which answers one request at a time."""

    def __init__(self):
        self.process = subprocess.Popen(
            [PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def answer(self, request):
        """What the program answers to `request`."""
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def measure(self, request):
        """The seconds that one execution of `request` took, and those of the probe beside it."""
        answer = self.answer(request)
        try:
            seconds, probe = map(float, answer.split())
        except ValueError:
            raise SystemExit(f"{request}: {answer}") from None
        return seconds, probe

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class LayerSide:
    """One request, again and again."""

    beside = OURS

    def __init__(self, request):
        self.layer, self.request, self.probes = LayerProcess(), request, []
        # To ask for the method makes the inputs; the peak is that of the first execution.
        *job, _, method, threads = request.split()
        self.layer.answer(" ".join([*job, "plan", method, threads]))
        self.memory = growth_of_memory(self.layer.process.pid, self.measure)
        self.probes.clear()

    def measure(self):
        seconds, probe = self.layer.measure(self.request)
        self.probes.append(probe)
        return seconds

    def answer(self):
        """The peers have other inputs: Tests/CorrelationLayersTests compares the answers."""

    def close(self):
        self.layer.close()
