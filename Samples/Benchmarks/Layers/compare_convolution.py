#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Times the convolution layer against PyTorch's, one thread each, in turns.

    apt-get install python3-torch
    swift build -c release --package-path Samples --product LayerBenchmarks
    /usr/bin/python3 Samples/Benchmarks/Layers/compare_convolution.py
"""

import time

import torch

from layer_process import LayerProcess

# Images, input and output channels, rows and columns, K, padding, groups, rounds, the ratio needed.
CASES = [
    (1, 64, 64, 56, 3, 1, 1, 31, 0.6),
    (1, 64, 64, 56, 1, 0, 1, 31, None),
    (1, 64, 64, 56, 7, 3, 64, 31, None),
    (1, 64, 64, 56, 15, 7, 1, 11, 2),
    (8, 64, 64, 56, 15, 7, 1, 5, 2),
    (1, 16, 16, 128, 15, 7, 1, 21, 2),
    (1, 3, 8, 256, 15, 7, 1, 21, 2),
    (1, 1, 1, 512, 15, 7, 1, 21, 2),
    (1, 1, 1, 512, 31, 15, 1, 11, 2),
    (1, 3, 16, 256, 31, 15, 1, 11, 2),
    (1, 64, 64, 56, 31, 15, 64, 11, 2),
]


def main():
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    layer = LayerProcess()
    for images, channels, kernels, size, k, padding, groups, rounds, needed in CASES:
        x = torch.rand(images, channels, size, size) * 2 - 1
        w = torch.rand(kernels, channels // groups, k, k) * 2 - 1

        def theirs():
            start = time.perf_counter()
            torch.nn.functional.conv2d(x, w, padding=padding, groups=groups)
            return time.perf_counter() - start

        request = (f"convolution {images} {channels} {kernels} {size} {size} {k} 1 {padding} "
                   f"{groups} forward auto")
        ours, other, ratio, disturbed = layer.compare(f"{request} 1", theirs, rounds)
        _, _, speedup, shared = layer.compare(
            f"{request} 2", lambda: layer.seconds(f"{request} 1"), 9)
        print(f"{images} x {channels:3} -> {kernels:3} channels, {size}x{size}, {k}x{k}, {groups:2} groups: "
              f"{ours * 1e3:8.3f} ms, torch {other * 1e3:8.3f} ms: {ratio:5.2f}x"
              f"{'' if needed is None else f' (needed {needed})'}; two threads {speedup:.2f}x; "
              f"without {disturbed} and {shared} disturbed rounds",
              flush=True)


if __name__ == "__main__":
    main()
