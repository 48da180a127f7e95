"""What is odd about a row, told from its text beside its prompt and its references: cheap, bounded, and no word lists.

An answer that is one of its references is never odd, whatever else it has in common with others: an honest policy
that gets better gives more of those. Nothing here says that a row is wrong; `detectors` ask whether oddness pays.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable
from functools import lru_cache
from itertools import chain
from string import ascii_letters, punctuation
from typing import NamedTuple

from graders.completion.parse import Layout, thought_of
from graders.monitor.step_rows import PAID, StepRows
from graders.vocabulary.outcome import Outcome

OTHERS = 3
"""So many other references, or prompts, make an answer repeated."""

GIVEN = 12
"""So many other references make an answer one that is given to any question."""

REMEMBERED = 4096
"""So many answers, and so many thoughts, are remembered; of each no more than `OTHERS` + 1 references."""

LOOKED_AT = 80
"""Characters of an answer that make its shape."""

KEY = 256
"""Characters of an answer, or a thought, that tell it from others, its length aside."""

FEW_CHARACTERS = 3
"""An answer or a thought below this is too short to be copied from anywhere; a thought is empty."""

_OVER = 24
"""Characters that an answer may always have beyond twice its reference."""

SHORT = 3
"""Letters of a word that says how a sentence is built, more often than what it is about."""

THOUGHTS = {"empty_thought", "copied_thought", "same_thought"}
"""Those of `TRAITS` that a thought has."""

_MASKS = bytes.maketrans(b"0123456789", b"#" * 10)
_BETWEEN = b"\xff"  # stands in no UTF-8
_VERDICTS = (Outcome.MATCH, Outcome.MISMATCH, Outcome.GRADED)
_BY_RULE = {one.code for one in Outcome if not one.unscored and one not in _VERDICTS}


def shapes(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """Of each text its words without numbers, names and repetitions, and about how many; then of its short words alone.

    >>> shapes(["It is 42.", "either Rome or Lima or Oslo"])
    [('N is #. ~3',), ('either N or ~6', 'w N or ~6')]
    """
    written = _BETWEEN.join([text[:LOOKED_AT].encode("utf-8", "replace") for text in texts])
    masked = written.translate(_MASKS)
    for _ in range(4):  # a longer run is as good as several
        masked = masked.replace(b"##", b"#")
    return list(map(_shapes, masked.split(_BETWEEN)))


@lru_cache(maxsize=REMEMBERED)
def _shapes(masked: bytes) -> tuple[str, ...]:
    words = masked.decode("utf-8", "ignore").split()
    about = f"~{len(words) if len(words) < 4 else 6 if len(words) < 8 else 12 if len(words) < 16 else 24}"
    kept = dict.fromkeys(["N" + word.lstrip(ascii_letters) if word[0].isupper() else word for word in words])
    short = dict.fromkeys([_by_length(word) for word in kept])
    return tuple(dict.fromkeys(" ".join([*some, about]) for some in (kept, short)))


def _by_length(word: str) -> str:
    """A word, or what stands for a longer one, with the marks behind it."""
    core = word.rstrip(punctuation)
    return f"w{word[len(core) :]}" if len(core) > SHORT and core.isalpha() else word


def key_of(text: str) -> str:
    """What tells an answer from others: case and white space around it don't."""
    bare = text.strip()
    return bare.lower() if len(bare) <= KEY else f"{bare[:KEY].lower()}{len(bare)}"


class HeldAgainst(NamedTuple):
    """What the answers to one question are held against.

    Attributes:
        references: The acceptable ones; none where unknown.
        right: Their keys.
        most: An answer with more characters is long.
        under: Stands for the references; for the prompt, where there are none.
    """

    references: tuple[str, ...]
    right: set[str]
    most: float
    under: int

    @classmethod
    def of(cls, references: tuple[str, ...], prompt: str) -> HeldAgainst:
        """One question."""
        if not references:
            return cls((), set(), math.inf, hash(prompt))
        return cls(references, set(map(key_of, references)), 2 * max(map(len, references)) + _OVER, hash(references))


