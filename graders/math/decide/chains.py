"""Chains of equations and approximations, `x = 4*7 = 28`, as the one thing they say.

A chain that says nothing (`5 = 5`), too much (`x = 3 = 4`) or comes back to its name is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from graders.math.decide.naming import is_name
from graders.math.decide.values import is_same
from graders.math.lexis.roman import roman_value
from graders.math.numbers.agreement import is_rounded
from graders.math.numbers.literals import rounds_roughly
from graders.math.numbers.rationals import exact
from graders.math.tree import CONSTANT_LETTERS, SCALARS, Tree, fn, nodes, num, size, sym, symbols
from graders.math.verdict import Comparison, Refused


def approximated(tree: Tree, same: Comparison) -> Tree:
    r"""What a chain of equations and approximations says: `x = \sqrt 2 \approx 1.41` says what x is."""
    cut = str(tree.leaf).split().index(r"\approx") + 1
    front, rest = tree.args[:cut], tree.args[cut:]
    values = [side for side in front if not is_name(side)]
    if not values:
        return equated(tree.args, same)
    if all(side == tree.args[0] for side in tree.args):
        raise Refused("tautology", "all sides of the approximation are identical")
    if not all(_is_approximation(values[-1], side) for side in rest):
        raise Refused("several_values", "an approximation that is none")
    if (unit := rest[-1]).head in ("unit", "degree") and values[-1].head in SCALARS:  # 40/3, roughly 13.3 minutes
        front = tuple(unit._replace(args=(side,)) if side is values[-1] else side for side in front)
    return equated(front, same) if len(front) > 1 else front[0]


def _is_approximation(value: Tree, given: Tree) -> bool:
    value, given = _without_unit(value), _without_unit(given)
    if given.head not in ("decimal", "num") or symbols(value):
        return is_same(value, given)
    number = exact(value)
    return (number is not None and rounds_roughly(number, str(given.leaf))) or is_rounded(value, str(given.leaf))


def _without_unit(tree: Tree) -> Tree:
    return tree.args[0] if tree.head in ("unit", "degree") else tree


def _is_another_numeral(sides: Sequence[Tree]) -> bool:
    """Whether a name of three letters or more is a Roman numeral, and no number of the chain: `63 = LXIV`.

    `MCD` names an angle.
    """
    sides = [side for side in sides if side.head != "sym" or len(str(side.leaf)) > 2]
    names = [str(side.leaf) for side in sides if side.head == "sym" and set(str(side.leaf)) & set("XVI")]
    numbers = {side.leaf for side in sides if side.head == "num"}
    return bool(numbers) and any(roman_value(name) not in (0, *numbers) for name in names)


def equated(sides: Sequence[Tree], same: Comparison) -> Tree:
    """What an equation or a chain of them says: its value, with the names that it gives to it."""
    if len(sides) == 2 and sides[0] == sides[1]:
        raise Refused("tautology", "both sides of the equation are identical")
    if _is_another_numeral(sides):
        raise Refused("mismatch", "a Roman numeral of another value")
    sides = _with_named_constant(_with_counts(list(map(_with_combination, sides)), same))
    names = [side for side in sides if is_name(side)]
    others = [side for side in sides if not is_name(side)]
    constants = sum(not symbols(side) for side in others)
    if len(set(names)) < len(names):
        raise Refused("mismatch", "a chain that comes back to its name")
    if names and len(others) == 1 and not symbols(names[0]) & symbols(others[0]):
        return _named(names, others[0])
    if names and others and len(sides) > 2 and not constants and len(set(map(symbols, others))) == 1:
        return _named(names, _agreed(others, sides, same))  # y = x + x = 2x
    if constants == 0 or (len(sides) == 2 and constants < 2):
        return _related(sides)
    if constants < len(others):
        values = others[-constants:]
        if any(map(symbols, values)) or not _is_worked_out(names, sides, len(sides) - constants):
            raise Refused("mismatch", "a chain with a variable where a value should be")
        return _named(names, _agreed(values, sides, same))
    return _named(names, _agreed(others, sides, same))


def _related(sides: Sequence[Tree]) -> Tree:
    """An equation, or a chain of them, without a value: `a = 2b = 3c`."""
    if len(set(sides)) < len(sides):
        raise Refused("tautology", "two sides of the chain are identical")
    return Tree("rel", tuple(sides), " ".join("=" * (len(sides) - 1)))


def _with_named_constant(sides: Sequence[Tree]) -> Sequence[Tree]:
    """The chain with a leading `e` or `i` as a name, where it gives it a value: an eccentricity, an index."""
    first, *rest = sides
    if first not in CONSTANT_LETTERS.values() or any(first in nodes(side) for side in rest):
        return sides
    return (sym(str(first.leaf)), *rest)


def _with_combination(side: Tree) -> Tree:
    """`C_{10}^6`, which by itself is a name, as the number that it is in a chain."""
    if side.head != "pow" or not is_name(side) or str(side.args[0].leaf)[0] != "C":
        return side
    return fn("binom", num(int(str(side.args[0].leaf)[2:])), side.args[1])


def _with_counts(sides: Sequence[Tree], same: Comparison) -> Sequence[Tree]:
    """The chain with combinations and arrangements as numbers wherever they make a side the chain's value."""
    value = next((side for side in sides if not symbols(side)), None)
    if value is None:
        return sides
    counted = map(_counted, sides)
    return [two if two != one and same(two, value).equal else one for one, two in zip(sides, counted, strict=True)]


