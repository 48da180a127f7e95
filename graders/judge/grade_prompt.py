"""A prompt in the caller's own words: messages as they are, and a reply with a number or one of some labels."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from graders.judge.prompt import Decision, Prompt, kept_reason, number_label

_STEPS = '[{"description": "...", "conclusion": "..."}]'
_PROBE = "This is a test of the connection. Give any result that the form allows."
_MOST_STEPS = 64


@dataclass(frozen=True, kw_only=True)
class GradePrompt(Prompt):
    """Messages of the caller's own; the data of a question are these messages as JSON.

    The reply is asked for as OpenAI's model graders ask: ``{"steps": [...], "result": ...}``.

    Attributes:
        numeric: The result is a number; else it is one of `labels`.
    """

    numeric: bool = False

    @property
    def is_default(self) -> bool:
        """Never: any valid reply to a probe shows that the server is well."""
        return False

    @property
    def form(self) -> str:
        """The reply as the judge is shown it."""
        one = (
            "<a number>"
            if self.numeric
            else " or ".join(json.dumps(label, ensure_ascii=False) for label in self.labels)
        )
        return f'{{"steps": {_STEPS}, "result": {one}}}'

    def schema(self, *, loose: bool = False) -> dict[str, Any]:
        """The JSON schema of a reply; it has no lengths that a server may refuse."""
        del loose
        text = {"type": "string"}
        steps = {"type": "array", "items": _closed({"description": text, "conclusion": text})}
        result = {"type": "number"} if self.numeric else {"type": "string", "enum": list(self.labels)}
        return _closed({"steps": steps, "result": result})

    def messages(self, data: str) -> list[dict[str, str]]:
        """The caller's messages, with the form of the reply in the system message; of a probe, its own."""
        asked = json.loads(data) if data.startswith("[") else [{"role": "user", "content": _PROBE}]
        form = f"Reply with exactly one JSON object of this form, the steps first:\n{self.form}"
        if asked[0]["role"] == "system":
            return [{**asked[0], "content": f"{asked[0]['content']}\n\n{form}"}, *asked[1:]]
        return [{"role": "system", "content": form}, *asked]

    def decision(self, reply: object) -> Decision | str:
        """The result of a reply as its label, and what its steps conclude."""
        if not isinstance(reply, dict) or not {"result"} <= set(reply) <= {"result", "steps"}:
            return "not an object with the keys steps and result alone"
        label = number_label(reply["result"], -1e300, 1e300) if self.numeric else self.known_label(reply["result"])
        if label is None:
            return f"result: expected {'a number' if self.numeric else 'one of ' + ', '.join(self.labels)}"
        return Decision((label,), kept_reason(_concluded(reply.get("steps"))))

    def value(self, labels: tuple[str, ...]) -> float:
        """The number itself; of labels, the rank of the chosen one, from 0 to 1."""
        return float(labels[0]) if self.numeric else super().value(labels)


def _concluded(steps: object) -> str:
    """The conclusions of a reply, one after the other."""
    found = steps[:_MOST_STEPS] if isinstance(steps, list) else []
    return " ".join(str(step["conclusion"]) for step in found if isinstance(step, dict) and "conclusion" in step)


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
