"""Which part of a completion is its answer: the block, the last box, what a marker introduces, the last line.

One function a setting of ``answer_source``. Each says what it found and by which rule, or the outcome that says why
there is nothing. The text before `start` is the thought, and never read.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from graders.completion.boxed import Box, boxes
from graders.completion.visible import has_visible
from graders.vocabulary.outcome import Outcome

Block = tuple[int, int] | Outcome
"""Where the body of the answer block begins and ends, or why there is none."""


class Found(NamedTuple):
    """An answer as written, and the rule by which it was found, for people."""

    answer: str
    rule: str


def of_block(text: str, _start: int, block: Block) -> Found | Outcome:
    """``answer``: the body of the one answer block."""
    return block if isinstance(block, Outcome) else Found(text[block[0] : block[1]], "the answer block")


def of_last_box(text: str, start: int, _block: Block) -> Found | Outcome:
    """``boxed``: the last box that is not empty; boxes side by side in one sentence are one list."""
    found = boxes(text, start)
    if found is None:
        return Outcome.TRUNCATED
    if not found:
        return Outcome.NO_ANSWER
    full = [box for box in found if has_visible(box.body, 0, len(box.body))]
    return _listed(text, full) if full else Outcome.EMPTY_ANSWER


def of_last_statement(text: str, start: int, block: Block) -> Found | Outcome:
    """``final``: the answer block, else the last box, else what the last marker introduces, else a short last line."""
    if block is not Outcome.NO_ANSWER:
        return of_block(text, start, block)
    boxed = of_last_box(text, start, block)
    if isinstance(boxed, Found) or boxed is Outcome.TRUNCATED:
        return boxed
    return _behind_marker(text, start) or _last_line(text, start) or Outcome.NO_ANSWER


def of_whole_text(text: str, start: int, block: Block) -> Found | Outcome:
    """``lenient``: the answer block, or where there is no answer tag, all that stands behind the thought."""
    if block is not Outcome.NO_ANSWER:
        return of_block(text, start, block)
    if not has_visible(text, start, len(text)):
        return Outcome.EMPTY_ANSWER
    return Found(text[start:], "the whole text" if start == 0 else "the text behind the thought")


ANSWER_SOURCES: dict[str, Callable[[str, int, Block], Found | Outcome]] = {
    "answer": of_block,
    "boxed": of_last_box,
    "final": of_last_statement,
    "lenient": of_whole_text,
}


# -- boxes ---------------------------------------------------------------------------------------------------

_JOINTS = {",": ", ", ";": "; ", "，": ", ", "、": ", ", "and": " and ", "or": " or ", "&": " and "}
"""What may stand between two boxes of one list, dollars, spaces and a comma before the word aside."""
_LONGEST_JOINT = 40


def _listed(text: str, full: list[Box]) -> Found:
    """The last box, with those before it that a comma, `and` or `or` joins to it."""
    answer, rule = full[-1].body, "the last box"
    for before, after in zip(full[-2::-1], full[:0:-1], strict=True):
        joint = _joint(text[before.end : after.start])
        if not joint:
            break
        answer, rule = before.body + joint + answer, "the last boxes, side by side"
    return Found(answer, rule)


def _joint(between: str) -> str:
    if len(between) > _LONGEST_JOINT:
        return ""
    word = between.replace(r"\(", "").replace(r"\)", "").replace(r"\text", "").strip(" $~{}\t\n\\").casefold()
    return _JOINTS.get(word, "") or _JOINTS.get(word.removeprefix(",").strip(), "")


# -- markers and the last line -------------------------------------------------------------------------------

_MARKERS = Path(__file__).with_name("markers.txt")
_DRESSING = " \t:=*_`—-"
"""What may stand between a marker and its answer."""
_DISPLAYS = {"$$": "$$", r"\[": r"\]"}
_SENTENCE_END = re.compile(r"(?<![ .][A-Za-z])[.!](?=\s+[^\W\d_])|[。！]")
"""A full stop before a word; the one of an initial (`p.m. `, `J. Smith`) is none."""
_LONGEST_LINE = 200
"""Characters of a last line that may be one short statement."""


@cache
def markers() -> tuple[str, ...]:
    """What introduces an answer: the longest phrases first."""
    lines = (line.strip() for line in _MARKERS.read_text(encoding="utf-8").splitlines())
    phrases = {line for line in lines if line and (not line.startswith("#") or line == "####")}
    return tuple(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))


@cache
def _marker_pattern() -> re.Pattern[str]:
    return re.compile(r"(?<![^\W\d_])(?:" + "|".join(map(re.escape, markers())) + ")", re.IGNORECASE)


def _behind_marker(text: str, start: int) -> Found | None:
    """What the last marker introduces: the rest of its sentence, or the line or display below it."""
    marks = deque(_marker_pattern().finditer(text, start), maxlen=1)
    if not marks:
        return None
    last = marks.pop()
    begin = last.end()
    line, _, below = text[begin:].partition("\n")
    answer = _statement(line)
    if not answer:
        answer = _statement(below.lstrip())
    return Found(answer, f"the marker {last.group()!r} at character {last.start() + 1}") if answer else None


def _statement(text: str) -> str:
    """The first statement of a text: a display as a whole, else the first sentence of its first line."""
    text = text.lstrip(_DRESSING)
    for opening, closing in _DISPLAYS.items():
        if text.startswith(opening) and (end := text.find(closing, len(opening))) > 0:
            return text[: end + len(closing)]
    line = text.partition("\n")[0]
    stop = _SENTENCE_END.search(line)
    line = line[: stop.start()] if stop else line
    return line.strip().rstrip("*_`").strip()


def _last_line(text: str, start: int) -> Found | None:
    """The last line that is not blank, where it is one short statement."""
    line = text[start:].rstrip().rpartition("\n")[2].strip()
    if not line or len(line) > _LONGEST_LINE or _SENTENCE_END.search(line) or not has_visible(line, 0, len(line)):
        return None
    return Found(line, "the last line")
