"""A watched run read back: everything that a table or a page shows, all processes joined, also while they still write.

    run = graders.monitor.read_run("runs/x/watch")
    run.steps                               # array([1, 2, 3, ...]); all curves are as long as this one
    run.reward, run.paid, run.components["format"], run.outcomes["math_accuracy"]["match"], run.traits["repeated"]
    run.alarms                              # in the order of the steps, one a detector and subject
    run.early, run.late                     # sampled rows of the first and of the last steps

A curve is NaN at a step where nothing has the value. Nothing is guessed: lines that can't be read are counted.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from graders.monitor.recording import SUFFIX, WatchAlarm, WatchedRow
from graders.vocabulary.errors import DataError

Curve = NDArray[np.float64]

SHOWN_ROWS = 12
"""So many rows are kept of the beginning, and so many of the end."""


@dataclass(frozen=True, kw_only=True)
class WatchRun:
    """What was recorded of a run.

    Attributes:
        folder: Where it is.
        steps: The steps that have rows, ascending; int64, shape (s,). Late in a long run not all are recorded.
        rows: Rows a step; float64 like every curve, shape (s,).
        reward: The mean reward of scored rows.
        paid: Share of all rows that are paid: a reward of at least one half, or above their group's mean.
        unscored: Share of all rows.
        length: Mean length of the answers, in characters.
        distinct: Share of different answers among all answers.
        components: The mean score of each component.
        outcomes: How many rows had an outcome, by component and then outcome; those that never came are left out.
        traits: The share of the paid rows that have a trait, by the names of `step_rows.TRAITS`.
        teaching: Share of groups that have an advantage, where groups are known.
        alarms: In the order of the steps.
        dropped: Detectors that failed and were dropped, with the error's words.
        early, late: Rows of the first and of the last steps, in their order.
        weights: The weight of each component.
        signature: The reward's signature; empty where no file has its first line yet.
        definition: The reward as JSON has it, which `graders.load_reward` takes.
        processes: How many files there are.
        damaged: Lines that can't be read: the last ones of killed processes.
    """

    folder: str
    steps: NDArray[np.int64]
    rows: Curve
    reward: Curve
    paid: Curve
    unscored: Curve
    length: Curve
    distinct: Curve
    components: dict[str, Curve]
    outcomes: dict[str, dict[str, Curve]]
    traits: dict[str, Curve]
    teaching: Curve
    alarms: tuple[WatchAlarm, ...]
    dropped: dict[str, str]
    early: tuple[WatchedRow, ...]
    late: tuple[WatchedRow, ...]
    weights: dict[str, float]
    signature: str
    definition: dict[str, Any]
    processes: int
    damaged: int


def read_run(folder: str | os.PathLike[str]) -> WatchRun:
    """Read what `graders.watch` recorded; of a run that goes on, what is there by now.

    Where a resumed run repeats steps, the later process of the same rank is believed.

    Args:
        folder: The folder that `watch` was given.

    Raises:
        DataError: there is no such folder, or nothing recorded in it.
    """
    paths = sorted(Path(folder).glob(f"*{SUFFIX}"))
    if not paths:
        raise DataError(f"{os.fspath(folder)} has no files *{SUFFIX}; graders.watch(reward, folder) writes them")
    files = [_read_file(path) for path in paths]
    damaged = sum(count for _, count in files)
    records = list(_believed([records for records, _ in files if records and records[0]["k"] == "open"]))
    return _joined(os.fspath(folder), records, len(files), damaged)


def last_step(folder: str | os.PathLike[str]) -> int:
    """The last step that is recorded in a folder; 0 where there is none."""
    files = (_read_file(path)[0] for path in Path(folder).glob(f"*{SUFFIX}"))
    return max((record["s"] for records in files for record in records if record["k"] == "step"), default=0)


def _read_file(path: Path) -> tuple[list[dict[str, Any]], int]:
    """The records of a file, and how many of its lines can't be read."""
    records, damaged = [], 0
    for line in filter(None, path.read_bytes().split(b"\n")):
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            damaged += 1
            continue
        if isinstance(record, dict) and "k" in record:
            records.append(record)
    return records, damaged


