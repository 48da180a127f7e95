"""The prompt: what the judge is told, what it is shown, and the closed form of its verdict."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from annotated_types import Ge, Gt, MinLen

from graders.judge.cleaning import clean, encode

TEMPLATE_VERSION = 1
"""Counts up with each change of a word, here or in ``instructions.toml``, that could change a verdict; in every key."""

MAX_REASON = 200
"""The longest reason, in characters, that the judge is asked for."""

KEPT_REASON = 400
"""How many characters of a judge's reason are kept."""

DATA_HEADER = "Data, one JSON object:"
"""The line above the data; the data are the one line below it."""


@functools.cache
def _told() -> dict[str, str]:
    """The texts of ``instructions.toml``: ``system``, and the tasks ``equivalence`` and ``criteria``."""
    import tomllib
    from importlib.resources import files

    return tomllib.loads(files("graders.judge").joinpath("instructions.toml").read_text(encoding="utf-8"))


Words = Annotated[str, MinLen(1)]

Structured = Literal["auto", "json_schema", "json_schema_loose", "tool", "json_object", "none"]
"""How the form of the reply is asked for."""

LADDER: tuple[Structured, ...] = ("json_schema", "json_schema_loose", "tool", "json_object", "none")
"""The ways that ``auto`` goes down, strongest first, when a server rejects one."""


@dataclass(frozen=True, kw_only=True)
class JudgeTask:
    """What the judge is asked, and what is decided without it.

    Attributes:
        rubric: A task in your own words, in place of the default: does the answer say what the reference says?
        criteria: Each is decided on its own in one call, pass or fail; the score is their weighted mean.
            From the environment: separated by semicolons.
        criteria_weights: The weight of each criterion; equal where None.
        labels: The closed set of verdicts, worst first; the k-th of n scores k / (n - 1), k from 0.
        max_answer_chars: A longer answer is cut or refused.
        long_answer: ``clip`` shows the judge head and tail with a mark between, ``zero`` scores 0 without a call.
        accept_equal: An answer that is the reference scores 1 without a call (with the default task alone).
        refuse_contentless: An opening phrase with nothing behind it ("Solution:") scores 0 without a call.
        structured: How the form of the reply is asked for; ``auto`` takes the strongest that the server accepts.

    Raises:
        ValueError: labels or weights that don't fit together.
    """

    rubric: Words | None = None
    criteria: tuple[Words, ...] = ()
    criteria_weights: tuple[Annotated[float, Gt(0)], ...] | None = None
    labels: tuple[Words, ...] = ("fail", "pass")
    max_answer_chars: Annotated[int, Ge(64)] = 8000
    long_answer: Literal["clip", "zero"] = "clip"
    accept_equal: bool = True
    refuse_contentless: bool = True
    structured: Structured = "auto"

    def __post_init__(self) -> None:
        weights = self.criteria_weights
        if weights is not None and (len(weights) != len(self.criteria) or min(weights, default=0) <= 0):
            raise ValueError("criteria_weights: expected one weight above 0 for each of the criteria")
        if len({label.casefold().strip() for label in self.labels}) < max(2, len(self.labels)):
            raise ValueError("labels: expected two or more that differ by more than case and white space")
        if self.criteria and self.labels != ("fail", "pass"):
            raise ValueError("labels: each of the criteria is decided by pass or fail; leave labels out")


class Decision(NamedTuple):
    """A valid reply: its labels, one a criterion or one alone, and the reason."""

    labels: tuple[str, ...]
    reason: str


