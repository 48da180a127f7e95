"""How a warning is printed where people read a terminal or a log: as one line, without its category and place."""

from __future__ import annotations

import sys
from typing import Any


def show_plainly(message: Warning | str, *_: Any, **__: Any) -> None:
    """Print a warning; it stands for `warnings.showwarning`."""
    print(f"warning: {message}", file=sys.stderr)  # noqa: T201 - a warning belongs on stderr
