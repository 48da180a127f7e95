"""The guard against answers that only repeat an unevaluated expression of the prompt."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from graders.math.decide.compare import compare
from graders.math.decide.naming import assigned
from graders.math.extraction.sentence import runs_of
from graders.math.extraction.unfinished import is_reduced, leaves_more
from graders.math.grammar.formula import parse_text, parse_tokens
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.tokens import Token, tokenize
from graders.math.lexis.words import ASKING
from graders.math.lexis.wrappers import bare
from graders.math.limits import OverLimit
from graders.math.numbers.residues import standard
from graders.math.tree import Tree, num, size, symbols
from graders.math.work import kept

_MAX_FORMULAS = 60
_MAX_TASKS = 40
"""Expressions of a prompt, the largest first, whose values are compared with the reference."""
_TASK_WORDS = 3
_COLLECTIONS = frozenset(("matrix", "vector", "tuple", "row"))
_OPERATIONS = frozenset(("add", "mul", "neg", "pow", "div"))
_EVALUATED = frozenset(("num", "decimal", "repeating", "sym", "const", "text", "special", "base", "colon", "tuple"))


def is_echo(answer: Tree, reference: Tree, prompt: str) -> bool:
    """Whether the answer is an expression of the prompt, still to be worked out, and the reference is not."""
    answer, reference = _without_idle(_core(answer)), _core(reference)
    if answer.head == "rel" and reference.head != "rel":  # an inequality left unsolved, however long its solution is
        return not _is_solved(answer) and standard(answer) in expressions(prompt)
    own, expected = standard(answer), standard(reference)
    if _is_evaluated(answer) or _spelling(own) == _spelling(expected):
        return False
    unfinished = leaves_more(answer, reference)
    if size(reference) >= size(answer) and not unfinished:
        return False
    found = expressions(prompt)
    if own in found:
        return not _is_asked_for(own, expected, found)
    return unfinished and _holds_task(prompt, reference)


def _without_idle(tree: Tree) -> Tree:
    """The one factor that a product or quotient comes to: `2(x-1)/2`, `(x-1)^1`; any other tree as it is."""
    number, others, left = Fraction(1), [], [(tree, True)]
    while left:
        node, above = left.pop()
        if node.head in ("mul", "neg"):
            left += [(arg, above) for arg in node.args]
        elif node.head == "div":
            left += [(node.args[0], above), (node.args[1], not above)]
        elif node.head == "pow" and node.args[1] == num(1):
            left.append((node.args[0], above))
        elif node.head == "num" and node.leaf:
            number *= Fraction(int(node.leaf)) if above else Fraction(1, int(node.leaf))
        else:
            others.append((node, above))
        number = -number if node.head == "neg" else number
    return others[0][0] if number == 1 and len(others) == 1 and others[0][1] else tree


@kept(1024)
def _holds_task(prompt: str, reference: Tree) -> bool:
    """Whether an expression of the prompt has the reference's value and is still to be worked out.

    Then any answer that is not worked out as far as the reference is the task again, however it was disguised: by an
    idle operation (`|17*23|`), another name of a bound variable, an equal form (`C(12, 7)` for `C(12, 5)`).
    """
    names = symbols(reference)
    tasks = [one for one in expressions(prompt) if symbols(one) == names and leaves_more(one, reference)]
    tasks.sort(key=size, reverse=True)
    return any(compare(one, reference).equal for one in tasks[:_MAX_TASKS])


def _is_solved(statement: Tree) -> bool:
    """Whether a statement bounds one variable, which stands alone: `-3 < x < 3`, `x in [0, 1]`."""
    unknown = [arg for arg in statement.args if symbols(arg)]
    return len(unknown) == 1 and unknown[0].head == "sym"


def _is_asked_for(own: Tree, expected: Tree, found: frozenset[Tree]) -> bool:
    """Whether the prompt offers the reference's own form, and not only as a part of the answer."""
    if _is_evaluated(expected) or expected not in found:
        return False
    parts: set[Tree] = set()
    _gather(own, parts)
    return expected not in parts


def _spelling(tree: Tree) -> Tree:
    r"""The tree with one form of a coefficient: `\frac12 x` is `\frac{x}{2}`."""
    args = tuple(map(_spelling, tree.args))
    if tree.head == "mul" and len(args) == 2 and "div" in (args[0].head, args[1].head):
        part, other = args if args[0].head == "div" else args[::-1]
        above, below = part.args
        return Tree("div", (other if above == num(1) else Tree("mul", (above, other)), below))
    return Tree(tree.head, args, tree.leaf)


def repeats_sum(answer: str, value: Tree, reference: Tree, prompt: str) -> bool:
    """Whether an answer is a sum or product of vectors or matrices that the prompt holds; reading it worked it out."""
    if value.head not in _COLLECTIONS or reference.head not in _COLLECTIONS:
        return False
    try:
        written = _core(parse_text(bare(answer)))
    except (Unreadable, OverLimit):
        return False
    return written.head in _OPERATIONS and standard(written) in expressions(prompt)


def repeats_task(answer: str, prompt: str) -> bool:
    """Whether an answer is the prompt's own question or task, word for word: `Write $5/8$ as a decimal`."""
    words = answer.split()
    if len(words) < _TASK_WORDS or words[0].casefold() not in ASKING:
        return False
    return " ".join(words).rstrip(" .?:") in " ".join(prompt.split())


def _core(tree: Tree) -> Tree:
    pair = assigned(tree)
    tree = pair[1] if pair else tree
    return tree.args[0] if tree.head in ("unit", "degree", "percent") else tree


def _is_evaluated(tree: Tree) -> bool:
    """Whether nothing is left to work out: a literal, a reduced fraction, an atom."""
    if tree.head in ("neg", "div"):
        return all(arg.head in _EVALUATED for arg in tree.args) and (tree.head == "neg" or is_reduced(tree))
    return tree.head in _EVALUATED


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
    runs: list[list[Token]] = []
    for line in prompt.splitlines():
        try:
            runs.extend(runs_of(tokenize(line)))
        except (Unreadable, OverLimit):
            continue
    return runs[:_MAX_FORMULAS]
