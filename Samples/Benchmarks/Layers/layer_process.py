"""The measuring program as a process that answers one request at a time, and how ratios are taken."""

import statistics
import subprocess
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / ".build/release/LayerBenchmarks"


class LayerProcess:
    """Our side of a comparison."""

    def __init__(self):
        self.process = subprocess.Popen(
            [PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def answer(self, request):
        """What the program answers to `request`."""
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def seconds(self, request):
        """The seconds that one execution of `request` took."""
        answer = self.answer(request)
        try:
            return float(answer)
        except ValueError:
            raise SystemExit(f"{request}: {answer}") from None


def compare(ours, theirs, rounds):
    """Medians of ours and theirs, and of their ratios, measured in turns after one round unmeasured."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return (statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs),
            statistics.median(b / a for a, b in pairs))
