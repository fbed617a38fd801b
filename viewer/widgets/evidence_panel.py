"""What the models say of the exam on the screen, and how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from models.catalog import DEMO, GLAM
from viewer.display.gray_words import voi_words
from viewer.display.voi import WindowedTable
from viewer.session.findings import listed
from viewer.session.gray import offered as offered_by
from viewer.session.key_words import keyed
from viewer.session.state import Phase, SessionState
from viewer.session.waiting import turn_words
from viewer.widgets.density_bars import DensityBars
from viewer.widgets.finding_list import FindingList
from viewer.widgets.layer_panel import LayerPanel
from viewer.widgets.measure_panel import MeasurePanel
from viewer.widgets.model_rows import ModelRows
from viewer.widgets.patch_strip import PatchStrip
from viewer.widgets.role_label import role_label
from viewer.widgets.saliency_panel import SaliencyPanel
from viewer.widgets.score_table import ScoreTable

WIDTH = 296
MODEL_LINES_PX = 30


class EvidencePanel(QScrollArea):
    """Scores with the model behind them, overlay switches, and the window of the focused view."""

    voi_chosen = Signal(str)
    models_wanted = Signal()

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setFixedWidth(WIDTH)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setObjectName("panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(6)
        self._title = role_label("title")
        self._alarm = role_label("fault", "MIXED PATIENTS: these scores may be of several people.")
        self._state = role_label("muted")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)
        keep = self._progress.sizePolicy()  # nothing below moves when it comes and goes
        keep.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(keep)
        self._scores = ScoreTable()
        self._model = role_label("muted")
        self._model.setMinimumHeight(MODEL_LINES_PX)
        self._model.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._install = QPushButton("Choose weights…")
        self._install.setToolTip("Weights belong to their authors; you fetch them yourself")
        self._install.clicked.connect(self.models_wanted)
        self._rows = ModelRows()
        self._density = DensityBars()
        self._found = role_label("title", "Findings")
        self.findings = FindingList()
        self.layers = LayerPanel(actions)
        self.saliency = SaliencyPanel()
        self.measures = MeasurePanel(actions)
        self.strip = PatchStrip()
        self._view = role_label("title")
        self._vois = QComboBox()
        self._vois.setToolTip("The windows and tables that the file brings")
        self._vois.activated.connect(self._choose_voi)
        self._voi = role_label("muted")
        # What is said of the exam, then the switches: no reader scrolls to them on a small screen.
        for widget in (
            self._title,
            self._alarm,
            self._state,
            self._progress,
            self._install,
            self._scores,
            self._model,
            self._rows,
            self._density,
            _rule(),
            self.layers,
            self._found,
            self.findings,
            _rule(),
            role_label("title", "Saliency"),
            self.saliency,
            _rule(),
            self._view,
            self._vois,
            self._voi,
            self.measures,
            self.strip,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(inside)
        self._offered: tuple[str, ...] = ()

    def show_state(self, old: SessionState | None, new: SessionState) -> None:
        """Draw what changed."""
        if old is None or (old.result, old.record, old.analysis, old.queue, old.keys) != (
            new.result,
            new.record,
            new.analysis,
            new.queue,
            new.keys,
        ):
            self._show_analysis(new)
        if old is None or _decides_scores(old) != _decides_scores(new):
            self._scores.show_state(new)
            self._show_findings(new)
        if old is None or (old.ready, old.result, old.model_name) != (
            new.ready,
            new.result,
            new.model_name,
        ):
            self._show_model(new)
        if old is None or _decides_layers(old) != _decides_layers(new):
            self.layers.show_state(new)
            self.saliency.show_state(new)
        self.measures.show_state(old, new)
        self._show_window(new)

    def _show_analysis(self, state: SessionState) -> None:
        self._alarm.setVisible(state.record is not None and bool(state.record.alarm))
        analysis = state.analysis
        progress = analysis.progress
        running = analysis.phase is Phase.RUNNING
        self._progress.setVisible(running)
        if running and progress is not None:
            self._progress.setRange(0, max(progress.total, 1))
            self._progress.setValue(progress.done)
            self._state.setText(f"Running: {progress.message}")
        elif analysis.phase is Phase.QUEUED:
            self._state.setText(turn_words(state))
        elif analysis.reason and analysis.phase is not Phase.STOPPED:
            reason = keyed(analysis.reason, state.keys)
            self._state.setText(f"{analysis.phase.value.capitalize()}: {reason}")
        else:
            self._state.setText(analysis.phase.value.capitalize())

    def _show_model(self, state: SessionState) -> None:
        glam = None if state.result is None else state.result.glam
        none = not state.ready and not state.is_phantom
        by_demo = state.is_phantom if glam is None else glam.provenance.model_id == DEMO.id
        name = (DEMO if by_demo else GLAM).name if glam is None else glam.provenance.model_name
        self._title.setText(f"{name} scores")
        self._install.setVisible(none)  # with weights, the bar above leads to the models
        if glam is not None:
            made = glam.provenance
            note = f"\n{made.note}" if made.note else ""
            self._model.setText(
                f"{made.weights_name} · {made.weights_sha256[:12]}\n"
                f"{made.precision} on {made.device} · scores are not calibrated{note}"
            )
        elif state.is_phantom:
            self._model.setText(f"{DEMO.name}\nbuilt in, for phantoms like this one")
        elif state.ready:
            self._model.setText(f"Ready: {state.model_name}")
        else:
            self._model.setText("No weights yet")

    def _show_findings(self, state: SessionState) -> None:
        self._rows.show_result(state.result, state.model.models)
        self._density.show_density(None if state.result is None else state.result.density)
        found = listed(state)
        self._found.setVisible(bool(found))
        self.findings.show_findings(found)

    def _show_window(self, state: SessionState) -> None:
        image = state.images.get(state.focus)
        self._view.setVisible(image is not None)
        self._vois.setVisible(image is not None)
        self._voi.setVisible(image is not None)
        if image is None:
            return
        self._view.setText(f"Window of {state.focus.label}")
        offered = offered_by(image)
        values = tuple(value for _, value in offered)
        names = tuple(name for name, _ in offered)
        if names != self._offered:
            self._offered = names
            self._vois.clear()
            self._vois.addItems(names)
        voi = state.voi_of(state.focus)
        self._vois.setCurrentIndex(values.index(voi) if voi in values else -1)
        if self._vois.currentIndex() < 0:
            window = voi.window if isinstance(voi, WindowedTable) else voi
            self._vois.setPlaceholderText(window.explanation or "Set by hand")
        self._voi.setText(voi_words(voi))

    def _choose_voi(self, index: int) -> None:
        if 0 <= index < len(self._offered):
            self.voi_chosen.emit(self._offered[index])


def _decides_scores(state: SessionState) -> tuple[object, ...]:
    """All that the table of scores shows; whether marks are there decides about the truth."""
    truth = state.marks_visible and state.overlays.truth
    return state.result, state.record, state.model.models, truth


def _decides_layers(state: SessionState) -> tuple[object, ...]:
    """All that the switches and sliders show."""
    return state.overlays, state.model.models, state.result


def _rule() -> QFrame:
    rule = QFrame()
    rule.setObjectName("rule")
    rule.setFixedHeight(1)
    return rule
