r"""What goes on: `1+x+\cdots`, `2,4,\ldots,2n`, `n(n-1)\cdots1`.

Nobody guesses the rule: the same parts must stand before the dots and behind them, in their order.
"""

from __future__ import annotations

from collections.abc import Sequence

from graders.math.tree import Tree, num, sym

DOTS = sym(r"\ldots")
"""The dots among the parts of a sum, a product or a list, until that is complete."""
_PLACES = {DOTS: ".", Tree("neg", (DOTS,)): "-"}
_NAMES = {"add": "+", "mul": "*", "list": ","}


def going_on(head: str, parts: Sequence[Tree], leaf: str | None) -> Tree:
    """The parts around their dots as one object; equations before them in a list stay members of the list."""
    start = max((at + 1 for at, part in enumerate(parts) if part.head == "rel"), default=0)
    first = parts[start - 1] if start else None
    if head != "list" or first is None or not has_dots(parts[start:]):
        return _around(leaf if head == "rel" and leaf else _NAMES[head], parts)
    inside = _around(",", [first.args[-1], *parts[start:]])
    last = first._replace(args=(*first.args[:-1], inside))
    return Tree("list", (*parts[: start - 1], last), leaf) if start > 1 else last


def _around(sign: str, parts: Sequence[Tree]) -> Tree:
    kept = _shortened(list(parts))
    places = "".join(_PLACES.get(part, "x") for part in kept)
    return Tree("apply", tuple(part for part in kept if part not in _PLACES), f"{sign} {places}")


def has_dots(parts: Sequence[Tree]) -> bool:
    """Whether dots stand among the parts."""
    return any(part in _PLACES for part in parts)


def _shortened(parts: list[Tree]) -> list[Tree]:
    r"""`a_1, a_2, \ldots, a_n` as `a_1, \ldots, a_n`: members that count on by one before the dots say nothing more."""
    at = next(at for at, part in enumerate(parts) if part in _PLACES)
    while at > 1 and at + 1 < len(parts) and _counts_on(parts[at - 2], parts[at - 1], parts[at + 1]):
        del parts[at - 1]
        at -= 1
    return parts


def _counts_on(before: Tree, after: Tree, last: Tree) -> bool:
    """Whether two members are `k` and `k+1`, or `a_k` and `a_{k+1}`, in a row that ends with a member of that kind."""
    if before.head == after.head == "num":
        plain = last.head == "num" or (last.head == "sym" and "_" not in str(last.leaf))
        return plain and after == num(int(before.leaf or 0) + 1)
    if not before.head == after.head == last.head == "sym":
        return False
    (stem, _, index), (other, _, following) = (str(tree.leaf).partition("_") for tree in (before, after))
    if not stem == other == str(last.leaf).partition("_")[0] or not (index.isdecimal() and following.isdecimal()):
        return False
    return int(following) == int(index) + 1
