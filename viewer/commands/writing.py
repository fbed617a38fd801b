"""What `fourview analyze` writes beside its tables: pictures, maps, and what the networks saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from models.errors import ExportError, FourviewError, Problem
from models.exam import Exam, View
from models.inputs import inputs_of
from models.reading import Reading
from models.results import ExamResult
from models.runtime import Runtime
from viewer.display.shown import ShownImage
from viewer.exam_io.distinct import image_stem
from viewer.export.beside import (
    INPUTS,
    MAPS,
    PICTURES,
    findings_name,
    inputs_name,
    maps_name,
    picture_name,
)
from viewer.export.findings_picture import write_findings
from viewer.export.inputs import write_input
from viewer.export.maps import write_cells, write_maps
from viewer.export.visualization import write_visualization


def write_pictures(folder: Path, exam: Exam, result: ExamResult) -> list[Problem]:
    """A picture of GLAM's and one of the shapes for each view; returns what failed."""
    problems: list[Problem] = []
    glam = result.glam
    for view, mammogram in exam.mammograms.items():
        stem = image_stem(mammogram.name)
        if glam is not None and view in glam.views:
            found, made, labels = glam.views[view], glam.provenance, exam.labels
            path = folder / PICTURES / picture_name(stem)
            side = labels.get(view.laterality)
            with_glam = _try(
                view, partial(write_visualization, path, mammogram, found, made, side)
            )
            problems += with_glam
        if _has_shapes(result, view):
            shapes = folder / PICTURES / findings_name(stem)
            problems += _try(view, partial(write_findings, shapes, mammogram, view, result))
    return problems


def write_all_maps(folder: Path, exam: Exam, result: ExamResult) -> list[Problem]:
    """Saliency and probabilities of each view; returns what failed."""
    problems: list[Problem] = []
    for view, mammogram in exam.mammograms.items():
        stem, image_id = image_stem(mammogram.name), mammogram.image_id
        if (glam := result.glam) is not None and view in glam.views:
            path = folder / MAPS / maps_name(stem, "glam")
            found = glam.views[view]
            problems += _try(view, partial(write_maps, path, found, image_id, glam.provenance))
        for model, each in (
            ("microcalcification", result.microcalcification),
            ("mass", result.mass),
        ):
            if each is None or view not in each.views:
                continue
            place = folder / MAPS / maps_name(stem, model)
            cells, made = each.views[view].probability, each.provenance
            problems += _try(view, partial(write_cells, place, cells, image_id, made))
    return problems


def write_inputs(
    folder: Path, exam: Exam, readings: Mapping[str, Reading], runtime: Runtime
) -> list[Problem]:
    """What the networks of each model are given of each view; returns what failed.

    Of an image that the gate keeps from a model there is nothing.
    """
    problems: list[Problem] = []
    shown: dict[View, ShownImage] = {}
    for model, reading in readings.items():
        try:
            found = inputs_of(exam, reading, runtime)
        except FourviewError as error:
            problems.append(Problem.from_error(error, reading.card.name))
            continue
        problems += [
            Problem(_named(view, found.model), reason) for view, reason in found.failed.items()
        ]
        for view in dict.fromkeys(seen.view for seen in found.inputs):
            mammogram = exam.mammograms[view]
            if view not in shown:
                shown[view] = ShownImage.prepare(mammogram)
            path = folder / INPUTS / inputs_name(image_stem(mammogram.name), model)
            image, of_view = shown[view], [seen for seen in found.inputs if seen.view == view]
            problems += _try(view, partial(write_input, path, of_view, image, model))
    return problems


def _named(view: View | None, model: str) -> str:
    return f"{view.label}, {model}" if view else model


def _has_shapes(result: ExamResult, view: View) -> bool:
    found = (result.microcalcification, result.mass)
    own = any(view in each.views for each in result.others.values())
    return own or any(each is not None and view in each.views for each in found)


def _try(view: View, write: Callable[[], None]) -> list[Problem]:
    """Write one file; what fails is a problem of its view, and the others go on."""
    try:
        write()
    except ExportError as error:
        return [Problem.from_error(error, view.label)]
    return []
