"""The prompt: what the judge is told, what it is shown, and the closed form of its verdict."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, NamedTuple

from annotated_types import Ge, MinLen

from graders.judge.cleaning import clean, encode
from graders.judge.criteria import Criterion, earned, points_fault

TEMPLATE_VERSION = 1
"""Counts up with each change of a word, here or in ``instructions.toml``, that could change a verdict; in every key."""

MAX_REASON = 200
"""The longest reason, in characters, that the judge is asked for."""

KEPT_REASON = 400
"""How many characters of a judge's reason are kept."""

MOST_ON_SCALE = 1e6
"""The largest number that a scale may have."""

DATA_HEADER = "Data, one JSON object:"
"""The line above the data; the data are the one line below it."""


@functools.cache
def _told() -> dict[str, str]:
    """The texts of ``instructions.toml``: ``system``, and the tasks ``equivalence``, ``criteria``, ``scale``, ..."""
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
        criteria: Each is decided on its own in one call, pass or fail; the score is points earned over points
            possible, cut to [0, 1]. From the environment: separated by semicolons.
        criteria_weights: The points of each criterion, negative ones for faults; 1 each where None.
        scale: The lowest and the highest number of a scale: the verdict is a number on it, and the score how far up
            it stands. From the environment: ``0;10``.
        conversation: The judge sees the whole prompt, its system prompt and earlier turns too, in place of the text of
            its last user turn.
        images: The judge sees the images of the prompt.
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
    criteria_weights: tuple[float, ...] | None = None
    scale: tuple[float, float] | None = None
    conversation: bool = False
    images: bool = False
    labels: tuple[Words, ...] = ("fail", "pass")
    max_answer_chars: Annotated[int, Ge(64)] = 8000
    long_answer: Literal["clip", "zero"] = "clip"
    accept_equal: bool = True
    refuse_contentless: bool = True
    structured: Structured = "auto"

    def __post_init__(self) -> None:
        self._check_weights()
        self._check_scale()
        if len({label.casefold().strip() for label in self.labels}) < max(2, len(self.labels)):
            raise ValueError("labels: expected two or more that differ by more than case and white space")
        if self.criteria and self.labels != ("fail", "pass"):
            raise ValueError("labels: each of the criteria is decided by pass or fail; leave labels out")

    def _check_weights(self) -> None:
        weights = self.criteria_weights
        if weights is None:
            return
        if len(weights) != len(self.criteria):
            raise ValueError("criteria_weights: expected one number for each of the criteria")
        fault = points_fault(weights)
        if fault:
            raise ValueError(f"criteria_weights: {fault}")

    def _check_scale(self) -> None:
        if self.scale is None:
            return
        low, high = self.scale
        if not (-MOST_ON_SCALE <= low < high <= MOST_ON_SCALE):
            raise ValueError(
                f"scale: expected two numbers, the lower one first, e.g. (0, 10); got {low:g} and {high:g}"
            )
        if self.criteria or self.labels != ("fail", "pass"):
            raise ValueError("scale: a verdict is a number, labels or criteria; leave two of them out")


class Decision(NamedTuple):
    """A valid reply: its labels, one a criterion or one alone, and the reason."""

    labels: tuple[str, ...]
    reason: str


