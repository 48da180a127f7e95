"""Statements with a label each, which belongs to what it labels: `concave up when $x<3$, concave down when $x>3$`."""

from __future__ import annotations

import re

from graders.math.decide.compare import settled
from graders.math.grammar.formula import parse_text
from graders.math.lexis.tokens import Unreadable
from graders.math.tree import Tree

_LONGEST = 300
_BETWEEN = re.compile(r"[,;]\s(?:and\s)?(?=[A-Za-z]{2})|\sand\s(?=[A-Za-z]{2})")
_LABELLING = re.compile(" (?:when|if|for|on|where) ").search
_CLAUSE = re.compile(r"([A-Za-z]{2}[A-Za-z -]*?) (?:when|if|for|on|where) (?!all |any )(.+)", re.DOTALL)
_STATEMENTS = frozenset(("rel", "interval", "tuple", "union", "list", "brackets"))


def labelled(text: str) -> Tree | None:
    """The statements of a text as a list, each under its label; None where it has no two of them."""
    if len(text) > _LONGEST or " " not in text or _LABELLING(text) is None:
        return None
    clauses = [_CLAUSE.fullmatch(part.strip()) for part in _BETWEEN.split(" ".join(text.rstrip(". ").split()))]
    found = [(clause[1], clause[2]) for clause in clauses if clause]
    if len(found) < 2 or len(found) < len(clauses):
        return None
    try:
        members = [_member(*clause) for clause in found]
    except Unreadable:
        return None
    stated = all(member.args[0].head in _STATEMENTS for member in members)
    return Tree("list", tuple(members), "and") if stated else None


def _member(label: str, formula: str) -> Tree:
    subject = label.casefold().rpartition(" is ")[2]
    return Tree("labelled", (settled(parse_text(formula)),), subject.removeprefix("is "))
