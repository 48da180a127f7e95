"""sacreBLEU and rouge-score themselves, for what is not computed here. Loaded when first used, where installed."""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graders.text.blocks import Tokenize

if TYPE_CHECKING:
    from rouge_score.scoring import Score
    from sacrebleu.metrics.bleu import BLEU, BLEUScore

MOST_SUMMARY_CELLS = 1 << 22  # rouge-score fills its table cell by cell in Python: about a second


def missing_library(*, tokenizer: str | None = None, rouge_type: str = "rougeL", stemmer: bool = False) -> str | None:
    """What of a metric an optional library computes that isn't installed, for people; None where nothing is missing.

    Args:
        tokenizer: BLEU's; None where another metric is meant.
        rouge_type: ROUGE's type.
        stemmer: Whether ROUGE's words are stemmed.
    """
    needs = {
        "sacrebleu": tokenizer not in (None, "13a") and f"the tokenizer {tokenizer!r} of bleu",
        "rouge_score": rouge_type == "rougeLsum" and "rougeLsum",
        "nltk": stemmer and "the stemmer of rouge",
    }
    return next((what for name, what in needs.items() if what and find_spec(name) is None), None)


@cache
def metric(tokenizer: str) -> "BLEU":
    """The sentence metric of sacreBLEU (effective order, exponential smoothing) with one of its tokenizers."""
    try:
        from sacrebleu.metrics.bleu import BLEU
    except ImportError as error:
        raise ImportError('sacreBLEU is needed for this: pip install "reward-graders[text]"') from error

    if tokenizer not in BLEU.TOKENIZERS:
        allowed = ", ".join(map(repr, BLEU.TOKENIZERS))
        raise ValueError(f"the tokenizer of bleu must be one of {allowed}; got {tokenizer!r}")
    return BLEU(tokenize=tokenizer, effective_order=True)


def bleu_score(completion: str, references: Sequence[str], tokenizer: str) -> "BLEUScore":
    """The sacreBLEU score of one completion, with its statistics; on its scale, 0 to 100."""
    return metric(tokenizer).sentence_score(completion, references)


def bleu_parts(completion: str, reference: str, tokenizer: str) -> dict[str, Any]:
    """What sacreBLEU saw in one pair: see `details.bleu_details`."""
    score = bleu_score(completion, [reference], tokenizer)
    return {
        "matches": [*map(int, score.counts)],
        "totals": [*map(int, score.totals)],
        "precisions": [value / 100 for value in score.precisions],
        "brevity_penalty": float(score.bp),
        "completion_length": score.sys_len,
        "reference_length": score.ref_len,
    }


def sentence_bleu(
    completions: Sequence[str], references: Sequence[Sequence[str]], tokenizer: str
) -> NDArray[np.float64]:
    """Sentence BLEU by sacreBLEU, of each completion against its references, in [0, 1], shape (n,).

    >>> sentence_bleu(["the cat sat"], [["a dog", "the cat sat"]], "13a").tolist()
    [1.0]
    """
    rows = zip(completions, references, strict=True)
    scores = [bleu_score(completion, texts, tokenizer).score for completion, texts in rows]
    return np.clip(np.array(scores, np.float64) / 100, 0.0, 1.0)


def rouge_lsum(completion: str, reference: str, tokenize: Tokenize) -> "Score":
    """rouge-score's rougeLsum of one pair, cut into sentences at line ends.

    Zero when the two have more than `MOST_SUMMARY_CELLS` pairs of tokens, whatever they say.
    """
    from rouge_score.rouge_scorer import RougeScorer
    from rouge_score.scoring import Score

    tokens, targets = tokenize([completion, reference])
    if len(tokens) * len(targets) > MOST_SUMMARY_CELLS:
        return Score(0.0, 0.0, 0.0)
    scorer = RougeScorer(["rougeLsum"], tokenizer=SimpleNamespace(tokenize=lambda text: tokenize([text])[0]))
    return scorer.score(reference, completion)["rougeLsum"]
