"""What half precision can gain at most on this processor: convolutions as fast as it can.

The 3 × 3 convolutions that GLAM's networks consist of, alone, in float32 and bfloat16, best of
many runs, all processor threads: ``python -m build_scripts.bench.ceiling``.
"""

from __future__ import annotations

import time

import torch
from torch.nn import functional

SHAPES = ((64, 128), (128, 64), (256, 32), (512, 16))  # channels, rows and columns
DTYPES = (torch.float32, torch.bfloat16)
RUNS = 30


def main() -> None:
    """Print billions of operations a second, and the ratio."""
    print(f"{'channels, side':<16}{'fp32':>8}{'bf16':>8}   GFLOP/s, ratio")
    for channels, side in SHAPES:
        fp32, bf16 = (_fastest(channels, side, dtype) for dtype in DTYPES)
        print(f"{channels:>4} × {side:<9}{fp32:8.0f}{bf16:8.0f}   {bf16 / fp32:.2f}")


def _fastest(channels: int, side: int, dtype: torch.dtype) -> float:
    laid = {"dtype": dtype, "memory_format": torch.channels_last}
    image = torch.randn(1, channels, side, side).to(**laid)
    kernels = torch.randn(channels, channels, 3, 3).to(**laid)
    seconds = []
    with torch.inference_mode():
        for _ in range(RUNS):
            started = time.perf_counter()
            functional.conv2d(image, kernels, padding=1)
            seconds.append(time.perf_counter() - started)
    return 2 * 9 * channels**2 * side**2 / min(seconds) / 1e9


if __name__ == "__main__":
    main()
