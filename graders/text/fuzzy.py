"""Fuzzy likeness of two texts: rapidfuzz's WRatio over letters and digits in lower case."""

from importlib.metadata import version

from rapidfuzz import fuzz, utils

MOST_FUZZY_CELLS = 1 << 30
"""Ceiling of the quadratic work of a pair of about one length: 32,768 characters against 32,768."""

MOST_PARTIAL_CELLS = 1 << 23
"""The same where one is half as long again as the other, and is looked for at each place in it: a second or two."""

PARTIAL_FROM = 1.5
"""From this ratio of lengths on WRatio looks for the shorter text within the longer one."""


def fuzzy_ratio(completion: str, reference: str) -> float | None:
    """How alike two texts are, in [0, 1]; None where the pair is above the ceilings.

    It pays parts: a text that holds the other one is worth 0.9 or 0.6 whatever else it says.

    >>> fuzzy_ratio("fuzzy wuzzy was a bear", "Fuzzy Wuzzy had no hair.")
    0.7555555555555555
    """
    texts = utils.default_process(completion), utils.default_process(reference)
    short, long = sorted(map(len, texts))
    most = MOST_FUZZY_CELLS if long < PARTIAL_FROM * short else MOST_PARTIAL_CELLS
    return None if short * long > most else float(fuzz.WRatio(*texts) / 100)


def fuzzy_signature() -> str:
    """What `fuzzy_ratio` is computed by, for people."""
    return f"rapidfuzz {version('rapidfuzz')} fuzz.WRatio, utils.default_process"
