"""Every action within reach of the keyboard: palette, sheet, other keys, focus."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QToolButton

from tests.phantoms import make_exam
from viewer.app import Application
from viewer.keymap import Keymap
from viewer.session import trusting
from viewer.session.staging import place_of
from viewer.session.trust import ReadingMode
from viewer.widgets.actions import bindable, specs
from viewer.widgets.key_editor import KeyEditor
from viewer.widgets.key_sheet import KeySheet, groups_of
from viewer.widgets.palette import Palette
from viewer.widgets.settings_dialog import SettingsDialog
from viewer.widgets.tour import Tour

CTRL = Qt.KeyboardModifier.ControlModifier


def palette_of(application, qtbot) -> Palette:
    qtbot.keyClick(application.window.grid, Qt.Key.Key_K, CTRL)
    (palette,) = application.window.findChildren(Palette)
    return palette


def found(palette: Palette) -> list[str]:
    role = Qt.ItemDataRole.UserRole
    return [palette.found.item(row).data(role) for row in range(palette.found.count())]


def test_the_palette_finds_an_action_by_some_of_its_words_and_does_it(application, show, qtbot):
    show(make_exam())
    palette = palette_of(application, qtbot)
    assert set(found(palette)) == {spec.name for spec in specs()}
    qtbot.keyClicks(palette.line, "mlo p")
    assert found(palette)[0] == "layout_mlo"
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert application.session.state.layout == "mlo"
    assert not palette.isVisible()


def test_arrows_choose_in_the_palette_and_esc_leaves_it(application, show, qtbot):
    show(make_exam())
    palette = palette_of(application, qtbot)
    qtbot.keyClicks(palette.line, "pair")
    names = found(palette)
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.found.currentRow() == 1
    assert len(names) >= 2
    qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert application.session.state.layout == "2x2"


def test_the_palette_does_nothing_that_cannot_be_done_now(application, qtbot):
    palette = palette_of(application, qtbot)
    qtbot.keyClicks(palette.line, "invert")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert not application.session.state.look.inverted
    palette.close()


def editor_of(application) -> KeyEditor:
    application.window.actions_by_name["edit_keys"].trigger()
    (editor,) = application.window.findChildren(KeyEditor)
    return editor


def test_other_keys_are_in_force_at_once_and_remembered(application, show, qtbot, tmp_path: Path):
    show(make_exam())
    editor = editor_of(application)
    editor.choose("invert")
    editor.use("Ctrl+Y")
    editor.close()
    qtbot.keyClick(application.window.grid, Qt.Key.Key_I)
    assert not application.session.state.look.inverted
    qtbot.keyClick(application.window.grid, Qt.Key.Key_Y, CTRL)
    assert application.session.state.look.inverted
    assert "(Ctrl+Y)" in application.window.actions_by_name["invert"].toolTip()
    again = Application(application._store, tmp_path / "cache")
    assert again.window.actions_by_name["invert"].shortcut().toString() == "Ctrl+Y"
    again.window.close()


def test_a_key_that_is_taken_is_refused_in_words(application, qtbot):
    editor = editor_of(application)
    editor.choose("invert")
    editor.use("Space")
    assert editor.fault.text() == (
        "Space is the key of “Next stage”: give that one another first."
    )
    assert application.window.actions_by_name["invert"].shortcut().toString() == "I"
    editor.close()


def test_keys_are_carried_from_one_place_to_another(application, qtbot, tmp_path: Path):
    editor = editor_of(application)
    editor.choose("invert")
    editor.use("Ctrl+Y")
    editor.save(tmp_path / "mine.json")
    editor._take(Keymap())
    assert application.window.actions_by_name["invert"].shortcut().toString() == "I"
    editor.load(tmp_path / "mine.json")
    assert application.window.actions_by_name["invert"].shortcut().toString() == "Ctrl+Y"
    (tmp_path / "bad.json").write_text("{")
    editor.load(tmp_path / "bad.json")
    assert "bad.json" in editor.fault.text()
    assert application.window.actions_by_name["invert"].shortcut().toString() == "Ctrl+Y"
    editor.close()


def test_a_bad_file_of_keys_is_told_and_ours_are_in_force(qtbot, application, tmp_path: Path):
    keys = {"invert": ["Space"]}
    text = json.dumps({"format": "fourview-keys", "version": 1, "keys": keys})
    Path(application._store.fileName()).with_name("keys.json").write_text(text)
    again = Application(application._store, tmp_path / "cache")
    assert again.window.actions_by_name["invert"].shortcut().toString() == "I"
    problems = again.session.state.problems
    assert any("“Invert”" in problem.reason for problem in problems)
    again.window.help.keys_changed.emit(Keymap().with_keys("marks", ["Ctrl+Y"], bindable()))
    assert (tmp_path / "keys.unusable.json").read_text() == text, "the reader's keys are not lost"
    assert "Ctrl+Y" in (tmp_path / "keys.json").read_text()
    again.window.close()


def test_holding_the_key_of_marks_peeks_whatever_key_that_is(application, show, qtbot):
    show(make_exam())
    window = application.window
    window.help.use(Keymap().with_keys("marks", ["Ctrl+Y"], bindable()))
    window._tick()
    qtbot.keyPress(window.grid, Qt.Key.Key_Y, CTRL)
    assert not application.session.state.marks_visible
    qtbot.wait(450)
    qtbot.keyRelease(window.grid, Qt.Key.Key_Y, CTRL)
    assert application.session.state.marks_visible


def test_no_two_actions_share_a_key():
    owners: dict[str, str] = {}
    for bound in bindable():
        for key in Keymap().keys_of(bound):
            assert key, f"{bound.name} has a key that Qt does not know"
            assert owners.setdefault(key, bound.name) == bound.name, key


def test_the_sheet_of_keys_is_saved_as_a_pdf(application, qtbot, tmp_path: Path):
    sheet = KeySheet(application.window.actions_by_name, application.window)
    qtbot.addWidget(sheet)
    sheet.save(tmp_path / "keys.pdf")
    data = (tmp_path / "keys.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert data.rstrip().endswith(b"%%EOF")
    assert data.count(b"/Type /Page\n") >= 1


def test_tab_leaves_the_images_reaches_every_control_and_esc_returns(application, show, qtbot):
    show(make_exam())
    window = application.window
    assert window.focusWidget() is window.grid
    met = []
    for _ in range(200):
        QApplication.sendEvent(window.focusWidget(), _tab())
        if window.focusWidget() is window.grid:
            break
        met.append(window.focusWidget())
    assert window.focusWidget() is window.grid, "round and back"
    reachable = [
        control
        for kind in (QToolButton, QComboBox)
        for control in window.findChildren(kind)
        if control.isVisible() and control.isEnabled()
    ]
    assert len(reachable) > 15
    assert [each for each in reachable if each not in met] == []
    QApplication.sendEvent(window.grid, _tab())
    assert window.focusWidget() is not window.grid
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert window.focusWidget() is window.grid


def _tab():
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)


def test_space_presses_the_button_that_has_the_focus_and_no_stage(application, show, qtbot):
    show(make_exam())
    window = application.window
    button = next(
        each
        for each in window.bar.findChildren(QToolButton)
        if each.defaultAction() is window.actions_by_name["invert"]
    )
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert application.session.state.look.inverted
    assert place_of(application.session.state) is None
    window.grid.setFocus()
    qtbot.keyClick(window.grid, Qt.Key.Key_Space)
    assert place_of(application.session.state) is not None


def test_every_action_says_its_keys_in_its_tooltip(application):
    for spec in specs():
        action = application.window.actions_by_name[spec.name]
        for key in action.shortcuts():
            assert key.toString(key.SequenceFormat.NativeText) in action.toolTip()


def test_sentences_name_the_keys_that_are_in_force(application, show, qtbot):
    window, session = application.window, application.session
    show(make_exam())
    keymap = Keymap()
    for name, keys in {"analyse": ("F4",), "undo": (), "back": ("F10",), "lock": ("F3",)}.items():
        keymap = keymap.with_keys(name, keys, bindable())
    application.offer_tour()
    (tour,) = window.findChildren(Tour)
    tour.next.click()
    tour.next.click()
    assert "A runs them" in tour._words.text()
    window.help.use(keymap)
    assert "F4 runs them" in tour._words.text(), "at once"
    window.actions_by_name["overlay_malignant"].trigger()
    assert session.state.message.endswith("press F4.")
    window.actions_by_name["mirror"].trigger()
    assert "“Undo” takes it back" in session.state.message
    window.actions_by_name["tool_polygon"].trigger()
    assert "F10 ends" in session.state.message
    assert "F10 comes back" in window.actions_by_name["reading_mode"].toolTip()
    sheet = [words for rows in groups_of(window.actions_by_name).values() for _, words in rows]
    assert any("F10 comes back" in words for words in sheet)
    session.apply(lambda s: trusting.mode_chosen(s, ReadingMode.AFTER_LOCK))
    assert window.bar.mode.toolTip().startswith("Lock the first read (F3)")
    window.actions_by_name["settings"].trigger()
    (dialog,) = window.findChildren(SettingsDialog)
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    dialog.reject()
    assert "press F4" in words
    assert "(F3)" in words


def test_no_hint_is_left_with_a_name_in_braces(application):
    for spec in specs():
        assert "{" not in application.window.actions_by_name[spec.name].toolTip()
