"""Decoded images of exams that were shown or come next, as many as a number of bytes holds."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from models.errors import Problem
from models.exam import Exam
from viewer.display.shown import ShownImage

CAP_BYTES = 800_000_000


class LoadedExam:
    """The images of one exam as far as they have been read, and the exam once all are."""

    def __init__(self) -> None:
        self.items: list[ShownImage | Problem] = []
        self.exam: Exam | None = None

    @property
    def nbytes(self) -> int:
        """Memory that its images take."""
        return sum(bytes_of(item) for item in self.items if isinstance(item, ShownImage))


class LoadedExams:
    """Exams by id, the one used last at the end; the oldest go first.

    Attributes
    ----------
    cap_bytes : what all of them together may take, beside the one on the screen.
    """

    def __init__(self, cap_bytes: int = CAP_BYTES) -> None:
        self.cap_bytes = cap_bytes
        self._exams: OrderedDict[str, LoadedExam] = OrderedDict()

    def __contains__(self, exam_id: str) -> bool:
        return exam_id in self._exams

    def __len__(self) -> int:
        return len(self._exams)

    def __getitem__(self, exam_id: str) -> LoadedExam:
        return self._exams[exam_id]

    def peek(self, exam_id: str) -> LoadedExam | None:
        """What there is of an exam, which is not shown for that."""
        return self._exams.get(exam_id)

    def use(self, exam_id: str) -> LoadedExam | None:
        """An exam that is about to be shown, if there is anything of it."""
        if exam_id in self._exams:
            self._exams.move_to_end(exam_id)
        return self._exams.get(exam_id)

    def begin(self, exam_id: str) -> None:
        """An exam is read from now on; nothing of it is there yet."""
        self._exams.pop(exam_id, None)
        self._exams[exam_id] = LoadedExam()

    def let_go(self, exam_id: str) -> None:
        """An exam could not be read to its end."""
        self._exams.pop(exam_id, None)

    def clear(self) -> None:
        """Other exams were opened."""
        self._exams.clear()

    def make_room(self, shown: str) -> None:
        """Let the oldest go until one more exam like the one on the screen would fit.

        One that is being read stays, for its images are still coming.
        """
        coming = self._exams[shown].nbytes if shown in self._exams else 0
        for exam_id in list(self._exams):
            others = sum(each.nbytes for key, each in self._exams.items() if key != shown)
            if others + coming <= self.cap_bytes:
                return
            if exam_id != shown and self._exams[exam_id].exam is not None:
                del self._exams[exam_id]


def bytes_of(image: ShownImage) -> int:
    """Memory that an image takes: its stored pixels and its pyramid, what they share once."""
    pyramid = image.pyramid
    arrays = (image.mammogram.pixels, pyramid.image, *pyramid.levels)
    distinct = {_address(array): array.nbytes for array in arrays}
    return sum(distinct.values())


def _address(array: NDArray[np.generic]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address
