"""What Windows shows of a program: name, version and terms, as PyInstaller wants it written."""

from __future__ import annotations

_TEMPLATE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("FileDescription", "Fourview"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("InternalName", "Fourview"),
      StringStruct("LegalCopyright", "Apache License 2.0. Not a medical device."),
      StringStruct("OriginalFilename", "Fourview.exe"),
      StringStruct("ProductName", "Fourview"),
      StringStruct("ProductVersion", "{version}")])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
  ],
)
"""


def version_resource(version: str) -> str:
    """The resource for a version such as `0.1.0`."""
    numbers = [int(part) for part in version.split(".")[:3]]
    return _TEMPLATE.format(numbers=(*numbers, *[0] * (4 - len(numbers))), version=version)
