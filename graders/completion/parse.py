"""The only parser of completions: where the thought ends, which text is the answer, and whether all is in place.

Linear passes of ``str.find`` and no regular expression, so no text is slow. Every scorer reads what this
module found, so that they can't disagree about which answer counts.
"""

from __future__ import annotations

from typing import NamedTuple

from graders.completion.answer_sources import ANSWER_SOURCES, Found
from graders.completion.end_tokens import COMMON_ENDS, without_end_tokens
from graders.completion.visible import has_visible
from graders.vocabulary.outcome import Outcome


class Layout(NamedTuple):
    r"""How completions are laid out: the names of the two blocks and the options of the parser.

    Attributes:
        think_open: The tag that opens the thought, and so on for the other three.
        answer_source: ``"answer"`` (the answer block), ``"boxed"`` (the last ``\boxed{}`` after the
            thought that is not empty), ``"final"`` (the last box, else what the last "the answer is" introduces,
            else a short last line) or ``"lenient"`` (a completion without an answer tag is its own answer).
        think_prefilled: The chat template has opened the thought: read each text as if the opening
            tag stood in front.
        allow_empty_think: A thought with nothing visible in it is well formed.
    """

    think_open: str = "<think>"
    think_close: str = "</think>"
    answer_open: str = "<answer>"
    answer_close: str = "</answer>"
    answer_source: str = "answer"
    think_prefilled: bool = False
    allow_empty_think: bool = False

    @classmethod
    def of(
        cls,
        tags: tuple[str, str] = ("think", "answer"),
        answer_source: str = "answer",
        think_prefilled: bool = False,
        allow_empty_think: bool = False,
    ) -> Layout:
        """Make a layout from the names of the two blocks, e.g. ``("reasoning", "solution")``."""
        think, answer = tags
        written = (f"<{think}>", f"</{think}>", f"<{answer}>", f"</{answer}>")
        return cls(*written, answer_source, think_prefilled, allow_empty_think)


class Completion(NamedTuple):
    """The text that a policy produced, parsed once.

    Attributes:
        text: The whole text without the tokens that end a turn, with the opening tag in front where it was prefilled.
        answer: What the answer scorers read, as written, or None where there is no answer.
        fault: Why there is no answer; None where there is one.
        well_formed: Whether the text is exactly a thought and an answer block (see `format_check`).
        thought_end: The index in `text` behind the thought; 0 where there is none, -1 where it never ends.
        rule: How the answer was found, for people: ``"the answer block"``, ``"the last box"``; empty without one.
    """

    text: str
    answer: str | None
    fault: Outcome | None
    well_formed: bool
    thought_end: int
    rule: str = ""


NOTHING = Completion("", None, Outcome.NO_COMPLETION, False, 0)
"""What stands for a completion without any text: None, no message, a tool call alone."""

_DEFAULT = Layout()

_SHORT = 1 << 16
"""Texts up to this length may be cut into pieces; longer ones are searched in place, to copy nothing but the answer."""


def parse(text: str, layout: Layout = _DEFAULT) -> Completion:
    """Parse one completion. Never fails; linear in the length of the text.

    >>> parse("<think>6*7</think><answer>42</answer>").answer
    '42'
    >>> parse("<think>6*7</think><answer>42").fault
    <Outcome.TRUNCATED: 'truncated'>
    """
    if text[-2:] not in COMMON_ENDS:
        text = without_end_tokens(text, (layout.think_close, layout.answer_close))
    if layout.think_prefilled:
        text = layout.think_open + text
    if layout.answer_source == "answer" and len(text) <= _SHORT:
        return _cut(text, layout) or _search(text, layout)
    return _search(text, layout)