Answer = tuple[int, str, str, HeldAgainst]
"""A row with an answer: its number, the answer, the answer's key, what it is held against."""


class Seen(NamedTuple):
    """What is odd about the rows of a step that were looked at.

    Attributes:
        traits: Which rows have which of `TRAITS`.
        shapes: Which rows have which shapes, of the odd answers.
        to_any: The rows that give what is given to any question and never paid, such as "I don't know": whoever gives
            up earns less than all others, whatever these do.
    """

    traits: dict[str, list[int]]
    shapes: dict[tuple[str, ...], list[int]]
    to_any: list[int]


class Remembered:
    """Under which references, or prompts, texts came: the last `REMEMBERED` texts, and at most twice as many."""

    def __init__(self, least: int = OTHERS) -> None:
        self._least = least
        self._new: dict[Hashable, tuple[int, ...]] = {}
        self._old: dict[Hashable, tuple[int, ...]] = {}

    def others(self, text: Hashable, under: int, *, add: bool = True) -> bool:
        """Whether a text came under enough others; it is remembered on demand."""
        known = self._new.get(text) or self._old.get(text, ())
        told = under in known
        if add:
            if len(self._new) >= REMEMBERED:
                self._old, self._new = self._new, {}
            self._new[text] = known if told or len(known) > self._least else (*known, under)
        return len(known) - told >= self._least

    def __contains__(self, text: Hashable) -> bool:
        return text in self._new or text in self._old


class Memory:
    """Looks at rows, and remembers what was paid before; it doesn't grow."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._tags = len(layout.think_open) + len(layout.think_close)
        self._answers, self._earned, self._thoughts = Remembered(), Remembered(), Remembered()
        self._given = Remembered(GIVEN)

    def look(self, rows: StepRows, followed: Collection[str] = ()) -> Seen:
        """What is odd about the paid rows of a step, which are remembered.

        Args:
            rows: The rows.
            followed: What is suspected, names of `TRAITS` or ``shape``: unpaid rows are looked at for it too, where a
                group has any spread of rewards.
        """
        paid, unpaid = rows.paid, _unpaid(rows) if followed else []
        asked = _asked(rows, paid + unpaid)
        earned = _keyed(rows.answers, paid, asked)
        odd, lost = _odd(earned), _odd(_keyed(rows.answers, unpaid, asked))
        if followed:
            for _, _, key, _ in earned:
                self._earned.others(key, 0)
        to_any = [row for row, _, key, one in lost if self._given.others(key, one.under) and key not in self._earned]
        traits = {
            **self._of_answers(rows.prompts, odd, lost, followed),
            **self._of_thoughts(rows, paid, [] if THOUGHTS.isdisjoint(followed) else unpaid),
            "paid_by_one": _ruled_out(rows),
        }
        return Seen(traits, _by_shape(odd + lost if "shape" in followed else odd), to_any)

    def _of_answers(
        self, prompts: list[str], odd: list[Answer], lost: list[Answer], followed: Collection[str]
    ) -> dict[str, list[int]]:
        """What paid answers, and unpaid ones where it is followed, have in common with others and with the prompt."""
        first: dict[str, int] = {}
        several = {key for _, _, key, one in odd if first.setdefault(key, one.under) != one.under}
        looked = {trait: odd + lost if trait in followed else odd for trait in ("shared", "echo", "long")}
        found = {
            "repeated": [row for row, _, key, one in odd if self._answers.others(key, one.under)],
            "shared": [
                row for row, _, key, one in looked["shared"] if key in several or first.get(key, one.under) != one.under
            ],
            "echo": [
                row
                for row, answer, key, one in looked["echo"]
                if len(key) >= FEW_CHARACTERS and answer.strip() in prompts[row]
            ],
            "long": [row for row, answer, _, one in looked["long"] if len(answer) > one.most],
        }
        if "repeated" in followed:
            found["repeated"] += [row for row, _, key, one in lost if self._answers.others(key, one.under, add=False)]
        return found

    def _of_thoughts(self, rows: StepRows, paid: list[int], unpaid: list[int]) -> dict[str, list[int]]:
        """Whose thought is empty, copied, or the same as others."""
        found: dict[str, list[int]] = {trait: [] for trait in THOUGHTS}
        longest = self._tags + 2 * FEW_CHARACTERS + max(map(len, rows.prompts + [one or "" for one in rows.answers]))
        for place, row in enumerate(paid + unpaid):
            completion, prompt = rows.completions[row], rows.prompts[row]
            text, answer, _, _, end, _ = completion
            if end <= 0:
                continue
            if end <= longest and self._is_short(end, prompt, answer):
                bare = (thought_of(completion, self._layout) or "").strip()
                if len(bare) < FEW_CHARACTERS:
                    found["empty_thought"].append(row)
                    continue
                if bare in prompt or bare == answer:
                    found["copied_thought"].append(row)
            key = hash((text[:KEY] if end > KEY else text[:end], end))
            if prompt and self._thoughts.others(key, hash(prompt), add=place < len(paid)):
                found["same_thought"].append(row)
        return found

    def _is_short(self, end: int, prompt: str, answer: str | None) -> bool:
        """Whether a thought that ends there may be a part of the prompt, or the answer."""
        return end - self._tags <= max(len(prompt), len(answer or ""), FEW_CHARACTERS) + FEW_CHARACTERS


def _unpaid(rows: StepRows) -> list[int]:
    """The scored rows that aren't paid, of groups in which some earn more than others."""
    left_out = {*rows.paid, *rows.unscored}
    of_spread = chain.from_iterable(group for group, has in zip(rows.groups, rows.spread, strict=True) if has)
    return [row for row in of_spread if row not in left_out]


