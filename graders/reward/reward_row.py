"""One row of a scored batch: what was read, and what it was paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from reprlib import Repr

from graders.vocabulary.outcome import Outcome

_REPR = Repr()
_REPR.maxstring = _REPR.maxother = 80


@dataclass(frozen=True)
class RewardRow:
    """One row of a `RewardBatch`: ``batch[3]``.

    Attributes:
        index: Its position in the batch, from 0.
        completion: The text of the completion, without the tokens that end a turn.
        answer: The answer that was read; None where there is none.
        reference_answer: Its reference, a tuple where several are acceptable; None where the batch has none.
        prompt: Its question; None where the batch has none.
        group: The number of its group; None where groups are unknown.
        reward: Its reward; NaN where it is unscored.
        components: The score of each component by name, NaN where unscored.
        outcomes: Why, by component.
    """

    index: int
    completion: str
    answer: str | None
    reference_answer: str | tuple[str, ...] | None
    prompt: str | None
    group: int | None
    reward: float
    components: Mapping[str, float]
    outcomes: Mapping[str, Outcome]

    def __repr__(self) -> str:
        shown = dict(list(self.components.items())[:8])
        scores = ", ".join(f"{name[:60]}={score:g} ({self.outcomes[name]})" for name, score in shown.items())
        texts = f"answer={_REPR.repr(self.answer)}, reference_answer={_REPR.repr(self.reference_answer)}"
        return f"<RewardRow {self.index}: reward={self.reward:g}, {scores}, {texts}>"
