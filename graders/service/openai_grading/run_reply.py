"""A grade in the words of OpenAI's grader API: every key is there, and more that says how it came about."""

from __future__ import annotations

from typing import Any

from graders.service.openai_grading.grades import FLAGS, RowGrade
from graders.wire.openai.grader_documents import OpenAIGrader, OpenAIMulti, OpenAIStringCheck, OpenAITextSimilarity
from graders.wire.openai.local_scores import engine_of


def run_reply(grader: OpenAIGrader, grade: RowGrade, seconds: float) -> dict[str, Any]:
    """The reply to a call to run.

    Beyond the API's own keys the metadata has ``engines`` (what computed each grader's score) and ``details`` (in words
    what the flags are about, or what a judge concluded).

    Args:
        grader: What was run.
        grade: What came of it.
        seconds: How long it took.
    """
    scores = {key: part.score for key, part in grade.parts.items()}
    return {
        "reward": grade.score,
        "sub_rewards": scores,
        "metadata": {
            "name": grader.shown_name,
            "type": grader.type,
            "errors": _errors(grade),
            "execution_time": seconds,
            "scores": scores,
            "token_usage": sum(grade.tokens) or None,
            "sampled_model_name": grade.model,
            "engines": _engines(grader, grade),
            "details": grade.reason,
        },
        "model_grader_token_usage_per_model": {} if grade.model is None else {grade.model: _usage(grade)},
    }


def _errors(grade: RowGrade) -> dict[str, Any]:
    is_server_error = "model_grader_server_error" in grade.flags
    return {
        **{flag: flag in grade.flags for flag in FLAGS},
        "python_grader_server_error_type": None,
        "python_grader_runtime_error_details": None,
        "model_grader_server_error_details": grade.reason if is_server_error else None,
    }


def _usage(grade: RowGrade) -> dict[str, int]:
    prompt, completion = grade.tokens
    total = prompt + completion
    return {"prompt_tokens": prompt, "total_tokens": total, "completion_tokens": completion, "cached_tokens": 0}


def _engines(grader: OpenAIGrader, grade: RowGrade) -> dict[str, str]:
    if isinstance(grader, OpenAIMulti):
        return {key: _engine(part, grade.parts[key]) for key, part in grader.parts.items()}
    return {grader.type: _engine(grader, grade)}


def _engine(grader: OpenAIGrader, grade: RowGrade) -> str:
    if isinstance(grader, OpenAIStringCheck | OpenAITextSimilarity):
        return engine_of(grader)
    return f"the judge {grade.model}" if grade.model else f"graders: {grader.type}"
