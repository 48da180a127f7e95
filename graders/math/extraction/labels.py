r"""Statements with a label each, which belongs to what it labels.

`concave up when $x<3$, concave down when $x>3$`; `hot: 80, cold: 15`; `maximum at $x=4$, minimum at $x=-1$`.
"""

from __future__ import annotations

import re

from graders.math.decide.compare import settled
from graders.math.grammar.formula import parse_text
from graders.math.lexis.cleaned import Unreadable
from graders.math.limits import OverLimit
from graders.math.tree import Tree
from graders.math.verdict import Refused

_LONGEST = 300
_BETWEEN = re.compile(r"(?:[,;]\s(?:and\s)?|\sand\s)(?=[A-Za-z]{2}|[a-z]-[a-z])|\n")
_LABELLING = re.compile(r" (?:when|if|for|on|where|at) |[A-Za-z]: |[a-z] \$?[a-zA-Z]\s?=").search
_WORDS = r"((?:[a-z]-)?[A-Za-z]{2}[A-Za-z\d -]*?)"
_CLAUSE = re.compile(rf"{_WORDS}(?: (when|if|for|on|where|at) (?!all |any )|:\s|\s(?=\$?[a-zA-Z]\s?=))(.+)", re.DOTALL)
_STATEMENTS = frozenset(("rel", "interval", "tuple", "union", "list", "brackets"))


def labelled(text: str) -> Tree | None:
    """The statements of a text as a list, each under its label; None where it has no two of them."""
    if len(text) > _LONGEST or " " not in text or _LABELLING(text) is None:
        return None
    clauses = [_CLAUSE.fullmatch(part.strip()) for part in _BETWEEN.split(text.rstrip(". ").strip())]
    found = [(clause[1], clause[2] or ":", clause[3]) for clause in clauses if clause]
    if len(found) < 2 or len(found) < len(clauses) or len({label.casefold() for label, _, _ in found}) < len(found):
        return None
    try:
        members = [_member(*clause) for clause in found]
    except (Unreadable, Refused, OverLimit):
        return None
    stated = all(map(_is_stated, members, (sign for _, sign, _ in found)))
    stated = stated and len({member.args for member in members}) > 1  # `Total: 12, check: 12` says one value
    return Tree("list", tuple(members), "and") if stated else None


def _is_stated(member: Tree, sign: str) -> bool:
    """Whether what stands under a label says something: a bare value only behind a colon."""
    inside = member.args[0].head
    return inside != "text" if sign == ":" else inside in _STATEMENTS


def _member(label: str, _sign: str, formula: str) -> Tree:
    subject = label.casefold().rpartition(" is ")[2]
    return Tree("labelled", (settled(parse_text(formula)),), " ".join(subject.removeprefix("is ").split()))
