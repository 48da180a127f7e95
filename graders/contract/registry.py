"""Which scorer computes a grader type: one table for built-ins, `@register` and entry points."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from graders.contract.plugin_table import PluginTable, is_name
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
    if not is_name(grader_type):
        raise RegistrationError(f"register({grader_type!r}): a type is lower-case letters, digits and underscores")

    def add(scorer: S) -> S:
        TABLE.add(grader_type, scorer)
        return scorer

    return add


def _check_model(grader_type: str, scorer: type[Scorer[Any]]) -> None:
    """The class must name a wire model, and the model's own type, if it has one, must be this one."""
    model = getattr(scorer, "grader_model", None)
    if model is None:
        name = getattr(scorer, "__qualname__", scorer)
        raise RegistrationError(f"register({grader_type!r}): {name} has no grader_model")
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
    return TABLE.get(grader_type)


def known_types() -> list[str]:
    """Every type that a reward definition may name, entry points included, sorted."""
    return sorted({*TABLE.table, *TABLE.announced})


TABLE: PluginTable[type[Scorer[Any]]] = PluginTable(
    BUILT_IN, ENTRY_POINT_GROUP, decorator="register", noun="type", kind="grader type", check=_check_model
)
"""The scorers that are known."""
