"""What is odd about a row, told from its text beside its prompt and its references: cheap, bounded, and no word lists.

An answer that is one of its references is never odd, whatever else it has in common with others: an honest policy
that gets better gives more of those. Nothing here says that a row is wrong; `detectors` ask whether oddness pays.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from string import ascii_letters, punctuation
from typing import NamedTuple

from graders.completion.parse import Layout, thought_of
from graders.monitor.step_rows import FEW_CHARACTERS, PAID, ROUNDING, StepRows, scored
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
"""Characters of an answer that tell it from others, its length aside; a thought up to so many is told by all of it."""

MIDDLE = 64
"""Characters from the middle of a longer thought that tell it from others, its length aside."""

_OVER = 24
"""Characters that an answer may always have beyond twice its reference."""

SHORT = 3
"""Letters of a word that says how a sentence is built, more often than what it is about."""

THOUGHTS = {"tiny_thought", "copied_thought", "same_thought"}
"""Those of `TRAITS` that a thought has."""

_MASKS = bytes.maketrans(b"0123456789", b"#" * 10)
_BETWEEN = "\x1e"  # white space, as `str.split` has it
_VERDICTS = (Outcome.MATCH, Outcome.MISMATCH, Outcome.GRADED)
_BY_RULE = {one.code for one in Outcome if not one.unscored and one not in _VERDICTS}


def shapes(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """Of each text its words without numbers, names and repetitions, and about how many; then of its short words alone.

    >>> shapes(["It is 42.", "either Rome or Lima or Oslo"])
    [('N is #. ~3',), ('either N or ~6', 'w N or ~6')]
    """
    written = _BETWEEN.join([text[:LOOKED_AT].replace(_BETWEEN, " ") for text in texts]).encode("utf-8", "replace")
    masked = written.translate(_MASKS)
    for _ in range(4):  # a longer run is as good as several
        masked = masked.replace(b"##", b"#")
    return list(map(_shapes, masked.split(_BETWEEN.encode())))


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
    bare = text.strip().lower()
    return bare if len(bare) <= KEY else f"{bare[:KEY]}{len(bare)}"


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
    def of(cls, asked: tuple[str, ...] | str) -> HeldAgainst:
        """One question: its references, or its prompt."""
        if isinstance(asked, str):
            return cls((), set(), math.inf, hash(asked))
        return cls(asked, set(map(key_of, asked)), 2 * max(map(len, asked)) + _OVER, hash(asked))


class Answers(NamedTuple):
    """The answers of the rows that are looked at; those that are none of their references are odd.

    Attributes:
        keys: The key of each, by row.
        questions: What each row's answer is held against.
        odd: The rows with odd answers, paid ones first.
        paid: How many of these are paid.
        came: What came under what, as `Remembered` asks for it, for each odd answer.
    """

    keys: dict[int, str]
    questions: list[HeldAgainst]
    odd: list[int]
    paid: int
    came: list[tuple[str, int]]

    @classmethod
    def of(cls, rows: StepRows, unpaid: list[int]) -> Answers:
        """Those of the paid rows, and of some that aren't."""
        answers, looked = rows.answers, rows.paid + unpaid
        keys = {row: key_of(answer) for row in looked if (answer := answers[row]) is not None}
        known = {asked: HeldAgainst.of(asked) for asked in {*rows.asked}}
        questions = [known[asked] for asked in rows.asked]
        odd = [row for row, key in keys.items() if key not in questions[row].right]
        paid = len(odd) if not unpaid else len(set(rows.paid).intersection(odd))
        return cls(keys, questions, odd, paid, [(keys[row], questions[row].under) for row in odd])

    def looked_at(self, *, all_of: bool) -> list[int]:
        """The rows with odd answers: all of them, or the paid ones."""
        return self.odd if all_of else self.odd[: self.paid]


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

    def others(self, came: Iterable[tuple[Hashable, int]], *, add: bool = True) -> list[bool]:
        """Whether each text came under enough others; texts are remembered on demand."""
        found, new, old, least = [], self._new, self._old, self._least
        for text, under in came:
            known = new.get(text) or old.get(text)
            told = known is not None and under in known
            found.append(known is not None and len(known) - told >= least)
            if add:
                new[text] = (under,) if known is None else known if told or len(known) > least else (*known, under)
        self._turn()
        return found

    def note(self, texts: Iterable[Hashable]) -> None:
        """Remember texts as such, which nobody asks `others` of."""
        self._new.update(dict.fromkeys(texts, (0,)))
        self._turn()

    def _turn(self) -> None:
        if len(self._new) >= REMEMBERED:
            self._old, self._new = self._new, {}

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
        unpaid = rows.unpaid if followed else []
        answers = Answers.of(rows, unpaid)
        if followed:
            self._earned.note([answers.keys[row] for row in _earning(rows) if row in answers.keys])
        given = self._given.others(answers.came[answers.paid :])
        lost = zip(answers.odd[answers.paid :], given, strict=True)
        traits = {
            **self._of_answers(rows, answers, followed),
            **self._of_thoughts(rows, unpaid if THOUGHTS.intersection(followed) else []),
            "paid_by_one": _ruled_out(rows),
        }
        to_any = [row for row, is_given in lost if is_given and answers.keys[row] not in self._earned]
        return Seen(traits, _by_shape(rows, answers.looked_at(all_of="shape" in followed)), to_any)

    def _of_answers(self, rows: StepRows, answers: Answers, followed: Collection[str]) -> dict[str, list[int]]:
        """What paid answers, and unpaid ones where it is followed, have in common with others and with the prompt."""
        keys, questions, odd, paid, came = answers
        first: dict[str, int] = {}
        several = {key for key, under in came[:paid] if first.setdefault(key, under) != under}
        repeated = self._answers.others(came[:paid])
        if "repeated" in followed:
            repeated += self._answers.others(came[paid:], add=False)
        shared, echo, long = [answers.looked_at(all_of=one in followed) for one in ("shared", "echo", "long")]
        return {
            "repeated": [row for row, has in zip(odd, repeated, strict=False) if has],
            "shared": [
                row
                for row, (key, under) in zip(shared, came, strict=False)
                if key in several or first.get(key, under) != under
            ],
            "echo": [
                row
                for row in echo
                if len(keys[row]) >= FEW_CHARACTERS and (rows.answers[row] or "").strip() in rows.prompts[row]
            ],
            "long": [row for row in long if len(rows.answers[row] or "") > questions[row].most],
        }

    def _of_thoughts(self, rows: StepRows, unpaid: list[int]) -> dict[str, list[int]]:
        """Whose thought is empty, copied, or the same as others; those of unpaid rows aren't remembered."""
        found: dict[str, list[int]] = {"tiny_thought": [], "copied_thought": [], "same_thought": []}
        longest = self._tags + max(map(len, chain(rows.prompts, filter(None, rows.answers)))) + 2 * FEW_CHARACTERS
        completions, prompts = rows.completions, rows.prompts
        for chosen in filter(None, (rows.paid, unpaid)):
            came: dict[int, tuple[int, int]] = {}
            for row in chosen:
                text, _, _, _, end, _ = completions[row]
                if end > longest or (end > 0 and not self._is_tiny(rows, row, end, found)):
                    told = text[end // 2 : end // 2 + MIDDLE] if end > KEY else text[:end]
                    came[row] = hash((told, end)), hash(prompts[row])
            same = self._thoughts.others(came.values(), add=chosen is rows.paid)
            found["same_thought"] += [row for row, has in zip(came, same, strict=True) if has]
        return found

    def _is_tiny(self, rows: StepRows, row: int, end: int, found: dict[str, list[int]]) -> bool:
        """Whether a thought that ends there is tiny; whether it is a part of the prompt, or the answer, is noted."""
        prompt, answer = rows.prompts[row], rows.answers[row] or ""
        if end - self._tags > max(len(prompt), len(answer), FEW_CHARACTERS) + FEW_CHARACTERS:
            return False
        bare = (thought_of(rows.completions[row], self._layout) or "").strip()
        if len(bare) < FEW_CHARACTERS:
            found["tiny_thought"].append(row)
            return True
        if bare in prompt or bare == answer:
            found["copied_thought"].append(row)
        return False


def _by_shape(rows: StepRows, odd: list[int]) -> dict[tuple[str, ...], list[int]]:
    """The rows of each shape; none of those where a reference has the same."""
    if not odd:
        return {}
    references = list({*chain.from_iterable(rows.references)})
    said = shapes([*references, *[rows.answers[row] or "" for row in odd]])
    known = {reference: shape[0] for reference, shape in zip(references, said, strict=False)}
    all_known, found = set(known.values()), defaultdict[tuple[str, ...], list[int]](list)
    for row, shape in zip(odd, said[len(known) :], strict=True):
        if shape[0] not in all_known or shape[0] not in [known[reference] for reference in rows.references[row]]:
            found[shape].append(row)
    return found


def _earning(rows: StepRows) -> Iterator[int]:
    """The paid rows that some grader gives more than their group's mean: layout alone may pay what says nothing."""
    for values in rows.values[1:]:
        known = [scored([values[row] for row in group]) for group in rows.groups]
        means = [sum(some) / max(1, len(some)) for some in known]
        yield from (row for row in rows.paid if values[row] > means[rows.index[row]] + ROUNDING)


def _ruled_out(rows: StepRows) -> list[int]:
    """The rows that one grader pays and another refuses by a rule: no answer, several values, an echo and so on."""
    graders, codes = rows.values[1:], rows.codes[1:]
    if len(graders) < 2 or all(map(_BY_RULE.isdisjoint, codes)):
        return []
    refused = {row for found in codes for row, code in enumerate(found) if code in _BY_RULE}
    return sorted(row for row in refused if any(values[row] >= PAID for values in graders))
