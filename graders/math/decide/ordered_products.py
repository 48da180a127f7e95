r"""Products that don't commute: of vectors (`\vec a`, bold letters, unit vectors) and of matrices.

A tree becomes a sum of scalars times words, a word being factors in their order; each word is then one unknown value of
its own. A dot product is a scalar whose two sides may be swapped, a cross product turns its sign when they are.
Capitals are matrices where the formula shows it: `P^{-1}AP`, `(AB)^{-1}`, `A^{-1}B^{-1}`, `X^T X`. All else commutes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product

from graders.math.limits import MAX_VALUES, OverLimit
from graders.math.tree import Tree, num, sym, write

Term = tuple[tuple[Tree, ...], tuple[Tree, ...]]
"""The scalar factors and the word of one term."""
_Multiply = Callable[[Tree, Tree], Term]
_MARKED = re.compile(r"(?:vec|bold) (\w+)|hat ([ijk])(?:math)?")
_MOST_TERMS = 64
_HIGHEST_POWER = 6
_ONE, _MINUS = num(1), num(-1)
_TRANSPOSE = sym("T")
_INVERSE = Tree("neg", (num(1),))
_AXES = {("vec i", "vec j"): "vec k", ("vec j", "vec k"): "vec i", ("vec i", "vec k"): "-vec j"}
_NOT_ARITHMETIC = frozenset(("rel", "list", "tuple", "vector", "set", "brackets", "unit", "row", "matrix", "family"))


def in_order(tree: Tree) -> Tree:
    """The tree with its products of vectors and matrices as unknown values of their own; others as they are."""
    marked = {leaf for leaf in _leaves(tree) if leaf.head == "sym" and _MARKED.fullmatch(str(leaf.leaf))}
    wider = capitals_apart(tree)
    matrices = frozenset(_matrices(wider))
    if len(marked) + len(matrices) == 0:
        return _commuting(tree)
    algebra = _Algebra(matrices)
    found = algebra.rebuilt(wider if matrices else tree)
    return found if matrices or algebra.multiplies(tree) or algebra.multiplies(found) else _without_bold(tree)


def inverse_of_matrices(tree: Tree) -> Tree | None:
    r"""A fraction over a product of capitals as what `(AB)^{-1}` would be; None for any other fraction."""
    above, below = tree.args
    below = capitals_apart(below)
    if below.head != "mul" or not all(map(_is_capital, below.args)):
        return None
    return in_order(Tree("mul", (above, Tree("pow", (below, _INVERSE)))))


def _leaves(tree: Tree) -> Iterator[Tree]:
    if tree.args:
        for arg in tree.args:
            yield from _leaves(arg)
    else:
        yield tree


def _commuting(tree: Tree) -> Tree:
    """The tree with the products that a sign only made look like those of vectors as plain ones."""
    args = tuple(map(_commuting, tree.args))
    return Tree("mul", args) if tree.head == "apply" and tree.leaf in ("dot", "cross") else tree._replace(args=args)


def _without_bold(tree: Tree) -> Tree:
    if tree.head == "sym":
        return sym(str(tree.leaf).removeprefix("bold "))
    return _commuting(tree._replace(args=tuple(map(_without_bold, tree.args))))


# -- which capitals are matrices -----------------------------------------------------------------------------


def capitals_apart(tree: Tree) -> Tree:
    """The tree with each name of two capitals as a product, laid into the product around it."""
    if tree.head == "sym" and len(name := str(tree.leaf)) == 2 and name.isalpha() and name.isupper():
        return Tree("mul", (sym(name[0]), sym(name[1])))
    args = [capitals_apart(arg) for arg in tree.args]
    if tree.head == "mul":
        args = [factor for arg in args for factor in (arg.args if arg.head == "mul" else (arg,))]
    return tree._replace(args=tuple(args))


def _matrices(tree: Tree) -> Iterator[Tree]:
    if tree.head == "pow" and tree.args[1] == _TRANSPOSE:
        yield from _capitals(tree.args[0])
    turned = tree.head == "pow" and tree.args[1] == _INVERSE and tree.args[0].head == "mul"
    if turned and all(map(_is_capital, tree.args[0].args)):
        yield from tree.args[0].args
    if tree.head == "mul":
        if any(arg.head == "pow" and arg.args[1] == _TRANSPOSE for arg in tree.args):
            yield from filter(_is_capital, tree.args)
        inverses = [arg.args[0] for arg in tree.args if arg.head == "pow" and arg.args[1] == _INVERSE]
        inverses = [arg for arg in inverses if _is_capital(arg)]
        if len(set(inverses)) > 1 or any(arg in tree.args for arg in inverses):
            yield from inverses
            yield from filter(_is_capital, tree.args)
    for arg in tree.args:
        yield from _matrices(arg)


def _capitals(tree: Tree) -> Iterator[Tree]:
    yield from filter(_is_capital, _leaves(tree))


def _is_capital(tree: Tree) -> bool:
    return tree.head == "sym" and str(tree.leaf)[:1].isupper() and len(str(tree.leaf).partition("_")[0]) == 1


# -- the algebra ---------------------------------------------------------------------------------------------


class _Algebra:
    """What multiplies in order besides the marked names: these matrices."""

    def __init__(self, matrices: frozenset[Tree]) -> None:
        self.matrices = matrices

    def rebuilt(self, tree: Tree) -> Tree:
        """The tree worked out."""
        if not self._has_order(tree):
            return _commuting(tree)
        if tree.head in _NOT_ARITHMETIC:
            return tree._replace(args=tuple(map(self.rebuilt, tree.args)))
        return _summed(self.terms(tree))

    def multiplies(self, tree: Tree) -> bool:
        """Whether vectors are multiplied with one another anywhere."""
        named = tree.head == "apply" and tree.leaf in ("dot", "cross", "product")
        return (named and all(map(self._has_order, tree.args))) or any(map(self.multiplies, tree.args))

    def _has_order(self, tree: Tree) -> bool:
        return self._letter(tree) is not None or any(map(self._has_order, tree.args))

    def _letter(self, tree: Tree) -> Tree | None:
        """The letter of a word that a name is; None for a scalar."""
        if tree.head != "sym":
            return None
        found = _MARKED.fullmatch(str(tree.leaf))
        if found is not None:
            return sym(f"vec {(found[1] or found[2]).removesuffix('math')}")
        return tree if tree in self.matrices else None

    def terms(self, tree: Tree) -> list[Term]:
        """The tree as a sum of scalars times words."""
        letter = self._letter(tree)
        if letter is not None:
            return [((), (letter,))]
        if not self._has_order(tree):
            return [((_commuting(tree),), ())]
        found = getattr(self, f"_{tree.head}", self._opaque)(tree)
        if len(found) > _MOST_TERMS or sum(len(term[0]) + len(term[1]) for term in found) > MAX_VALUES:
            raise OverLimit("too many products of vectors or matrices")
        return list(found)

    def _opaque(self, tree: Tree) -> list[Term]:
        return [((tree._replace(args=tuple(map(self.rebuilt, tree.args))),), ())]

    def _add(self, tree: Tree) -> list[Term]:
        return [term for arg in tree.args for term in self.terms(arg)]

    def _neg(self, tree: Tree) -> list[Term]:
        return [((_MINUS, *factors), word) for factors, word in self.terms(tree.args[0])]

    def _mul(self, tree: Tree) -> list[Term]:
        found: list[Term] = [((), ())]
        for arg in tree.args:
            found = [_joined(one, two) for one, two in product(found, self.terms(arg))]
            if len(found) > _MOST_TERMS:
                raise OverLimit("too many products of vectors or matrices")
        return found

    def _div(self, tree: Tree) -> list[Term]:
        below = self.terms(tree.args[1])
        if any(word for _, word in below):
            return self._mul(Tree("mul", (tree.args[0], Tree("pow", (tree.args[1], _INVERSE)))))
        divisor = _summed(below)
        above = self.terms(tree.args[0])
        return [((Tree("div", (_product(factors), divisor)),), word) for factors, word in above]

    def _pow(self, tree: Tree) -> list[Term]:
        base, exponent = tree.args
        found = self.terms(base)
        if not any(word for _, word in found):
            return [((Tree("pow", (_summed(found), exponent)),), ())]
        if exponent in (_INVERSE, _TRANSPOSE) and len(found) == 1:
            return [_turned(*found[0], exponent)]
        if exponent.head != "num" or not 0 < int(exponent.leaf or 0) <= _HIGHEST_POWER:
            return self._opaque(tree)
        if exponent == num(2) and all(_is_vector(word) for _, word in found):
            return self._dot(base, base)
        return self._mul(Tree("mul", (base,) * int(exponent.leaf or 0)))

    def _apply(self, tree: Tree) -> list[Term]:
        if tree.leaf not in ("dot", "cross"):
            (first, *others) = tree.args
            factor = len(str(tree.leaf)) == 1 and not others and first.leaf in ("dot", "cross")  # q(v x B)
            return self._mul(Tree("mul", (sym(str(tree.leaf)), first))) if factor else self._opaque(tree)
        return self._dot(*tree.args) if tree.leaf == "dot" else self._cross(*tree.args)

    def _dot(self, left: Tree, right: Tree) -> list[Term]:
        pairs = product(self.terms(left), self.terms(right))
        return [term for one, two in pairs for term in _pair(one, two, _dotted)]

    def _cross(self, left: Tree, right: Tree) -> list[Term]:
        pairs = product(self.terms(left), self.terms(right))
        return [term for one, two in pairs for term in _pair(one, two, _crossed)]

    def _fn(self, tree: Tree) -> list[Term]:
        """The length of a vector as the root of its dot product with itself."""
        inside = self.terms(tree.args[0])
        if tree.leaf not in ("abs", "norm") or not all(_is_vector(word) for _, word in inside):
            return self._opaque(tree)
        squared = _summed(self._dot(tree.args[0], tree.args[0]))
        return [((Tree("root", (squared, num(2))),), ())]


def _is_vector(word: tuple[Tree, ...]) -> bool:
    return len(word) == 1 and (str(word[0].leaf).startswith("vec ") or word[0].leaf == "cross")


def _joined(one: Term, two: Term) -> Term:
    """The product of two terms, a factor beside its inverse taken out."""
    left, right = list(one[1]), list(two[1])
    while left and right and (_inverse(left[-1]) == right[0]):
        left.pop()
        right.pop(0)
    return (*one[0], *two[0]), (*left, *right)


def _inverse(letter: Tree) -> Tree:
    return letter.args[0] if letter.leaf == "inverse" else Tree("apply", (letter,), "inverse")


def _turned(factors: tuple[Tree, ...], word: tuple[Tree, ...], exponent: Tree) -> Term:
    """The inverse or the transpose of a term: that of each factor, in the opposite order."""
    if exponent == _INVERSE:
        return ((Tree("div", (_ONE, _product(factors))),) if factors else ()), tuple(map(_inverse, reversed(word)))
    return factors, tuple(map(_transpose, reversed(word)))


def _transpose(letter: Tree) -> Tree:
    return letter.args[0] if letter.leaf == "transpose" else Tree("apply", (letter,), "transpose")


def _pair(one: Term, two: Term, multiplied: _Multiply) -> list[Term]:
    """The product of two terms under a dot or a cross; a plain product where one of them is a scalar."""
    if not (one[1] and two[1]):
        return [_joined(one, two)]
    factors, word = multiplied(_whole(one[1]), _whole(two[1]))
    return [((*one[0], *two[0], *factors), word)]


def _whole(word: tuple[Tree, ...]) -> Tree:
    return word[0] if len(word) == 1 else Tree("apply", word, "product")


def _dotted(left: Tree, right: Tree) -> Term:
    if _axis(left) and _axis(right):
        return (num(int(left == right)),), ()
    return (Tree("apply", tuple(sorted((left, right), key=write)), "dot"),), ()


def _crossed(left: Tree, right: Tree) -> Term:
    if left == right:
        return (num(0),), (left,)
    first, second = sorted((left, right), key=write)
    sign = () if first == left else (_MINUS,)
    if not (_axis(first) and _axis(second)):
        return sign, (Tree("apply", (first, second), "cross"),)
    name = _AXES[str(first.leaf), str(second.leaf)]
    return (*sign, *((_MINUS,) if name[0] == "-" else ())), (sym(name.removeprefix("-")),)


def _axis(tree: Tree) -> bool:
    return tree.leaf in ("vec i", "vec j", "vec k")


def _product(factors: tuple[Tree, ...]) -> Tree:
    return _ONE if not factors else factors[0] if len(factors) == 1 else Tree("mul", factors)


def _summed(terms: list[Term]) -> Tree:
    """The sum of the terms, each word as one unknown value."""
    parts = []
    for factors, word in terms:
        parts.append(_product((*factors, _whole(word)) if word else factors))
    if not parts:
        return num(0)
    return parts[0] if len(parts) == 1 else Tree("add", tuple(parts))
