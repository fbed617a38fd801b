"""`fourview info` tells what a report of an error needs."""

from __future__ import annotations

import json
from pathlib import Path

import platformdirs
import pytest

from models.catalog import GLAM
from models.errors import DeviceError
from models.weights import home_of
from viewer import cli, facts
from viewer.codec_check import EXACT


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]):
    """Run `fourview info --json` and return its exit code and what it told."""

    def run() -> tuple[int, dict]:
        code = cli.main(["info", "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_versions_devices_codecs_weights_and_folders_are_told_as_json(told) -> None:
    code, document = told()
    assert code == 0
    assert document["fourview"]["version"]
    assert document["libraries"]["torch"].startswith("2.")
    assert document["devices"][-1]["id"] == "cpu"
    assert "fp32" in document["devices"][-1]["precisions"]
    assert document["codecs"]["jpeg-lossless"] == EXACT
    assert document["weights"]["glam"] == {"state": "not installed"}
    assert document["folders"]["settings"].endswith("settings.ini")


def test_the_same_is_told_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["info"]) == 0
    out = capsys.readouterr().out
    for words in ("jpeg-2000      exact", "cpu, ", "fp32", "glam ", "not installed", "pydicom "):
        assert words in out


def test_installed_weights_are_told_by_file_and_digest(told) -> None:
    home = home_of(GLAM)
    home.mkdir(parents=True)
    broken = home / "model_sep.ckpt"
    broken.write_bytes(b"no weights")
    try:
        _, document = told()
    finally:
        broken.unlink()
    glam = document["weights"]["glam"]
    assert glam["file"].endswith("model_sep.ckpt")
    assert len(glam["sha256"]) == 64


def test_without_pytorch_the_rest_is_told_and_the_exit_code_says_so(
    told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise DeviceError("PyTorch, which runs the models, cannot be loaded: no such library.")

    monkeypatch.setattr(facts, "available_devices", broken)
    code, document = told()
    assert code == 1
    assert "cannot be loaded" in document["pytorch"]["problem"]
    assert document["devices"] == []
    assert document["codecs"]["rle"] == EXACT


def test_the_users_name_is_not_told(told, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path("/home/jane.doe")
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(home / "cache"))
    _, document = told()
    assert document["folders"]["cache"].startswith("~")
    assert "jane" not in json.dumps(document["folders"]["cache"])
