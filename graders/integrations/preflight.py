"""Preflight: what would spoil a run, found before it starts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import prod
from typing import Any, Literal

from graders.completion.layout_faults import usual_fault, wanted_answer
from graders.completion.messages import completion_text
from graders.completion.parse import Completion, Layout, parse
from graders.completion.unread_layouts import unread_layouts, where_else
from graders.pages.formatting import counted
from graders.reward.asked_prompts import unasked_layout
from graders.reward.reward_function import RewardFunction

MAX_ROWS = 100_000
"""So many rows of a dataset are read."""

DEFAULT_GROUP = 8
"""TRL's group size where none is given."""


WARNINGS = frozenset(("weak_reference", "whole_decimals", "layout", "unasked_layout"))
"""The kinds of finding that may be meant."""


OPTIONS = {"prompt or messages": "--prompt-column or --messages-column"}
"""What names a column to the commands that check and train, where it isn't the reference's."""


@dataclass(frozen=True)
class PreflightFinding:
    """One thing that preflight found.

    Attributes:
        kind: A short name: ``special_tokens``, ``unreadable_row``, ``missing_column``, ``bad_reference``,
            ``weak_reference``, ``whole_decimals``, ``layout``, ``unasked_layout``, ``prefilled``, ``batch_size``,
            ``duplicate_name``, ``weights``, ``unused_columns``.
        severity: ``error`` where the run would fail or learn nothing, ``warning`` where it may be meant.
        message: What was found and what to do.
    """

    kind: str
    severity: Literal["error", "warning"]
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.kind}: {self.message}"


def preflight(
    reward: RewardFunction,
    rows: Iterable[Mapping[str, Any]] | None = None,
    *,
    tokenizer: Any = None,
    args: Any = None,
    reward_funcs: Sequence[Any] | None = None,
) -> list[PreflightFinding]:
    """What would spoil a run with this reward; empty where all is well.

    Args:
        reward: The reward.
        rows: The training rows: ``prompt`` or ``messages``, and the reference column.
        tokenizer: The policy's tokenizer.
        args: A `GRPOConfig`, or a mapping with names of its fields.
        reward_funcs: All reward functions of the run, where there are more than this one.

    >>> import graders
    >>> reward = graders.load_reward({"graders": [{"type": "math_accuracy"}]})
    >>> [finding.kind for finding in preflight(reward, [{"prompt": "1 + 1?"}])]
    ['missing_column', 'unasked_layout']
    """
    some = None if rows is None else list(islice(rows, MAX_ROWS))
    functions = list(reward_funcs) if reward_funcs is not None else [reward]
    layout = reward.settings.layout
    found: list[tuple[str, Iterator[str]]] = []
    if some is not None:
        found += [("missing_column", _missing(reward, some)), ("bad_reference", _references(reward, some))]
        found.append(("weak_reference", _weak_references(reward, some)))
        found.append(("unasked_layout", unasked_layout(reward, some, tokenizer)))
        found += [("whole_decimals", _whole_decimals(reward, some)), ("layout", _layout(some, layout))]
    if tokenizer is not None:
        found += [("special_tokens", _tokens(tokenizer, layout)), ("prefilled", _template(tokenizer, layout, some))]
    found.append(("duplicate_name", _names(functions)))
    if args is not None:
        found += [("batch_size", _batch_size(args)), ("unused_columns", _unused_columns(args))]
        found.append(("weights", _weights(args, len(functions))))
    return [
        PreflightFinding(kind, "warning" if kind in WARNINGS else "error", message)
        for kind, messages in found
        for message in messages
    ]


