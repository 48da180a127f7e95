"""Evals, runs and their items as OpenAI's API sends them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.service.openai_grading.eval_runs import criteria_results, passes, result_counts, row_status
from graders.service.openai_grading.eval_store import EvalRun, StoredEval
from graders.service.openai_grading.grades import RowGrade

_SAMPLE_FIELDS: Mapping[str, Any] = {
    "error": None,
    "finish_reason": "stop",
    "input": [],
    "max_completion_tokens": 0,
    "model": "",
    "seed": 0,
    "temperature": 0.0,
    "top_p": 0.0,
    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "cached_tokens": 0},
}
"""What a sample has where nothing was sampled here."""


def eval_document(stored: StoredEval) -> dict[str, Any]:
    """An eval."""
    name, metadata = stored.document.get("name"), stored.document.get("metadata")
    return {
        "id": stored.id,
        "object": "eval",
        "created_at": stored.created,
        "name": name if isinstance(name, str) else "",
        "metadata": metadata if isinstance(metadata, dict) else {},
        "data_source_config": _data_source_config(stored.document["data_source_config"]),
        "testing_criteria": stored.document["testing_criteria"],
    }


def _data_source_config(given: Mapping[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {"item": given.get("item_schema") or {"type": "object"}}
    if given.get("include_sample_schema"):
        properties["sample"] = {"type": "object"}
    return {"type": "custom", "schema": {"type": "object", "properties": properties, "required": list(properties)}}


def run_document(stored: StoredEval, run: EvalRun) -> dict[str, Any]:
    """A run, with what it has come to."""
    return {
        "id": run.id,
        "object": "eval.run",
        "eval_id": stored.id,
        "created_at": run.created,
        "status": run.status,
        "name": run.name,
        "model": "",
        "report_url": "",
        "data_source": dict(run.source),
        "metadata": run.metadata or {},
        "error": None if run.error is None else {"code": "run_failed", "message": run.error},
        "result_counts": result_counts(stored, run),
        "per_testing_criteria_results": criteria_results(stored, run),
        "per_model_usage": _usage_by_model(run),
    }


def _usage_by_model(run: EvalRun) -> list[dict[str, Any]]:
    used: dict[str, list[int]] = {}
    for grade in (grade for grades in run.grades for grade in grades):
        for one in (grade, *grade.parts.values()) if not grade.parts else grade.parts.values():
            if one.model is not None:
                counts = used.setdefault(one.model, [0, 0, 0])
                counts[0] += 1
                counts[1] += one.tokens[0]
                counts[2] += one.tokens[1]
    return [_usage(model, *counts) for model, counts in used.items()]


def _usage(model: str, calls: int, prompt: int, completion: int) -> dict[str, Any]:
    return {
        "model_name": model,
        "invocation_count": calls,
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "cached_tokens": 0,
    }


def item_document(stored: StoredEval, run: EvalRun, row: int) -> dict[str, Any]:
    """A graded row of a run."""
    space, grades = run.rows[row], run.grades[row]
    return {
        "id": f"outputitem_{run.id.partition('_')[2]}_{row}",
        "object": "eval.run.output_item",
        "eval_id": stored.id,
        "run_id": run.id,
        "created_at": run.created,
        "datasource_item_id": row,
        "datasource_item": space["item"],
        "status": row_status(stored, grades),
        "results": [_result(stored, place, grade) for place, grade in enumerate(grades)],
        "sample": _sample(space["sample"]),
    }


def _result(stored: StoredEval, place: int, grade: RowGrade) -> dict[str, Any]:
    """One criterion's grade; what went wrong is told beside it."""
    grader = stored.criteria[place]
    result: dict[str, Any] = {
        "name": stored.names[place],
        "type": grader.type,
        "score": grade.score,
        "passed": passes(grader, grade),
    }
    if grade.flags or grade.ours:
        result["errors"] = sorted(grade.flags)
        result["details"] = grade.reason
    return result


def _sample(given: Mapping[str, Any]) -> dict[str, Any]:
    text = given.get("output_text")
    output = [{"role": "assistant", "content": text}] if isinstance(text, str) else []
    return {**_SAMPLE_FIELDS, "output": output}
