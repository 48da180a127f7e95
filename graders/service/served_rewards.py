"""The rewards that a service answers for: by a name given at the start, or by a definition in a request."""

from __future__ import annotations

import pickle
import warnings
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graders.reward.load import load_reward
from graders.reward.reward_function import RewardFunction
from graders.service.json_text import encode_json
from graders.service.problems import Problem
from graders.service.scoring.inline_scoring import quick_variant
from graders.service.scoring.known_references import KnownReferences
from graders.settings.settings import Settings
from graders.vocabulary.errors import DefinitionError, GradersWarning
from graders.vocabulary.validation import closest, shown

IN_REQUEST = "(in the request)"
"""The name of a reward that has none."""

MOST_KEPT = 256
"""So many definitions of requests are kept built."""


@dataclass(frozen=True, eq=False)
class ServedReward:
    """A reward, ready to be scored with in any process.

    Attributes:
        name: Its name, or `IN_REQUEST`.
        reward: The function.
        pickled: The same for another process.
        quick: The same for few short rows, see `quick_variant`.
        waits: Whether it waits for a judge.
    """

    name: str
    reward: RewardFunction
    pickled: bytes
    quick: RewardFunction | None
    waits: bool

    @classmethod
    def of_pickled(cls, name: str, pickled: bytes) -> ServedReward:
        """The same in another process, where nothing is quick."""
        reward = pickle.loads(pickled)  # noqa: S301 - from our own process
        return cls(name, reward, pickled, None, _waits(reward))


class ServedRewards:
    """The rewards of a service; those of requests are kept built, the latest first."""

    def __init__(self, named: Mapping[str, Any], settings: Settings, references: KnownReferences | None = None) -> None:
        """Load all named rewards.

        Args:
            named: Names, and a path or document for each.
            settings: What every reward is built with.
            references: References by prompt, for callers that send none.

        Raises:
            DefinitionError: one of them has mistakes.
        """
        self.settings = settings
        self.references = references or KnownReferences()
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
        key = encode_json(definition)
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
    with warnings.catch_warnings():  # they were said
        warnings.simplefilter("ignore", GradersWarning)
        quick = quick_variant(reward)
    return ServedReward(name, reward, pickle.dumps(reward), quick, _waits(reward))


def _waits(reward: RewardFunction) -> bool:
    return any(grader.type == "llm" for grader in reward.definition.graders)
