"""Names that we give, and what a name from outside is good for: to be shown, never to be a path."""

from __future__ import annotations

import secrets
import time

LONGEST_NAME = 255


def new_id(kind: str) -> str:
    """A name that nobody can guess, such as ``file-3f0c...``."""
    return f"{kind}-{secrets.token_hex(8)}"


def now() -> float:
    """Seconds since 1970."""
    return time.time()


def shown_name(name: str) -> str:
    r"""A file's name as it may be shown: without folders and characters that control anything, at most 255 of them.

    >>> shown_name("../../etc/pass\nwd")
    'passwd'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable()).strip()
    return kept[:LONGEST_NAME]
