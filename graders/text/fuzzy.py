"""Fuzzy likeness of two texts: rapidfuzz's WRatio over letters and digits in lower case."""

from importlib.metadata import version

from rapidfuzz import fuzz, utils

MOST_FUZZY_CELLS = 1 << 24
"""Ceiling of the quadratic work of a pair: 4,096 characters against 4,096: two seconds at the worst."""


def fuzzy_ratio(completion: str, reference: str) -> float | None:
    """How alike two texts are, in [0, 1]; None where the pair is above `MOST_FUZZY_CELLS`.

    It pays parts: a text that holds the other one is worth 0.9 or 0.6 whatever else it says.

    >>> fuzzy_ratio("fuzzy wuzzy was a bear", "Fuzzy Wuzzy had no hair.")
    0.7555555555555555
    """
    if len(completion) * len(reference) > MOST_FUZZY_CELLS:
        return None
    return float(fuzz.WRatio(completion, reference, processor=utils.default_process) / 100)


def fuzzy_signature() -> str:
    """What `fuzzy_ratio` is computed by, for people."""
    return f"rapidfuzz {version('rapidfuzz')} fuzz.WRatio, utils.default_process"
