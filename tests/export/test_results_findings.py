"""What was written of density, calcifications and masses comes back, or is refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest

from models.density.results import DensityKind, DensityResult
from models.errors import UnreadableFileError
from models.exam import L_CC, R_MLO
from models.geometry import Affine, Box
from models.mass.results import MassFinding, MassResult, MassView
from models.microcalcification.results import (
    CalcificationResult,
    CalcificationView,
    Cluster,
    Speck,
)
from models.results import CellMap, ExamResult, Provenance
from tests.phantoms import make_exam, make_mammogram
from viewer.export.results_reader import read_results
from viewer.export.tables import exam_entry, results_document, write_tables


def made(model: str, name: str) -> Provenance:
    return Provenance(model, name, f"{model}.pt", "ab" * 32, "fp32", "cpu", "Fourview 1", "note")


EXAM = make_exam()
SHAPE = EXAM.mammograms[L_CC].shape
CELLS = CellMap(np.full((4, 3), 0.5, np.float32), Affine.scaling(50, 60), SHAPE)
TRIANGLE = np.array([[10.25, 20.5], [30.0, 25.75], [12.0, 44.0]])
RESULT = ExamResult(
    EXAM.exam_id,
    density=DensityResult(
        made("density", "Breast density (CNN)"),
        DensityKind.CNN,
        (0.1, 0.2, 0.3, 0.4),
        {L_CC: Box(-3, 0, 2600, 2000)},
        "Placed by us.",
    ),
    microcalcification=CalcificationResult(
        made("microcalcification", "Microcalcifications"),
        made("microcalcification", "Microcalcifications"),
        {
            L_CC: CalcificationView(
                CELLS,
                (Speck(1.5, 2.5, 4, 0.9), Speck(5.0, 6.0, 1, 0.5), Speck(7.0, 8.0, 2, 0.75)),
                (Cluster((0, 1, 2), TRIANGLE, 30.5, 3.05, None, 0.25, Box(1, 2, 64, 64)),),
                0.46,
            )
        },
        {R_MLO: "It shows an implant."},
    ),
    mass=MassResult(
        made("mass", "Masses"),
        {
            R_MLO: MassView(
                CELLS,
                CELLS,
                (MassFinding((TRIANGLE, TRIANGLE + 1), 99.5, 1.25, 40.0, 4.0, 0.8, None),),
            )
        },
        {L_CC: "no breast"},
        breast=made("mass", "Masses"),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tables(tmp_path, results_document([exam_entry(EXAM, RESULT)], ()))
    return tmp_path


def test_everything_but_the_maps_comes_back(folder: Path) -> None:
    found, problems = read_results(folder, EXAM, with_maps=True)
    assert problems == ()
    assert found.glam is None
    assert found.density is not None
    for name in ("kind", "probabilities", "windows", "remark", "provenance", "withheld"):
        assert getattr(found.density, name) == getattr(RESULT.density, name)
    specks = found.microcalcification
    assert specks.provenance == RESULT.microcalcification.provenance
    assert specks.classifier.weights_sha256 == "ab" * 32
    assert specks.views[L_CC].specks == RESULT.microcalcification.views[L_CC].specks
    (cluster,), (before,) = (
        specks.views[L_CC].clusters,
        RESULT.microcalcification.views[L_CC].clusters,
    )
    assert np.array_equal(cluster.hull, before.hull)
    assert (cluster.specks, cluster.extent_mm, cluster.density_per_cm2) == ((0, 1, 2), 3.05, None)
    assert (cluster.score, cluster.roi) == (0.25, Box(1, 2, 64, 64))
    assert "46%" in specks.views[L_CC].remark
    assert specks.withheld[R_MLO] == "It shows an implant."
    (finding,) = found.mass.views[R_MLO].findings
    assert all(map(np.array_equal, finding.outline, (TRIANGLE, TRIANGLE + 1)))
    assert (finding.area_mm2, finding.longest_diameter_mm, finding.score) == (1.25, 4.0, None)
    assert (found.mass.breast is None, found.mass.classifier) == (False, None)
    assert found.mass.views[R_MLO].probability.in_source().max() == 0


def test_what_was_withheld_stays_withheld(tmp_path: Path) -> None:
    withheld = DensityResult.withhold(made("density", "D"), DensityKind.HISTOGRAM, "One view.")
    result = ExamResult(EXAM.exam_id, density=withheld)
    write_tables(tmp_path, results_document([exam_entry(EXAM, result)], ()))
    found, _ = read_results(tmp_path, EXAM, with_maps=False)
    assert (found.density.withheld, found.density.density) == ("One view.", None)


def test_results_of_another_image_are_not_taken_for_this_one(folder: Path) -> None:
    other = make_exam(views={**EXAM.mammograms, L_CC: make_mammogram(L_CC, image_id="other")})
    found, _ = read_results(folder, other, with_maps=False)
    assert found.density.density is None
    assert "another image" in found.density.withheld
    assert found.microcalcification.views == {}
    assert set(found.mass.views) == {R_MLO}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("density", "probabilities"), [0.5, 0.5]),
        (("density", "probabilities", 0), 2),
        (("models", "density", "kind"), "guess"),
        (("views", "L-CC", "microcalcification", "clusters", 0, "hull"), [[1, 2, 3]]),
        (("views", "L-CC", "microcalcification", "specks", 0), {}),
        (("views", "R-MLO", "mass", "findings", 0, "outline"), [[["a", 1]]]),
        (("views", "R-MLO", "mass", "findings", 0, "peak"), None),
    ],
)
def test_an_entry_that_was_tampered_with_is_refused(folder: Path, path, value) -> None:
    document = json.loads((folder / "results.json").read_text())
    spoilt = copy.deepcopy(document)
    place = spoilt["exams"][0]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    (folder / "results.json").write_text(json.dumps(spoilt))
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_results(folder, EXAM, with_maps=False)
