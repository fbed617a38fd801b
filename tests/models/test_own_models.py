"""A model from outside runs as ours do once it is asked for by name, and fails for itself."""

from __future__ import annotations

import itertools
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from models.analysis import analyse
from models.cache import ResultCache
from models.catalog import CARDS
from models.errors import ModelError, WeightsNotFoundError, WeightsUnreadableError
from models.exam import L_CC, R_CC
from models.geometry import Orientation
from models.glam.room import GlamRequest
from models.inputs import inputs_of
from models.results import ExamResult
from models.rooms import own_models, room_of
from models.runtime import Runtime
from models.store.install import import_file
from models.weights_choice import WeightsChoice
from tests.conftest import ROOT
from tests.models.conftest import MakeExam, MakeMammogram
from viewer import cli
from viewer.display.colours import OWN_MARKS, bgr
from viewer.display.findings import FindingKind
from viewer.display.overlay import Overlays
from viewer.display.shown import marks_of
from viewer.export.banner import banner_for
from viewer.export.caption import unmarked_lines
from viewer.export.findings_picture import draw_findings
from viewer.export.page import PageSpec
from viewer.export.render import render_page
from viewer.export.results_reader import read_results
from viewer.export.tables import exam_entry, results_document, write_tables

EIGHT_WAYS = [Orientation(*flags) for flags in itertools.product((False, True), repeat=3)]


def write_package(folder: Path, code: str, name: str = "brightest") -> Path:
    """A package as pip would have installed it."""
    package, facts = folder / name, folder / f"{name}-1.0.dist-info"
    for each in (package, facts):
        each.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "room.py").write_text(code)
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(f"[fourview.models]\n{name} = {name}.room\n")
    return folder


