"""What is left to work out in an expression, kind by kind: functions, roots, denominators, products of sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import isqrt

from graders.math.numbers.rationals import exact
from graders.math.tree import Tree, contains

_FUNCTIONS = frozenset(("fn", "apply", "sum", "prod", "int", "lim", "pm", "mp"))
_LITERALS = frozenset(("num", "decimal", "repeating"))
_OPERATIONS = frozenset(("add", "mul", "pow", "div"))
_ARITHMETIC = _LITERALS | _OPERATIONS | {"neg"}
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97)
_HIGHEST = 64
"""Indices of roots below it are looked at."""
_IMAGINARY = Tree("const", (), "i")


def leaves_more(answer: Tree, reference: Tree) -> bool:
    """Whether an answer leaves something to work out that the reference, of the same value, does not."""
    left, done = work(answer), work(reference)
    if answer.head == "add" and left["product of sums"] < done["product of sums"]:  # to be factored
        return True
    return any(count > done[kind] for kind, count in left.items())


def work(tree: Tree) -> Counter[str]:
    """How many nodes of a tree are still to be worked out, by kind."""
    found: Counter[str] = Counter()
    stack = [tree]
    while stack:
        node = stack.pop()
        found.update(kind for kind, test in _KINDS if test(node))
        stack.extend(node.args)
    return found


def is_reduced(tree: Tree) -> bool:
    """Whether a fraction is one of two integers in lowest terms."""
    value = exact(tree)
    return value is not None and [value.numerator, value.denominator] == [arg.leaf for arg in tree.args]


def _is_sum_to_do(tree: Tree) -> bool:
    """Whether literals are still to be added, multiplied, raised or divided: `17 * 23`, `6/4`."""
    if tree.head not in _OPERATIONS or not _is_arithmetic(tree):
        return False
    return tree.head != "div" or not is_reduced(tree)


def _is_arithmetic(tree: Tree) -> bool:
    return tree.head in _ARITHMETIC and all(map(_is_arithmetic, tree.args))


def _is_root_to_do(tree: Tree) -> bool:
    r"""Whether a root can be taken in part: `\sqrt{180}`, `\sqrt{1/2}`."""
    if tree.head != "root" or len(tree.args) != 2:
        return False
    radicand, index = tree.args
    if radicand.head != "num" or index.head != "num":
        return _is_arithmetic(radicand)
    value, power = int(radicand.leaf or 0), int(index.leaf or 0)
    return (
        value < 2
        or isqrt(value) ** 2 == value
        or (1 < power < _HIGHEST and any(value % prime**power == 0 for prime in _PRIMES))
    )


def _is_product_of_roots(tree: Tree) -> bool:
    r"""Whether roots of literals are multiplied or raised: `\sqrt6 \cdot \sqrt6`, `(\sqrt6)^2`."""
    if tree.head == "pow":
        return tree.args[0].head == "root" and _is_arithmetic(tree.args[0].args[0]) and tree.args[1].head == "num"
    roots = [arg for arg in tree.args if arg.head == "root" and _is_arithmetic(arg.args[0])]
    return tree.head == "mul" and len(roots) > 1


def _has_i(tree: Tree) -> bool:
    return tree == _IMAGINARY or any(map(_has_i, tree.args))


def _is_product_of_sums(tree: Tree) -> bool:
    """Whether sums are multiplied, raised or divided as a whole; a numeric divisor (`(x+1)/2`) is no matter."""
    if tree.head == "mul":
        return any(arg.head == "add" for arg in tree.args) and not any(arg.head == "div" for arg in tree.args)
    if tree.head == "pow":
        return tree.args[0].head == "add" and tree.args[1].head == "num"
    return tree.head == "div" and not _is_arithmetic(tree.args[1]) and any(arg.head == "add" for arg in tree.args)


_KINDS: tuple[tuple[str, Callable[[Tree], bool]], ...] = (
    ("function", lambda tree: tree.head in _FUNCTIONS),
    ("arithmetic", _is_sum_to_do),
    ("root", _is_root_to_do),
    ("product of roots", _is_product_of_roots),
    ("denominator", lambda tree: tree.head == "div" and (contains(tree.args[1], "root") or _has_i(tree.args[1]))),
    ("negative power", lambda tree: tree.head == "pow" and tree.args[1].head == "neg"),  # x^{-2}
    ("product of sums", _is_product_of_sums),
)
