"""What stands in brackets: groups, tuples, intervals, sets, vectors, bars, matrices."""

from __future__ import annotations

from collections.abc import Callable

from graders.math.grammar.functions import raised_before
from graders.math.grammar.numerals import bracketed
from graders.math.grammar.parser import Parser
from graders.math.lexis.latex import FUNCTIONS, RELATIONS
from graders.math.lexis.names import APPLIED, is_name
from graders.math.tree import Tree, fn


def box(p: Parser) -> Tree:
    r"""What stands in a `\boxed`; a list stays a list."""
    return p.enclosed("{", p.items)


def after_brace(p: Parser) -> Tree:
    """A group whose brace is taken: what stands in it, or a set where commas stand in it."""
    if p.tokens[p.at + 1][0] == "}" and (alone := p.alone()) is not None:
        p.at += 1
        return alone
    if (
        p.kind == "}"
        and p.peek(1)[0] in ("_", "^")
        and ("{" in (p.peek(2)[0], p.peek(3)[0]) or p.peek(3)[1] in ("C", "P", "}"))
    ):  # {}_9C_2
        p.at += 2
        return raised_before(p)
    inside = p.contents()
    p.expect("}")
    return Tree("set", inside.args) if inside.head == "list" else inside


def group(p: Parser) -> Tree:
    """A group where a value stands; braces around a name alone leave it what it is before its index or argument."""
    closing = p.closing(p.at - 1)
    kind, text, _ = next(token for token in p.tokens[p.at :] if token[0] != "{")
    named = kind == "letters" or is_name(kind)
    applied = text in APPLIED and p.tokens[closing + 1][0] == "("
    indexed = named and closing == p.at + 1 and p.tokens[closing + 1][0] in _AFTER_NAMES
    if indexed or ((applied or (kind[0] == "\\" and kind[1:] in FUNCTIONS)) and _is_name_alone(p, closing)):
        p.drop(closing)
        return p.atom()
    return after_brace(p)


_AFTER_NAMES = frozenset(("_", "'", "^", "("))


def _is_name_alone(p: Parser, closing: int) -> bool:
    """Whether only what stands below and above it follows a name up to a place."""
    at = p.closing(p.at) + 1
    while at < closing and p.tokens[at][0] in ("_", "^"):
        at = p.closing(at + 1) + 1
    return at == closing


def _groups(p: Parser) -> bool:
    r"""Whether the `\{` that was taken groups a factor: a sum stands in it, and a factor beside it."""
    p.at -= 1
    is_sum = p.is_group(r"\{", spaced=True)
    before = p.peek(-1)[0] if p.at else ""
    behind = p.tokens[p.closing(p.at) + 1][0]
    p.at += 1
    return is_sum and (before in _VALUE_ENDS or behind in _VALUE_STARTS or is_name(behind))


_VALUE_ENDS = frozenset(("num", "letters", ")", "]", "}", r"\}", "*", "/", r"\pi"))
_VALUE_STARTS = frozenset(("^", "(", "[", r"\{", r"\frac", r"\sqrt", "letters", r"\pi", "*", "/"))


def set_braces(p: Parser) -> Tree:
    r"""A set in `\{ \}`: its members, or a set-builder's condition; or a group, where a factor stands beside it."""
    if _groups(p):
        inside = p.sum()
        p.expect(r"\}")
        return inside
    if p.accept(r"\}"):
        return Tree("special", (), "empty")
    if p.kind == "begin" and p.closing(p.at - 1) == p.count:
        p.at += 1
        return system(p)
    inside = p.within(p.open | {r"\{"}, p.items)
    if p.kind in ("|", ":"):
        p.at += 1
        inside = Tree("where", (inside, p.items()))
        p.expect(r"\}")
        return inside
    if inside.head == "list" and "or" in str(inside.leaf):
        raise p.refusal("a choice between the members of a set")
    p.expect(r"\}")
    return Tree("set", inside.args if inside.head == "list" else (inside,))


_CLOSING = {")": ")", "]": "]", "[": ")"}


def bracket(p: Parser) -> Tree:
    """Round and square brackets: a group, a tuple, an interval; a group with `max` or `min` below."""
    return extreme(p, _without_mark(p))


def _without_mark(p: Parser) -> Tree:
    opening = p.peek(-1)[0]
    found = _rows_in_brackets(p) if opening == p.kind == "[" else bracketed(p) if opening == "(" else None
    if found is not None:
        return found
    inside = p.within(p.open - {"|", "<"}, p.contents)
    closing = p.take()[0]
    if closing not in _CLOSING or (closing == "[" and inside.head != "list"):
        raise p.refusal("a closing bracket expected")
    if inside.head != "list":
        if (opening, closing) not in (("(", ")"), ("[", "]")):
            raise p.refusal("half an interval")
        return inside
    if "or" in str(inside.leaf) or (inside.leaf != "," and len(inside.args) == 2):  # (2 or 3), [0 and 2)
        raise p.refusal("a word between the places of a bracket")
    ends = ("(" if opening == "]" else opening) + _CLOSING[closing]
    if ends == "()" and opening == "(":
        return Tree("tuple", inside.args)
    if ends == "[]":
        return Tree("brackets", inside.args)
    if len(inside.args) != 2:
        raise p.refusal("an interval has two ends")
    return Tree("interval", inside.args, ends)


