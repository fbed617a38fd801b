"""The frozen program holds what Fourview needs, and leaves out what it does not."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import imagecodecs.imagecodecs as codecs
import pytest

from build_scripts.freeze.contents import (
    CODECS,
    LEFT_OUT_MODULES,
    NAMED_LIBRARIES,
    is_left_out,
    is_left_out_module,
)
from build_scripts.freeze.environment import requirements
from tests.conftest import ROOT
from viewer import facts


@pytest.mark.parametrize(
    "place",
    [
        "torch/bin/torch_shm_manager",
        "torch/lib/libtorch_cpu.so",
        "torch/nn/functional.py",
        "qtawesome/fonts/materialdesignicons6-webfont-6.9.96.ttf",
        "qtawesome/fonts/materialdesignicons6-webfont-charmap-6.9.96.json",
        "torch/testing/_comparison.py",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/lib/libQt6Gui.so.6",
        "pydicom/data/urls.json",
        "skimage/__init__.pyi",
        "resources/demo_glam.safetensors",
    ],
)
def test_what_the_program_needs_stays(place: str) -> None:
    assert not is_left_out(place)


@pytest.mark.parametrize(
    "place",
    [
        "torch/bin/protoc",
        "torch/include/torch/torch.h",
        "torch/test/cpp_api",
        "qtawesome/fonts/phosphor-1.3.0.ttf",
        r"torch\lib\dnnl.lib",
        "PySide6/Qt/qml/QtQuick/qmldir",
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        r"PySide6\plugins\platforms\qvnc.dll",
        "PySide6/translations/qt_de.qm",
        "pydicom/data/test_files/CT_small.dcm",
        "matplotlib/mpl-data/matplotlibrc",
    ],
)
def test_what_nobody_needs_stays_out(place: str) -> None:
    assert is_left_out(place)


def test_training_and_compilers_stay_out_and_what_is_imported_stays() -> None:
    for name in ("models.training.loop", "torch._inductor.codegen.triton"):
        assert is_left_out_module(name)
    for name in ("models.glam.network", "torch._inductor.utils", "torch.optim", "torch.testing"):
        assert not is_left_out_module(name)


def test_every_codec_that_is_called_is_shipped() -> None:
    called = {
        name
        for folder in ("models", "viewer")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"imagecodecs\.(\w+_(?:de|en)code)", path.read_text("utf-8"))
    }
    assert "jpegls_decode" in called
    homes = {name: module for module, names in codecs._MODULES.items() for name in names}
    assert {homes[name].lstrip(".") for name in called} <= set(CODECS)


def test_codecs_need_no_others_of_imagecodecs() -> None:
    program = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(f'imagecodecs.{name}')\n"
        "print(*(name[12:] for name in sys.modules if name.startswith('imagecodecs._')))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, *CODECS], capture_output=True, text=True, check=True
    )
    assert set(told.stdout.split()) - {"_imagecodecs"} == set(CODECS)


def test_libraries_are_named_alike_by_the_program_and_its_build() -> None:
    assert set(NAMED_LIBRARIES) == set(facts.LIBRARIES)
    pinned = {each.partition("==")[0] for each in _dependencies()}
    assert set(NAMED_LIBRARIES) <= pinned


def test_libraries_under_the_gpl_stay_out() -> None:
    assert {"readline", "_gdbm"} <= set(LEFT_OUT_MODULES)


def test_the_environment_holds_the_pinned_requirements_and_no_tests() -> None:
    needed = requirements(ROOT / "pyproject.toml")
    assert set(_dependencies()) < set(needed)
    assert any(each.startswith("pyinstaller==") for each in needed)
    assert not any(each.startswith(("pytest", "mypy")) for each in needed)


def test_another_build_of_pytorch_takes_the_place_of_the_usual_one() -> None:
    needed = requirements(ROOT / "pyproject.toml", torch="2.13.0+cu130")
    assert [each for each in needed if each.startswith("torch==")] == ["torch==2.13.0+cu130"]


def test_captum_is_imported_without_matplotlib() -> None:
    program = (
        "import sys\n"
        "sys.modules['matplotlib'] = None\n"
        "import build_scripts.freeze.without_matplotlib\n"
        "from captum.attr import GradientShap, KernelShap, LayerGradCam\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=120)


def _dependencies() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[str] = settings["project"]["dependencies"]
    return found
