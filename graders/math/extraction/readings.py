"""What became of a text: its readings, or why it has none, and the formulas parsed for it. Equal texts are read once.

A text is read without a look at what it is compared with. Its first reading is its tree; what it may also mean
(`alternatives`) is worked out when the first pair did not agree, and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from graders.math.decide.ordered_products import in_order
from graders.math.decide.scalars import is_scalar, quantity
from graders.math.decide.tolerance import without_noise
from graders.math.extraction.alternatives import other_readings
from graders.math.extraction.answer import read_answer
from graders.math.extraction.choices import NO_CHOICE, Choice, choice_and_content
from graders.math.extraction.dialects import in_usual_spelling, with_unit_apart
from graders.math.extraction.formulas import Formulas
from graders.math.extraction.labels import labelled
from graders.math.extraction.notes import in_notation, multiplies_in_order
from graders.math.extraction.reference import read_reference
from graders.math.grammar.plain import plain
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.tokens import tokenize
from graders.math.lexis.wrappers import bare
from graders.math.limits import OverLimit
from graders.math.numbers.domain import is_defined, is_polynomial
from graders.math.numbers.prime_powers import prime_powers
from graders.math.tree import Tree, heads
from graders.math.verdict import Refused
from graders.math.work import Spent, apart, charge

_CACHED = 2048
_SHORT = 100
"""Characters below which a plain expression can cross no ceiling."""
_NOT_READ = frozenset(("unreadable", "over_limit", "mismatch"))
"""Outcomes of references that may still be met by the same tokens."""
_ASKS_FOR_MORE = frozenset("+-*/^_=<>")
_NOTHING_PARSED = Formulas()
_ATOMS = frozenset(("num", "decimal", "sym", "const"))


@dataclass(slots=True)
class TextReading:
    """What became of a text: its settled tree, or the outcome and rule that refuse it."""

    text: str
    tree: Tree | None
    formulas: Formulas
    """For other readings of the same text: what was parsed is not parsed again."""
    outcome: str = ""
    rule: str = ""
    is_answer: bool = True
    unread: Tree | None = None
    """Of a reference that is too large to be worked out: its tree, which the same tree meets."""
    choice: Choice = NO_CHOICE
    """Of a reference: the letter that it gives, and the text behind it."""
    inside: str = ""
    """Of a reference: the whole text without what wraps it."""
    is_plain: bool = False
    """Whether it is a number as written, which needs no parsing (`grammar.plain`)."""
    work: int = 0
    """What reading it took, to be charged to whoever compares it."""
    _others: tuple[Tree, ...] | None = None
    _others_work: int = 0

    def others(self) -> tuple[Tree, ...]:
        """What the text may also mean, the likeliest first; worked out when first asked for."""
        if self._others is None:
            found, self._others_work = apart(
                other_readings, self.text, self.tree, self.formulas, is_answer=self.is_answer
            )
            self._others = found
        if self._others_work:
            charge(self._others_work)
        return self._others

    def all(self) -> tuple[Tree, ...]:
        """The readings in order of preference."""
        return self.others() if self.tree is None else (self.tree, *self.others())


def _reading(read: Callable[[str, Formulas], Tree], text: str) -> TextReading:
    """What becomes of a text by itself, whoever asks first and whatever work is left to him."""
    reading, work = apart(_read, read, text)
    reading.work = work
    return reading


def _read(read: Callable[[str, Formulas], Tree], text: str) -> TextReading:
    formulas, is_answer = Formulas(), read is read_answer
    try:
        written = in_notation(text)
        tree = labelled(written) or read(written, formulas)
        tree = in_order(tree) if multiplies_in_order(written) else tree
        return TextReading(text, tree, formulas, is_answer=is_answer)
    except Refused as refusal:
        return TextReading(text, None, formulas, refusal.outcome, refusal.rule, is_answer)
    except (OverLimit, Spent) as refusal:
        return TextReading(text, None, formulas, "over_limit", str(refusal), is_answer)
    except Unreadable as refusal:
        return TextReading(text, None, formulas, "unreadable", str(refusal), is_answer)


def number_reading(text: str, number: Tree) -> TextReading:
    """The reading of an answer that is a number as written, in any spelling."""
    return TextReading(text, without_noise(number), _NOTHING_PARSED, is_plain=True)


@lru_cache(maxsize=_CACHED)
def answer_reading(text: str) -> TextReading:
    """The reading of an answer in the usual spelling (`dialects`)."""
    if (number := plain(text)) is not None:
        return number_reading(text, number)
    reading = _reading(read_answer, text)
    if reading.tree is not None and "decimal" in heads(reading.tree):
        reading.tree = without_noise(reading.tree)
    return reading


@lru_cache(maxsize=_CACHED)
def reference_reading(text: str) -> TextReading:
    """The reading of a reference.

    One that says nothing, or contradicts itself, has the outcome `bad_reference`: no answer can be compared with it.
    One that has no reading (`unreadable`, `over_limit`) pays an answer of the same tokens.
    """
    given = content = text
    choice, number = NO_CHOICE, plain(text)
    if number is None:
        text = in_usual_spelling(text).strip()
        choice = choice_and_content(bare(text))
        content = with_unit_apart(choice.content or text)
        number = plain(content) if content != given else None
    if number is None:
        reading = _reading(read_reference, content)
    else:
        reading = TextReading(content, number, _NOTHING_PARSED, is_answer=False, is_plain=True)
    reading.choice, reading.inside = choice, bare(text)
    if reading.tree is None:
        if reading.outcome not in _NOT_READ or text.rstrip("$ ")[-1:] in _ASKS_FOR_MORE or not tokens_of(text):
            reading.outcome = "bad_reference"
    elif is_scalar(reading.tree):
        _check_value(reading, reading.tree)
    return reading


def _check_value(reading: TextReading, tree: Tree) -> None:
    """Take its tree from a reference that has no value, or that is too large to be worked out."""
    try:
        if not _has_value(tree, reading):
            reading.tree, reading.outcome, reading.rule = None, "bad_reference", "the expression has no value"
    except Spent:  # nothing is known against it
        pass
    except OverLimit as refusal:
        if prime_powers(tree) is None:
            reading.tree, reading.unread, reading.outcome, reading.rule = None, tree, "over_limit", str(refusal)


def tokens_of(text: str) -> tuple[str, ...]:
    """What a text is made of, without spaces and what only wraps or places things; compared where nothing is read."""
    try:
        spelt = bare(text).replace(r"\times", r"\cross ")  # the tokenizer has one sign for all products
        return tuple(token[1] for token in tokenize(spelt) if token[0] != "$")
    except (Unreadable, OverLimit):
        return tuple("".join(bare(text).split()))


def _has_value(tree: Tree, reading: TextReading) -> bool:
    if tree.head in _ATOMS:
        return True
    value = quantity(tree).value
    if value.head in _ATOMS or (len(reading.text) < _SHORT and is_polynomial(value)):
        return True
    has_value, work = apart(is_defined, value)
    reading.work += work
    return has_value
