"""Folders of phantoms without waiting for full-size ones."""

from __future__ import annotations

import pytest

from tests.phantom_io.factory import small_view


@pytest.fixture
def small_phantoms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every view that a folder of phantoms is to hold is a small one."""
    monkeypatch.setattr("viewer.phantom_io.folder.draw_view", small_view)
