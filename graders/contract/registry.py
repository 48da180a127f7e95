"""Which scorer computes a grader type: one table for built-ins, `@register` and entry points."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from graders.errors import RegistrationError
from graders.validation import shown

if TYPE_CHECKING:
    from graders.contract.scorer import Scorer

S = TypeVar("S", bound="type[Scorer[Any]]")

ENTRY_POINT_GROUP = "graders"
"""Entry points of this group are scorers: ``length = "my_package:LengthScorer"``."""

BUILT_IN = {
    "format_check": "graders.scorers.format_check:FormatCheckScorer",
    "math_accuracy": "graders.scorers.math_accuracy:MathAccuracyScorer",
    "string_check": "graders.scorers.string_check:StringCheckScorer",
    "text_similarity": "graders.scorers.text_similarity:TextSimilarityScorer",
    "llm": "graders.scorers.llm:LLMScorer",
}
"""The five grader types of the API description; their names can't be registered again."""

_WHILE_LOADING = (
    ImportError,
    AttributeError,
    TypeError,
    ValueError,
    RuntimeError,
    SyntaxError,
    NameError,
    OSError,
    LookupError,
    ArithmeticError,
    AssertionError,
)
"""What a third party's module may raise while it is imported."""

_table: dict[str, str | type[Scorer[Any]]] = dict(BUILT_IN)


def register(grader_type: str) -> Callable[[S], S]:
    """Register a scorer class under the `type` that reward definitions name it by.

    Args:
        grader_type: Lower-case letters, digits and underscores, as it stands in the JSON.

    Raises:
        RegistrationError: the name is malformed or taken, or the class has no ``grader_model`` of this type.

    Example::

        class LengthGrader(graders.Grader):
            type: Literal["length"] = "length"
            at_most: int = 100

        @graders.register("length")
        class LengthScorer(graders.Scorer[LengthGrader]):
            grader_model = LengthGrader

            def score(self, batch):
                return graders.Scores.of([len(c.text) <= self.grader.at_most for c in batch.completions])
    """
    if not isinstance(grader_type, str):
        raise RegistrationError(
            f'register: got {shown(grader_type)} in place of a type; write @graders.register("type") above the class'
        )
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", grader_type):
        raise RegistrationError(f"register({grader_type!r}): a type is lower-case letters, digits and underscores")

    def add(scorer: S) -> S:
        taken = _table.get(grader_type)
        if taken is not None and _name(taken) != _name(scorer):
            raise RegistrationError(f"register({grader_type!r}): the type is taken by {_name(taken)}; choose another")
        _check_model(grader_type, scorer)
        _table[grader_type] = scorer
        return scorer

    return add


def _check_model(grader_type: str, scorer: type[Scorer[Any]]) -> None:
    """The class must name a wire model, and the model's own type, if it has one, must be this one."""
    model = getattr(scorer, "grader_model", None)
    if model is None:
        raise RegistrationError(
            f"register({grader_type!r}): {getattr(scorer, '__qualname__', scorer)} has no grader_model"
        )
    own = model.model_fields["type"].default
    if isinstance(own, str) and own != grader_type:
        raise RegistrationError(
            f"register({grader_type!r}): {model.__qualname__} is of type {own!r}; register it as "
            f"{own!r}, or write type: Literal[{grader_type!r}] = {grader_type!r}"
        )


def scorer_class(grader_type: str) -> type[Scorer[Any]] | None:
    """The scorer of a grader type, imported on first use; None where nobody has registered it.

    Raises:
        RegistrationError: an entry point of that name exists and can't be loaded.
    """
    found = _table.get(grader_type) or _entry_point(grader_type)
    if isinstance(found, str):
        module, _, name = found.partition(":")
        found = getattr(import_module(module), name)
        _table[grader_type] = found
    return found


def known_types() -> list[str]:
    """Every type that a reward definition may name, entry points included, sorted."""
    from importlib.metadata import entry_points

    return sorted({*_table, *entry_points(group=ENTRY_POINT_GROUP).names})


def _entry_point(grader_type: str) -> type[Scorer[Any]] | None:
    """Load and register the entry point of this name, if some installed package has one."""
    from importlib.metadata import entry_points

    for point in entry_points(group=ENTRY_POINT_GROUP, name=grader_type):
        try:
            scorer: type[Scorer[Any]] = point.load()
        except _WHILE_LOADING as error:
            reason = f"{type(error).__name__}: {error}"
            raise RegistrationError(
                f"the grader type {grader_type!r} is announced as {point.value} by an installed "
                f"package, but loading it failed: {reason}"
            ) from error
        if grader_type not in _table:  # the module may have registered itself while it was imported
            register(grader_type)(scorer)
        return scorer
    return None


def _name(scorer: str | type[Scorer[Any]]) -> str:
    return scorer if isinstance(scorer, str) else f"{scorer.__module__}:{scorer.__qualname__}"
