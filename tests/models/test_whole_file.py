"""A file is there whole, or what was there before still is."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pytest

from models.errors import ExportError
from models.whole_file import write_whole


def test_a_failed_write_leaves_the_earlier_file(tmp_path: Path) -> None:
    target = tmp_path / "results.json"
    target.write_text("earlier")

    def fill_the_disk(file: BinaryIO) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(ExportError, match=r"results\.json could not be written: No space left"):
        write_whole(target, fill_the_disk)
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]
    assert target.read_text() == "earlier"


def test_a_name_as_long_as_the_file_system_takes_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / ("x" * 251 + ".png")
    write_whole(path, lambda file: file.write(b"all"))
    assert path.read_bytes() == b"all"
    assert list(path.parent.iterdir()) == [path]
