"""BLEU and ROUGE of whole batches: the numbers of sacreBLEU and rouge-score, an order of magnitude faster.

In come completions and references, two columns of text; out come float64 scores in [0, 1], one a row, or one pair
taken apart (`details`), or the metric's name and the faults of a reference (`operations`).

The way of a text: `blocks` cuts the batch and reads each distinct reference once, `tokenize_13a` or `tokenize_rouge`
makes tokens of it, `matches` counts what the tokens of two texts have in common, and `bleu`, `gleu` or `rouge` turns
the counts into a score. `originals` calls the two libraries themselves for what isn't computed here; `fuzzy` and
`meteor` hand single pairs to rapidfuzz and nltk.

Nothing here imports the rest of graders.
"""

from graders.text.bleu import bleu, bleu_multi
from graders.text.details import bleu_details, rouge_details
from graders.text.fuzzy import fuzzy_ratio, fuzzy_signature
from graders.text.gleu import gleu
from graders.text.meteor import find_wordnet, meteor, meteor_signature
from graders.text.operations import bleu_signature, reference_fault, rouge_signature, signature
from graders.text.originals import missing_library
from graders.text.rouge import Measure, RougeType, TokenizerChoice, rouge, rouge_multi

__all__ = [
    "Measure",
    "RougeType",
    "TokenizerChoice",
    "bleu",
    "bleu_details",
    "bleu_multi",
    "bleu_signature",
    "find_wordnet",
    "fuzzy_ratio",
    "fuzzy_signature",
    "gleu",
    "meteor",
    "meteor_signature",
    "missing_library",
    "reference_fault",
    "rouge",
    "rouge_details",
    "rouge_multi",
    "rouge_signature",
    "signature",
]
