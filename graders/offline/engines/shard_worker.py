"""A worker process: takes shards, scores them, tells what came of it; it ends when its host does.

It is started as a plain process that imports this module and nothing of the host's script, so that a script without
a main guard is not run again.
"""

from __future__ import annotations

import os
import pickle
import signal
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread

from graders.offline.engines.engine import collect_less
from graders.offline.engines.worker_process import AtRow, Done, Failed, Ready, RowsDone, ShardJob, portable
from graders.offline.ledger.task import Task
from graders.offline.scoring.score_part import score_part
from graders.vocabulary.errors import GradersError


def main(descriptor: int) -> None:
    """Serve the host at the other end of a socket: first the pickled task, then job after job."""
    host = Connection(descriptor)
    jobs: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(host, jobs), daemon=True).start()
    try:
        task = pickle.loads(jobs.get())  # noqa: S301 - from our own host
    except Exception as error:  # noqa: BLE001 - whatever a user's module raises while it is imported here
        host.send(Failed(GradersError(_why_not_loaded(error))))
        return
    collect_less()
    host.send(Ready())
    while True:
        host.send(_outcome(host, task, pickle.loads(jobs.get())))  # noqa: S301


def _listen(host: Connection, jobs: SimpleQueue[bytes]) -> None:
    """Hear the host. When it is gone, end at once, with every process that a scorer may have started."""
    try:
        while True:
            jobs.put(host.recv_bytes())
    except (EOFError, OSError):
        os.killpg(os.getpgrp(), signal.SIGKILL)


def _outcome(host: Connection, task: Task, job: ShardJob) -> Done | Failed:
    def say(rows: int) -> None:
        host.send(RowsDone(rows))

    def say_row(number: int) -> None:
        host.send(AtRow(number))

    try:
        return Done(score_part(job.shard, task, job.lost, say, say_row if job.row_by_row else None))
    except Exception as error:  # noqa: BLE001 - it is raised again in the host
        return Failed(portable(error))


def _why_not_loaded(error: Exception) -> str:
    return (
        f"a worker process can't load the reward: {type(error).__name__}: {error}; a grader of your own must stand "
        "in a module that can be imported, not in the script itself (or use --workers 1)"
    )
