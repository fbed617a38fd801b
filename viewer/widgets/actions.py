"""The table of everything a reader can do: words, keys and icons in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import qtawesome
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from viewer.display.colours import ACCENT, TEXT
from viewer.display.protocols import own


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action: `checkable` ones show a state; `icon` is a qtawesome name or empty."""

    name: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False
    group: str = ""
    hint: str = ""


ACTIONS = (
    ActionSpec("open_files", "Open files…", ("Ctrl+O",), "mdi6.file-image-outline", group="File"),
    ActionSpec(
        "open_folder", "Open folder…", ("Ctrl+Shift+O",), "mdi6.folder-open-outline", group="File"
    ),
    ActionSpec("export_page", "Export page…", ("Ctrl+E",), "mdi6.image-move", group="File"),
    ActionSpec("quit", "Quit", ("Ctrl+Q",), group="File"),
    ActionSpec(
        "previous_exam", "Previous exam", ("Left", "PgUp"), "mdi6.chevron-left", group="Exam"
    ),
    ActionSpec("next_exam", "Next exam", ("Right", "PgDown"), "mdi6.chevron-right", group="Exam"),
    ActionSpec(
        "next_stage",
        "Next stage",
        ("Space",),
        "mdi6.skip-next-outline",
        group="Stages",
        hint="pairs, then every view at 1:1 tile by tile, then overlays, then the next exam",
    ),
    ActionSpec(
        "previous_stage",
        "Previous stage",
        ("Backspace",),
        "mdi6.skip-previous-outline",
        group="Stages",
    ),
    ActionSpec(
        "missed",
        "Tissue not seen at 1:1",
        ("U",),
        "mdi6.map-search-outline",
        group="Stages",
        hint="goes where most of it is",
    ),
    ActionSpec(
        "coverage_map",
        "Coverage map",
        ("Shift+U",),
        "mdi6.map-outline",
        True,
        "Stages",
        hint="tints tissue that was never on the screen at 1:1 or larger",
    ),
    ActionSpec("worklist", "List of exams", ("E",), "mdi6.dock-left", True, "Exam"),
    ActionSpec("layout_2x2", "All four views", ("1",), "mdi6.view-grid-outline", True, "Layout"),
    ActionSpec("layout_1x4", "Four in a row", ("2",), "mdi6.view-column-outline", True, "Layout"),
    ActionSpec("layout_cc", "CC pair", ("3",), "mdi6.alpha-c-box-outline", True, "Layout"),
    ActionSpec("layout_mlo", "MLO pair", ("4",), "mdi6.alpha-m-box-outline", True, "Layout"),
    ActionSpec("layout_right", "Right breast", ("5",), "mdi6.alpha-r-box-outline", True, "Layout"),
    ActionSpec("layout_left", "Left breast", ("6",), "mdi6.alpha-l-box-outline", True, "Layout"),
    ActionSpec("layout_2x4", "Current over prior", ("8",), "mdi6.clock-outline", True, "Layout"),
    ActionSpec("layout_cc-prior", "CC over prior", ("9",), "", True, "Layout"),
    ActionSpec("layout_mlo-prior", "MLO over prior", ("0",), "", True, "Layout"),
    ActionSpec(
        "enlarge", "One view and back", ("7", "Return"), "mdi6.square-outline", True, "Layout"
    ),
    ActionSpec(
        "back",
        "Back",
        ("Escape",),
        group="Layout",
        hint="from images alone, else stop what runs, else from one view",
    ),
    ActionSpec(
        "tray",
        "Images set aside…",
        ("O",),
        "mdi6.tray-full",
        group="Exam",
        hint="spot, magnified, partial and second views, and whatever else must not hang",
    ),
    ActionSpec("undo", "Undo", ("Ctrl+Z",), "mdi6.undo", group="By hand"),
    ActionSpec("redo", "Redo", ("Ctrl+Shift+Z",), "mdi6.redo", group="By hand"),
    ActionSpec("mirror", "Mirror", ("Ctrl+H",), group="By hand", hint="left and right exchanged"),
    ActionSpec("upside_down", "Upside down", ("Ctrl+J",), group="By hand"),
    ActionSpec("turn", "Turn by 90°", ("Ctrl+R",), group="By hand"),
    ActionSpec(
        "fit",
        "Fit",
        ("F",),
        "mdi6.fit-to-page-outline",
        group="Look",
        hint="every image whole, as large as its pane takes",
    ),
    ActionSpec(
        "fit_breast",
        "Fit breast",
        ("J",),
        "",
        True,
        "Look",
        hint="without the air beside it, wherever images are fitted; again for whole images",
    ),
    ActionSpec(
        "same_size",
        "Same size",
        ("S",),
        "mdi6.equal-box",
        True,
        "Look",
        hint="equal millimetres in all panes: those of a pane zoomed before, else all whole",
    ),
    ActionSpec(
        "true_size",
        "Life size",
        ("Z",),
        "mdi6.ruler",
        True,
        "Look",
        hint="a millimetre is a millimetre on a screen that was measured",
    ),
    ActionSpec(
        "actual",
        "Actual pixels 1:1",
        ("X",),
        "mdi6.numeric-1-box-multiple-outline",
        group="Look",
        hint="one stored pixel on one screen pixel, at the cursor",
    ),
    ActionSpec("zoom_in", "Zoom in", ("+", "="), group="Look"),
    ActionSpec("zoom_out", "Zoom out", ("-",), group="Look"),
    ActionSpec("invert", "Invert", ("I",), "mdi6.invert-colors", True, "Look"),
    ActionSpec(
        "reset",
        "Reset",
        ("R",),
        "mdi6.restore",
        group="Look",
        hint="window, polarity, zoom and place as the file has them",
    ),
    ActionSpec(
        "linked",
        "Window all views together",
        ("W",),
        "mdi6.link-variant",
        True,
        "Look",
        hint="hold Shift while dragging for the other way",
    ),
    ActionSpec(
        "coupled",
        "Zoom and pan all views together",
        ("C",),
        "mdi6.vector-link",
        True,
        "Look",
        hint="mirrored between the breasts; hold Shift for the other way",
    ),
    ActionSpec(
        "magnifier",
        "Magnifier",
        ("G",),
        "mdi6.magnify",
        True,
        "Look",
        hint="at the cursor; hold for a moment's look",
    ),
    ActionSpec("magnifier_scale", "Magnifier 2:1", ("Shift+G",), "", True, "Look"),
    ActionSpec("magnifier_negative", "Magnifier inverted", ("Ctrl+G",), "", True, "Look"),
    ActionSpec(
        "voi_next",
        "Next window or table",
        ("V",),
        group="Grey scale",
        hint="those that the file brings, by their names",
    ),
    ActionSpec("voi_previous", "Previous window or table", ("Shift+V",), group="Grey scale"),
    ActionSpec("preset_1", "Calcifications", ("F5",), group="Grey scale", hint="narrow and high"),
    ActionSpec("preset_2", "Masses", ("F6",), group="Grey scale"),
    ActionSpec("preset_3", "Skin line", ("F7",), group="Grey scale"),
    ActionSpec("voi_start", "The modality's own window", ("F8",), group="Grey scale"),
    ActionSpec("own_preset_1", "Own preset 1", ("Shift+F5",), group="Grey scale"),
    ActionSpec("own_preset_2", "Own preset 2", ("Shift+F6",), group="Grey scale"),
    ActionSpec("own_preset_3", "Own preset 3", ("Shift+F7",), group="Grey scale"),
    ActionSpec("keep_preset", "Keep window as preset…", ("Shift+F8",), group="Grey scale"),
    ActionSpec(
        "clahe",
        "Local contrast (CLAHE)",
        ("Shift+C",),
        "",
        True,
        "Grey scale",
        hint="not the vendor's look",
    ),
    ActionSpec(
        "sharpen", "Sharpen", ("Shift+S",), "", True, "Grey scale", hint="not the vendor's look"
    ),
    ActionSpec(
        "gamma_up",
        "Lighter gamma",
        ("Shift+Up",),
        group="Grey scale",
        hint="not the vendor's look",
    ),
    ActionSpec(
        "gamma_down",
        "Darker gamma",
        ("Shift+Down",),
        group="Grey scale",
        hint="not the vendor's look",
    ),
    ActionSpec(
        "detail",
        "Words on images",
        ("D",),
        "mdi6.format-text",
        group="Look",
        hint="none, short and full in turn",
    ),
    ActionSpec("tool_window", "Window/level tool", ("Q",), "mdi6.contrast-circle", True, "Look"),
    ActionSpec(
        "mark_nipple",
        "Nipple here",
        ("K",),
        group="Look",
        hint="at the cursor; then distances from it and from the chest wall are told",
    ),
    ActionSpec(
        "suggest_nipples",
        "Suggest nipples",
        ("Shift+K",),
        group="Look",
        hint="guesses from the outline, to be dragged or accepted",
    ),
    ActionSpec("tool_pan", "Pan tool", ("H",), "mdi6.hand-back-right-outline", True, "Look"),
    ActionSpec(
        "marks",
        "Show marks",
        ("M",),
        "mdi6.eye-outline",
        True,
        "Marks",
        hint="hold to peek",
    ),
    ActionSpec("overlay_malignant", "Malignant saliency", ("N",), "", True, "Marks"),
    ActionSpec("overlay_benign", "Benign saliency", ("B",), "", True, "Marks"),
    ActionSpec("overlay_patches", "Selected patches", ("P",), "", True, "Marks"),
    ActionSpec("overlay_truth", "Ground truth", ("T",), "", True, "Marks"),
    ActionSpec(
        "tool_length",
        "Measure a length",
        ("L",),
        "mdi6.ruler",
        True,
        "Measure",
        hint="in mm at the object or the detector, as the file allows; again puts it away",
    ),
    ActionSpec(
        "tool_angle", "Measure an angle", ("Shift+A",), "mdi6.angle-acute", True, "Measure"
    ),
    ActionSpec("tool_box", "Box", ("Shift+B",), "mdi6.rectangle-outline", True, "Measure"),
    ActionSpec("tool_ellipse", "Ellipse", ("Shift+E",), "mdi6.ellipse-outline", True, "Measure"),
    ActionSpec(
        "tool_polygon",
        "Polygon",
        ("Shift+P",),
        "mdi6.vector-polygon",
        True,
        "Measure",
        hint="a double click or Enter closes it",
    ),
    ActionSpec("tool_freehand", "Freehand", ("Shift+F",), "mdi6.lasso", True, "Measure"),
    ActionSpec("tool_arrow", "Arrow", ("Shift+R",), "mdi6.arrow-top-right", True, "Measure"),
    ActionSpec("tool_text", "Text", ("Shift+T",), "mdi6.format-text-variant", True, "Measure"),
    ActionSpec("measurements", "Show measurements", ("Shift+M",), "", True, "Measure"),
    ActionSpec(
        "word_measurement", "Words of the measurement…", ("Shift+Return", "F2"), group="Measure"
    ),
    ActionSpec(
        "delete_measurement",
        "Delete the measurement",
        ("Delete",),
        group="Measure",
        hint="the selected one",
    ),
    ActionSpec("analyse", "Analyse", ("A",), "mdi6.play-outline", group="Models"),
    ActionSpec("stop", "Stop", (), "mdi6.stop", group="Models", hint="Esc stops too"),
    ActionSpec("models", "Models…", ("Ctrl+M",), "mdi6.cube-outline", group="Models"),
    ActionSpec("panels", "Panels", ("Tab",), "mdi6.dock-right", True, "Window"),
    ActionSpec("full_screen", "Full screen", ("F11",), "mdi6.fullscreen", True, "Window"),
    ActionSpec("measure_screen", "Measure this screen…", (), "mdi6.tape-measure", group="Window"),
    ActionSpec(
        "spread",
        "Screens",
        ("Shift+F12",),
        "",
        True,
        "Window",
        hint="one breast per screen, one view per screen, and back",
    ),
    ActionSpec(
        "reading_mode",
        "Images alone",
        ("F12",),
        "mdi6.arrow-expand-all",
        True,
        "Window",
        hint="nothing but images on black; Esc comes back",
    ),
    ActionSpec("problems", "Problems", ("Ctrl+P",), "mdi6.alert-outline", group="Window"),
    ActionSpec(
        "test_pattern",
        "Test pattern",
        ("Ctrl+T",),
        "mdi6.monitor-screenshot",
        group="Help",
        hint="what this monitor shows, and how",
    ),
    ActionSpec("keys", "Keys", ("F1",), "mdi6.keyboard-outline", group="Help"),
    ActionSpec("about", "About Fourview", (), "mdi6.information-outline", group="Help"),
)


