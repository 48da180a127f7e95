"""What a tree says once its notation is worked out: plus-minus spelt out, chains reduced, matrices computed."""

from __future__ import annotations

from itertools import product

from graders.math.decide.values import same
from graders.math.lexis.words import NEGATIONS
from graders.math.limits import MAX_SIGNS, MAX_VALUES, OverLimit
from graders.math.numbers.evaluate import Inexact, Undefined
from graders.math.numbers.rationals import exact, rounds_roughly
from graders.math.tree import Tree, contains, heads, num, sym, symbols
from graders.math.verdict import Refused

SCALARS = frozenset(
    (
        "num",
        "decimal",
        "repeating",
        "sym",
        "const",
        "add",
        "mul",
        "div",
        "pow",
        "neg",
        "root",
        "fn",
        "apply",
        "sum",
        "prod",
        "int",
        "lim",
    )
)
"""Heads of numbers and expressions."""
_MATRIX_HEADS = frozenset(("add", "mul", "neg", "div", "pow"))


def settled(tree: Tree) -> Tree:
    """The tree with its notation worked out. Raises `Refused` for chains that say nothing or too much."""
    if tree.head in ("num", "decimal", "sym", "text"):
        return tree
    inside = heads(tree)
    if "pm" in inside or "mp" in inside:
        tree = _spelt_out(tree)
    if tree.head == "list":
        return _settled_list(tree)
    if tree.head == "rel":
        return reduced(tree)
    if "matrix" in inside and tree.head in _MATRIX_HEADS:
        return _computed(tree)
    return tree


def _settled_list(tree: Tree) -> Tree:
    members: list[Tree] = []
    for arg in tree.args:
        inner = settled(arg)
        members.extend(inner.args if inner.head == "list" else (inner,))
    first = members[0]
    if all(member == first for member in members) or all(is_same(first, member) for member in members):
        return first
    return Tree("list", tuple(members), tree.leaf)


def is_same(left: Tree, right: Tree) -> bool:
    """Whether two scalars certainly have one value."""
    if left == right:
        return True
    if left.head not in SCALARS or right.head not in SCALARS:
        return False
    try:
        return same(left, right) is True
    except (Undefined, OverLimit, Inexact):
        return False


def is_name(tree: Tree) -> bool:
    """Whether the side of an equation only names what the other side says: `x`, `f(x)`, `(x, y)`, `area`."""
    if tree.head == "text":
        return not NEGATIONS & set(str(tree.leaf).split())
    if tree.head == "fn" and tree.leaf in ("abs", "norm"):  # the length of a segment
        return tree.args[0].head == "sym" and len(str(tree.args[0].leaf)) > 1 and str(tree.args[0].leaf).isupper()
    if tree.head == "div":  # a quotient of segments
        return all(arg.head == "sym" and len(str(arg.leaf)) == 2 and str(arg.leaf).isupper() for arg in tree.args)
    if tree.head == "mul":  # the measure of an angle
        return len(tree.args) == 2 and tree.args[0] == sym("m") and str(tree.args[1].leaf).startswith("angle ")
    return tree.head in ("sym", "apply") or (
        tree.head in ("tuple", "colon") and all(arg.head == "sym" for arg in tree.args)
    )


def assigned(tree: Tree) -> tuple[Tree, Tree] | None:
    """(name, value) of an equation that gives a name a value, else None."""
    if tree.head != "rel" or tree.leaf != "=":
        return None
    left, right = tree.args
    for name, value in ((left, right), (right, left)):
        if is_name(name) and not (symbols(name) & symbols(value) and name.head != "apply"):
            return _in_order_of_names(name, value)
    return None


def _in_order_of_names(name: Tree, value: Tree) -> tuple[Tree, Tree]:
    """A named point with its coordinates in the order of the alphabet: `(y,x)=(4,-3)` says `(x,y)=(-3,4)`."""
    if name.head != "tuple" or value.head not in ("tuple", "vector") or len(name.args) != len(value.args):
        return name, value
    order = sorted(range(len(name.args)), key=lambda at: str(name.args[at].leaf))
    return (
        name._replace(args=tuple(name.args[at] for at in order)),
        value._replace(args=tuple(value.args[at] for at in order)),
    )


# -- plus-minus ----------------------------------------------------------------------------------------------


def _spelt_out(tree: Tree) -> Tree:
    signs = _count(tree)
    if signs > MAX_SIGNS:
        raise OverLimit(f"more than {MAX_SIGNS} plus-minus signs")
    linked = contains(tree, "mp")
    choices = [(1,) * signs, (-1,) * signs] if linked else product((1, -1), repeat=signs)
    return Tree("list", tuple(_with_signs(tree, list(choice)) for choice in choices), "or")


def _count(tree: Tree) -> int:
    return (tree.head in ("pm", "mp")) + sum(map(_count, tree.args))


