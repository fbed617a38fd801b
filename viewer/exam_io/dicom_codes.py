"""Mammography's views and view modifiers as coded in DICOM: PS3.16 CID 4014 and CID 4015.

SNOMED CT codes (SCT) and the older SNOMED RT ones (SRT, SNM3, 99SDM) never share a value, so the
value alone identifies a concept.
"""

from __future__ import annotations

from types import MappingProxyType

VIEWS = MappingProxyType(
    {
        "399162004": "CC",
        "R-10242": "CC",
        "399368009": "MLO",
        "R-10226": "MLO",
        "399260004": "ML",
        "R-10224": "ML",
        "399352003": "LM",
        "R-10228": "LM",
        "399099002": "LMO",
        "R-10230": "LMO",
        "399196006": "FB",
        "R-10244": "FB",
        "399188001": "SIO",
        "R-102D0": "SIO",
        "441555000": "ISO",
        "R-40AAA": "ISO",
        "399192008": "XCCL",
        "R-1024A": "XCCL",
        "399101009": "XCCM",
        "R-1024B": "XCCM",
        "399265009": "XCC",
        "R-102CF": "XCC",
        "127457009": "specimen",
        "G-8310": "specimen",
    }
)
"""Code Value (0008,0100) to the abbreviation on the image; the retired XCC included."""

MODIFIERS = MappingProxyType(
    {
        "399161006": "cleavage",
        "R-102D2": "cleavage",
        "399011000": "axillary tail",
        "R-102D1": "axillary tail",
        "399197002": "rolled lateral",
        "R-102D3": "rolled lateral",
        "399226006": "rolled medial",
        "R-102D4": "rolled medial",
        "414493004": "rolled inferior",
        "R-102CA": "rolled inferior",
        "415670009": "rolled superior",
        "R-102C9": "rolled superior",
        "399209000": "implant displaced",
        "R-102D5": "implant displaced",
        "399163009": "magnification",
        "R-102D6": "magnification",
        "399055006": "spot compression",
        "R-102D7": "spot compression",
        "399110001": "tangential",
        "R-102C2": "tangential",
        "442581004": "nipple in profile",
        "R-40AB3": "nipple in profile",
        "441752004": "anterior compression",
        "P2-00161": "anterior compression",
        "442593008": "infra-mammary fold",
        "R-40ABE": "infra-mammary fold",
        "442580003": "axillary tissue",
        "R-40AB2": "axillary tissue",
    }
)
"""Code Value (0008,0100) to the words on the image."""
