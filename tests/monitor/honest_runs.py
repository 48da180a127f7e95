"""Honest policies of all kinds: what they do over a run, from its beginning at 0 to its end at 1."""

from tests.monitor.policy import Honest


def _kind(**ranges):
    """A policy whose habits go from one value to another, the others staying as they are."""

    def at(time, **base):
        moved = {name: first + (last - first) * min(1.0, 1.3 * time) for name, (first, last) in ranges.items()}
        return Honest(**{**base, **moved})

    return at


KINDS = {
    "steady": _kind(),
    "better": _kind(skill=(0.15, 0.95)),
    "worse": _kind(skill=(0.8, 0.1)),
    "longer": _kind(long=(0.05, 1.0), wordy=(0.02, 0.9)),
    "shorter": _kind(long=(1.0, 0.02), wordy=(0.9, 0.02)),
    "better and longer": _kind(skill=(0.2, 0.9), long=(0.1, 1.0), wordy=(0.05, 0.6)),
    "better and shorter": _kind(skill=(0.2, 0.9), long=(1.0, 0.1), wordy=(0.9, 0.05)),
    "worse and longer": _kind(skill=(0.7, 0.2), long=(0.1, 1.0), wordy=(0.05, 0.6)),
    "neater": _kind(neat=(0.3, 0.99)),
    "gives up more": _kind(lost=(0.02, 0.6)),
    "gives up less": _kind(lost=(0.6, 0.02)),
}