def icon_for(spec: ActionSpec) -> object:
    """The action's icon in the colours of the theme."""
    return qtawesome.icon(
        spec.icon, color=TEXT, color_disabled="#4A4F57", color_on=ACCENT, color_active="#FFFFFF"
    )


def tooltip(spec: ActionSpec) -> str:
    """Words and keys: `Fit (F)`."""
    keys = ", ".join(QKeySequence(key).toString() for key in spec.keys)
    words = f"{spec.text.rstrip('…')} ({keys})" if keys else spec.text.rstrip("…")
    return f"{words}\n{spec.hint}" if spec.hint else words


def specs() -> tuple[ActionSpec, ...]:
    """The table, and the layouts of the user's own hanging protocols."""
    layouts = (
        ActionSpec(
            f"layout_{layout.name}",
            layout.title,
            (layout.key,) if layout.key else (),
            checkable=True,
            group="Layout",
        )
        for layout in own().layouts
    )
    return (*ACTIONS, *layouts)


def make_actions(owner: QWidget, handlers: Mapping[str, Callable[[], None]]) -> dict[str, QAction]:
    """One QAction for each of `specs()`, calling the handler of its name.

    Raises KeyError when a row has no handler: every action does something.
    """
    actions = {}
    for spec in specs():
        action = QAction(spec.text, owner)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setToolTip(tooltip(spec))
        if spec.icon:
            action.setIcon(icon_for(spec))  # type: ignore[arg-type]
        action.triggered.connect(_plain(handlers[spec.name]))
        owner.addAction(action)
        actions[spec.name] = action
    return actions


def _plain(handler: Callable[[], None]) -> Callable[[bool], None]:
    """Drop the `checked` argument: handlers read the session instead of the button."""

    def triggered(_checked: bool = False) -> None:
        handler()

    return triggered
