"""Why a cluster has its score: the region, Grad-CAM and Shapley values, and what they are not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.errors import ExportError
from models.microcalcification.explaining import ScoredCluster
from models.progress import Progress
from viewer.export.explanation_picture import MEANING, write_explanation
from viewer.jobs.explain_tasks import Reason
from viewer.widgets.explained_view import ExplainedView
from viewer.widgets.role_label import role_label

_MEANING = (
    f"{MEANING} Grad-CAM marks the parts that speak for a higher score; Shapley values say what "
    "each pixel adds (orange, +) or takes (blue, –). Both explain the network, not the tissue, "
    "and colours are relative to this region: they do not say how sure the network is."
)
_COMPUTING = "Asking the classifier…"


class WhyWindow(QDialog):
    """Stays beside the window while reading goes on.

    `cluster_wanted` fires with a `ScoredCluster`, `taken` with where a picture went: `file` or
    `clipboard`.
    """

    cluster_wanted = Signal(object)
    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Why this score")
        self.setModal(False)
        self.resize(1180, 660)
        self._reason: Reason | None = None
        self.clusters = QComboBox()
        self.clusters.setAccessibleName("Cluster")
        self.clusters.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.clusters.activated.connect(self._want)
        self._exam = role_label("title")
        self._state = role_label("")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)
        self.view = ExplainedView()
        self._made = role_label("muted")
        self.copy = QPushButton("Copy picture")
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        self.save = QPushButton("Save picture…")
        self.save.setAutoDefault(False)
        self.save.clicked.connect(self._save)
        self._assemble()
        self.wait("", "")

    def _assemble(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.clusters)
        head.addWidget(self._exam, 1)
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._made, 1)
        for button in (self.copy, self.save, close):
            foot.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(role_label("", _MEANING))
        column.addWidget(self._state)
        column.addWidget(self._progress)
        column.addWidget(self.view, 1)
        column.addLayout(foot)

    @property
    def chosen(self) -> ScoredCluster | None:
        """The cluster that is asked for."""
        found = self.clusters.currentData()
        return found if isinstance(found, ScoredCluster) else None

    @property
    def exam(self) -> str:
        """Whose cluster it is."""
        return self._exam.text()

    @property
    def said(self) -> str:
        """Why there is no picture yet, or at all."""
        return self._state.text()

    def wait(self, exam: str, words: str) -> None:
        """Show no cluster, but why there is none.

        Parameters
        ----------
        exam : whose clusters they would be.
        """
        self._exam.setText(exam)
        self.clusters.clear()
        self.clusters.hide()
        self._say(words)

    def offer(self, exam: str, clusters: Sequence[ScoredCluster], wanted: ScoredCluster) -> None:
        """Offer clusters, and ask for one of them."""
        self._exam.setText(exam)
        self.clusters.clear()
        self.clusters.show()
        for each in clusters:
            words = f"{each.label}   {each.view.label}   score {each.score:.2f}"
            self.clusters.addItem(words, each)
        self.clusters.setCurrentIndex(list(clusters).index(wanted))
        self._want()

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        self._progress.setRange(0, max(progress.total, 1))
        self._progress.setValue(progress.done)
        self._state.setText(f"{progress.message}: {progress.done} of {progress.total}")

    def show_reason(self, reason: Reason) -> None:
        """Draw the answer, if it is that of the chosen cluster."""
        if reason.wanted.cluster != self.chosen:
            return
        self._say("")
        self._reason = reason
        result = reason.wanted.result.microcalcification
        made = None if result is None else result.classifier
        if made is not None:
            self._made.setText(
                f"{made.model_name}, {made.weights_name} {made.weights_sha256[:12]}\n"
                "score not calibrated"
            )
        self.view.show_explanation(reason.shown)
        self._show_buttons()

    def fail(self, words: str) -> None:
        """Say why there is no answer."""
        self._say(words)

    def _want(self) -> None:
        if self.chosen is not None:
            self._say(_COMPUTING)
            self._progress.setRange(0, 0)
            self._progress.show()
            self.cluster_wanted.emit(self.chosen)

    def _say(self, words: str) -> None:
        """These words and no picture: that of another cluster must not stand under them."""
        self._reason = None
        self._state.setText(words)
        self._state.setVisible(bool(words))
        self._progress.hide()
        self._made.setText("")
        self.view.show_explanation(None)
        self._show_buttons()

    def _show_buttons(self) -> None:
        for button in (self.copy, self.save):
            button.setEnabled(self._reason is not None)

    def _copy(self) -> None:
        if self._reason is None:
            return
        picture = self._reason.picture
        rows, columns, _ = picture.shape
        image = QImage(
            picture.data, columns, rows, picture.strides[0], QImage.Format.Format_RGB888
        )
        QGuiApplication.clipboard().setImage(image.copy())  # the pixels are not the clipboard's
        self.taken.emit("clipboard")

    def _save(self) -> None:
        if self._reason is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        chooser = QFileDialog(self, "Save picture", folder, "PNG (*.png)")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("png")  # before Qt asks whether to overwrite
        chooser.selectFile(self._reason.file_name)
        if chooser.exec():
            self.save_to(Path(chooser.selectedFiles()[0]))

    def save_to(self, path: Path) -> None:
        """Write the picture; where that fails, say why."""
        if self._reason is None:
            return
        try:
            write_explanation(path, self._reason.picture)
        except ExportError as error:
            self._state.setText(str(error))
            self._state.show()
            return
        self._state.setText(f"{path} is written.")
        self._state.show()
        self.taken.emit("file")
