"""What runs in Ray's actors: one shard after the other, and never an exception, which would end the whole job."""

from __future__ import annotations

import pickle
import platform
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from graders.offline.engines.pool import WorkersLostError, pool_results
from graders.offline.engines.worker_process import Done, Failed, portable
from graders.offline.ledger.manifest import versions_of
from graders.offline.ledger.shards import Shard
from graders.offline.ledger.task import Task
from graders.offline.scoring.score_part import PartResult, score_part
from graders.vocabulary.errors import GradersError

MAX_TRIES = 5
"""So many actors may end on a shard before the run stops. After the first one it is scored in a process of its own."""


TRIES = ".tries"
"""How the names of files end that count them."""


def ready() -> bool:
    """What a cluster is asked first."""
    return True


class ShardScorer:
    """Scores shards in an actor.

    Args:
        task: The pickled `Task`.
        expected: What `versions_of` gives for its reward where the run was started.
    """

    def __init__(self, task: bytes, expected: dict[str, str]) -> None:
        self._pickled = task
        self._expected = expected
        self._task: Task | None = None

    def __call__(self, row: dict[str, bytes]) -> dict[str, bytes]:
        """Score the pickled shard of a row; what came of it, `Done` or `Failed`, pickled."""
        return {"outcome": pickle.dumps(self._outcome(pickle.loads(row["shard"])))}  # noqa: S301 - from our own driver

    def _outcome(self, shard: Shard) -> Done | Failed:
        try:
            return Done(_scored(shard, self._loaded()))
        except Exception as error:  # noqa: BLE001 - it is raised again where the run was started
            return Failed(portable(error))

    def _loaded(self) -> Task:
        if self._task is None:
            task: Task = pickle.loads(self._pickled)  # noqa: S301 - from our own driver
            self._check_versions(versions_of(task.reward))
            self._task = task
        return self._task

    def _check_versions(self, found: dict[str, str]) -> None:
        other = ", ".join(
            f"{name} {found.get(name)} instead of {version}"
            for name, version in self._expected.items()
            if found.get(name) != version
        )
        if other:
            raise GradersError(
                f"the Ray node {platform.node()} has {other}: rewards could differ; install the same "
                "versions on every node"
            )


def _scored(shard: Shard, task: Task) -> PartResult:
    """Score a shard; one that has ended an actor, in a process of its own, which finds the row that ends it."""
    with _counted(tries_file(task, shard)) as before:
        if before >= MAX_TRIES:
            raise WorkersLostError(
                f"{before} of Ray's actors ended on {shard.file}: see Ray's logs; if memory is "
                "short, try fewer --workers or --part-rows"
            )
        if not before:
            return score_part(shard, task)
        with closing(pool_results([shard], task, 1)) as results:
            return next(results)


def tries_file(task: Task, shard: Shard) -> Path:
    """A file with a byte for each actor that has begun on a shard; gone when the shard is done."""
    return Path(str(task.folder)) / f".{shard.file}{TRIES}"


@contextmanager
def _counted(path: Path) -> Iterator[int]:
    """Note a try in a file, and how many there were before; an end with a word, an error included, removes it."""
    with path.open("ab") as stream:
        before = stream.tell()
        stream.write(b".")
    try:
        yield before
    finally:
        with suppress(OSError):
            path.unlink()
