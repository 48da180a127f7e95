"""A run: inputs cut into shards, those that are missing scored, the summary of all in the order of the input.

The way of a line, from file to file: `cli/commands/score.py` loads the reward and finds the inputs
(`reading/sources.py`). Here they are cut into shards (`ledger/shards.py`), what is run on what becomes a manifest
(`ledger/manifest.py`), and the run's directory is entered (`ledger/run_folder.py`). An engine (`engines/engine.py`)
gives each shard to `scoring/score_part.py`: its lines become rows (`reading/text_parts.py`, `reading/json_lines.py`),
`scoring/score_rows.py` makes batches of them for the reward, and rows and results become lines again
(`results/scored_chunk.py`, `writing/writer.py`). What comes back up is a receipt of each shard
(`ledger/receipts.py`); of these the summary is made here (`results/summary.py`), and the manifest is completed. Where
one file is wanted, `writing/join.py` makes it of the shards, and the command prints the summary.
"""

from __future__ import annotations

import builtins
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from graders.offline.engines.engine import Engine, Local
from graders.offline.ledger.manifest import Manifest, completed, known_plan, manifest_of, write_manifest
from graders.offline.ledger.receipts import Receipt, ShardContent, Warned, kept_receipt, whole_receipt
from graders.offline.ledger.run_folder import check_folder, clear, entered
from graders.offline.ledger.shards import Shard, ShardPlan, Share, plan_shards
from graders.offline.ledger.task import Task
from graders.offline.reading.parts import ROWS_PER_PART
from graders.offline.reading.sources import Source
from graders.offline.results.summary import Summary
from graders.offline.scoring.score_part import PartResult
from graders.vocabulary import errors
from graders.vocabulary.errors import DataError


class Watch:
    """Is told how a run goes on; this one keeps silent."""

    def begins(self, rows: int, done: int) -> None:
        """The run begins: so many rows in all, so many of them already done."""

    def advances(self, rows: int) -> None:
        """So many more rows are scored."""

    def stops(self, done: int, shards: int) -> None:
        """The run ends early, with so many of its shards done."""


@dataclass(frozen=True, kw_only=True)
class HowToRun:
    """How a run is made; nothing in here changes a reward.

    Attributes:
        engine: What scores the shards.
        resume: Go on with the run that is in the folder, if any.
        overwrite: Remove the run that is in the folder, if any.
        share: Which shards are this job's own.
        rows_per_part: The most rows of a shard.
        command: The command that goes on with the run, for people.
        watch: Is told how it goes.

    Raises:
        DataError: two of them exclude each other.
    """

    engine: Engine = field(default_factory=Local)
    resume: bool = False
    overwrite: bool = False
    share: Share = field(default_factory=Share)
    rows_per_part: int = ROWS_PER_PART
    command: str | None = None
    watch: Watch = field(default_factory=Watch)

    def __post_init__(self) -> None:
        if self.resume and self.overwrite:
            raise DataError("--resume goes on with what is there and --overwrite removes it: give one of them")
        if self.overwrite and self.share.jobs > 1:
            raise DataError(
                "--overwrite removes the shards of all jobs and --shard is one of them: remove the "
                "directory before the jobs begin"
            )


class RunResult(NamedTuple):
    """What a run has come to.

    Attributes:
        summary: The figures of this job's rows.
        manifest: The manifest; complete where no shard is missing.
        missing: The files of the shards that other jobs have yet to make.
    """

    summary: Summary
    manifest: Manifest
    missing: list[str]


def run(task: Task, sources: Sequence[Source], how: HowToRun | None = None) -> RunResult:
    """Score inputs: into the shards of ``task.folder``, or for the summary alone where that is None.

    The rewards, the shards and the summary are the same, to the last bit, for any number of workers, and for any
    number of times that the run was broken off and gone on with.

    Args:
        task: What is done with each part.
        sources: What is read, in order.
        how: How it is run.

    Raises:
        DataError: the inputs have no rows or can't be read, the folder can't be written, or it holds another run.

    Example::

        task = Task(graders.load_reward("reward.json"), folder=Path("scored"))
        result = run(task, find_sources("data/*.jsonl"), HowToRun(resume=True))
        result.summary.diagnostics().mean
    """
    how = how or HowToRun()
    plan = _plan(task, sources, how)
    if not plan.shards:
        raise DataError(_no_rows(sources))
    manifest = manifest_of(task, plan, how.rows_per_part, how.command)
    own = how.share.of(plan.shards)
    if task.folder is None:
        return _Run(task, plan, own, manifest, how).result()
    locks, alone = (how.share.lock_file, how.share.other_locks), how.share.jobs == 1
    check_folder(task.folder, sources)
    with entered(task.folder, manifest, own, locks, alone=alone, resume=how.resume, overwrite=how.overwrite) as crashed:
        return _Run(task, plan, own, manifest, how, crashed).result()


