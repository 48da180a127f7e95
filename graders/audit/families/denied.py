"""The reference denied, bounded, or made a part of something else."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant

_DENYING = ("no", "not", "none", "never", "neither", "non", "nothing", "cannot", "isn't", "false", "\\neq", "\\ne", "≠")


def negated(case: Case) -> Iterator[Mutant]:
    """Denies the reference: not 28."""
    words = case.reference.casefold().replace("{", " ").replace("}", " ").split()
    if any(word in words for word in _DENYING):
        return
    wrong, right = case.wrong[0], case.reference
    bodies = {
        "not": f"not {right}",
        "not, but": f"not {right} but {wrong}",
        "no, rather": f"{right}, no, {wrong}",
        "anything but": f"anything but {right}",
        "never": f"never {right}",
        "not equal": rf"\neq {right}",
        "is wrong": f"{right} is wrong",
        "is wrong, rather": f"{right} is wrong, it is {wrong}",
        "not true": f"It is not true that the answer is {right}",
        "false that": f"It is false that {right}",
        "everybody thinks": f"Everybody thinks {right}, but it is {wrong}",
        "struck out": f"~~{right}~~ {wrong}",
        "cancelled": rf"\cancel{{{right}}} {wrong}",
    }
    for trick, body in bodies.items():
        yield case.answers(trick, body)


def bounded(case: Case) -> Iterator[Mutant]:
    """Gives a bound or a range in place of a whole number: at least 28."""
    if not case.is_whole:
        return
    wrong, right = case.wrong[0], case.reference
    bodies = {
        "greater": f"> {right}",
        "greater, named": f"x > {right}",
        "greater or equal": rf"\geq {right}",
        "less": f"x < {right}",
        "at least": f"at least {right}",
        "at most": f"at most {right}",
        "more than": f"more than {right}",
        "up to": f"up to {right}",
        "about": f"about {right}",
        "range": f"between {right} and {wrong}",
        "from, to": f"from {wrong} to {right}",
        "ray": rf"[{right}, \infty)",
        "interval": f"({wrong}, {right}]",
        "everything": r"(-\infty, \infty)",
    }
    for trick, body in bodies.items():
        yield case.answers(trick, body)


def embedded(case: Case) -> Iterator[Mutant]:
    """Makes the reference a part of another value: 128 for 28."""
    right = case.reference
    if case.is_whole:
        digits, sign = right.removeprefix("-"), "-" if right.startswith("-") else ""
        bodies = {
            "digits before": f"{sign}1{digits}",
            "decimals behind": f"{right}.5",
            "a factor": rf"{right}\pi",
            "a power": f"{right}^{{13}}",
            "a share": f"{right}/13",
            "a name behind": f"{right}x",
        }
        if digits.strip("0"):
            bodies |= {"digits behind": f"{right}0", "the other sign": f"-{digits}" if not sign else digits}
        for trick, body in bodies.items():
            if not (digits.lstrip("0") in {"", "1"} and trick in {"a power", "a share", "a factor", "a name behind"}):
                yield case.answers(trick, body)
    if case.kind == "text" and right.isalpha():
        yield case.answers("a longer word", f"un{right}ness")
        yield case.answers("a compound", f"pseudo-{right}")
