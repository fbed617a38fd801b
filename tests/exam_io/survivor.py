"""Opens hostile files, each in a process of its own with bounds on memory and time.

``python -m tests.exam_io.survivor FILE…`` writes one line of JSON a file: how its process ended
(`exit`, 0 when it lived), which sentences it left, and how long it took.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

from models.errors import InputError
from viewer.exam_io.load import load_image
from viewer.exam_io.scan import scan

# Imported when the first DICOM file is met: here once for all children.
_LATE = ("viewer.exam_io.dicom_exams", "viewer.exam_io.dicom_load")
_MEMORY = 2 << 30
_SECONDS = 10


def sentences(path: Path) -> list[str]:
    """Everything Fourview says of the file when it opens it and every image in it."""
    found = scan([path])
    said = [problem.reason for problem in found.problems]
    for exam in found.exams:
        said += [problem.reason for problem in exam.problems]
        for record in (*exam.images, *exam.set_aside):
            try:
                load_image(record)
            except InputError as error:
                said.append(str(error))
    return said


def survive(path: Path) -> dict[str, object]:
    """Open one file in a forked process."""
    start = time.monotonic()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        signal.alarm(_SECONDS)
        os.write(writer, json.dumps(sentences(path)).encode()[:60_000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        said = stream.read()
    _, status = os.waitpid(child, 0)
    return {
        "file": path.name,
        "exit": status,
        "said": json.loads(said) if said else None,
        "seconds": round(time.monotonic() - start, 3),
    }


if __name__ == "__main__":
    for module in _LATE:
        importlib.import_module(module)
    for argument in sys.argv[1:]:
        print(json.dumps(survive(Path(argument))), flush=True)
