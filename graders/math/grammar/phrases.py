"""Words in a formula: units, number words, texts, times of day, `base 2`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graders.math.grammar.bases import in_base
from graders.math.grammar.number_words import divided
from graders.math.lexis.names import role
from graders.math.lexis.units import CURRENCIES, LETTERS, TEMPERATURES, UNITS, is_unit, unit_name
from graders.math.lexis.words import (
    ARITHMETIC,
    DENIALS,
    DENIALS_ABROAD,
    FILLERS,
    HEDGES,
    NEGATIONS,
    NUMBER_WORDS,
    ORDINALS,
    SCALES,
    SPECIAL_TEXTS,
    is_foreign,
)
from graders.math.tree import Tree, num

if TYPE_CHECKING:
    from graders.math.grammar.parser import Parser

_MAX_UNIT_WORDS = 6
"""Words of one unit phrase (`miles per hour per second`)."""
_COUNTS = NUMBER_WORDS.keys() | SCALES.keys() | (ORDINALS.keys() - {"second"})
_CLAUSES = frozenset(("but", "because", "since", "when", "if", "where", "for", "seems", "looks", "appears"))
_STOPS = (
    (FILLERS - {"of", "the", "i", "right"})
    | DENIALS
    | DENIALS_ABROAD
    | NEGATIONS
    | HEDGES
    | ARITHMETIC
    | _CLAUSES
    | _COUNTS
)


def currency(sign: str) -> str:
    """The unit that a currency sign stands for."""
    return CURRENCIES[sign]


def priced(p: Parser) -> Tree:
    """The amount behind the currency sign that was taken."""
    p.money = currency(p.peek(-1)[0])
    if p.kind == "-":
        p.at += 1
        return Tree("neg", (p.factor(),))
    return p.factor()


def suffix(p: Parser, tree: Tree) -> Tree:
    """The tree with the unit, percent, base or half of the day that the words in hand name."""
    if tree.head in ("text", "special", "rel", "list") or p.integrals:
        return tree
    if (based := in_base(p, tree)) is not None:
        return based
    tree = _scaled(p, tree)
    if role(p.peek()[1]) == "connective" or not (p.kind in ("letters", "word") or _unit_sign(p)):
        return tree
    if half := half_of_day(p):
        return Tree("colon", (tree,), half)
    return _measured(tree, unit_name(_unit_words(p)))


def _measured(tree: Tree, unit: str) -> Tree:
    if unit in ("percent", "degree"):
        return Tree(unit, (tree,))
    if tree.head == "degree" and unit in TEMPERATURES:
        return Tree("unit", tree.args, unit)
    return Tree("unit", (tree,), unit) if unit else tree  # `28 in total` has none


def _unit_sign(p: Parser) -> bool:
    return p.kind in (r"\frac", r"\Omega") and p.unit_ahead()


def _scaled(p: Parser, tree: Tree) -> Tree:
    following = p.peek()[1].lower()
    several = following.endswith("s") or tree.leaf == 1  # `28 sixth graders` are 28
    if tree.head == "num" and several and role(following) != "unit" and following not in ARITHMETIC:
        tree = divided(p, int(tree.leaf or 0)) or tree  # 7 twelfths
    while p.kind in ("letters", "word") and p.peek()[1].lower() in SCALES:
        tree = Tree("mul", (tree, num(SCALES[p.take()[1].lower()])))
    return tree


def _unit_words(p: Parser) -> list[str]:
    words: list[str] = []
    while len(words) <= 2 * _MAX_UNIT_WORDS:
        kind, text, _ = p.peek()
        if _unit_sign(p):
            words.extend(_sign_words(p))
            continue
        if kind in ("letters", "word") and role(text) != "connective":
            words.append(_unit_word(p, text))
        elif kind == "^" and words:
            p.at += 1
            words.append("^" + _power(p))
        elif kind in ("/", "*") and p.peek(1)[0] in ("letters", "word"):
            words.append(kind)
        elif kind == "." and words and is_unit(words[-1]) and p.peek(1)[0] in ("letters", "word"):
            pass
        else:
            break
        if not words[-1].startswith("^"):
            p.at += 1
    return words


def _sign_words(p: Parser) -> list[str]:
    r"""The words of `\Omega`, or of `\frac{\text{m}}{\text{s}^2}`."""
    if p.take()[0] == r"\Omega":
        return ["ohm"]
    above = _braced_unit(p)
    return [*above, "/", *_braced_unit(p)]


def _braced_unit(p: Parser) -> list[str]:
    p.expect("{")
    words = _unit_words(p)
    p.expect("}")
    return words


def _unit_word(p: Parser, text: str) -> str:
    known = text in UNITS or text.lower() in UNITS
    if text == "times" and p.at + 1 == p.count:  # how often something happened
        return text
    if (text.lower() in _STOPS and text not in LETTERS) or (len(text) == 1 and not known) or is_foreign(text):
        raise p.refusal("this is no unit")
    return text if text in UNITS else text.lower()


def _power(p: Parser) -> str:
    braced = p.accept("{")
    sign = "-" if p.accept("-") else ""
    kind, text, _ = p.take()
    if kind != "num":
        raise p.refusal("a unit's power expected")
    if braced:
        p.expect("}")
    return sign + text


# -- texts ----------------------------------------------------------------------------------


def text(p: Parser, word: str) -> Tree:
    """The words in hand as one text, or the named object that they stand for."""
    words = [word]
    while p.kind in ("letters", "word", ".", "'", "-") and not _ends_text(p):
        if p.kind in ("letters", "word"):
            words.append(p.peek()[1])
        p.at += 1
    return named(" ".join(words))


def _ends_text(p: Parser) -> bool:
    if p.kind in ("letters", "word"):
        return role(p.peek()[1]) == "connective" or (role(p.peek()[1]) == "letter" and p.peek(1)[0] in ("=", "^", "("))
    return p.peek(1)[0] not in ("letters", "word")


def named(phrase: str) -> Tree:
    """The tree of a phrase: a special object where it names one, else the words folded."""
    folded = " ".join(phrase.casefold().split())
    meaning = SPECIAL_TEXTS.get(folded)
    if folded == "half":
        return Tree("div", (num(1), num(2)))
    if meaning == "oo":
        return Tree("const", (), "oo")
    return Tree("special", (), meaning) if meaning else Tree("text", (), folded)


def half_of_day(p: Parser) -> str:
    """`am` or `pm` if such words are in hand (`p.m.`, `PM`), else nothing."""
    kind, word, _ = p.peek()
    low = word.lower()
    if kind in ("letters", "word") and low in ("am", "pm"):
        p.at += 1
        return low
    if low in ("a", "p") and p.peek(1)[0] == "." and p.peek(2)[1].lower() == "m":
        p.at += 3
        p.accept(".")
        return low + "m"
    return ""
