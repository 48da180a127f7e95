"""What keeps a completion from being in the layout, in words: for a person who looks for one cause of many zeros."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from graders.completion.parse import Completion, Layout
from graders.completion.visible import has_visible
from graders.vocabulary.outcome import Outcome
from graders.vocabulary.validation import shown


def wanted_answer(layout: Layout) -> str:
    r"""What a completion must have so that an answer is read.

    >>> wanted_answer(Layout(answer_source="boxed"))
    'a \\boxed{...} behind the thought'
    """
    return {
        "boxed": r"a \boxed{...} behind the thought",
        "final": 'a \\boxed{...}, an "answer is", or a short last line behind the thought',
    }.get(layout.answer_source, f"an answer block {layout.answer_open}...{layout.answer_close}")


def meaning_in(layout: Layout, outcome: Outcome) -> str:
    r"""What an outcome means where answers are laid out so: what is missing may be a block or a box.

    >>> meaning_in(Layout(answer_source="boxed"), Outcome.NO_ANSWER)
    'the text has no \\boxed{...} behind the thought'
    """
    if outcome is not Outcome.NO_ANSWER or layout.answer_source == "answer":
        return outcome.meaning
    return f"the text has no {wanted_answer(layout).removeprefix('a ')}"


def layout_fault(text: str, layout: Layout) -> str:
    """What keeps a completion that has an answer from being well formed, the first thing from the beginning on.

    >>> layout_fault("So: <think>6*7</think><answer>42</answer>", Layout())
    "text in front of <think>: 'So:'"
    """
    counts = {tag: text.count(tag) for tag in layout[:4]}
    if not counts[layout.think_open] and not counts[layout.think_close]:
        return f"no thought: neither {layout.think_open} nor {layout.think_close}"
    for tag, count in counts.items():
        if count != 1:
            return f"{count} times {tag}" if count else f"no {tag}"
    before, _, rest = text.partition(layout.think_open)
    thought, _, rest = rest.partition(layout.think_close)
    between, _, rest = rest.partition(layout.answer_open)
    behind = rest.rpartition(layout.answer_close)[2]
    places = {
        f"in front of {layout.think_open}": before,
        f"between {layout.think_close} and {layout.answer_open}": between,
        f"behind {layout.answer_close}": behind,
    }
    for place, found in places.items():
        if found.strip():
            return f"text {place}: {shown(found.strip(), 40)}"
    return "tags in another order" if has_visible(thought, 0, len(thought)) else "an empty thought"


def usual_fault(completions: Sequence[Completion], layout: Layout) -> str:
    """What keeps most of some completions from being well formed, by its kind, with the first one's words.

    >>> from graders.completion.parse import parse
    >>> usual_fault([parse("<answer>4</answer>"), parse("<answer>5</answer>")], Layout())
    'no thought: neither <think> nor </think> (2 of 2)'
    """
    faults = [layout_fault(one.text, layout) for one in completions]
    kinds = [fault.partition(": ")[0] for fault in faults]
    kind, count = Counter(kinds).most_common(1)[0]
    return f"{faults[kinds.index(kind)]} ({count} of {len(faults)})"
