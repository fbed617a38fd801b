"""How a DICOM image says that it is one of Fourview's phantoms, and nobody's breast."""

from __future__ import annotations

from viewer.exam_io.dicom_attributes import Attributes

PHANTOM_KEYWORDS = ("QualityControlImage", "Manufacturer")
PHANTOM_MANUFACTURER = "Fourview"


def is_phantom(attributes: Attributes) -> bool:
    """Quality Control Image (0028,0300) is YES (PS3.3 C.8.11.7), and Fourview itself made it.

    Phantoms of other makers are quality control images like any other: nothing is known of how
    they look.
    """
    return (
        attributes.text("QualityControlImage").upper() == "YES"
        and attributes.text("Manufacturer") == PHANTOM_MANUFACTURER
    )
