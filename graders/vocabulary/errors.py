"""Every error and warning that `graders` raises on purpose.

GradersError
├── DefinitionError        a reward, request or settings document has mistakes (all of them, at once)
├── RegistrationError      a scorer can't be registered, or an entry point can't be loaded
├── DataError              rows can't be read: file, line, column and remedy
│   └── BadReferenceError  a reference that no answer could ever match
├── UnscoredError          a row has no reward and the settings ask for an error then
├── JudgeError             a judge leaves more of a batch open than the settings allow (in graders.judge)
└── MissingExtraError      an optional dependency isn't installed

GradersWarning
├── DefinitionWarning      an unknown key, most likely a typo
├── TranslationWarning     a document of another API was translated, and this is what it means here
├── GameableRewardWarning  a grader that can be satisfied without being right
└── BatchWarning           something is odd with a whole batch: settings, references, a failing scorer
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class GradersError(Exception):
    """The root of the tree: catch this to catch everything that `graders` raises on purpose."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in a document.

    Attributes:
        loc: Where: keys and list positions from the root of the document.
        message: What was found and what is allowed, one sentence without the path.
        suggestion: The closest allowed value or key, if one is close.
        kind: A short machine-readable name, e.g. ``"missing"`` or ``"weights_sum"``.
        found: The offending value.
    """

    loc: tuple[str | int, ...]
    message: str
    suggestion: str | None = None
    kind: str = "value_error"
    found: object = None

    @property
    def path(self) -> str:
        """The location as one reads it: ``graders[1].operation``; empty for the whole document."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.loc)
        return "".join(steps).removeprefix(".")

    @property
    def sentence(self) -> str:
        """The message with the suggestion, if there is one."""
        return f"{self.message}; did you mean {self.suggestion!r}?" if self.suggestion else self.message

    def __str__(self) -> str:
        return f"{self.path or 'the document'}: {self.sentence}"


class DefinitionError(GradersError, ValueError):
    """A document that can't be used, with every mistake in it.

    Attributes:
        source: What was being read: a path, or words such as "a reward definition".
        mistakes: All that is wrong, in document order.
    """

    def __init__(self, source: str, mistakes: Sequence[Mistake]) -> None:
        self.source = source
        self.mistakes = tuple(mistakes)
        super().__init__(source, self.mistakes)

    def __str__(self) -> str:
        if len(self.mistakes) == 1 and not self.mistakes[0].loc:
            return f"{self.source} {self.mistakes[0].sentence}"
        count = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        lines = "".join(f"\n  {mistake}" for mistake in self.mistakes)
        return f"{self.source} {'have' if self.source == 'the settings' else 'has'} {count}:{lines}"


class RegistrationError(GradersError):
    """A scorer class breaks the registry's rules, or its entry point can't be loaded."""


class DataError(GradersError, ValueError):
    """Rows that can't be read or lack what the reward needs; the message names place and remedy."""


class BadReferenceError(DataError):
    """A reference that is empty, a placeholder or unreadable, where settings ask for an error."""


class UnscoredError(GradersError):
    """A row without a reward, where ``Settings.on_unscored`` is ``"error"``."""


class MissingExtraError(GradersError, ImportError):
    """An optional dependency is missing; the message holds the exact line that installs it.

    Args:
        feature: What needs it.
        extra: The extra of this library that installs it.
        package: The package that does, where no extra has it.
    """

    def __init__(self, feature: str, extra: str = "", package: str = "") -> None:
        super().__init__(feature, extra, package)

    def __str__(self) -> str:
        feature, extra, package = self.args
        if package:
            return f"{feature} needs {package}: pip install {package}"
        return f'{feature} needs an extra: pip install "reward-graders[{extra}]"'


class GradersWarning(UserWarning):
    """The root of all warnings of this library."""


class DefinitionWarning(GradersWarning):
    """A document holds an unknown key, which is ignored.

    Attributes:
        mistake: The same as a mistake of the document, for those who don't let it pass; None where nobody says.
    """

    def __init__(self, sentence: str, mistake: Mistake | None = None) -> None:
        super().__init__(sentence)
        self.mistake = mistake


class TranslationWarning(GradersWarning):
    """A document of another API was translated; the sentence says what its words mean here."""


class GameableRewardWarning(GradersWarning):
    """A grader that is gameable by design: it pays answers that are not right."""


class BatchWarning(GradersWarning):
    """Something is odd with a whole batch; said once a reward function."""
