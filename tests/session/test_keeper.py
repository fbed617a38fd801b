"""What is on the screen is kept in a file while it is there, and opens the same page again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.phantoms import make_exam, record_of
from viewer.display.shown import ShownImage
from viewer.export.page import PageSpec
from viewer.export.png import read_context
from viewer.session import keeper as keeping
from viewer.session import transitions
from viewer.session.keeper import PageKeeper
from viewer.session.pages import page_of
from viewer.session.session import Session


@pytest.fixture
def session() -> Session:
    """An exam on the screen."""
    exam, session = make_exam(), Session()
    session.apply(lambda s: transitions.opened(s, (record_of(exam),), ()))
    session.apply(lambda s: transitions.shown(s, 0))
    for mammogram in exam.mammograms.values():
        image = ShownImage.prepare(mammogram)
        session.apply(lambda s, image=image: transitions.image_ready(s, image))
    session.apply(lambda s: transitions.all_ready(s, exam))
    return session


@pytest.fixture
def keeper(qtbot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keeping, "AFTER_MS", 20)

    def page() -> PageSpec:
        return page_of(session.state, {}, (600, 800))

    keeper = PageKeeper(session, page, tmp_path / "state" / "page.png")
    yield keeper
    keeper.close()


def test_the_page_is_kept_soon_after_it_changed(keeper, session, qtbot, tmp_path: Path) -> None:
    session.apply(lambda s: transitions.laid_out(s, "cc"))
    path = tmp_path / "state" / "page.png"
    qtbot.waitUntil(path.exists, timeout=5000)
    context = read_context(path)
    assert context.exam_id == session.state.exam.exam_id
    assert context.layout == "cc"
    assert (context.height, context.width) == (600, 800)


def test_what_is_kept_follows_the_reader(keeper, session, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "state" / "page.png"
    for layout in ("cc", "mlo"):
        session.apply(lambda s, layout=layout: transitions.laid_out(s, layout))
        qtbot.waitUntil(
            lambda layout=layout: path.exists() and read_context(path).layout == layout,
            timeout=5000,
        )


def test_a_session_that_ends_well_is_forgotten(keeper, session, qtbot, tmp_path: Path) -> None:
    session.apply(lambda s: replace(s, linked=not s.linked))
    path = tmp_path / "state" / "page.png"
    qtbot.waitUntil(path.exists, timeout=5000)
    keeper.close()
    assert not path.exists()


def test_without_an_exam_nothing_is_kept(qtbot, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(keeping, "AFTER_MS", 1)
    session = Session()
    keeper = PageKeeper(session, lambda: pytest.fail("no page"), tmp_path / "page.png")
    with qtbot.waitSignal(keeper._timer.timeout):
        session.apply(lambda s: replace(s, linked=not s.linked))
    keeper.close()
    assert list(tmp_path.iterdir()) == []
