"""What is odd about a row, told from its text beside its prompt and its references: cheap, bounded, and no word lists.

An answer that is one of its references is never odd, whatever else it has in common with others: an honest policy
that gets better gives more of those. Nothing here says that a row is wrong; `detectors` ask whether oddness pays.
"""

from __future__ import annotations

from functools import lru_cache
from string import ascii_letters, punctuation
from typing import NamedTuple

import numpy as np

from graders.completion.parse import Completion, Layout, thought_of
from graders.figures.grouping import Flags
from graders.monitor.step_rows import TRAITS, StepRows

NAMES = list(TRAITS)

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

_MASKS = bytes.maketrans(b"0123456789", b"#" * 10)


@lru_cache(maxsize=REMEMBERED)
def shapes(text: str) -> tuple[str, ...]:
    """A text's words without numbers, names and repetitions, and about how many; then of its short words alone.

    >>> shapes("It is 42.")
    ('N is #. ~3',)
    >>> shapes("either Rome or Lima or Oslo")
    ('either N or ~6', 'w N or ~6')
    """
    masked = text[:LOOKED_AT].encode("utf-8", "replace").translate(_MASKS)
    for _ in range(4):  # a longer run is as good as several
        masked = masked.replace(b"##", b"#")
    words = masked.decode("utf-8", "ignore").split()
    about = f"~{len(words) if len(words) < 4 else 6 if len(words) < 8 else 12 if len(words) < 16 else 24}"
    kept = dict.fromkeys(["N" + word.lstrip(ascii_letters) if word[0].isupper() else word for word in words])
    short = dict.fromkeys([_by_length(word) for word in kept])
    return tuple(dict.fromkeys(" ".join([*some, about]) for some in (kept, short)))


def _by_length(word: str) -> str:
    """A word, or what stands for a longer one, with the marks behind it."""
    core = word.rstrip(punctuation)
    return f"w{word[len(core) :]}" if len(core) > SHORT and core.isalpha() else word


@lru_cache(maxsize=REMEMBERED)
def key_of(text: str) -> str:
    """What tells an answer from others: case and white space around it don't."""
    bare = text.strip().lower()
    return bare if len(bare) <= KEY else f"{bare[:KEY]}{len(bare)}"


class Seen(NamedTuple):
    """What is odd about the rows of a step that were looked at.

    Attributes:
        flags: Which row has which of `TRAITS`, shape (t, n).
        patterns: The shapes of the odd answers, which are none of their references, by row.
        own: Which rows have an answer, and not one that is given to any question and never paid, such as "I don't
            know": whoever gives up earns less than all others, whatever these do.
    """

    flags: Flags
    patterns: dict[int, tuple[str, ...]]
    own: Flags


class Remembered:
    """Under which references, or prompts, texts were paid: the last `REMEMBERED` texts, and at most twice as many."""

    def __init__(self, least: int = OTHERS) -> None:
        self._least = least
        self._new: dict[object, set[int]] = {}
        self._old: dict[object, set[int]] = {}

    def others(self, text: object, under: int, *, add: bool) -> bool:
        """Whether a text was paid under enough others; it is remembered where it is paid now."""
        known = self._new.get(text) or self._old.get(text)
        if known is None:
            if add:
                self._add(text, {under})
            return False
        others = len(known) - (under in known) >= self._least
        if add:
            self._add(text, known)
            if len(known) <= self._least:
                known.add(under)
        return others

    def __contains__(self, text: object) -> bool:
        return text in self._new or text in self._old

    def _add(self, text: object, known: set[int]) -> None:
        if len(self._new) >= REMEMBERED:
            self._old, self._new = self._new, {}
        self._new[text] = known


class Memory:
    """Looks at rows, and remembers what was paid before; it doesn't grow."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._tags = len(layout.think_open) + len(layout.think_close)
        self._answers, self._thoughts = Remembered(), Remembered()
        self._given, self._earned = Remembered(GIVEN), Remembered()

    def look(self, rows: StepRows, ruled_out: Flags, *, unpaid: bool) -> Seen:
        """What is odd about the rows of a step, which are remembered.

        Args:
            rows: The rows.
            ruled_out: The rows of which one component pays what another refuses by a rule.
            unpaid: Whether unpaid rows are looked at too: nobody needs them until something is suspected.
        """
        flags = np.zeros((len(NAMES), len(rows)), dtype=np.bool_)
        flags[-1] = ruled_out
        own = np.array([answer is not None for answer in rows.answers])
        patterns: dict[int, tuple[str, ...]] = {}
        where: dict[str, set[int]] = {}
        keys: list[tuple[int, str, int]] = []
        paid = rows.paid.tolist()
        for row in range(len(rows)) if unpaid else np.flatnonzero(rows.paid).tolist():
            text, prompt, references = rows.completions[row], rows.prompts[row], rows.references[row]
            if text.thought_end > 0:
                self._thought(flags, row, text, prompt, paid=paid[row])
            answer = text.answer
            if answer is None:
                continue
            key = key_of(answer)
            if unpaid and paid[row]:
                self._earned.others(key, 0, add=True)
            if answer in references or key in map(key_of, references):
                continue
            under = hash(references or prompt)
            patterns[row] = _patterns(answer, references)
            flags[0, row] = self._answers.others(key, under, add=paid[row])
            flags[2, row] = len(key) >= FEW_CHARACTERS and answer.strip() in prompt
            flags[3, row] = bool(references) and len(answer) > 2 * max(map(len, references)) + _OVER
            own[row] = not (unpaid and self._given.others(key, under, add=True)) or key in self._earned
            keys.append((row, key, under))
            if paid[row]:
                where.setdefault(key, set()).add(under)
        for row, key, under in keys:
            flags[1, row] = bool(where.get(key, set()) - {under})
        return Seen(flags, patterns, own)

    def _thought(self, flags: Flags, row: int, text: Completion, prompt: str, *, paid: bool) -> None:
        """Whether a thought is empty, copied, or the same as others."""
        room = text.thought_end - self._tags
        if room <= max(len(prompt), len(text.answer or ""), FEW_CHARACTERS) + FEW_CHARACTERS:
            bare = (thought_of(text, self._layout) or "").strip()
            if len(bare) < FEW_CHARACTERS:
                flags[4, row] = True
                return
            flags[5, row] = bare in prompt or bare == text.answer
        if prompt:
            key = text.text[: min(text.thought_end, KEY)], text.thought_end
            flags[6, row] = self._thoughts.others(key, hash(prompt), add=paid)


def _patterns(answer: str, references: tuple[str, ...]) -> tuple[str, ...]:
    """The shapes of an answer; none where a reference has the same."""
    found = shapes(answer[:LOOKED_AT])
    return () if any(found[0] == shapes(one[:LOOKED_AT])[0] for one in references) else found
