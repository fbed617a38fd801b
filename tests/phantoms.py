"""Small breasts for tests: asymmetric in every direction, so that no mirroring goes unseen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from models.catalog import GLAM, ModelCard
from models.exam import (
    STANDARD_VIEWS,
    Exam,
    FindingClass,
    Laterality,
    Mammogram,
    Origin,
    TruthMask,
    View,
    ViewPosition,
)
from models.geometry import AS_STORED, Affine, Box, Orientation
from models.grayscale import Grayscale
from models.results import (
    ExamResult,
    GlamResult,
    GlamView,
    Provenance,
    RoiPatch,
    SaliencyMap,
)
from viewer.exam_io.records import ExamRecord, ImageRecord

BRIGHT = 4000
LESION = (0.35, 0.45)  # hung (row, column counted from the chest wall), as fractions
ROWS, COLUMNS = 600, 400


def breast_pixels(view: View, rows: int = ROWS, columns: int = COLUMNS) -> np.ndarray:
    """A hung breast: half an ellipse off its middle, brighter downwards, one bright lesion.

    Returns uint16, shape (rows, columns), 12-bit values, air 0.
    """
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    middle = 0.45 if view.position is ViewPosition.CC else 0.55
    inside = ((y / rows - middle) / 0.4) ** 2 + (x / columns / 0.85) ** 2 < 1
    values = np.where(inside, 600 + 1200 * y / rows + 800 * (1 - x / columns), 0)
    row, column = lesion_at(rows, columns)
    values[(y - row) ** 2 + (x - column) ** 2 < (rows / 40) ** 2] = BRIGHT
    pixels = values.astype(np.uint16)
    return pixels if view.laterality is Laterality.LEFT else pixels[:, ::-1].copy()


def lesion_at(rows: int = ROWS, columns: int = COLUMNS) -> tuple[float, float]:
    """(row, column counted from the chest wall) of the lesion's centre."""
    return LESION[0] * rows, LESION[1] * columns


def make_mammogram(
    view: View,
    *,
    stored: Orientation = AS_STORED,
    rows: int = ROWS,
    columns: int = COLUMNS,
    **changes: object,
) -> Mammogram:
    """A mammogram whose file holds the breast laid by `stored`, and whose attributes say so."""
    pixels = np.ascontiguousarray(stored.apply(breast_pixels(view, rows, columns)))
    pixels.flags.writeable = False
    mask = pixels == BRIGHT
    fields: dict[str, object] = {
        "image_id": f"phantom-{view.name}",
        "name": f"phantom_{view.name}",
        "title": view.label,
        "view": view,
        "view_origin": Origin.ATTRIBUTES,
        "pixels": pixels,
        "grayscale": Grayscale(bits_stored=12),
        "orientation": stored.inverse(),
        "orientation_origin": Origin.ATTRIBUTES,
        "pixel_spacing_mm": (0.1, 0.1),
        "truth": (TruthMask(FindingClass.MALIGNANT, mask),),
    }
    return Mammogram(**{**fields, **changes})


def make_exam(
    exam_id: str = "phantom", views: Mapping[View, Mammogram] | None = None, **changes: object
) -> Exam:
    """All four views, or those given."""
    mammograms = views or {view: make_mammogram(view) for view in STANDARD_VIEWS}
    return Exam(exam_id, exam_id, mammograms, **changes)


def record_of(exam: Exam) -> ExamRecord:
    """What a scan would have said of an exam that is here already."""
    images = tuple(
        ImageRecord(
            Path(f"{image.name}.dcm"),
            image.name,
            image.title,
            view,
            Origin.ATTRIBUTES,
            is_phantom=image.is_phantom,
        )
        for view, image in exam.mammograms.items()
    )
    return ExamRecord(
        exam.exam_id, exam.title, images, date=exam.date, labels=exam.labels, alarm=exam.alarm
    )


def make_result(exam: Exam, card: ModelCard = GLAM) -> ExamResult:
    """A result that puts malignant saliency and one patch on each lesion, in stored pixels."""
    views = {view: _glam_view(mammogram) for view, mammogram in exam.mammograms.items()}
    made = Provenance(card.id, card.name, "test.ckpt", "0" * 64, "fp32", "cpu", "Fourview test")
    return ExamResult(exam.exam_id, GlamResult(made, views), settings={"glam": {"patches": 1}})


def _glam_view(mammogram: Mammogram) -> GlamView:
    rows, columns = mammogram.shape
    cell = 4
    values = np.zeros((2, rows // cell, columns // cell), np.float32)
    lesion = mammogram.pixels == BRIGHT
    cells = lesion[: rows // cell * cell, : columns // cell * cell]
    cells = cells.reshape(rows // cell, cell, columns // cell, cell).mean((1, 3))
    values[1] = 0.9 * cells
    where = np.argwhere(lesion)
    top, left = (int(value) for value in where.mean(0) - 32)
    patch = RoiPatch(1, Box(top, left, 64, 64), (top, left))
    return GlamView(
        benign=0.25,
        malignant=0.75,
        saliency=SaliencyMap(values, Affine.scaling(cell, cell), mammogram.shape),
        saliency_global=values,
        saliency_patches=np.zeros((1, 2, 128, 128), np.float32),
        patches=(patch,),
        window_location=(0, rows, 0, columns),
        best_center=(rows // 2, columns // 2),
    )
