"""Values with what they count: units, prices, ratios, times of day, `base 2`."""

from __future__ import annotations

from functools import partial

from graders.math.grammar.cursor import ENDS
from graders.math.grammar.implicit_product import NOT_VALUES
from graders.math.grammar.number_words import divided
from graders.math.grammar.numerals import in_base
from graders.math.grammar.parser import Parser
from graders.math.lexis import words as known
from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS
from graders.math.lexis.units import CURRENCIES, LETTERS, PERIODS, TEMPERATURES, UNITS, is_megaunit, is_unit, unit_name
from graders.math.lexis.units_abroad import unit_anywhere
from graders.math.tree import Tree, num

_MAX_UNIT_WORDS = 6
"""Words of one unit phrase (`miles per hour per second`)."""
_COUNTS = known.NUMBER_WORDS.keys() | known.SCALES.keys() | (known.ORDINALS.keys() - {"second"})
_STOPS = (known.FILLERS - {"of", "the", "i", "right"}).union(
    known.NO_UNITS, known.NEGATIONS, known.HEDGES, known.ARITHMETIC, _COUNTS
)


def compound(p: Parser) -> Tree:
    """A value with its unit or price, a ratio or a time of day."""
    outer, p.money = p.money, ""
    start = p.at
    tree = p.sets()
    if p.tokens[p.at][0] in ENDS and not p.money:
        p.money = outer
        return tree
    if _ratio_sign(p, tree) and r"\{" not in p.open and tree.head not in NOT_VALUES:
        tree = _colon(p, tree, start)
    elif p.kind in CURRENCIES and not p.money and tree.head not in NOT_VALUES:
        p.money = CURRENCIES[p.take()[0]]
    elif p.kind in (r"\frac", r"\Omega") or p.kind in WORD_KINDS or (p.kind == "(" and p.peek(1)[1].lower() == "base"):
        tree = _suffix(p, tree)
        if tree.head == "unit" and p.kind == "num" and tree.args[0].head != "sym":  # I got 42 apples
            tree = _with_smaller(p, tree)
    if p.money:
        tree = Tree("unit", (tree,), p.money) if tree.head != "unit" else tree
    p.money = outer
    return tree


def _with_smaller(p: Parser, tree: Tree) -> Tree:
    """`2 hours 30 minutes`: a quantity and what is over, in a smaller unit."""
    p.deeper()
    over = p.quantity()
    p.depth -= 1
    if over.head not in ("unit", "mixed"):
        raise p.refusal("a unit expected")
    return Tree("mixed", (tree, *(over.args if over.head == "mixed" else (over,))))


def _ratio_sign(p: Parser, left: Tree) -> bool:
    """Whether a colon, or `to` between numbers, is in hand."""
    following, name, _ = p.peek(1)
    if p.peek()[1] == "to":
        return p.peek(-1)[0] == following == "num"
    if following == "letters" and left.head == "sym":  # V_1:V_2
        return p.kind == ":" and role(name) in ("letter", "points") and not p.peek(1)[2]
    if following == "(":
        return p.kind == ":" and left.head in ("num", "div", "add", "root")
    return p.kind == ":" and following in ("num", r"\sqrt", r"\pi", r"\frac")


def _colon(p: Parser, first: Tree, start: int) -> Tree:
    """`2:3`, `10:30`, `4:51:06 p.m.`; the leaf says am, pm, or clock where a zero leads."""
    parts = [first]
    while _ratio_sign(p, parts[-1]):
        p.at += 1
        parts.append(p.valued(p.factor()))
    texts = [text for kind, text, _ in p.tokens[start : p.at] if kind == "num"]
    clock = any(len(text) > 1 and text[0] == "0" for text in texts)
    if clock and any(part.head != "num" for part in parts):
        raise p.refusal("a time of day expected")
    return Tree("colon", tuple(parts), _half_of_day(p) or _part_of_day(p) or ("clock" if clock else ""))


def priced(p: Parser) -> Tree:
    """The amount behind the currency sign that was taken."""
    p.money = CURRENCIES[p.peek(-1)[0]]
    if p.accept("-"):
        return Tree("neg", (p.factor(),))
    return p.factor()


