"""Going on with a file that is whole: what is unscored in it is scored again, and rows that its inputs have gained.

A directory of shards says itself what was run. A file doesn't, so each of its rows is held against the row that it was
made of, and against what the reward makes of its scores, before anything takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from graders.completion.messages import completion_text
from graders.figures.running_figures import ScoredBlock
from graders.offline.ledger.task import Task
from graders.offline.reading.row import Row, RowInputs
from graders.offline.reading.row_texts import question
from graders.offline.reading.rows import open_rows
from graders.offline.reading.sources import Source
from graders.offline.results.scored_chunk import ScoredChunk
from graders.offline.results.summary import Summary
from graders.offline.scored import RowArrays
from graders.offline.scoring.score_rows import CHUNK, RowScoring
from graders.offline.writing import open_writer
from graders.offline.writing.files import whole_file
from graders.vocabulary.errors import DataError

T = TypeVar("T")


def go_on_with(path: Path, task: Task, sources: Sequence[Source]) -> Summary:
    """Score again what a file has unscored, and what was appended to its inputs; the file is replaced at the end.

    Args:
        path: A file of output rows.
        task: How its rows were scored.
        sources: What was scored.

    Raises:
        DataError: its rows are not those of the inputs, or another reward scored them.
    """
    summary = Summary(task.reward.weights)
    scoring = RowScoring(task.reward, task.columns, task.label_column, summary)
    with open_rows([source.path for source in sources]) as read, open_rows(str(path)) as written:
        rows = filter(task.columns.holds, read)
        with whole_file(path) as place, open_writer(place, task.format) as writer:
            for chunk in _again(path, scoring, rows, written):
                writer.write(chunk)
            for chunk in scoring.chunks(rows):
                writer.write(chunk)
    return summary


def _again(path: Path, scoring: RowScoring, rows: Iterator[Row], written: Iterator[Row]) -> Iterator[ScoredChunk]:
    """The rows of the file, with what was unscored in them scored; the rows that follow are new."""
    number = 1
    for old in _by(CHUNK, written):
        new = [*islice(rows, len(old))]
        if len(new) < len(old):
            raise DataError(f"{path} has more rows than its data has now; {_REMEDY}")
        for k, (row, before) in enumerate(zip(new, old, strict=True)):
            _check_same(path, number + k, scoring, row, before)
        scoring.known = _block(path, number, scoring, old)
        position = 0
        for chunk in scoring.chunks(new):
            _check_results(path, number + position, chunk, old[position:])
            position += len(chunk.rows)
            yield chunk
        if len(scoring.known):
            raise DataError(f"{path}: rows {number} to {number + len(old) - 1} give other completions now; {_REMEDY}")
        number += len(old)
    scoring.known = None


_REMEDY = "score it without --resume"


def _by(size: int, values: Iterable[T]) -> Iterator[list[T]]:
    left = iter(values)
    while some := [*islice(left, size)]:
        yield some


def _check_same(path: Path, number: int, scoring: RowScoring, row: Row, before: Row) -> None:
    """Refuse an output row that was made of another row."""
    if before.document.get("status") != "error" and _texts(scoring, row) != _texts(scoring, before):
        raise DataError(f"row {number} of {path} is not that of its data ({row.place}) any more; {_REMEDY}")


def _texts(scoring: RowScoring, row: Row) -> Any:
    """What a row gives to score as texts, which no format of files changes; None where it gives nothing."""
    try:
        example: RowInputs = scoring.columns.example(row.document, needs_reference=scoring.reward.needs_reference)
        completions = [completion_text(one, k) for k, one in enumerate(example.completions)]
    except (DataError, TypeError):
        return None
    reference = [*map(str, example.reference)] if isinstance(example.reference, list) else str(example.reference)
    return completions, reference, question(example.prompt)


def _block(path: Path, number: int, scoring: RowScoring, rows: Sequence[Row]) -> ScoredBlock:
    """The scores in output rows, in the order of the reward's components."""
    arrays = RowArrays(scoring.columns, None, None)
    for k, row in enumerate(rows):
        arrays.add(number + k, row)
    found = arrays.scored(str(path), {}, None)
    names = list(scoring.reward.weights)
    if len(found) and found.scores.keys() != set(names):
        others = ", ".join(found.scores)
        raise DataError(f"{path} was scored by a reward of {others}, and this one has {', '.join(names)}; {_REMEDY}")
    scores = [found.scores[name] for name in names] if len(found) else []
    values = np.array([one.values for one in scores]).reshape(len(names), len(found))
    codes = np.array([one.codes for one in scores], dtype=np.int8).reshape(len(names), len(found))
    return ScoredBlock(found.rewards, values, codes, found.groups, found.lengths)


def _check_results(path: Path, number: int, chunk: ScoredChunk, old: Sequence[Row]) -> None:
    """Refuse rows of which this reward makes another reward or answer, of the same scores."""
    for k, (results, before) in enumerate(zip(chunk.results, old, strict=False)):
        document = before.document
        if _is_scored(document) and any(results[name] != document[name] for name in ("reward", "answer")):
            raise DataError(
                f"row {number + k} of {path} has the reward {document['reward']} for {document['answer']!r:.60}, and "
                f"this reward with these settings makes {results['reward']} of {results['answer']!r:.60}; {_REMEDY}"
            )


def _is_scored(document: Mapping[str, Any]) -> bool:
    """Whether every component has scored a row, or each completion of its group."""
    status = document.get("status")
    if not (status == "scored" or (isinstance(status, list) and {*status} == {"scored"})):
        return False
    return not any(None in (value if isinstance(value, list) else [value]) for value in document["scores"].values())
