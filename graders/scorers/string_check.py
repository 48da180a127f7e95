"""string_check: does the answer equal, differ from, or contain the reference?"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.completion.normalization import is_stream_safe, nfc
from graders.completion.parse import Completion
from graders.completion.references import answer_inside
from graders.contract.batch import Batch, Pairs
from graders.contract.scorer import AnswerScorer
from graders.contract.scores import Scores
from graders.settings.sections import StringSettings
from graders.settings.settings import Settings
from graders.vocabulary.outcome import Outcome
from graders.wire.schema import StringCheckGrader, StringOperation

_CONTAINS = {StringOperation.CONTAINS, StringOperation.CASE_INSENSITIVE_CONTAINS}

_EXPECTED = {
    StringOperation.EQUALS: "exactly what is asked for, with its capitals and spelling, and nothing around it",
    StringOperation.CONTAINS: "a short text that names what is asked for, with its capitals and spelling",
    StringOperation.CASE_INSENSITIVE_CONTAINS: "a short text that names what is asked for, spelt exactly",
}


class StringCheckScorer(AnswerScorer[StringCheckGrader]):
    """Compares the answer with the reference as text, after NFC and a strip of white space at both ends.

    ``equals`` and ``not_equals`` mind case. ``contains``: the answer contains the reference, never the
    reverse. ``case_insensitive_contains`` compares case-folded text. Of several references, ``not_equals``
    wants an answer that differs from all. Settings: `StringSettings`.
    """

    grader_model = StringCheckGrader

    def __init__(self, grader: StringCheckGrader, settings: Settings) -> None:
        super().__init__(grader, settings)
        self.operation = grader.operation
        self.lenient = grader.operation is not StringOperation.NOT_EQUALS

    def compare(self, pairs: Pairs, batch: Batch) -> Scores:
        """Score pairs of answer and reference: 1.0 or 0.0."""
        del batch
        answers = readings(pairs.answers, self.operation, self.settings.string)
        distinct = list(set(pairs.references))
        read = dict(zip(distinct, readings(distinct, self.operation, self.settings.string), strict=True))
        references = [read[reference] for reference in pairs.references]
        right = self._hits(answers, references) & self._within_limit(pairs.answers)
        if not self.settings.string.normalize or _are_ascii(pairs.answers):
            return Scores.of(right)
        safe = np.fromiter(map(is_stream_safe, pairs.answers), np.bool_, len(right))
        codes = np.where(safe, np.where(right, Outcome.MATCH.code, Outcome.MISMATCH.code), Outcome.OVER_LIMIT.code)
        return Scores((right & safe).astype(np.float64), codes.astype(np.int8))

    def _hits(self, answers: list[str], references: list[str]) -> NDArray[np.bool_]:
        test: Callable[[str, str], object] = operator.eq
        if self.operation in _CONTAINS:
            test = contains_word if self.settings.string.whole_word else operator.contains
        hits = np.fromiter(map(test, answers, references), np.bool_, len(answers))
        return ~hits if self.operation is StringOperation.NOT_EQUALS else hits

    def _within_limit(self, answers: list[str]) -> NDArray[np.bool_] | np.bool_:
        """Which answers are no longer than `max_answer_chars`, before case folding, which lengthens some letters."""
        limit = self.settings.string.max_answer_chars
        if limit is None or self.operation not in _CONTAINS:
            return np.True_
        written = readings(answers, StringOperation.CONTAINS, self.settings.string)
        return np.fromiter(map(len, written), np.int64, len(written)) <= limit

    def reference_weakness(self, reference: str) -> str | None:
        r"""A whole solution, as GSM8K and MATH have them: no answer is that text."""
        return answer_inside(reference)

    def weakness(self, *, alone: bool) -> str | None:
        """Containment pays listing; a difference alone pays anything."""
        if self.operation in _CONTAINS and self.settings.string.max_answer_chars is None:
            return (
                "pays any answer in which the reference stands somewhere: one that lists every candidate scores "
                "1.0; use equals, or set StringSettings(max_answer_chars=...)"
            )
        if self.operation is StringOperation.NOT_EQUALS and alone:
            return "pays every answer but one: a constant word scores 1.0; add a grader that says what is right"
        return None

    def expects(self) -> str | None:
        """Text: how exactly it is compared depends on the operation."""
        return _EXPECTED.get(self.operation)

    def details(self, completion: Completion, reference: str | None, prompt: str | None) -> dict[str, Any]:
        """The two texts as they were compared."""
        del prompt
        texts = {"answer": completion.answer, "reference": reference}
        return {
            f"compared_{name}": readings([text], self.operation, self.settings.string)[0]
            for name, text in texts.items()
            if text is not None
        }

    def signature(self) -> Mapping[str, object]:
        """The settings that change a verdict."""
        return dict(self.settings.string)


def readings(texts: list[str], operation: StringOperation, settings: StringSettings) -> list[str]:
    """Texts as `operation` compares them: normalised, stripped, case-folded, each where it applies."""
    composed = _composed if settings.normalize else list
    texts = composed(texts)
    if operation is StringOperation.CASE_INSENSITIVE_CONTAINS:
        texts = composed(list(map(str.casefold, texts)))
    return list(map(str.strip, texts)) if settings.strip else texts


def _composed(texts: list[str]) -> list[str]:
    return texts if _are_ascii(texts) else list(map(nfc, texts))


def _are_ascii(texts: list[str]) -> bool:
    return all(map(str.isascii, texts))


def contains_word(answer: str, reference: str) -> bool:
    """Whether `reference` stands in `answer` with no letter, digit or underscore touching it.

    >>> contains_word("about 128", "28"), contains_word("it is 28.", "28")
    (False, True)
    """
    found = answer.find(reference)
    for _ in range(MAX_TRIES):
        if found < 0:
            return False
        end = found + len(reference)
        before = found > 0 and _WORD.match(answer, found - 1) and _WORD.match(reference)
        after = _WORD.match(answer, end) and _WORD.match(reference, len(reference) - 1)
        if not before and not after:
            return True
        found = answer.find(reference, found + 1)
    return False


MAX_TRIES = 1000
"""How often `contains_word` looks on behind a reference that is part of a longer word: honest answers need a few."""

_WORD = re.compile(r"\w")
