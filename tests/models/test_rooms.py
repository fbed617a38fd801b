"""Every model in the frame: read, kept, shown what it saw, and its files checked by itself."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from models.analysis import analyse
from models.cache import ResultCache
from models.catalog import CARDS
from models.errors import WeightsError, WeightsNotFoundError
from models.exam import L_CC, R_CC, R_MLO, STANDARD_VIEWS, View
from models.geometry import Orientation
from models.keeping import to_arrays
from models.rooms import room_of
from models.runtime import Placement, Runtime
from models.seen import DARK, LIGHT
from tests import small_models
from tests.models.conftest import MakeExam, MakeMammogram

EIGHT_WAYS = [Orientation(*flags) for flags in itertools.product((False, True), repeat=3)]
CPU = Placement("cpu", "fp32")
DENSITY = {"histogram": small_models.density_histogram, "cnn": small_models.density_cnn}


@dataclass(frozen=True)
class Small:
    """A model with few channels: its id, files by role, and the views it is given."""

    model: str
    files: Mapping[str, Path]
    views: tuple[View, ...]

    def request(self, **options: Any):
        return room_of(self.model).request(self.files, options)


@pytest.fixture(params=["glam", "density.cnn", "density.histogram", "microcalcification", "mass"])
def small(request: pytest.FixtureRequest, tmp_path: Path) -> Small:
    """Seeded weights of each model, as small as its networks go."""
    model, _, role = request.param.partition(".")
    if model == "glam":
        return Small(model, {"": request.getfixturevalue("small_glam")}, (R_CC,))
    if model == "density":
        return Small(model, {role: DENSITY[role](tmp_path)}, STANDARD_VIEWS)
    make = small_models.masses if model == "mass" else small_models.calcifications
    return Small(model, make(tmp_path), (R_CC,))


def exam_of(small: Small, make_exam: MakeExam, make_mammogram: MakeMammogram, laid: Orientation):
    return make_exam(*(make_mammogram(view, laid) for view in small.views))


def test_a_room_belongs_to_its_card(small: Small) -> None:
    room = room_of(small.model)
    assert room.CARD is CARDS[small.model]
    reading = small.request().open()
    assert set(reading.files) == set(small.files)
    assert reading.steps > 0


def test_an_exam_is_read_with_its_provenance_and_kept(
    small: Small, make_exam: MakeExam, make_mammogram: MakeMammogram, tmp_path: Path
) -> None:
    exam = exam_of(small, make_exam, make_mammogram, Orientation())
    cache = ResultCache(tmp_path / "kept")
    first = analyse(exam, [small.request()], Runtime("cpu"), cache=cache)
    assert first.problems == ()
    found = getattr(first, small.model)
    assert found.provenance.model_id == small.model
    assert found.provenance.device == "cpu"
    seen: list[str] = []
    again = analyse(
        exam,
        [small.request()],
        Runtime("cpu"),
        lambda progress: seen.append(progress.message),
        cache=cache,
    )
    assert all("earlier result" in message for message in seen[:-1])
    _assert_equal(getattr(again, small.model), found)


def _assert_equal(one: object, other: object) -> None:
    before, after = to_arrays(_views(one)), to_arrays(_views(other))
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[key], after[key]) for key in before)


def _views(found: object) -> object:
    return tuple(found.views.values()) if hasattr(found, "views") else found


def test_what_the_network_saw_lies_over_the_tissue_however_it_is_stored(
    small: Small, make_exam: MakeExam, make_mammogram: MakeMammogram
) -> None:
    reading, runtime = small.request().open(), Runtime("cpu")
    reference = None
    for laid in EIGHT_WAYS:
        exam = exam_of(small, make_exam, make_mammogram, laid)
        (unit,) = reading.units(exam)
        (seen, *_) = [each for each in reading.inputs(unit, CPU, runtime) if each.view == R_CC]
        image = exam.mammograms[R_CC]
        assert seen.source_shape == image.shape
        assert np.isfinite(seen.values).all()
        squares = laid.apply(seen.checkerboard())
        assert squares.shape == (760, 540)
        assert set(np.unique(squares)) <= {0, DARK, LIGHT}
        tissue = laid.apply(image.pixels) > 0
        assert (squares[tissue] > 0).mean() > 0.95, "the breast is what it saw"
        if reference is None:
            reference = (seen.values, squares)
            assert not np.array_equal(squares, squares[:, ::-1])
            continue
        assert np.array_equal(seen.values, reference[0])
        assert np.array_equal(squares, reference[1])


def test_the_input_brought_back_is_brightest_where_the_lump_is(
    small: Small, make_exam: MakeExam, make_mammogram: MakeMammogram
) -> None:
    exam = exam_of(small, make_exam, make_mammogram, Orientation())
    reading = small.request().open()
    (unit,) = reading.units(exam)
    seen = next(each for each in reading.inputs(unit, CPU, Runtime("cpu")) if each.view == R_CC)
    back = seen.in_source()
    # conftest.hung_breast: the lump lies 210 columns from the chest wall, on the right side here.
    lump = back[400:440, 540 - 230 : 540 - 190].mean()
    assert lump > back[200:240, 540 - 230 : 540 - 190].mean()
    assert lump > back[400:440, 190:230].mean()


def test_a_files_own_check_passes_and_refuses_those_of_others(
    small: Small, tmp_path: Path
) -> None:
    check = room_of(small.model).check
    for role, path in small.files.items():
        check(role, path)
    (tmp_path / "noise.pt").write_bytes(b"noise" * 100)
    torch.save({"fc.weight": torch.zeros(3)}, tmp_path / "other.pt")
    for role in small.files:
        for name in ("noise.pt", "other.pt", "gone.pt"):
            with pytest.raises(WeightsError, match=name):
                check(role, tmp_path / name)


def test_without_files_a_model_says_how_to_get_them(small: Small) -> None:
    with pytest.raises(WeightsNotFoundError, match="No weights for"):
        room_of(small.model).request({}, {}).open()


def test_density_is_withheld_as_a_whole_where_a_view_is_missing(
    make_exam: MakeExam, tmp_path: Path
) -> None:
    request = room_of("density").request({"histogram": DENSITY["histogram"](tmp_path)}, {})
    found = analyse(make_exam(L_CC, R_MLO), [request], Runtime("cpu"))
    assert found.density.density is None
    assert "needs all four views" in found.density.withheld
    assert found.problems[0].reason == found.density.withheld


def test_density_takes_the_kind_that_was_asked_for(tmp_path: Path) -> None:
    files = {role: make(tmp_path) for role, make in DENSITY.items()}
    room = room_of("density")
    assert room.request(files, {}).kind == "cnn"
    assert room.request(files, {"kind": "histogram"}).kind == "histogram"
    with pytest.raises(WeightsNotFoundError):
        room.request({"histogram": files["histogram"]}, {"kind": "cnn"})
