"""A phantom's file is a true mammogram For Presentation, whatever its transfer syntax."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread, dcmwrite
from pydicom.pixels import get_decoder
from pydicom.uid import ExplicitVRLittleEndian

from models.exam import L_CC, R_MLO, STANDARD_VIEWS, Laterality, View, ViewPosition
from models.geometry import AS_STORED
from models.grayscale import VoiFunction
from tests.phantom_io.factory import make_study, small_view
from tests.phantoms import breast_pixels
from viewer.exam_io.load import load_image
from viewer.exam_io.scan import scan
from viewer.phantom_io.dataset import to_dataset
from viewer.phantom_io.encode import SYNTAXES
from viewer.phantom_io.study import PhantomStudy

WINDOW = (1500, 2400)
# Every unit states CC or MLO here, but PS3.3 C.8.11.5 has these terms for other body parts only.
UNKNOWN_TERM = "</ViewPosition(0018,5101)[1]> - Unrecognized defined term"


def written(study: PhantomStudy, view: View = L_CC) -> bytes:
    file = io.BytesIO()
    data = to_dataset(study, small_view(study.plan, view), WINDOW)
    dcmwrite(file, data, enforce_file_format=True)
    return file.getvalue()


def read(study: PhantomStudy, view: View = L_CC) -> Dataset:
    return dcmread(io.BytesIO(written(study, view)))


@pytest.mark.parametrize("view", STANDARD_VIEWS, ids=lambda view: view.name)
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_fourview_reads_the_same_pixels_hung_the_right_way(
    tmp_path: Path, syntax: str, view: View
) -> None:
    (tmp_path / "image.dcm").write_bytes(written(make_study(syntaxes=(syntax,)), view))
    (record,) = scan([tmp_path]).exams[0].images
    found = load_image(record)
    assert np.array_equal(found.pixels, breast_pixels(view))
    assert found.view == view
    assert found.orientation == AS_STORED
    assert not found.view_origin.is_guess
    assert not found.orientation_origin.is_guess
    assert found.is_phantom
    assert not found.lossy
    assert found.pixel_spacing_mm == (0.07, 0.07)
    assert found.grayscale.padding == (0, 0)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_other_decoders_read_the_same_pixels(syntax: str) -> None:
    data = read(make_study(syntaxes=(syntax,)), R_MLO)
    wanted = breast_pixels(R_MLO)
    assert data.file_meta.TransferSyntaxUID == SYNTAXES[syntax]
    if syntax in ("explicit", "deflated"):
        assert np.array_equal(data.pixel_array, wanted)
        return
    decoder = get_decoder(SYNTAXES[syntax])
    assert decoder.available_plugins
    for plugin in decoder.available_plugins:
        pixels, _ = decoder.as_array(data, decoding_plugin=plugin)
        assert np.array_equal(pixels, wanted), plugin


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy is not installed")
@pytest.mark.parametrize("view", STANDARD_VIEWS, ids=lambda view: view.name)
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_dciodvfy_finds_no_fault(tmp_path: Path, syntax: str, view: View) -> None:
    path = tmp_path / "image.dcm"
    data = read(make_study(syntaxes=(syntax,)), view)
    if syntax == "deflated":  # which dciodvfy cannot inflate
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dcmwrite(path, data)
    done = subprocess.run(
        ["dciodvfy", "-new", str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    said = done.stderr.splitlines()
    assert "MammographyImageForPresentation" in said
    faults = [line for line in said if line.startswith(("Error", "Warning"))]
    assert [line for line in faults if UNKNOWN_TERM not in line] == []
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("view", "orientation", "meaning"),
    [
        ("R-CC", ["P", "L"], "cranio-caudal"),
        ("L-CC", ["A", "R"], "cranio-caudal"),
        ("R-MLO", ["P", "FL"], "medio-lateral oblique"),
        ("L-MLO", ["A", "FR"], "medio-lateral oblique"),
    ],
)
def test_the_header_says_which_view_it_is_and_how_it_lies(
    view: str, orientation: list[str], meaning: str
) -> None:
    data = read(make_study(), View.from_name(view))
    laterality, position = view.split("-")
    assert data.PatientOrientation == orientation
    assert (data.ImageLaterality, data.ViewPosition) == (laterality, position)
    assert data.ViewCodeSequence[0].CodeMeaning == meaning
    assert data.ViewCodeSequence[0].CodingSchemeDesignator == "SCT"
    oblique = position == "MLO"
    assert (abs(data.PositionerPrimaryAngle) > 40) is oblique
    assert (data.PositionerPrimaryAngle > 0) is (oblique and laterality == "R")


def test_the_header_says_that_nobody_is_shown() -> None:
    data = read(make_study())
    assert (data.Manufacturer, data.QualityControlImage) == ("Fourview", "YES")
    assert data.QualityControlSubject == "YES"
    assert "ynthetic" in data.StudyDescription
    assert "no person" in data.ImageComments
    assert data.PatientAge == "065Y"


def test_the_windows_are_the_exam_s_and_the_function_is_the_study_s() -> None:
    data = read(make_study(voi_function=VoiFunction.SIGMOID))
    assert data.VOILUTFunction == "SIGMOID"
    assert data.WindowCenterWidthExplanation == ["NORMAL", "HARDER", "SOFTER"]
    assert list(data.WindowCenter) == [1500, 1500, 1500]
    assert list(data.WindowWidth) == [2400, 1800, 3240]


def test_equal_studies_give_equal_bytes() -> None:
    for syntax in SYNTAXES:
        assert written(make_study(syntaxes=(syntax,))) == written(make_study(syntaxes=(syntax,)))


def test_ids_differ_wherever_something_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_study()
    ids = [study.study_uid, study.uid("series"), *map(study.image_uid, STANDARD_VIEWS)]
    for other in (
        make_study(seed=4),
        study.prior(0.5),
        study.prior(1.0),
        make_study(person=replace(study.person, patient_id="P2")),
    ):
        ids += [other.study_uid, *map(other.image_uid, STANDARD_VIEWS)]
    monkeypatch.setattr("viewer.phantom_io.study.__version__", "999.0")
    ids += [study.study_uid, *map(study.image_uid, STANDARD_VIEWS)]
    assert len(set(ids)) == len(ids)
    assert all(uid.is_valid and uid.startswith("2.25.") for uid in ids)


def test_the_same_image_keeps_its_id_in_every_transfer_syntax() -> None:
    ids = {read(make_study(syntaxes=(syntax,))).SOPInstanceUID for syntax in SYNTAXES}
    assert len(ids) == 1


def test_views_take_their_syntaxes_in_turn() -> None:
    study = make_study(syntaxes=("rle", "jpeg-ls"))
    names = [study.syntax(view) for view in STANDARD_VIEWS]
    assert names == [SYNTAXES[name] for name in ("rle", "jpeg-ls", "rle", "jpeg-ls")]


def test_a_prior_is_the_same_person_two_years_before() -> None:
    now, before = make_study(), make_study().prior(0.5)
    assert before.person == now.person
    assert 700 < (now.date - before.date).days < 760
    assert before.plan.lesions[0].radius_mm == now.plan.lesions[0].radius_mm * 0.5
    images = [read(study, View(Laterality.LEFT, ViewPosition.CC)) for study in (now, before)]
    assert len({image.PatientID for image in images}) == 1
    assert len({image.StudyInstanceUID for image in images}) == 2
    # The same breast is as thick as it was, give or take how it is held.
    assert abs(images[0].BodyPartThickness - images[1].BodyPartThickness) <= 4
