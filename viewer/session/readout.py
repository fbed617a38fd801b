"""The line under the cursor: where it is on the stored image and what the models say there."""

from __future__ import annotations

from models.exam import View
from viewer.display.chest_wall import distance_to_wall
from viewer.display.nipple import distance_to
from viewer.display.shown import ShownImage
from viewer.display.size import is_magnified
from viewer.session.arcs import arc_words
from viewer.session.nipples import nipple_of
from viewer.session.placing import source_of
from viewer.session.state import SessionState


def readout(state: SessionState, view: View | None, row: float, column: float) -> str:
    """Words for a point of a view, hung pixels; empty off the image."""
    image = None if view is None else state.images.get(view)
    if view is None or image is None:
        return ""
    rows, columns = image.shape
    if not (0 <= row < rows and 0 <= column < columns):
        return ""
    back, pixel = image.to_hung.inverse(), (int(row), int(column))
    stored = back.point(row, column)
    # By its centre, since an edge belongs to another pixel once the image is mirrored.
    centre = back.point(pixel[0] + 0.5, pixel[1] + 0.5)
    value = int(image.pyramid.image[pixel])
    words = [view.label, f"row {int(centre[0])}  column {int(centre[1])}"]
    words += _millimetres(image, *stored)
    words.append(f"stored {value}")
    words += _modality(image, value)
    words += _distances(state, view, image, stored)
    words += arc_words(state)
    marks = state.marks_here.get(view)
    if marks is not None and state.marks_visible:
        for finding in state.overlays.findings:
            if finding in marks.saliency:
                saliency = marks.saliency[finding].value_at(row, column)
                words.append(f"{finding.value} {saliency:.2f}")
    return "   ".join(words)


def _millimetres(image: ShownImage, row: float, column: float) -> list[str]:
    """From the stored image's corner, at the detector divided by the magnification factor."""
    mammogram = image.mammogram
    if mammogram.pixel_spacing_mm is None:
        return []
    vertical, horizontal = (mm / mammogram.magnification for mm in mammogram.pixel_spacing_mm)
    unit = "mm in the breast" if is_magnified(mammogram) else "mm"
    return [f"{row * vertical:.1f} × {column * horizontal:.1f} {unit}"]


def _modality(image: ShownImage, value: int) -> list[str]:
    """The value after the modality LUT (PS3.3 C.11.1), where that changes anything."""
    grayscale = image.mammogram.grayscale
    changed = value * grayscale.rescale_slope + grayscale.rescale_intercept
    if (table := grayscale.modality_lut) is not None:
        entry = min(max(value - table.first_value, 0), len(table.data) - 1)
        changed = float(table.data[entry])
    return [] if changed == value else [f"modality {changed:g}"]


def _distances(
    state: SessionState, view: View, image: ShownImage, stored: tuple[float, float]
) -> list[str]:
    """From the nipple and from the chest wall, once the nipple is known."""
    nipple = nipple_of(state, view)
    if nipple is None:
        return []
    mammogram = image.mammogram
    guess = "≈ " if nipple.guessed else ""
    note = " (guessed)" if nipple.guessed else ""
    words = [f"nipple {guess}{distance_to(mammogram, nipple, *stored)}{note}"]
    source = source_of(state, view)
    is_doubtful = image.doubtful or (source is not None and state.read[source].doubtful)
    wall = None if is_doubtful else distance_to_wall(mammogram, view, *stored)
    return words if wall is None else [*words, f"chest wall {wall}"]
