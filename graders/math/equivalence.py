"""From two texts to a verdict.

A text becomes tokens (`lexis`). `extraction` says what kind of answer they are (a formula, a sentence around one, the
letter of a choice, words) and takes the value out; `grammar` parses each formula, once; `decide` works out its
canonical form. That is a `TextReading` (`extraction.readings`), kept for equal texts. With both readings at hand, the
first of three steps that can tell makes the verdict:

1. `_at_sight`: the words or the trees are the same as they stand; two plain numbers, the letter of a choice, words;
2. `_by_values`: canonical forms, by the rules of their kinds (`decide`): the first readings of both texts, and where
   they differ, the first pair that agrees among the others that each text has by itself (`extraction.alternatives`);
3. the worker process (`symbolic`), for what no rule decides.

A match that only repeats an expression of the prompt is turned into an `echo` at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

from graders.math.decide.alignment import aligned
from graders.math.decide.compare import compare_settled, kind
from graders.math.decide.scalars import compare_numbers
from graders.math.decide.tolerance import ROUNDINGS, Tolerance, closeness
from graders.math.extraction.bare_values import stray_word
from graders.math.extraction.choices import choice_and_content, choice_of, names_choice
from graders.math.extraction.dialects import in_usual_spelling, without_noun
from graders.math.extraction.echo import is_echo, repeats_sum, repeats_task
from graders.math.extraction.readings import TextReading, answer_reading, number_reading, reference_reading, tokens_of
from graders.math.extraction.spoken_words import says, says_word
from graders.math.fresh_stack import with_room
from graders.math.grammar.plain import plain
from graders.math.lexis.wrappers import bare
from graders.math.limits import MAX_CHARS, OverLimit
from graders.math.symbolic.answers import NotAsked, Questions
from graders.math.symbolic.worker_pool import WorkerLost
from graders.math.tree import Tree, heads, is_numeric
from graders.math.verdict import Finding, Verdict
from graders.math.work import Spent, apart, charge

_Triple = tuple[str, str, str | None]
"""An answer, a reference and a prompt."""
_LONGEST = 2 * MAX_CHARS
"""Characters of a text before cleaning, which may shorten it."""
_BLURRED = re.compile(r"[$\s]*~\s*[$€£¥\\]*\d")
"""`~150`: a tilde before a figure, where it is no space of TeX."""
_LISTS = frozenset(("list", "set"))
"""Kinds of references that an answer may name value by value in a sentence."""


@with_room
def equivalent(  # noqa: PLR0913 - each is an option of its own, by keyword
    answer: str,
    reference: str,
    *,
    prompt: str | None = None,
    rounding: str = "reference",
    rel_tol: float = 0.0,
    abs_tol: float = 0.0,
    sentences: bool = True,
) -> Verdict:
    r"""Whether an answer denotes the same object as the reference; on values it is symmetric.

    With the prompt at hand, an answer that is less worked out than the reference and only repeats what the prompt
    asks for is an `echo`. `rounding`, `rel_tol`, `abs_tol` and `sentences` are those of `verify`.

    >>> equivalent("x = 0.5", r"\frac{1}{2}").outcome
    'match'
    >>> equivalent("0.849", "0.85").rule, equivalent("0.85", "0.849").outcome
    ('rounds to the reference at its last digit', 'mismatch')
    """
    terms = _Terms(Questions(), _tolerance(rounding, rel_tol, abs_tol), sentences)
    return _verdicts([(answer, reference, prompt)], terms)[0]


@with_room
def verify(  # noqa: PLR0913 - each is an option of its own, by keyword
    answers: Sequence[str],
    references: Sequence[str],
    prompts: Sequence[str | None] | None = None,
    *,
    echo_guard: bool = True,
    symbolic: bool = True,
    rounding: str = "reference",
    rel_tol: float = 0.0,
    abs_tol: float = 0.0,
    sentences: bool = True,
) -> list[Verdict]:
    """The verdicts on pairs of answers and references, in order; each distinct pair is decided once.

    `echo_guard=False` ignores the prompts; `symbolic=False` never calls the symbolic worker. With
    `rounding="reference"` a reference that is a decimal of two significant digits or more is met by a value that
    rounds to it at its last digit, never the other way round; `"strict"` switches that off. `rel_tol` (a share of the
    reference, 0 to 1) and `abs_tol` (at least 0) widen it for measured quantities. With `sentences=False` an answer
    with any word that is no part of a value or of the reference is unreadable, but for an opening such as `The answer
    is`. Raises `ValueError` for sequences of different lengths and for settings out of range.

    >>> [verdict.outcome for verdict in verify(["0.5", "3"], ["1/2", "4"])]
    ['match', 'mismatch']
    """
    asked: Sequence[str | None] = prompts if prompts is not None and echo_guard else [None] * len(answers)
    if not len(answers) == len(references) == len(asked):
        raise ValueError(f"{len(answers)} answers, {len(references)} references, {len(asked)} prompts")
    terms = _Terms(Questions() if symbolic else None, _tolerance(rounding, rel_tol, abs_tol), sentences)
    return _verdicts(list(zip(answers, references, asked, strict=True)), terms)


@with_room
def reference_fault(reference: str) -> str | None:
    """Why a reference cannot be used, or None when it can.

    >>> reference_fault("n/a"), reference_fault("28")
    ('a placeholder', None)
    """
    reading = reference_reading(reference)
    return reading.rule if _is_unusable(reading) else None


@with_room
def reference_weakness(reference: str) -> str | None:
    r"""Why nothing but an answer of the same tokens meets a reference, or None where its value is compared.

    >>> reference_weakness(r"a \rightharpoonup b"), reference_weakness("28")
    ("something is left over at token 2 ('\\\\rightharpoonup')", None)
    """
    reading = reference_reading(reference)
    return reading.rule if reading.tree is None and not _is_unusable(reading) else None


def _is_unusable(reading: TextReading) -> bool:
    return reading.outcome == "bad_reference" and not reading.choice.content


def _tolerance(rounding: str, rel_tol: float, abs_tol: float) -> Tolerance:
    if rounding not in ROUNDINGS:
        raise ValueError(f"rounding: got {rounding!r}, expected one of {', '.join(map(repr, ROUNDINGS))}")
    if not 0 <= rel_tol <= 1:
        raise ValueError(f"rel_tol: got {rel_tol!r}, expected a share from 0 to 1")
    if not 0 <= abs_tol < inf:
        raise ValueError(f"abs_tol: got {abs_tol!r}, expected a finite number that is at least 0")
    return Tolerance(rounding, rel_tol, abs_tol)


class _Terms(NamedTuple):
    """What a batch is judged by besides its texts."""

    questions: Questions | None
    """To the symbolic worker, where it is asked at all."""
    tolerance: Tolerance
    sentences: bool
    """Whether a value is read out of a sentence."""


def _verdicts(triples: list[_Triple], terms: _Terms) -> list[Verdict]:
    """The verdicts in order; what needs the worker waits until all of that is asked together."""
    decided: dict[_Triple, Verdict] = {}
    waiting: dict[_Triple, None] = {}
    for triple in triples:
        if triple in decided or triple in waiting:
            continue
        try:
            decided[triple] = _verdict(*triple, terms)
        except NotAsked:
            waiting[triple] = None
    if terms.questions and waiting:
        terms.questions.ask()
        decided |= {triple: _verdict(*triple, terms) for triple in waiting}
    return [decided[triple] for triple in triples]


def _verdict(answer: str, reference: str, prompt: str | None, terms: _Terms) -> Verdict:
    if max(length := (len(answer.strip()), len(reference.strip()))) > _LONGEST:  # before any cache would hold it
        return Verdict(False, "over_limit" if length[1] <= _LONGEST else "bad_reference", "a text too long")
    expected = reference_reading(reference)
    number = plain(answer)
    answer = answer if number else in_usual_spelling(answer).strip()
    answer = without_noun(answer, prompt) if prompt and not number else answer
    if expected.outcome == "bad_reference" and not expected.choice.content:  # no answer can be compared with it
        return Verdict(False, "bad_reference", expected.rule)
    if not number and (rule := _unread(answer, reference, expected, terms)):
        return Verdict(False, "unreadable", rule)
    if expected.choice.content:
        return _with_choice(answer, expected, prompt, terms)
    differ = number and expected.is_plain and number != expected.tree  # then their texts differ too
    if not differ and bare(answer) == expected.inside:
        return Verdict(True, "match", "the same text")
    given = number_reading(answer, number) if number else answer_reading(bare(answer))
    return _by_readings(answer, given, expected, prompt, terms)


def _unread(answer: str, reference: str, expected: TextReading, terms: _Terms) -> str:
    """Why an answer is refused before it is read; empty where it is read."""
    blurred = "~" in answer and _BLURRED.match(answer)
    if blurred and answer not in (expected.choice.content, in_usual_spelling(reference).strip()):
        return "approximation: a tilde before the value"
    word = "" if terms.sentences else stray_word(answer, reference)
    return f"sentences are not read: {word!r} is no part of a value" if word else ""


def _by_readings(answer: str, given: TextReading, expected: TextReading, prompt: str | None, terms: _Terms) -> Verdict:
    """The verdict on two texts that differ."""
    if expected.tree is None:
        return _by_tokens(answer, expected)
    try:
        seen = _at_sight(answer, given.tree, expected, expected.tree)
        verdict = _by_values(given, expected, expected.tree, terms) if seen is None else seen
        if verdict.outcome == "mismatch" and given.tree is not None:
            close = closeness(given.tree, expected.tree, terms.tolerance)
            verdict = Verdict(True, "match", close) if close else verdict
        echoed = verdict.equal and prompt and given.tree and _repeats(answer, given.tree, expected.tree, prompt)
        return Verdict(False, "echo", "repeats an expression of the prompt") if echoed else verdict
    except Spent as end:
        return Verdict(False, "undecided", str(end))
    except OverLimit as refusal:
        return Verdict(False, "over_limit", str(refusal))
    except WorkerLost as loss:
        return Verdict(False, "worker_lost", str(loss))


def _by_tokens(answer: str, expected: TextReading) -> Verdict:
    """The verdict on a reference without a reading."""
    if tokens_of(answer) == tokens_of(expected.text) or (
        expected.unread is not None and answer_reading(bare(answer)).tree == expected.unread
    ):
        return Verdict(True, "match", "the same tokens, of a reference without a reading")
    return Verdict(False, "mismatch", f"not the tokens of a reference without a reading: {expected.rule}")


def _with_choice(answer: str, expected: TextReading, prompt: str | None, terms: _Terms) -> Verdict:
    """The verdict on a reference that gives a choice's letter, alone or with its content."""
    letter, content = expected.choice
    given = choice_and_content(bare(answer))
    if given.letter and given.content:
        if given.letter != letter:
            return Verdict(False, "mismatch", "the letter of another choice")
        verdict = _verdict(given.content, content, prompt, terms)
        return Verdict(True, "match", "a choice letter and its content") if verdict.equal else verdict
    if names_choice(answer, None, letter):
        return Verdict(True, "match", "a choice letter")
    return _verdict(answer, content, prompt, terms)


