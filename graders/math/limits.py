"""The ceilings of this package, each with its reason. All are counted work, none is a clock.

A text that would cross one of them raises `OverLimit` before the work is done, on every machine alike.
"""

from __future__ import annotations

MAX_CHARS = 4096
"""Characters of an answer after stripping: the longest honest answer in MATH has about 300."""
MAX_TOKENS = 1500
"""Tokens of a text: keeps the parser's work far below a millisecond a token."""
MAX_DEPTH = 40
"""Nested groups: honest answers stay below 12; the parser recurses a few frames for each."""
MAX_TREE_DEPTH = 100
"""Nodes above one another in a tree, however they came there (`1%%%`, `1/2/3`): walks recurse a few frames for each, so
all of them stay within a part of Python's stack."""
MAX_NODES = 500
"""Nodes of one expression tree."""
MAX_COMPUTED_NODES = 5000
"""Nodes of a sum or product of matrices: ten rows and columns make ten sums of ten products each."""
MAX_DIGITS = 1000
"""Digits of one literal."""
MAX_BITS = 20_000
"""Bits of any exact or numeric value: 2006! fits, a power tower does not."""
MAX_BITS_IN_STEPS = 1 << 21
"""Bits of a binomial times the products that make it: \\binom{2006}{1003} fits."""
MAX_WORK = 400_000
"""Bits moved by exact arithmetic within one expression."""
MAX_TERMS = 1000
"""Terms of a sum or product that is worked out term by term."""
MAX_STEPS = 10_000
"""Nodes visited by one evaluation, the terms of sums and products included."""
MAX_COMPARISON = 36_000
"""Work that one comparison may take in all (`math.work`), about so many microseconds."""
MAX_VALUES = 200
"""Members of a list, set, tuple or matrix."""
MAX_SIGNS = 3
"""Plus-minus signs that are spelt out in one expression (eight values)."""
MAX_LINES = 20
"""Lines of an answer that may be a formula each."""
MAX_PROSE_WORDS = 80
"""Words of prose around one value."""


class OverLimit(ValueError):  # noqa: N818 - it names what happened, and is no error of the caller
    """The text asks for more work than any honest answer needs; the message names the ceiling."""


def binomial_bits(n: int, k: int) -> int:
    """At most so many bits has a binomial of natural numbers. Raises `OverLimit` for one that takes too many steps."""
    products = min(k, n - k)
    if products < 0:
        return 0
    bits = min(n, products * n.bit_length())
    if products * bits > MAX_BITS_IN_STEPS:
        raise OverLimit("a binomial too large")
    return bits
