"""math_accuracy: does the answer denote the same mathematical object as the reference?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from graders import math
from graders.completion.parse import Completion
from graders.completion.references import answer_inside
from graders.contract.batch import Batch, Pairs, missing_reference
from graders.contract.scorer import AnswerScorer
from graders.contract.scores import Scores
from graders.vocabulary.outcome import Outcome
from graders.wire.schema import MathAccuracyGrader

_CODE_OF = {str(outcome): outcome.code for outcome in Outcome}


class MathAccuracyScorer(AnswerScorer[MathAccuracyGrader]):
    """Scores 1 where the answer is mathematically equal to the reference; see `graders.math` for the policy.

    Settings: `MathSettings`.
    """

    grader_model = MathAccuracyGrader

    def compare(self, pairs: Pairs, batch: Batch) -> Scores:
        """Score pairs of answer and reference: 1.0, 0.0, or NaN where a worker was lost."""
        settings = self.settings.math
        prompts = [batch.prompts[row] for row in pairs.rows.tolist()] if batch.prompts and settings.echo_guard else None
        verdicts = math.verify(pairs.answers, pairs.references, prompts, **dict(settings))
        return Scores.verdicts([_CODE_OF[verdict.outcome] for verdict in verdicts])

    def reference_fault(self, reference: str) -> str | None:
        """Why no answer can be compared with this reference: empty, a placeholder, or not readable as mathematics."""
        return _reference_fault(reference)

    def reference_weakness(self, reference: str) -> str | None:
        """Where the reading of a reference ends that has none: it pays the same tokens and nothing else."""
        return None if self.reference_fault(reference) else math.reference_weakness(reference)

    def expects(self) -> str | None:
        """One value, since several are none; without figures, which could be taken for the task's own."""
        return (
            "one number, formula or expression, or the letter of the right choice: exact, not rounded, and simplified, "
            "without working or alternatives"
        )

    def details(self, completion: Completion, reference: str | None, prompt: str | None) -> dict[str, Any]:
        """How both sides were read, and the rule that decided."""
        if completion.answer is None or reference is None:
            return {}
        guarded = prompt if self.settings.math.echo_guard else None
        settings = self.settings.math.model_dump(include={"rounding", "rel_tol", "abs_tol", "sentences"})
        return math.explain(completion.answer, reference, prompt=guarded, **settings).to_dict()

    def signature(self) -> Mapping[str, object]:
        """The version of the policy, the settings that change a verdict, and the symbolic library's version."""
        return {"policy": math.POLICY_VERSION, **dict(self.settings.math), "sympy": version("sympy")}


@lru_cache(maxsize=1 << 16)
def _reference_fault(reference: str) -> str | None:
    """Why it can't be used; a whole solution that has no reading is none, since no policy writes that very text."""
    fault = missing_reference(reference) or math.reference_fault(reference)
    return fault or (answer_inside(reference) if math.reference_weakness(reference) else None)
