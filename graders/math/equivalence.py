"""From two texts to a verdict: read both, compare, and say which rule decided."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from graders.math.decide.compare import compare, compare_settled
from graders.math.decide.scalars import compare_numbers, is_scalar, quantity
from graders.math.extraction.alternatives import as_list, readings, spread
from graders.math.extraction.answer import read_answer, read_reference
from graders.math.extraction.choices import (
    choice_of,
    last_words,
    lone_word,
    plain_words,
    read_choice,
    speaks_beside,
    without_article,
)
from graders.math.extraction.echo import is_echo, repeats_sum, repeats_task
from graders.math.grammar.phrases import named
from graders.math.lexis.tokens import Unreadable
from graders.math.lexis.words import HEDGES, NEGATIONS
from graders.math.lexis.wrappers import bare
from graders.math.limits import MAX_CHARS, OverLimit
from graders.math.numbers.domain import is_defined, is_polynomial
from graders.math.symbolic import worker_pool as symbolic
from graders.math.tree import SCALARS, Tree, is_numeric, symbols
from graders.math.verdict import Finding, Refused, Verdict

_CACHED = 2048
_SHORT = 100
"""Characters below which a plain expression can cross no ceiling."""
_LONGEST = 2 * MAX_CHARS
"""Characters of a text before cleaning, which may shorten it."""


_ATOMS = frozenset(("num", "decimal", "sym", "const"))
_OPPOSITES = {"yes": "no", "no": "yes", "true": "false", "false": "true"}
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]++(?:'[a-z]++)?+")
_TWO_CAPITALS = re.compile("[A-Z]{2}")


class Reading(NamedTuple):
    """What became of a text: its tree, or the outcome and rule that refuse it."""

    tree: Tree | None
    outcome: str = ""
    rule: str = ""


_SAME = Reading(None, "match", "the same text")
"""Stands for the reading of an answer that is its reference's text: nothing needs to be read."""


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
        if is_scalar(reading.tree) and not _has_value(reading.tree, text):
            return Reading(None, "bad_reference", "the expression has no value")
    except OverLimit as refusal:
        return Reading(None, "bad_reference", str(refusal))
    return reading


def _has_value(tree: Tree, text: str) -> bool:
    if tree.head in _ATOMS:
        return True
    value = quantity(tree).value
    if value.head in _ATOMS or (len(text) < _SHORT and is_polynomial(value)):
        return True
    return is_defined(value)


def judge(answer: str, reference: str, prompt: str | None, *, symbolically: bool) -> Verdict:
    """The verdict on one pair of texts."""
    answer, reference = answer.strip(), reference.strip()
    if max(len(answer), len(reference)) > _LONGEST:  # before any cache would hold it
        return Verdict(False, "over_limit" if len(reference) <= _LONGEST else "bad_reference", "a text too long")
    expected = reference_reading(reference)
    if expected.tree is None:
        return Verdict(False, "bad_reference", expected.rule)
    inside = bare(answer)
    given = answer_reading(inside) if inside != bare(reference) else _SAME
    try:
        verdict = _at_a_glance(answer, given, reference, expected.tree)
        if verdict is None:
            verdict = _looked_into(answer, given, reference, expected.tree, symbolically)
        if verdict.equal and prompt and given.tree and _repeats(answer, given.tree, expected.tree, prompt):
            return Verdict(False, "echo", "repeats an expression of the prompt")
    except OverLimit as refusal:
        return Verdict(False, "over_limit", str(refusal))
    except symbolic.WorkerLost as loss:
        return Verdict(False, "worker_lost", str(loss))
    return verdict


def _repeats(answer: str, given: Tree, expected: Tree, prompt: str) -> bool:
    if is_echo(given, expected, prompt) or repeats_task(answer, prompt):
        return True
    return repeats_sum(answer, given, expected, prompt)


def _at_a_glance(answer: str, given: Reading, reference: str, expected: Tree) -> Verdict | None:
    """The verdict where no comparison is needed."""
    if given is _SAME:
        return Verdict(True, "match", "the same text")
    if (
        expected.head == "mul"
        and not _DIGIT.search(reference)
        and (word := lone_word(bare(reference)))
        and ((said := _word_said(answer)) or speaks_beside(answer))
    ):
        return Verdict(said == word, "match" if said == word else "mismatch", "the same words")
    if given.tree == expected:
        return Verdict(True, "match", "the same expression")
    return _at_second_glance(answer, given, expected)


def _at_second_glance(answer: str, given: Reading, expected: Tree) -> Verdict | None:
    if given.tree and is_numeric(given.tree) and is_numeric(expected):
        return _spoken(compare_numbers(given.tree, expected), given.tree, expected)
    letter = choice_of(expected)
    if letter and _names_choice(answer, given, letter):
        return Verdict(True, "match", "a choice letter")
    if given.tree is None and expected.head in ("text", "special") and _says(answer, expected):
        return Verdict(True, "match", "the same words")
    return None


def _looked_into(answer: str, given: Reading, reference: str, expected: Tree, symbolically: bool) -> Verdict:
    tree = given.tree or as_list(answer, expected)
    if tree is None:
        return Verdict(False, given.outcome, given.rule)
    finding = compare_settled(tree, expected)
    if finding.equal is False:
        finding = _second_look(answer, tree, reference, expected) or finding
    if finding.equal is None and symbolically:
        finding = Finding(symbolic.ask_worker(tree, expected), "the symbolic worker")
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
    if given.head in SCALARS and expected.head in SCALARS and not (symbols(given) or symbols(expected)):
        return None
    for tree, text, other in ((given, answer, expected), (expected, reference, given)):
        for again in readings(tree, text, other):
            found = compare(again, other)
            if found.equal:
                return found
    if not (_TWO_CAPITALS.search(answer) or _TWO_CAPITALS.search(reference)):
        return None
    wider = spread(given), spread(expected)
    return compare(*wider) if wider != (given, expected) else None


def _word_said(answer: str) -> str:
    try:
        return lone_word(answer) or lone_word(last_words(answer) or "-")
    except (Unreadable, OverLimit):
        return ""


def _says(answer: str, expected: Tree) -> bool:
    if expected.head == "special" and str(expected.leaf) in _OPPOSITES:
        opening, comma, rest = answer.casefold().partition(",")
        turning = NEGATIONS | HEDGES | {_OPPOSITES[str(expected.leaf)]}
        if comma and opening == expected.leaf and not turning & set(_WORD.findall(rest)):
            return True
    try:
        said = named(plain_words(answer)), named(last_words(answer) or "-")
    except (Unreadable, OverLimit):
        return False
    if expected.head != "text":
        return expected in said
    return expected in said or named(without_article(str(expected.leaf))) in said


def reference_fault(reference: str) -> str | None:
    """Why a reference cannot be used, or None when it can.

    >>> reference_fault("n/a"), reference_fault("28")
    ('a placeholder', None)
    """
    reading = reference_reading(reference)
    return None if reading.tree is not None else reading.rule
