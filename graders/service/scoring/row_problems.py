"""What a caller is told where its rows can't be scored."""

from __future__ import annotations

from graders.judge.judge_errors import JudgeError
from graders.service.problems import Problem
from graders.vocabulary.errors import DataError

ABOUT_ROWS = (DataError, TypeError, JudgeError)
"""What scoring raises where rows, or the judge, are to blame."""

_COLUMNS = ("completions", "reference_answer", "prompts")
"""How the sentence of an error about a caller's rows begins."""


def about_rows(error: Exception) -> Problem:
    """The problem that an error of scoring is.

    Raises:
        TypeError: the error is not about the rows, but ours.
    """
    if isinstance(error, JudgeError):
        return Problem(503, f"the judge leaves these rows unscored: {error}", code="judge_unreachable")
    sentence = str(error)
    if isinstance(error, TypeError) and not sentence.startswith(_COLUMNS):
        raise error
    column = next((name for name in _COLUMNS if sentence.startswith(name)), None)
    return Problem(422, sentence, param=column, code="invalid_rows")
