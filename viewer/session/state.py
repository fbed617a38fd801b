"""The state of a session: one frozen value; `transitions` leads from one to the next.

Nothing here knows of windows or files being read; `controller` starts work, widgets draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from models.catalog import DEMO, name_of_model
from models.errors import Problem
from models.exam import R_CC, Exam, View
from models.progress import Progress
from models.results import ExamResult
from viewer.display.annotations import NO_ANNOTATIONS, Annotations, Detail
from viewer.display.camera import FITTED, Camera
from viewer.display.departures import VENDOR_LOOK, Departures
from viewer.display.gray import ContrastKey
from viewer.display.hanging import layout_named
from viewer.display.layout import Layout
from viewer.display.overlay import Overlays
from viewer.display.pane_key import AsideView
from viewer.display.presets import Preset
from viewer.display.pyramid import ImagePyramid
from viewer.display.shown import ShownImage, ShownMarks
from viewer.display.size import Sizing
from viewer.display.voi import Voi
from viewer.exam_io.priors import prior_of, refused_priors
from viewer.exam_io.records import ExamRecord
from viewer.session.by_hand import NOTHING, ByHand
from viewer.session.history import History
from viewer.session.measuring import AT_REST, Measuring
from viewer.session.model_choice import ModelChoice
from viewer.session.navigation import Navigation
from viewer.session.put_away import PutAway
from viewer.session.spread import Spread
from viewer.session.staged import Staged
from viewer.session.trust import Trust


class Tool(Enum):
    """What dragging with the left button does."""

    WINDOW = "window"
    PAN = "pan"
    LENGTH = "length"
    ANGLE = "angle"
    BOX = "box"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"
    FREEHAND = "freehand"
    ARROW = "arrow"
    TEXT = "text"


class Phase(Enum):
    """How far the analysis of an exam has come; `not run` is never shown as a number."""

    NOT_RUN = "not run"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How the reader looks at one exam; kept while other exams are read."""

    vois: Mapping[View, Voi] = field(default_factory=lambda: MappingProxyType({}))
    cameras: Mapping[View, Camera] = field(default_factory=lambda: MappingProxyType({}))
    inverted: bool = False
    departures: Departures = VENDOR_LOOK
    sizing: Sizing = Sizing.SAME


@dataclass(frozen=True, slots=True)
class Analysis:
    """Where the analysis of one exam stands."""

    phase: Phase = Phase.NOT_RUN
    progress: Progress | None = None
    reason: str = ""


NOT_RUN = Analysis()
UNTOUCHED = History(NOTHING)


