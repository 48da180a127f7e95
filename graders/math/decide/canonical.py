"""What a tree says once its notation is worked out: plus-minus spelt out, chains reduced, matrices computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

from graders.math.decide.chains import approximated, equated
from graders.math.decide.families import as_family
from graders.math.decide.naming import assigned
from graders.math.decide.values import is_same
from graders.math.limits import MAX_COMPUTED_NODES, MAX_SIGNS, MAX_VALUES, OverLimit
from graders.math.tree import BINDERS, SCALARS, Tree, bounded, contains, heads, nodes, replace, shape, sym, symbols
from graders.math.verdict import Comparison
from graders.math.work import charge

_RENAMED = 3
"""Work of giving bound variables other names, for each node."""
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
        charge(_RENAMED * len(nodes(tree)))
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
    inner = _with_common_names(replace(body, {variable: common}), depth + 1)
    return tree._replace(args=(inner, common, *(_with_common_names(bound, depth) for bound in bounds)))


# -- plus-minus ----------------------------------------------------------------------------------------------


def _spelt_out(tree: Tree) -> Tree:
    r"""The list of what a tree says with each choice of its signs; a denial or a bound says all of them.

    Signs turn together where one of them is `\mp`, and on the sides of a chain that has as many on each:
    `x = \pm\sqrt9 = \pm3`.
    """
    signs = _count(tree)
    if signs > MAX_SIGNS:
        raise OverLimit(f"more than {MAX_SIGNS} plus-minus signs")
    on_sides = set(map(_count, tree.args)) - {0}
    free = 1 if contains(tree, "mp") else on_sides.pop() if tree.head == "rel" and len(on_sides) == 1 else signs
    found: list[Tree] = []
    for choice in product((1, -1), repeat=free):
        spelt = _as_point(_with_signs(tree, [*choice] * (signs // free)))
        if not any(is_same(spelt, other) for other in found):
            found.append(spelt)
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
    return sum(node.head in ("pm", "mp") for node in nodes(tree))


def _with_signs(tree: Tree, signs: list[int]) -> Tree:
    if tree.head not in ("pm", "mp"):
        return tree._replace(args=tuple(_with_signs(arg, signs) for arg in tree.args))
    sign = signs.pop(0) * (1 if tree.head == "pm" else -1)
    args = [_with_signs(arg, signs) for arg in tree.args]
    last = args[-1] if sign > 0 else Tree("neg", (args[-1],))
    return last if len(args) == 1 else Tree("add", (args[0], last))


# -- matrices ------------------------------------------------------------------------------------------------


def _computed(tree: Tree) -> Tree:
    """Sums, multiples, products and transposes of matrices, worked out."""
    args = [_computed(arg) if arg.head in _MATRIX_HEADS and contains(arg, "matrix") else arg for arg in tree.args]
    matrices = [arg for arg in args if arg.head == "matrix"]
    scalars = tuple(arg for arg in args if arg.head != "matrix")
    first = args[0].head == "matrix"
    if tree.head == "pow" and first and args[1] == sym("T"):
        return _of_rows(zip(*(row.args for row in args[0].args), strict=True))
    alone = len(matrices) == 1 and (tree.head in ("neg", "mul") or (tree.head == "div" and first))
    if alone or (tree.head == "add" and not scalars and len({shape(matrix) for matrix in matrices}) == 1):
        before, behind = (scalars, ()) if tree.head == "mul" else ((), scalars)
        places = (
            zip(*(row.args for row in rows), strict=True) for rows in zip(*(m.args for m in matrices), strict=True)
        )
        return _of_rows((Tree(tree.head, (*before, *cells, *behind)) for cells in row) for row in places)
    if tree.head == "mul" and len(args) == len(matrices) == 2 and shape(args[0])[1] == shape(args[1])[0]:
        return _multiplied(*matrices)
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
    return _of_rows(rows)


def _of_rows(rows: Iterable[Iterable[Tree]]) -> Tree:
    return Tree("matrix", tuple(Tree("row", tuple(cells)) for cells in rows))
