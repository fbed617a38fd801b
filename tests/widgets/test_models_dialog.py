"""The store of weights behind the Models dialog, with real files in the user's folder."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton

from models.catalog import CARDS, GLAM
from models.weights import home_of, user_folder
from tests.models.conftest import small_demo as small_demo  # noqa: PLC0414 - a fixture
from tests.models.conftest import small_glam as small_glam  # noqa: PLC0414 - a fixture
from viewer.jobs.weights_tasks import Shelf
from viewer.resource_files import resource_path
from viewer.session.model_choice import ModelChoice
from viewer.widgets.models_dialog import ModelsDialog
from viewer.widgets.weights_row import WeightsRow


@pytest.fixture
def dialog(application, qtbot):
    """The dialog as the key opens it, on an empty folder of weights."""
    shutil.rmtree(user_folder(), ignore_errors=True)
    application.window.actions_by_name["models"].trigger()
    (found,) = application.window.findChildren(ModelsDialog)
    qtbot.waitUntil(lambda: bool(found._shelf.holdings) and not application.desk.busy)
    yield found
    found.close()
    shutil.rmtree(user_folder(), ignore_errors=True)


def words_of(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def row_of(dialog, model: str, number: int = 0) -> WeightsRow:
    return dialog.pages[model].findChildren(WeightsRow)[number]


def button(widget, text: str) -> QPushButton:
    return next(each for each in widget.findChildren(QPushButton) if each.text() == text)


def wait(dialog, qtbot, words: str) -> None:
    qtbot.waitUntil(lambda: words in dialog._words.text(), timeout=30_000)


def test_every_model_has_a_page_with_its_authors_terms_limits_and_files(dialog) -> None:
    assert set(dialog.pages) == set(CARDS)
    for model, page in dialog.pages.items():
        card, said = CARDS[model], words_of(page)
        for words in (card.citation, card.terms, card.limits, card.trained_on, card.scores):
            assert words in said
        assert len(page.findChildren(WeightsRow)) == len(card.roles)
        assert "Not installed" in said
        assert "phantoms only" in said, "the demo is told of as built in"


def test_an_imported_file_is_recognised_checked_and_used(
    dialog, application, small_glam: Path, qtbot
) -> None:
    assert application.session.state.ready == ()
    page = dialog.pages["glam"]
    fetch = button(row_of(dialog, "glam"), "Fetch")
    assert not fetch.isEnabled(), "nobody has agreed yet"
    application.desk.take_over(small_glam, GLAM, "")
    wait(dialog, qtbot, "terms that nobody has agreed to")
    agree = next(box for box in page.findChildren(QCheckBox) if "agree" in box.text())
    agree.click()
    wait(dialog, qtbot, "You have agreed")
    assert fetch.isEnabled()
    assert not agree.isEnabled()
    application.desk.take_over(small_glam, GLAM, "")
    wait(dialog, qtbot, "is ready")
    assert application.session.state.ready == ("glam",)
    assert "Installed: unknown weights" in words_of(page)
    button(row_of(dialog, "glam"), "Check").click()
    wait(dialog, qtbot, "works")


def test_a_model_that_is_not_used_is_not_ready_and_that_is_remembered(
    dialog, application, small_glam: Path, qtbot
) -> None:
    home = home_of(GLAM)
    home.mkdir(parents=True)
    shutil.copy(small_glam, home / "mine.safetensors")
    application.desk.look()
    qtbot.waitUntil(lambda: application.session.state.ready == ("glam",))
    use = next(box for box in dialog.pages["glam"].findChildren(QCheckBox) if "Use" in box.text())
    use.click()
    assert application.session.state.ready == ()
    assert "glam" not in application.settings.model.models
    use.click()
    assert application.session.state.ready == ("glam",)


def test_a_file_can_be_used_from_where_it_lies_once_it_was_seen_to_work(
    dialog, application, small_glam: Path, tmp_path: Path, qtbot
) -> None:
    application.desk.try_out(small_glam, GLAM, "")
    wait(dialog, qtbot, "used from where it lies")
    assert application.session.state.model.files == {"glam": small_glam}
    assert application.session.state.ready == ("glam",)
    assert str(small_glam) in words_of(row_of(dialog, "glam"))
    noise = tmp_path / "noise.ckpt"
    noise.write_bytes(b"noise" * 99)
    application.desk.try_out(noise, GLAM, "")
    wait(dialog, qtbot, "noise.ckpt")
    assert dialog._words.property("role") == "fault"
    assert application.session.state.model.files == {"glam": small_glam}
    button(row_of(dialog, "glam"), "Use the installed one").click()
    assert application.session.state.model == ModelChoice()


def test_demo_weights_cannot_be_taken_for_real_exams(
    dialog, application, small_demo: Path, qtbot
) -> None:
    for bring in (
        lambda: application.desk.take_over(small_demo, GLAM, ""),
        lambda: application.desk.try_out(small_demo, GLAM, ""),
    ):
        bring()
        wait(dialog, qtbot, "reads phantoms without being installed")
    assert application.session.state.ready == ()


def test_how_the_models_compute_is_chosen_at_once(dialog, application) -> None:
    dialog._patches.setCurrentText("4")
    dialog._patches.textActivated.emit("4")
    assert application.session.state.model.patches == 4
    assert application.settings.model.patches == 4


def test_a_dialog_opened_anew_does_not_stop_what_goes_on(dialog, application, qtbot) -> None:
    ended: list[str] = []
    application.desk.ended.connect(ended.append)
    arrived, go_on = threading.Event(), threading.Event()

    def slow(report, deliver, cancel) -> Shelf:
        arrived.set()
        go_on.wait(10)
        return Shelf((), "It is here.")

    application.desk._do(slow)
    assert arrived.wait(5)
    dialog.hide()
    application.window.actions_by_name["models"].trigger()
    again = application.window.findChildren(ModelsDialog)[-1]
    try:
        assert application.desk.busy
        assert again._stop.isVisible()
        assert "Not installed" in words_of(again)
    finally:
        go_on.set()
    wait(again, qtbot, "It is here.")
    assert not ended
    again.close()


def test_nothing_of_a_page_is_cut_off_once_everything_is_installed(dialog) -> None:
    dialog.setStyleSheet(resource_path("style.qss").read_text(encoding="utf-8"))
    for model, page in dialog.pages.items():
        dialog._list.setCurrentRow(list(CARDS).index(model))
        for each in page.findChildren(QPushButton):
            each.show()
        QApplication.processEvents()
        area = dialog._pages.currentWidget()
        assert page.width() == area.viewport().width(), model