def _believed(files: list[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """All records but those that a later process of the same rank repeats, which a trainer told where it resumes."""
    last: dict[int, float] = {}
    for records in sorted(files, key=lambda records: -records[0]["time"]):
        opened = records[0]
        limit = last.get(opened["rank"], np.inf)
        yield from (record for record in records if record["k"] in ("open", "dropped") or record["s"] <= limit)
        if opened["told"]:
            last[opened["rank"]] = min(limit, opened["s"])


def _joined(folder: str, records: list[dict[str, Any]], processes: int, damaged: int) -> WatchRun:
    opened = max((one for one in records if one["k"] == "open"), key=lambda one: one["time"], default={})
    weights = dict(opened.get("weights", {}))
    samples = [WatchedRow(**row) for one in records if one["k"] == "rows" for row in one["rows"]]
    samples.sort(key=lambda row: row.step)
    return WatchRun(
        folder=folder,
        **_curves([one for one in records if one["k"] == "step"], weights),
        alarms=tuple(_alarms(one["alarm"] for one in records if one["k"] == "alarm")),
        dropped={one["detector"]: one["error"] for one in records if one["k"] == "dropped"},
        early=tuple(samples[:SHOWN_ROWS]),
        late=tuple(samples[max(SHOWN_ROWS, len(samples) - SHOWN_ROWS) :]),
        weights=weights,
        signature=opened.get("signature", ""),
        definition=opened.get("definition", {}),
        processes=processes,
        damaged=damaged,
    )


def _curves(records: list[dict[str, Any]], weights: Iterable[str]) -> dict[str, Any]:
    """The sums of each step, over all processes, as shares and means."""
    steps, place = np.unique(np.array([one["s"] for one in records], dtype=np.int64), return_inverse=True)
    names = dict.fromkeys(name for one in records for name in one["sums"])
    sums: defaultdict[str, Curve] = defaultdict(lambda: np.zeros(len(steps)))
    for name in names:
        sums[name] += np.bincount(place, [one["sums"].get(name, 0) for one in records], len(steps))
    rows, paid, answers = sums["rows"], sums["paid"], sums["answers"]
    return {
        "steps": steps,
        "rows": rows,
        "reward": _ratio(sums["reward"], sums["scored"]),
        "paid": _ratio(paid, rows),
        "unscored": _ratio(rows - sums["scored"], rows),
        "length": _ratio(sums["length"], answers),
        "distinct": _ratio(sums["distinct"], answers),
        "components": {name: _ratio(sums[f"score/{name}"], sums[f"count/{name}"]) for name in weights},
        "outcomes": {name: dict(sorted(_under(f"outcome/{name}/", sums))) for name in weights},
        "traits": {name: _ratio(count, paid) for name, count in _under("trait/", sums)},
        "teaching": _ratio(sums["teaching"], sums["groups"]),
    }


def _under(prefix: str, sums: Mapping[str, Curve]) -> Iterator[tuple[str, Curve]]:
    """The sums whose names begin so, by the rest of their names."""
    return ((name.removeprefix(prefix), one) for name, one in sums.items() if name.startswith(prefix))


def _ratio(above: Curve, below: Curve) -> Curve:
    shares: Curve = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return shares


def _alarms(documents: Iterable[Mapping[str, Any]]) -> Iterator[WatchAlarm]:
    """The alarms, of those about the same thing the first one, in the order of the steps."""
    told = set()
    for one in sorted(documents, key=lambda one: int(one["step"])):
        if (one["detector"], one["subject"]) not in told:
            told.add((one["detector"], one["subject"]))
            yield WatchAlarm(**{**one, "rows": tuple(WatchedRow(**row) for row in one["rows"])})
