"""The line under the cursor: where it is on the stored image and what the models say there."""

from __future__ import annotations

from models.exam import View
from viewer.session.state import SessionState


def readout(state: SessionState, view: View | None, row: float, column: float) -> str:
    """Words for a point of a view, hung pixels; empty off the image."""
    image = None if view is None else state.images.get(view)
    if view is None or image is None:
        return ""
    rows, columns = image.shape
    if not (0 <= row < rows and 0 <= column < columns):
        return ""
    stored_row, stored_column = image.to_hung.inverse().point(row, column)
    mammogram = image.mammogram
    value = int(image.pyramid.levels[0][int(row), int(column)])
    words = [f"{view.label}", f"row {int(stored_row)}  column {int(stored_column)}"]
    if mammogram.pixel_spacing_mm is not None:
        vertical, horizontal = mammogram.pixel_spacing_mm
        words.append(
            f"{stored_row * vertical / mammogram.magnification:.1f} × "
            f"{stored_column * horizontal / mammogram.magnification:.1f} mm"
        )
    words.append(f"stored {value}")
    marks = state.marks.get(state.exam_key, {}).get(view)
    if marks is not None and state.marks_visible:
        for finding in state.overlays.findings:
            saliency = marks.saliency[finding].value_at(row, column)
            words.append(f"{finding.value} {saliency:.2f}")
    return "   ".join(words)
