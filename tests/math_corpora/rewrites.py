"""Other spellings of a gold, and its near misses, made without a look at the verifier's normal forms.

`spellings(text)` gives texts that mean the same as the gold; `near_misses(text)` gives texts that do not. Both
work on the text, or on the tree as it was read (never on a worked-out form), and write trees with a printer of
their own.
"""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from graders.math import Tree, parse

UNICODE = {
    r"\pi": "π", r"\cdot": "·", r"\times": "×", r"\infty": "∞", r"\cup": "∪", r"\cap": "∩", r"\le": "≤", r"\leq": "≤",
    r"\ge": "≥", r"\geq": "≥", r"\in": "∈", r"\theta": "θ", r"\alpha": "α", r"\pm": "±", r"\emptyset": "∅",
}  # fmt: skip
POWERS = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
VULGAR = {(1, 2): "½", (1, 3): "⅓", (2, 3): "⅔", (1, 4): "¼", (3, 4): "¾"}
SCALARS = {"num", "add", "mul", "div", "pow", "neg", "root"}


# -- on the text -------------------------------------------------------------------------------------------------------


def upright(text: str) -> bool:
    """Whether words stand in the text, which are not spaced or wrapped like formulas."""
    words = re.search(r"[a-zA-Z]{4}", re.sub(r"\\[a-zA-Z]+", "", text))
    return bool(words or re.search(r"\\(text|mbox|mathrm|mathbf|begin)", text))


def spaced(text: str) -> str:
    return re.sub(r"(?<![\^_{(\[,\\e])([+=<>-])(?=[^}])", r" \1 ", text)


def thin_spaced(text: str) -> str:
    return re.sub(r"(?<=[\w}])([+=])(?=[\w\\])", r"\\,\1\\;", text)


def display_fractions(text: str) -> str:
    return re.sub(r"\\frac(?![a-z])", r"\\dfrac", text)


def small_fractions(text: str) -> str:
    return re.sub(r"\\d?frac(?![a-z])", r"\\tfrac", text)


def sized_brackets(text: str) -> str:
    if r"\left" in text or r"\right" in text or r"\big" in text or text.count("(") != text.count(")"):
        return text
    return text.replace("(", r"\left(").replace(")", r"\right)")


def unsized_brackets(text: str) -> str:
    return re.sub(r"\\(left|right)(?=[()\[\]])", "", text)


def unicode_signs(text: str) -> str:
    text = re.sub(r"\\[a-zA-Z]+", lambda found: UNICODE.get(found[0], found[0]), text)
    text = re.sub(r"\^(\d)(?!\d)", lambda found: POWERS[found[1]], text)
    text = re.sub(r"\^\{(\d+)\}", lambda found: "".join(map(POWERS.get, found[1])), text)
    return text.replace("-", "−") if not re.search(r"[A-Za-z]-|\\begin", text) else text


def unicode_roots(text: str) -> str:
    text = re.sub(r"\\sqrt\{(\d+)\}", r"√\1", text)
    return re.sub(r"(?<!\d)\\frac\{(\d)\}\{(\d)\}", _vulgar, text)


def _vulgar(found: re.Match[str]) -> str:
    return VULGAR.get((int(found[1]), int(found[2])), found[0])


def _around(before: str, after: str) -> Callable[[str], str]:
    return lambda text: before + text + after


ON_TEXT: tuple[Callable[[str], str], ...] = (
    spaced,
    thin_spaced,
    display_fractions,
    small_fractions,
    sized_brackets,
    unsized_brackets,
    unicode_signs,
    unicode_roots,
    _around("$", "$"),
    _around(r"\(", r"\)"),
    _around(r"\[ ", r" \]"),
    _around(r"\boxed{", "}"),
    _around(r"$\boxed{", "}$"),
    _around("The answer is $", "$."),
    _around(" ", "\n"),
    _around("$$", "$$"),
    _around("", "."),
    _around(r"\displaystyle ", ""),
    _around("**", "**"),
    _around(r"\,", r"\;"),
)


# -- on the tree as it was read ----------------------------------------------------------------------------------------