def _half_of_day(p: Parser) -> str:
    """`am` or `pm` if such words are in hand (`p.m.`, `PM`), else nothing."""
    kind, word, _ = p.peek()
    low = word.lower()
    if kind in WORD_KINDS and low in ("am", "pm"):
        p.at += 1
        return low
    if low in ("a", "p") and p.peek(1)[0] == "." and p.peek(2)[1].lower() == "m":
        p.at += 3
        p.accept(".")
        return low + "m"
    return ""


def _part_of_day(p: Parser) -> str:
    """`am` or `pm` if words that say as much are in hand (`in the evening`), else nothing."""
    length = 2 if p.peek()[1] == "at" else 3
    half = known.PARTS_OF_DAY.get(" ".join(p.peek(ahead)[1] for ahead in range(length)), "")
    p.at += length if half else 0
    return half


# -- units ----------------------------------------------------------------------------------------


def _suffix(p: Parser, tree: Tree) -> Tree:
    """The tree with the unit, percent, base or half of the day that the words in hand name."""
    if tree.head in ("text", "special", "rel", "list") or r"\int" in p.open:
        return tree
    if (based := in_base(p, tree)) is not None:
        return based
    tree = _scaled(p, tree)
    if role(p.peek()[1]) == "connective" or not (p.kind in WORD_KINDS or _unit_sign(p)):
        return tree
    if half := _half_of_day(p):
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
    if tree.head == "num" and several and role(following) != "unit" and following not in known.ARITHMETIC:
        tree = divided(p, int(tree.leaf or 0)) or tree  # 7 twelfths
    while p.kind in WORD_KINDS and p.peek()[1].lower() in known.SCALES:
        tree = Tree("mul", (tree, num(known.SCALES[p.take()[1].lower()])))
    return tree


def _unit_words(p: Parser) -> list[str]:
    words: list[str] = []
    while len(words) <= 2 * _MAX_UNIT_WORDS:
        kind, text, _ = p.peek()
        if _unit_sign(p):
            words.extend(_sign_words(p))
            continue
        if words and text in ("a", "an") and p.peek(1)[1].lower() in PERIODS and is_unit(words[-1]):
            words.append("per")
        elif kind in WORD_KINDS and role(text) != "connective":
            words.append(_unit_word(p, text))
        elif kind == "^" and words:
            p.at += 1
            words.append("^" + _power(p))
        elif kind == "/" and words and p.peek(1)[0] == "(" and p.peek(2)[0] in WORD_KINDS:  # J/(mol K)
            p.at += 2
            words.extend(("/", *_unit_words(p)))
            p.expect(")")
            continue
        elif kind in ("/", "*") and p.peek(1)[0] in WORD_KINDS:
            words.append(kind)
        elif kind == "." and words and is_unit(words[-1]) and p.peek(1)[0] in WORD_KINDS:
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
    words = partial(_unit_words, p)
    return [*p.enclosed("{", words), "/", *p.enclosed("{", words)]


def _unit_word(p: Parser, text: str) -> str:
    listed = text in UNITS or text.lower() in UNITS
    if text == "times" and p.at + 1 == p.count:  # how often something happened
        return text
    foreign = not listed and ((len(text) == 1 and not unit_anywhere(text)) or known.is_foreign(text))
    parts = text.lower().removesuffix("s") in known.PARTS.keys() - {"quarter"}  # 28 quarters are coins
    coins = text.lower() == "quarters"
    scale = known.is_scale_word(text, p.peek(1)[1])
    if (text.lower() in _STOPS and text not in LETTERS and not coins) or foreign or parts or scale:
        raise p.refusal("this is no unit")
    return text if text in UNITS or is_megaunit(text) else text.lower()


def _power(p: Parser) -> str:
    minus, (kind, text, _) = p.enclosed("{", lambda: (p.accept("-"), p.take()), or_bare=True)
    if kind != "num":
        raise p.refusal("a unit's power expected")
    return "-" * minus + text
