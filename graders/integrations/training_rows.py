"""Rows for training: conversations and references out of a file, checked before anything runs."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from graders.completion.references import acceptable_references
from graders.integrations.exact_dataset import exact_dataset
from graders.offline.reading.nested_values import as_messages
from graders.offline.reading.row import OTHER_NAMES, prompt_value
from graders.offline.reading.rows import Columns, Row, missing_column, open_rows
from graders.reward.reward_function import RewardFunction
from graders.vocabulary.errors import BadReferenceError, DataError

log = logging.getLogger("graders")

OnBad = Literal["error", "drop"]
"""What a row that can't be used does: raise, with all of them in one message, or stay out with a log line."""

MAX_SHOWN = 10
"""An error lists so many bad rows."""

_REFERENCE_OPTION = '--reference-column, in Python columns={"reference": ...}'

TAKEN = {"prompt", "completion", "completion_ids", "completions", "messages"}
"""Columns that a trainer doesn't pass on, or passes by another meaning."""


def training_rows(
    reward: RewardFunction, path: str, columns: Columns | None = None
) -> Iterator[tuple[Row, dict[str, Any] | None, str]]:
    """Each row of a file with what a trainer needs of it, or None and the reason why it can't be used.

    Args:
        reward: The reward that will score completions of these rows.
        path: JSON lines, or a table such as Parquet.
        columns: Which column holds what; the reference's is the one that the reward's settings name.
    """
    columns = columns or Columns(reference=reward.settings.reference_column)
    with open_rows(path) as rows:
        for row in filter(columns.holds, rows):
            if row.error is not None:
                yield row, None, row.error
                continue
            try:
                yield row, _record(reward, row.document, columns), ""
            except (DataError, TypeError) as error:
                yield row, None, str(error)


def records(
    reward: RewardFunction, path: str, on_bad: OnBad = "error", columns: Columns | None = None
) -> list[dict[str, Any]]:
    """The usable rows of a file, with equal columns.

    Raises:
        BadReferenceError: rows can't be used, and `on_bad` is ``error``; the message lists them.
        DataError: no row can be used.
    """
    found = list(training_rows(reward, path, columns))
    bad = [f"line {row.line} {reason}" for row, record, reason in found if record is None]
    if bad and on_bad == "error":
        lines = [*bad[:MAX_SHOWN], *([f"and {len(bad) - MAX_SHOWN} more"] if len(bad) > MAX_SHOWN else [])]
        raise BadReferenceError(
            f"{path}: {len(bad):,} of {len(found):,} rows can't be used for training (correct them, or leave them out "
            "with on_bad='drop', in graders train with --set on_bad_rows=drop):"
            + "".join(f"\n  {line}" for line in lines)
        )
    if bad:
        log.warning("%s: %d of %d rows are left out; the first: %s", path, len(bad), len(found), bad[0])
    good = [record for _, record, _ in found if record is not None]
    if not good:
        raise DataError(f"{path} has no row that can be used" + (f"; the first: {bad[0]}" if bad else ""))
    return _levelled(good, reward.settings.reference_column)


def dataset(
    reward: RewardFunction, path: str, *, on_bad: OnBad = "error", columns: Mapping[str, str] | None = None
) -> Any:
    """A file of rows as the dataset that TRL's trainers take: ``prompt``, the reference column, and all others.

    A row holds ``messages`` (a final assistant turn is left off) or a ``prompt``, and the reference in the column
    that ``reward.settings.reference_column`` names. Every reference is checked.

    Args:
        reward: The reward that will score the completions.
        path: JSON lines, or a table such as Parquet.
        on_bad: What bad rows do: ``error`` raises with all of them, ``drop`` leaves them out.
        columns: Your names of the columns, by what these hold: ``prompt``, ``messages``, ``reference``; a name may be a
            path such as ``extra_info.question``. ``reference_from`` says where in a reference the answer is: ``hash``
            (behind ``####``) or ``boxed``.

    Returns:
        A `datasets.Dataset` that gives each prompt and every other column as the file has them.

    Raises:
        BadReferenceError: rows can't be used, and `on_bad` is ``error``.
        DataError: no row can be used, the file can't be read, or `columns` has an unknown key.
        MissingExtraError: `datasets` isn't installed.

    Example::

        rows = dataset(reward, "train.jsonl")
        GRPOTrainer(model, reward_funcs=reward, train_dataset=rows)

        gsm8k = {"prompt": "question", "reference": "answer", "reference_from": "hash"}
        rows = dataset(reward, "gsm8k.jsonl", columns=gsm8k)
    """
    named = None if columns is None else Columns.of({"reference": reward.settings.reference_column, **columns})
    return exact_dataset(records(reward, path, on_bad, named))


