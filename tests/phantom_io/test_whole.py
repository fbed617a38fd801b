"""A folder is written whole or left as it was, whether it is new or stands already."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from viewer.phantom_io.whole import whole_folder


def write(folder: Path, at_the_end: Callable[[], object] = lambda: None) -> None:
    with whole_folder(folder, "list") as part:
        (part / "list").write_text("all")
        (part / "sub").mkdir()
        (part / "sub" / "one").write_text("1")
        at_the_end()


def stop() -> None:
    raise KeyboardInterrupt


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_new_folder_appears_with_its_parents(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b")
    assert names(tmp_path) == ["a", "a/b", "a/b/list", "a/b/sub", "a/b/sub/one"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes and inodes are of other systems")
def test_a_folder_that_is_there_stays_the_same_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    folder.chmod(0o2750)
    before = folder.stat()
    monkeypatch.chdir(folder)
    # As at a mount point: the folder can neither be replaced nor anything be put beside it.
    tmp_path.chmod(0o555)
    monkeypatch.setattr(Path, "rmdir", lambda _: pytest.fail("the folder was taken away"))
    try:
        write(Path.cwd())
    finally:
        tmp_path.chmod(0o755)
    after = folder.stat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert names(folder) == ["list", "sub", "sub/one"]


def test_the_entry_that_tells_of_the_others_comes_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[str] = []
    rename = Path.rename
    monkeypatch.setattr(Path, "rename", lambda s, t: (moved.append(s.name), rename(s, t))[1])
    write(tmp_path)
    assert moved == ["sub", "list"]


@pytest.mark.parametrize("is_there", [True, False])
def test_what_breaks_off_leaves_nothing(tmp_path: Path, is_there: bool) -> None:
    folder = tmp_path if is_there else tmp_path / "new"
    with pytest.raises(KeyboardInterrupt):
        write(folder, stop)
    assert names(tmp_path) == []


def test_what_came_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match="meanwhile"):
        write(tmp_path, lambda: (tmp_path / "list").write_text("theirs"))
    assert names(tmp_path) == ["list"]
    assert (tmp_path / "list").read_text() == "theirs"
