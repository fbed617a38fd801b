"""How long the display's kernels take: sampling, lookup and overlays without a window.

Four panes of 4096 × 3328 pixels on a 2560 × 1600 screen. Thread CPU is the figure to trust on a
busy machine; medians and 95th percentiles over all frames are printed as a Markdown table.

    python build_scripts/bench/display.py [--frames 100]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator

import numpy as np

from models.exam import STANDARD_VIEWS, FindingClass, Mammogram, Origin, TruthMask
from models.geometry import Affine, Box
from models.grayscale import Grayscale, VoiFunction, VoiWindow
from models.results import SaliencyMap
from viewer.display.camera import viewports
from viewer.display.hanging import LAYOUTS, hung, pane_rects
from viewer.display.marks import MarkSize, marks_part
from viewer.display.overlay import Overlays, SaliencyLayer, view_saliency
from viewer.display.pyramid import ImagePyramid
from viewer.display.sampling import sample, to_gray
from viewer.display.shown import ShownImage
from viewer.display.tint import tint
from viewer.display.viewport import Viewport, one_to_one
from viewer.display.voi import auto_window, compile_table

ROWS, COLUMNS = 4096, 3328
SCREEN = 1600, 2560
GRAYSCALE = Grayscale(bits_stored=14)


def make_images() -> list[ShownImage]:
    """Four noisy breasts with 20 annotated regions each."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    shape = ((y / ROWS - 0.45) / 0.42) ** 2 + (x / COLUMNS / 0.8) ** 2 < 1
    images = []
    for view in STANDARD_VIEWS:
        pixels = np.where(shape, rng.integers(2000, 14000, (ROWS, COLUMNS)), 0).astype(np.uint16)
        mask = np.zeros((ROWS, COLUMNS), dtype=bool)
        for _ in range(20):
            row, column = rng.integers(300, 2800, 2)
            mask |= (y - row) ** 2 + (x - column) ** 2 < rng.integers(40, 200) ** 2
        truth = (TruthMask(FindingClass.MALIGNANT, mask),)
        mammogram = Mammogram(
            view.name, view.name, view.label, view, Origin.LIST, pixels, GRAYSCALE, truth=truth
        )
        images.append(ShownImage.prepare(mammogram))
    return images


def make_saliency() -> SaliencyLayer:
    """A map on GLAM's grid of 736 × 480 cells."""
    values = np.random.default_rng(1).random((2, 736, 480)).astype(np.float32)
    to_source = Affine.scaling(4, 4).then(Affine.shift(500, 0))
    saliency = SaliencyMap(values, to_source, (ROWS, COLUMNS))
    return SaliencyLayer.prepare(saliency, FindingClass.MALIGNANT, Affine())


def measure(name: str, frames: int, frame: Callable[[int], object]) -> None:
    """Time a frame of all panes and print a line of the table."""
    frame(0)
    wall, cpu = [], []
    for number in range(frames):
        wall_start, cpu_start = time.perf_counter(), time.thread_time()
        frame(number)
        wall.append(time.perf_counter() - wall_start)
        cpu.append(time.thread_time() - cpu_start)
    figures = [
        1000 * float(value)
        for times in (wall, cpu)
        for value in (np.median(times), np.percentile(times, 95))
    ]
    print(f"| {name} | {' | '.join(f'{figure:.2f}' for figure in figures)} |")


def zooms(fitted: dict[str, list[Viewport]]) -> Iterator[tuple[str, list[Viewport]]]:
    """The zooms that are measured, by name."""
    yield "fit", fitted["fit"]
    yield "1:1", [one_to_one(viewport) for viewport in fitted["fit"]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=100)
    frames = parser.parse_args().frames
    images, saliency = make_images(), make_saliency()
    rects = pane_rects(LAYOUTS["2x2"], *SCREEN)
    shapes = dict.fromkeys(STANDARD_VIEWS, (ROWS, COLUMNS))
    fitted = viewports({}, shapes, rects)
    overlays = Overlays(malignant=True, truth=True, patches=True)
    patches = [(rank, Box(400 * rank, 300 * rank, 512, 512)) for rank in range(1, 7)]

    print("| four panes, ms | wall median | wall p95 | CPU median | CPU p95 |")
    print("|---|---|---|---|---|")
    measure(
        "window dragged: four tables compiled",
        frames,
        lambda number: [
            compile_table(
                GRAYSCALE, VoiWindow(8000 + pane, 6000 + number, VoiFunction.SIGMOID), air=0
            )
            for pane in range(4)
        ],
    )
    table = compile_table(GRAYSCALE, VoiWindow(8000.0, 9000.0), air=0)
    for name, places in zooms({"fit": list(fitted.values())}):
        panes = list(zip(images, places, strict=True))
        buffers = [sample(image.pyramid, viewport)[0] for image, viewport in panes]
        maps = [view_saliency(saliency, viewport)[0] for _, viewport in panes]
        measure(
            f"{name}: looked up (window)",
            frames,
            lambda _, buffers=buffers: [to_gray(buffer, table) for buffer in buffers],
        )
        measure(
            f"{name}: sampled and looked up (pan)",
            frames,
            lambda number, panes=panes: [
                to_gray(sample(image.pyramid, viewport.panned(number % 20, 3).drawn)[0], table)
                for image, viewport in panes
            ],
        )
        measure(
            f"{name}: sampled and looked up (zoom)",
            frames,
            lambda number, panes=panes: [
                to_gray(
                    sample(image.pyramid, viewport.zoomed(1.03 + number / 1000, 300, 300).drawn)[
                        0
                    ],
                    table,
                )
                for image, viewport in panes
            ],
        )
        measure(
            f"{name}: saliency of one class stretched",
            frames,
            lambda _, panes=panes: [view_saliency(saliency, viewport) for _, viewport in panes],
        )
        measure(
            f"{name}: saliency of both classes coloured (threshold, opacity)",
            frames,
            lambda number, maps=maps: [
                tint(
                    dict.fromkeys(FindingClass, cells),
                    Overlays(True, True, threshold=number / 1000),
                )
                for cells in maps
            ],
        )
        measure(
            f"{name}: marks drawn (20 contours, 6 patches a pane)",
            max(frames // 4, 1),
            lambda _, panes=panes: [
                marks_part(
                    viewport,
                    truth=image.truth if overlays.truth else (),
                    patches=patches,
                    size=MarkSize(),
                )
                for image, viewport in panes
            ],
        )
    pixels = images[0].mammogram
    few = max(frames // 10, 1)
    measure("one image: pyramid built", few, lambda _: ImagePyramid.build(hung(pixels)))
    measure("one image: window measured", few, lambda _: auto_window(GRAYSCALE, pixels.pixels))
    measure("one image: all made ready", few, lambda _: ShownImage.prepare(pixels))


if __name__ == "__main__":
    main()