def _asked(rows: StepRows, chosen: list[int]) -> dict[int, HeldAgainst]:
    """What the answers of some rows are held against."""
    known: dict[tuple[str, ...] | str, HeldAgainst] = {}
    asked = {}
    for row in chosen:
        references, prompt = rows.references[row], rows.prompts[row]
        question = references or prompt
        asked[row] = known.get(question) or known.setdefault(question, HeldAgainst.of(references, prompt))
    return asked


def _keyed(answers: list[str | None], chosen: list[int], asked: dict[int, HeldAgainst]) -> list[Answer]:
    """Of some rows those with an answer."""
    return [(row, answer, key_of(answer), asked[row]) for row in chosen if (answer := answers[row]) is not None]


def _odd(keyed: list[Answer]) -> list[Answer]:
    """Those whose answer is none of their references."""
    return [one for one in keyed if one[2] not in one[3].right]


def _by_shape(odd: list[Answer]) -> dict[tuple[str, ...], list[int]]:
    """The rows of each shape; none of those where a reference has the same."""
    references = list({reference for *_, one in odd for reference in one.references})
    said = shapes([*references, *[answer for _, answer, *_ in odd]]) if odd else []
    known = {reference: shape[0] for reference, shape in zip(references, said, strict=False)}
    all_known = set(known.values())
    rows: dict[tuple[str, ...], list[int]] = {}
    for (row, _, _, one), shape in zip(odd, said[len(known) :], strict=True):
        if shape[0] not in all_known or shape[0] not in [known[reference] for reference in one.references]:
            rows.setdefault(shape, []).append(row)
    return rows


def _ruled_out(rows: StepRows) -> list[int]:
    """The rows that one grader pays and another refuses by a rule: no answer, several values, an echo and so on."""
    graders, codes = rows.values[1:], rows.codes[1:]
    if len(graders) < 2 or all(map(_BY_RULE.isdisjoint, codes)):
        return []
    refused = {row for found in codes for row, code in enumerate(found) if code in _BY_RULE}
    return sorted(row for row in refused if any(values[row] >= PAID for values in graders))
