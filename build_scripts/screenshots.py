"""The pictures of the README, made anew from the demo exams in the real window.

``xvfb-run -a -s "-screen 0 1920x1200x24" python -m build_scripts.screenshots``
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSettings
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from models.exam import Laterality, View, ViewPosition
from viewer.app import Application
from viewer.display.camera import Camera
from viewer.display.overlay import Overlays
from viewer.phantom_io.folder import write_exams
from viewer.phantom_io.people import demo_studies
from viewer.session import transitions
from viewer.session.findings import listed
from viewer.session.sizes import fitted
from viewer.session.state import Phase, SessionState
from viewer.theme import apply_theme

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
WIDTH, HEIGHT = 1600, 1000
QUALITY = 82
MOST_S = 120.0

_SALIENCY = Overlays(malignant=True, benign=True, patches=True)
_OUTLINES = Overlays(calcifications=True, masses=True)
_LESION = View(Laterality.LEFT, ViewPosition.MLO)

Shot = Callable[[SessionState], SessionState]


def _overview(state: SessionState) -> SessionState:
    return transitions.overlaid(state, replace(_SALIENCY, truth=True))


def _over_prior(state: SessionState) -> SessionState:
    return transitions.laid_out(transitions.overlaid(state, _SALIENCY), "2x4")


def _lesion(state: SessionState) -> SessionState:
    """One view at half the stored resolution, around the patch that the model chose."""
    result = state.results[state.records[0 if state.index is None else state.index].exam_id]
    if result.glam is None:
        return state
    box = result.glam.views[_LESION].patches[0].box
    state = transitions.overlaid(transitions.enlarged(state, _LESION), _SALIENCY)
    image = state.images[_LESION]
    row, column = image.to_hung.point(box.row + box.height / 2, box.column + box.width / 2)
    return transitions.looked(state, _LESION, Camera(0.8, row, column))


def _findings(state: SessionState) -> SessionState:
    """The first cluster or mass at half the stored resolution, with the list beside it."""
    first, *_ = listed(state)
    view, row, column = first.target
    state = transitions.overlaid(transitions.enlarged(state, view), _OUTLINES)
    return transitions.looked(state, view, Camera(0.8, row, column))


SHOTS: Mapping[str, tuple[str, Shot]] = {
    "overview": ("Malignant", _overview),
    "lesion": ("Malignant", _lesion),
    "findings": ("Malignant", _findings),
    "over_prior": ("Follow-up", _over_prior),
}


def main() -> None:
    """Draw, open, analyse, and save what the window shows."""
    app = QApplication([])
    apply_theme(app)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_exams(folder / "exams", demo_studies())
        store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        application = Application(store, folder / "cache", analyses_opened=True)
        application.window.resize(WIDTH, HEIGHT)
        application.show([folder / "exams"])
        for name, (title, shot) in SHOTS.items():
            _settle(app, application, title)
            application.session.apply(fitted)
            application.session.apply(shot)
            _wait(app, lambda: False, 0.5)
            _save(application, IMAGES / f"{name}.webp")
        application.window.close()


def _settle(app: QApplication, application: Application, title: str) -> None:
    """Show an exam, and wait until all of it is there."""
    session = application.session
    _wait(app, lambda: bool(session.state.records))
    titles = [record.title for record in session.state.records]
    application.controller.go_to(titles.index(title))

    def is_there() -> bool:
        state = session.state
        if state.index is None or state.loading or state.reading_prior:
            return False
        record = state.records[state.index]
        done = state.analyses.get(record.exam_id)
        return record.title == title and done is not None and done.phase is Phase.DONE

    _wait(app, is_there)


def _wait(app: QApplication, is_done: Callable[[], bool], most_s: float = MOST_S) -> None:
    until = time.monotonic() + most_s
    while time.monotonic() < until and not is_done():
        app.processEvents()
        time.sleep(0.01)


def _save(application: Application, path: Path) -> None:
    with io.BytesIO() as grabbed:
        grabbed.write(_as_png(application.window.grab()))
        with Image.open(grabbed) as picture:
            picture.convert("RGB").save(path, quality=QUALITY, method=6)


def _as_png(pixmap: QPixmap) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pixmap.save(buffer, "PNG")
    return bytes(data.data())


if __name__ == "__main__":
    main()
