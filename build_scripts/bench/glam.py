"""GLAM on this machine: ours against eager execution, half precision, preparation and memory.

One synthetic view of 2730 × 981 pixels, seeded weights of the published sizes, K = 1, all
processor threads, variants interleaved in one run: ``python -m build_scripts.bench.glam``.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from build_scripts.bench.timing import median_seconds, seconds_of

ROUNDS = 5


def main() -> None:
    """Print seconds an image, and ratios to eager execution."""
    with tempfile.TemporaryDirectory() as folder:
        weights = _weights(Path(folder))
        _networks(weights)
        _preparation(Path(folder))
        _write_study(Path(folder) / "study")
        apart = {**os.environ, "XDG_CACHE_HOME": folder}  # no result is known already
        for precision in ("fp32", "bf16"):
            arguments = [folder, str(weights), precision]
            command = [sys.executable, "-m", "build_scripts.bench.glam", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=apart)
            print(done.stdout.strip() or done.stderr.strip().splitlines()[-1])


def _weights(folder: Path) -> Path:
    from tests import glam_recipe

    return glam_recipe.write(folder / "recipe.ckpt", glam_recipe.state_dict())


def _networks(weights: Path) -> None:
    import torch

    from models.catalog import GLAM
    from models.glam.network import GlamNetwork
    from models.glam.predictor import PUBLISHED, load
    from models.runtime import Placement, available_devices
    from models.weights import load_into

    with torch.device("meta"):
        eager = GlamNetwork(PUBLISHED)
    load_into(eager, weights, GLAM)
    eager.eval()
    window = torch.from_numpy(np.random.default_rng(3).normal(size=(1, 1, 2944, 1920)))
    window = window.to(torch.float32)
    variants = {"eager NCHW fp32": (eager, torch.float32)}
    for precision in available_devices()[-1].precisions:
        dtype = torch.float32 if precision == "fp32" else torch.bfloat16
        variants[f"ours {precision}"] = (load(weights, Placement("cpu", precision)), dtype)

    def one_image(network: GlamNetwork, dtype: torch.dtype) -> Callable[[], object]:
        def run() -> object:
            with torch.inference_mode():
                network.global_network(window)
                return network.detection_network(window[..., :512, :512].to(dtype))

        return run

    runs = {name: one_image(*variant) for name, variant in variants.items()}
    took = median_seconds(runs, ROUNDS)
    base = took["eager NCHW fp32"]
    for name, median in took.items():
        print(f"{name:<20} {median:6.2f} s an image   {base / median:5.2f} × eager")


def _preparation(folder: Path) -> None:
    from models.exam import L_MLO
    from models.glam import preprocess
    from models.preparation import upright
    from tests.dicom_factory import make_dicom
    from tests.phantoms import breast_pixels
    from viewer.exam_io.load import load_image
    from viewer.exam_io.scan import scan

    for rows, columns in ((2730, 981), (4096, 3328)):
        path = folder / f"{rows}.dcm"
        pixels = breast_pixels(L_MLO, rows, columns)
        make_dicom(path, view="MLO", laterality="L", pixels=pixels, BitsStored=12)
        record = scan([path]).exams[0].images[0]

        def prepare(record: object = record) -> None:
            laid = upright(load_image(record))  # type: ignore[arg-type]
            frame = preprocess.frame_of(laid.pixels, laid.facing_right, L_MLO.position)
            preprocess.normalise(preprocess.place(laid.pixels, laid.facing_right, frame))

        prepare()
        median = statistics.median(seconds_of(prepare) for _ in range(ROUNDS))
        print(f"reading, cropping, placing {rows} × {columns}: {median:.3f} s an image")


def _write_study(folder: Path) -> None:
    from models.exam import STANDARD_VIEWS
    from tests.dicom_factory import make_dicom
    from tests.phantoms import breast_pixels

    for view in STANDARD_VIEWS:
        make_dicom(
            folder / f"{view.name}.dcm",
            view=view.position.value,
            laterality=view.laterality.value,
            pixels=breast_pixels(view, 2730, 981),
            BitsStored=12,
        )


def _analyze(folder: str, weights: str, precision: str) -> None:
    """In a process of its own: time and peak memory of `fourview analyze` on four views."""
    from viewer.cli import main as fourview

    arguments = ["analyze", f"{folder}/study", "--weights", f"glam={weights}"]
    arguments += ["--precision", precision, "--device", "cpu", "--out", f"{folder}/{precision}"]
    took = seconds_of(lambda: fourview(arguments))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"fourview analyze, four views, {precision}: {took:.1f} s, peak {peak:.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _analyze(*sys.argv[1:])
    else:
        main()
