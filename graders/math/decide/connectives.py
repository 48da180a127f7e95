"""What the words between the members of a list say: whether two lists can be alike at all, and whether order counts.

Between values a comma, `and` and `or` are one (`2, 3`, `2 or 3`: the solutions). Between statements about different
names, and between names alone, `or` says another thing than `and` and the comma do.
"""

from __future__ import annotations

from graders.math.decide.naming import assigned
from graders.math.tree import Tree, sym, symbols


def connective(listed: Tree) -> str:
    """`or`, or `and` for a comma too; several words where the members are joined by several."""
    return "and" if listed.leaf == "," else str(listed.leaf)


def labels(listed: Tree) -> set[Tree | str]:
    """What tells the members apart besides their values: the names that are given values, the units."""
    return {label for label in map(_label, listed.args) if label}


def is_statement(listed: Tree) -> bool:
    """Whether a list says one thing of several names: each member is a relation, and they are not all of one name."""
    if any(arg.head != "rel" for arg in listed.args):
        return False
    if all(map(assigned, listed.args)):
        return len(labels(listed)) > 1
    return len(frozenset().union(*map(symbols, listed.args))) > 1


def at_odds(left: Tree, right: Tree) -> str:
    """Why two lists can't say the same whatever their members are; empty where they may."""
    words = connective(left), connective(right)
    if words[0] == words[1]:
        return ""
    if any(" " in word for word in words):
        return "different words between the members"
    logical = any(is_statement(side) or _is_of_names(side) for side in (left, right))
    return "and is not or" if logical else ""


def leaves_labels_out(left: Tree, right: Tree) -> bool:
    """Whether one side tells the members apart by names or units and the other leaves them out: then order counts."""
    one, two = labels(left), labels(right)
    return (len(one) > 1 and not two) or (len(two) > 1 and not one)


def _label(member: Tree) -> Tree | str:
    if member.head == "unit":
        return str(member.leaf)
    pair = assigned(member)
    if pair and str(pair[0].leaf).startswith("x_"):  # the roots of one unknown
        return sym("x")
    return pair[0] if pair else ""


def _is_of_names(listed: Tree) -> bool:
    return all(arg.head == "sym" for arg in listed.args)