def _rows_in_brackets(p: Parser) -> Tree | None:
    """`[[1, 2], [3, 4]]` as a matrix, its first bracket taken; None where the brackets hold anything else."""
    start, rows = p.at, []
    while p.accept("["):
        rows.append(Tree("row", p.members()))
        if not p.accept("]"):
            break
        if p.accept("]"):
            return Tree("matrix", tuple(rows)) if len({len(row.args) for row in rows}) == 1 else None
        if not p.accept(","):
            break
    p.at = start
    return None


def angled(p: Parser) -> Tree:
    """A vector between the signs of less and greater: `<3, 1>`."""
    inside = p.within(p.open | {"<"}, p.items)
    if inside.head != "list" or not p.accept(">"):
        raise p.refusal("a closing bracket expected")
    return Tree("vector", inside.args)


def vector(p: Parser) -> Tree:
    """A vector in angle brackets."""
    inside = p.members()
    if not (p.accept(r"\rangle") or p.accept(">")):
        raise p.refusal("a closing bracket expected")
    return Tree("vector", inside)


def between(closing: str, name: str) -> Callable[[Parser], Tree]:
    """The reader of what stands between two bars, floors or ceilings."""
    bars = closing in ("|", r"\|")

    def read(p: Parser) -> Tree:
        inside = p.within(p.open | {"|"}, p.sets) if bars else p.sum()
        p.expect(closing)
        if bars and inside.head in _SET_OPERATIONS:
            return Tree("apply", (inside,), CARDINALITY)
        return extreme(p, fn(name, p.valued(inside)))

    return read


def extreme(p: Parser, tree: Tree) -> Tree:
    r"""A value in brackets with a `_{max}` or `_{\min}` behind it: the greatest or least that it takes."""
    at = 2 if p.peek(1)[0] == "{" else 1
    name = p.peek(at)[1].lstrip("\\")
    if p.kind != "_" or name not in ("max", "min"):
        return tree
    p.at += 2 * at
    return Tree("apply", (tree,), name)


def counted_set(p: Parser) -> Tree:
    r"""`\#S`: the number of members of a set."""
    return Tree("apply", (p.factor(),), CARDINALITY)


def environment(p: Parser) -> Tree:
    """A matrix or a determinant, a system, a function in pieces."""
    name = p.peek(-1)[1]
    if name == "cases" or _aligning(p):
        return system(p)
    if not name.rstrip("*").endswith(("matrix", "array")):
        raise p.refusal(f"no value in the environment {name}")
    _without_columns(p)
    rows = [_row(p)]
    while p.accept(r"\\"):
        if p.kind != "end":
            rows.append(_row(p))
    if p.take()[1] != name:
        raise p.refusal("the environment does not end")
    matrix = Tree("matrix", tuple(rows))
    if len({len(row.args) for row in rows}) != 1:
        raise p.refusal("rows of different lengths")
    if name == "Vmatrix":  # its norm, which is not worked out
        return Tree("apply", (matrix,), "norm")
    return fn("det", matrix) if name == "vmatrix" else matrix


def _without_columns(p: Parser) -> None:
    """Take what an array says of its columns: `{ll}`."""
    if p.peek(-1)[1] == "array" and p.kind == "{":
        p.raw()


def _aligning(p: Parser) -> list[int]:
    """The places of the ampersands beside a relation sign in the environment that was opened."""
    end = next((at for at in range(p.at, p.count) if p.tokens[at][0] == "end"), p.count)
    places = (at for at in range(p.at, end) if p.tokens[at][0] == "&")
    return [at for at in places if p.tokens[at - 1][0] in RELATIONS or p.tokens[at + 1][0] in RELATIONS]


def system(p: Parser) -> Tree:
    """The equations of an environment that was opened, which all hold; or the pieces of a function."""
    _without_columns(p)
    for at in reversed(_aligning(p)):
        p.drop(at)
    rows = [_piece(p)]
    while p.accept(r"\\") or p.accept(","):
        if p.kind not in ("end", r"\\"):
            rows.append(_piece(p))
    heads = {row.head for row in rows}
    if p.take()[0] == "end" and heads == {"row"}:
        return Tree("piecewise", tuple(rows))
    if p.peek(-1)[0] != "end" or heads != {"rel"}:
        raise p.refusal("a system of equations expected")
    return Tree("list", tuple(rows), "and") if len(rows) > 1 else rows[0]


def _piece(p: Parser) -> Tree:
    """An equation, or a value with its condition."""
    first = p.statement()
    if p.kind == "," and p.peek(1)[0] == "&":
        p.at += 1
    if not p.accept("&"):
        return first
    while p.peek()[1].lower() in _CONDITIONS:
        p.at += 1
    condition = p.statement()
    p.accept(".")
    return Tree("row", (first, condition))


_CONDITIONS = frozenset(("if", "when", "for", "where", ","))
_SET_OPERATIONS = frozenset(("union", "meet", "minus", "set", "special"))
CARDINALITY = "number of"


def _row(p: Parser) -> Tree:
    cells = [p.statement()]
    while p.accept("&"):
        cells.append(p.statement())
    return Tree("row", tuple(cells))
