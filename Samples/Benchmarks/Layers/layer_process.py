# SPDX-License-Identifier: MIT

"""The measuring program as a process that answers one request at a time, and how ratios are taken."""

import statistics
import subprocess
from pathlib import Path

# A probe that takes longer than the shortest by this factor shows a disturbed round.
TOLERANCE = 1.1

PROGRAM = Path(__file__).resolve().parents[2] / ".build/release/LayerBenchmarks"


class LayerProcess:
    """Our side of a comparison."""

    def __init__(self):
        self.process = subprocess.Popen(
            [PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.least_probe = float("inf")

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
        self.least_probe = min(self.least_probe, probe)
        return seconds, probe

    def seconds(self, request):
        """The seconds that one execution of `request` took."""
        return self.measure(request)[0]

    def compare(self, request, theirs, rounds):
        """Medians of ours and theirs and of their ratios, and how many rounds were disturbed.

        They are measured in turns after one round unmeasured. A host that runs something else on the
        second threads of our processors slows arithmetic more than memory, and so ours more than a
        peer. A longer probe shows it; such rounds are left out, if that leaves three.
        """
        self.measure(request), theirs()
        turns = [(*self.measure(request), theirs()) for _ in range(rounds)]
        calm = [turn for turn in turns if turn[1] < TOLERANCE * self.least_probe]
        used = calm if len(calm) >= 3 else turns
        return (statistics.median(ours for ours, _, _ in used),
                statistics.median(other for _, _, other in used),
                statistics.median(other / ours for ours, _, other in used),
                len(turns) - len(used))
