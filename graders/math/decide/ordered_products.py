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
from graders.math.tree import Tree, nodes, num, replace, sym, write

Term = tuple[tuple[Tree, ...], tuple[Tree, ...]]
"""The scalar factors and the word of one term."""
_MARKED = re.compile(r"(?:vec|bold) (\w+)|hat ([ijk])(?:math)?|(matrix) \w+")
_MOST_TERMS = 64
_HIGHEST_POWER = 6
_ONE, _MINUS = num(1), num(-1)
_TRANSPOSE = sym("T")
_INVERSE = Tree("neg", (num(1),))
_AXES = {("vec i", "vec j"): "vec k", ("vec j", "vec k"): "vec i", ("vec i", "vec k"): "-vec j"}
_NOT_ARITHMETIC = frozenset(("rel", "list", "tuple", "vector", "set", "brackets", "unit", "row", "matrix", "family"))


def in_order(tree: Tree) -> Tree:
    """The tree with its products of vectors and matrices as unknown values of their own; others as they are."""
    wider = capitals_apart(tree)
    matrices = {name: sym(f"matrix {name.leaf}") for name in _matrices(wider)}
    if not matrices and not _has_order(tree):
        return _commuting(tree)
    found = _rebuilt(replace(wider, matrices) if matrices else tree)
    if matrices:
        return replace(found, {marked: name for name, marked in matrices.items()})
    return found if _multiplies(tree) or _multiplies(found) else _without_bold(tree)


def inverse_of_matrices(tree: Tree) -> Tree | None:
    r"""A fraction over a product of capitals as what `(AB)^{-1}` would be; None for any other fraction."""
    above, below = tree.args
    below = capitals_apart(below)
    if below.head != "mul" or not all(map(_is_capital, below.args)):
        return None
    return in_order(Tree("mul", (above, Tree("pow", (below, _INVERSE)))))


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


def _both_ways_round(tree: Tree) -> Iterator[Tree]:
    """The factors of two products in a sum of which each is the other one turned round: `AB - BA`."""
    terms = {(arg.args[0] if arg.head == "neg" else arg).args for arg in tree.args}
    for factors in terms:
        if len(factors) > 1 and all(map(_is_capital, factors)) and factors[::-1] in terms - {factors}:
            yield from factors


def _matrices(tree: Tree) -> Iterator[Tree]:
    if tree.head == "add":
        yield from _both_ways_round(tree)
    if tree.head == "pow" and tree.args[1] == _TRANSPOSE:
        yield from filter(_is_capital, nodes(tree.args[0]))
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


def _is_capital(tree: Tree) -> bool:
    return tree.head == "sym" and str(tree.leaf)[:1].isupper() and len(str(tree.leaf).partition("_")[0]) == 1


# -- the algebra ---------------------------------------------------------------------------------------------


def _rebuilt(tree: Tree) -> Tree:
    """The tree worked out."""
    if not _has_order(tree):
        return _commuting(tree)
    if tree.head in _NOT_ARITHMETIC:
        return tree._replace(args=tuple(map(_rebuilt, tree.args)))
    return _summed(_terms(tree))


def _multiplies(tree: Tree) -> bool:
    """Whether vectors are multiplied with one another anywhere."""
    named = (node for node in nodes(tree) if node.head == "apply" and node.leaf in ("dot", "cross", "product"))
    return any(all(map(_has_order, node.args)) for node in named)


def _has_order(tree: Tree) -> bool:
    return any(_letter(node) is not None for node in nodes(tree))


def _letter(tree: Tree) -> Tree | None:
    """The letter of a word that a name is; None for a scalar."""
    found = _MARKED.fullmatch(str(tree.leaf)) if tree.head == "sym" else None
    if found is None or found[3]:
        return found and tree
    return sym(f"vec {(found[1] or found[2]).removesuffix('math')}")


def _terms(tree: Tree) -> list[Term]:
    """The tree as a sum of scalars times words."""
    letter = _letter(tree)
    if letter is not None:
        return [((), (letter,))]
    if not _has_order(tree):
        return [((_commuting(tree),), ())]
    found = list(_MAKERS.get(tree.head, _opaque)(tree))
    if len(found) > _MOST_TERMS or sum(len(term[0]) + len(term[1]) for term in found) > MAX_VALUES:
        raise OverLimit("too many products of vectors or matrices")
    return found


