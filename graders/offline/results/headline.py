"""What to make of scored rows, in a sentence or two: the worst news first."""

from __future__ import annotations

from collections.abc import Iterator

from graders.figures.diagnostics import Diagnostics
from graders.offline.results.summary import Accuracy

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
