"""A Ray cluster as the engine of a run: the shards of a run in Ray Data's actors, on one machine or many.

Ray hands out shards and starts lost actors again; what a shard is, and how it is scored and written, is the same as
on one machine. All machines must see the inputs and the run's directory under the same paths.
"""

from __future__ import annotations

import logging
import os
import pickle
import secrets
import socket
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.offline.engines.ray_worker import TRIES, ShardScorer, ready
from graders.offline.engines.worker_process import Done, Failed
from graders.offline.ledger.manifest import versions_of
from graders.offline.ledger.shards import Shard
from graders.offline.ledger.task import Task
from graders.offline.scoring.score_part import Count, PartResult
from graders.vocabulary.errors import DataError, GradersError, GradersWarning, MissingExtraError

CPUS = 0.9
"""What of a processor an actor asks for. Actors that take every processor whole can leave Ray Data none to run on, and
then it waits for ever."""

ANSWER_WITHIN = 120.0
"""Seconds in which the cluster must have run one small task."""

CONNECTED_WITHIN = 10.0
"""Seconds in which a cluster's address must take a connection."""

SHOWN_WAITING = 5
"""So many shards are named that never came back."""


class ClusterError(GradersError):
    """A Ray cluster can't be reached, has no processor free, or doesn't hand back what it was given."""


@dataclass(frozen=True)
class Ray:
    """A Ray cluster: the one that ``RAY_ADDRESS`` names, or the session that is open; else one of this machine alone.

    Attributes:
        workers: How many actors; None for one a free processor. More than there are processors free is shrunk to
            these, with a warning.
    """

    workers: int | None = None

    def after_a_crash(self) -> Ray:
        """The same: an actor isn't this process."""
        return self

    def results(self, shards: Sequence[Shard], task: Task, rows_done: Count | None = None) -> Generator[PartResult]:
        """See `graders.offline.engines.engine.Engine.results`.

        Raises:
            MissingExtraError: Ray isn't installed.
            ClusterError: the cluster can't be used.
            DataError: the run has no directory.
        """
        if task.folder is None:
            raise DataError("Ray's workers write shards: name a directory for them with -o DIRECTORY/")
        if not shards:
            return
        _forget_tries(task.folder, {shard.file for shard in shards})
        with _cluster() as ray:
            for result in _scored(ray, shards, task, _size(ray, self.workers)):
                _check_seen(task.folder, result)
                if rows_done is not None:
                    rows_done(result.receipt.content.rows)
                yield result


def _scored(ray: Any, shards: Sequence[Shard], task: Task, size: int) -> Generator[PartResult]:
    """The result of each shard, once, as Ray hands them back."""
    waiting = {shard.number: shard for shard in shards}
    rows = ray.data.from_items([{"shard": pickle.dumps(shard)} for shard in shards], override_num_blocks=len(shards))
    pool = ray.data.ActorPoolStrategy(min_size=1, max_size=size, initial_size=size, max_tasks_in_flight_per_actor=2)
    outcomes = rows.map(
        ShardScorer, fn_constructor_args=(pickle.dumps(task), versions_of(task.reward)), compute=pool, num_cpus=CPUS
    )
    with _told_of_ray(ray):
        for row in outcomes.iter_rows():
            result = _result(row["outcome"])
            if waiting.pop(result.shard.number, None) is not None:
                yield result
    if waiting:
        names = ", ".join(shard.id for shard in [*waiting.values()][:SHOWN_WAITING])
        raise ClusterError(
            f"{len(waiting)} shards never came back from Ray, such as {names}; run it again with --resume"
        )


def _result(outcome: bytes) -> PartResult:
    match pickle.loads(outcome):  # noqa: S301 - from our own actors
        case Done(result):
            return result
        case Failed(error):
            raise error
        case other:
            raise TypeError(f"an actor answered {other!r}")


def _forget_tries(folder: Path, files: set[str]) -> None:
    """Actors that an earlier run ended with Ctrl-C say nothing about a shard."""
    for path in folder.glob(f".*{TRIES}"):
        if path.name[1:].removesuffix(TRIES) in files:
            path.unlink(missing_ok=True)