class Unprintable(ValueError):  # noqa: N818
    """The printer has no words for a node."""


def printed(tree: Tree) -> str:
    """LaTeX of a scalar tree, with brackets wherever they may be needed."""
    if tree.head not in PRINTERS:
        raise Unprintable(tree.head)
    return PRINTERS[tree.head](tree)


def _bracketed(tree: Tree) -> str:
    text = printed(tree)
    return text if tree.head in ("num", "sym", "const", "div", "root") and tree.leaf != "e" else f"({text})"


def _sum(tree: Tree) -> str:
    return " + ".join(_bracketed(arg) if arg.head in ("neg", "add") else printed(arg) for arg in tree.args)


PRINTERS: dict[str, Callable[[Tree], str]] = {
    "num": lambda tree: str(tree.leaf),
    "sym": lambda tree: _name(str(tree.leaf)),
    "const": lambda tree: {"pi": r"\pi", "e": "e", "i": "i", "oo": r"\infty"}[str(tree.leaf)],
    "add": _sum,
    "mul": lambda tree: r" \cdot ".join(map(_bracketed, tree.args)),
    "div": lambda tree: rf"\frac{{{printed(tree.args[0])}}}{{{printed(tree.args[1])}}}",
    "neg": lambda tree: f"-{_bracketed(tree.args[0])}",
    "pow": lambda tree: f"{{{_bracketed(tree.args[0])}}}^{{{printed(tree.args[1])}}}",
    "root": lambda tree: _radical(*tree.args),
}


def _name(name: str) -> str:
    if len(name) != 1:
        raise Unprintable(name)
    return name


def _radical(radicand: Tree, index: Tree) -> str:
    return rf"\sqrt[{printed(index)}]{{{printed(radicand)}}}" if index.leaf != 2 else rf"\sqrt{{{printed(radicand)}}}"


def everywhere(change: Callable[[Tree], Tree], tree: Tree) -> Tree:
    return change(tree._replace(args=tuple(everywhere(change, arg) for arg in tree.args)))


def turned(head: str) -> Callable[[Tree], Tree]:
    return lambda tree: everywhere(
        lambda node: node._replace(args=node.args[::-1]) if node.head == head else node, tree
    )


def distributed(tree: Tree) -> Tree:
    """A product with a sum multiplied out, wherever one stands."""

    def change(node: Tree) -> Tree:
        for at, factor in enumerate(node.args if node.head == "mul" else ()):
            if factor.head == "add":
                rest = node.args[:at] + node.args[at + 1 :]
                return Tree("add", tuple(Tree("mul", (*rest, term)) for term in factor.args))
        return node

    return everywhere(change, tree)


def squared(tree: Tree) -> Tree:
    """Powers with the exponents 2 and 3 as products."""

    def change(node: Tree) -> Tree:
        times = node.args[1].leaf if node.head == "pow" and node.args[1].head == "num" else 0
        return Tree("mul", (node.args[0],) * times) if times in (2, 3) else node

    return everywhere(change, tree)


def widened(tree: Tree) -> Tree:
    """Fractions of integers with both sides times three."""

    def change(node: Tree) -> Tree:
        if node.head == "div" and all(arg.head == "num" for arg in node.args):
            return Tree("div", tuple(Tree("num", (), 3 * int(arg.leaf or 0)) for arg in node.args))
        return node

    return everywhere(change, tree)


def factored(tree: Tree) -> Tree:
    """Seven times a seventh."""
    seven = Tree("num", (), 7)
    return Tree("mul", (seven, Tree("div", (tree, seven))))


ON_TREE = (turned("add"), turned("mul"), distributed, squared, widened, factored)


def decimal(tree: Tree) -> str | None:
    """A fraction of integers as a decimal, where that is exact; an integer with a point and a zero."""
    if tree.head == "neg":
        inner = decimal(tree.args[0])
        return inner and "-" + inner
    if tree.head == "num" and abs(int(tree.leaf or 0)) < 10**15:
        return f"{tree.leaf}.0"
    if tree.head != "div" or any(arg.head != "num" for arg in tree.args) or not tree.args[1].leaf:
        return None
    value = Fraction(int(tree.args[0].leaf or 0), int(tree.args[1].leaf or 0))
    places = next((places for places in range(1, 12) if 10**places % value.denominator == 0), 0)
    digits = f"{int(value * 10**places):0{places + 1}d}"
    return f"{digits[:-places]}.{digits[-places:]}" if places else None


