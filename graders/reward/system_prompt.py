"""The system prompt that goes with a reward: it asks for the layout that is read, and for what the graders expect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from graders.completion.parse import Layout
from graders.completion.skeleton import Skeleton, skeleton
from graders.contract.scorer import Scorer
from graders.reward.components import FORMAT
from graders.vocabulary.errors import DefinitionError, Mistake

EXPECTED = {
    "math": "one number, formula or expression: exact, not rounded, and simplified, without working or alternatives",
    "choice": "the letter of the right choice, and nothing else",
    "text": "the answer in a few words, spelt exactly, with nothing around it",
}
"""What an answer should be, by the name that ``expects`` takes; without it the graders say."""

PLACES = ("layout", "example", "answer")
"""What a template may name in braces: the sentence about the layout, the skeleton, the sentence about the answer."""

TEMPLATE = "{layout}\n\n{example}\n\n{answer}\n"

_PLACE = re.compile(r"\{(layout|example|answer)\}")

THOUGHT, ANSWER = "your thoughts", "your answer"
"""What stands in the gaps of the example."""


def asked_skeleton(layout: Layout, scorers: Mapping[str, Scorer[Any]], weights: Mapping[str, float]) -> Skeleton:
    """The form of a completion that earns all of a reward: with the form that `format_check` pays, if any does."""
    return skeleton(layout, well_formed=pays_format(scorers, weights))


def pays_format(scorers: Mapping[str, Scorer[Any]], weights: Mapping[str, float]) -> bool:
    """Whether any share of a reward is paid for the form alone."""
    return weights[FORMAT] > 0 or any(scorer.grader.type == "format_check" for name, scorer in _graders(scorers))


def system_prompt(
    layout: Layout,
    scorers: Mapping[str, Scorer[Any]],
    weights: Mapping[str, float],
    expects: str | None = None,
    template: str | None = None,
) -> str:
    """See `RewardFunction.system_prompt`."""
    form = asked_skeleton(layout, scorers, weights)
    said = {
        "layout": _of_layout(layout, form, well_formed=pays_format(scorers, weights)),
        "example": form.filled(THOUGHT, ANSWER),
        "answer": _of_answer(scorers, expects),
    }
    return _filled(TEMPLATE if template is None else template, said)


def _filled(template: str, said: Mapping[str, str]) -> str:
    if not {"layout", "example"}.intersection(_PLACE.findall(template)):
        found = "names neither {layout} nor {example}, so that no policy would learn the layout from it"
        raise DefinitionError("the template of a system prompt", [Mistake((), found, None, "template", template)])
    return re.sub(r"\n{3,}", "\n\n", _PLACE.sub(lambda place: said[place[1]], template)).strip() + "\n"


def _of_layout(layout: Layout, form: Skeleton, *, well_formed: bool) -> str:
    """How a reply has to look, in a sentence or three; the example stands below."""
    if not form.has_thought:
        return "Reply with the answer alone, without any explanation:"
    opened = f"Your reply begins inside the {layout.think_open} block, which is open already: don't open it again."
    sentences = [opened] if layout.think_prefilled else []
    sentences.append(_of_blocks(layout) if well_formed else _of_the_end(layout))
    if well_formed and layout.allow_empty_think:
        sentences.append("The thoughts may be left empty. The form is:")
    return " ".join(sentences)


def _of_blocks(layout: Layout) -> str:
    sides = "between or after" if layout.think_prefilled else "before, between or after"
    end = "." if layout.allow_empty_think else ":"
    return (
        "Think first, then answer. Write your reply in exactly the form below, with each tag once and nothing "
        f"{sides} the two blocks{end}"
    )


def _of_the_end(layout: Layout) -> str:
    """Where the answer goes in a reply that is free but for that."""
    in_block = f"between {layout.answer_open} and {layout.answer_close}, once"
    places = {"answer": in_block, "boxed": r"in \boxed{}", "final": r"in \boxed{}", "lenient": "alone"}
    steps = f"close it with {layout.think_close}, and" if layout.think_prefilled else "then"
    return f"Think step by step, {steps} end with the final answer {places[layout.answer_source]}:"


def _of_answer(scorers: Mapping[str, Scorer[Any]], expects: str | None) -> str:
    """What the answer should be: what the caller says, else what each grader does."""
    given = [EXPECTED.get(expects, expects)] if expects is not None else _expected(scorers)
    return "\n".join(f"The answer is {clause.strip().rstrip('.')}." for clause in given)


def _expected(scorers: Mapping[str, Scorer[Any]]) -> list[str]:
    said = (scorer.expects() for _, scorer in _graders(scorers))
    return list(dict.fromkeys(clause for clause in said if clause))


def _graders(scorers: Mapping[str, Scorer[Any]]) -> Iterable[tuple[str, Scorer[Any]]]:
    return [(name, scorer) for name, scorer in scorers.items() if name != FORMAT]
