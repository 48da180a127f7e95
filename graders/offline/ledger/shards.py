"""Shards: the pieces that a run is made of, and which of them a job of several makes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from graders.offline.reading.parts import ROWS_PER_PART, Part, parts
from graders.offline.reading.sources import Source
from graders.offline.writing.writer import OutputFormat
from graders.vocabulary.errors import DataError
from graders.vocabulary.validation import shown


class Shard(NamedTuple):
    """A part of the input and the file that its rows are written to.

    Attributes:
        number: Its place in the order of the input, from 0.
        id: Number of the input file and of the part in it: ``"000-00012"``.
        file: The name of its file in the run's directory.
        input: Which input file it is of, from 0.
        part: What is to be read.
    """

    number: int
    id: str
    file: str
    input: int
    part: Part


class ShardPlan(NamedTuple):
    """Inputs cut into shards.

    Attributes:
        inputs: Path, format, size, time of change (ns) and fingerprint of each input file, as the manifest has them.
        shards: All of them, in the order of the input.
    """

    inputs: list[dict[str, Any]]
    shards: list[Shard]


def plan_shards(sources: Sequence[Source], format: OutputFormat, rows_per_part: int = ROWS_PER_PART) -> ShardPlan:  # noqa: A002
    """Cut the inputs; the same inputs are cut in the same places. One pass through them, for their fingerprints.

    Args:
        sources: What is to be read.
        format: How shards are written.
        rows_per_part: The most rows of a shard.
    """
    inputs: list[dict[str, Any]] = []
    shards: list[Shard] = []
    for number, source in enumerate(sources):
        entry, digest = as_input(source), hashlib.sha256()
        for index, part in enumerate(parts(source, rows_per_part, digest=digest)):
            name = f"{number:03d}-{index:05d}"
            shards.append(Shard(len(shards), name, f"shard-{name}.{format}", number, part))
        inputs.append({**entry, "fingerprint": f"sha256:{digest.hexdigest()}"})
    return ShardPlan(inputs, shards)


def as_input(source: Source) -> dict[str, Any]:
    """What a manifest says of an input file, but for its fingerprint: no line of it is read."""
    try:
        modified = Path(source.path).stat().st_mtime_ns
    except OSError as error:
        raise DataError(f"{source.path} can't be read: {error.strerror or error}") from None
    return {"path": source.path, "format": source.format, "bytes": source.bytes, "modified": modified}


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
