r"""Does an answer denote the same mathematical object as the reference?

    >>> from graders.math import equivalent
    >>> bool(equivalent(r"\sqrt{8}", r"2\sqrt{2}"))
    True

Two texts come in, a `Verdict` goes out (`equivalence.py` tells the way). The rooms from below: `lexis` (text to
tokens), `grammar` (tokens to a tree), `numbers` (trees to values), `decide` (are two trees the same?), `extraction`
(the one value of an answer), `symbolic` (SymPy in a process of its own). Nothing here runs code of an answer, reads a
clock, or imports the rest of `graders`.
"""

from __future__ import annotations

from graders.math.equivalence import equivalent, reference_fault, reference_weakness, verify
from graders.math.explain import MathExplanation, explain
from graders.math.grammar.formula import parse_text
from graders.math.lexis.cleaned import Unreadable
from graders.math.limits import OverLimit
from graders.math.tree import Tree, read, write
from graders.math.verdict import Verdict

POLICY_VERSION = 3
"""Raised whenever the verdict on any pair of texts changes."""


def parse(text: str) -> Tree:
    """The tree of a text that is one formula. Raises `Unreadable` with a reason, or `OverLimit`.

    >>> str(parse("2x+1"))
    '(add (mul (num 2) (sym "x")) (num 1))'
    """
    return parse_text(text)


__all__ = [
    "POLICY_VERSION",
    "MathExplanation",
    "OverLimit",
    "Tree",
    "Unreadable",
    "Verdict",
    "equivalent",
    "explain",
    "parse",
    "read",
    "reference_fault",
    "reference_weakness",
    "verify",
    "write",
]
