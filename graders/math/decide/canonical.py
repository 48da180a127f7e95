"""What a tree says once its notation is worked out: plus-minus spelt out, chains reduced, matrices computed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from graders.math.decide.chains import approximated, equated
from graders.math.decide.families import as_family
from graders.math.decide.naming import assigned
from graders.math.decide.values import is_same
from graders.math.limits import MAX_COMPUTED_NODES, MAX_SIGNS, MAX_VALUES, OverLimit
from graders.math.tree import BINDERS, SCALARS, Tree, bounded, contains, heads, replace, shape, sym, symbols
from graders.math.verdict import Comparison

_MATRIX_HEADS = frozenset(("add", "mul", "neg", "div", "pow"))


def canonical(tree: Tree, same: Comparison) -> Tree:
    """The tree with its notation worked out; `same` tells whether the members of a chain are one value.

    Raises `Refused` for chains that say nothing or too much.
    """
    if tree.head in ("num", "decimal", "sym", "text"):
        return tree
    inside = heads(tree)
    if ("pm" in inside or "mp" in inside) and not (tree.head in ("list", "set") and "mp" not in inside):
        tree = _spelt_out(tree)
    if not inside.isdisjoint(BINDERS):
        tree = _with_common_names(tree, 0)
    if "matrix" in inside and tree.head in _MATRIX_HEADS:
        return bounded(_computed(tree), MAX_COMPUTED_NODES)
    maker = _MAKERS.get(tree.head)
    return maker(tree, same) if maker else tree


def _of_matrix(tree: Tree, same: Comparison) -> Tree:
    """A column of equations, as an `array` holds a system, as the list of them."""
    if shape(tree)[1] != 1 or any(row.args[0].head != "rel" for row in tree.args):
        return tree
    return canonical(Tree("list", tuple(row.args[0] for row in tree.args), "and"), same)


def _of_list(tree: Tree, same: Comparison) -> Tree:
    """A list without lists in it; a family where its last member says what a letter runs over."""
    tree = _with_name_throughout(tree)
    return as_family(Tree("list", _members(tree, same), tree.leaf))


def _with_name_throughout(tree: Tree) -> Tree:
    r"""`x \ne 0, 1` and `x = 2, 3` with the name before each value."""
    first, *others = tree.args
    if first.head != "rel" or first.leaf not in ("=", r"\ne") or first.args[0].head != "sym" or symbols(first.args[1]):
        return tree
    if any(other.head not in SCALARS or symbols(other) for other in others):
        return tree
    members = (first, *(Tree("rel", (first.args[0], other), first.leaf) for other in others))
    return Tree("list", members, tree.leaf if first.leaf == "=" else "and")


def _members(tree: Tree, same: Comparison) -> tuple[Tree, ...]:
    members: list[Tree] = []
    for arg in tree.args:
        inner = canonical(arg, same)
        members.extend(inner.args if inner.head == "list" else (inner,))
    return tuple(members)


def _of_relation(tree: Tree, same: Comparison) -> Tree:
    """A chain `x = 4*7 = 28` as the one thing it says; other relations as they are."""
    signs = set(str(tree.leaf).split())
    if signs == {"="}:
        return equated([canonical(side, same) for side in tree.args], same)
    if r"\approx" in signs and signs <= {"=", r"\approx"} and (contains(tree, "decimal") or not symbols(tree)):
        return approximated(tree, same)
    return _in_interval(tree) if signs == {r"\in"} else tree


def _in_interval(tree: Tree) -> Tree:
    r"""`x \in (1,3)` with an interval on the right: a name for one number is in no point."""
    subject, held = tree.args[0], tree.args[-1]
    if len(tree.args) != 2 or subject.head == "tuple" or held.head not in ("tuple", "brackets") or len(held.args) != 2:
        return tree
    return Tree("rel", (subject, Tree("interval", held.args, "()" if held.head == "tuple" else "[]")), r"\in")


_MAKERS: dict[str, Callable[[Tree, Comparison], Tree]] = {
    "list": _of_list,
    "set": lambda tree, same: Tree("set", _members(tree, same)),
    "where": lambda tree, _same: as_family(tree),
    "rel": _of_relation,
    "matrix": _of_matrix,
}


def _with_common_names(tree: Tree, depth: int) -> Tree:
    """The tree with the variables that sums, integrals and limits bind under names of their own, by depth."""
    if not tree.args:
        return tree
    if tree.head not in BINDERS:
        return tree._replace(args=tuple(_with_common_names(arg, depth) for arg in tree.args))
    body, variable, *bounds = tree.args
    common = sym(f"bound {depth}")
    index = f"_{variable.leaf}"
    indexed = {sym(name): sym(f"{name[: -len(index)]}_{common.leaf}") for name in symbols(body) if name.endswith(index)}
    inner = _with_common_names(replace(body, {variable: common, **indexed}), depth + 1)
    return tree._replace(args=(inner, common, *(_with_common_names(bound, depth) for bound in bounds)))


# -- plus-minus ----------------------------------------------------------------------------------------------


def _spelt_out(tree: Tree) -> Tree:
    """The list of what a tree says with each choice of its signs; a denial or a bound says all of them."""
    signs = _count(tree)
    if signs > MAX_SIGNS:
        raise OverLimit(f"more than {MAX_SIGNS} plus-minus signs")
    linked = contains(tree, "mp")
    if not linked and tree.head == "rel" and len({_count(side) for side in tree.args} - {0}) == 1:
        return _spelt_out_alike(tree, max(map(_count, tree.args)))
    choices = [(1,) * signs, (-1,) * signs] if linked else product((1, -1), repeat=signs)
    return _alternatives(tree, [_as_point(_with_signs(tree, list(choice))) for choice in choices])


def _spelt_out_alike(tree: Tree, signs: int) -> Tree:
    r"""A chain each of whose sides has its signs alike: `x = \pm\sqrt9 = \pm3`."""
    choices = product((1, -1), repeat=signs)
    sides = ([_with_signs(side, list(choice)) for side in tree.args] for choice in choices)
    return _alternatives(tree, [Tree("rel", tuple(side), tree.leaf) for side in sides])


def _alternatives(tree: Tree, spelt: list[Tree]) -> Tree:
    found: list[Tree] = []
    for each in spelt:
        if not any(is_same(each, other) for other in found):
            found.append(each)
    if len(found) == 1:
        return found[0]
    denies = tree.head == "rel" and not set(str(tree.leaf).split()) <= {"=", r"\approx", r"\in"}
    return Tree("list", tuple(found), "and" if denies else "or")


def _as_point(tree: Tree) -> Tree:
    """Equations of several names as one of a point: `x=1+t, y=2-t` with linked signs is one solution of two."""
    pairs = [assigned(arg) for arg in tree.args] if tree.head == "list" and tree.leaf != "or" else []
    named = [pair for pair in pairs if pair]
    if len(named) < 2 or len(named) < len(tree.args) or any(name.head != "sym" for name, _ in named):
        return tree
    ordered = sorted(named, key=lambda pair: str(pair[0].leaf))
    names, values = zip(*ordered, strict=True)
    return Tree("rel", (Tree("tuple", names), Tree("tuple", values)), "=")


def _count(tree: Tree) -> int:
    return (tree.head in ("pm", "mp")) + sum(map(_count, tree.args))


def _with_signs(tree: Tree, signs: list[int]) -> Tree:
    if tree.head not in ("pm", "mp"):
        return tree._replace(args=tuple(_with_signs(arg, signs) for arg in tree.args))
    sign = signs.pop(0) * (1 if tree.head == "pm" else -1)
    args = [_with_signs(arg, signs) for arg in tree.args]
    last = args[-1] if sign > 0 else Tree("neg", (args[-1],))
    return last if len(args) == 1 else Tree("add", (args[0], last))


# -- matrices ------------------------------------------------------------------------------------------------


def _computed(tree: Tree) -> Tree:
    """Sums, multiples and transposes of matrices, worked out."""
    return _transposed(tree) if tree.head == "pow" else _combined(tree)


def _transposed(tree: Tree) -> Tree:
    """The matrix with its rows as columns where its exponent is a T."""
    matrix, exponent = tree.args
    if matrix.head != "matrix" or exponent != sym("T"):
        return tree
    columns = zip(*(row.args for row in matrix.args), strict=True)
    return Tree("matrix", tuple(Tree("row", cells) for cells in columns))


def _combined(tree: Tree) -> Tree:
    args = [_computed(arg) if arg.head in _MATRIX_HEADS and contains(arg, "matrix") else arg for arg in tree.args]
    matrices = [arg for arg in args if arg.head == "matrix"]
    scalars = tuple(arg for arg in args if arg.head != "matrix")
    if tree.head == "add" and not scalars and len({shape(matrix) for matrix in matrices}) == 1:
        return _cellwise(lambda cells: Tree("add", cells), matrices)
    if tree.head == "neg" and matrices:
        return _cellwise(lambda cells: Tree("neg", cells), matrices)
    if len(matrices) == 1 and args[0].head == "matrix" and tree.head == "div":
        return _cellwise(lambda cells: Tree("div", (*cells, *scalars)), matrices)
    if len(args) == 2 and len(matrices) == 2 and tree.head == "mul" and shape(args[0])[1] == shape(args[1])[0]:
        return _multiplied(*matrices)
    if len(matrices) == 1 and tree.head == "mul":
        return _cellwise(lambda cells: Tree("mul", (*scalars, *cells)), matrices)
    return tree


def _multiplied(left: Tree, right: Tree) -> Tree:
    """The product of two matrices, each cell a sum of products."""
    columns = list(zip(*(row.args for row in right.args), strict=True))
    if len(left.args) * len(columns) * len(right.args) > MAX_VALUES:
        raise OverLimit(f"a product of matrices with more than {MAX_VALUES} products")
    rows = [
        [Tree("add", tuple(Tree("mul", pair) for pair in zip(row.args, column, strict=True))) for column in columns]
        for row in left.args
    ]
    return Tree("matrix", tuple(Tree("row", tuple(cells)) for cells in rows))


def _cellwise(make: Callable[[tuple[Tree, ...]], Tree], matrices: list[Tree]) -> Tree:
    """The matrix of what is made of the cells that stand at the same place in several matrices."""
    rows = zip(*(matrix.args for matrix in matrices), strict=True)
    cells = (zip(*(row.args for row in group), strict=True) for group in rows)
    return Tree("matrix", tuple(Tree("row", tuple(map(make, row))) for row in cells))
