"""What a command tells on stdout, whatever signs the terminal can show."""

from __future__ import annotations

import sys


def tell(text: str) -> None:
    r"""Print; a sign that stdout cannot encode is spelt `\u2013`, and a stray byte `\udcff`."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))
