"""What the judge raises and warns of, under the tree of `graders.vocabulary.errors`."""

from __future__ import annotations

from graders.vocabulary.errors import GradersError, GradersWarning


class JudgeError(GradersError):
    """The judge left too much of a batch unscored, or a known-wrong probe passed and the settings ask for an error.

    No row is scored by it: whoever catches it must treat the whole batch as unscored.
    """


class JudgeWarning(GradersWarning):
    """Something about the judge that a person should know: a dropped parameter, an alarm, a cache that failed."""
