"""The guard against answers that only repeat an unevaluated expression of the prompt."""

from __future__ import annotations

from functools import lru_cache

from .forms import assigned
from .limits import OverLimit
from .numbers import exact
from .parser import parse_tokens
from .residues import standard
from .tokens import Token, Unreadable, tokenize
from .tree import Tree, size

_MAX_FORMULAS = 60
_EVALUATED = frozenset(("num", "decimal", "repeating", "sym", "const", "text", "special", "base", "colon", "tuple"))


def is_echo(answer: Tree, reference: Tree, prompt: str) -> bool:
    """Whether the answer is an expression of the prompt, still to be worked out, and the reference is not."""
    answer, reference = _core(answer), _core(reference)
    if answer.head == "rel" and reference.head != "rel":  # an inequality left unsolved, however long its solution is
        return standard(answer) in expressions(prompt)
    if _is_evaluated(answer) or standard(answer) == standard(reference) or size(reference) >= size(answer):
        return False
    return standard(answer) in expressions(prompt)


def _core(tree: Tree) -> Tree:
    pair = assigned(tree)
    tree = pair[1] if pair else tree
    return tree.args[0] if tree.head in ("unit", "degree", "percent") else tree


def _is_evaluated(tree: Tree) -> bool:
    """Whether nothing is left to work out: a literal, a reduced fraction, an atom."""
    if tree.head in ("neg", "div"):
        return all(arg.head in _EVALUATED for arg in tree.args) and (tree.head == "neg" or _is_reduced(tree))
    return tree.head in _EVALUATED


def _is_reduced(tree: Tree) -> bool:
    value = exact(tree)
    return value is not None and [value.numerator, value.denominator] == [arg.leaf for arg in tree.args]


@lru_cache(maxsize=256)
def expressions(prompt: str) -> frozenset[Tree]:
    """Every subexpression of every formula in a prompt, each in its standard spelling."""
    found: set[Tree] = set()
    for run in _formulas(prompt[:8192]):
        try:
            _gather(standard(parse_tokens(run)), found)
        except (Unreadable, OverLimit):
            continue
    return frozenset(found)


def _gather(tree: Tree, found: set[Tree]) -> None:
    found.add(tree)
    for arg in tree.args:
        _gather(arg, found)


def _formulas(prompt: str) -> list[list[Token]]:
    """The runs of tokens between dollars, words and sentence marks."""
    from .prose import runs_of

    runs: list[list[Token]] = []
    for line in prompt.splitlines():
        try:
            runs.extend(runs_of(tokenize(line)))
        except (Unreadable, OverLimit):
            continue
    return runs[:_MAX_FORMULAS]
