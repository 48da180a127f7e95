"""Every component's scores for a batch, where a scorer's fault touches only the rows that cause it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.contract.batch import Batch
from graders.contract.scorer import Scorer
from graders.contract.scores import Scores
from graders.judge.judge_errors import JudgeError
from graders.reward.reference_faults import bad_reference_sentence
from graders.settings.settings import Settings
from graders.vocabulary.errors import BadReferenceError, DataError, GradersError
from graders.vocabulary.outcome import Outcome

log = logging.getLogger("graders")


@dataclass
class Raised:
    """What a scorer raised on some rows of a batch.

    Attributes:
        first: The first exception, with its traceback; None where there was none.
        rows: How many rows it could not score.
    """

    first: Exception | None = None
    rows: int = 0

    def add(self, error: Exception) -> None:
        """One more row is unscored for an exception."""
        self.first = self.first or error
        self.rows += 1

    def log(self, name: str, of: int, told: set[str]) -> None:
        """Tell it once: the first time with the traceback, later as a count, for those who read that much.

        Args:
            name: The component.
            of: How many rows the batch has.
            told: Which kinds of exceptions were told; this one is added.
        """
        kind = f"{name}: {type(self.first).__name__}"
        level, trace = (logging.INFO, None) if kind in told else (logging.WARNING, self.first)
        told.add(kind)
        said = "%s raised %s on %d of %d rows, which are unscored: %s"
        log.log(level, said, name, type(self.first).__name__, self.rows, of, self.first, exc_info=trace)


@dataclass(frozen=True)
class ScorerRun:
    """The scorers of a reward at work on batches.

    Attributes:
        scorers: The scorer of each component by name.
        settings: The settings of this run.
        side_by_side: Whether each scorer has a thread of its own, so that a judge waits while the others compute.
        goes_on: Whether a judge that leaves too much open leaves the batch unscored, where a plain evaluation raises.
        told: Which exceptions of scorers the log has the traceback of already.
    """

    scorers: Mapping[str, Scorer[Any]]
    settings: Settings
    side_by_side: bool = False
    goes_on: bool = False
    told: set[str] = field(default_factory=set)

    def scores(self, batch: Batch) -> dict[str, Scores]:
        """Every component's scores by name, in the order of the components.

        Raises:
            DataError: a scorer needs references and the batch has none.
            BadReferenceError: a reference is bad, and ``settings.on_bad_reference`` is ``error``.
            JudgeError: the judge left too much of the batch open, and the run doesn't go on regardless.
        """
        if batch.references is None:
            self._refuse_missing_references()
        if self.side_by_side and len(self.scorers) > 1:
            with ThreadPoolExecutor(len(self.scorers), "graders-scorer") as pool:
                found = list(pool.map(lambda name: self._component(name, batch), self.scorers))
        else:
            found = [self._component(name, batch) for name in self.scorers]
        return dict(zip(self.scorers, found, strict=True))

    def scores_again(self, batch: Batch, known: Mapping[str, Scores]) -> dict[str, Scores]:
        """What is known of a batch, where rows that some component left unscored are scored again, and no others.

        Args:
            batch: The batch.
            known: The scores that it had before, of every component.

        Raises:
            DataError, BadReferenceError, JudgeError: as `scores`.
        """
        missing = np.flatnonzero(np.any([np.isnan(one.values) for one in known.values()], axis=0))
        if not len(missing):
            return dict(known)
        fresh = self.scores(batch.rows(missing.tolist()))
        return {name: _replaced(known[name], missing, one) for name, one in fresh.items()}

    def _refuse_missing_references(self) -> None:
        for name, scorer in self.scorers.items():
            if scorer.needs_reference:
                raise DataError(f"{name} needs references: pass reference_answer=, one a completion")

    def _component(self, name: str, batch: Batch) -> Scores:
        try:
            return self._settled(self._scores_of(name, batch), batch)
        except JudgeError as error:
            judge = self.settings.for_component(name).judge
            if not self.goes_on or "max_unscored" in judge.model_fields_set or judge.on_alarm == "raise":
                raise
            log.warning("%s leaves the whole batch of %d rows unscored: %s", name, len(batch), error)
            return Scores.all(len(batch), np.nan, Outcome.JUDGE_UNREACHABLE)

    def _scores_of(self, name: str, batch: Batch) -> Scores:
        raised = Raised()
        scores = _isolated(name, self.scorers[name], batch, raised)
        if raised.first is not None:
            raised.log(name, len(batch), self.told)
        return scores

    def _settled(self, scores: Scores, batch: Batch) -> Scores:
        """Scores with bad references dealt with as the settings say."""
        if self.settings.on_bad_reference == "nan":
            return scores
        bad = scores.codes == Outcome.BAD_REFERENCE.code
        if not bad.any():
            return scores
        if self.settings.on_bad_reference == "error":
            raise BadReferenceError(bad_reference_sentence(self.scorers, batch, np.flatnonzero(bad).tolist()))
        return replace(scores, values=np.where(bad, 0.0, scores.values))


def _replaced(old: Scores, rows: NDArray[np.intp], new: Scores) -> Scores:
    """Scores with other ones in some rows."""
    values, codes = old.values.copy(), old.codes.copy()
    values[rows], codes[rows] = new.values, new.codes
    return Scores(values, codes)


def _isolated(name: str, scorer: Scorer[Any], batch: Batch, raised: Raised) -> Scores:
    """The scores of a batch, where rows that make the scorer raise are unscored and touch no other row."""
    rows = len(batch.completions)
    try:
        return _checked(name, scorer.score(batch), rows)
    except GradersError:
        raise
    except Exception as error:  # noqa: BLE001 - the one boundary that isolates a scorer's faults
        fault = error
    if rows > 1:
        halves = batch.rows(range(rows // 2)), batch.rows(range(rows // 2, rows))
        first, second = (_isolated(name, scorer, half, raised) for half in halves)
        return Scores(np.append(first.values, second.values), np.append(first.codes, second.codes))
    raised.add(fault)
    return Scores.all(rows, np.nan, Outcome.SCORER_ERROR)


def _checked(name: str, scores: object, rows: int) -> Scores:
    if not isinstance(scores, Scores):
        raise TypeError(f"{name}: the scorer gave {type(scores).__name__}, expected Scores")
    if len(scores.values) != rows:
        raise ValueError(f"{name}: the scorer gave {len(scores):,} scores for {rows:,} rows")
    return scores