class Prompt(JudgeTask):
    """A task in words: what the judge reads, and the closed form of its reply."""

    @property
    def is_default(self) -> bool:
        """Whether the judge is asked for equivalence with the reference, so that the built-in probes hold."""
        return not self.rubric and not self.criteria and not self.scale

    @functools.cached_property
    def task(self) -> str:
        """What stands below the data."""
        return f"{self._seen}{self._asked}\n\nReply with exactly this, the reason first:\n{self.form}"

    @property
    def _seen(self) -> str:
        """What is said of a conversation and of images."""
        return (_told()["conversation"] if self.conversation else "") + (_told()["images"] if self.images else "")

    @property
    def _asked(self) -> str:
        if self.criteria:
            faults = _told()["faults"] if min(self.points) < 0 else ""
            listed = "\n".join(f"{name}: {text}" for name, text in zip(self.names, self.criteria, strict=True))
            return (f"{self.rubric}\n" if self.rubric else "") + faults + _told()["criteria"] + listed
        if self.scale:
            low, high = (f"{end:g}" for end in self.scale)
            told = f"{self.rubric}\n{_told()['own_scale']}" if self.rubric else _told()["scale"]
            return told.replace("{low}", low).replace("{high}", high)
        return self.rubric or _told()["equivalence"]

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the criteria in the judge's reply."""
        return tuple(f"c{i}" for i in range(1, len(self.criteria) + 1))

    @property
    def points(self) -> tuple[float, ...]:
        """The points of each criterion."""
        return self.criteria_weights or (1.0,) * len(self.criteria)

    @property
    def form(self) -> str:
        """The reply as the judge is shown it."""
        one = self._shown_verdict
        verdict = one if not self.criteria else "{" + ", ".join(f'"{name}": {one}' for name in self.names) + "}"
        return f'{{"reason": "<at most {MAX_REASON} characters>", "verdict": {verdict}}}'

    @property
    def _shown_verdict(self) -> str:
        if self.scale:
            return "<a number from {:g} to {:g}>".format(*self.scale)
        return " or ".join(json.dumps(label, ensure_ascii=False) for label in self.labels)

    def schema(self, *, loose: bool = False) -> dict[str, Any]:
        """The JSON schema of a reply; `loose` leaves out lengths and bounds, which some servers refuse."""
        reason: dict[str, Any] = {"type": "string"} if loose else {"type": "string", "maxLength": MAX_REASON}
        one = self._verdict_schema(loose=loose)
        return _object({"reason": reason, "verdict": _object(dict.fromkeys(self.names, one)) if self.criteria else one})

    def _verdict_schema(self, *, loose: bool) -> dict[str, Any]:
        if not self.scale:
            return {"type": "string", "enum": list(self.labels)}
        bounds = {} if loose else dict(zip(("minimum", "maximum"), self.scale, strict=True))
        return {"type": "number", **bounds}

    @functools.cached_property
    def overhead(self) -> int:
        """How many characters the messages of a call have besides its data."""
        return sum(len(message["content"]) for message in self.messages(""))

    def messages(self, data: str) -> list[dict[str, str]]:
        """The messages of a call, from the data that `Prompt.data` wrote."""
        return [
            {"role": "system", "content": self._system},
            {"role": "user", "content": f"{DATA_HEADER}\n{data}\n\n{self.task}"},
        ]

    @functools.cached_property
    def _system(self) -> str:
        keys = ("question or conversation" if self.conversation else "question") + ", reference and answer"
        return _told()["system"].replace("{keys}", keys)

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
        """The label that a reply means, whatever its case, or its number as text; None where it is none."""
        if self.scale:
            return number_label(label, *self.scale)
        known = {one.casefold().strip(): one for one in self.labels}
        return known.get(label.casefold().strip()) if isinstance(label, str) else None

    def holds(self, labels: tuple[str, ...]) -> bool:
        """Whether labels that were kept are such as this prompt asks for."""
        if not self.scale:
            return set(labels) <= set(self.labels)
        try:
            return all(number_label(float(label), *self.scale) for label in labels)
        except ValueError:
            return False

    def value(self, labels: tuple[str, ...]) -> float:
        """The score, in [0, 1], of the verdicts of a reply."""
        if self.criteria:
            return earned(self.points, [label == self.labels[-1] for label in labels])
        if self.scale:
            low, high = self.scale
            return (float(labels[0]) - low) / (high - low)
        return self.labels.index(labels[0]) / (len(self.labels) - 1)


@functools.lru_cache(maxsize=1024)
def with_criteria(prompt: Prompt, criteria: tuple[Criterion, ...]) -> Prompt:
    """A prompt that asks for the criteria of one row in place of its own."""
    texts, points = zip(*criteria, strict=True)
    return replace(prompt, criteria=texts, criteria_weights=points)


def number_label(number: object, low: float, high: float) -> str | None:
    """A number within bounds as a label; None for anything else."""
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    return repr(float(number)) if is_number and low <= number <= high else None  # type: ignore[arg-type, operator]


def kept_reason(reason: str) -> str:
    """As much of a reason as is kept; a reply may hold lone surrogates, which are replaced."""
    return reason[:KEPT_REASON].encode("utf-8", "replace").decode()


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


Turns = tuple[tuple[str, str], ...]
"""A conversation: the role and the text of each turn."""


def data(question: str | None, answer: str, reference: str | None, turns: Turns = ()) -> str:
    """The data line: the texts as JSON strings that nothing can leave. Give it a cleaned answer.

    What rows of one group share comes first, so that a server's prefix cache serves it.

    Args:
        question: The question; a conversation stands in its place.
        answer: The answer.
        reference: The reference.
        turns: The conversation; empty where it isn't shown.
    """
    return f"{shared_data(question, reference, turns)}{encode(answer)}}}"


@functools.lru_cache(maxsize=2048)
def shared_data(question: str | None, reference: str | None, turns: Turns = ()) -> str:
    """The part of the data line that the rows of a group share."""
    shown = {"conversation": _written(turns)} if turns else {"question": _encoded(question)}
    parts = {**shown, "reference": _encoded(reference)}
    given = "".join(f'"{name}": {text}, ' for name, text in parts.items() if text is not None)
    return f'{{{given}"answer": '


def _encoded(text: str | None) -> str | None:
    return None if text is None else encode(clean(text).text)


def _written(turns: Turns) -> str:
    said = (f'{{"role": {_encoded(role)}, "content": {_encoded(text)}}}' for role, text in turns)
    return f"[{', '.join(said)}]"
