"""Which image a file holds, told without decoding it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from models.errors import InputError
from viewer.exam_io.files import FileKind, kind_of


def image_id_of(path: Path) -> str | None:
    """The `image_id` that loading this image gives it.

    None where only decoding could tell (DICOM without a SOP Instance UID) or where the file
    cannot be read.
    """
    try:
        if kind_of(path) is FileKind.DICOM:
            from viewer.exam_io.dicom_record import read_dicom_image

            return read_dicom_image(path).sop_instance or None
        with path.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except (InputError, OSError):
        return None