def _check_seen(folder: Path, result: PartResult) -> None:
    """A shard that another machine wrote where this one can't see it is lost."""
    path = folder / result.shard.file
    if not path.is_file() or path.stat().st_size != result.receipt.content.bytes:
        raise ClusterError(
            f"{path} was written by a worker and is not there for this machine: all machines of the "
            "cluster must share the run's directory, under the same path"
        )


def _size(ray: Any, wanted: int | None) -> int:
    """How many actors to have: as many as are wanted, or as find room."""
    processors = sum(int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"])
    free = int(ray.available_resources().get("CPU", 0) / CPUS)
    room = min(processors, free)
    if not room:
        raise ClusterError(
            f"no processor is free in the Ray cluster, which has {processors}: wait for what runs there, or start nodes"
        )
    if wanted is not None and wanted > room:
        warnings.warn(
            f"{wanted} workers are asked for and {room} find room in the Ray cluster, which has {processors} "
            f"processors: {room} are used",
            GradersWarning,
            stacklevel=2,
        )
    _check_answers(ray)
    return min(wanted or room, room, processors)


def _check_answers(ray: Any) -> None:
    """Refuse a cluster that never runs anything, instead of waiting for ever."""
    try:
        ray.get(ray.remote(num_cpus=CPUS)(ready).remote(), timeout=ANSWER_WITHIN)
    except ray.exceptions.GetTimeoutError:
        raise ClusterError(
            f"the Ray cluster did not run a small task within {ANSWER_WITHIN:g} s: no node has "
            f"{CPUS:g} of a processor free in one piece, or none can start a process"
        ) from None
    except ray.exceptions.RayError as error:
        raise ClusterError(
            f"the Ray cluster can't run graders: {_last_line(error)}; the same version must be installed on every node"
        ) from None


@contextmanager
def _cluster() -> Iterator[Any]:
    """A session with a cluster: the open one, the one that is named, or one of our own for as long as it is needed."""
    is_local = "RAY_ADDRESS" not in os.environ
    with _quiet_start() if is_local else nullcontext():
        ray = _library()
        if ray.is_initialized():
            yield ray
            return
        if not is_local:
            _check_reachable(os.environ["RAY_ADDRESS"])
        try:
            if is_local:
                ray.init("local", include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
            else:
                ray.init(log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, RuntimeError, ray.exceptions.RayError) as error:
            raise ClusterError(f"no session with the Ray cluster can be had: {_last_line(error)}") from None
        try:
            yield ray
        finally:
            ray.shutdown()


def _check_reachable(address: str) -> None:
    """Refuse an address where nobody listens: Ray would go on trying for many minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():  # "auto" and the like
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECTED_WITHIN).close()
    except OSError as error:
        raise ClusterError(
            f"no Ray cluster answers at {address} of RAY_ADDRESS: {error.strerror or error}; start it, "
            "or unset the variable for a cluster of this machine alone"
        ) from None


@contextmanager
def _quiet_start() -> Iterator[None]:
    """How a cluster of our own is started: it tells nobody of its use, and its password is made up and kept in memory.

    Ray would write the password into the home directory.
    """
    wanted = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_BACKEND_LOG_LEVEL": "fatal",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
    }
    has_own = any(name in os.environ for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"))
    added = [name for name in wanted if name not in os.environ and not ("AUTH" in name and has_own)]
    os.environ.update({name: wanted[name] for name in added})
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def _library() -> Any:
    try:
        import ray
        import ray.data
        import ray.exceptions
    except ImportError:
        raise MissingExtraError("--engine ray", "ray") from None
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = context.enable_operator_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return ray


@contextmanager
def _told_of_ray(ray: Any) -> Iterator[None]:
    """Make what Ray can't get over one clear error."""
    try:
        yield
    except ray.exceptions.RayError as error:
        raise ClusterError(
            f"Ray stopped the run: {_last_line(error)}; what is written stays, run it again with --resume"
        ) from error


def _last_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