def _missing(reward: RewardFunction, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    """Columns that rows don't have."""
    if not rows:
        yield "there are no rows"
        return
    column = reward.settings.reference_column
    wanted = {"prompt or messages": ("prompt", "messages")} | ({column: (column,)} if reward.needs_reference else {})
    for name, any_of in wanted.items():
        lacking = [number for number, row in enumerate(rows) if all(_is_absent(row.get(one)) for one in any_of)]
        if lacking:
            yield (
                f"{len(lacking):,} of {counted(len(rows), 'row')} {'has' if len(rows) == 1 else 'have'} no {name}, "
                f"the first is row {lacking[0] + 1} with {_own_columns(rows[lacking[0]])}; a trainer stops there "
                f"(name yours with {OPTIONS.get(name, '--reference-column')})"
            )


def _own_columns(row: Mapping[str, Any]) -> str:
    """The names of a row's columns; a value that stands under two, its usual one and its own, is told by the latter."""
    given = {role: row[role] for role in ("prompt", "messages") if row.get(role)}
    doubled = {role for role, value in given.items() if any(row[one] is value for one in row if one != role)}
    return ", ".join(repr(name) for name in row if name not in doubled) or "nothing"


def _is_absent(value: Any) -> bool:
    return value is None or (isinstance(value, list) and not value)


def _references(reward: RewardFunction, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    """References that can't be used."""
    if not reward.needs_reference:
        return
    column = reward.settings.reference_column
    given = [(number, row[column]) for number, row in enumerate(rows) if row.get(column) is not None]
    try:
        found = reward.check_references([reference for _, reference in given])
    except TypeError as error:
        yield f"{error} (the column {column!r})"
        return
    if faults := [fault for fault in found if not fault.usable]:
        first, bad = faults[0], len({fault.row for fault in faults})
        yield (
            f"{bad:,} of {len(given):,} references can't be used, the first is row {given[first.row][0] + 1}: "
            f"{first.component} finds {first.reference!r:.80} {first.reason}; these rows would be unscored throughout"
        )


def _weak_references(reward: RewardFunction, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    """References that pay an identical text and nothing else."""
    column = reward.settings.reference_column
    given = [(number, row[column]) for number, row in enumerate(rows) if row.get(column) is not None]
    try:
        faults = reward.check_references([reference for _, reference in given]) if reward.needs_reference else []
    except TypeError:  # a bad reference, said there
        return
    if weak := [fault for fault in faults if fault.usable]:
        first, several = weak[0], len({fault.row for fault in weak})
        yield (
            f"{several:,} of {len(given):,} references are met by an identical text alone, the first is row "
            f"{given[first.row][0] + 1}: {first.component} finds {first.reference!r:.80} {first.reason}"
        )


_WHOLE = re.compile(r"-?\d+\.0+")
"""A whole number as a column of floats writes it."""


def _whole_decimals(reward: RewardFunction, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    """References that were integers once, where they are compared as texts."""
    column = reward.settings.reference_column
    given = [row[column] for row in rows if not _is_absent(row.get(column))]
    texts = any(type(grader).__name__ == "StringCheckGrader" for grader in reward.definition.graders)
    if texts and given and all(isinstance(one, str) and _WHOLE.fullmatch(one) for one in given):
        yield (
            f"all {len(given):,} references are whole numbers with a point, such as {given[0]!r}: a column of integers "
            f"that became floats? string_check refuses {given[0].partition('.')[0]!r}; make them integers in the data"
        )


def _layout(rows: list[Mapping[str, Any]], layout: Layout) -> Iterator[str]:
    """Completions in the rows none of which is in the layout, or has an answer where it is read."""
    parsed = [parse(text, layout) for row in rows if (text := _completion_of(row))]
    if not parsed or any(one.well_formed if layout.answer_source == "answer" else one.fault is None for one in parsed):
        return
    these = f"none of the {len(parsed):,} completions in these rows" if len(parsed) > 1 else "the one completion"
    has, is_ = ("has", "is") if len(parsed) > 1 else ("doesn't have", "is not")
    why, told = _why_malformed(parsed, layout)
    if layout.answer_source != "answer":
        yield f"{these} {has} {wanted_answer(layout)}, and a policy that writes like that earns nothing: {told}"
    else:
        yield f"{these} {is_} in the layout: {why}. A policy that writes like that has a format score of 0: {told}"


def _why_malformed(completions: list[Completion], layout: Layout) -> tuple[str, str]:
    """What keeps completions from being in the layout, and what to do about it."""
    if answered := [one for one in completions if one.fault is None]:
        told = "see --tags and --answer-source, in Python Settings(tags=..., answer_source=...)"
        return usual_fault(answered, layout), told
    unread = unread_layouts(completions, layout)
    return f"none has {wanted_answer(layout)}", where_else(unread, [one.text for one in completions])


def _completion_of(row: Mapping[str, Any]) -> str:
    """The text of the completion that a row holds, empty where it holds none."""
    messages = row.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    is_reply = isinstance(last, Mapping) and last.get("role") == "assistant"
    try:
        return completion_text([last] if is_reply else row.get("completion"), 0)
    except TypeError:  # what a trainer makes of it is its own matter
        return ""


def _tokens(tokenizer: Any, layout: Layout) -> Iterator[str]:
    """Tags that are lost when completions are decoded without special tokens, as trainers do."""
    special = set(getattr(tokenizer, "all_special_tokens", ()))
    tags = layout[:2] if layout.answer_source == "boxed" else layout[:4]
    lost = [tag for tag in tags if tag in special]
    sample = f"{layout.think_open}a thought{layout.think_close}{layout.answer_open}42{layout.answer_close}"
    decoded = _round_trip(tokenizer, sample)
    if not lost and decoded is not None:
        lost = [tag for tag in tags if tag not in decoded]
    if lost:
        yield (
            f"the tokenizer drops {', '.join(lost)} when it decodes a completion without special tokens, as the "
            "trainer does: every format score would be 0, and no answer found. Make them ordinary tokens "
            "(tokenizer.add_tokens([...], special_tokens=False)), or use other tags: Settings(tags=...)"
        )


def _round_trip(tokenizer: Any, text: str) -> str | None:
    """A text as a trainer's reward function sees it; None where the tokenizer can't say."""
    if not callable(tokenizer) or not hasattr(tokenizer, "decode"):
        return None
    return str(tokenizer.decode(tokenizer(text, add_special_tokens=False)["input_ids"], skip_special_tokens=True))


def _template(tokenizer: Any, layout: Layout, rows: list[Mapping[str, Any]] | None) -> Iterator[str]:
    """A chat template that opens the thought, against what the settings say."""
    opened = _opens_thought(tokenizer, layout, rows)
    if opened and not layout.think_prefilled:
        yield (
            f"the chat template ends in {layout.think_open}, so that no completion has it: set "
            "--think-prefilled, in Python Settings(think_prefilled=True), or the format score is 0 throughout"
        )
    if opened is False and layout.think_prefilled:
        yield (
            f"Settings.think_prefilled is set and the chat template doesn't end in {layout.think_open}: a completion "
            "that opens its thought itself would score 0"
        )


def _opens_thought(tokenizer: Any, layout: Layout, rows: list[Mapping[str, Any]] | None) -> bool | None:
    """Whether the thought is open at the end of a prompt; None where there is no chat template."""
    if not getattr(tokenizer, "chat_template", None):
        return None
    first = rows[0].get("messages") or rows[0].get("prompt") if rows else None
    messages = first if isinstance(first, list) else [{"role": "user", "content": first or "What is 1 + 1?"}]
    text = str(tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False))
    return text.rstrip().endswith(layout.think_open) and not parse(text, layout).well_formed


def _names(functions: Sequence[Any]) -> Iterator[str]:
    names = [getattr(function, "__name__", type(function).__name__) for function in functions]
    for name, count in Counter(names).items():
        if count > 1:
            yield (
                f"{count} reward functions are called {name!r}: the trainer logs their mean as one curve; give each a "
                "__name__ of its own"
            )


def _batch_size(args: Any) -> Iterator[str]:
    """A generation batch that groups don't divide."""
    group = _field(args, "num_generations") or DEFAULT_GROUP
    names = ("per_device_train_batch_size", "gradient_accumulation_steps", "world_size")
    batch = _field(args, "generation_batch_size") or prod(_field(args, name) or 1 for name in names)
    if batch % group:
        yield (
            f"a batch of {batch} completions is no multiple of the group size {group}: take "
            f"{-(-batch // group) * group}, or a group size that divides it"
        )


def _unused_columns(args: Any) -> Iterator[str]:
    if _field(args, "remove_unused_columns"):
        yield (
            "remove_unused_columns is set: the trainer drops the reference column before the reward sees it; set it "
            "to False"
        )


def _weights(args: Any, functions: int) -> Iterator[str]:
    weights = _field(args, "reward_weights")
    if weights is not None and len(weights) != functions:
        yield f"reward_weights has {len(weights)} numbers for {functions} reward functions"


def _field(args: Any, name: str) -> Any:
    return args.get(name) if isinstance(args, Mapping) else getattr(args, name, None)
