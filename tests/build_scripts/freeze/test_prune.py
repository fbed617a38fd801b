"""Libraries that only something left out needed are left out with it."""

from __future__ import annotations

from build_scripts.freeze.prune import without_orphans

NEEDS = {
    "/py/_ssl.so": ["libssl.so.3", "libcrypto.so.3"],
    "/qt/libqxcb.so": ["libQt6Gui.so.6", "libxcb-cursor.so.0"],
}
KEPT = [
    ("libpython3.11.so.1.0", "/py/libpython3.11.so.1.0", "BINARY"),
    ("python3.11/lib-dynload/_ssl.so", "/py/_ssl.so", "EXTENSION"),
    ("PySide6/Qt/plugins/platforms/libqxcb.so", "/qt/libqxcb.so", "BINARY"),
    ("numpy.libs/libopenblas.so", "/numpy/libopenblas.so", "BINARY"),
    ("PySide6/Qt/lib/libQt6Gui.so.6", "/qt/libQt6Gui.so.6", "BINARY"),
    ("libcrypto.so.3", "/usr/lib/libcrypto.so.3", "BINARY"),
    ("libxcb-cursor.so.0", "/usr/lib/libxcb-cursor.so.0", "BINARY"),
    ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
]
ORPHANS = [
    ("libgtk-3.so.0", "/usr/lib/libgtk-3.so.0", "BINARY"),
    ("PySide6/Qt/lib/libQt6Quick.so.6", "/qt/libQt6Quick.so.6", "BINARY"),
    ("libQt6Quick.so.6", "PySide6/Qt/lib/libQt6Quick.so.6", "SYMLINK"),
]


def test_orphans_go_with_the_links_to_them_and_all_else_stays() -> None:
    found = without_orphans(ORPHANS + KEPT, lambda source: NEEDS.get(source, []))
    assert sorted(found) == sorted(KEPT)