def _with_signs(tree: Tree, signs: list[int]) -> Tree:
    if tree.head not in ("pm", "mp"):
        return tree._replace(args=tuple(_with_signs(arg, signs) for arg in tree.args))
    sign = signs.pop(0) * (1 if tree.head == "pm" else -1)
    args = [_with_signs(arg, signs) for arg in tree.args]
    last = args[-1] if sign > 0 else Tree("neg", (args[-1],))
    return last if len(args) == 1 else Tree("add", (args[0], last))


# -- chains --------------------------------------------------------------------------------------------------


def reduced(tree: Tree) -> Tree:
    """A chain `x = 4*7 = 28` as the one thing it says; other relations as they are."""
    signs = str(tree.leaf).split()
    if r"\approx" in signs and set(signs) <= {"=", r"\approx"}:
        return _approximated(tree, signs)
    if set(signs) != {"="}:
        return tree
    return _equated([settled(side) for side in tree.args])


def _approximated(tree: Tree, signs: list[str]) -> Tree:
    cut = signs.index(r"\approx") + 1
    front, rest = list(tree.args[:cut]), tree.args[cut:]
    values = [side for side in front if not is_name(side)]
    if not values:
        return _equated([*front, *rest]) if len(front) + len(rest) > 1 else rest[0]
    if all(side == tree.args[0] for side in tree.args):
        raise Refused("tautology", "all sides of the approximation are identical")
    if not all(_is_approximation(values[-1], side) for side in rest):
        raise Refused("several_values", "an approximation that is none")
    return _equated(front) if len(front) > 1 else front[0]


def _is_approximation(value: Tree, given: Tree) -> bool:
    value, given = bare(value), bare(given)
    if given.head not in ("decimal", "num") or symbols(value):
        return is_same(value, given)
    number = exact(value)
    return (number is not None and rounds_roughly(number, str(given.leaf))) or is_rounded(value, str(given.leaf))


def is_rounded(value: Tree, text: str) -> bool:
    """Whether a literal is a correct rounding of an irrational value, to the digits it shows."""
    from graders.math.numbers import digits
    from graders.math.numbers.rationals import decimal_value, step

    try:
        walk = digits.Digits(60 + len(text))
        gap = abs(walk.value(value) - walk.ratio(decimal_value(text)))
        return bool(gap * 2 <= walk.ratio(step(text)))
    except (Undefined, Inexact, TypeError):
        return False


def bare(tree: Tree) -> Tree:
    """The value without its unit, percent or degree sign."""
    return tree.args[0] if tree.head in ("unit", "degree") else tree


def _equated(sides: list[Tree]) -> Tree:
    if len(sides) == 2 and sides[0] == sides[1]:
        raise Refused("tautology", "both sides of the equation are identical")
    names = [side for side in sides if is_name(side)]
    others = [side for side in sides if not is_name(side)]
    constants = [side for side in others if _is_constant(side)]
    if len(set(names)) < len(names):
        raise Refused("mismatch", "a chain that comes back to its name")
    if names and len(others) == 1 and not symbols(names[0]) & symbols(others[0]):
        return _named(names, others[0])
    if len(sides) == 2 and len(constants) < 2:
        return Tree("rel", tuple(sides), "=")
    if 0 < len(constants) < len(others):
        raise Refused("mismatch", "a chain with a variable where a value should be")
    value = _agreed(others, sides)
    return _named(names, value)


def _is_constant(tree: Tree) -> bool:
    return not symbols(tree)


def _agreed(values: list[Tree], sides: list[Tree]) -> Tree:
    if not values:
        raise Refused("tautology", "an equation of names only")
    first = values[0]
    for other in values[1:]:
        if not (first == other or _one_value(first, other)):
            raise Refused("several_values", "a chain whose members differ")
    if all(side == first for side in sides):
        raise Refused("tautology", "all sides of the equation are identical")
    return min(values, key=_simplicity)


def _one_value(left: Tree, right: Tree) -> bool:
    from graders.math.decide.compare import compare

    return compare(left, right).equal is True


def _simplicity(tree: Tree) -> int:
    return 1 + sum(map(_simplicity, tree.args))


def _named(names: list[Tree], value: Tree) -> Tree:
    if not names:
        return value
    if value.head == "list":
        return Tree("list", tuple(Tree("rel", (names[0], member), "=") for member in value.args), value.leaf)
    equations = tuple(Tree("rel", (name, value), "=") for name in names)
    return equations[0] if len(equations) == 1 else Tree("list", equations, "and")


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


def shape(matrix: Tree) -> tuple[int, int]:
    """Rows and columns."""
    return len(matrix.args), len(matrix.args[0].args)


def _cellwise(make: object, matrices: list[Tree]) -> Tree:
    rows = zip(*(matrix.args for matrix in matrices), strict=True)
    return Tree(
        "matrix",
        tuple(
            Tree("row", tuple(make(cells) for cells in zip(*(row.args for row in group), strict=True)))  # type: ignore[operator]
            for group in rows
        ),
    )


ZERO = num(0)
