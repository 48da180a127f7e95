"""How close to zero an expression in radicals can come without being zero.

The bound of Burnikel, Fleischer, Mehlhorn and Schirra (2000): from the size of the numbers in an expression
and the degree of its roots follows a number of bits such that a value smaller than that is exactly zero. With it,
arithmetic with many digits decides equality of algebraic numbers: no near miss passes.
"""

from __future__ import annotations

import math
from functools import reduce

from graders.math.numbers.rationals import literal_value
from graders.math.tree import Tree

_Size = tuple[float, float]
"""Binary logarithms of the bounds on the numerator's and the denominator's conjugates."""


def separation_bits(left: Tree, right: Tree) -> int | None:
    """Bits after the point that tell left - right from zero; None where not all of it is algebraic."""
    roots: set[Tree] = set()
    sizes = (_size(left, roots), _size(right, roots))
    if sizes[0] is None or sizes[1] is None:
        return None
    upper, lower = _sum(sizes[0], sizes[1])
    degree = math.prod(_degree(root) for root in roots)
    return int((degree - 1) * max(upper, 0) + max(lower, 0)) + 2 if degree < 1e6 else None


def _degree(root: Tree) -> int:
    return 2 if root.head == "const" else _index(root) or 2


def _index(tree: Tree) -> int:
    index = tree.args[1]
    return int(index.leaf or 0) if index.head == "num" else 0


def _size(tree: Tree, roots: set[Tree]) -> _Size | None:
    if tree.head in ("num", "decimal", "repeating"):
        return _rational_size(tree)
    if tree == Tree("const", (), "i"):
        roots.add(tree)
        return (0.0, 0.0)
    parts = [_size(arg, roots) for arg in tree.args]
    if any(part is None for part in parts) or not parts:
        return None
    return _combined(tree, [part for part in parts if part is not None], roots)


def _rational_size(tree: Tree) -> _Size:
    value = int(tree.leaf or 0) if tree.head == "num" else literal_value(tree)
    return (_log(value.numerator), _log(value.denominator))


def _log(value: int) -> float:
    return math.log2(abs(value)) if value else 0.0


def _combined(tree: Tree, parts: list[_Size], roots: set[Tree]) -> _Size | None:
    if tree.head == "neg":
        return parts[0]
    if tree.head == "add":
        return reduce(_sum, parts)
    if tree.head == "mul":
        return (sum(part[0] for part in parts), sum(part[1] for part in parts))
    if tree.head == "div":
        return (parts[0][0] + parts[1][1], parts[0][1] + parts[1][0])
    return _radical(tree, parts[0], roots)


def _radical(tree: Tree, inner: _Size, roots: set[Tree]) -> _Size | None:
    if tree.head == "root" and _index(tree) > 1:
        roots.add(tree)
        return _root(inner, _index(tree))
    if tree.head == "pow" and tree.args[1].head == "num" and 0 <= int(tree.args[1].leaf or 0) < 1000:
        return (inner[0] * int(tree.args[1].leaf or 0), inner[1] * int(tree.args[1].leaf or 0))
    return None


def _sum(left: _Size, right: _Size) -> _Size:
    return (max(left[0] + right[1], left[1] + right[0]) + 1, left[1] + right[1])


def _root(inner: _Size, index: int) -> _Size:
    upper, lower = inner
    if upper >= lower:
        return ((upper + (index - 1) * lower) / index, lower)
    return (upper, ((index - 1) * upper + lower) / index)
