r"""Answers that stand in another layout than the one that is read: in a box, behind a marker, in an answer block.

Nothing here is ever paid. It tells people which setting would read what was passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from graders.completion.answer_sources import Found, markers, of_last_box, of_last_statement
from graders.completion.parse import Completion, Layout
from graders.vocabulary.outcome import Outcome

_TAIL = 400
"""Characters of a completion's end in which a marker such as ``####`` is looked for: a search through all is slow."""

HELD = {
    "answer": "an answer block",
    "boxed": r"a \boxed{}",
    "final": "a line such as '#### 72' or 'the answer is 72'",
}
"""What a completion holds that a setting of ``answer_source`` would read, in the order in which they are tried."""


def other_layout(completion: Completion, layout: Layout) -> str | None:
    r"""The ``answer_source`` that reads a completion which this layout finds no answer in; None where none does.

    >>> from graders.completion.parse import parse
    >>> other_layout(parse(r"<think>6*7</think> It is \boxed{42}."), Layout())
    'boxed'
    """
    if completion.fault is not Outcome.NO_ANSWER:
        return None
    text, start = completion.text, max(completion.thought_end, 0)
    if layout.answer_source != "answer" and layout.answer_open in text[start:]:
        return "answer"
    if layout.answer_source != "boxed" and _ends_in_box(text, start):
        return "boxed"
    return "final" if layout.answer_source != "final" and _ends_behind_marker(text, start) else None


def _ends_in_box(text: str, start: int) -> bool:
    """Whether the last box holds something; what stands before it is not looked at, which is quick."""
    last = max(text.rfind(command, start) for command in ("\\boxed", "\\fbox"))
    return last >= 0 and isinstance(of_last_box(text, last, Outcome.NO_ANSWER), Found)


def _ends_behind_marker(text: str, start: int) -> bool:
    """Whether a marker near the end introduces something."""
    start = max(start, len(text) - _TAIL)
    tail = text[start:].lower()
    if not any(marker in tail for marker in _lower_markers()):
        return False
    found = of_last_statement(text, start, Outcome.NO_ANSWER)
    return isinstance(found, Found) and found.rule.startswith("the marker")


@cache
def _lower_markers() -> tuple[str, ...]:
    return tuple(map(str.lower, markers()))


def unread_layouts(completions: Iterable[Completion], layout: Layout) -> Counter[str]:
    """How many completions each ``answer_source`` would read of those that this layout finds no answer in."""
    return Counter(filter(None, (other_layout(completion, layout) for completion in completions)))


def remedy(unread: Mapping[str, int], of: int) -> str:
    r"""Which option would read how many of so many completions without an answer; empty where none would.

    >>> remedy({"boxed": 30}, 60)
    '30 of these 60 hold a \\boxed{}: --answer-source boxed'
    """
    counts = ((unread.get(name, 0), name, held) for name, held in HELD.items())
    told = (f"{_share(count, of)} {held}: --answer-source {name}" for count, name, held in counts if count)
    return "; ".join(told)


def where_else(unread: Mapping[str, int], texts: Collection[str]) -> str:
    r"""What to do about completions none of which has an answer: which option reads them, or what mangled them.

    Args:
        unread: How many each ``answer_source`` would read: see `unread_layouts`.
        texts: The completions.

    >>> where_else({}, ["It is \boxed{42}", "Is it 42?"]).partition(":")[0]
    "1 of these 2 holds a backspace and 'oxed' where \\boxed was meant"
    """
    if would_read := remedy(unread, len(texts)):
        return f"{would_read}, in Python Settings(answer_source=...)"
    return _lost_backslashes(texts) or (
        "if they were made in another layout, see --answer-source and --tags, in Python Settings(answer_source=...) "
        "and Settings(tags=...)"
    )


_LOST = {
    "\x08oxed": (r"\boxed", "a backspace and 'oxed'"),
    "\x0crac": (r"\frac", "a form feed and 'rac'"),
    "\text{": (r"\text", "a tab and 'ext'"),
}
"""What JSON makes of a command of TeX with one backslash: the command, and what it has become."""


def _lost_backslashes(texts: Collection[str]) -> str:
    """What to say of texts in which a backslash of TeX was read as an escape of JSON; empty where none was."""
    for found, (command, held) in _LOST.items():
        if count := sum(found in text for text in texts):
            hold = f"{count:,} of these {len(texts):,} {'holds' if count == 1 else 'hold'}"
            return f"{hold} {held} where {command} was meant: JSON takes one backslash for an escape, write two"
    return ""


def _share(count: int, of: int) -> str:
    if count == of:
        return "it holds" if of == 1 else f"all {of:,} of them hold"
    return f"{count:,} of these {of:,} {'holds' if count == 1 else 'hold'}"