def _plan(task: Task, sources: Sequence[Source], how: HowToRun) -> ShardPlan:
    """Where the shards are cut; a job that is one of many takes it from the one that came first."""
    known = None if how.share.jobs == 1 or task.folder is None else known_plan(task.folder, sources, how.rows_per_part)
    return known or plan_shards(sources, task.format, how.rows_per_part)


@dataclass
class _Run:
    """A run that has begun, of the shards that are its own.

    Attributes:
        own: Those.
        crashed: Whether the run before it ended without a word.
    """

    task: Task
    plan: ShardPlan
    own: list[Shard]
    manifest: Manifest
    how: HowToRun
    crashed: bool = False

    def __post_init__(self) -> None:
        found = self.own if self.how.resume else []  # or the folder would not have been entered
        receipts = {shard.number: self._receipt(shard.file) for shard in found}
        self.done = {number for number, receipt in receipts.items() if receipt and not self._is_open(receipt)}

    def result(self) -> RunResult:
        """Score what is missing, and gather all in the order of the input."""
        missing = [shard for shard in self.own if shard.number not in self.done]
        self.how.watch.begins(_lines(self.own), _lines(self.own) - _lines(missing))
        engine = self.how.engine.after_a_crash() if self.crashed else self.how.engine
        summary, contents, said = Summary(self.manifest["weights"]), dict[str, ShardContent](), set[tuple[str, str]]()
        try:
            with closing(engine.results(missing, self.task, self.how.watch.advances)) as results:
                for shard, receipt in self._in_order(results):
                    summary.add(receipt.scored)
                    contents[shard.file] = receipt.content
                    for warned in receipt.warnings:
                        _warn(warned, said)
        except BaseException:
            self.how.watch.stops(self._kept_shards(), len(self.own))
            raise
        return self._finished(summary, contents)

    def _is_open(self, receipt: Receipt) -> bool:
        """Whether a shard has rows that are to be scored again."""
        return self.task.retry_unscored and bool(np.isnan(receipt.scored.block.values).any())

    def _kept_shards(self) -> int:
        """How many of its own shards are there; a worker may have made one and not said so yet."""
        folder = self.task.folder
        return 0 if folder is None else sum((folder / shard.file).exists() for shard in self.own)

    def _in_order(self, results: Iterator[PartResult]) -> Iterator[tuple[Shard, Receipt]]:
        """Every shard of its own with its receipt: at once where it was there before, else when it is done."""
        ahead = dict[int, Receipt]()
        for shard in self.own:
            if shard.number in self.done:
                yield shard, kept_receipt(self.task.folder or Path(), shard.file)
                continue
            while shard.number not in ahead:
                result = next(results)
                ahead[result.shard.number] = result.receipt
            yield shard, ahead.pop(shard.number)

    def _receipt(self, file: str) -> Receipt | None:
        return None if self.task.folder is None else whole_receipt(self.task.folder, file)

    def _finished(self, summary: Summary, contents: dict[str, ShardContent]) -> RunResult:
        """The result; where all shards are there, whoever made them, the manifest says so."""
        if self.how.share.jobs == 1 and not summary.scored and not summary.errors:
            if self.task.folder is not None:
                clear(self.task.folder)
            raise DataError(_no_rows([shard.part.source for shard in self.own]))
        others = [shard.file for shard in self.plan.shards if shard.file not in contents]
        found = {file: receipt.content for file in others if (receipt := self._receipt(file))}
        missing = [file for file in others if file not in found]
        if missing or self.task.folder is None:
            return RunResult(summary, self.manifest, missing)
        manifest = completed(self.manifest, contents | found)
        write_manifest(self.task.folder, manifest)
        return RunResult(summary, manifest, [])


def _warn(warned: Warned, said: set[tuple[str, str]]) -> None:
    """Say again what was warned of while a shard was scored, once in its kind."""
    kind = (warned.category, re.sub(r"\d+", "0", warned.message)[:40])
    if kind not in said:
        said.add(kind)
        warnings.warn(warned.message, _category(warned.category), stacklevel=2)


def _category(name: str) -> type[Warning]:
    """A warning's class by its name: one of ours, one of Python's, or the root of ours."""
    found = getattr(errors, name, None) or getattr(builtins, name, None)
    return found if isinstance(found, type) and issubclass(found, Warning) else errors.GradersWarning


def _lines(shards: Iterable[Shard]) -> int:
    return sum(shard.part.lines for shard in shards)


def _no_rows(sources: Iterable[Source]) -> str:
    paths = list(dict.fromkeys(source.path for source in sources))
    return f"{paths[0]} has no rows" if len(paths) == 1 else f"none of the {len(paths)} files has any rows"
