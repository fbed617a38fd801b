"""What a reader says of images against their files: which view they are, and how they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from models.exam import STANDARD_VIEWS, Exam, Mammogram, Origin, View
from models.geometry import AS_STORED, Orientation
from viewer.display.hanging import laid
from viewer.display.measurement import Measurement
from viewer.display.nipple import Nipple
from viewer.display.pane_key import AsideView, is_current
from viewer.display.placed import Placed
from viewer.display.shown import ShownImage
from viewer.exam_io.load import remarks_of
from viewer.exam_io.orientation import from_pixels, is_wrong_side, side_checked

MIRRORED = Orientation(flip_columns=True)
UPSIDE_DOWN = Orientation(flip_rows=True)
CLOCKWISE = Orientation(transpose=True, flip_columns=True)


@dataclass(frozen=True, slots=True)
class ByHand:
    """What the reader made of one exam.

    Attributes
    ----------
    placed : by the key under which the file alone would hang the image; the later of two that
        claim one view has it.
    nipples : by image id, where the nipple is, as far as anyone said.
    measurements : by image id, what was measured there, oldest first; none is empty.
    """

    placed: Mapping[View, Placed] = field(default_factory=lambda: MappingProxyType({}))
    nipples: Mapping[str, Nipple] = field(default_factory=lambda: MappingProxyType({}))
    measurements: Mapping[str, tuple[Measurement, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def with_placed(self, source: View, placed: Placed) -> ByHand:
        """One image is wanted in another way, or again as its file says."""
        others = {key: each for key, each in self.placed.items() if key != source}
        if placed != Placed():
            others[source] = placed
        return replace(self, placed=MappingProxyType(others))


NOTHING = ByHand()


def hang(
    read: Mapping[View, ShownImage],
    by_hand: ByHand,
    tray_size: int,
    known: Mapping[View, ShownImage],
) -> dict[View, ShownImage]:
    """The images of an exam under the keys of the panes they belong to.

    An image whose view another one has been given by hand goes to the tray, behind the
    `tray_size` images that are there already.

    Parameters
    ----------
    read : the images as their files would hang them.
    known : images prepared before, which need not be prepared again.
    """
    wanted = {key: each for key, each in by_hand.placed.items() if key in read}
    images = {key: image for key, image in read.items() if key not in wanted}
    for source, placed in wanted.items():
        target = placed.view or source
        if target in images:
            number = tray_size + _place_in_tray(images, tray_size)
            reason = f"SET ASIDE by hand: another image is shown as {target.label}"
            images[AsideView.at(number)] = replace(images[target], notice=reason)
        images[target] = _prepared(read[source], placed, known)
    return images


def mammograms_of(images: Mapping[View, ShownImage]) -> Mapping[View, Mammogram]:
    """The standard views of the exam as they hang, which is what models read."""
    return MappingProxyType(
        {view: images[view].mammogram for view in STANDARD_VIEWS if view in images}
    )


def exam_by_hand(
    exam: Exam, read: Mapping[View, ShownImage], images: Mapping[View, ShownImage]
) -> Exam:
    """An exam as the reader wants it: its views, and what there is to say of their side."""
    before = {remarks_of(image.mammogram) for key, image in read.items() if is_current(key)}
    mammograms = mammograms_of(images)
    said = [remarks_of(mammogram) for mammogram in mammograms.values()]
    kept = [problem for problem in exam.problems if problem not in before]
    return replace(
        exam,
        mammograms=mammograms,
        problems=(*kept, *(problem for problem in said if problem is not None)),
    )


def _place_in_tray(images: Mapping[View, ShownImage], tray_size: int) -> int:
    return sum(isinstance(key, AsideView) and key.number >= tray_size for key in images)


def _prepared(image: ShownImage, placed: Placed, known: Mapping[View, ShownImage]) -> ShownImage:
    mammogram = _mammogram(image.mammogram, placed)
    for other in known.values():
        one = other.mammogram
        same = one.pixels is mammogram.pixels and one.orientation == mammogram.orientation
        if same and (one.view, one.orientation_origin) == (
            mammogram.view,
            mammogram.orientation_origin,
        ):
            return other
    return ShownImage.prepare(mammogram, doubtful=is_wrong_side(mammogram))


def _mammogram(mammogram: Mammogram, placed: Placed) -> Mammogram:
    if placed.view is not None and placed.view != mammogram.view:
        # The breast may face the other way now; what the file said was of another view.
        pixels = laid(mammogram.pixels, mammogram)
        seen = from_pixels(pixels, mammogram.grayscale, placed.view.laterality)
        mammogram = replace(
            mammogram,
            view=placed.view,
            title=placed.view.label,
            view_origin=Origin.BY_HAND,
            orientation=mammogram.orientation.then(seen or AS_STORED),
            doubt="",  # which was of that other view, too
        )
    if placed.turned != AS_STORED:
        mammogram = replace(
            mammogram,
            orientation=mammogram.orientation.then(placed.turned),
            orientation_origin=Origin.BY_HAND,
        )
    return side_checked(mammogram)
