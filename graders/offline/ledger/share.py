"""A job's share of a run that several jobs make together: ``--shard 2/8``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from graders.errors import DataError
from graders.offline.ledger.shards import Shard
from graders.validation import shown


@dataclass(frozen=True, slots=True)
class Share:
    """Which shards are a job's own.

    Attributes:
        job: Its number, from 1.
        jobs: How many jobs there are.
    """

    job: int = 1
    jobs: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """The share that is written as ``2/8``: the second of eight jobs.

        Raises:
            DataError: it is written otherwise, or there is no such job.

        >>> Share.parse("2/8")
        Share(job=2, jobs=8)
        """
        found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text.strip(), re.ASCII)
        if found and 1 <= int(found[1]) <= int(found[2]):
            return cls(int(found[1]), int(found[2]))
        raise DataError(f"--shard {shown(text)}: expected i/n, job i of n, with i from 1 to n, such as 1/8 or 8/8")

    def of(self, shards: Sequence[Shard]) -> list[Shard]:
        """Every n-th shard, so that the jobs have about as much to do."""
        return list(shards[self.job - 1 :: self.jobs])

    @property
    def is_whole(self) -> bool:
        """Whether there is one job alone."""
        return self.jobs == 1

    @property
    def lock_file(self) -> str:
        """The name of the file that keeps a second process from the same share."""
        return ".lock" if self.is_whole else f".lock-{self.job}-of-{self.jobs}"

    @property
    def other_locks(self) -> str:
        """A glob of the files that keep what is not a job of the same run out: one job alone, or any of several."""
        return ".lock-*-of-*" if self.is_whole else ".lock"
