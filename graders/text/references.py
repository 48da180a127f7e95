"""References: the ones a metric can't use, and several acceptable ones for one completion."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from graders.text import originals
from graders.text.rouge import Measure, RougeType, TokenizerChoice, check_arguments, rouge
from graders.text.tokenize_13a import THIRTEEN_A
from graders.text.tokenize_rouge import read_with_unicode, rouge_tokenizer


def reference_fault(
    reference: str, operation: str, *, tokenizer: str | None = None, stemmer: bool = False
) -> str | None:
    """Why a reference can never be matched, or None when it can.

    Args:
        reference: the text that completions will be compared with.
        operation: "bleu" or "rouge".
        tokenizer: as for `bleu` or `rouge`; None is the default of either.
        stemmer: as for `rouge`.

    Raises:
        ValueError: another operation or tokenizer.

    >>> reference_fault("?!", "rouge")
    'the reference has no token for rouge (tokenizer rouge_score)'
    >>> reference_fault("?!", "bleu"), reference_fault("", "bleu")
    (None, 'the reference is blank')
    """
    if operation not in ("bleu", "rouge"):
        raise ValueError(f"the operation must be 'bleu' or 'rouge'; got {operation!r}")
    if not reference.strip():
        return "the reference is blank"
    name, has_token = _tokens(reference, operation, tokenizer, stemmer=stemmer)
    return None if has_token else f"the reference has no token for {operation} (tokenizer {name})"


def _tokens(reference: str, operation: str, tokenizer: str | None, *, stemmer: bool) -> tuple[str, bool]:
    """The tokenizer that reads this reference, and whether it finds a token."""
    if operation == "rouge":
        check_arguments(tokenizer=tokenizer or "auto")
        name = "unicode" if read_with_unicode([reference], tokenizer or "auto") else "rouge_score"
        return name, bool(rouge_tokenizer(name, stemmer=stemmer).tokens(reference))
    if tokenizer is None or tokenizer == THIRTEEN_A.name:
        return THIRTEEN_A.name, bool(THIRTEEN_A.tokens(reference))
    return tokenizer, originals.bleu_score(reference, [reference], tokenizer).ref_len > 0


def bleu_multi(
    completions: Sequence[str], references: Sequence[Sequence[str]], *, tokenizer: str = "13a"
) -> NDArray[np.float64]:
    """BLEU against several references at once, by sacreBLEU: matches with any of them count.

    An n-gram is clipped at its largest count over the references; the closest length sets the brevity penalty.
    This is not the best of the single scores.

    Returns:
        float64 of shape (n,), in [0, 1].

    >>> bleu_multi(["the cat sat"], [["the cat ran", "a dog sat"]]).round(3).tolist()
    [0.63]
    """
    return originals.sentence_bleu(completions, references, tokenizer)


def rouge_multi(  # noqa: PLR0913 - settings by keyword, as rouge has them
    completions: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    rouge_type: RougeType = "rougeL",
    measure: Measure = "fmeasure",
    stemmer: bool = False,
    tokenizer: TokenizerChoice = "auto",
) -> NDArray[np.float64]:
    """ROUGE against the best of several references, as rouge-score's `score_multi` chooses it: by F-measure.

    Returns:
        float64 of shape (n,), in [0, 1]; the measure asked for, against the first reference of highest F-measure.

    Raises:
        ValueError: a row has no reference, or an argument is none that `rouge` takes.

    >>> rouge_multi(["the cat sat"], [["a dog", "the cat"]]).tolist()
    [0.8]
    """
    sizes = np.array([*map(len, references)], np.int64)
    if not sizes.all():
        raise ValueError(f"rouge_multi: row {int(np.argmin(sizes))} has no reference")
    each = np.repeat(np.arange(len(completions)), sizes)
    texts, targets = [completions[row] for row in each.tolist()], [*chain.from_iterable(references)]

    def scored(wanted: Measure) -> NDArray[np.float64]:
        return rouge(texts, targets, rouge_type=rouge_type, measure=wanted, stemmer=stemmer, tokenizer=tokenizer)

    fmeasures, values = scored("fmeasure"), scored(measure)
    starts = np.cumsum(sizes) - sizes
    best = [start + int(np.argmax(fmeasures[start : start + size])) for start, size in zip(starts, sizes, strict=True)]
    return values[best] if best else np.zeros(0)
