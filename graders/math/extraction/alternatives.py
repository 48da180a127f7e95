r"""What a text may mean besides its first reading, told from the text alone: `3i-4j` is a vector, `(31,250)` a number.

The set is closed: what is not made here is no reading. A comma within a grouped integer (`25,000`) separates nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from graders.math.decide.compare import settled
from graders.math.decide.families import with_parameter
from graders.math.decide.naming import assigned
from graders.math.decide.ordered_products import capitals_apart, inverse_of_matrices
from graders.math.decide.values import is_same
from graders.math.extraction.formulas import Formulas
from graders.math.extraction.notes import without_domain
from graders.math.extraction.sentence import read_list
from graders.math.grammar.formula import parse_text
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.names import CHOICES, may_be_product
from graders.math.lexis.tokens import tokenize
from graders.math.lexis.wrappers import bare
from graders.math.limits import OverLimit
from graders.math.prose.statement import ordinals_of
from graders.math.tree import SCALARS, Tree, heads, num, numeral, symbols
from graders.math.verdict import Refused

T = TypeVar("T")
_AXES = {
    name: place
    for place, letter in enumerate("ijk")
    for name in (
        letter,
        *(f"{mark} {spelt}" for mark in ("hat", "vec", "overline") for spelt in (letter, f"{letter}math")),
    )
}
"""The names of the unit vectors and the place of each in a tuple."""


_GROUPED_IN_BRACKETS = re.compile(r"\((\d{1,3}(?:,\d{3})++)\)")
_ORDINAL = re.compile(r"(?:\\text\s*\{\s*)?(\d{1,9})(?:\^?\s*\{?\s*(?:\\text\s*\{)?)(?:st|nd|rd|th)\s*\}{0,3}")
_CHOSEN = re.compile(r"(\\text(?:bf)?\s*\{\s*)?([A-J]{2,6}|[a-j]{2,6})\s*\}?")
"""The letters of several choices; of a reference only where it marks them as text."""
_SPACED = re.compile(r"\[(?:[^],]|,(?=\s))++\]")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{4}")
_JOINS = re.compile(r"[,;\n]|\\\\|\b(?:and|or)\b")
_SENTENCE = re.compile(r"(?:the|this|it)\b(?: [a-z]+){0,6}? (?:is|are|was|were) ((?:not )?[a-z]+(?: [a-z]+){0,2})")
"""What a reference in words says of its subject, which the question names: `the sequence is convergent`."""
_CAPITALS = re.compile("[A-Z]{2}")
_NAMES = frozenset(("sym", "apply"))
"""Heads of which each tree with a variable has one."""
_LONGEST_PRODUCT = 100
"""Characters of a text whose units may be variables."""


def other_readings(text: str, tree: Tree | None, formulas: Formulas, *, is_answer: bool) -> tuple[Tree, ...]:
    """The other readings of a text whose first is this tree (None: it gives no one value), the likeliest first."""
    if tree is None:
        return (*_lists_in(text, formulas), *_ordinals_in(text)) if is_answer else ()
    if not is_answer and (place := _ORDINAL.fullmatch(text.strip())) is not None:
        return (Tree("ordinal", (), int(place[1])),)
    if tree.head in SCALARS and (_NAMES.isdisjoint(heads(tree)) or not symbols(tree)):
        return ()
    return tuple(_others(text, tree, is_answer))


def _lists_in(text: str, formulas: Formulas) -> Iterator[Tree]:
    """The list that a sentence ends in, or the quantities that the text counts: `3 apples and 8 pears`."""
    listed = _unless_refused(lambda: read_list(tokenize(bare(text)), formulas))
    if listed is None:
        listed = _unless_refused(lambda: settled(formulas.parsed(tokenize(bare(text)))))
        if listed is None or listed.head != "list" or any(arg.head != "unit" for arg in listed.args):
            return
    yield listed


def _ordinals_in(text: str) -> Iterator[Tree]:
    """The one place that a sentence states: `17th` in `Her portrait hangs in the 17th gallery`."""
    places = _unless_refused(lambda: {span[0][1] for span in ordinals_of(tokenize(bare(text))) if len(span) == 1}) or ()
    yield from (Tree("ordinal", (), int(place)) for place in places if len(places) == 1 and place.isdecimal())


def _others(text: str, tree: Tree, is_answer: bool) -> Iterator[Tree]:
    yield from _of_kind(text, tree, is_answer)
    alone = tree.head == "text" and may_be_product(_without_frame(text), is_reference=not is_answer)
    if (alone or "unit" in heads(tree)) and (product := _product(text)) is not None:
        yield product
    if tree.head in ("sym", "mul") and (chosen := _CHOSEN.fullmatch(text)) and (is_answer or chosen[1]):
        yield Tree("text", (), chosen[2].casefold())
    if (family := with_parameter(tree)) is not None:
        yield family
    if not is_answer and (body := without_domain(text)):
        yield from filter(None, [_unless_refused(lambda: settled(parse_text(body)))])
    if tree.head == "div" and (inverse := inverse_of_matrices(tree)) is not None:
        yield inverse
    if _CAPITALS.search(text) and (wider := capitals_apart(tree)) != tree:
        yield wider


def _of_kind(text: str, tree: Tree, is_answer: bool) -> Iterator[Tree]:
    """What a list, a tuple, brackets or a sum of unit vectors may also mean."""
    if tree.head == "list":
        yield from _of_list(text, tree, is_answer)
    elif tree.head == "tuple":
        if (whole := _GROUPED_IN_BRACKETS.fullmatch(_without_frame(text))) is not None:
            yield numeral(whole[1].replace(",", ""))
    elif tree.head == "text":
        if not is_answer and (said := _SENTENCE.fullmatch(str(tree.leaf))) is not None:
            yield Tree("text", (), said[1])
    elif tree.head == "brackets":
        if _SPACED.fullmatch(text.strip("$ ")):
            yield tree._replace(leaf="spaced")
    elif (vector := _named_vector(tree) or components(tree)) is not None:
        yield vector


def _product(text: str) -> Tree | None:
    """The text with letters that spell a unit as variables; None where other words stand in it, or nothing varies."""
    if len(text) > _LONGEST_PRODUCT or _WORD.search(text):
        return None
    tree = _unless_refused(lambda: settled(parse_text(text, products=True)))
    return tree if tree is not None and symbols(tree) else None


def _unless_refused(read: Callable[[], T | None]) -> T | None:
    """What a reading finds, or None where the text cannot be read so."""
    try:
        return read()
    except (Unreadable, Refused, OverLimit):
        return None


def _without_frame(text: str) -> str:
    return text.strip("$ ").replace(r"\left", "").replace(r"\right", "")


# -- lists ---------------------------------------------------------------------------------------------------


def _of_list(text: str, tree: Tree, is_answer: bool) -> Iterator[Tree]:
    """One value said twice, in an answer; the first name of a chain; a mixed number; choices, whose case is ignored."""
    first = tree.args[0]
    if is_answer and all(is_same(first, other) for other in tree.args[1:]):
        yield first
    elif is_answer and len(once := tuple(dict.fromkeys(tree.args))) < len(tree.args):
        yield Tree("list", once, "once")
    if tree.leaf == "and" and "=" in text and not _JOINS.search(text):  # x = y = z = 5
        pairs = [pair for pair in map(assigned, tree.args) if pair]
        if len(pairs) == len(tree.args) and all(is_same(value, pairs[0][1]) for _, value in pairs):
            yield Tree("rel", pairs[0], "=")
    if tree.leaf == "and" and len(tree.args) == 2 and (number := _mixed(*tree.args)) is not None:
        yield number
    letters = [str(arg.leaf) for arg in tree.args if arg.head == "sym"]
    chosen = len(letters) == len(tree.args) and CHOICES.issuperset(map(str.upper, letters))
    if chosen and (is_answer or (r"\text" in text and CHOICES.issuperset(letters))):
        yield Tree("list", tuple(Tree("text", (), letter.casefold()) for letter in letters), tree.leaf)


def _mixed(whole: Tree, part: Tree) -> Tree | None:
    if whole.head != "num" or part.head != "div" or {arg.head for arg in part.args} != {"num"}:
        return None
    above, below = (int(arg.leaf or 0) for arg in part.args)
    return Tree("add", (whole, part)) if 0 < above < below else None


# -- vectors -------------------------------------------------------------------------------------------------


def _named_vector(tree: Tree) -> Tree | None:
    """An equation that says what a vector is, by its components; None for any other tree."""
    pair = assigned(tree)
    vector = components(pair[1]) if pair else None
    return Tree("rel", (pair[0], vector), "=") if pair and vector else None


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
