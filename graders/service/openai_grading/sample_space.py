"""What templates can name: the item as it came, and the sample with what follows from its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from graders.service.bodies import decode_json
from graders.service.openai_grading.grades import RowGrade, Space
from graders.service.problems import Problem
from graders.wire.openai.templates import Template, Variable, VariableError


def space_of_text(text: str, item: Mapping[str, Any]) -> Space:
    """The namespaces of a call to run: the sample is a text."""
    return space_of(item, {"output_text": text})


def space_of(item: Mapping[str, Any], sample: Mapping[str, Any]) -> Space:
    """The namespaces of a row: the sample as given, with `output_json` and `choices` where its text gives them."""
    text = sample.get("output_text")
    derived: dict[str, Any] = {}
    if isinstance(text, str):
        message = {"role": "assistant", "content": text}
        derived["choices"] = [{"index": 0, "message": message, "finish_reason": "stop"}]
        with suppress(Problem, UnicodeEncodeError):  # no JSON: then the sample has no such variable
            derived["output_json"] = decode_json(text.encode())
    return {"item": dict(item), "sample": {**derived, **sample}}


def filled(template: Template, space: Space) -> str | RowGrade:
    """A template with a row's values; or the grade of a row that lacks one."""
    text: str | RowGrade = _tried(template, space, template.filled)
    return text


def value_of(template: Template, space: Space) -> Any:
    """As `filled`; of a template that is one variable alone, a text, a number or a list of them as it is."""
    return _tried(template, space, template.value)


def _tried(template: Template, space: Space, fill: Callable[[Space], Any]) -> Any:
    try:
        return fill(space)
    except VariableError as error:
        flags = {"invalid_variable_error"}
        if "output_json" not in space["sample"] and any(map(_reads_json, template.variables)):
            flags.add("sample_parse_error")
        return RowGrade(flags=frozenset(flags), reason=str(error))


def _reads_json(variable: Variable) -> bool:
    return variable.steps[:2] == ("sample", "output_json")
