"""The expression tree, and its text form.

A `Tree` is a head, its arguments and, for leaves, a value. Trees are immutable, hashable, and equal when
they were read alike (`x+1` and `1+x` are different trees of the same value).

Heads
-----
leaves      num (int), decimal (str as written), repeating (str whole.fixed(block)), sym (str), const
            (pi e i oo), text (str, words folded), base (str "digits:base"), special (a named object: reals,
            empty set, no solution ...)
arithmetic  add, mul, div, pow, neg, root (radicand, index), pm and mp (one or two arguments), fn (leaf:
            the function's name), apply (leaf: an unknown function's name, or a sign of which nothing is worked out:
            its arguments are compared one by one)
big         sum, prod, int (body, variable, from, to), lim (body, variable, point; leaf: side)
quantities  percent, degree, unit (leaf: the unit's name), mixed (2 hours 30 minutes), colon (2:3 or 10:30; leaf:
            am, pm or "")
collections list (leaf: the word between), tuple, brackets, set, interval (leaf: "[)"), matrix of rows,
            row, vector, union, meet, minus, where (a set-builder's condition)
statements  rel (leaf: the relation signs, separated by spaces), mod (a statement and its modulus), labelled (a
            statement; leaf: its label), family (a formula and the letters that run over a set; leaf: the set)
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from graders.math.limits import MAX_NODES, MAX_TREE_DEPTH, OverLimit

Leaf = int | str | None


class Tree(NamedTuple):
    """One node: `head` says what it is, `args` what it is made of, `leaf` holds a leaf's value."""

    head: str
    args: tuple[Tree, ...] = ()
    leaf: Leaf = None

    def __str__(self) -> str:
        return write(self)


@lru_cache(maxsize=1024)
def num(value: int) -> Tree:
    """The tree of an integer."""
    return Tree("num", (), value)


@lru_cache(maxsize=1024)
def sym(name: str) -> Tree:
    """The tree of a variable."""
    return Tree("sym", (), name)


CONSTANT_LETTERS = {name: Tree("const", (), name) for name in ("e", "i")}
"""Letters that are constants, not variables."""


BINDERS = frozenset(("sum", "prod", "int", "lim"))
"""Heads with a variable of their own."""
SCALARS = (
    frozenset(("num", "decimal", "repeating", "sym", "const"))
    | {"add", "mul", "div", "pow", "neg", "root", "fn", "apply"}
    | BINDERS
)
"""Heads of numbers and expressions."""


INFINITY, PI = Tree("const", (), "oo"), Tree("const", (), "pi")

MAY_BE_CALL = "may be call"
r"""The leaf of a product `u(t-2)`, which is an application of u if u is applied elsewhere: see `decide.alignment`."""
TIMES = r"\times"
"""The name of a product of sets."""


def fn(name: str, *args: Tree) -> Tree:
    """The tree of a known function applied to arguments."""
    return Tree("fn", args, name)


@lru_cache(maxsize=1024)
def numeral(text: str) -> Tree:
    """The tree of a number as written: an integer, or a decimal that keeps its digits."""
    if text.isdigit():
        return num(int(text))
    if text[-1] == ".":
        return num(int(text[:-1]))
    return Tree("decimal", (), text.lower())


def nodes(tree: Tree) -> list[Tree]:
    """Every node of a tree, those above before those below."""
    found = [tree]
    for node in found:  # which grows meanwhile
        found += node.args
    return found


def size(tree: Tree) -> int:
    """How many nodes a tree has."""
    return len(nodes(tree))


def bounded(tree: Tree, most: int = MAX_NODES) -> Tree:
    """The tree, if it is neither too large nor too deep. Does not recurse; raises `OverLimit`."""
    level, nodes, depth = [tree], 0, 0
    while level:
        nodes += len(level)
        depth += 1
        if nodes > most:
            raise OverLimit(f"the expression has more than {most} nodes")
        if depth > MAX_TREE_DEPTH:
            raise OverLimit(f"the expression has more than {MAX_TREE_DEPTH} nodes above one another")
        level = [arg for node in level for arg in node.args]
    return tree


_NOTHING: frozenset[str] = frozenset()


@lru_cache(maxsize=1024)
def symbols(tree: Tree) -> frozenset[str]:
    """The names of the variables (and of the unknown functions' values) in a tree.

    >>> from graders.math import parse
    >>> sorted(symbols(parse("2x+y")))
    ['x', 'y']
    """
    if not tree.args:
        return frozenset((str(tree.leaf),)) if tree.head == "sym" else _NOTHING
    if tree.head == "apply":
        return frozenset((write(tree),))
    found = _NOTHING
    for arg in tree.args:
        inner = symbols(arg)
        found = found | inner if inner else found
    if tree.head in BINDERS:
        return found - {str(tree.args[1].leaf)}
    return found


def name_of(unknown: Tree) -> str:
    """The name of a variable, or an unknown function's value as it is written."""
    return str(unknown.leaf) if unknown.head == "sym" else write(unknown)


def unknowns(tree: Tree) -> frozenset[Tree]:
    """The variables and the unknown functions' values in a tree, as trees."""
    if tree.head in ("sym", "apply"):
        return frozenset((tree,))
    return frozenset().union(*map(unknowns, tree.args)) if tree.args else frozenset()


@lru_cache(maxsize=1024)
def heads(tree: Tree) -> frozenset[str]:
    """The heads that occur in the tree."""
    return frozenset([node.head for node in nodes(tree)])


def contains(tree: Tree, head: str) -> bool:
    """Whether a node with this head stands anywhere in the tree."""
    return head in heads(tree)


