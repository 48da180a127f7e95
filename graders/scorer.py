"""What a scorer is: the contract that every built-in and every third party's scorer keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graders.batch import Batch, Pairs, missing_reference
from graders.completion import Completion
from graders.errors import RegistrationError
from graders.outcome import OUTCOMES, Outcome
from graders.schema import Grader

if TYPE_CHECKING:
    from graders.settings import Settings

G = TypeVar("G", bound=Grader)

_UNSCORED = np.array([outcome.unscored for outcome in OUTCOMES])
_MOST = np.array([float(outcome in (Outcome.MATCH, Outcome.GRADED)) for outcome in OUTCOMES])
_VERDICTS = np.array([np.nan if outcome.unscored else float(outcome is Outcome.MATCH) for outcome in OUTCOMES])
_MATCH, _MISMATCH, _GRADED = Outcome.MATCH.code, Outcome.MISMATCH.code, Outcome.GRADED.code


@dataclass(frozen=True, slots=True)
class Scores:
    """A scorer's result: one score and one outcome a row. Make it with `Scores.of`.

    Attributes:
        values: float64, shape (n,), each in [0, 1], or NaN where unscored.
        codes: int8, shape (n,), the `Outcome.code` of each row.

    Raises:
        ValueError: the arrays differ in shape, a value is outside [0, 1], a NaN has an outcome that
            is a score, or a value above 0 has another outcome than ``match`` or ``graded``.
    """

    values: NDArray[np.float64]
    codes: NDArray[np.int8]

    def __post_init__(self) -> None:
        values, codes = self.values, self.codes
        if values.dtype != np.float64 or values.ndim != 1 or values.shape != codes.shape:
            raise ValueError(f"scores: got {values.dtype} of shape {values.shape} with outcomes of shape "
                             f"{codes.shape}, expected float64 and outcomes of one shape (n,)")  # fmt: skip
        fine = (values >= 0) & (values <= _MOST[codes])
        if np.logical_and.reduce(fine):
            return
        if not np.all((values >= 0) & (values <= 1) | np.isnan(values) & _UNSCORED[codes]):
            raise ValueError("scores: expected values in [0, 1], or NaN with an outcome that says why it is unscored")
        if np.any(values > _MOST[codes]):
            raise ValueError("scores: a row is paid with the outcome match or graded, and with no other")

    @classmethod
    def of(cls, values: ArrayLike, outcomes: Iterable[Outcome | str] | None = None) -> Scores:
        """Scores from values, and outcomes where these say more than the value.

        Args:
            values: One score a row: numbers in [0, 1], booleans, or NaN.
            outcomes: One outcome a row; where None, 1 is a match, 0 a mismatch and the rest graded.

        >>> Scores.of([1.0, 0.0, 0.25]).outcomes[2]
        <Outcome.GRADED: 'graded'>
        """
        numbers = np.asarray(values, dtype=np.float64)
        if outcomes is None:
            codes = np.where(numbers == 1, _MATCH, np.where(numbers == 0, _MISMATCH, _GRADED))
            codes = np.where(np.isnan(numbers), Outcome.SCORER_ERROR.code, codes)
        else:
            codes = np.array([Outcome(outcome).code for outcome in outcomes], dtype=np.int8)
        return cls(numbers, codes.astype(np.int8))

    @classmethod
    def verdicts(cls, codes: ArrayLike) -> Scores:
        """Scores from codes alone, where a row is right, wrong or unscored: 1 for a match, NaN as its code says, or 0.

        Args:
            codes: The `Outcome.code` of each row.

        Raises:
            ValueError: a row has the outcome ``graded``, which needs a value.

        >>> Scores.verdicts([Outcome.MATCH.code, Outcome.NO_ANSWER.code]).values
        array([1., 0.])
        """
        of_rows = np.asarray(codes, dtype=np.int8)
        made = object.__new__(cls)  # what follows from the codes needs no check
        object.__setattr__(made, "values", _VERDICTS[of_rows])
        object.__setattr__(made, "codes", of_rows)
        if made.has(Outcome.GRADED):
            raise ValueError("scores: a row is graded, and its value is not given")
        return made

    @classmethod
    def all(cls, n: int, value: float, outcome: Outcome) -> Scores:
        """The same value and outcome in n rows."""
        return cls(np.full(n, value), np.full(n, outcome.code, dtype=np.int8))

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcome of each row."""
        return [OUTCOMES[code] for code in self.codes]

    def has(self, outcome: Outcome) -> bool:
        """Whether any row has an outcome."""
        return outcome.code in self.codes.tobytes()  # a byte a row

    def __len__(self) -> int:
        return len(self.values)


class Scorer(ABC, Generic[G]):
    """Computes the scores of a grader for a batch: one instance a grader of a reward.

    A subclass names its wire model as ``grader_model`` and implements `score`. A scorer has no state
    that a score depends on: the same row scores the same in any batch, in any order, in any thread.

    Attributes:
        grader_model: The wire model this scorer computes.
        needs_reference: Whether rows without a reference answer can't be scored.
        grader: The grader, as it stands in the reward definition.
        settings: The settings of this run, those of this component already in place.
    """

    grader_model: ClassVar[type[Grader]]
    needs_reference: ClassVar[bool] = False

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

    def weakness(self, *, alone: bool) -> str | None:
        """How this grader pays answers that are not right, one sentence; None where it doesn't.

        Args:
            alone: Whether no other grader of the reward reads the answer in another way.
        """
        del alone
        return None

    def details(self, completion: Completion, reference: str | None, prompt: str | None) -> dict[str, Any]:
        """What was extracted and compared for one row and one acceptable reference, for `explain`."""
        del completion, reference, prompt
        return {}

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
            raise ValueError(f"{type(self).__name__}.compare: got {len(scores)} scores for {len(pairs.rows)} pairs")
        return scores if pairs.references is batch.references else self._by_row(scores, pairs, batch)

    def _is_usable(self, reference: str) -> bool:
        return self.reference_fault(reference) is None

    def _by_row(self, scores: Scores, pairs: Pairs, batch: Batch) -> Scores:
        """Each row's best pair; where it has none, the reason."""
        usable = {reference: self._is_usable(reference) for reference in batch.distinct_references}
        reasons = [
            completion.fault.code
            if completion.fault and _any_usable(acceptable, usable)
            else Outcome.BAD_REFERENCE.code
            for completion, acceptable in zip(batch.completions, batch.references or (), strict=True)
        ]
        codes = np.array(reasons, dtype=np.int8)
        values, rows = _VERDICTS[codes], pairs.rows
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
