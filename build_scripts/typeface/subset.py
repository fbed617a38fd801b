"""Makes resources/typeface/: the typeface with the signs that names and our words are written in.

    python build_scripts/typeface/subset.py NotoSans-Regular.ttf

The source is NotoSans-Regular.ttf of Debian's fonts-noto-core 20201225-1; the same file gives the
same subset, byte by byte.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

SOURCE_SHA256 = "89c3c497f618fdaa0b2d1e98fef93582f28c71debd2c4a8cdf41f190ced2909d"
FOLDER = Path(__file__).resolve().parents[2] / "resources" / "typeface"
TARGET, SIGNS_OF_IT = FOLDER / "NotoSans-Subset.ttf", FOLDER / "signs.txt"

# Blocks of Unicode, by their first and last signs.
SIGNS = (
    (0x0020, 0x02FF),  # Latin with its marks, letters of African languages, modifiers
    (0x0300, 0x036F),  # marks that combine
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic
    (0x1E00, 0x1EFF),  # Latin with two marks: Vietnamese
    (0x2000, 0x206F),  # dashes, quotation marks, ellipsis
    (0x2070, 0x209F),  # raised and lowered figures
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x218F),  # number signs, fractions
    (0x2190, 0x22FF),  # arrows and mathematical signs, as far as they are there
    (0xFFFD, 0xFFFD),  # what stands for a sign that cannot be written
)


def main() -> None:
    """Write the subset; a source that is another file is refused."""
    source = Path(sys.argv[1])
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    if digest != SOURCE_SHA256:
        raise SystemExit(f"{source} is another file than the subset was made of: {digest}")
    font = TTFont(source, recalcTimestamp=False)
    options = Options()
    options.layout_features = []  # words are laid sign by sign, the same on every machine
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[sign for first, last in SIGNS for sign in range(first, last + 1)])
    subsetter.subset(font)
    FOLDER.mkdir(exist_ok=True)
    font.save(TARGET)
    SIGNS_OF_IT.write_text("\n".join(ranges(font.getBestCmap())) + "\n", encoding="ascii")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes, {len(font.getBestCmap())} signs")


def ranges(signs: Iterable[int]) -> list[str]:
    """Places in Unicode as hexadecimal ranges, `20-7E`, one a line."""
    found: list[list[int]] = []
    for sign in sorted(signs):
        if found and sign == found[-1][1] + 1:
            found[-1][1] = sign
        else:
            found.append([sign, sign])
    return [f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in found]


if __name__ == "__main__":
    main()
