"""METEOR of a pair, by nltk and WordNet, where WordNet's data is on this machine; it is never downloaded."""

from functools import cache
from importlib.metadata import version
from typing import Any

MOST_METEOR_TOKENS = 512
"""Tokens of either side; nltk compares each with each, three times over."""


@cache
def find_wordnet() -> Any:
    """WordNet as nltk reads it; None where nltk or the data isn't there."""
    try:
        from nltk.corpus import wordnet  # type: ignore[import-untyped]

        wordnet.ensure_loaded()
    except (ImportError, LookupError):
        return None
    return wordnet


def meteor(completion: str, reference: str, wordnet: Any) -> float | None:
    """METEOR of two texts, tokens at white space, in [0, 1]; None where one has more than `MOST_METEOR_TOKENS`.

    Args:
        completion: The text.
        reference: What it is held against.
        wordnet: What `find_wordnet` found.
    """
    from nltk.translate.meteor_score import single_meteor_score  # type: ignore[import-untyped]

    tokens, targets = completion.split(), reference.split()
    if max(len(tokens), len(targets)) > MOST_METEOR_TOKENS:
        return None
    return float(single_meteor_score(targets, tokens, wordnet=wordnet)) if tokens and targets else 0.0


def meteor_signature() -> str:
    """What `meteor` is computed by, for people."""
    return f"nltk {version('nltk')} single_meteor_score, tokens at white space"
