"""What to make of scored rows: the worst news first, and whether they meet the bars of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graders.figures.diagnostics import Diagnostics
from graders.offline.results.summary import Accuracy, Summary
from graders.pages.formatting import counted

_UNREAD = ("unscored", "no_answer", "truncated")
"""Alarms that are told in the headline: what isn't read can't be paid."""


def headline(figures: Diagnostics, accuracy: Accuracy | None) -> list[str]:
    """The news of scored rows, the worst first; that there is none is said only of what was looked at."""
    if not figures.rows or figures.unscored == 1:
        return ["No row could be scored."]
    bad = [*_mistakes(accuracy), *_unread(figures)]
    if bad or accuracy is None:
        return bad
    return ["No completion that is labelled wrong is paid, and none that is labelled right is refused."]


def _mistakes(accuracy: Accuracy | None) -> list[str]:
    """Wrong answers that are paid, right ones that are refused; first what concerns the larger share."""
    if accuracy is None:
        return []
    wrong, paid = accuracy.false_positives, accuracy.true_positives + accuracy.false_positives
    refused, right = accuracy.false_negatives, accuracy.true_positives + accuracy.false_negatives
    are = "is" if wrong == 1 else "are"
    gamed = f"This reward can be gamed: of {paid:,} completions that it pays, {wrong:,} {are} labelled wrong."
    lost = f"It refuses {refused:,} of {right:,} completions that are labelled right (recall {accuracy.recall:.3f})."
    shares = {gamed: wrong / max(paid, 1), lost: refused / max(right, 1)}
    return sorted(filter(shares.get, shares), key=lambda told: -shares[told])


def _unread(figures: Diagnostics) -> Iterator[str]:
    for alarm in figures.alarms:
        if alarm.kind in _UNREAD:
            yield alarm.sentence[:1].upper() + alarm.sentence[1:] + "."


@dataclass(frozen=True, slots=True)
class Bars:
    """What makes a run fail.

    Attributes:
        max_error_rate: The largest share of rows that may be unreadable.
        max_unscored: The largest share of completions that may be without a reward; that none has one always fails.
    """

    max_error_rate: float
    max_unscored: float = 1.0

    def failures(self, summary: Summary, error_rate: float, unscored: float) -> Iterator[str]:
        """Why a run fails, a sentence each."""
        if error_rate > self.max_error_rate:
            yield f"{_unreadable(summary, error_rate)}, and --max-error-rate is {self.max_error_rate:g}"
        if summary.scored and unscored == 1:
            yield f"no reward could be given to any of {counted(summary.scored, 'completion')}"
        elif summary.scored and unscored > self.max_unscored:
            share = f"{unscored:.1%} of {counted(summary.scored, 'completion')}"
            yield f"{share} have no reward, and --max-unscored is {self.max_unscored:g}"
        elif summary.errors and not summary.scored and self.max_error_rate == 1:
            yield "no row could be scored"


def _unreadable(summary: Summary, error_rate: float) -> str:
    """How many rows can't be read; all of them are counted where no completion of another is."""
    if error_rate == 1:
        return f"{summary.errors:,} of {counted(summary.errors, 'row')} can't be read"
    return f"{counted(summary.errors, 'row')} ({error_rate:.1%}) can't be read"