def _cut(text: str, layout: Layout) -> Completion | None:
    """The fast way for a text with a thought and one answer; None for every other, which `_search` reads.

    It takes half the time of `_search` on the texts that training is full of; the tests hold the two together.
    """
    think_open, think_close, answer_open, answer_close, _, _, empty_ok = layout
    head, _, rest = text.partition(think_close)
    gap, _, tail = rest.partition(answer_open)
    answer, closed, after = tail.partition(answer_close)
    if not closed or think_open in rest or think_close in rest or answer_open in tail:
        return None
    if answer_close in gap or answer_close in after or not has_visible(answer, 0, len(answer)):
        return None
    before, opened, thought = head.partition(think_open)
    blank = (not gap or gap.isspace()) and (not after or after.isspace()) and (not before or before.isspace())
    well_formed = (
        blank
        and bool(opened)
        and not (think_open in thought or answer_open in head or answer_close in head)
        and (empty_ok or has_visible(thought, 0, len(thought)))
    )
    return Completion(text, answer, None, well_formed, len(head) + len(think_close), "the answer block")


def _search(text: str, layout: Layout) -> Completion:
    """The way for any text."""
    if not text:
        return NOTHING
    end = _thought_end(text, layout)
    if end < 0:
        return Completion(text, None, Outcome.TRUNCATED, False, end)
    block = _answer_block(text, end, layout)
    well_formed = isinstance(block, tuple) and _well_formed(text, end, block, layout)
    found = _answer(text, end, block, layout)
    if isinstance(found, Outcome):
        return Completion(text, None, found, well_formed, end)
    return Completion(text, found.answer, None, well_formed, end, found.rule)


def _answer(text: str, end: int, block: tuple[int, int] | Outcome, layout: Layout) -> Found | Outcome:
    """The answer behind the thought, or why there is none."""
    if layout.answer_source != "answer" and _has_think_tag(text, end, layout):
        return Outcome.BAD_LAYOUT
    return ANSWER_SOURCES[layout.answer_source](text, end, block)


def thought_of(completion: Completion, layout: Layout = _DEFAULT) -> str | None:
    """The thought without its tags, for people to read; None where there is none."""
    if completion.thought_end == 0:
        return None
    end = None if completion.thought_end < 0 else completion.thought_end - len(layout.think_close)
    return completion.text[:end].lstrip().removeprefix(layout.think_open)


def _thought_end(text: str, layout: Layout) -> int:
    """Index behind the first closing think tag; 0 without any think tag; -1 where the thought never ends."""
    close = text.find(layout.think_close)
    if close >= 0:
        return close + len(layout.think_close)
    return -1 if layout.think_open in text else 0


def _answer_block(text: str, start: int, layout: Layout) -> tuple[int, int] | Outcome:
    """Start and end of the body of the only answer block from `start` on, or why there is none."""
    opened = text.find(layout.answer_open, start)
    closed = text.find(layout.answer_close, start)
    if opened < 0 and closed < 0:
        return Outcome.NO_ANSWER
    body = opened + len(layout.answer_open)
    if _has_think_tag(text, start, layout) or opened < 0 or 0 <= closed < body:
        return Outcome.BAD_LAYOUT
    if text.find(layout.answer_open, body) >= 0:
        return Outcome.SEVERAL_ANSWERS
    if closed < 0:
        return Outcome.TRUNCATED
    if text.find(layout.answer_close, closed + 1) >= 0:
        return Outcome.SEVERAL_ANSWERS
    return (body, closed) if has_visible(text, body, closed) else Outcome.EMPTY_ANSWER


def _has_think_tag(text: str, start: int, layout: Layout) -> bool:
    return text.find(layout.think_close, start) >= 0 or text.find(layout.think_open, start) >= 0


def _well_formed(text: str, end: int, block: tuple[int, int], layout: Layout) -> bool:
    """Whether the rest of the layout holds, where the part behind the thought has exactly one full answer."""
    opened = text.find(layout.think_open)
    thought, thought_close = opened + len(layout.think_open), end - len(layout.think_close)
    return (
        0 <= opened < end
        and text.find(layout.think_open, thought, end) < 0
        and text.find(layout.answer_open, 0, end) < 0
        and text.find(layout.answer_close, 0, end) < 0
        and _is_blank(text, 0, opened)
        and _is_blank(text, end, block[0] - len(layout.answer_open))
        and _is_blank(text, block[1] + len(layout.answer_close), len(text))
        and (layout.allow_empty_think or has_visible(text, thought, thought_close))
    )


def _is_blank(text: str, start: int, end: int) -> bool:
    return start == end or text[start:end].isspace()
