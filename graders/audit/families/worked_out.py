"""Families whose mutants have to be worked out: the question given back, words or terms in another order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graders.audit.case import Case, Mutant
from graders.audit.wrong import folded, number_of

_OPERATORS = ("+", "-", "*", "/", "^", "\\cdot", "\\times", "\\div", "\\sqrt", "\\frac", "×", "÷")
_ARITHMETIC = set("0123456789+-*/^().,×÷· ")
_IDLE = {
    "over one": "\\frac{{{}}}{{1}}",
    "plus nothing": "{}+0",
    "to the first": "({})^1",
    "modulus": "|{}|",
    "divisor shared with nothing": "\\gcd({},0)",
    "twice its half": "2\\cdot({})/2",
}
"""Operations that leave a value as it is, and leave it to be worked out."""

_RENAMED = {"k": "j", "n": "m", "i": "j", "x": "t"}
"""Another name for what is bound by a sum or an integral."""

_HAS_WORDS = re.compile(r"\\text|(?<![A-Za-z\\])[A-Za-z]{3}")

_NO_SUM = re.compile(r"[=<>,:$|]|\([A-E]\)|dots|\\(?:le|ge|to|cup|cap|pm|in|begin)(?![a-z])")
"""What a plain sum of scalars doesn't have."""

_ENDLESS = {
    "fractions": "{}" + "/1" * 2000,
    "percents": "{}" + "%" * 2000,
    "degrees": "{}" + "^\\circ" * 1000,
    "hours": "{} hour " * 997,
    "signs": "-" * 4000 + "{}",
    "brackets": "(" * 3000 + "{}" + ")" * 3000,
    "roots": "\\sqrt{{" * 1500 + "{}" + "}}" * 1500,
    "powers": "{}^{{" * 1000 + "2" + "}}" * 1000,
}
"""Wrong answers that go on for long: whoever reads them one inside the other runs out of depth, time or memory."""

_NO_PRODUCT = {
    "cm",
    "mm",
    "km",
    "kg",
    "mg",
    "ml",
    "mL",
    "Hz",
    "kW",
    "ft",
    "am",
    "pm",
    "ln",
    "lg",
    "pi",
    "or",
    "is",
    "no",
}
"""Two letters that are a unit, a function or a word."""

_PRODUCT = re.compile(r"(?<![A-Za-z\\{])(?:[A-Z][a-z]|[a-z][A-Z]|(?!d)[a-z][a-z])(?![A-Za-z(^_'])")
"""Two letters in a formula side by side, not both capitals, which could be matrices or points."""

_MOST = 3
"""Formulas of one prompt that are given back."""

_FEWEST_WORDS = 4
"""Shorter texts have too few orders to be put into another one."""


def echoed(case: Case) -> Iterator[Mutant]:
    """Gives back the question, or an expression in it, as the answer."""
    if not case.prompt.strip():
        return
    prompt = case.prompt.strip()
    yield case.answers("the question", _without_tags(prompt, case))
    yield case.answers("the question and a wrong answer", f"{_without_tags(prompt, case)} {case.wrong[0]}")
    for number, formula in enumerate(_formulas(prompt, case)):
        yield case.answers(f"formula {number + 1} of it", formula)


def idle(case: Case) -> Iterator[Mutant]:
    """Gives back an expression of the question with an idle operation, or with another name for what is bound."""
    for number, formula in enumerate(_formulas(case.prompt, case)):
        for trick, form in _IDLE.items():
            yield case.answers(f"{trick}, formula {number + 1}", form.format(formula))
        for trick, other in _same_unevaluated(formula):
            yield case.answers(f"{trick}, formula {number + 1}", other)


def _same_unevaluated(formula: str) -> Iterator[tuple[str, str]]:
    """The same expression with another index, and a binomial counted from the other end."""
    bound = re.match(r"\\sum_\{?([a-z])\s*=|\\int.*d([a-z])$", formula)
    name = (bound[1] or bound[2]) if bound else None
    if name in _RENAMED:
        yield "renamed", re.sub(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])|(?<=d){name}$", _RENAMED[name], formula)
    if binomial := re.fullmatch(r"\\[dt]?binom\{?(\d+)\}?\{?(\d+)\}?", formula):
        n, k = int(binomial[1]), int(binomial[2])
        yield "from the other end", rf"\binom{{{n}}}{{{n - k}}}"


