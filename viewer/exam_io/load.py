"""From records to mammograms and exams: what reads pixels, on two threads of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace
from types import MappingProxyType

from models.errors import InputError, Problem, UnreadableFileError, UnsafeFileError, name_of
from models.exam import STANDARD_VIEWS, Exam, Mammogram, View
from models.progress import CancelToken
from viewer.exam_io.files import FileKind, kind_of
from viewer.exam_io.masks import read_truth
from viewer.exam_io.orientation import remark, side_checked
from viewer.exam_io.polarity import polarity_remark
from viewer.exam_io.raster import load_raster
from viewer.exam_io.records import ExamRecord, ImageRecord

_THREADS = 2
_POLL_S = 0.05


def load_image(record: ImageRecord) -> Mammogram:
    """Decode one image with its truth masks; masks that cannot be read are left out.

    Raises
    ------
    InputError : the file is missing, damaged, refused or of a kind that is not read.
    """
    return _load(record)[0]


def load_images(
    record: ExamRecord, cancel: CancelToken | None = None, first: View | None = None
) -> Iterator[Mammogram | Problem]:
    """Decode the standard views, and yield each as soon as it is ready.

    Two threads decode, the view `first` before the others. Closing the generator ends it once
    the views being decoded are done.

    Raises
    ------
    Cancelled : stopping was asked for; polled while waiting.
    """
    images = sorted(record.images, key=lambda image: image.view != first)
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="exam-io") as pool:
        pending = [pool.submit(_load_or_problem, image) for image in images]
        try:
            while pending:
                done, _ = wait(pending, _POLL_S, FIRST_COMPLETED)
                # In the order asked for, also where several are ready together.
                for future in [future for future in pending if future in done]:
                    pending.remove(future)
                    yield from future.result()
                if cancel is not None:
                    cancel.raise_if_cancelled()
        finally:
            for future in pending:
                future.cancel()


def remarks_of(mammogram: Mammogram) -> Problem | None:
    """What the pixels say against the attributes, or were the only guide to; None for nothing.

    Looks at some ten thousand pixels, but at them anywhere in the image: a millisecond or few.
    """
    said = (remark(mammogram), polarity_remark(mammogram.grayscale))
    clause = "; ".join(filter(None, said))
    if not clause:
        return None
    name = name_of(mammogram.path) if mammogram.path is not None else mammogram.name
    return Problem(mammogram.title, f"{name}: {clause}.", mammogram.path)


def assemble(record: ExamRecord, images: Iterable[Mammogram | Problem]) -> Exam:
    """Put an exam together from its record and what was loaded.

    What the pixels say against the attributes (a chest wall on the wrong side, bright air) is
    added to the problems, as is every guess that turned or mirrored an image.
    """
    mammograms: dict[View, Mammogram] = {}
    problems: list[Problem] = []
    for image in images:
        if isinstance(image, Problem):
            problems.append(image)
            continue
        if image.view is not None:
            mammograms[image.view] = image
        said = remarks_of(image)
        if said is not None:
            problems.append(said)
    # Threads finish in any order; what is told of an exam does not depend on that.
    problems.sort(key=lambda problem: problem.reason)
    return Exam(
        exam_id=record.exam_id,
        title=record.title,
        mammograms=MappingProxyType(
            {view: mammograms[view] for view in STANDARD_VIEWS if view in mammograms}
        ),
        date=record.date,
        patient_id=record.patient_id,
        labels=record.labels,
        set_aside=tuple(image.as_problem() for image in record.set_aside),
        problems=(*record.problems, *problems),
        alarm=record.alarm,
    )


def load_exam(record: ExamRecord) -> Exam:
    """Decode all standard views of an exam."""
    return assemble(record, load_images(record))


def _load_or_problem(record: ImageRecord) -> list[Mammogram | Problem]:
    try:
        mammogram, problems = _load(record)
    except InputError as error:
        return [Problem.from_error(error, record.title)]
    return [mammogram, *problems]


def _load(record: ImageRecord) -> tuple[Mammogram, tuple[Problem, ...]]:
    try:
        mammogram = side_checked(_load_pixels(record))
        truth, problems = read_truth(record.truth, mammogram)
    except MemoryError as error:
        raise UnsafeFileError(record.path, "there is not enough memory for it") from error
    except InputError:
        raise
    except Exception as error:  # one image that nobody foresaw must not end its exam
        kind = type(error).__name__
        raise UnreadableFileError(
            record.path, f"reading it failed unexpectedly ({kind})"
        ) from error
    return (replace(mammogram, truth=truth) if truth else mammogram), problems


def _load_pixels(record: ImageRecord) -> Mammogram:
    if kind_of(record.path) is FileKind.DICOM:
        from viewer.exam_io.dicom_load import load_dicom

        return load_dicom(record)
    return load_raster(record)
