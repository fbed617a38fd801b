"""Where the frozen program begins."""

import os
import sys

# Qt wants a UTF-8 locale and says so at length where there is none, as under a desktop without.
if not any(os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
    os.environ["LC_CTYPE"] = "C.UTF-8"

from viewer.cli import main

sys.exit(main())
