"""The parser turned round: a completion as a layout reads it, with a gap for the thought and one for the answer."""

from __future__ import annotations

from typing import NamedTuple

from graders.completion.parse import Layout


class Skeleton(NamedTuple):
    r"""What stands around the thought and around the answer of a completion that is read.

    Attributes:
        before: What a completion begins with; empty where the chat template has opened the thought.
        between: What stands between thought and answer.
        after: What it ends with.
        has_thought: Whether there is room for a thought: a ``lenient`` answer is the whole text.
        mark: What a prompt has to name so that a policy knows where its answer goes; empty where any text is read.
    """

    before: str
    between: str
    after: str
    has_thought: bool = True
    mark: str = ""

    def filled(self, thought: str, answer: str) -> str:
        """A completion with this thought and this answer."""
        return f"{self.before}{thought if self.has_thought else ''}{self.between}{answer}{self.after}"


def skeleton(layout: Layout, *, well_formed: bool = True) -> Skeleton:
    r"""How a completion has to look so that its answer is read.

    Args:
        layout: How completions are laid out.
        well_formed: Whether it must have the form that `format_check` pays as well.

    >>> skeleton(Layout()).filled("6*7", "42")
    '<think>\n6*7\n</think>\n<answer>42</answer>'
    >>> skeleton(Layout(answer_source="boxed"), well_formed=False).filled("6*7", "42")
    '6*7\n\\boxed{42}'
    """
    opening, closing, mark = _around_the_answer(layout, well_formed=well_formed)
    before = f"{layout.think_open}\n" if well_formed and not layout.think_prefilled else ""
    if well_formed or layout.think_prefilled:
        return Skeleton(before, f"\n{layout.think_close}\n{opening}", closing, True, mark)
    has_thought = bool(opening)
    return Skeleton(before, f"\n{opening}" if has_thought else "", closing, has_thought, mark)


def _around_the_answer(layout: Layout, *, well_formed: bool) -> tuple[str, str, str]:
    """What stands on both sides of the answer, and what a prompt has to name of it."""
    boxed = layout.answer_source == "boxed" or (layout.answer_source == "final" and not well_formed)
    box = (r"\boxed{", "}") if boxed else ("", "")
    in_block = well_formed or layout.answer_source == "answer"
    block = (layout.answer_open, layout.answer_close) if in_block else ("", "")
    mark = {"answer": layout.answer_open, "boxed": r"\boxed"}.get(layout.answer_source, "")
    return block[0] + box[0], box[1] + block[1], mark
