"""What the reader can do to measurements by key, menu and list: draw, word, delete, take along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from models.errors import ExportError
from models.exam import View
from viewer.export.measurement_tables import (
    MeasuredImage,
    measurements_csv,
    measurements_text,
    write_measurement_table,
)
from viewer.session import measurements
from viewer.session.measure_rows import MeasureRow, measured_images
from viewer.session.session import Session
from viewer.session.state import SessionState, Tool
from viewer.session.transitions import said
from viewer.widgets.measure_panel import MeasurePanel

TOOLS = tuple(tool for tool in Tool if measurements.kind_of(tool) is not None)
NEEDING_ONE = ("delete_measurement", "word_measurement")
NEEDING_ANY = ("copy_measurements", "export_measurements")
GoTo = Callable[[tuple[View, float, float]], None]


class MeasureActions(QObject):
    """Turns keys, buttons and the list's clicks into transitions, and tables into files.

    `exported` fires with the exam's id and what was taken along: {"measurements", "to"}.
    """

    exported = Signal(str, object)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        apply = self._session.apply
        return {
            **{f"tool_{tool.value}": partial(self._take_up, tool) for tool in TOOLS},
            "measurements": lambda: apply(measurements.visible_or_not),
            "delete_measurement": lambda: apply(measurements.deleted),
            "word_measurement": lambda: apply(measurements.writing),
            "copy_measurements": self._copy,
            "export_measurements": self._export,
        }

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """Tick what is on, and offer what there is something for."""
        for tool in TOOLS:
            actions[f"tool_{tool.value}"].setChecked(state.tool is tool)
            actions[f"tool_{tool.value}"].setEnabled(bool(state.images))
        actions["measurements"].setChecked(state.measuring.visible)
        chosen = measurements.measurement_of(state, state.measuring.selected)
        for name in NEEDING_ONE:
            actions[name].setEnabled(chosen is not None)
        for name in NEEDING_ANY:
            actions[name].setEnabled(bool(state.work.now.measurements))

    def fill_menu(self, menu: QMenu, actions: Mapping[str, QAction]) -> None:
        """The tools, and what can be done with all that was measured."""
        tools = menu.addMenu("Measure")
        for tool in TOOLS:
            tools.addAction(actions[f"tool_{tool.value}"])
        tools.addSeparator()
        for name in ("measurements", *NEEDING_ANY):
            tools.addAction(actions[name])

    def serve(self, panel: MeasurePanel, go_to: GoTo) -> None:
        """Do what is asked for in the list."""
        panel.picked.connect(self._pick)
        panel.words_wanted.connect(self._write)
        panel.chosen.connect(lambda row: go_to(row.target))

    def write(self, path: Path) -> None:
        """Write the table of measurements; the status line tells what came of it."""
        state = self._session.state
        images = measured_images(state)
        try:
            write_measurement_table(path, state.exam_key, images)
        except ExportError as error:
            self._say(str(error))
            return
        self._say(f"{path} is written.")
        self._tell(images, path.suffix.lstrip(".").lower())

    def _take_up(self, tool: Tool) -> None:
        """The tool, or the usual one again when it is in hand already."""
        wanted = Tool.WINDOW if self._session.state.tool is tool else tool
        self._session.apply(lambda state: measurements.tool_taken(state, wanted))

    def _pick(self, row: MeasureRow) -> None:
        self._session.apply(lambda state: measurements.selected(state, row.held))

    def _write(self, row: MeasureRow) -> None:
        self._session.apply(lambda state: measurements.writing(state, row.held))

    def _copy(self) -> None:
        """As text for reports, and as CSV for programs that ask for it."""
        images = measured_images(self._session.state)
        data = QMimeData()
        data.setText(measurements_text(images))
        data.setData("text/csv", measurements_csv(images).encode())
        QApplication.clipboard().setMimeData(data)
        count = sum(len(each.measurements) for each in images)
        self._say(f"{count} measurement{'s' * (count != 1)} copied.")
        self._tell(images, "clipboard")

    def _export(self) -> None:
        chooser = QFileDialog(
            self._window, "Export measurements", "", "CSV (*.csv);;JSON (*.json)"
        )
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("csv")
        chooser.selectFile("measurements.csv")
        chooser.filterSelected.connect(
            lambda chosen: chooser.setDefaultSuffix("json" if "json" in chosen else "csv")
        )
        if chooser.exec():
            self.write(Path(chooser.selectedFiles()[0]))

    def _tell(self, images: Sequence[MeasuredImage], where: str) -> None:
        count = sum(len(each.measurements) for each in images)
        self.exported.emit(self._session.state.exam_key, {"measurements": count, "to": where})

    def _say(self, words: str) -> None:
        self._session.apply(lambda state: said(state, words))