def _opaque(tree: Tree) -> list[Term]:
    return [((tree._replace(args=tuple(map(_rebuilt, tree.args))),), ())]


def _multiplied(*factors: Tree) -> list[Term]:
    found: list[Term] = [((), ())]
    for factor in factors:
        found = [_joined(one, two) for one, two in product(found, _terms(factor))]
        if len(found) > _MOST_TERMS:
            raise OverLimit("too many products of vectors or matrices")
    return found


def _divided(tree: Tree) -> list[Term]:
    above, below = tree.args
    if any(word for _, word in _terms(below)):
        return _multiplied(above, Tree("pow", (below, _INVERSE)))
    return [((Tree("div", (_product(factors), _rebuilt(below))),), word) for factors, word in _terms(above)]


def _raised(tree: Tree) -> list[Term]:
    base, exponent = tree.args
    found = _terms(base)
    if not any(word for _, word in found):
        return [((Tree("pow", (_summed(found), exponent)),), ())]
    if exponent in (_INVERSE, _TRANSPOSE) and len(found) == 1:
        return [_turned(*found[0], "inverse" if exponent == _INVERSE else "transpose")]
    if exponent.head != "num" or not 0 < int(exponent.leaf or 0) <= _HIGHEST_POWER:
        return _opaque(tree)
    if exponent == num(2) and all(_is_vector(word) for _, word in found):
        return _between(base, base, _dotted)
    return _multiplied(*(base,) * int(exponent.leaf or 0))


def _applied(tree: Tree) -> list[Term]:
    if tree.leaf in ("dot", "cross"):
        return _between(tree.args[0], tree.args[1], _dotted if tree.leaf == "dot" else _crossed)
    (first, *others) = tree.args
    is_factor = len(str(tree.leaf)) == 1 and not others and first.leaf in ("dot", "cross")  # q(v x B)
    return _multiplied(sym(str(tree.leaf)), first) if is_factor else _opaque(tree)


def _length(tree: Tree) -> list[Term]:
    """The length of a vector as the root of its dot product with itself."""
    inside = tree.args[0]
    if tree.leaf not in ("abs", "norm") or not all(_is_vector(word) for _, word in _terms(inside)):
        return _opaque(tree)
    return [((Tree("root", (_summed(_between(inside, inside, _dotted)), num(2))),), ())]


_MAKERS: dict[str, Callable[[Tree], list[Term]]] = {
    "add": lambda tree: [term for arg in tree.args for term in _terms(arg)],
    "neg": lambda tree: [((_MINUS, *factors), word) for factors, word in _terms(tree.args[0])],
    "mul": lambda tree: _multiplied(*tree.args),
    "div": _divided,
    "pow": _raised,
    "apply": _applied,
    "fn": _length,
}


def _is_vector(word: tuple[Tree, ...]) -> bool:
    return len(word) == 1 and (str(word[0].leaf).startswith("vec ") or word[0].leaf == "cross")


def _joined(one: Term, two: Term) -> Term:
    """The product of two terms, a factor beside its inverse taken out."""
    left, right = list(one[1]), list(two[1])
    while left and right and _turn(left[-1], "inverse") == right[0]:
        left.pop()
        right.pop(0)
    return (*one[0], *two[0]), (*left, *right)


def _turn(letter: Tree, name: str) -> Tree:
    """The inverse or the transpose of a letter."""
    return letter.args[0] if letter.leaf == name else Tree("apply", (letter,), name)


def _turned(factors: tuple[Tree, ...], word: tuple[Tree, ...], name: str) -> Term:
    """The inverse or the transpose of a term: that of each factor, in the opposite order."""
    if name == "inverse" and factors:
        factors = (Tree("div", (_ONE, _product(factors))),)
    return factors, tuple(_turn(letter, name) for letter in reversed(word))


def _between(left: Tree, right: Tree, multiplied: Callable[[Tree, Tree], Term]) -> list[Term]:
    """The products of two sums under a dot or a cross; plain products where one of them is a scalar."""
    found = []
    for one, two in product(_terms(left), _terms(right)):
        if one[1] and two[1]:
            factors, word = multiplied(_whole(one[1]), _whole(two[1]))
            found.append(((*one[0], *two[0], *factors), word))
        else:
            found.append(_joined(one, two))
    return found


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
