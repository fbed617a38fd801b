"""`fourview weights`: told plainly, agreed to once, and an exit code that scripts can go by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.catalog import ModelCard
from models.weights import user_folder
from tests.models.store.conftest import Server
from tests.models.store.conftest import card as card  # noqa: PLC0414 - a fixture
from tests.models.store.conftest import server as server  # noqa: PLC0414 - a fixture
from viewer import cli
from viewer.commands import weights as command


@pytest.fixture(autouse=True)
def _one_model(card: ModelCard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """GLAM alone, in a folder of weights of this test."""
    monkeypatch.setattr(command, "CARDS", {"glam": card})
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(tmp_path / "data"))


def weights(*arguments: object) -> int:
    return cli.main(["weights", *map(str, arguments)])


def test_what_is_missing_is_listed_and_nothing_is_fetched(capsys) -> None:
    assert weights("list") == 0
    told = capsys.readouterr().out
    assert "glam  missing (its weights)" in told
    assert str(user_folder()) in told


def test_install_asks_for_agreement_once_and_tells_where_the_file_is(
    server: Server, small_glam: Path, capsys, monkeypatch
) -> None:
    server.content = small_glam.read_bytes()
    monkeypatch.setenv("FOURVIEW_WEIGHTS_MIRROR", server.address)
    assert weights("install", "glam") == 1
    told = capsys.readouterr().err
    assert "terms that nobody has agreed to" in told
    assert "--accept-terms" in told
    assert server.asked == []
    assert weights("install", "glam", "--accept-terms") == 0
    assert "glam (small) is ready" in capsys.readouterr().err
    assert weights("install", "glam:small") == 0
    assert "was there already" in capsys.readouterr().err
    assert weights("list") == 0
    assert "small, model_small.ckpt" in capsys.readouterr().out


def test_one_file_that_fails_does_not_keep_the_others_away(
    small_glam: Path, tmp_path: Path, capsys
) -> None:
    (tmp_path / "noise.ckpt").write_bytes(b"noise")
    files = (tmp_path / "noise.ckpt", tmp_path / "gone.ckpt", small_glam)
    assert weights("import", *files, "--accept-terms") == 1
    told = capsys.readouterr().err
    assert "noise.ckpt" in told
    assert "gone.ckpt is not there" in told
    assert "glam (small) is ready" in told


def test_verify_and_remove_speak_of_what_is_there(small_glam: Path, capsys) -> None:
    assert weights("verify") == 0
    assert "Nothing is installed." in capsys.readouterr().out
    assert weights("remove", "glam") == 1
    assert "no weights of glam" in capsys.readouterr().err
    assert weights("import", small_glam, "--accept-terms") == 0
    assert weights("verify") == 0
    assert "glam: works; the released small" in capsys.readouterr().out
    assert weights("remove", "glam") == 0
    assert "is removed" in capsys.readouterr().out
    assert weights("verify", "glam") == 1


def test_json_tells_everything_that_a_script_needs(capsys) -> None:
    assert weights("list", "--json") == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["name"], entry["file"], entry["terms_accepted"]) == ("glam", None, False)
    assert entry["released"][0]["variant"] == "small"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("glum", "No model is called glum"),
        ("glam.unet", "has no file unet"),
        ("glam:big", "no released weights big: choose small"),
    ],
)
def test_a_name_that_nobody_has_is_answered_with_those_that_are(name, words, capsys) -> None:
    assert weights("install", name) == 1
    assert words in capsys.readouterr().err


def test_without_an_action_the_arguments_are_bad(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        weights()
    assert ended.value.code == 2