@dataclass(frozen=True, slots=True, eq=False)
class SessionState:
    """Everything the window shows.

    Attributes
    ----------
    opened : the files and folders that were opened.
    records : the exams found there; index : the one on the screen, or None.
    images : what panes can show: the views that are ready, by hand where the reader placed them,
        those of the prior, and images of the tray that were asked for.
    read : the exam's own images under the keys that their files give them; loading : more are
        coming; read_exam : all of it, then; exam : the same as the reader placed its images.
    reading_prior : images of the prior are coming.
    problems : of the opened paths and of this exam's files; own_problems : of the user's folder.
    works : by exam id, what the reader made of an exam, to be undone and redone.
    results, marks, analyses : by exam id.
    away : by exam id, results that are on disk alone; recalling : the exam, by its id, whose
        results are being read back, or an empty string.
    queue : ids of the exams that wait to be analysed, in the order they were asked for.
    layout : name in `LAYOUTS`; before_single : the layout that double click returns to.
    worklist_visible : the list of exams stays beside the images; reading : nothing but images
        is shown; spread : over how many screens.
    navigation : what panes share, and what follows the cursor.
    focus : the view that single-pane commands speak of, and that the single layout shows.
    presets : the user's own; contrasts : the images after CLAHE, as far as they are computed.
    measuring : what is being drawn, and which measurement is selected.
    model : which models run, and how; ready : those of them whose weights are there for real
        exams.
    screens : by `screen_key`, millimetres that a device pixel of a measured screen is wide.
    trust : when what models say, and the truth, is seen.
    keys : what is pressed for each action, by its name, as sentences say it.
    staged : how far exams were read by stages, and what of them was seen at full size.
    """

    opened: tuple[Path, ...] = ()
    records: tuple[ExamRecord, ...] = ()
    index: int | None = None
    images: Mapping[View, ShownImage] = field(default_factory=lambda: MappingProxyType({}))
    read: Mapping[View, ShownImage] = field(default_factory=lambda: MappingProxyType({}))
    exam: Exam | None = None
    read_exam: Exam | None = None
    loading: bool = False
    reading_prior: bool = False
    scan_problems: tuple[Problem, ...] = ()
    exam_problems: tuple[Problem, ...] = ()
    own_problems: tuple[Problem, ...] = ()
    prior_problems: tuple[Problem, ...] = ()
    works: Mapping[str, History[ByHand]] = field(default_factory=lambda: MappingProxyType({}))
    results: Mapping[str, ExamResult] = field(default_factory=lambda: MappingProxyType({}))
    marks: Mapping[str, Mapping[View, ShownMarks]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    analyses: Mapping[str, Analysis] = field(default_factory=lambda: MappingProxyType({}))
    queue: tuple[str, ...] = ()
    away: Mapping[str, PutAway] = field(default_factory=lambda: MappingProxyType({}))
    recalling: str = ""
    looks: Mapping[str, Look] = field(default_factory=lambda: MappingProxyType({}))
    layout: str = "2x2"
    before_single: str = "2x2"
    focus: View = R_CC
    overlays: Overlays = field(default_factory=Overlays)
    marks_visible: bool = True
    linked: bool = True
    navigation: Navigation = field(default_factory=Navigation)
    tool: Tool = Tool.WINDOW
    measuring: Measuring = AT_REST
    panels_visible: bool = True
    worklist_visible: bool = False
    annotations: Annotations = NO_ANNOTATIONS
    detail: Detail = Detail.SHORT
    reading: bool = False
    spread: Spread = Spread.ONE
    model: ModelChoice = field(default_factory=ModelChoice)
    ready: tuple[str, ...] = ()
    presets: tuple[Preset, ...] = ()
    contrasts: Mapping[ContrastKey, ImagePyramid] = field(
        default_factory=lambda: MappingProxyType({})
    )
    screens: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    staged: Staged = field(default_factory=Staged)
    trust: Trust = field(default_factory=Trust)
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    message: str = ""

    def __post_init__(self) -> None:
        """There is no state in which the truth is drawn before a first read that is to be locked,
        whichever step would lead to it."""
        if self.overlays.truth and self.trust.withholds(self.exam_key):
            object.__setattr__(self, "overlays", replace(self.overlays, truth=False))

    @property
    def record(self) -> ExamRecord | None:
        """The exam on the screen."""
        return None if self.index is None else self.records[self.index]

    @property
    def exam_key(self) -> str:
        """Its id, or an empty string."""
        return "" if self.record is None else self.record.exam_id

    @property
    def panes(self) -> Layout:
        """The layout in force."""
        return layout_named(self.layout, self.focus)

    @property
    def look(self) -> Look:
        """How the reader looks at it."""
        return self.looks.get(self.exam_key, Look())

    @property
    def prior(self) -> ExamRecord | None:
        """The exam that hangs as its prior."""
        return None if self.record is None else prior_of(self.record, self.records)

    @property
    def work(self) -> History[ByHand]:
        """What the reader made of it."""
        return self.works.get(self.exam_key, UNTOUCHED)

    @property
    def analysis(self) -> Analysis:
        """Where its analysis stands."""
        return self.analyses.get(self.exam_key, NOT_RUN)

    @property
    def aside_to_read(self) -> tuple[int, ...]:
        """Numbers of the images of the tray that were given a view and are not read yet."""
        size = 0 if self.record is None else len(self.record.set_aside)
        return tuple(
            key.number
            for key in self.work.now.placed
            if isinstance(key, AsideView) and key not in self.read and key.number < size
        )

    @property
    def result(self) -> ExamResult | None:
        """What the models said of it; nothing while an image of the tray that it speaks of is
        still being read, as another one hangs in its place until then."""
        return None if self.aside_to_read else self.results.get(self.exam_key)

    @property
    def marks_here(self) -> Mapping[View, ShownMarks]:
        """What of that is drawn, by view."""
        found = None if self.aside_to_read else self.marks.get(self.exam_key)
        return MappingProxyType({}) if found is None else found

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything opened that could not be done, the exam on the screen first."""
        record = self.record
        if record is None:
            return (*self.scan_problems, *self.own_problems)
        own = (*record.problems, *self.exam_problems) if self.exam is None else self.exam.problems
        others = [each for each in self.records if each is not record]
        return (
            *own,
            *(() if self.result is None else self.result.problems),
            *self.prior_problems,
            *refused_priors(record, self.records),
            *_aside(record),
            *(problem for each in others for problem in (*each.problems, *_aside(each))),
            *self.scan_problems,
            *self.own_problems,
        )

    @property
    def is_phantom(self) -> bool:
        """Whether it is a phantom, which needs no weights but those that come with Fourview."""
        if self.exam is not None:
            return self.exam.is_phantom
        return self.record is not None and self.record.is_phantom

    @property
    def model_name(self) -> str:
        """What reads it, as a reader knows it."""
        return self.model_name_for(is_phantom=self.is_phantom)

    def model_name_for(self, *, is_phantom: bool) -> str:
        """What reads an exam, as a reader knows it."""
        if is_phantom:
            return DEMO.name
        return ", ".join(name_of_model(model) for model in self.ready)

    def voi_of(self, view: View) -> Voi:
        """The window or table in force for a view that is ready."""
        return self.look.vois.get(view, self.images[view].voi)

    def camera_of(self, view: View) -> Camera:
        """Where the pane of a view looks."""
        return self.look.cameras.get(view, FITTED)


def _aside(record: ExamRecord) -> tuple[Problem, ...]:
    return tuple(image.as_problem() for image in record.set_aside)
