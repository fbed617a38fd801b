"""Opening files and folders, and writing the page: the dialogs that ask where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QWidget

from models.exam import View
from viewer.display.viewport import Viewport
from viewer.session.controller import Controller
from viewer.session.measurements import measured_on
from viewer.session.pages import page_of
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.session.transitions import said
from viewer.widgets.export_dialog import ExportChoice, ExportDialog
from viewer.widgets.view_grid import ViewGrid

FILES = (
    "Mammograms and exam lists (*.dcm *.dicom *.png *.tif *.tiff *.pgm *.jpg *.pkl *.json *.csv)"
    ";;All files (*)"
)
ANOTHER_EXAM = "Another exam is on the screen than was to be exported; nothing was written."


class FileActions(QObject):
    """Asks where, and lets the controller do it.

    Parameters
    ----------
    grid : the panes whose size a page has.
    viewports : what every pane shows now, on all screens.
    """

    def __init__(
        self,
        session: Session,
        controller: Controller,
        grid: ViewGrid,
        viewports: Callable[[], dict[View, Viewport]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._controller = session, controller
        self._grid, self._viewports, self._window = grid, viewports, window

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What each action does."""
        return {
            "open_files": self._open_files,
            "open_folder": self._open_folder,
            "export_page": self._export,
        }

    def show_state(self, actions: Mapping[str, QAction], state: SessionState) -> None:
        """A page needs images, and tells of models nothing while their results are read back."""
        whole = state.exam is not None and state.recalling != state.exam_key
        actions["export_page"].setEnabled(bool(state.images) and whole)

    def _open_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self._window, "Open mammograms", "", FILES)
        if names:
            self._controller.open_paths([Path(name) for name in names])

    def _open_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self._window, "Open a folder of mammograms")
        if name:
            self._controller.open_paths([Path(name)])

    def _export(self) -> None:
        state = self._session.state
        if state.record is None:
            return
        name = "".join(c if c.isalnum() or c in "-_ " else "_" for c in state.record.title)
        folder = Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        )
        marks = state.marks_visible or bool(measured_on(state, state.images))
        dialog = ExportDialog(state.focus, name, folder, marks, self._window)
        dialog.chosen.connect(partial(self._write, state.exam_key))
        dialog.show()

    def _write(self, exam_key: str, choice: ExportChoice) -> None:
        state = self._session.state
        if state.exam_key != exam_key:  # opened from outside meanwhile
            self._session.apply(lambda now: said(now, ANOTHER_EXAM))
            return
        spec = page_of(
            state,
            self._viewports(),
            self._grid.size_px(),
            view=choice.view,
            marks=choice.marks,
            plain=choice.plain,
            deidentified=choice.deidentified,
            made_on=dt.datetime.now().astimezone().date().isoformat(),
        )
        self._controller.pictures.write(choice.path, spec, full_resolution=choice.full_resolution)