def documented() -> str:
    """The code of docs/own-models.md."""
    text = (ROOT / "docs" / "own-models.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    return code


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Install a package for this test."""
    made: list[str] = []

    def run(code: str, name: str = "brightest") -> None:
        monkeypatch.syspath_prepend(write_package(tmp_path / f"site-{name}", code, name))
        made.append(name)

    yield run
    for module in [one for one in sys.modules if one.partition(".")[0] in made]:
        del sys.modules[module]


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.save({"size": torch.tensor([20])}, tmp_path / "spot.pt")
    return tmp_path / "spot.pt"


def test_what_is_installed_is_listed_by_name_and_not_loaded(install) -> None:
    assert own_models() == ()
    install(documented())
    (own,) = own_models()
    assert (own.id, own.package, own.version) == ("brightest", "brightest", "1.0")
    assert "brightest" not in sys.modules
    assert room_of("brightest").CARD.name == "Brightest spot"
    assert "brightest.room" in sys.modules


def test_the_documented_example_reads_an_exam_beside_ours(
    install, weights: Path, make_exam: MakeExam, small_glam: Path, tmp_path: Path
) -> None:
    install(documented())
    request = room_of("brightest").request({"": weights}, {})
    requests, cache = [request, GlamRequest(small_glam)], ResultCache(tmp_path / "kept")
    for _ in range(2):  # the second time as it was kept
        result = analyse(make_exam(L_CC, R_CC), requests, Runtime("cpu"), cache=cache)
        assert result.problems == ()
        found = result.others["brightest"]
        assert set(found.views) == set(result.glam.views) == {L_CC, R_CC}
        assert 0.5 < found.views[L_CC].scores["brightest"] <= 1
        assert found.provenance.model_id == "brightest"
        assert found.views[L_CC].maps["grey"].in_source().shape == (760, 540)


def test_its_marks_lie_on_the_tissue_however_an_image_is_stored(
    install, weights: Path, make_exam: MakeExam, make_mammogram: MakeMammogram
) -> None:
    install(documented())
    request = room_of("brightest").request({"": weights}, {})
    for laid in EIGHT_WAYS:
        image = make_mammogram(R_CC, laid)
        found = analyse(make_exam(image), [request], Runtime("cpu")).others["brightest"]
        (corners,) = found.views[R_CC].outlines
        row, column = laid.affine(image.shape).points(corners).mean(axis=0)
        (place,) = laid.affine(image.shape).points(found.views[R_CC].points)
        assert place == pytest.approx((row, column))
        # The brightest noise of all is somewhere in the lump of conftest.hung_breast.
        assert (row - 420) ** 2 + (column - (540 - 210)) ** 2 < 80**2


def test_its_weights_are_checked_and_kept_like_those_of_ours(
    install, weights: Path, tmp_path: Path
) -> None:
    install(documented())
    card = room_of("brightest").CARD
    installed = import_file(weights, [card], tmp_path / "weights")
    assert installed.path == tmp_path / "weights" / "brightest" / "spot.pt"
    torch.save({"other": torch.zeros(1)}, tmp_path / "wrong.pt")
    with pytest.raises(WeightsUnreadableError, match="no size of a spot"):
        import_file(tmp_path / "wrong.pt", [card], tmp_path / "weights")


def test_its_weights_are_imported_by_its_name(
    install, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(tmp_path / "data"))
    install(documented())
    assert cli.main(["weights", "list"]) == 0
    assert "from the package brightest 1.0, not loaded" in capsys.readouterr().out
    assert "brightest.room" not in sys.modules
    assert cli.main(["weights", "import", str(weights), "--as", "brightest"]) == 0
    assert cli.main(["weights", "verify", "brightest"]) == 0
    assert "brightest: works" in capsys.readouterr().out
    assert cli.main(["weights", "install", "brightest"]) == 1
    assert "Make a file of your own" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("import numpy as np", "import numpy as np\nraise OSError('no licence server')", "OSErr"),
        ('id="brightest"', 'id="other"', "no card of that name"),
        ("def check(", "def checked(", "no `check` and `request`"),
    ],
)
def test_a_package_that_cannot_be_used_says_so_by_its_name(install, old, new, words) -> None:
    install(documented().replace(old, new))
    with pytest.raises(ModelError, match=f"model brightest.*{words}"):
        room_of("brightest")


@pytest.mark.parametrize("where", ['begin(0, "looking")', "views = {", "return view_units(exam)"])
def test_whatever_it_raises_is_its_own_failure(
    install, weights: Path, make_exam: MakeExam, small_glam: Path, where: str
) -> None:
    install(documented().replace(where, f"raise KeyError('oops')\n        {where}"))
    requests = [room_of("brightest").request({"": weights}, {}), GlamRequest(small_glam)]
    result = analyse(make_exam(L_CC), requests, Runtime("cpu"))
    assert set(result.glam.views) == {L_CC}
    (problem,) = result.problems
    assert "The model brightest failed: KeyError: 'oops'." in problem.reason


def test_a_model_that_answers_in_another_form_is_refused(
    install, weights: Path, make_exam: MakeExam, small_glam: Path
) -> None:
    install(documented().replace("return OwnResult(", "return dict and ("))
    requests = [room_of("brightest").request({"": weights}, {}), GlamRequest(small_glam)]
    result = analyse(make_exam(L_CC), requests, Runtime("cpu"))
    assert result.glam.views
    assert "gave no OwnResult" in result.problems[0].reason


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("points=spot.corners.mean(axis=0, keepdims=True)", "points=spot.corners[0]", "points"),
        ("outlines=(spot.corners,)", "outlines=(spot.corners * np.nan,)", "outline"),
        ("outlines=(spot.corners,)", "outlines=(spot.corners[:0],)", "outline"),
        ('scores={"brightest": spot.score}', 'scores={"brightest": float("inf")}', "scores"),
        ("outlines=(spot.corners,)", "outlines=(spot.corners * 1e9,)", "outline"),
        ("outlines=(spot.corners,)", "outlines=(spot.corners,) * 20_000", "outlines"),
        (
            'maps={"grey": spot.map}',
            'maps={"grey": CellMap(spot.map.values * np.nan, spot.map.grid_to_source, (1, 1))}',
            "map",
        ),
        ("views, {},", '{view: "malignant" for view in views}, {},', "gave no OwnView"),
        (
            "views, {},",
            "{View.from_name('R-MLO'): OwnView()}, {},",
            "R MLO, which it did not read",
        ),
        ("views, {},", 'views, {"whole": float("nan")},', "scores"),
    ],
)
def test_what_cannot_be_drawn_or_written_is_its_own_failure(
    install, weights: Path, make_exam: MakeExam, small_glam: Path, old, new, words
) -> None:
    assert old in documented()
    view = "from models.exam import View\n"
    install(documented().replace(old, new).replace("import numpy", f"{view}import numpy", 1))
    requests = [room_of("brightest").request({"": weights}, {}), GlamRequest(small_glam)]
    result = analyse(make_exam(L_CC), requests, Runtime("cpu"))
    assert result.glam.views
    assert result.others == {}
    (problem,) = result.problems
    assert words in problem.reason


@pytest.mark.parametrize("number", ["np.float32(0.25)", "torch.tensor(0.25)", "np.array(0.25)"])
def test_whatever_kind_of_number_it_counts_with_can_be_written(
    install, weights: Path, make_exam: MakeExam, tmp_path: Path, number: str
) -> None:
    install(documented().replace('{"brightest": spot.score}', f'{{"brightest": {number}}}'))
    request, exam = room_of("brightest").request({"": weights}, {}), make_exam(L_CC)
    result = analyse(exam, [request], Runtime("cpu"))
    write_tables(tmp_path, results_document([exam_entry(exam, result)], ()))
    (again, _) = read_results(tmp_path, exam, with_maps=False)
    assert again.others["brightest"].views[L_CC].scores == {"brightest": 0.25}
    assert result.others["brightest"].views[L_CC].scores == {"brightest": 0.25}


def test_its_marks_are_drawn_where_they_are_and_come_back_from_the_tables(
    install, weights: Path, make_exam: MakeExam, make_mammogram: MakeMammogram, tmp_path: Path
) -> None:
    install(documented())
    request = room_of("brightest").request({"": weights}, {})
    for laid in EIGHT_WAYS:
        image = make_mammogram(R_CC, laid)
        exam = make_exam(image)
        result = analyse(exam, [request], Runtime("cpu"))
        write_tables(tmp_path, results_document([exam_entry(exam, result)], ()))
        again, problems = read_results(tmp_path, exam, with_maps=False)
        assert problems == ()
        own, before = (each.others["brightest"] for each in (again, result))
        assert own.provenance == before.provenance
        assert own.views[R_CC].scores == before.views[R_CC].scores
        for each in (result, again):
            shown = marks_of(each, R_CC, image).findings
            (finding,) = shown.of((FindingKind.OWN,))
            assert (finding.label, finding.words) == ("O1", before.provenance.model_name)
            # Hung, the lump of conftest.hung_breast lies 210 columns from the chest wall.
            assert finding.centre == pytest.approx((420, 540 - 210), abs=80)
            (point,) = shown.points
            assert tuple(point) == pytest.approx(finding.centre, abs=0.1)


def test_a_page_shows_its_marks_and_says_whose_they_are(
    install, weights: Path, make_exam: MakeExam
) -> None:
    install(documented())
    exam = make_exam(R_CC)
    result = analyse(exam, [room_of("brightest").request({"": weights}, {})], Runtime("cpu"))
    marked = PageSpec("single:R-CC", 700, 600, Overlays(own=True))
    plain = PageSpec("single:R-CC", 700, 600, Overlays())
    pink = np.array(bgr(OWN_MARKS)[::-1])

    def count(page: np.ndarray) -> int:
        return int((np.abs(page[:600].astype(int) - pink).max(axis=-1) < 30).sum())

    assert count(render_page(exam, result, marked)) > 20 > count(render_page(exam, result, plain))
    said = [
        item.words for line in banner_for(exam, result, marked, 1200, 1.0).lines for item in line
    ]
    assert "O1, O2 … marks of your own models" in said
    assert any("Brightest spot" in words for words in said)
    (pane,) = [each for each in [draw_findings(exam.mammograms[R_CC], R_CC, result)] if each.any()]
    assert count(pane[100:]) > 20


def test_a_page_says_that_no_model_of_ones_own_has_looked(make_exam: MakeExam) -> None:
    lines = unmarked_lines(R_CC, ExamResult("1"), Overlays(own=True))
    assert [words for words, _ in lines] == ["Models of your own: not run"]


def test_on_phantoms_it_reads_with_its_own_weights_since_it_has_no_demo(
    install, weights: Path, tmp_path: Path
) -> None:
    install(documented())
    card = room_of("brightest").CARD
    choice = WeightsChoice(folder=tmp_path / "weights")
    with pytest.raises(WeightsNotFoundError, match="Make a file of your own"):
        choice.files(card, is_phantom=True)
    import_file(weights, [card], tmp_path / "weights")
    assert choice.files(card, is_phantom=True)[""].name == "spot.pt"


def test_no_package_can_take_the_place_of_one_of_ours(install) -> None:
    install(documented(), "glam")
    assert own_models() == ()
    assert room_of("glam").CARD is CARDS["glam"]


def test_a_name_that_nobody_brings_is_said() -> None:
    with pytest.raises(ModelError, match="No model is called nobody"):
        room_of("nobody")


@pytest.mark.parametrize("values", ["values * np.nan", "values[None]", "values[:0]"])
def test_an_input_that_cannot_be_shown_is_its_own_failure(
    install, weights: Path, make_exam: MakeExam, values: str
) -> None:
    install(documented().replace("unit.view, values,", f"unit.view, {values},"))
    reading = room_of("brightest").request({"": weights}, {}).open()
    given = inputs_of(make_exam(L_CC), reading, Runtime("cpu"))
    assert given.inputs == ()
    assert "no image of finite numbers" in given.failed[L_CC]


def test_pixels_reach_the_example_as_they_are_stored(
    install, weights: Path, make_exam: MakeExam
) -> None:
    install(documented())
    reading = room_of("brightest").request({"": weights}, {}).open()
    exam = make_exam(R_CC)
    (unit,) = reading.units(exam)
    (seen,) = reading.inputs(unit, None, None)
    assert np.array_equal(
        np.rint(seen.in_source() * 4095), exam.mammograms[R_CC].pixels.astype(np.float32)
    )
