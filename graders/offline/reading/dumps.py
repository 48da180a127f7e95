"""The dumps of other programs: where each of them keeps completion, reference and prompt of a row.

lm-eval-harness (``--log_samples``), lighteval (``--save-details``), inspect_ai (its logs), verl (its data and what a
rollout writes), OpenAI's evals (their event logs, and output items of the API).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import Any

from graders.offline.reading.nested_values import (
    NOTHING,
    alone,
    as_messages,
    as_texts,
    from_json,
    is_conversation,
    value_at,
    written_list,
)
from graders.vocabulary.errors import DataError
from graders.vocabulary.validation import shown

Document = Mapping[str, Any]
Roles = dict[str, Any]
"""What a row gives, by what it is: ``completion`` or ``completions``, ``reference``, ``prompt``, ``label``."""


def first(document: Document, *paths: str) -> Any:
    """What stands at the first of some paths that has anything; None where none has."""
    found = (value_at(document, path) for path in paths)
    return next((value for value in found if value is not None and value is not NOTHING), None)


def _completions(texts: Any) -> Roles:
    """One completion or a group, of a text or a list of them."""
    texts = as_texts(texts)
    if isinstance(texts, list) and len(texts) > 1 and not is_conversation(texts):
        return {"completions": texts}
    alone = isinstance(texts, list) and len(texts) == 1 and isinstance(texts[0], str)
    return {"completion": texts[0] if alone else texts}


def _of_lm_eval(document: Document) -> Roles:
    texts = first(document, "resps.0", "filtered_resps")
    if isinstance(texts, list) and texts and not isinstance(texts[0], str):
        raise DataError(
            "holds likelihoods and no generated text under 'resps'; score a task of the kind generate_until"
        )
    prompt = first(document, "arguments.gen_args_0.arg_0", "arguments.0.0", "doc.question")
    return {
        **_completions(texts),
        "reference": written_list(first(document, "target")),
        "prompt": as_messages(alone(prompt)),
        "label": first(document, "exact_match", "acc", "math_verify", "score"),
    }


def _of_lighteval(document: Document) -> Roles:
    texts = first(document, "model_response.text", "predictions", "pred", "model_response.final_text")
    thoughts = as_texts(first(document, "model_response.reasonings"))
    prompt = first(document, "doc.query", "model_response.input", "full_prompt", "example")
    metrics = from_json(first(document, "metric"))
    return {
        **(_with_thoughts(texts, thoughts) if isinstance(thoughts, list) and any(thoughts) else _completions(texts)),
        "reference": _gold(document),
        "prompt": as_messages(prompt),
        "label": next(iter(metrics.values()), None) if isinstance(metrics, dict) else None,
    }


def _with_thoughts(texts: Any, thoughts: list[Any]) -> Roles:
    """Completions whose thoughts stand apart, as messages; the first ones have one each."""
    texts = as_texts(texts)
    several = texts if isinstance(texts, list) else [texts]
    messages = [
        [{"role": "assistant", "reasoning_content": thought, "content": text}]
        for text, thought in zip_longest(several, thoughts[: len(several)])
    ]
    return {"completions": messages} if len(messages) > 1 else {"completion": messages[0]}


def _gold(document: Document) -> Any:
    """The right choices of a row of lighteval."""
    choices, places = first(document, "doc.choices"), first(document, "doc.gold_index")
    if isinstance(choices, list) and places is not None:
        wanted = places if isinstance(places, list) else [places]
        chosen = [choices[place] for place in wanted if isinstance(place, int) and 0 <= place < len(choices)]
        return chosen[0] if len(chosen) == 1 else chosen
    gold = as_texts(first(document, "gold", "specifics.gold"))
    return gold[0] if isinstance(gold, list) and len(gold) == 1 else gold


def _of_inspect(document: Document) -> Roles:
    if (failure := first(document, "error.message")) is not None:
        raise DataError(f"is a sample that inspect_ai could not finish: {shown(failure)}")
    message = first(document, "output.choices.0.message")
    said = [message] if isinstance(message, dict) else first(document, "output.completion")
    scores = first(document, "scores")
    values = [one.get("value") for one in scores.values() if isinstance(one, dict)] if isinstance(scores, dict) else []
    return {
        "completion": said,
        "reference": first(document, "target"),
        "prompt": first(document, "input"),
        "label": values[0] if values else None,
    }


def _of_verl(document: Document) -> Roles:
    texts = first(document, "output", "responses", "response", "completion")
    reference = first(document, "reward_model.ground_truth", "gts", "ground_truth", "non_tensor_batch.ground_truth")
    if isinstance(reference, dict):
        reference = first(reference, "target", "ground_truth", "answer") or reference
    prompt = first(document, "prompt", "input", "raw_prompt")
    label = first(document, "acc", "score")
    return {**_completions(texts), "reference": reference, "prompt": as_messages(prompt), "label": label}


def _of_openai_evals(document: Document) -> Roles:
    if "data" in document:
        texts, reference = first(document, "data.sampled", "data.picked"), first(document, "data.expected")
        return {
            **_completions(texts),
            "reference": reference,
            "prompt": first(document, "data.prompt"),
            "label": first(document, "data.correct"),
        }
    names = ("reference_answer", "reference", "ideal", "answer", "correct_label", "expected", "label")
    item = [f"{place}.{name}" for place in ("datasource_item", "item") for name in names]
    output = first(document, "sample.output", "sample.output_text")
    return {
        "completion": as_messages(output),
        "reference": first(document, *item),
        "prompt": first(document, "sample.input"),
        "label": first(document, "results.0.passed"),
    }


DUMPS: dict[str, Callable[[Document], Roles]] = {
    "lm-eval": _of_lm_eval,
    "lighteval": _of_lighteval,
    "inspect": _of_inspect,
    "verl": _of_verl,
    "openai-evals": _of_openai_evals,
}
"""What reads a row of each program, by the name that ``--from`` takes."""


def is_sample(dump: str, document: Document) -> bool:
    """Whether a line of a dump is a sample: an event log of OpenAI's evals has a header, a report and other events."""
    if dump != "openai-evals" or "sample" in document:
        return True
    return document.get("type") == "match" or not {"spec", "final_report", "type"} & document.keys()
