#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times the convolution layer against PyTorch's, which is oneDNN's here, one thread each, in turns.

    Samples/Benchmarks/run --only layers
    ~/.cache/overlap/benchmarks/torch/bin/python Samples/Benchmarks/Layers/compare_convolution.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Shared"))

from layer_process import LayerSide  # noqa: E402
from turns import OURS, Function, Report, argument_parser, take_turns  # noqa: E402

# Images, input and output channels, rows and columns, K, padding, groups, and whether it is quick.
CASES = [
    (1, 64, 64, 56, 3, 1, 1, True),
    (1, 64, 64, 56, 1, 0, 1, True),
    (1, 64, 64, 56, 7, 3, 64, True),
    (1, 64, 64, 56, 15, 7, 1, True),
    (8, 64, 64, 56, 15, 7, 1, False),
    (1, 16, 16, 128, 15, 7, 1, False),
    (1, 3, 8, 256, 15, 7, 1, False),
    (1, 1, 1, 512, 15, 7, 1, False),
    (1, 1, 1, 512, 31, 15, 1, False),
    (1, 3, 16, 256, 31, 15, 1, False),
    (1, 64, 64, 56, 31, 15, 64, True),
]


def main():
    parser = argument_parser(__doc__.split("\n")[0], budget=3)
    arguments = parser.parse_args()
    report = Report(arguments)
    try:
        import torch
    except ImportError as error:
        report.missing("layers", "PyTorch", error)
        return
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    for images, channels, kernels, size, k, padding, groups, is_quick in CASES:
        if arguments.quick and not is_quick:
            continue
        x = torch.rand(images, channels, size, size) * 2 - 1
        w = torch.rand(kernels, channels // groups, k, k) * 2 - 1
        request = (f"convolution {images} {channels} {kernels} {size} {size} {k} 1 {padding} "
                   f"{groups} forward auto 1")
        sides = {
            OURS: LayerSide(request),
            "torch conv2d": Function(
                lambda: torch.nn.functional.conv2d(x, w, padding=padding, groups=groups),
                comparable=False)}
        case = (f"{images} x {channels} to {kernels} channels of {size} x {size}, kernel {k} x {k}"
                f"{f', {groups} groups' if groups > 1 else ''}")
        report(take_turns("layers", case, sides, arguments.budget))


if __name__ == "__main__":
    main()
