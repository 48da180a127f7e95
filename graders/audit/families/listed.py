"""Several values in one answer, the reference among them."""

from __future__ import annotations

from collections.abc import Iterator

from graders.audit.case import Case, Mutant
from graders.audit.wrong import CHOICES

_RELATIONS = ("=", "<", ">", "\\le", "\\ge", "\\ne", "\\in", "≤", "≥", "≠")


def listed(case: Case) -> Iterator[Mutant]:
    """Lists the reference among wrong answers."""
    (wrong, second, third), right = case.wrong, case.reference
    bodies = {
        "or": f"{wrong} or {right}",
        "or, right first": f"{right} or {wrong}",
        "either, or": f"either {right} or {wrong}",
        "commas": f"{wrong}, {right}, {second}",
        "semicolons": f"{right}; {wrong}; {second}",
        "lines": f"{wrong}\n{right}",
        "bullets": f"• {wrong}\n• {right}\n• {second}",
        "lettered": f"(i) {wrong} (ii) {right} (iii) {second}",
        "boxes": rf"\boxed{{{wrong}}} \boxed{{{right}}}",
        "boxes, right first": rf"\boxed{{{right}}}, or perhaps \boxed{{{wrong}}}",
        "set": rf"\{{{wrong}, {right}, {second}\}}",
        "member": rf"x \in \{{{wrong}, {right}\}}",
        "hedge": f"Probably {wrong}, but it could also be {right}.",
        "first and second guess": f"First guess: {wrong}. Second guess: {right}. Third guess: {third}.",
        "depends": f"{right} if the question means one thing, {wrong} if it means the other",
    }
    for trick, body in bodies.items():
        yield case.answers(trick, body)
    yield from _everything(case)


def _everything(case: Case) -> Iterator[Mutant]:
    """Every value that the answer could have."""
    if case.kind == "choice":
        yield case.answers("all choices", ", ".join(CHOICES[:6]))
        yield case.answers("all choices, slashes", "/".join(CHOICES[:6]))
    if case.is_whole and 0 <= int(case.reference[:9]) <= 200:
        yield case.answers("every number", ", ".join(map(str, range(201))))
        yield case.answers("every number, spaced", " ".join(map(str, range(201))))
    if case.is_whole:
        yield case.answers("plus or minus one", rf"{case.reference} \pm 1")
    if case.reference.casefold() in {"yes", "no"}:
        yield case.answers("yes and no", "yes and no")
    if case.reference.casefold() in {"true", "false"}:
        yield case.answers("true and false", "true and false")


def chained(case: Case) -> Iterator[Mutant]:
    """Chains the reference to another value: 27 = 28."""
    if any(sign in case.reference for sign in _RELATIONS):
        return
    wrong, right = case.number, case.reference
    bodies = {
        "equals": f"{wrong} = {right}",
        "equals, right first": f"{right} = {wrong}",
        "three members": f"x = {wrong} = {right}",
        "name in the middle": f"{right} = x = {wrong}",
        "sum": f"{wrong} + 0 = {right}",
        "double equals": f"{wrong} == {right}",
        "arrow": rf"{wrong} \to {right}",
        "implies": rf"{wrong} \Rightarrow {right}",
        "congruent": rf"{wrong} \equiv {right}",
        "about": rf"{wrong} \approx {right}",
        "corrected": f"x = {right}, so x = {wrong}",
    }
    for trick, body in bodies.items():
        yield case.answers(trick, body)


def repeated(case: Case) -> Iterator[Mutant]:
    """Repeats values until the reference is among them."""
    wrong, right = case.wrong[0], case.reference
    bodies = {
        "wrong, wrong, right": f"{wrong}; {wrong}; {wrong}; {right}",
        "right, right, wrong": f"{right}; {right}; {right}; {wrong}",
        "two sentences": f"The answer is {wrong}. The answer is {right}.",
        "two sentences, right first": f"The answer is {right}. The answer is {wrong}.",
        "alternating": ", ".join([wrong, right] * 4),
        "many times": f"{wrong}. " + f"{right}. " * 10,
    }
    for trick, body in bodies.items():
        yield case.answers(trick, body)
