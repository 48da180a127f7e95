"""BLEU and ROUGE of whole batches: the numbers of sacreBLEU and rouge-score, an order of magnitude faster.

The way of a text: a `Tokenizer` says what its tokens are, a `Vocabulary` writes them as codes (`long_text` those
of a long completion), `ngrams` and `lcs` count what two codes have in common, and `bleu` and `rouge` turn the
counts into scores. Nothing here imports the rest of the library.
"""

from graders.text.bleu import bleu
from graders.text.details import bleu_details, rouge_details
from graders.text.references import bleu_multi, reference_fault, rouge_multi
from graders.text.rouge import Measure, RougeType, TokenizerChoice, rouge
from graders.text.signature import bleu_signature, rouge_signature, signature

__all__ = [
    "Measure",
    "RougeType",
    "TokenizerChoice",
    "bleu",
    "bleu_details",
    "bleu_multi",
    "bleu_signature",
    "reference_fault",
    "rouge",
    "rouge_details",
    "rouge_multi",
    "rouge_signature",
    "signature",
]
