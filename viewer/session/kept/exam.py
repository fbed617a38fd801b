"""One exam as a reader left it, as a JSON document: looks, what was done by hand, stages."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from models.exam import View
from models.geometry import Orientation
from models.grayscale import VoiWindow
from viewer.display.camera import Camera
from viewer.display.coverage import Coverage
from viewer.display.pane_key import is_current, key_from_name
from viewer.display.size import Sizing
from viewer.display.viewport import LARGEST_SCALE, SMALLEST_SCALE
from viewer.display.voi import Voi, WindowedTable
from viewer.exam_io.records import ExamRecord
from viewer.export.fields import (
    by_view,
    departures_at,
    flag_at,
    nipple_at,
    number_at,
    object_at,
    placed_at,
    placed_document,
    text_at,
    window_at,
    window_document,
)
from viewer.session.by_hand import ByHand
from viewer.session.history import History
from viewer.session.mappings import with_item
from viewer.session.staged import ImageKey, Place
from viewer.session.state import Look, SessionState

_FAR_PX = 1e6
_MOST_CELLS = 1 << 22

Tables = Mapping[View, tuple[int, VoiWindow | None]]
"""Tables of images, by their place in the image's own list, and the windows over them."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptExam:
    """What comes back of one exam.

    Attributes
    ----------
    files : what tells that it is the same exam: `files_digest` of its record.
    look : with the windows that need no image to be known; tables : the others.
    models : ids of those that it had results of.
    locked : when its first read was locked, or None.
    begun : its first read began while it was to be locked.
    """

    files: str
    look: Look
    tables: Tables
    by_hand: ByHand
    place: Place | None
    coverage: Mapping[ImageKey, Coverage]
    models: tuple[str, ...]
    locked: datetime | None
    begun: bool


def files_digest(record: ExamRecord) -> str:
    """Tells an exam and its files, unchanged since, from any other."""
    lines = [record.exam_id]
    for image in (*record.images, *record.set_aside):
        lines.append(str(image.path))
        try:
            status = image.path.stat()
            lines.append(f"{status.st_size} {status.st_mtime_ns}")
        except OSError:
            lines.append("gone")
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def exam_document(state: SessionState, files: str) -> dict[str, object]:
    """The exam on the screen, ready for JSON."""
    look, by_hand, key = state.look, state.work.now, state.exam_key
    place = state.staged.places.get(key)
    held = state.trust.held.get(key)
    result = state.results.get(key) if held is None else held[0]
    away = state.away.get(key)
    had = () if away is None else tuple(away.made)
    locked = state.trust.locked.get(key)
    return {
        "files": files,
        "inverted": look.inverted,
        "departures": asdict(look.departures),
        "sizing": look.sizing.value,
        "cameras": {view.name: list(astuple(each)) for view, each in look.cameras.items()},
        "windows": {
            view.name: window_document(voi, state.images[view].mammogram.grayscale.luts)
            for view, voi in look.vois.items()
            if isinstance(voi, VoiWindow) or view in state.images
        },
        "placed": {each.name: placed_document(it) for each, it in by_hand.placed.items()},
        "nipples": {image: asdict(nipple) for image, nipple in by_hand.nipples.items()},
        "place": None
        if place is None
        else {
            "stage": place.stage,
            "view": None if place.view is None else place.view.name,
            "center": None if place.center is None else list(place.center),
        },
        "coverage": [
            {
                "image": image,
                "turned": list(astuple(orientation)),
                "shape": list(seen.shape),
                "bits": base64.b85encode(zlib.compress(seen.bits)).decode("ascii"),
            }
            for (image, orientation), seen in state.staged.coverage.get(key, {}).items()
        ],
        "models": list(had if result is None else result.verdicts),
        "locked": None if locked is None else locked.isoformat(),
        "begun": key in state.trust.begun,
    }


def parse_exam(document: object) -> KeptExam:
    """Read a document back; raises ValueError, naming the field, when it is not sound."""
    fields = object_at(document, "exam")
    windows = by_view(fields, "windows", window_at)
    nipples = object_at(fields.get("nipples"), "nipples")
    coverage = fields.get("coverage")
    if not isinstance(coverage, list):
        raise ValueError("coverage is not a list")
    locked = fields.get("locked")
    return KeptExam(
        files=text_at(fields.get("files"), "files"),
        look=Look(
            vois=MappingProxyType(
                {view: each for view, each in windows.items() if isinstance(each, VoiWindow)}
            ),
            cameras=by_view(fields, "cameras", _camera),
            inverted=flag_at(fields.get("inverted"), "inverted"),
            departures=departures_at(fields.get("departures")),
            sizing=Sizing(fields.get("sizing")),
        ),
        tables=MappingProxyType(
            {view: each for view, each in windows.items() if not isinstance(each, VoiWindow)}
        ),
        by_hand=ByHand(
            by_view(fields, "placed", placed_at),
            MappingProxyType(
                {image: nipple_at(each, "nipples") for image, each in nipples.items()}
            ),
        ),
        place=None if fields.get("place") is None else _place(fields["place"]),
        coverage=MappingProxyType(dict(_seen(each) for each in coverage)),
        models=_models(fields.get("models")),
        locked=None if locked is None else datetime.fromisoformat(text_at(locked, "locked")),
        begun=flag_at(fields.get("begun", False), "begun"),
    )