def _repeats(answer: str, given: Tree, expected: Tree, prompt: str) -> bool:
    """Whether an answer only repeats the prompt. Raises `Spent`: looking for that is as bounded as a comparison."""
    repeats, _ = apart(is_echo, given, expected, prompt)
    return repeats or repeats_task(answer, prompt) or repeats_sum(answer, given, expected, prompt)


def _at_sight(answer: str, given: Tree | None, wanted: TextReading, expected: Tree) -> Verdict | None:
    """The verdict on words, trees and plain numbers as they stand, on the letter of a choice; None on anything else."""
    letter = choice_of(expected)
    word = expected.head == "mul" or (expected.head == "sym" and not wanted.text.isascii())
    if word and (same := says_word(answer, wanted.text)) is not None:
        return Verdict(same, "match" if same else "mismatch", "the same words")
    if given == expected:
        return Verdict(True, "match", "the same expression")
    if given and is_numeric(given) and is_numeric(expected):
        return _spoken(compare_numbers(given, expected), given, expected)
    letter = wanted.choice.letter or letter
    if letter and names_choice(answer, given, letter):
        return Verdict(True, "match", "a choice letter")
    said = expected.head in ("text", "special") and says(answer, expected)
    return Verdict(True, "match", "the same words") if said else None


def _by_values(given: TextReading, wanted: TextReading, expected: Tree, terms: _Terms) -> Verdict:
    """The verdict by canonical forms, by the texts' other readings, and by the worker at last."""
    if given.tree is None:
        return apart(_named_in_a_sentence, given, wanted, expected)[0]
    tree = given.tree
    if "apply" in heads(tree) or "apply" in heads(expected):
        tree, expected = aligned(tree, expected)
    try:
        finding, _ = apart(_by_rules, given, wanted, tree, expected)
    except Spent as end:  # open, as is what lies beyond the rules
        finding = Finding(None, str(end))
    if finding.equal is None and terms.questions:
        finding = terms.questions.about(tree, expected)
    return _spoken(finding, tree, expected)


