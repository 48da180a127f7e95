"""What is asked of a metric by its name, "bleu" or "rouge": its signature, and the faults of a reference.

A signature names a metric with all that decides its numbers, in the manner of sacreBLEU.
"""

from importlib.metadata import version
from typing import Any

from graders.text import originals
from graders.text.bleu import DEFAULT_TOKENIZER
from graders.text.rouge import Measure, RougeType, TokenizerChoice, check_arguments
from graders.text.tokenize_13a import tokenize_13a
from graders.text.tokenize_rouge import read_with_unicode, rouge_tokenizer

SACREBLEU, ROUGE_SCORE = "2.6.0", "0.1.2"
"""The releases whose numbers are computed here, and that the tests compare with."""


def bleu_signature(tokenizer: str = DEFAULT_TOKENIZER) -> str:
    """The same line that sacreBLEU prints; its version is the one whose numbers these are.

    >>> bleu_signature().rsplit("|", 1)[0]
    'nrefs:1|case:mixed|eff:yes|tok:13a|smooth:exp'
    """
    release = SACREBLEU if tokenizer == DEFAULT_TOKENIZER else version("sacrebleu")
    return f"nrefs:1|case:mixed|eff:yes|tok:{tokenizer}|smooth:exp|version:{release}"


def rouge_signature(
    rouge_type: RougeType = "rougeL",
    measure: Measure = "fmeasure",
    *,
    stemmer: bool = False,
    tokenizer: TokenizerChoice = "auto",
) -> str:
    """What makes two ROUGE numbers comparable; the version is the one of rouge-score whose numbers these are.

    >>> rouge_signature().rsplit("|", 1)[0]
    'nrefs:1|type:rougeL|measure:fmeasure|case:lower|stem:no|tok:auto'
    """
    check_arguments(rouge_type=rouge_type, measure=measure, tokenizer=tokenizer)
    stem = "yes" if stemmer else "no"
    metric = f"type:{rouge_type}|measure:{measure}|case:lower|stem:{stem}|tok:{tokenizer}"
    release = version("rouge-score") if rouge_type == "rougeLsum" else ROUGE_SCORE
    return f"nrefs:1|{metric}|version:{release}"


def signature(
    operation: str,
    *,
    tokenizer: str | None = None,
    rouge_type: RougeType = "rougeL",
    measure: Measure = "fmeasure",
    stemmer: bool = False,
) -> str:
    """The signature of "bleu" or "rouge"; the arguments that only rouge has are ignored for bleu.

    Raises:
        ValueError: another operation, or an argument has a value that `rouge` does not take.

    >>> signature("bleu") == bleu_signature(), signature("rouge") == rouge_signature()
    (True, True)
    """
    if operation == "bleu":
        return bleu_signature(tokenizer or DEFAULT_TOKENIZER)
    if operation != "rouge":
        raise ValueError(f"the operation must be 'bleu' or 'rouge'; got {operation!r}")
    choice: Any = tokenizer or "auto"  # rouge_signature looks at it
    return rouge_signature(rouge_type, measure, stemmer=stemmer, tokenizer=choice)


def reference_fault(
    reference: str, operation: str, *, tokenizer: str | None = None, stemmer: bool = False
) -> str | None:
    """Why a reference can never be matched, or None when it can.

    The tokenizer is one of that metric's, None its default; bleu has no stemmer.

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
    if operation == "rouge":
        check_arguments(tokenizer=tokenizer or "auto")
        name = "unicode" if read_with_unicode([reference], tokenizer or "auto") else "rouge_score"
        tokens = len(rouge_tokenizer(name, stemmer=stemmer)([reference])[0])
    elif (name := tokenizer or DEFAULT_TOKENIZER) == DEFAULT_TOKENIZER:
        tokens = len(tokenize_13a([reference])[0])
    else:
        tokens = originals.bleu_score(reference, [reference], name).ref_len
    return None if tokens else f"the reference has no token for {operation} (tokenizer {name})"
