"""What is drawn over an image when the image itself is shown mirrored, left for right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.exam import Mammogram
from models.geometry import Box, Orientation
from viewer.display.findings import ShownFindings
from viewer.display.letters import Directions, directions
from viewer.display.marks import Contours, Patches, Peaks
from viewer.display.viewport import Viewport

_MIRRORED = Orientation(flip_columns=True)


def mirrored_viewport(viewport: Viewport, columns: int) -> Viewport:
    """Shows of the mirrored image, `columns` wide, what `viewport` shows of the image itself."""
    column = columns - viewport.column - viewport.width / viewport.scale
    return viewport.placed(viewport.scale, viewport.row, column)


def mirrored_contours(contours: Contours, columns: int) -> Contours:
    """Outlines, hung pixels, on the mirrored image."""
    sign, start = np.array([1.0, -1.0]), np.array([0.0, float(columns)])
    return [
        (finding, [start + sign * each for each in outlines]) for finding, outlines in contours
    ]


def mirrored_patches(patches: Patches, columns: int) -> Patches:
    """Rectangles on the mirrored image."""
    return [
        (rank, Box(box.row, columns - box.column - box.width, box.height, box.width))
        for rank, box in patches
    ]


def mirrored_peaks(peaks: Peaks, columns: int) -> Peaks:
    """Places of peaks on the mirrored image."""
    return [(finding, (row, columns - column)) for finding, (row, column) in peaks]


def mirrored_findings(found: ShownFindings, columns: int) -> ShownFindings:
    """Everything found on the mirrored image."""
    sign, start = np.array([1.0, -1.0]), np.array([0.0, float(columns)])
    return ShownFindings(
        start + sign * found.specks,
        tuple(
            replace(each, outlines=tuple(start + sign * outline for outline in each.outlines))
            for each in found.findings
        ),
        start + sign * found.points,
    )


def mirrored_directions(mammogram: Mammogram) -> Directions | None:
    """Where the sides of the mirrored image lie in the patient."""
    return directions(replace(mammogram, orientation=mammogram.orientation.then(_MIRRORED)))
