r"""Does an answer denote the same mathematical object as the reference?

    >>> from graders.math import equivalent
    >>> bool(equivalent(r"\sqrt{8}", r"2\sqrt{2}"))
    True

A text passes through `tokens` (tokenizer), `formula` with `parser` (precedence parser), `candidates` with
`prose`, `doubts` and `choices` (the one value of an answer), `rereading` (what the other side suggests), `forms`
(notation worked out), `compare` with `scalars`, `sets` and `relations` (rules by kind), `values` (equality of
expressions, by `numbers`, `floats`, `residues`, `digits`). Nothing here runs code of an answer, reads a clock, or
imports the rest of `graders`.
"""

from __future__ import annotations

from graders.math.equivalence import equivalent, reference_fault, verify
from graders.math.explain import MathExplanation, explain
from graders.math.grammar.formula import parse_text
from graders.math.lexis.tokens import Unreadable
from graders.math.limits import OverLimit
from graders.math.tree import Tree, read, write
from graders.math.verdict import Verdict

POLICY_VERSION = 2
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
    "verify",
    "write",
]
