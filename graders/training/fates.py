"""The fate of each field of a request: used, adjusted and how, or without a counterpart and ignored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["used", "adjusted", "ignored", "default"]
"""``used`` as it stands, ``adjusted`` or ``ignored`` as the reason says, ``default`` where nothing was given."""


@dataclass(frozen=True)
class Fate:
    """What becomes of one field.

    Attributes:
        field: Its path in the request or, for what the request has no field for, ``options.<name>``.
        value: What was given; None where nothing was.
        verdict: See `Verdict`.
        becomes: What it sets: a field of TRL's, peft's or accelerate's configuration with its value; empty for none.
        reason: Why it isn't used as it stands, or a remark.
    """

    field: str
    value: Any
    verdict: Verdict
    becomes: str = ""
    reason: str = ""


class Fates:
    """Gathers the fates of a request's fields; a field without one is an error of ours, and a test finds it.

    Attributes:
        all: Every fate, in the order in which they were told.
    """

    def __init__(self, prefix: str = "", fates: list[Fate] | None = None) -> None:
        self._prefix = prefix
        self.all = [] if fates is None else fates

    def within(self, section: str) -> Fates:
        """The same list, for fields that are named from a section of the request on."""
        return Fates(f"{self._prefix}{section}.", self.all)

    def add(self, field: str, value: Any, becomes: str = "", *, given: bool = True, remark: str = "") -> None:
        """A field that is used as it stands, or whose default is."""
        self.all.append(Fate(self._prefix + field, value, "used" if given else "default", becomes, remark))

    def unset(self, *fields: str) -> None:
        """Fields that were not given and set nothing."""
        for field in fields:
            self.add(field, None, given=False)

    def adjusted(self, field: str, value: Any, becomes: str, reason: str) -> None:
        """A field that is used in another way than it stands."""
        self.all.append(Fate(self._prefix + field, value, "adjusted", becomes, reason))

    def ignored(self, field: str, value: Any, reason: str) -> None:
        """A field that has no counterpart."""
        self.all.append(Fate(self._prefix + field, value, "ignored", "", reason))

    def unknown(self, field: str, value: Any) -> None:
        """A field that nobody knows, which may hold a secret: its name alone is told."""
        self.ignored(field, hidden(value), "not a field of the API description")


def hidden(value: Any) -> str:
    """What stands for the value of a field that may hold a secret: its type."""
    return f"<{type(value).__name__}, not shown>"