def _counted(tree: Tree) -> Tree:
    """`C_6^3 - A_4^2` with the numbers that its names count."""
    if tree.head != "pow" or not is_name(tree):
        return tree._replace(args=tuple(map(_counted, tree.args))) if tree.args else tree
    letter, above, below = str(tree.args[0].leaf)[0], num(int(str(tree.args[0].leaf)[2:])), tree.args[1]
    if int(below.leaf or 0) > int(above.leaf or 0):
        return tree
    if letter == "C":
        return fn("binom", above, below)
    return Tree("div", (fn("fact", above), fn("fact", Tree("add", (above, Tree("neg", (below,)))))))


def _is_worked_out(names: Sequence[Tree], sides: Sequence[Tree], values: int) -> bool:
    r"""Whether a chain goes from what is asked for, over formulas, to values: `S = \pi r^2 = 9\pi`, `a+b = 3+4 = 7`.

    The letters x, y, z are unknowns, of which `x = y+1 = 28` says two things.
    """
    first, formulas = sides[0], sides[1:values]
    if not formulas:
        return len(sides) > 2 and (_is_combination(first) or _is_of_names(first))
    if list(names) != [first] and (names or not _is_of_names(first)):
        return False
    own = symbols(first)
    asked_for = first.leaf == "abs" or own.isdisjoint("xyz")
    apart = asked_for and all(symbols(side) and own.isdisjoint(symbols(side)) for side in formulas)
    return apart or all(side.head in SCALARS and is_same(first, side) for side in (first, *formulas))


def _is_of_names(tree: Tree) -> bool:
    r"""Whether a side asks for a value made of names: `AB^2`, `\tan\theta`, the product of two vectors."""
    if tree.head == "pow":
        return is_name(tree.args[0]) and tree.args[1].head == "num"
    return bool(symbols(tree)) and (tree.head == "fn" or tree.leaf == "dot")


def _is_combination(tree: Tree) -> bool:
    """Whether several names are joined by signs alone: `a+b`, `xy`."""
    if tree.head not in ("add", "mul", "neg", "div"):
        return False
    return len(symbols(tree)) > 1 and all(arg.head in ("sym", "neg") for arg in tree.args)


def _agreed(values: Sequence[Tree], sides: Sequence[Tree], same: Comparison) -> Tree:
    """The simplest of the values, which must all be the same one."""
    if not values:
        raise Refused("tautology", "an equation of names only")
    first = values[0]
    if not all(first == other or same(first, other).equal for other in values[1:]):
        raise Refused("several_values", "a chain whose members differ")
    if all(side == first for side in sides):
        raise Refused("tautology", "all sides of the equation are identical")
    return min(values, key=size)


def _named(names: Sequence[Tree], value: Tree) -> Tree:
    if not names:
        return value
    if value.head == "list":
        return Tree("list", tuple(Tree("rel", (names[0], member), "=") for member in value.args), value.leaf)
    equations = tuple(Tree("rel", (name, value), "=") for name in names)
    return equations[0] if len(equations) == 1 else Tree("list", equations, "and")
