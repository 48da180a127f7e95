"""The components of a reward: their names, the scorers that compute them, and what is weak about these."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from operator import call
from typing import Any, NoReturn

from graders.contract import registry
from graders.contract.grader import Grader
from graders.contract.scorer import Scorer
from graders.settings.settings import Settings
from graders.vocabulary.errors import DefinitionError, GameableRewardWarning, Mistake
from graders.vocabulary.validation import closest
from graders.wire.schema import FormatCheckGrader

NEGLIGIBLE = 1e-6
"""An effective weight below this is most likely a mistake, and is warned of."""

FORMAT = "format"
"""The name of the component that every reward has: the format score."""

_FORMAT_CHECK = FormatCheckGrader()


def component_names(graders: Iterable[Grader]) -> list[str]:
    """``format``, then each grader's type with its operation; a second one of the same name gets ``#2``."""
    names = [FORMAT]
    for grader in graders:
        operation = getattr(grader, "operation", None)
        base = f"{grader.type}:{operation}" if operation else grader.type
        same = sum(name.partition("#")[0] == base for name in names)
        names.append(f"{base}#{same + 1}" if same else base)
    return names


def make_scorers(graders: Iterable[Grader], settings: Settings) -> dict[str, Scorer[Any]]:
    """The scorer of each component by name, the format's first.

    Args:
        graders: The graders of the definition, in its order.
        settings: The settings of this run.

    Raises:
        DefinitionError: settings name an unknown component, or a grader has no scorer or lacks a setting.
    """
    graders = list(graders)
    names = component_names(graders)
    _check_component_settings(settings, names)
    graders = [_FORMAT_CHECK, *graders]
    classes = [registry.scorer_class(grader.type) or _refuse(grader) for grader in graders]
    own_settings = list(map(settings.for_component, names))
    return dict(zip(names, map(call, classes, graders, own_settings), strict=True))


def _check_component_settings(settings: Settings, names: list[str]) -> None:
    unknown = [component for component in settings.components if component not in names]
    if unknown:
        allowed = f"is no component of this reward; these are {', '.join(names)}"
        mistakes = [Mistake((name,), allowed, closest(name, names)) for name in unknown]
        raise DefinitionError("Settings.components", mistakes)


def _refuse(grader: Grader) -> NoReturn:
    mistake = Mistake(("graders",), f"nobody has registered a scorer for {grader.type!r}")
    raise DefinitionError("the reward", [mistake])


def warn_of_weaknesses(scorers: Mapping[str, Scorer[Any]], weights: Mapping[str, float]) -> None:
    """Say which graders pay answers that are not right, and which pay nothing at all."""
    kinds = {name.partition("#")[0] for name in scorers} - {FORMAT, "format_check"}
    for name, scorer in scorers.items():
        weakness = scorer.weakness(alone=kinds == {name.partition("#")[0]})
        if weakness:
            warnings.warn(f"{name} {weakness}", GameableRewardWarning, stacklevel=4)
        if weights[name] < NEGLIGIBLE and (name, weights[name]) != (FORMAT, 0.0):  # a reward may have no format share
            sentence = f"{name} has an effective weight of {weights[name]:g}: what it scores makes no difference"
            warnings.warn(sentence, GameableRewardWarning, stacklevel=4)
