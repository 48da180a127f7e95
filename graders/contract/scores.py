"""A scorer's result: an array of scores with an outcome a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from graders.vocabulary.outcome import OUTCOMES, Outcome

_UNSCORED = np.array([outcome.unscored for outcome in OUTCOMES])

_MATCH, _MISMATCH, _GRADED = Outcome.MATCH.code, Outcome.MISMATCH.code, Outcome.GRADED.code
_MOST = np.array([float(outcome in (Outcome.MATCH, Outcome.GRADED)) for outcome in OUTCOMES])

OUTCOME_VALUES = np.array([np.nan if outcome.unscored else float(outcome is Outcome.MATCH) for outcome in OUTCOMES])
"""The score that each outcome stands for, by its code: 1 for a match, NaN where unscored, else 0."""


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
            found = f"{values.dtype} of shape {values.shape} with outcomes of shape {codes.shape}"
            raise ValueError(f"scores: got {found}, expected float64 and outcomes of one shape (n,)")
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
        object.__setattr__(made, "values", OUTCOME_VALUES[of_rows])
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