class Prompt(JudgeTask):
    """A task in words: what the judge reads, and the closed form of its reply."""

    @property
    def is_default(self) -> bool:
        """Whether the judge is asked for equivalence with the reference, so that the built-in probes hold."""
        return not self.rubric and not self.criteria

    @functools.cached_property
    def task(self) -> str:
        """What stands below the data."""
        task = self.rubric or _told()["equivalence"]
        if self.criteria:
            task = (f"{self.rubric}\n" if self.rubric else "") + _told()["criteria"]
            task += "\n".join(f"{name}: {text}" for name, text in zip(self.names, self.criteria, strict=True))
        return f"{task}\n\nReply with exactly this, the reason first:\n{self.form}"

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the criteria in the judge's reply."""
        return tuple(f"c{i}" for i in range(1, len(self.criteria) + 1))

    @property
    def form(self) -> str:
        """The reply as the judge is shown it."""
        one = " or ".join(json.dumps(label, ensure_ascii=False) for label in self.labels)
        verdict = one if not self.criteria else "{" + ", ".join(f'"{name}": {one}' for name in self.names) + "}"
        return f'{{"reason": "<at most {MAX_REASON} characters>", "verdict": {verdict}}}'

    def schema(self, *, loose: bool = False) -> dict[str, Any]:
        """The JSON schema of a reply; `loose` leaves out the length, which some servers refuse."""
        label: dict[str, Any] = {"type": "string", "enum": list(self.labels)}
        reason: dict[str, Any] = {"type": "string"} if loose else {"type": "string", "maxLength": MAX_REASON}
        verdict = _object(dict.fromkeys(self.names, label)) if self.criteria else label
        return _object({"reason": reason, "verdict": verdict})

    def messages(self, data: str) -> list[dict[str, str]]:
        """The messages of a call, from the data that `Prompt.data` wrote."""
        return [
            {"role": "system", "content": _told()["system"]},
            {"role": "user", "content": f"{DATA_HEADER}\n{data}\n\n{self.task}"},
        ]

    def decision(self, reply: object) -> Decision | str:
        """What a reply says, from its JSON value; or a sentence that says what is wrong with it."""
        if not isinstance(reply, dict) or not {"verdict"} <= set(reply) <= {"verdict", "reason"}:
            return "not an object with the keys reason and verdict alone"
        labels = self._labels_in(reply["verdict"])
        return labels if isinstance(labels, str) else Decision(labels, kept_reason(str(reply.get("reason", ""))))

    def _labels_in(self, verdict: Any) -> tuple[str, ...] | str:
        if not self.criteria:
            given = [verdict]
        elif isinstance(verdict, dict) and set(verdict) == set(self.names):
            given = [verdict[name] for name in self.names]
        else:
            return f"verdict: expected an object with the keys {', '.join(self.names)}"
        labels = [self.known_label(label) for label in given]
        if None in labels:
            return f"verdict: expected one of {', '.join(self.labels)}"
        return tuple(label for label in labels if label is not None)

    def known_label(self, label: object) -> str | None:
        """The label that a reply means, whatever its case; None where it is none."""
        known = {one.casefold().strip(): one for one in self.labels}
        return known.get(label.casefold().strip()) if isinstance(label, str) else None

    def value(self, labels: tuple[str, ...]) -> float:
        """The score, in [0, 1], of the verdicts of a reply."""
        ranks = [self.labels.index(label) / (len(self.labels) - 1) for label in labels]
        weights = self.criteria_weights or (1.0,) * len(ranks)
        if all(rank == ranks[0] for rank in ranks):
            return ranks[0]
        return sum(w * r for w, r in zip(weights, ranks, strict=True)) / sum(weights)


def kept_reason(reason: str) -> str:
    """As much of a reason as is kept; a reply may hold lone surrogates, which are replaced."""
    return reason[:KEPT_REASON].encode("utf-8", "replace").decode()


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def data(question: str | None, answer: str, reference: str | None) -> str:
    """The data line: the three texts as JSON strings that nothing can leave. Give it cleaned texts.

    What rows of one group share comes first, so that a server's prefix cache serves it.
    """
    return f"{shared_data(question, reference)}{encode(answer)}}}"


@functools.lru_cache(maxsize=2048)
def shared_data(question: str | None, reference: str | None) -> str:
    """The part of the data line that the rows of a group share."""
    parts = {"question": question, "reference": reference}
    given = "".join(f'"{name}": {encode(clean(text).text)}, ' for name, text in parts.items() if text is not None)
    return f'{{{given}"answer": '
