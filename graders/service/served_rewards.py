"""The rewards that a service answers for: by a name given at the start, or by a definition in a request."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from graders.errors import DefinitionError
from graders.reward.load import load_reward
from graders.reward.reward_function import RewardFunction
from graders.service.problems import Problem
from graders.service.scoring.reward_scores import RewardRows
from graders.settings.settings import Settings
from graders.validation import closest, shown

IN_REQUEST = "(in the request)"
"""The name of a reward that has none."""

Lane = Literal["here", "processes", "judge"]
"""Where a reward is computed: at once in the front process where it is cheap, in the pool, or where judges are waited for."""

CHEAP_ROWS, CHEAP_LENGTH = 8, 8192
"""So many rows of so many characters are scored at once where the reward is cheap: half a millisecond."""

MOST_KEPT = 256
"""So many definitions of requests are kept built."""


@dataclass(frozen=True, eq=False)
class ServedReward:
    """A reward, ready, and where it is computed.

    Attributes:
        name: Its name, or `IN_REQUEST`.
        reward: The function.
        pickled: The same for another process.
        lane: Where it is computed.
    """

    name: str
    reward: RewardFunction
    pickled: bytes
    lane: Lane

    def is_cheap(self, rows: RewardRows) -> bool:
        """Whether rows are scored faster than they could be handed to another process."""
        if self.lane != "here" or len(rows) > CHEAP_ROWS:
            return False
        return all(type(text) is str and len(text) <= CHEAP_LENGTH for text in rows.completions)


class ServedRewards:
    """The rewards of a service; those of requests are kept built, the latest first."""

    def __init__(self, named: Mapping[str, Any], settings: Settings) -> None:
        """Load all named rewards.

        Args:
            named: Names, and a path or document for each.
            settings: What every reward is built with.

        Raises:
            DefinitionError: one of them has mistakes.
        """
        self.settings = settings
        self._recent: OrderedDict[bytes, ServedReward] = OrderedDict()
        self.named = {name: _served(name, source, settings) for name, source in named.items()}

    def by_name(self, name: str) -> ServedReward:
        """A named reward.

        Raises:
            Problem: 404, there is none of that name; the closest is named.
        """
        if name in self.named:
            return self.named[name]
        near = closest(name, self.named) if self.named else None
        known = f"those are {', '.join(sorted(self.named)) or 'none'}"
        hint = f"; did you mean {near!r}?" if near else ""
        raise Problem(
            404, f"no reward named {name[:80]!r} is served here; {known}{hint}", param="reward", code="no_such_reward"
        )

    def by_definition(self, definition: Mapping[str, Any], *, fresh: bool = False) -> ServedReward:
        """The reward of a definition that came with a request; a path or a judge's address in it means nothing.

        Args:
            definition: The definition.
            fresh: Whether it is built though it was built before, so that its warnings are heard again.

        Raises:
            Problem: 422, with every mistake in it.
        """
        key = msgspec.json.encode(definition)
        if key in self._recent and not fresh:
            self._recent.move_to_end(key)
            return self._recent[key]
        try:
            served = _served(IN_REQUEST, definition, self.settings)
        except DefinitionError as error:
            raise Problem(422, str(error), param="reward", code="invalid_reward", mistakes=error.mistakes) from None
        self._recent[key] = served
        if len(self._recent) > MOST_KEPT:
            self._recent.popitem(last=False)
        return served

    def find(self, reward: object) -> ServedReward:
        """A reward by what a request says of it: a name, a definition, or nothing where one alone is served.

        Raises:
            Problem: 404 or 422, there is none.
        """
        if reward is None and len(self.named) == 1:
            return next(iter(self.named.values()))
        if isinstance(reward, str):
            return self.by_name(reward)
        if isinstance(reward, Mapping):
            return self.by_definition(reward)
        names = ", ".join(sorted(self.named)) or "none"
        found = "is missing" if reward is None else f"got {shown(reward)}"
        message = f"reward: {found}, expected a definition or the name of a reward that is served ({names})"
        raise Problem(422, message, param="reward")


def _served(name: str, source: Any, settings: Settings) -> ServedReward:
    reward = load_reward(source, settings)
    return ServedReward(name, reward, pickle.dumps(reward), _lane(reward))


def _lane(reward: RewardFunction) -> Lane:
    kinds = {grader.type for grader in reward.definition.graders}
    if "llm" in kinds:
        return "judge"
    return "here" if kinds <= {"format_check", "string_check"} else "processes"
