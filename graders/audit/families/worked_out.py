"""Families whose tricks have to be worked out: the question given back, the reference's words in another order."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant
from graders.audit.wrong import folded, number_of

_OPERATORS = ("+", "-", "*", "/", "^", "\\cdot", "\\times", "\\div", "\\sqrt", "\\frac", "×", "÷")
_ARITHMETIC = set("0123456789+-*/^().,×÷· ")
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
