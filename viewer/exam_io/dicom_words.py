"""What a DICOM header says of an image in words: who, when, where, and how it was exposed.

Rules 24 and 26 of IHE Mammography Image name what a reader must be able to see. A value that is
missing, damaged or impossible is left out; none is ever guessed. Labels are what templates of
corner text call the words by (docs/annotations.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from viewer.exam_io.dicom_attributes import Attributes
from viewer.exam_io.dicom_record import iso_date
from viewer.exam_io.plain_text import printable

_MGY_A_DGY = 100.0
# Keyword, factor, label, unit: the first keyword of a label that holds a possible value counts.
# Lengths of time and doses come in two units each: PS3.3 C.8.7.2, C.8.11.7, C.4.16.
_QUANTITIES = (
    ("KVP", 1.0, "Tube voltage", "kV"),
    ("Exposure", 1.0, "Exposure", "mAs"),
    ("ExposureInuAs", 1e-3, "Exposure", "mAs"),
    ("ExposureTime", 1.0, "Exposure time", "ms"),
    ("ExposureTimeInuS", 1e-3, "Exposure time", "ms"),
    ("AnodeTargetMaterial", 0.0, "Anode", ""),
    ("FilterMaterial", 0.0, "Filter", ""),
    ("BodyPartThickness", 1.0, "Compressed thickness", "mm"),
    ("CompressionForce", 1.0, "Compression force", "N"),
    ("PositionerPrimaryAngle", 1.0, "Positioner angle", "°"),
    ("DetectorID", 0.0, "Detector", ""),
    ("OrganDose", _MGY_A_DGY, "Organ dose", "mGy"),
    ("EntranceDoseInmGy", 1.0, "Entrance dose", "mGy"),
    ("EntranceDose", _MGY_A_DGY, "Entrance dose", "mGy"),
    ("RelativeXRayExposure", 1.0, "Relative exposure", ""),
    ("PartialViewDescription", 0.0, "Partial view of", ""),
)
_MAY_BE_NEGATIVE = "PositionerPrimaryAngle"
_LARGEST = 1e6  # of any of these quantities in these units
_PLACES = (
    ("InstitutionName", "Institution"),
    ("StationName", "Station"),
    ("Manufacturer", "Manufacturer"),
    ("ManufacturerModelName", "Model"),
)
_WARNINGS = (
    ("QualityControlImage", "Quality control image", "yes"),
    ("BreastImplantPresent", "Breast implant", "present"),
    ("PartialView", "Partial view", "yes"),
    ("BurnedInAnnotation", "Burned-in annotation", "yes"),
)
_LONGEST_INITIALS = 4
_AGE_UNITS = {"Y": "y", "M": "months", "W": "weeks", "D": "days"}
_OLDEST_YEARS = 130

WORD_KEYWORDS = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientAge",
    "PatientSex",
    "AcquisitionDate",
    "AcquisitionTime",
    "StudyDate",
    "OperatorsName",
    "PartialViewCodeSequence",
    "ViewCodeSequence",
    "EstimatedRadiographicMagnificationFactor",
    *(keyword for keyword, *_ in _QUANTITIES),
    *(keyword for keyword, _ in _PLACES),
    *(keyword for keyword, *_ in _WARNINGS),
)


def describe(attributes: Attributes, stored_as: str) -> Mapping[str, str]:
    """Label → words, in the order in which a reader wants them; silent ones are not there.

    Parameters
    ----------
    stored_as : the transfer syntax in the standard's words.
    """
    shown = {
        "Patient": person(attributes.text("PatientName")),
        "Patient ID": attributes.text("PatientID"),
        "Birth date": iso_date(attributes.text("PatientBirthDate")),
        "Age": _age(attributes),
        "Sex": attributes.text("PatientSex"),
    }
    for view in attributes.items("ViewCodeSequence"):
        shown["View"] = view.text("CodeMeaning")
    shown["Acquired"] = _acquired(attributes)
    for keyword, label in _PLACES:
        shown[label] = attributes.text(keyword)
    shown["Operator"] = ", ".join(filter(None, map(initials, attributes.texts("OperatorsName"))))
    for keyword, factor, label, unit in _QUANTITIES:
        shown[label] = shown.get(label) or _quantity(attributes, keyword, factor, unit)
    codes = (item.text("CodeMeaning") for item in attributes.items("PartialViewCodeSequence"))
    shown["Partial view of"] = shown["Partial view of"] or ", ".join(filter(None, codes))
    for keyword, label, words in _WARNINGS:
        shown[label] = words if attributes.text(keyword).upper() == "YES" else ""
    magnified = attributes.number("EstimatedRadiographicMagnificationFactor")
    shown["Magnification"] = f"× {magnified:g}" if magnified and magnified > 0.0 else ""
    if magnified == 1.0:
        shown["Magnification"] = ""
    shown["Stored as"] = stored_as
    return MappingProxyType(
        {label: printable(words) for label, words in shown.items() if words.strip()}
    )


def person(name: str) -> str:
    """A person's name as it is read: `Doe^Jane^M^Dr` → `Doe, Jane M` (PS3.5 6.2.1)."""
    group = next((group for group in name.split("=") if group.strip("^ ")), "")
    family, _, rest = group.partition("^")
    given = " ".join(part.strip() for part in rest.split("^")[:2] if part.strip())
    return ", ".join(part for part in (family.strip(), given) if part)


def initials(name: str) -> str:
    """`Smith^Anna Maria` → `AMS`; what is that short already is left as it is."""
    if "^" not in name and len(name) <= _LONGEST_INITIALS:
        return name.strip()
    family, _, given = person(name).partition(", ")
    return "".join(word[0] for word in (*given.split(), *family.split()))[:_LONGEST_INITIALS]


def _quantity(attributes: Attributes, keyword: str, factor: float, unit: str) -> str:
    if not factor:
        return attributes.text(keyword)
    value = attributes.number(keyword)
    if value is None or abs(value) > _LARGEST:
        return ""
    if value < 0.0 and keyword != _MAY_BE_NEGATIVE:
        return ""
    gap = "" if unit in ("°", "") else " "
    return f"{round(value * factor, 2):g}{gap}{unit}"


def _acquired(attributes: Attributes) -> str:
    date, time = iso_date(attributes.text("AcquisitionDate")), attributes.text("AcquisitionTime")
    clock = ""
    if len(time) >= 4 and time[:4].isdecimal() and int(time[:2]) < 24 and int(time[2:4]) < 60:
        clock = f"{time[:2]}:{time[2:4]}"
    return f"{date} {clock}".strip()


def _age(attributes: Attributes) -> str:
    """Patient's Age (0010,1010), else counted from the birth date to the day of the exam."""
    stated = attributes.text("PatientAge").upper()
    number, unit = stated[:-1], stated[-1:]
    if number.isdecimal() and unit in _AGE_UNITS and int(number) <= 999:
        return f"{int(number)} {_AGE_UNITS[unit]}"
    born = iso_date(attributes.text("PatientBirthDate"))
    days = (iso_date(attributes.text(key)) for key in ("AcquisitionDate", "StudyDate"))
    day = next(filter(None, days), "")
    if not born or not day:
        return ""
    first, last = dt.date.fromisoformat(born), dt.date.fromisoformat(day)
    years = last.year - first.year - ((last.month, last.day) < (first.month, first.day))
    return f"{years} y" if 0 <= years <= _OLDEST_YEARS else ""
