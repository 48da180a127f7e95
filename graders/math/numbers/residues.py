"""Arithmetic modulo a large prime: whether two rational expressions are the same function.

Every subtree that is no rational operation (a root, a sine, pi) counts as one more unknown, named by its own
tree. Two trees that agree at a point nobody can foresee (it is drawn from both texts) are the same function
of variables and unknowns, with an error below 2^-110; so they are equal. Where they differ and no unknowns
were met, they differ; where unknowns were met, nothing follows.

The first prime is public, so two trees may agree because one holds a multiple of it. Where the numbers in the trees are
large enough to make one, they must agree modulo a second prime too, which is drawn from both texts like the point.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import count

from graders.math.numbers.evaluate import Evaluator, Inexact, Undefined, literal_ratio
from graders.math.numbers.literals import Rational
from graders.math.tree import Tree, write
from graders.math.work import charge

PRIME = 2**127 - 1
_PRIME_BITS = 120
"""Bits below which no number is a multiple of the prime, with some to spare."""
_DRAWN, _CHARS_AT_ONCE = 15, 8
"""Work of drawing a point, and characters of the trees as they are written in a microsecond."""
_DRAWN_BITS = 62
"""Bits of the prime that the texts draw."""


class Residues(Evaluator[int]):
    """The field of the integers modulo a prime; unknowns get values from a seed."""

    def __init__(self, seed: str, drawn: dict[str, int], prime: int = PRIME) -> None:
        super().__init__()
        self.prime = prime
        self.seed = seed.encode("utf-8", "surrogatepass")[:64]
        self.drawn = drawn  # shared by both sides
        self.unknowns = False

    def value(self, tree: Tree) -> int:
        """The tree's residue; what is not rational becomes an unknown."""
        if tree.head in _RATIONAL or tree.leaf == "det" or (tree.head == "pow" and whole(tree.args[1]) is not None):
            return super().value(tree)
        self.unknowns = True
        return self.draw(write(standard(tree)))

    def draw(self, name: str) -> int:
        """The value of an unknown."""
        value = self.drawn.get(name)
        if value is None:
            text = name.encode("utf-8", "surrogatepass")
            value = self.drawn[name] = (
                int.from_bytes(blake2b(text, digest_size=16, key=self.seed).digest()) % self.prime
            )
        return value

    def on_sym(self, tree: Tree) -> int:
        """A variable's value."""
        return self.draw(write(tree))

    on_apply = on_sym

    def number(self, value: Rational) -> int:
        """A rational number's residue."""
        return (
            value % self.prime if isinstance(value, int) else self.div(value.numerator, value.denominator % self.prime)
        )

    def add(self, left: int, right: int) -> int:
        """The sum."""
        return (left + right) % self.prime

    def mul(self, left: int, right: int) -> int:
        """The product."""
        return left * right % self.prime

    def div(self, left: int, right: int) -> int:
        """The quotient."""
        if not right:
            raise Undefined("a division by zero")
        return left * pow(right, -1, self.prime) % self.prime

    def on_pow(self, tree: Tree) -> int:
        """A power with a literal integer exponent."""
        base, exponent = self.value(tree.args[0]), whole(tree.args[1]) or 0
        if not base and exponent <= 0:
            raise Undefined("zero to a power that is not positive")
        return pow(base, exponent, self.prime)


_RATIONAL = frozenset(("num", "decimal", "repeating", "sym", "apply", "add", "mul", "div", "neg", "percent"))


def whole(tree: Tree) -> int | None:
    """The value of a literal integer, None for anything else."""
    above, below = literal_ratio(tree) or (0, 0)
    return above if below == 1 else None


def standard(tree: Tree) -> Tree:
    """The tree with one spelling for what has several: `x^{1/2}` is a root, `log_{10}` is lg."""
    args = tuple(map(standard, tree.args))
    if tree.head == "pow" and args[1].head == "div" and args[1].args[0] == Tree("num", (), 1):
        return Tree("root", (args[0], args[1].args[1]))
    if tree.head == "fn" and tree.leaf == "log" and len(args) == 1:
        return Tree("fn", args, "lg")
    if tree.head in ("add", "mul"):
        args = tuple(sorted(args, key=write))
    return Tree(tree.head, args, tree.leaf)


def is_function(tree: Tree) -> bool:
    """Whether no divisor in the tree vanishes as a function, as far as residues reach.

    Raises `Undefined` where one does.
    """
    try:
        Residues(_seed([write(tree)]), {}).of(tree)
    except Inexact:
        return False
    return True


def _seed(texts: list[str]) -> str:
    text = "\n".join(texts)
    charge(_DRAWN + len(text) // _CHARS_AT_ONCE)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def same_function(left: Tree, right: Tree) -> bool | None:
    """True or False where residues decide, else None. Symmetric.

    Raises `Undefined` where a divisor vanishes as a function: such an expression has a value nowhere.
    """
    seed = _seed(sorted((write(left), write(right))))
    found = _agree(left, right, seed, PRIME)
    if found and _weight(left) + _weight(right) >= _PRIME_BITS:
        return _agree(left, right, seed, drawn_prime(seed))
    return found


def _weight(tree: Tree) -> int:
    """Bits within which the coefficients of a rational expression stay, whatever is multiplied out."""
    if tree.head == "num":
        return int(tree.leaf or 0).bit_length()
    if tree.head == "pow" and (exponent := whole(tree.args[1])) is not None:
        return _weight(tree.args[0]) * abs(exponent)
    if not tree.args:
        return 1 if tree.head in ("sym", "const") else _PRIME_BITS
    return sum(map(_weight, tree.args)) + len(tree.args)


def _agree(left: Tree, right: Tree, seed: str, prime: int) -> bool | None:
    drawn: dict[str, int] = {}
    one, two = Residues(seed, drawn, prime), Residues(seed, drawn, prime)
    try:
        agree = one.of(left) == two.of(right)
    except Inexact:
        return None
    if agree:
        return True
    return None if one.unknowns or two.unknowns else False


def drawn_prime(seed: str) -> int:
    """The first prime behind a number of 62 bits that a seed (hexadecimal) says."""
    from mpmath.libmp import isprime

    first = int(seed[:16], 16) >> 64 - _DRAWN_BITS | 1 << _DRAWN_BITS - 1 | 1
    return next(number for number in count(first, 2) if isprime(number))
