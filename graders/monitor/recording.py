"""The file that a watched process appends to: a line of JSON a record, each step's lines in one write.

No line is ever changed. What a killed process leaves is whole but for its last line; the next process begins a file of
its own. The kinds of records, by their ``"k"``, each with its step ``"s"``:

- ``open``: first in each file; who writes (``rank``, ``told``: whether a trainer says the steps, ``time``), and of
  which reward (``signature``, ``weights``, ``definition``).
- ``step``: ``sums`` over the rows of a step, which those of other processes are added to: see `watch_run`.
- ``rows``: some rows of a step, texts cut. ``alarm``: an alarm, with its rows. ``dropped``: a detector that failed.

All files stay below `MOST_BYTES` in 10,000 steps, and grow with the logarithm of the steps after these: from
`DENSE_STEPS` on every second step is recorded, then every fourth, and so on.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

SUFFIX = ".watch.jsonl"
"""How the names of the files end."""

DENSE_STEPS = 8192
"""So many steps have a record each."""

MOST_BYTES = 48 << 20
"""All files of a run stay below this in 10,000 steps."""

STEP_BYTES = MOST_BYTES // (DENSE_STEPS + 10_000 // 2)
"""So much a record may take, rows included: what would exceed the sum of these so far is left out."""


@dataclass(frozen=True, kw_only=True)
class WatchedRow:
    """One row of a sample or of an alarm; long texts are cut in the middle, where a … stands.

    Attributes:
        step: When it was scored.
        prompt: The question; None where the trainer passed none.
        completion: What the policy wrote.
        answer: What was read of it; None where nothing was.
        reference: The acceptable references, joined by " | "; None where there are none.
        reward: None where unscored.
        scores: Each component's score; None where unscored.
        outcomes: Each component's outcome, as `Outcome` names it.
        traits: What is odd about it: names of `step_rows.TRAITS`.
        why: Why it was taken: ``paid``, ``unpaid``, ``unscored``, ``novel``, or an alarm's detector.
    """

    step: int
    prompt: str | None = None
    completion: str = ""
    answer: str | None = None
    reference: str | None = None
    reward: float | None = None
    scores: Mapping[str, float | None] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    traits: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class WatchAlarm:
    """Something that spreads among what is paid.

    Attributes:
        detector: One of `detectors.DETECTORS`.
        subject: What of it: the masked shape, the trait, or the component and outcome.
        step: When it was raised.
        began: When what it found began.
        share: Its share of the paid rows (of all rows, for what isn't paid) when it was raised, from 0 to 1.
        odds: The evidence: how many times likelier the rows are than where the detector's null holds.
        sentence: What was found.
        change: What to change.
        rows: Five rows at most.
    """

    detector: str
    subject: str
    step: int
    began: int
    share: float
    odds: float
    sentence: str
    change: str
    rows: tuple[WatchedRow, ...] = ()


class RankFile:
    """The file of one process; made with its first record.

    Attributes:
        path: Where it is.
        spent: Bytes so far.
        records: Writes so far.
    """

    def __init__(self, folder: Path, rank: int) -> None:
        self.path = folder / f"rank{rank:05d}-{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
        self.spent = self.records = 0
        self._stream: int | None = None

    def append(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Write records, in one write.

        Raises:
            OSError: the disk refuses it.
        """
        block = b"".join(orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY) + b"\n" for record in records)
        if self._stream is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.spent += os.write(self._stream, block)
        self.records += 1


def stride(step: int) -> int:
    """Every how manieth step is recorded, at a step.

    >>> stride(1), stride(8192), stride(8193), stride(40_000)
    (1, 1, 2, 8)
    """
    return 1 << max(0, (step - 1) // DENSE_STEPS).bit_length()


def cut(text: str | None, most: int) -> str | None:
    """A text of so many bytes at most: its beginning and end where it is longer; always encodable.

    >>> cut("a" * 20, 12)
    'aaaaaa…aaaaaa'
    """
    if text is None or (len(text) <= most and text.isascii()):
        return text
    if len(text) > 2 * most:
        text = text[:most] + text[-most:]
    written = text.encode("utf-8", "replace")
    if len(written) <= most:
        return written.decode()
    half = most // 2
    return written[:half].decode("utf-8", "ignore") + "…" + written[-half:].decode("utf-8", "ignore")