def _record(reward: RewardFunction, own: dict[str, Any], columns: Columns) -> dict[str, Any]:
    """What a trainer needs of one row: the prompt, a reference that can be used, and the row's other columns."""
    document = dict(columns.standard(own))
    record = {name: value for name, value in document.items() if name not in TAKEN | {columns.messages, columns.prompt}}
    record["prompt"] = _prompt(document, columns, own)
    if not reward.needs_reference:
        return record
    name = columns.reference
    if name not in document:
        raise DataError(missing_column(own, name, _REFERENCE_OPTION))
    document = {**document, name: columns.reference_value(document[name])}
    if fault := reference_fault(reward, document, name):
        raise DataError(fault)
    if name != reward.settings.reference_column:
        del record[name]
    record[reward.settings.reference_column] = acceptable_references(document[name], 0)
    return record


def reference_fault(
    reward: RewardFunction, document: Mapping[str, Any], column: str, *, also_weak: bool = False
) -> str | None:
    """Why a row's reference can't be used, in words to stand behind its line number; None where it can.

    With `also_weak`, one that only an identical text meets is a fault too.
    """
    if not reward.needs_reference:
        return None
    if document[column] is None:
        return f"has null as its reference, in the column {column!r}"
    try:
        faults = [fault for fault in reward.check_references([document[column]]) if also_weak or not fault.usable]
    except TypeError as error:
        return str(error).replace("reference_answer[0]", column)
    if not faults:
        return None
    return f"has a reference that {faults[0].component} finds {faults[0].reason}: {faults[0].reference!r:.80}"


def _prompt(document: dict[str, Any], columns: Columns, own: Mapping[str, Any]) -> Any:
    """A row's prompt: its conversation without a final assistant turn, or its prompt column."""
    messages = as_messages(document.get(columns.messages))
    if isinstance(messages, list) and messages:
        last = messages[-1]
        kept = messages[:-1] if isinstance(last, dict) and last.get("role") == "assistant" else messages
        if kept:
            return kept
    prompt = document.get(columns.prompt)
    if not prompt:
        raise DataError(_without_prompt(own, columns))
    return prompt_value(prompt)


def _without_prompt(document: Mapping[str, Any], columns: Columns) -> str:
    others = ", ".join(map(repr, document)) or "none"
    near = next((f"; did you mean {name!r}?" for name in OTHER_NAMES["prompt"] if name in document), ";")
    return (
        f"has no prompt: neither {columns.messages!r} with a user turn nor {columns.prompt!r}{near} its columns are "
        f"{others} (name yours with --prompt-column or --messages-column, in Python "
        'columns={"prompt": ...} or {"messages": ...})'
    )


def _levelled(rows: list[dict[str, Any]], reference: str) -> list[dict[str, Any]]:
    """Rows with equal columns, as trainers want them: None where a row has nothing; references of one type."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    rows = [{name: row.get(name) for name in names} for row in rows]
    if any(isinstance(row.get(reference), tuple) for row in rows):
        return [{**row, reference: _listed(row[reference])} for row in rows]
    return rows


def _listed(value: str | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
