"""The name of a metric with all that decides its numbers, in the manner of sacreBLEU."""

from importlib.metadata import version

from graders.text.rouge import Measure, RougeType, TokenizerChoice, check_arguments


def bleu_signature(tokenizer: str = "13a") -> str:
    """What makes two BLEU numbers comparable; the same line that sacreBLEU prints.

    >>> bleu_signature().rsplit("|", 1)[0]
    'nrefs:1|case:mixed|eff:yes|tok:13a|smooth:exp'
    """
    return f"nrefs:1|case:mixed|eff:yes|tok:{tokenizer}|smooth:exp|version:{version('sacrebleu')}"


def rouge_signature(
    rouge_type: RougeType = "rougeL",
    measure: Measure = "fmeasure",
    *,
    stemmer: bool = False,
    tokenizer: TokenizerChoice = "auto",
) -> str:
    """What makes two ROUGE numbers comparable; the version is that of rouge-score.

    Raises:
        ValueError: an argument has a value that `rouge` does not take.

    >>> rouge_signature().rsplit("|", 1)[0]
    'nrefs:1|type:rougeL|measure:fmeasure|case:lower|stem:no|tok:auto'
    """
    check_arguments(rouge_type=rouge_type, measure=measure, tokenizer=tokenizer)
    parts = {
        "nrefs": "1",
        "type": rouge_type,
        "measure": measure,
        "case": "lower",
        "stem": "yes" if stemmer else "no",
        "tok": tokenizer,
        "version": version("rouge-score"),
    }
    return "|".join(f"{name}:{value}" for name, value in parts.items())


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
        return bleu_signature(tokenizer or "13a")
    if operation != "rouge":
        raise ValueError(f"the operation must be 'bleu' or 'rouge'; got {operation!r}")
    check_arguments(tokenizer=tokenizer or "auto")
    choice: TokenizerChoice = tokenizer or "auto"  # type: ignore[assignment]  # checked above
    return rouge_signature(rouge_type, measure, stemmer=stemmer, tokenizer=choice)
