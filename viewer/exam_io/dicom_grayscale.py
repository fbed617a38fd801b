"""What a DICOM header says about its grey values: PS3.3 C.7.6.3, C.8.11.3, C.11.1 and C.11.2."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.grayscale import Grayscale, LookupTable, Photometric, VoiFunction, VoiWindow
from viewer.exam_io.dicom_attributes import Attributes

GRAYSCALE_KEYWORDS = (
    "PresentationLUTShape",
    "RescaleIntercept",
    "RescaleSlope",
    "ModalityLUTSequence",
    "WindowCenter",
    "WindowWidth",
    "WindowCenterWidthExplanation",
    "VOILUTFunction",
    "VOILUTSequence",
    "PixelPaddingValue",
    "PixelPaddingRangeLimit",
    "SharedFunctionalGroupsSequence",
)
_EVERY_ENTRY = 1 << 16


def read_grayscale(
    attributes: Attributes, photometric: Photometric, bits_stored: int, signed: bool
) -> Grayscale:
    """Collect modality LUT, VOI choices, padding and polarity; what is damaged is left out.

    Multi-frame objects keep some of it in the Shared Functional Groups (PS3.3 C.7.6.16), which
    are searched where the top level is silent.
    """
    scaling = _holder(attributes, "RescaleSlope", "PixelValueTransformationSequence")
    voi = _holder(attributes, "WindowCenter", "FrameVOILUTSequence")
    slope = scaling.number("RescaleSlope")
    intercept = scaling.number("RescaleIntercept") or 0.0
    modality_luts = _lookup_tables(attributes, "ModalityLUTSequence", signed)
    stated = Grayscale(
        photometric=photometric,
        bits_stored=bits_stored,
        signed=signed,
        presentation_inverse=_presentation_inverse(attributes),
        rescale_slope=slope or 1.0,
        rescale_intercept=intercept if slope != 0.0 else 0.0,
        modality_lut=modality_luts[0] if modality_luts else None,
        windows=_windows(voi),
        padding=_padding(attributes, signed),
    )
    # C.11.2.1.1: the first input value is signed where what leaves the modality LUT can be.
    voi_signed = stated.modality_range[0] < 0.0
    return replace(stated, luts=_lookup_tables(attributes, "VOILUTSequence", voi_signed))


def _holder(attributes: Attributes, keyword: str, group_keyword: str) -> Attributes:
    if attributes.values.get(keyword):
        return attributes
    for shared in attributes.items("SharedFunctionalGroupsSequence"):
        for item in shared.items(group_keyword):
            return item
    return attributes


def _presentation_inverse(attributes: Attributes) -> bool | None:
    shape = attributes.text("PresentationLUTShape").upper()
    return {"INVERSE": True, "IDENTITY": False}.get(shape)


def _windows(attributes: Attributes) -> tuple[VoiWindow, ...]:
    """As many windows as both Window Center and Window Width have usable values for."""
    try:
        function = VoiFunction(attributes.text("VOILUTFunction").upper() or "LINEAR")
    except ValueError:
        function = VoiFunction.LINEAR
    # C.11.2.1.2: LINEAR wants a width of at least 1, the others more than 0.
    least = 1.0 if function is VoiFunction.LINEAR else 0.0
    explanations = attributes.texts("WindowCenterWidthExplanation")
    windows = []
    pairs = zip(
        attributes.numbers("WindowCenter"), attributes.numbers("WindowWidth"), strict=False
    )
    for index, (center, width) in enumerate(pairs):
        if center is None or width is None or width < least or width == 0.0:
            continue
        explanation = explanations[index] if index < len(explanations) else ""
        windows.append(VoiWindow(center, width, function, explanation))
    return tuple(windows)


def _lookup_tables(
    attributes: Attributes, sequence: str, signed_input: bool
) -> tuple[LookupTable, ...]:
    tables = (_lookup_table(item, signed_input) for item in attributes.items(sequence))
    return tuple(table for table in tables if table is not None)


def _lookup_table(item: Attributes, signed_input: bool) -> LookupTable | None:
    """A LUT (C.11.1.1): 0 entries mean 65536; 8-bit entries may be packed two to a word."""
    descriptor = np.frombuffer(item.words("LUTDescriptor")[:6], "<u2")
    data = item.words("LUTData")
    if descriptor.size != 3:
        return None
    entries, first, bits = (int(word) for word in descriptor)
    entries = entries or _EVERY_ENTRY
    if not 8 <= bits <= 16:
        return None
    if len(data) >= 2 * entries:
        values = np.frombuffer(data, "<u2", entries)
    elif bits == 8 and len(data) >= entries:
        values = np.frombuffer(data, np.uint8, entries).astype(np.uint16)
    else:
        return None
    values = values.astype(np.uint16)
    values.flags.writeable = False
    # In an implicit transfer syntax nobody says whether the descriptor is US or SS.
    signed_input = signed_input or item.says_signed("LUTDescriptor")
    return LookupTable(
        data=values,
        first_value=_signed(first) if signed_input else first,
        bits=bits,
        explanation=item.text("LUTExplanation"),
    )


def _padding(attributes: Attributes, signed: bool) -> tuple[int, int] | None:
    """Pixel Padding Value and Range Limit in either order (C.7.5.1.1.2)."""
    limits = [
        int.from_bytes(word[:2], "little", signed=signed)
        for word in map(attributes.words, ("PixelPaddingValue", "PixelPaddingRangeLimit"))
        if len(word) >= 2
    ]
    # A limit without a value says nothing.
    if not attributes.words("PixelPaddingValue") or not limits:
        return None
    return min(limits), max(limits)


def _signed(word: int) -> int:
    return word - _EVERY_ENTRY if word >= _EVERY_ENTRY // 2 else word
