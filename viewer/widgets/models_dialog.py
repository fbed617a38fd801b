"""The models: which are used, whose they are, where their weights come from, how they compute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from models.catalog import CARDS, ModelCard, Role, demo_for
from models.glam.room import MOST_PATCHES
from models.progress import Progress
from models.rooms import own_models
from models.store.shelf import Holding
from viewer.jobs.weights_tasks import Shelf
from viewer.session.model_choice import ModelChoice
from viewer.session.session import Session
from viewer.session.state import SessionState
from viewer.session.weights_desk import WeightsDesk
from viewer.widgets.model_page import ModelPage
from viewer.widgets.own_model_page import OwnModelPage

DEVICES = ("auto", "cpu", "cuda:0", "mps")
PRECISIONS = ("auto", "fp32", "bf16", "fp16")
FILES = "Weights (*.ckpt *.p *.pt *.pth *.h5 *.hdf5 *.index *.safetensors);;All files (*)"


class ModelsDialog(QDialog):
    """A list of models, and the page of the chosen one; what is chosen holds at once."""

    def __init__(self, session: Session, desk: WeightsDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Models")
        self.resize(980, 700)
        self._session = session
        self._desk = desk
        self._shelf = desk.shelf
        self._list = QListWidget()
        self._list.setFixedWidth(220)
        self._list.setAccessibleName("Models")
        self._pages = QStackedWidget()
        for card in CARDS.values():
            self._list.addItem(card.name)
            self._pages.addWidget(_scrolled(self._page(card)))
        for own in own_models():
            page = OwnModelPage(own)
            page.use_chosen.connect(self._use)
            self._list.addItem(own.id)
            self._pages.addWidget(_scrolled(page))
        self._list.currentRowChanged.connect(self._pages.setCurrentIndex)
        middle = QHBoxLayout()
        middle.addWidget(self._list)
        middle.addWidget(self._pages, 1)
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)
        self._stop = QPushButton("Stop")
        self._stop.clicked.connect(desk.stop)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self._words, 1)
        foot.addWidget(self._stop)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(middle, 1)
        column.addLayout(self._computing())
        column.addWidget(self._progress)
        column.addLayout(foot)
        desk.changed.connect(self._show_shelf)
        desk.progressed.connect(self._show_progress)
        desk.ended.connect(self._show_end)
        session.changed.connect(self._on_changed)
        self._list.setCurrentRow(0)
        if desk.busy:  # with what an earlier dialog began, and that goes on
            self._progress.setRange(0, 0)
            self._show()
        else:
            self._look()

    @property
    def pages(self) -> dict[str, ModelPage]:
        """By model."""
        found = self._pages.findChildren(ModelPage)
        return {page.card.id: page for page in found}

    def _page(self, card: ModelCard) -> ModelPage:
        page = ModelPage(card, demo_for(card.id))
        page.agreed.connect(self._doing(self._desk.agree))
        page.fetch_wanted.connect(self._doing(self._desk.fetch))
        page.check_wanted.connect(self._doing(self._desk.check))
        page.removal_wanted.connect(self._remove)
        page.import_wanted.connect(self._import)
        page.use_chosen.connect(self._use)
        page.other_wanted.connect(self._try_out)
        page.other_left.connect(self._leave_other)
        return page

    def _computing(self) -> QFormLayout:
        choice = self._session.state.model
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._device = _combo(DEVICES, choice.device)
        self._precision = _combo(PRECISIONS, choice.precision)
        counts = tuple(str(count) for count in range(1, MOST_PATCHES + 1))
        self._patches = _combo(counts, str(choice.patches))
        self._patches.setToolTip("Patches that GLAM studies per view; 1 as released")
        for words, combo in (
            ("Device", self._device),
            ("Precision", self._precision),
            ("GLAM's patches", self._patches),
        ):
            label = QLabel(words)
            label.setBuddy(combo)
            row.addWidget(label)
            row.addWidget(combo)
            combo.textActivated.connect(self._compute)
        row.addStretch(1)
        form.addRow("Computing", row)
        return form

    # From the session and the desk to the pages

    def _on_changed(self, old: SessionState, new: SessionState) -> None:
        if old.model != new.model:
            self._show()

    def _show_shelf(self, shelf: Shelf) -> None:
        self._shelf = shelf
        if shelf.tried is not None:
            key, path = shelf.tried
            self._choose(lambda choice: choice.with_file(key, path))
        self._say(shelf.words, fault=False)
        self._show()

    def _show_progress(self, progress: Progress) -> None:
        self._progress.setRange(0, max(progress.total, 1))
        self._progress.setValue(progress.done)
        self._say(progress.message, fault=False)

    def _show_end(self, reason: str) -> None:
        self._say(reason or "Stopped; what has arrived is kept.", fault=bool(reason))
        self._show()

    def _show(self) -> None:
        choice, idle = self._session.state.model, not self._desk.busy
        self._progress.setVisible(not idle)
        self._stop.setVisible(not idle)
        for model, page in self.pages.items():
            held = {each.role.id: each for each in self._shelf.holdings if each.card.id == model}
            page.show_holdings(held, choice.files, idle=idle, used=model in choice.models)
        for own in self._pages.findChildren(OwnModelPage):
            own.show_used(used=own.model.id in choice.models)

    def _say(self, words: str, *, fault: bool) -> None:
        self._words.setProperty("role", "fault" if fault else "")
        self._words.style().polish(self._words)
        self._words.setText(words)

    # What the reader wants

    def _doing(self, what: Callable[..., None]) -> Callable[..., None]:
        def do(*args: object) -> None:
            self._progress.setRange(0, 0)
            what(*args)
            self._show()

        return do

    def _look(self) -> None:
        self._doing(self._desk.look)()

    def _import(self, card: ModelCard, role: Role) -> None:
        name, _ = QFileDialog.getOpenFileName(self, f"Weights of {card.name}", "", FILES)
        if name:
            self._doing(self._desk.take_over)(Path(name), card, role.id)

    def _try_out(self, card: ModelCard, role: Role) -> None:
        name, _ = QFileDialog.getOpenFileName(self, f"Weights of {card.name}", "", FILES)
        if name:
            self._doing(self._desk.try_out)(Path(name), card, role.id)

    def _leave_other(self, card: ModelCard, role: Role) -> None:
        self._choose(lambda choice: choice.with_file(card.key(role.id), None))

    def _remove(self, holding: Holding) -> None:
        question = f"Delete {holding.path} from the folder of weights?"
        if QMessageBox.question(self, "Models", question) is QMessageBox.StandardButton.Yes:
            self._doing(self._desk.throw_away)(holding)

    def _use(self, model: str, used: bool) -> None:
        self._choose(lambda choice: choice.with_model(model, used=used))

    def _compute(self) -> None:
        self._choose(
            lambda choice: replace(
                choice,
                patches=int(self._patches.currentText()),
                device=self._device.currentText(),
                precision=self._precision.currentText(),
            )
        )

    def _choose(self, change: Callable[[ModelChoice], ModelChoice]) -> None:
        self._session.apply(lambda state: replace(state, model=change(state.model)))


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName("panel")
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area


def _combo(words: tuple[str, ...], current: str) -> QComboBox:
    combo = QComboBox()
    combo.addItems(words)
    combo.setCurrentText(current)
    return combo
