"""What a judge writes to disk. A disk that fails costs a warning, never a verdict."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from graders.judge.config import Storage
from graders.judge.judgement import Judgement
from graders.judge.planning import PAST_DEADLINE, BatchPlan
from graders.judge.storage.verdict_cache import Cache, Entry


class StoredVerdicts:
    """Cache and records of one judge, each where it has a path; each is given up where it fails.

    Attributes:
        notices: The warnings that haven't been said yet.
    """

    def __init__(self, storage: Storage) -> None:
        self._cache = Cache(storage.cache_path) if storage.cache_path else None
        self._records = Records(storage.records_path) if storage.records_path else None
        self.notices: list[str] = []

    def look_up(self, keys: list[bytes]) -> dict[bytes, Entry]:
        """The cached verdicts of these keys."""
        found: dict[bytes, Entry] = {}
        if self._cache is not None and keys:
            with self._given_up_on_faults("cache"):
                found = self._cache.get(keys)
        return found

    def keep(self, came: Iterable[Judgement]) -> None:
        """Cache what the judge said; faults are never kept."""
        said = [(v.key, Entry(v.labels, v.reason)) for v in came if v.labels]
        if self._cache is not None and said:
            with self._given_up_on_faults("cache"):
                self._cache.put(said)

    def record(self, plan: BatchPlan, slots: Iterable[int]) -> None:
        """Write the verdicts of some slots of a batch to the records."""
        if self._records is not None:
            with self._given_up_on_faults("records"):
                self._records.write(_line(plan, slot) for slot in slots)

    @contextmanager
    def _given_up_on_faults(self, what: Literal["cache", "records"]) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            setattr(self, f"_{what}", None)
            self.notices.append(f"the judge's {what} can't be used, nothing more is read or written there: {error}")

    def close(self) -> None:
        """Close the cache."""
        if self._cache is not None:
            self._cache.close()


class Records:
    """Appends verdicts to a JSONL file; each write is whole lines, so several processes can share a file.

    Args:
        path: The file; its folder is made where it doesn't exist.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def write(self, verdicts: Iterable[Mapping[str, Any]]) -> None:
        """Write verdicts, a line each.

        Raises:
            OSError: the file can't be written.
        """
        lines = "".join(json.dumps(verdict) + "\n" for verdict in verdicts)
        if not lines:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:  # unlike text, bytes go out in one piece, however many
            file.write(lines.encode())


def _line(plan: BatchPlan, slot: int) -> dict[str, Any]:
    """What is written of a verdict: the rows of its batch that share it, and who gave it where there are several."""
    verdict = plan.verdicts[slot] or PAST_DEADLINE
    return {"rows": plan.rows_of[slot], **plan.voter(slot), **verdict.record}
