"""text_similarity: how much of the reference's wording is in the answer?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graders import text
from graders.completion.parse import Completion
from graders.contract.batch import Batch, Pairs
from graders.contract.scorer import AnswerScorer
from graders.contract.scores import Scores
from graders.settings.settings import Settings
from graders.vocabulary.documentation import docs_page
from graders.vocabulary.errors import MissingExtraError
from graders.wire.schema import TextSimilarityGrader, TextSimilarityOperation


class TextSimilarityScorer(AnswerScorer[TextSimilarityGrader]):
    """Scores the overlap of words between answer and reference, in [0, 1].

    ``bleu`` is sacreBLEU's sentence BLEU (13a, exp smoothing, effective order) / 100; ``rouge`` is
    rouge-score's rougeL F1. Settings: `TextSettings`.

    Raises:
        MissingExtraError: the settings ask for what sacreBLEU or nltk computes, and that isn't installed.
    """

    grader_model = TextSimilarityGrader

    def __init__(self, grader: TextSimilarityGrader, settings: Settings) -> None:
        super().__init__(grader, settings)
        own = self.settings.text
        if self._is_bleu:
            lacks = text.missing_library(tokenizer=own.bleu_tokenizer)
        else:
            lacks = text.missing_library(rouge_type=own.rouge_type, stemmer=own.stemmer)
        if lacks:
            raise MissingExtraError(lacks, "text")

    @property
    def _is_bleu(self) -> bool:
        return self.grader.operation is TextSimilarityOperation.BLEU

    @property
    def _options(self) -> dict[str, Any]:
        """The settings as the metric takes them."""
        settings = self.settings.text
        if self._is_bleu:
            return {"tokenizer": settings.bleu_tokenizer}
        options = {name: getattr(settings, name) for name in ("rouge_type", "measure", "stemmer")}
        return {**options, "tokenizer": settings.rouge_tokenizer}

    def compare(self, pairs: Pairs, batch: Batch) -> Scores:
        """Score pairs of answer and reference."""
        del batch
        metric = text.bleu if self._is_bleu else text.rouge
        return Scores.of(metric(pairs.answers, pairs.references, **self._options))

    def expects(self) -> str | None:
        """The whole text, since its words are compared."""
        return "the whole text that is asked for, with nothing before or after it"

    def weakness(self, *, alone: bool) -> str | None:
        """Overlap pays likeness, right or wrong."""
        del alone
        return (
            "pays words in common, right or wrong: on English prose the reference said twice earns 0.49 (bleu) or 0.67 "
            "(rougeL), another text 0.02 or 0.12; the table: " + docs_page("text_similarity")
        )

    def reference_fault(self, reference: str) -> str | None:
        """Why no answer can be compared with this reference: empty, a placeholder, or without a single token."""
        stemmer = bool(self._options.get("stemmer", False))
        fault = _token_fault(reference, str(self.grader.operation), self._options["tokenizer"], stemmer=stemmer)
        return super().reference_fault(reference) or fault

    def details(self, completion: Completion, reference: str | None, prompt: str | None) -> dict[str, Any]:
        """The parts of the metric: n-gram precisions and brevity, or matched words, precision and recall."""
        del prompt
        if completion.answer is None or reference is None:
            return {}
        details = text.bleu_details if self._is_bleu else text.rouge_details
        return details(completion.answer, reference, **self._options)

    def signature(self) -> Mapping[str, object]:
        """The metric as its reference library names it."""
        return {"metric": text.signature(self.grader.operation, **self._options)}


@lru_cache(maxsize=1 << 14)
def _token_fault(reference: str, operation: str, tokenizer: str, *, stemmer: bool) -> str | None:
    return text.reference_fault(reference, operation, tokenizer=tokenizer, stemmer=stemmer)
