"""The points at which two functions are compared: drawn from their own texts, so that nobody can foresee them.

Where a function may bend or end (a modulus, a root, a logarithm, a floor), more points are taken: every pattern of
signs, several magnitudes, whole numbers, both sides of each place where it bends, between such places, and around the
constants of both texts. Variables for integers are tried at several magnitudes, and around those constants too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import blake2b
from itertools import pairwise, product
from math import isfinite

from graders.math.lexis.words import words_of
from graders.math.numbers.evaluate import OF_INTEGERS, STEPPING
from graders.math.numbers.floats import Floats
from graders.math.numbers.literals import Rational
from graders.math.numbers.residues import whole
from graders.math.tree import BINDERS, Tree, nodes, num, symbols, write

Point = dict[str, Rational]
_SCALES = ((1, 4, False), (1, 4, True), (0, 1, False), (0, 1, True), (4, 16, False), (4, 16, True))
"""Ranges of the points: ordinary, small (for arcsines), large; then with signs of their own."""
_MAGNITUDES = ((1, 4), (16, 64), (0, 1), (64, 4096))
_WHOLE = (2, 3, -3, 12, 1001, -1000)
_EXHAUSTED = 3
"""Variables of which every pattern of signs is tried; of more, every pattern of any two."""
_MAX_BENDS = 6
"""Places at which functions bend that get points on both sides."""
_GRID = tuple(sign * 10.0**power for sign in (-1, 1) for power in (15, 12, 9, 7, 6, 5, 4, 3, 2, 1, 0, -2))
_HALVINGS = 60
"""Places between which a change of sign is looked for, and the steps that close in on one."""
_MAX_CONSTANTS = 6
"""Constants of the texts, the largest first, around which the functions are looked at."""
_FIRST_LARGE = 13
_LARGE = ((13, 40), (41, 200), (201, 999), (10**4, 10**6))
"""Ranges of integers beyond the ordinary ones."""
_BENDING = STEPPING | frozenset(
    words_of("abs norm sign max min ln log lg asin acos asec acsc acosh atanh arg re im conj")
)
_ASIDE = Fraction(2, 5)
"""How far beside a bend the points lie: nearer than the next whole number."""
_FARTHEST = 1e15
"""Beyond it no constant matters."""


class Points:
    """The points of a pair of trees, the same for either order."""

    def __init__(self, left: Tree, right: Tree) -> None:
        text = "\n".join(sorted((write(left), write(right))))
        self.seed = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).digest()
        self.trees = left, right
        self.names = sorted(symbols(left) | symbols(right))
        self.whole = _integer_names(left) | _integer_names(right)
        self.counts = _counts(left) | _counts(right)

    def small(self) -> Point:
        """One point of small odd numbers, where values stay short; it proves nothing by itself."""
        return {name: 2 * at + 5 for at, name in enumerate(self.names)}

    def ordinary(self) -> Iterator[Point]:
        """A few points of ordinary size."""
        for number, (low, high, signed) in enumerate(_SCALES):
            yield {name: self._coordinate(name, number, low, high, signed=signed) for name in self.names}

    def more(self) -> Iterator[Point]:
        """Points for functions that bend or end; none for the others."""
        found = self.bends()
        if found:
            yield from self._of_every_sign()
        if any(bend.leaf == "step" for bend in found):
            for value in _WHOLE:
                yield {name: value + at for at, name in enumerate(self.names)}

    def bends(self) -> list[Tree]:
        """Expressions at whose zeros one of the trees may bend or end."""
        return sorted({bend for tree in self.trees for bend in _bends(tree)}, key=write)

    def decisive(self) -> Iterator[Point]:
        """Points beside and between the bends and around the constants: without evidence there, nothing is settled."""
        found = self.bends()
        if not found and not self.whole:
            return
        around = self._constants()
        base = next(self.ordinary())
        for name in self.names:
            if name in self.whole:
                values = (value + at for value in (1, *around) for at in (-1, 0, 1))
                yield from (base | {name: value} for value in values if value > 0)
            elif found:
                yield from (base | {name: place} for place in self._places(name, found, base))
                values = (sign * value for value in around for sign in (1, -1))
                yield from (base | {name: value + at * _ASIDE} for value in values for at in (-1, 0, 1))

    def large(self) -> Iterator[Point]:
        """Integers of several magnitudes for the variables that stand for such."""
        for number, (low, high) in enumerate(_LARGE if self.whole else ()):
            yield {name: self._coordinate(name, number, low, high) for name in self.names}

    def _constants(self) -> list[int]:
        """Integers beside the values of the parts without variables, the largest first."""
        closed = {node for tree in self.trees for node in nodes(tree) if not symbols(node)}
        values = (_height(node, {}) or 0 for node in closed)
        found = {round(abs(value)) for value in values if value < _FARTHEST and abs(value) >= _FIRST_LARGE - 1}
        return sorted(found, reverse=True)[:_MAX_CONSTANTS]

    def _places(self, name: str, bends: Sequence[Tree], base: Point) -> Iterator[Rational]:
        """Both sides of the zeros of the bends along a variable, and the middles between them."""
        own = [bend for bend in bends if name in symbols(bend)]
        zeros = sorted({place for bend in own[:_MAX_BENDS] for place in _zeros(bend, name, base)})
        for place in zeros:
            yield from (place + _ASIDE, place - _ASIDE)
        yield from ((one + two) / 2 for one, two in pairwise(zeros))

    def _of_every_sign(self) -> Iterator[Point]:
        turns = len(_MAGNITUDES) if len(self.names) < _EXHAUSTED else 2
        for number, signs in enumerate(_sign_patterns(len(self.names))):
            for turn in range(turns):
                yield {
                    name: self._sized(name, sign, number * turns + turn, turn + at * (number % 2))
                    for at, (name, sign) in enumerate(zip(self.names, signs, strict=True))
                }

    def _sized(self, name: str, sign: int, number: int, scale: int) -> Rational:
        size = self._coordinate(name, len(_SCALES) + number, *_MAGNITUDES[scale % len(_MAGNITUDES)])
        return size if name in self.counts else sign * size

    def _coordinate(self, name: str, number: int, low: int, high: int, *, signed: bool = False) -> Rational:
        label = f"{number}{name}".encode("utf-8", "surrogatepass")
        drawn = int.from_bytes(blake2b(label, digest_size=8, key=self.seed).digest())
        if name in self.whole:
            return low + drawn % (high - low) if low >= _FIRST_LARGE else 2 + drawn % 11
        value = low + Fraction(drawn % 65521 * (high - low), 65521) + Fraction(1, 131)
        return -value if signed and (drawn >> 40) % 2 else value


def _sign_patterns(count: int) -> list[tuple[int, ...]]:
    """All patterns for few variables; for many a few that show every pattern of any two of them."""
    if count <= _EXHAUSTED:
        return list(product((1, -1), repeat=count))
    rows = [tuple(1 if at >> bit & 1 else -1 for at in range(count)) for bit in range(count.bit_length())]
    rows.append((1,) * count)
    return [*rows, *(tuple(-sign for sign in row) for row in rows)]


# -- bends ---------------------------------------------------------------------------------------------------


def _bends(tree: Tree) -> Iterator[Tree]:
    """Expressions at whose zeros a tree may bend or end; of a floor, which has steps everywhere, the first ones."""
    for arg in tree.args if tree.head not in BINDERS and tree.head != "apply" else ():
        yield from _bends(arg)
    if tree.head == "fn" and tree.leaf in STEPPING and symbols(tree):
        yield from (Tree("add", (tree.args[0], num(at)), "step") for at in (-1, 1))
    elif tree.head == "fn" and tree.leaf in ("max", "min") and symbols(tree):
        yield from (Tree("add", (one, Tree("neg", (two,)))) for one, two in pairwise(tree.args))
    elif _is_bent(tree) and symbols(tree.args[0]):
        yield tree.args[0]


def has_steps(tree: Tree) -> bool:
    """Whether a tree jumps somewhere: a floor of a variable, a power of zero."""
    jumps = tree.head == "fn" and tree.leaf in STEPPING and bool(symbols(tree))
    jumps = jumps or (tree.head == "pow" and tree.args[0] == num(0) and bool(symbols(tree)))
    return jumps or any(map(has_steps, tree.args))


def _is_bent(tree: Tree) -> bool:
    if tree.head == "pow":
        return whole(tree.args[1]) is None
    return tree.head == "root" or (tree.head == "fn" and tree.leaf in _BENDING)


def _zeros(tree: Tree, name: str, base: Point) -> Iterator[Fraction]:
    """Zeros of the tree along one variable, wherever its sign changes."""
    seen = [(place, found) for place in sorted(_GRID) if (found := _height(tree, base | {name: place})) is not None]
    for (here, low), (there, high) in pairwise(seen):
        if (low < 0) is (high < 0):
            continue
        ends = [here, there]
        for _ in range(_HALVINGS):
            middle = sum(ends) / 2
            behind = ((_height(tree, base | {name: middle}) or 0.0) < 0) is not (low < 0)
            ends[behind] = middle
        yield Fraction(ends[1]).limit_denominator(10**12)


def _height(tree: Tree, point: Mapping[str, float | Fraction]) -> float | None:
    """The tree's value at a point, as far as doubles know it, if it is real."""
    try:
        value = Floats({name: float(place) for name, place in point.items()}).of(tree)
    except (ValueError, ArithmeticError, TypeError):
        return None
    return value if isinstance(value, float) and isfinite(value) else None


# -- variables for integers ----------------------------------------------------------------------------------


def _counts(tree: Tree) -> frozenset[str]:
    """Variables that bound a sum or product: its terms are counted up to them, so they are not negative."""
    ends = (end for node in nodes(tree) if node.head in ("sum", "prod") for end in node.args[2:])
    return frozenset().union(*map(symbols, ends))


def _integer_names(tree: Tree) -> frozenset[str]:
    """Variables that stand where only integers do: in factorials, binomials, bounds, exponents of variables."""
    found = _counts(tree)
    for node in nodes(tree):
        if node.head == "fn" and node.leaf in OF_INTEGERS:
            found |= symbols(node)
        elif node.head == "pow" and (node.args[0].head == "neg" or symbols(node.args[0])):
            found |= symbols(node.args[1])
    return found
