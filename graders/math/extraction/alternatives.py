r"""Other readings of a text, suggested by the other side: `1,234` as two values, `3i-4j` as a vector."""

from __future__ import annotations

from collections.abc import Iterator

from graders.math.decide.compare import kind, settled
from graders.math.extraction.answer import read_answer
from graders.math.extraction.sentence import read_list
from graders.math.grammar.parser import parse_text
from graders.math.lexis.tokens import Unreadable, tokenize
from graders.math.lexis.wrappers import bare
from graders.math.limits import OverLimit
from graders.math.tree import Tree, heads, num, sym, symbols
from graders.math.verdict import Refused

_AXES = {
    name: place
    for place, letter in enumerate("ijk")
    for name in (
        letter,
        *(f"{mark} {spelt}" for mark in ("hat", "vec", "overline") for spelt in (letter, f"{letter}math")),
    )
}
"""The names of the unit vectors and the place of each in a tuple."""


def readings(tree: Tree, text: str, other: Tree) -> Iterator[Tree]:
    """The other readings of a text, given its tree and the other side's; each is as good as the first."""
    what = kind(other)
    if what == "list":
        yield from _lists(tree, text, other)
    if what in ("tuple", "matrix") and (vector := components(tree)) is not None:
        yield vector
    if other.head in ("num", "decimal", "neg", "div", "add") and (one := _one_number(tree, text)) is not None:
        yield one
    if "unit" in heads(tree) and symbols(other) and (product := _parsed(text, products=True)) is not None:
        yield product


def _parsed(text: str, *, grouping: bool = True, products: bool = False) -> Tree | None:
    try:
        return settled(parse_text(text, grouping=grouping, products=products))
    except (Unreadable, Refused, OverLimit):
        return None


# -- one number ----------------------------------------------------------------------------------------------


def _one_number(tree: Tree, text: str) -> Tree | None:
    """`(31,250)` as one number, `2 and 3/4` as a mixed one."""
    if tree.head == "list" and tree.leaf == "and" and len(tree.args) == 2:
        return _mixed(*tree.args)
    if tree.head != "tuple" or any(arg.head not in ("num", "decimal") for arg in tree.args):
        return None
    inside = text.strip("$ ").replace(r"\left", "").replace(r"\right", "")
    if not (inside.startswith("(") and inside.endswith(")")):
        return None
    try:
        again = read_answer(inside[1:-1])
    except (Unreadable, Refused, OverLimit):
        return None
    return None if again in tree.args else again  # `28, 28` is one value, a point with both coordinates 28 is none


def _mixed(whole: Tree, part: Tree) -> Tree | None:
    if whole.head != "num" or part.head != "div" or {arg.head for arg in part.args} != {"num"}:
        return None
    above, below = (int(arg.leaf or 0) for arg in part.args)
    return Tree("add", (whole, part)) if 0 < above < below else None


# -- lists ---------------------------------------------------------------------------------------------------


def _lists(tree: Tree, text: str, other: Tree) -> Iterator[Tree]:
    if (listed := as_list(text, other)) is not None:
        yield listed
    if tree.head == "rel" and tree.leaf == r"\in" and tree.args[0].head == "sym" and tree.args[1].head == "set":
        yield tree.args[1]
    if tree.head == "rel" and tree.leaf == "=" and tree.args[0].head == tree.args[1].head == "tuple":
        names, values = tree.args[0].args, tree.args[1].args
        if len(names) == len(values):
            pairs = zip(names, values, strict=True)
            yield Tree("list", tuple(Tree("rel", pair, "=") for pair in pairs), "and")


def as_list(text: str, expected: Tree) -> Tree | None:
    """The text as a list where the other side is one: no comma joins digits; choice letters in upper case."""
    if kind(expected) != "list":
        return None
    tree = _parsed(text, grouping=False) if "," in text else None
    if tree is None or any(arg.head == "text" for arg in tree.args):
        return _said(text) or tree
    letters = all(arg.head == "sym" and len(str(arg.leaf)) == 1 and str(arg.leaf).isupper() for arg in expected.args)
    if letters:
        args = (sym(str(arg.leaf).upper()) if arg.head == "sym" else arg for arg in tree.args)
        return Tree(tree.head, tuple(args), tree.leaf)
    return tree


def _said(text: str) -> Tree | None:
    try:
        return read_list(tokenize(bare(text)))
    except (Unreadable, Refused, OverLimit):
        return None


# -- vectors -------------------------------------------------------------------------------------------------


def components(tree: Tree) -> Tree | None:
    """`3i - 4j` as the vector of its components; None for anything else."""
    terms = tree.args if tree.head == "add" else (tree,)
    found: dict[int, Tree] = {}
    for term in terms:
        place, factor = _component(term)
        if place < 0 or place in found:
            return None
        found[place] = factor
    if set(found) == {0} and "const" in heads(tree):  # 3i is a complex number
        return None
    size = 3 if 2 in found else 2
    return Tree("vector", tuple(found.get(place, num(0)) for place in range(size)))


def _component(term: Tree) -> tuple[int, Tree]:
    """The place of a term's unit vector and the factor before it; a place of -1 where it has none."""
    if term.head == "neg":
        place, factor = _component(term.args[0])
        return place, Tree("neg", (factor,))
    factors = term.args if term.head == "mul" else (term,)
    axes = [factor for factor in factors if _axis(factor) >= 0]
    rest = tuple(factor for factor in factors if _axis(factor) < 0)
    if len(axes) != 1:
        return -1, term
    return _axis(axes[0]), rest[0] if len(rest) == 1 else Tree("mul", rest) if rest else num(1)


def _axis(tree: Tree) -> int:
    return _AXES.get(str(tree.leaf), -1) if tree.head in ("sym", "const") else -1


# -- names of two capitals -----------------------------------------------------------------------------------


def spread(tree: Tree) -> Tree:
    """The tree with each name of two capitals as a product: `V = IR` is `V = I R`."""
    if tree.head == "sym" and len(name := str(tree.leaf)) == 2 and name.isalpha() and name.isupper():
        return Tree("mul", (sym(name[0]), sym(name[1])))
    if not tree.args:
        return tree
    args = tuple(map(spread, tree.args))
    return tree if args == tree.args else Tree(tree.head, args, tree.leaf)
