"""What is remembered of models is read with suspicion: odd values are as new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from viewer.session.model_choice import ModelChoice
from viewer.settings import Settings, read_settings, write_settings


def read_back(tmp_path: Path, **odd: object) -> ModelChoice:
    """The choice out of settings that hold these values."""
    path = str(tmp_path / "settings.ini")
    store = QSettings(path, QSettings.Format.IniFormat)
    whole = {
        "models": ["glam", "mass"],
        "files": {"glam": "/weights/model.ckpt"},
        "patches": 3,
        "device": "cuda:1",
        "precision": "bf16",
    }
    store.setValue("models/choice", json.dumps({**whole, **odd}))
    store.sync()
    return read_settings(QSettings(path, QSettings.Format.IniFormat)).model


def test_a_choice_comes_back_as_it_was_written(tmp_path) -> None:
    choice = ModelChoice(
        ("glam", "mass"), {"mass.breast": Path("/a/breast.h5")}, 3, "cuda:1", "bf16"
    )
    path = str(tmp_path / "settings.ini")
    write_settings(QSettings(path, QSettings.Format.IniFormat), Settings(model=choice))
    assert read_settings(QSettings(path, QSettings.Format.IniFormat)).model == choice


@pytest.mark.parametrize("patches", [True, False, 0, 7, -1, 1.0, "3", None, [1]])
def test_a_number_of_patches_that_is_none_is_as_new(tmp_path, patches) -> None:
    choice = read_back(tmp_path, patches=patches)
    assert choice.patches == 1
    assert type(choice.patches) is int
    assert choice.device == "cuda:1", "the rest is as it was"


@pytest.mark.parametrize("path", ["", None, 5, ["a"], "a\0b"])
def test_a_path_that_can_name_no_file_is_left_out(tmp_path, path) -> None:
    files = {"glam": path, "mass.breast": "/a/breast.h5"}
    assert read_back(tmp_path, files=files).files == {"mass.breast": Path("/a/breast.h5")}


@pytest.mark.parametrize("files", [None, [], "glam", {"nobody": "/a"}, {"": "/a"}])
def test_files_of_no_model_are_left_out(tmp_path, files) -> None:
    assert read_back(tmp_path, files=files).files == {}


@pytest.mark.parametrize(
    ("models", "used"),
    [
        (["mass", "glam", "mass"], ("glam", "mass")),
        ([{}, None, 1, "glam"], ("glam",)),
        (["nobody"], ()),
        ("glam", ModelChoice().models),
        (None, ModelChoice().models),
    ],
)
def test_models_that_are_not_there_are_left_out(tmp_path, models, used) -> None:
    assert read_back(tmp_path, models=models).models == used


@pytest.mark.parametrize("device", ["", "gpu", "cuda:x", "cuda:", 0, None, "cuda:٣"])
def test_a_device_that_nobody_offers_is_as_new(tmp_path, device) -> None:
    assert read_back(tmp_path, device=device).device == "auto"


@pytest.mark.parametrize("precision", ["", "fp64", 16, None, ["fp32"]])
def test_a_precision_that_nobody_offers_is_as_new(tmp_path, precision) -> None:
    assert read_back(tmp_path, precision=precision).precision == "auto"


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "null", "5"])
def test_a_choice_that_is_no_object_is_as_new(tmp_path, text) -> None:
    store = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    store.setValue("models/choice", text)
    assert read_settings(store).model == ModelChoice()
