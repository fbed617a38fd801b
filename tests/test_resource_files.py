"""Resources are found, installed and frozen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from viewer.resource_files import demo_weights, resource_path


def test_a_resource_is_found_where_the_package_is_installed() -> None:
    assert resource_path("icon.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_frozen_program_finds_resources_where_it_was_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked = tmp_path / "resources" / "hanging"
    unpacked.mkdir(parents=True)
    (unpacked / "screening.json").write_text("{}")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource_path("hanging/screening.json") == unpacked / "screening.json"


def test_a_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"resources/no-such\.svg"):
        resource_path("no-such.svg")


def test_demo_weights_are_found_where_they_are_and_never_invented(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert demo_weights() == {}
    (tmp_path / "resources").mkdir()
    weights = tmp_path / "resources" / "demo_glam.safetensors"
    weights.touch()
    assert demo_weights() == {"glam": weights}