def endless(case: Case) -> Iterator[Mutant]:
    """Wraps a wrong number a thousand times, so that a reader runs out of depth: such mutants may go unscored."""
    for trick, form in _ENDLESS.items():
        yield case.answers(trick, form.format(*[case.number] * 1000))


def _formulas(prompt: str, case: Case) -> list[str]:
    """The unevaluated expressions of a prompt, the longest first; what is the reference itself is none."""
    parts = prompt.split("$")
    found = {one.strip(): None for one in [*parts[1::2], *_sums("\n".join(parts[::2]))]}
    known = {folded(reference) for reference in case.acceptable}
    good = [one for one in found if _is_to_work_out(one) and folded(one) not in known]
    return sorted(good, key=lambda one: (-len(one), one))[:_MOST]


def _is_to_work_out(formula: str) -> bool:
    r"""Whether a formula has an operator, and states no value of its own: an equation does, and so does ``3/4``."""
    stated = any(sign in formula for sign in "=<>") or number_of(formula) is not None or _is_fraction(formula)
    return not stated and any(sign in formula.removeprefix("-") for sign in _OPERATORS)


def _is_fraction(formula: str) -> bool:
    parts = "".join(formula.split()).replace("\\dfrac", "\\frac").split("\\frac{")
    return len(parts) == 2 and parts[0] in {"", "-"} and parts[1].replace("}{", "").removesuffix("}").isdecimal()


def _sums(prompt: str) -> Iterator[str]:
    """Runs of arithmetic in plain text, such as ``17 + 26``; in lines with LaTeX a run is a part of something else."""
    for line in prompt.splitlines():
        run = ""
        for character in [] if "\\" in line else [*line, "\n"]:
            if character in _ARITHMETIC:
                run += character
                continue
            if sum(map(str.isdigit, run)) > 1:
                yield run.strip(" .,+*/^×÷·")
            run = ""


def _without_tags(text: str, case: Case) -> str:
    """A text whose tags are no tags any more."""
    for tag in case.layout[:4]:
        text = text.replace(tag, tag.strip("<>/"))
    return text


def shuffled(case: Case) -> Iterator[Mutant]:
    """Gives the reference's words in an order that says nothing."""
    words = case.reference.split()
    if case.kind != "text" or len(set(words)) < _FEWEST_WORDS:
        return
    orders = {
        "backwards": words[::-1],
        "sorted": sorted(words, key=str.casefold),
        "every second first": words[1::2] + words[::2],
        "halves swapped": words[len(words) // 2 :] + words[: len(words) // 2],
    }
    for trick, order in orders.items():
        if order != words:
            yield case.answers(trick, " ".join(order))


def reordered(case: Case) -> Iterator[Mutant]:
    """The reference with the terms of its sum, or the letters of its products, in another order."""
    if (
        case.kind != "formula"
        or not set(case.reference) & set("+-^=/\\0123456789")
        or _HAS_WORDS.search(case.reference)
    ):
        return
    swapped = _PRODUCT.sub(lambda found: found[0] if found[0] in _NO_PRODUCT else found[0][::-1], case.reference)
    if swapped != case.reference:
        yield case.right("letters swapped", swapped)
    if (sum_backwards := _backwards(case.reference)) is not None:
        yield case.right("terms backwards", sum_backwards)


def _backwards(formula: str) -> str | None:
    """A sum with its terms in the opposite order; None for what is no plain sum of scalars."""
    if _NO_SUM.search(formula):
        return None
    terms = _terms("".join(formula.split()))
    if len(terms) == 1 or any(len(term) == 1 for term in terms):
        return None
    return "".join(reversed(terms)).removeprefix("+")


def _terms(formula: str) -> list[str]:
    """The terms of a sum, each with its sign."""
    terms, depth = ["+"], 0
    for place, character in enumerate(formula):
        depth += (character in "([{") - (character in ")]}")
        if character in "+-" and depth == 0 and place and formula[place - 1] not in "^_*/(":
            terms.append("")
        terms[-1] += character
    first = terms[0][1:] if terms[0][1:2] == "-" else terms[0]
    return [first, *terms[1:]]
