"""What is known by a name: things that are shipped, registered by a decorator, or announced by an installed package."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from graders.errors import RegistrationError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

T = TypeVar("T")

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
        except _WHILE_LOADING as error:
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
