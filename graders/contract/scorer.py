"""What a scorer is: the contract that every built-in and every third party's scorer keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from graders.completion.parse import Completion
from graders.contract.batch import Batch, Pairs, missing_reference
from graders.contract.grader import Grader
from graders.contract.scores import OUTCOME_VALUES, Scores
from graders.vocabulary.errors import RegistrationError
from graders.vocabulary.outcome import Outcome

if TYPE_CHECKING:
    from graders.settings.settings import Settings

G = TypeVar("G", bound=Grader)


class Scorer(ABC, Generic[G]):
    """Computes the scores of a grader for a batch: one instance a grader of a reward.

    A subclass names its wire model as ``grader_model`` and implements `score`. A scorer has no state
    that a score depends on: the same row scores the same in any batch, in any order, in any thread.

    Attributes:
        grader_model: The wire model this scorer computes.
        needs_reference: Whether rows without a reference answer can't be scored.
        reads_reference: Whether a reference is read where there is one, though none is needed.
        columns: Other columns of the data that it reads, by name; they stand in ``batch.columns``.
        reads_conversations: Whether it reads whole prompts, in ``batch.conversations``, not the last user turn alone.
        grader: The grader, as it stands in the reward definition.
        settings: The settings of this run, those of this component already in place.
    """

    grader_model: ClassVar[type[Grader]]
    needs_reference: bool = False
    reads_reference: bool = False
    columns: tuple[str, ...] = ()
    reads_conversations: bool = False

    def __init__(self, grader: G, settings: Settings) -> None:
        self.grader = grader
        self.settings = settings

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        model = getattr(cls, "grader_model", None)
        if model is not None and not (isinstance(model, type) and issubclass(model, Grader)):
            raise RegistrationError(f"{cls.__qualname__}.grader_model: got {model!r}, expected a subclass of Grader")

    @abstractmethod
    def score(self, batch: Batch) -> Scores:
        """Score each row of a batch.

        An exception is caught by the reward, narrowed to the rows that cause it, and leaves these
        unscored with the outcome ``scorer_error``.
        """

    def reference_fault(self, reference: str) -> str | None:
        """Why no answer can be compared with this reference; None where one can."""
        return missing_reference(reference) if self.needs_reference else None

    def reference_weakness(self, reference: str) -> str | None:
        """Why nothing but an identical text is paid with this reference, which can be used; None where more is."""
        del reference
        return None

    def row_fault(self, row: Batch) -> str | None:
        """Why no answer can be scored by a batch of one row, whatever its reference; None where one can."""
        del row
        return None

    def weakness(self, *, alone: bool) -> str | None:
        """How this grader pays answers that are not right, one sentence; None where it doesn't.

        Args:
            alone: Whether no other grader of the reward reads the answer in another way.
        """
        del alone
        return None

    def expects(self) -> str | None:
        """What an answer should be, a clause that a system prompt puts behind "The answer is"; None to say nothing."""
        return None

    def details(self, completion: Completion, reference: str | None, prompt: str | None) -> dict[str, Any]:
        """What was extracted and compared for one row and one acceptable reference, for `explain`."""
        del completion, reference, prompt
        return {}

    def row_details(self, row: Batch, reference: str | None) -> dict[str, Any]:
        """As `details`, of a batch of one row, for a scorer that reads more of it."""
        return self.details(row.completions[0], reference, row.prompts[0] if row.prompts else None)

    def signature(self) -> Mapping[str, object]:
        """What besides the grader's own fields makes two of its numbers comparable."""
        return {}

    def metrics(self) -> Mapping[str, float]:
        """What this scorer counts while it runs, by name, for a trainer's log: calls, tokens, cost."""
        return {}


class AnswerScorer(Scorer[G]):
    """A scorer that compares the answer with the reference: rows without either are dealt with here.

    A subclass implements `compare` for answers that exist and references that can be used. No answer
    is 0 with the parser's outcome; a bad reference is unscored; of several acceptable references the
    best counts (the worst where `lenient` is False).
    """

    needs_reference = True
    lenient: bool = True

    @abstractmethod
    def compare(self, pairs: Pairs, batch: Batch) -> Scores:
        """Score pairs of answer and reference; ``batch`` holds the prompts by ``pairs.rows``."""

    def score(self, batch: Batch) -> Scores:
        """Score each row of a batch."""
        pairs = batch.pairs(self._is_usable)
        scores = self.compare(pairs, batch)
        if len(scores) != len(pairs.rows):
            raise ValueError(f"{type(self).__name__}.compare: got {len(scores):,} scores for {len(pairs.rows):,} pairs")
        return scores if pairs.references is batch.references else self._by_row(scores, pairs, batch)

    def _is_usable(self, reference: str) -> bool:
        return self.reference_fault(reference) is None

    def _by_row(self, scores: Scores, pairs: Pairs, batch: Batch) -> Scores:
        """Each row's best pair; where it has none, the reason."""
        usable = {reference: self._is_usable(reference) for reference in batch.distinct_references}
        reasons = [
            (completion.fault if completion.fault and _any_usable(acceptable, usable) else Outcome.BAD_REFERENCE).code
            for completion, acceptable in zip(batch.completions, batch.references or (), strict=True)
        ]
        codes = np.array(reasons, dtype=np.int8)
        values, rows = OUTCOME_VALUES[codes], pairs.rows
        if not np.logical_and.reduce(rows[1:] > rows[:-1]):  # a row has several: of equal rows the last one stays
            order = _best_last(scores.values, lenient=self.lenient)
            rows, scores = rows[order], Scores(scores.values[order], scores.codes[order])
        values[rows], codes[rows] = scores.values, scores.codes
        return Scores(values, codes)


def _any_usable(acceptable: str | tuple[str, ...], usable: Mapping[str, bool]) -> bool:
    return usable[acceptable] if isinstance(acceptable, str) else any(usable[one] for one in acceptable)


def _best_last(values: NDArray[np.float64], *, lenient: bool) -> NDArray[np.intp]:
    """Positions so that a row's pair that counts comes last: a certain 1 (or 0), else an unscored one."""
    nan = np.isnan(values)
    rank = np.where(nan, np.nextafter(1, 0), values) if lenient else -np.where(nan, np.nextafter(0, 1), values)
    return np.argsort(rank, kind="stable")
