"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data and goldens beside the project; tests that need them skip without them."""
    if not SHARED.is_dir():
        pytest.skip("reference data are not beside the project (../shared)")
    return SHARED