def exam_back(state: SessionState, exam_id: str, kept: KeptExam) -> SessionState:
    """An exam, not on the screen yet, is as it was left."""
    staged = state.staged
    if kept.place is not None and kept.place.stage < len(staged.protocol.stages):
        staged = replace(staged, places=with_item(staged.places, exam_id, kept.place))
    staged = replace(staged, coverage=with_item(staged.coverage, exam_id, kept.coverage))
    trust = state.trust
    if kept.locked is not None:
        trust = replace(trust, locked=with_item(trust.locked, exam_id, kept.locked))
    if kept.begun:
        trust = replace(trust, begun=trust.begun | {exam_id})
    return replace(
        state,
        trust=trust,
        looks=with_item(state.looks, exam_id, kept.look),
        works=with_item(state.works, exam_id, History(kept.by_hand)),
        staged=staged,
    )


def tables_back(state: SessionState, tables: Tables) -> SessionState:
    """Images of the exam on the screen are shown through tables again, as far as they have
    them."""
    vois: dict[View, Voi] = dict(state.look.vois)
    for view, (number, over) in tables.items():
        image = state.images.get(view)
        if image is not None:
            for table in image.mammogram.grayscale.luts[number : number + 1]:
                vois[view] = table if over is None else WindowedTable(table, over)
    look = replace(state.look, vois=MappingProxyType(vois))
    return replace(state, looks=with_item(state.looks, state.exam_key, look))


def _models(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("models is no list")
    return tuple(text_at(each, "models") for each in value)


def _camera(value: object, name: str) -> Camera:
    if not isinstance(value, list) or len(value) != 3:
        raise ValueError(f"{name} is no list of three")
    scale, row, column = value
    return Camera(
        None if scale is None else number_at(scale, name, SMALLEST_SCALE, LARGEST_SCALE),
        number_at(row, name, -_FAR_PX, _FAR_PX),
        None if column is None else number_at(column, name, -_FAR_PX, _FAR_PX),
    )


def _place(value: object) -> Place:
    fields = object_at(value, "place")
    view, center = fields.get("view"), fields.get("center")
    if center is not None and (not isinstance(center, list) or len(center) != 2):
        raise ValueError("place.center is no list of two")
    key = None if view is None else key_from_name(text_at(view, "place.view"))
    if key is not None and not is_current(key):
        raise ValueError("place.view is no view of the exam")
    return Place(
        int(number_at(fields.get("stage"), "place.stage", 0, 99)),
        key,
        None
        if center is None
        else (
            number_at(center[0], "place.center", -_FAR_PX, _FAR_PX),
            number_at(center[1], "place.center", -_FAR_PX, _FAR_PX),
        ),
    )


def _seen(value: object) -> tuple[ImageKey, Coverage]:
    fields = object_at(value, "coverage")
    shape, turned = fields.get("shape"), fields.get("turned")
    if not isinstance(shape, list) or len(shape) != 2:
        raise ValueError("coverage.shape is no list of two")
    rows, columns = (int(number_at(each, "coverage.shape", 1, 1e5)) for each in shape)
    if rows * columns > _MOST_CELLS:
        raise ValueError("coverage.shape is too large")
    if not isinstance(turned, list) or len(turned) != 3:
        raise ValueError("coverage.turned is no list of three")
    bits = _bits(fields, -(-rows * columns // 8))
    key = (
        text_at(fields.get("image"), "coverage.image"),
        Orientation(*(flag_at(flag, "coverage.turned") for flag in turned)),
    )
    return key, Coverage((rows, columns), bits)


def _bits(fields: dict[str, Any], length: int) -> bytes:
    """Exactly `length` bytes, however much the compressed text would unpack to."""
    try:
        packed = base64.b85decode(str(fields.get("bits")))
        bits = zlib.decompressobj().decompress(packed, length + 1)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise ValueError("coverage.bits is no compressed text") from error
    if len(bits) != length:
        raise ValueError("coverage.bits has another size than coverage.shape")
    return bits