def infinite_sign(tree: Tree) -> int:
    """1 for infinity, -1 for minus infinity, 0 for anything else."""
    if tree.head == "const":
        return int(tree.leaf == "oo")
    return -infinite_sign(tree.args[0]) if tree.head == "neg" else 0


def shape(matrix: Tree) -> tuple[int, int]:
    """Rows and columns."""
    return len(matrix.args), len(matrix.args[0].args)


def is_square(tree: Tree, most: int) -> bool:
    """Whether a tree is a square matrix of at most so many rows."""
    return tree.head == "matrix" and len(tree.args) <= most and {len(row.args) for row in tree.args} == {len(tree.args)}


def is_numeric(tree: Tree) -> bool:
    """Whether a tree is an integer, a decimal, a fraction of such, or the opposite of one."""
    head, args, _ = tree
    return head in ("num", "decimal") or (head in ("div", "neg") and all(map(is_numeric, args)))


def replace(tree: Tree, values: dict[Tree, Tree]) -> Tree:
    """The tree with each whole subtree that is a key replaced by its value."""
    if tree in values:
        return values[tree]
    return tree._replace(args=tuple(replace(arg, values) for arg in tree.args)) if tree.args else tree


_BOUND = "bound"
"""The name of a bound variable where nothing is worked out; one more stroke for each binder within."""


def bound(head: str, body: Tree, variable: Tree, *bounds: Tree, side: str = "") -> Tree:
    """A sum, product, integral or limit.

    Nothing is worked out of it where an unknown function or the index of a name takes its variable.
    """
    letter = str(variable.leaf)
    indexed = [node for node in nodes(body) if letter in _indices(node)]
    if not indexed and not any(variable in nodes(node) for node in nodes(body) if node.head == "apply"):
        return Tree(head, (body, variable, *bounds), side if head == "lim" else None)
    name = _BOUND + "'" * write(body).count(_BOUND)
    parts = ((node, str(node.leaf).partition("_")) for node in indexed)
    renamed = {node: sym(f"{stem}_{index.replace(letter, name)}") for node, (stem, _, index) in parts}
    binder = Tree("apply", bounds, f"\\{head}{side}")
    return _linear(head, replace(body, {variable: sym(name), **renamed}), name, binder)


def _linear(head: str, body: Tree, name: str, binder: Tree) -> Tree:
    r"""A body under a binder, constant factors before a linear one: `3\int h(x)dx` for `\int 3h(x)dx`."""
    free = [name not in write(arg) for arg in body.args]
    if head == "prod" or body.head not in ("neg", "mul", "div") or (body.head == "div" and free != [False, True]):
        return binder._replace(args=(body, *binder.args))
    if body.head != "mul":
        return body._replace(args=(_linear(head, body.args[0], name, binder), *body.args[1:]))
    held = tuple(arg for arg, is_free in zip(body.args, free, strict=True) if not is_free)
    inner = held[0] if len(held) == 1 else Tree("mul", held, body.leaf)
    factors = tuple(arg for arg, is_free in zip(body.args, free, strict=True) if is_free)
    if not factors:
        return binder._replace(args=(body, *binder.args))
    return Tree("mul", (*factors, _linear(head, inner, name, binder)))


def _indices(tree: Tree) -> list[str]:
    """The letters in the index of a name: `a_{k+1}` has k, `x_{max}` has none."""
    _, _, index = str(tree.leaf).partition("_") if tree.head == "sym" else ("", "", "")
    words = "".join(char if char.isalpha() else " " for char in index).split()
    return [letter for word in words if len(word) < 3 for letter in word]


def write(tree: Tree) -> str:
    """The tree as an s-expression: `(add (sym "x") (num 1))`. `read` is its inverse.

    >>> from graders.math import parse
    >>> write(parse("x+1"))
    '(add (sym "x") (num 1))'
    """
    head, args, leaf = tree
    own = head if leaf is None else f"{head} {leaf}" if isinstance(leaf, int) else f"{head} {_quote(leaf)}"
    return f"({own} {' '.join(map(write, args))})" if args else f"({own})"


def _quote(text: str) -> str:
    if text.isalnum():
        return f'"{text}"'
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_PIECE = re.compile(r'\s*+(?:([()])|"((?:[^"\\]|\\.)*+)"|([^\s()"]++))', re.DOTALL)


def read(text: str) -> Tree:
    """The tree that `write` wrote. Raises `ValueError` on any other text.

    >>> read('(add (sym "x") (num 1))') == Tree("add", (sym("x"), num(1)))
    True
    """
    stack: list[list[Tree | Leaf]] = [[]]
    end = 0
    while piece := _PIECE.match(text, end):
        end = piece.end()
        bracket, quoted, bare = piece.groups()
        if bracket == "(":
            stack.append([])
        elif bracket and len(stack) == 1:
            raise ValueError("a bracket too many")
        elif bracket:
            stack[-2].append(_node(stack.pop()))
        elif quoted is not None:
            stack[-1].append(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL))
        else:
            stack[-1].append(int(bare) if bare.lstrip("-").isdecimal() else bare)
    if text[end:].strip() or len(stack) != 1 or len(stack[0]) != 1 or not isinstance(stack[0][0], Tree):
        raise ValueError(f"not a written tree: {text[:80]!r}")
    return stack[0][0]


def _node(parts: list[Tree | Leaf]) -> Tree:
    if not parts or not isinstance(parts[0], str):
        raise ValueError("a node needs a head")
    leaf = parts[1] if len(parts) > 1 and not isinstance(parts[1], Tree) else None
    args = tuple(part for part in parts[1:] if isinstance(part, Tree))
    return Tree(parts[0], args, leaf)