def _by_rules(given: TextReading, wanted: TextReading, tree: Tree, expected: Tree) -> Finding:
    """The finding without the worker: the first that agrees, or that on the first readings. Raises `Spent`."""
    if given.work or wanted.work:
        charge(given.work + wanted.work)
    finding = compare_settled(tree, expected)
    if finding.equal is False:
        found = (compare_settled(*aligned(one, two)) for one, two in _other_pairs(given, wanted))
        finding = next((other for other in found if other.equal), finding)
    return finding


def _named_in_a_sentence(given: TextReading, wanted: TextReading, expected: Tree) -> Verdict:
    """The verdict on a text that gives no one value, but perhaps a list or a place in a sentence."""
    places = [one for one in wanted.others() if one.head == "ordinal"]  # seldom any: then its own aren't looked for
    if places and any(place in places for place in given.others()):
        return Verdict(True, "match", "the same place")
    if given.outcome == "several_values" and kind(expected) in _LISTS:
        for listed in given.others():
            return _spoken(compare_settled(listed, expected), listed, expected)
    return Verdict(False, given.outcome, given.rule)


def _other_pairs(given: TextReading, wanted: TextReading) -> Iterator[tuple[Tree, Tree]]:
    """The pairs of readings but the first of each, the preferred ones first."""
    if not (given.others() or wanted.others()):
        return
    mine, theirs = given.all(), wanted.all()
    chains = mine[:1] and mine[0].head == theirs[0].head == "list"  # a = b = 5 and a = c = 5 have a name in common
    pairs = (
        (rank + other, one, two)
        for rank, one in enumerate(mine)
        for other, two in enumerate(theirs)
        if not (chains and one.head == two.head == "rel")
    )
    yield from ((one, two) for rank, one, two in sorted(pairs, key=lambda pair: pair[0]) if rank)


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