def is_scalar(tree: Tree) -> bool:
    """A number or an expression without a choice letter, unit or decimal in it."""
    plain = SCALARS | {"sym", "const"}
    return tree.head in SCALARS and all(node.head in plain and node.leaf != "oo" for node in nodes(tree))


def bracketable(text: str) -> bool:
    """Whether brackets around the text keep its meaning: 1,000 in brackets is a pair, a full stop in them is a slip."""
    return "," not in text and not text.rstrip().endswith(".")


def nodes(tree: Tree) -> Iterator[Tree]:
    yield tree
    for arg in tree.args:
        yield from nodes(arg)


def plain(text: str) -> str:
    """The text without what certainly changes nothing, so that neighbours that are written alike can be left out."""
    text = re.sub(r"\\[!;, ]|\\(left|right)(?![a-z])|\\\$|[\s{}$]|[.,]$|^[a-z]=", "", text.strip())
    text = re.sub(r"\\[dt]frac", r"\\frac", text)
    text = re.sub(r"^0+(?=\d)|(?<=\.\d)0+$", "", text)
    return ",".join(sorted(text.split(",")))


# -- together ----------------------------------------------------------------------------------------------------------


def neighbours(texts: list[str], golds: list[str]) -> list[str]:
    """For each text the gold that is written most alike without being plainly the same."""
    bare = list(map(plain, golds))
    distances = process.cdist(texts, golds, scorer=Levenshtein.distance, dtype=np.uint16)
    for row, text in zip(distances, map(plain, texts), strict=True):
        row[[at for at, other in enumerate(bare) if other == text]] = np.iinfo(np.uint16).max
    return [golds[at] for at in distances.argmin(1)]


def spellings(text: str) -> list[str]:
    """Texts that mean the same, without the text itself."""
    made = dict.fromkeys(rewrite(text) for rewrite in (ON_TEXT[8:] if upright(text) else ON_TEXT))
    tree = parse(text)
    if is_scalar(tree):
        made |= dict.fromkeys([f"({text})", rf"\left({text}\right)"] if bracketable(text) else [])
        made |= dict.fromkeys(filter(None, [decimal(tree)]))
        made |= dict.fromkeys(_on_tree(tree))
    return [spelling for spelling in made if spelling != text]


def _on_tree(tree: Tree) -> Iterator[str]:
    try:
        yield printed(tree)
        yield from (printed(rewrite(tree)) for rewrite in ON_TREE)
    except Unprintable:
        return


def near_misses(text: str) -> list[str]:
    """The negation, the reciprocal and the gold plus one, where they are defined and differ."""
    tree = parse(text)
    if not is_scalar(tree) or not bracketable(text):
        return []
    value = abs(number(tree))
    made = [f"({text})+1"]
    made += [f"-({text})"] if value else []
    made += [rf"\frac{{1}}{{{text}}}"] if value and abs(value - 1) > 1e-9 else []
    return made


def number(tree: Tree) -> complex:
    """The value in doubles, each variable standing for a number of its own: enough to see a zero or a one."""
    args = [number(arg) for arg in tree.args]
    return {
        "num": lambda: complex(tree.leaf or 0),
        "sym": lambda: 1.37 + sum(map(ord, str(tree.leaf))) / 97,
        "const": lambda: {"pi": 3.141592653589793, "e": 2.718281828459045, "i": 1j}[str(tree.leaf)],
        "add": lambda: sum(args),
        "mul": lambda: _product(args),
        "div": lambda: args[0] / args[1],
        "neg": lambda: -args[0],
        "pow": lambda: args[0] ** args[1] if abs(args[1]) < 50 else complex(2),
        "root": lambda: args[0] ** (1 / args[1]),
    }[tree.head]()


def _product(values: list[complex]) -> complex:
    result = 1 + 0j
    for value in values:
        result *= value
    return result
