"""What is known by a name, shipped, registered by a decorator or announced by an installed package; so the scorers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from graders.vocabulary.errors import RegistrationError
from graders.vocabulary.validation import shown

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from graders.contract.scorer import Scorer

T = TypeVar("T")
S = TypeVar("S", bound="type[Scorer[Any]]")


def _anything(name: str, value: object) -> None:
    """No check."""


@dataclass
class PluginTable(Generic[T]):
    """Things by their names; each is imported when it is first asked for.

    Attributes:
        shipped: The names that belong to the library, each with its ``"module:attribute"``.
        group: The group of entry points by which installed packages announce more.
        decorator: What registers a thing, as errors name it: ``register``.
        noun: What a name is called there: ``type``.
        kind: What a thing is called: ``grader type``.
        check: Raises `RegistrationError` where a thing can't have this name.
        table: What is known so far: a place, or the thing itself.
    """

    shipped: Mapping[str, str]
    group: str
    decorator: str
    noun: str
    kind: str
    check: Callable[[str, T], None] = _anything
    table: dict[str, str | T] = field(init=False)

    def __post_init__(self) -> None:
        self.table = dict(self.shipped)

    def add(self, name: str, value: T) -> T:
        """Register a thing; the same one twice is fine.

        Raises:
            RegistrationError: the name is taken by another, or the check refuses it.
        """
        taken = self.table.get(name)
        if taken is not None and _place(taken) != _place(value):
            call = f"{self.decorator}({name!r})"
            raise RegistrationError(f"{call}: the {self.noun} is taken by {_place(taken)}; choose another")
        self.check(name, value)
        self.table[name] = value
        return value

    def get(self, name: str) -> T | None:
        """The thing of a name; None where nobody has registered it.

        Raises:
            RegistrationError: an entry point of that name exists and can't be loaded.
        """
        found = self.table.get(name) or self._announced(name)
        if isinstance(found, str):
            module, _, attribute = found.partition(":")
            found = getattr(import_module(module), attribute)
            self.table[name] = found
        return found

    @property
    def announced(self) -> set[str]:
        """The names that installed packages announce."""
        from importlib.metadata import entry_points

        return set(entry_points(group=self.group).names)

    def _announced(self, name: str) -> T | None:
        """Load and register the entry point of this name, if some installed package has one."""
        from importlib.metadata import entry_points

        for point in entry_points(group=self.group, name=name):
            value = self._loaded(name, point)
            return value if name in self.table else self.add(name, value)  # its module may have registered it
        return None

    def _loaded(self, name: str, point: EntryPoint) -> T:
        try:
            value: T = point.load()
        except Exception as error:  # whatever a third party's module raises while it is imported
            found = f"the {self.kind} {name!r} is announced as {point.value} by an installed package"
            reason = f"{type(error).__name__}: {error}"
            raise RegistrationError(f"{found}, but loading it failed: {reason}") from error
        return value


def is_name(text: object) -> bool:
    """Whether a text can be the name of something registered: a lower-case word of at most 64 characters."""
    return isinstance(text, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,63}", text) is not None


def _place(found: Any) -> str:
    """Where something is defined, as ``module:name``."""
    return found if isinstance(found, str) else f"{found.__module__}:{getattr(found, '__qualname__', found)}"


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
