"""`fourview demo`: exams that are drawn once, in the window or analysed into a folder."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from models.density.results import DensityKind, DensityResult
from models.exam import L_CC, L_MLO, R_CC, BreastLabels, Laterality
from models.mass.results import MassResult
from models.microcalcification.results import CalcificationResult
from models.results import ExamResult
from tests.commands.conftest import document
from tests.display.test_findings import calcifications, masses
from tests.models.conftest import small_demo as small_demo  # noqa: PLC0414 - a fixture
from tests.phantom_io.conftest import small_phantoms as small_phantoms  # noqa: PLC0414 - a fixture
from tests.phantoms import make_exam, make_result
from viewer import cli
from viewer.commands import analyze, demo
from viewer.commands.told import tell
from viewer.exam_io.scan import scan
from viewer.export.png import read_context
from viewer.phantom_io.study import PhantomStudy

NAMES = ["normal", "benign", "malignant", "follow-up", "follow-up-prior"]

MADE = make_result(make_exam()).glam.provenance

pytestmark = pytest.mark.usefixtures("small_phantoms")


@pytest.fixture(autouse=True)
def built_in(small_demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo weights that come with Fourview, in this test."""
    for module in (analyze, demo):
        monkeypatch.setattr(module, "demo_weights", lambda: {"glam": small_demo})


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, in this test."""
    place = tmp_path / "cache"
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: place)
    return place


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[Path], bool]]:
    """What the window was asked to open, and whether to analyse it, without a window."""
    calls: list[tuple[list[Path], bool]] = []
    app = ModuleType("viewer.app")
    app.run = lambda paths, *, analyses_opened: calls.append((list(paths), analyses_opened)) or 0
    monkeypatch.setitem(sys.modules, "viewer.app", app)
    monkeypatch.setenv("DISPLAY", ":7")
    return calls


def test_without_a_window_everything_is_written_and_told(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", "--no-window", "--out", str(out)]) == 0
    assert [exam.exam_id for exam in scan([out / "exams"]).exams] == NAMES
    found = document(out / "results")
    assert [entry["id"] for entry in found["exams"]] == NAMES
    assert found["problems"] == []
    assert len(list((out / "results" / "visualization").glob("*.png"))) == 20
    assert not (out / "results" / "maps").exists()
    pages = {path.stem: read_context(path) for path in (out / "pages").glob("*.png")}
    assert sorted(pages) == sorted(NAMES)
    for name, page in pages.items():
        assert page is not None
        assert page.exam_id == name
        assert page.overlays.truth
        assert page.overlays.malignant
        assert "glam" in page.made
    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == [
        "exam",
        "breast",
        "truth",
        "density",
        "found",
        "benign",
        "malignant",
    ]
    breasts = [line.split()[:2] for line in told[1:9]]
    assert breasts[:3] == [["Normal", "R"], ["Normal", "L"], ["Benign", "R"]]
    score = found["exams"][2]["breasts"]["R"]["glam"]["malignant"]
    (line,) = [line for line in told if line.startswith("Malignant") and " R " in line]
    assert line.endswith(f"{score:.3f}")
    assert [line.split()[0] for line in told[-3:]] == [
        str(out / name) for name in ("exams", "results", "pages")
    ]


def test_the_window_opens_on_exams_that_are_drawn_once_and_kept(
    cache: Path,
    opened: list[tuple[list[Path], bool]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (cache / "demo" / "0.0.1-old").mkdir(parents=True)
    assert cli.main(["demo"]) == 0
    (((folder,), analyses),) = opened
    assert analyses
    assert list((cache / "demo").iterdir()) == [folder]
    assert [exam.exam_id for exam in scan([folder]).exams] == NAMES
    assert "5 phantom exams written" in capsys.readouterr().err

    monkeypatch.setattr("viewer.phantom_io.folder.draw_view", None)
    assert cli.main(["demo"]) == 0
    assert opened[1] == opened[0]


def test_kept_exams_that_lost_a_file_are_drawn_again(
    cache: Path, opened: list[tuple[list[Path], bool]]
) -> None:
    cli.main(["demo"])
    lost = opened[0][0][0] / "benign" / "R-CC.dcm"
    lost.unlink()
    assert cli.main(["demo"]) == 0
    assert lost.is_file()


def test_exams_that_another_demo_is_drawing_are_left_to_it(
    cache: Path, opened: list[tuple[list[Path], bool]]
) -> None:
    drawing, abandoned = (cache / "demo" / f".0.1.0-a.{number}.part" for number in (1, 2))
    for part in (drawing, abandoned):
        (part / "normal").mkdir(parents=True)
    os.utime(abandoned, (0, 0))
    assert cli.main(["demo"]) == 0
    assert {*(cache / "demo").iterdir()} == {drawing, opened[0][0][0]}
    assert (drawing / "normal").is_dir()


def test_exams_of_another_version_stay_until_the_new_ones_are_there(
    cache: Path, opened: list[tuple[list[Path], bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = cache / "demo" / "0.0.1-old"
    other.mkdir(parents=True)
    monkeypatch.setattr("viewer.phantom_io.folder.draw_view", full)
    assert cli.main(["demo"]) == 1
    assert opened == []
    assert [*(cache / "demo").iterdir()] == [other]


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_of_two_demos_that_draw_at_once_the_second_takes_what_the_first_wrote(
    cache: Path, opened: list[tuple[list[Path], bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = demo.draw_exams

    def beaten(folder: Path, studies: Sequence[PhantomStudy]) -> None:
        draw(folder, studies)
        draw(folder, studies)

    monkeypatch.setattr(demo, "draw_exams", beaten)
    assert cli.main(["demo"]) == 0
    assert [exam.exam_id for exam in scan(opened[0][0]).exams] == NAMES
    assert len([*(cache / "demo").iterdir()]) == 1


def test_paths_and_signs_that_the_terminal_lacks_are_spelt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for encoding, seen in (("ascii", r"\xfc \u2013 \udcff"), ("utf-8", "ü – " r"\udcff")):
        stdout = io.TextIOWrapper(io.BytesIO(), encoding)
        monkeypatch.setattr(sys, "stdout", stdout)
        tell("ü – \udcff")
        stdout.flush()
        assert stdout.buffer.getvalue().decode(encoding) == f"{seen}\n"


def test_the_window_may_have_its_exams_in_another_folder(
    cache: Path, opened: list[tuple[list[Path], bool]], out: Path
) -> None:
    assert cli.main(["demo", "--out", str(out)]) == 0
    assert opened == [([out / "exams"], True)]
    assert not cache.exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others always have a screen")
def test_without_a_display_no_window_is_tried(
    opened: list[tuple[list[Path], bool]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["demo"]) == 0
    assert opened == []
    assert (tmp_path / "fourview-demo" / "results" / "predictions.csv").is_file()


def test_a_folder_of_other_things_is_left_alone(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (out / "exams").mkdir(parents=True)
    (out / "exams" / "mine.txt").write_text("mine")
    assert cli.main(["demo", "--no-window", "--out", str(out)]) == 1
    assert "choose another folder" in capsys.readouterr().err
    assert [path.name for path in out.rglob("*") if path.is_file()] == ["mine.txt"]


def test_what_all_models_found_is_told_of_each_breast() -> None:
    found = replace(
        ExamResult("x"),
        density=DensityResult(MADE, DensityKind.CNN, (0.1, 0.2, 0.6, 0.1), {}),
        microcalcification=CalcificationResult(MADE, None, {L_MLO: calcifications()}),
        mass=MassResult(MADE, {L_MLO: masses(), L_CC: masses(), R_CC: masses()}),
    )
    exam = replace(make_exam(), labels={side: BreastLabels() for side in Laterality})
    told = {row[1]: row[3:] for row in demo._rows(exam, found)}
    assert told == {"R": ("c", "1 mass", "–", "–"), "L": ("c", "1 cluster, 2 masses", "–", "–")}


def test_missing_demo_weights_are_said_once_the_exams_are_there(
    out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (analyze, demo):
        monkeypatch.setattr(module, "demo_weights", dict)
    assert cli.main(["demo", "--no-window", "--out", str(out)]) == 1
    told = capsys.readouterr()
    assert told.err.splitlines()[-1].endswith("install Fourview again.")
    assert told.out == ""
