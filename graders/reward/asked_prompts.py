"""Whether the prompts of a run ask for the layout that its reward reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graders.reward.reward_function import RewardFunction

REMEDY = "add reward.system_prompt() to the prompts (`graders prompt REWARD` prints it)"


def unasked_layout(reward: RewardFunction, rows: Iterable[Mapping[str, Any]], tokenizer: Any = None) -> Iterator[str]:
    """What no prompt asks for although the reward reads it, or pays it; nothing where one does, or none is needed.

    Args:
        reward: The reward.
        rows: The training rows: ``prompt`` or ``messages``.
        tokenizer: The policy's tokenizer, whose chat template may say it for every prompt.
    """
    form, layout = reward.skeleton, reward.settings.layout
    prompts = [prompt for row in rows if (prompt := row.get("messages") or row.get("prompt"))]
    if not prompts:
        return
    texts = [*_rendered(tokenizer, prompts[0]), *("\n".join(_strings(prompt)) for prompt in prompts)]
    if form.mark and not any(form.mark in text for text in texts):
        yield (
            f"no prompt mentions {form.mark}, and nothing else is read as the answer: a policy that doesn't write it "
            f"unasked gets no reward in any group; {REMEDY}, or set {_other_source(form.mark, texts)}"
        )
    elif layout.answer_open in form.between and not any(layout.answer_open in text for text in texts):
        yield (
            f"no prompt mentions {layout.answer_open}: the format share, {reward.weights['format']:g} of the reward, "
            f"goes to completions with both blocks alone; {REMEDY}"
        )


def _other_source(mark: str, texts: list[str]) -> str:
    """The setting that would read what the prompts do ask for."""
    if mark == r"\boxed":
        return "--answer-source answer, final or lenient, whichever your prompts ask for"
    boxed = sum(r"\boxed" in text for text in texts)
    said = f" ({boxed:,} of {len(texts):,} prompts mention \\boxed)" if boxed else ""
    return f"--answer-source boxed{said}" if boxed else "--answer-source boxed, final or lenient"


def _rendered(tokenizer: Any, prompt: Any) -> Iterator[str]:
    """A prompt as a tokenizer's chat template writes it; nothing where there is none."""
    if getattr(tokenizer, "chat_template", None):
        messages = prompt if isinstance(prompt, list) else [{"role": "user", "content": str(prompt)}]
        yield str(tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False))


def _strings(value: Any) -> Iterator[str]:
    """Every text within a prompt, whatever its dialect; no recursion, since depth is the caller's."""
    open_values = [value]
    while open_values:
        one = open_values.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            open_values += one.values()
        elif isinstance(one, list | tuple):
            open_values += one
