r"""Where in a reference the answer stands: GSM8K's ``... #### 72``, MATH's ``... \boxed{72}``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from graders.completion.boxed import boxes
from graders.vocabulary.errors import DataError

_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
"""A comma between groups of three digits."""


def _hash(reference: str) -> str | None:
    _, mark, answer = reference.rpartition("####")
    return _GROUPED.sub("", answer.strip()) if mark and answer.strip() else None


def _boxed(reference: str) -> str | None:
    found = [box.body for box in boxes(reference) or () if box.body.strip()]
    return found[-1].strip() if found else None


REFERENCE_SOURCES: dict[str, tuple[Callable[[str], str | None], str]] = {
    "hash": (_hash, "'####' with an answer behind it"),
    "boxed": (_boxed, r"a whole \boxed{...} with an answer in it"),
}
"""What takes the answer out of a reference, by the name that ``--reference-from`` takes, and what it looks for."""


def answer_of(reference: Any, source: str) -> Any:
    r"""The answer in a reference, or in each of several; what is no text, as it is.

    Raises:
        DataError: there is none in it.

    >>> answer_of("48/2 = 24, so she sold 48 + 24 = 72 #### 1,072", "hash")
    '1072'
    """
    if isinstance(reference, list):
        return [answer_of(one, source) for one in reference]
    if not isinstance(reference, str):
        return reference
    take, wanted = REFERENCE_SOURCES[source]
    answer = take(reference)
    if answer is None:
        tail = reference if len(reference) <= 60 else "..." + reference[-57:]
        raise DataError(f"has the reference {tail!r}, expected {wanted} (--reference-from {source})")
    return answer
