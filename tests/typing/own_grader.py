"""A grader of one's own, as a user's type checker sees it; checked by mypy, never run."""

from typing import Literal, assert_type

import graders
from graders.testing import FakeJudge, check_scorer


class LengthGrader(graders.Grader):
    """Pays answers of at most so many characters."""

    type: Literal["length"] = "length"
    at_most: int = 100


@graders.register("length")
class LengthScorer(graders.Scorer[LengthGrader]):
    """Scores 1 for an answer that is short enough."""

    grader_model = LengthGrader

    def score(self, batch: graders.Batch) -> graders.Scores:
        """The grader and the settings are of their own types, an answer may be none."""
        assert_type(self.grader, LengthGrader)
        assert_type(self.grader.at_most, int)
        assert_type(self.settings, graders.Settings)
        assert_type(batch.answers, list[str | None])
        assert_type(batch.completions, list[graders.Completion])
        return graders.Scores.of([answer is not None for answer in batch.answers])


@graders.register("prefix")
class PrefixScorer(graders.AnswerScorer[LengthGrader]):
    """Compares pairs, which have both sides."""

    grader_model = LengthGrader

    def compare(self, pairs: graders.Pairs, batch: graders.Batch) -> graders.Scores:
        """Both columns are plain text."""
        for answer, reference in zip(pairs.answers, pairs.references, strict=True):
            assert_type((answer, reference), tuple[str, str])
        return graders.Scores.all(len(pairs.answers), 1.0, graders.Outcome.MATCH)


class Unfinished(graders.Scorer[LengthGrader]):
    """Has no score."""


class Crooked(graders.Scorer[LengthGrader]):
    """Gives numbers in place of scores."""

    def score(self, batch: graders.Batch) -> list[float]:  # type: ignore[override]
        """Wrong on purpose."""
        return [1.0] * len(batch)


assert_type(LengthScorer(LengthGrader(), graders.Settings()), LengthScorer)
check_scorer(LengthScorer)
Unfinished(LengthGrader(), graders.Settings())  # type: ignore[abstract]
LengthGrader(at_most="many")  # type: ignore[arg-type]

with FakeJudge("pass") as judge:
    assert_type(judge.base_url, str)
    graders.Settings(judge=graders.JudgeSettings(base_url=judge.base_url, model="judge"))
