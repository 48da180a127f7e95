"""The scores of what needs no model: string checks and text similarities, and which engine computes each.

OpenAI's texts are compared as they are: nothing is stripped, normalised or parsed. What computes a metric there is not
documented beyond a name, so that the choice here is pinned, and told with each score.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import cache

from graders import text
from graders.wire.openai.grader_documents import ROUGE_TYPES, OpenAIStringCheck, OpenAITextSimilarity

Column = Sequence[str]


def local_scores(
    grader: OpenAIStringCheck | OpenAITextSimilarity, texts: Column, references: Column
) -> list[float | None]:
    """The score of each pair, in [0, 1]; None where a pair is larger than its metric is computed for.

    Args:
        grader: What is asked for.
        texts: The inputs, filled in.
        references: The references, aligned with them.
    """
    if isinstance(grader, OpenAIStringCheck):
        test = _TESTS[grader.operation]
        return [float(test(one, reference)) for one, reference in zip(texts, references, strict=True)]
    return _METRICS[grader.evaluation_metric](texts, references)


def engine_of(grader: OpenAIStringCheck | OpenAITextSimilarity) -> str:
    """What computes the grader's score, with its version, for people."""
    if isinstance(grader, OpenAIStringCheck):
        return f"graders: {_TEST_NAMES[grader.operation]}"
    return _metric_engine(grader.evaluation_metric)


@cache
def _metric_engine(metric: str) -> str:
    """The engine of a metric; versions are looked up on disk, once."""
    return _ENGINES[metric]() if metric in _ENGINES else _rouge_engine(metric)


def _folded(test: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    return lambda one, other: test(one.casefold(), other.casefold())


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "neq": operator.ne,
    "like": operator.contains,
    "ilike": _folded(operator.contains),
}
_TEST_NAMES = {
    "eq": "the input is the reference, character by character",
    "ne": "the input is not the reference, character by character",
    "neq": "the input is not the reference, character by character",
    "like": "the input contains the reference",
    "ilike": "the input contains the reference, both case-folded",
}


def _each(metric: Callable[[str, str], float | None]) -> Callable[[Column, Column], list[float | None]]:
    return lambda texts, references: list(map(metric, texts, references))


def _meteor(one: str, reference: str) -> float | None:
    return text.meteor(one, reference, text.find_wordnet())


def _rouge(rouge_type: text.RougeType) -> Callable[[Column, Column], list[float | None]]:
    return lambda texts, references: list(text.rouge(texts, references, rouge_type=rouge_type).tolist())


_METRICS: dict[str, Callable[[Column, Column], list[float | None]]] = {
    "fuzzy_match": _each(text.fuzzy_ratio),
    "bleu": lambda texts, references: list(text.bleu(texts, references).tolist()),
    "gleu": lambda texts, references: list(text.gleu(texts, references).tolist()),
    "meteor": _each(_meteor),
    **{metric: _rouge(rouge_type) for metric, rouge_type in ROUGE_TYPES.items()},
}


def _rouge_engine(metric: str) -> str:
    return f"graders: {text.rouge_signature(ROUGE_TYPES[metric], 'fmeasure')}, as rouge-score has it"


_ENGINES: dict[str, Callable[[], str]] = {
    "fuzzy_match": text.fuzzy_signature,
    "bleu": lambda: f"graders: {text.bleu_signature()}, as sacrebleu has it",
    "gleu": lambda: "graders: sentence GLEU (Wu et al., 2016), n-grams of 1 to 4, tokenizer 13a",
    "meteor": text.meteor_signature,
}
