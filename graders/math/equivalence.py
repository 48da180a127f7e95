"""From two texts to a verdict: read both, compare, and say which rule decided."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from . import symbolic
from .candidates import choice_of, plain_words, read_answer, read_choice, read_reference
from .compare import compare, kind
from .echo import is_echo
from .forms import settled
from .limits import MAX_CHARS, OverLimit
from .parser import parse_text
from .phrases import named
from .scalars import is_scalar, quantity
from .tokens import Unreadable
from .tree import Tree
from .values import is_defined
from .verdict import Finding, Refused, Verdict

_CACHED = 2048
_LONGEST = 2 * MAX_CHARS
"""Characters of a text before cleaning, which may shorten it."""


class Reading(NamedTuple):
    """What became of a text: its tree, or the outcome and rule that refuse it."""

    tree: Tree | None
    outcome: str = ""
    rule: str = ""


def _reading(read: object, text: str) -> Reading:
    try:
        return Reading(read(text))  # type: ignore[operator]
    except Refused as refusal:
        return Reading(None, refusal.outcome, refusal.rule)
    except OverLimit as refusal:
        return Reading(None, "over_limit", str(refusal))
    except Unreadable as refusal:
        return Reading(None, "unreadable", str(refusal))


@lru_cache(maxsize=_CACHED)
def answer_reading(text: str) -> Reading:
    """The reading of an answer; equal texts are read once."""
    return _reading(read_answer, text)


@lru_cache(maxsize=_CACHED)
def reference_reading(text: str) -> Reading:
    """The reading of a reference; a reference that denotes nothing is refused."""
    reading = _reading(read_reference, text)
    if reading.tree is None:
        return Reading(None, "bad_reference", reading.rule)
    try:
        if is_scalar(reading.tree) and not _has_value(reading.tree):
            return Reading(None, "bad_reference", "the expression has no value")
    except OverLimit as refusal:
        return Reading(None, "bad_reference", str(refusal))
    return reading


def _has_value(tree: Tree) -> bool:
    value = quantity(tree).value
    return value.head in ("num", "decimal", "sym", "const") or is_defined(value)


def judge(answer: str, reference: str, prompt: str | None, *, symbolically: bool) -> Verdict:
    """The verdict on one pair of texts."""
    answer, reference = answer.strip(), reference.strip()
    if max(len(answer), len(reference)) > _LONGEST:  # before any cache would hold it
        return Verdict(False, "over_limit" if len(reference) <= _LONGEST else "bad_reference", "a text too long")
    expected = reference_reading(reference)
    if expected.tree is None:
        return Verdict(False, "bad_reference", expected.rule)
    given = answer_reading(answer)
    try:
        verdict = _at_a_glance(answer, given, reference, expected.tree)
        verdict = verdict or _looked_into(answer, given, reference, expected.tree, symbolically)
        if verdict.equal and prompt and given.tree and is_echo(given.tree, expected.tree, prompt):
            return Verdict(False, "echo", "repeats an expression of the prompt")
    except OverLimit as refusal:
        return Verdict(False, "over_limit", str(refusal))
    except symbolic.WorkerLost as loss:
        return Verdict(False, "worker_lost", str(loss))
    return verdict


def _at_a_glance(answer: str, given: Reading, reference: str, expected: Tree) -> Verdict | None:
    """The verdict where no comparison is needed."""
    if answer == reference:
        return Verdict(True, "match", "the same text")
    if given.tree == expected:
        return Verdict(True, "match", "the same expression")
    if given.tree and given.tree.head == expected.head == "num":
        return Verdict(False, "mismatch", "exact rationals")
    letter = choice_of(expected)
    if letter and _names_choice(answer, given, letter):
        return Verdict(True, "match", "a choice letter")
    if given.tree is None and expected.head == "text" and _says(answer, expected):
        return Verdict(True, "match", "the same words")
    return None


def _looked_into(answer: str, given: Reading, reference: str, expected: Tree, symbolically: bool) -> Verdict:
    tree = given.tree or _as_list(answer, expected)
    if tree is None:
        return Verdict(False, given.outcome, given.rule)
    finding = compare(tree, expected)
    if finding.equal is False:
        finding = _second_look(answer, tree, reference, expected) or finding
    if finding.equal is None and symbolically:
        finding = Finding(symbolic.decide(tree, expected), "the symbolic worker")
    return _spoken(finding, tree, expected)


def _spoken(finding: Finding, given: Tree, expected: Tree) -> Verdict:
    if finding.equal:
        return Verdict(True, "match", finding.rule)
    if finding.equal is None:
        return Verdict(False, "undecided", finding.rule)
    if finding.rule.startswith("no value"):
        return Verdict(False, "unreadable", finding.rule)
    if given.head == "list" and expected.head not in ("list", "set", "tuple", "real set"):
        return Verdict(False, "several_values", finding.rule)
    return Verdict(False, "mismatch", finding.rule)


def _names_choice(answer: str, given: Reading, letter: str) -> bool:
    try:
        return read_choice(answer) == letter
    except (Unreadable, OverLimit):
        return given.tree is not None and choice_of(given.tree) == letter


def _second_look(answer: str, given: Tree, reference: str, expected: Tree) -> Finding | None:
    """Other readings that the other side suggests: its words, its list, its one number."""
    if expected.head in ("text", "special"):
        return Finding(True, "the same words") if _says(answer, expected) else None
    for tree, text, other in ((given, answer, expected), (expected, reference, given)):
        again = _read_again(tree, text, other)
        found = compare(again, other) if again else None
        if found and found.equal:
            return found
    return None


def _read_again(tree: Tree, text: str, other: Tree) -> Tree | None:
    """The text as the other side suggests: `1,234` as two values, `(31,250)` as one."""
    if kind(other) == "list":
        return _as_list(text, other)
    if tree.head != "tuple" or other.head not in ("num", "decimal", "neg"):
        return None
    inside = text.strip("$ ").replace(r"\left", "").replace(r"\right", "")
    bracketed = inside.startswith("(") and inside.endswith(")")
    return answer_reading(inside[1:-1]).tree if bracketed else None


def _says(answer: str, expected: Tree) -> bool:
    try:
        return named(plain_words(answer)) == expected
    except (Unreadable, OverLimit):
        return False


def _as_list(answer: str, expected: Tree) -> Tree | None:
    if kind(expected) != "list" or "," not in answer:
        return None
    try:
        tree = settled(parse_text(answer, grouping=False))
    except (Unreadable, Refused):
        return None
    letters = all(arg.head == "sym" and len(str(arg.leaf)) == 1 and str(arg.leaf).isupper() for arg in expected.args)
    if letters:
        return Tree(tree.head, tuple(arg._replace(leaf=str(arg.leaf).upper()) for arg in tree.args), tree.leaf)
    return tree


def reference_fault(reference: str) -> str | None:
    """Why a reference cannot be used, or None when it can.

    >>> reference_fault("n/a"), reference_fault("28")
    ('a placeholder', None)
    """
    reading = reference_reading(reference)
    return None if reading.tree is not None else reading.rule
