"""Images and results made ready to be shown: everything worth computing once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.exam import FindingClass, Mammogram, View
from models.geometry import Affine, Box
from models.mass.results import MassView
from models.microcalcification.results import CalcificationView
from models.results import ExamResult, GlamView, OwnView
from viewer.display.air import FreeAir
from viewer.display.background import Backdrop, measured_air
from viewer.display.camera import Camera, viewports
from viewer.display.findings import NO_FINDINGS, NOBODY, ShownFindings, findings_of
from viewer.display.hanging import align_of, hung, hung_from_source, laid
from viewer.display.overlay import Overlays, SaliencyLayer, contours, view_saliency
from viewer.display.pyramid import ImagePyramid
from viewer.display.size import Sizing, detector_mm
from viewer.display.viewport import Align, Viewport
from viewer.display.voi import Voi, background_table, start_voi

Outline = NDArray[np.float64]

_AROUND = 0.02  # air beside a fitted breast, as a part of the image: some 5 mm


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class ShownImage:
    """What a pane needs of one image.

    Attributes
    ----------
    pyramid : the hung pixels and their halvings.
    voi : the window or table the image starts with.
    air : the brightest stored value of air, or None.
    to_hung : map from stored to hung pixels.
    truth : (class, outlines) pairs; outlines have shape (n, 2), hung (row, column).
    free : where it holds no tissue, so that words cover none.
    doubtful : the pixels contradict what the file says of side or orientation.
    notice : what is to be said over an image that is no plain view of its exam: whose prior it
        is, or why it is set aside; else empty.
    """

    mammogram: Mammogram
    pyramid: ImagePyramid
    voi: Voi
    air: int | None
    to_hung: Affine
    truth: tuple[tuple[FindingClass, tuple[Outline, ...]], ...]
    free: FreeAir
    doubtful: bool = False
    notice: str = ""

    @classmethod
    def prepare(
        cls, mammogram: Mammogram, *, doubtful: bool = False, notice: str = ""
    ) -> ShownImage:
        """Lay, halve and outline; some 20 ms for 13 megapixels, so not on the GUI thread."""
        # Measured as hung, so that an image looks the same however it is stored.
        grayscale, pixels = mammogram.grayscale, hung(mammogram)
        air = measured_air(grayscale, pixels)
        backdrop = Backdrop.of(grayscale, air, background_table(grayscale, air))
        pyramid = ImagePyramid.build(pixels, backdrop)
        return cls(
            mammogram=mammogram,
            pyramid=pyramid,
            voi=start_voi(grayscale, pixels),
            air=air,
            to_hung=hung_from_source(mammogram),
            truth=tuple(
                (truth.finding, tuple(contours(laid(truth.mask, mammogram))))
                for truth in mammogram.truth
            ),
            free=FreeAir.measure(pyramid, grayscale, air),
            doubtful=doubtful,
            notice=notice,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) as hung."""
        return self.pyramid.shape


def fitted_or_placed(
    cameras: Mapping[View, Camera],
    images: Mapping[View, ShownImage],
    panes: Mapping[View, Box],
    sizing: Sizing = Sizing.SAME,
    screen_mm: float | None = None,
    *,
    on_breast: bool = False,
) -> dict[View, Viewport]:
    """`camera.viewports` of images.

    Parameters
    ----------
    on_breast : fitted panes show the breast and leave out the air beside it.
    """
    views = [view for view in panes if view in images]
    widths = {view: detector_mm(images[view].mammogram) for view in views}
    return viewports(
        cameras,
        {view: images[view].shape for view in views},
        panes,
        {view: width for view, width in widths.items() if width is not None},
        sizing,
        screen_mm,
        {view: breast_part(images[view], view) for view in views} if on_breast else {},
    )


def breast_part(image: ShownImage, view: View) -> Box:
    """The breast with a little air around it, from the image's edge at the chest wall on; all of
    the image where no tissue was found."""
    rows, columns = image.shape
    extent = image.free.extent
    if extent is None:
        return Box(0, 0, rows, columns)
    margin = _AROUND * max(rows, columns)
    align = align_of(view)
    top, bottom = max(int(extent[0] - margin), 0), min(int(extent[2] + margin), rows)
    left = 0 if align is Align.LEFT else max(int(extent[1] - margin), 0)
    right = columns if align is Align.RIGHT else min(int(extent[3] + margin), columns)
    return Box(top, left, bottom - top, right - left)


@dataclass(frozen=True, slots=True, eq=False)
class ShownMarks:
    """What a pane needs of one view's results.

    Attributes
    ----------
    saliency : by class; empty where no model gave any.
    patches : rank from 1 and rectangle, in hung pixels, of each selected patch.
    findings : clusters of calcifications, masses, and what models from outside found.
    """

    saliency: Mapping[FindingClass, SaliencyLayer]
    patches: tuple[tuple[int, Box], ...]
    findings: ShownFindings = NO_FINDINGS

    def peaks(self, overlays: Overlays) -> tuple[tuple[FindingClass, tuple[float, float]], ...]:
        """Class and hung (row, column) of the strongest cell of each map that is on."""
        found = []
        for finding in overlays.findings:
            if finding in self.saliency:
                row, column, value = self.saliency[finding].peak
                if value >= overlays.threshold:
                    found.append((finding, (row, column)))
        return tuple(found)

    def values(
        self, findings: Iterable[FindingClass], viewport: Viewport
    ) -> tuple[dict[FindingClass, NDArray[np.uint8]], tuple[int, int]]:
        """`view_saliency` of some classes, at least one; they share their place."""
        buffers, place = {}, (0, 0)
        for finding in findings:
            buffers[finding], place = view_saliency(self.saliency[finding], viewport)
        return buffers, place

    @classmethod
    def prepare(
        cls,
        glam: GlamView | None,
        mammogram: Mammogram,
        calcifications: CalcificationView | None = None,
        masses: MassView | None = None,
        own: Mapping[str, OwnView] = NOBODY,
    ) -> ShownMarks:
        """Quantise the maps, lay patches and findings as the image hangs."""
        to_hung = hung_from_source(mammogram)
        saliency: dict[FindingClass, SaliencyLayer] = {}
        patches: tuple[tuple[int, Box], ...] = ()
        if glam is not None:
            for finding in FindingClass:
                saliency[finding] = SaliencyLayer.prepare(glam.saliency, finding, to_hung)
            patches = tuple((patch.rank, to_hung.box(patch.box)) for patch in glam.patches)
        findings = findings_of(calcifications, masses, to_hung, own)
        return cls(MappingProxyType(saliency), patches, findings)


def marks_of(result: ExamResult, view: View, mammogram: Mammogram) -> ShownMarks | None:
    """The marks of one image; None where no model spoke of it."""
    glam = None if result.glam is None else result.glam.views.get(view)
    specks = result.microcalcification
    calcifications = None if specks is None else specks.views.get(view)
    masses = None if result.mass is None else result.mass.views.get(view)
    own = {
        each.provenance.model_name: each.views[view]
        for each in result.others.values()
        if view in each.views
    }
    if glam is None and calcifications is None and masses is None and not own:
        return None
    return ShownMarks.prepare(glam, mammogram, calcifications, masses, own)
