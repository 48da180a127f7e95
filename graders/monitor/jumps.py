"""Shares of a step's groups that jump: unscored outcomes, graders that part ways, groups that collapse."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from itertools import chain, permutations

from graders.monitor.detectors import FEWEST, SHOWN, Detector, Steps, alarm, part_of
from graders.monitor.recording import WatchAlarm
from graders.monitor.sequential import Jump, bar
from graders.monitor.step_rows import OUTCOME_NAMES, PAID, StepRows
from graders.monitor.traits import key_of
from graders.vocabulary.outcome import OUTCOMES

_UNSCORED = {one.code for one in OUTCOMES if one.unscored}


class Jumps(Detector):
    """Unscored outcomes, graders that part ways, and groups that collapse, in a larger share of a step than before."""

    detectors = ("outcomes", "judges", "collapse")

    def __init__(self) -> None:
        self._jumps: dict[tuple[str, str], Jump] = {}
        self._groups = 0
        self._fallen: deque[tuple[str, tuple[str, ...]]] = deque(maxlen=64)

    def see(self, rows: StepRows) -> Iterator[WatchAlarm]:
        """As `Detector.see`."""
        hits = dict(self._hits(rows))
        for one in hits.keys() - self._jumps.keys():
            self._jumps[one] = Jump(groups=self._groups)  # it never came before
        self._groups += len(rows.groups)
        for one, jump in self._jumps.items():
            found = hits.get(one, [])
            shares = [n / len(rows.groups[group]) for group, n in Counter(rows.index[row] for row in found).items()]
            evidence = jump.take(shares, len(rows.groups), rows.step)
            if evidence > bar(part_of(one[0], sum(other[0] == one[0] for other in self._jumps)), jump=True):
                shown = [rows.shown(row, one[0]) for row in found[:SHOWN]]
                steps, share = Steps(rows.step, jump.step), len(found) / len(rows)
                yield alarm(*one, steps, share=share, evidence=evidence, rows=shown)

    def _hits(self, rows: StepRows) -> Iterator[tuple[tuple[str, str], list[int]]]:
        """Which rows have what, for all that some row has."""
        for name, codes in zip(rows.names, rows.codes, strict=True):
            for found in sorted(_UNSCORED.intersection(codes)):
                which = [row for row, code in enumerate(codes) if code == found]
                yield ("outcomes", f"{name}/{OUTCOME_NAMES[found]}"), which
        graders = list(zip(rows.names, rows.values, strict=True))[1:5]
        for (one, values), (other, others) in permutations(graders, 2):
            pairs = enumerate(zip(values, others, strict=True))
            if apart := [row for row, (paid, refused) in pairs if paid >= PAID > refused]:
                yield ("judges", f"{one} pays what {other} refuses"), apart
        if fallen := list(self._collapsed(rows)):
            yield ("collapse", ""), sorted(chain.from_iterable(fallen))

    def _collapsed(self, rows: StepRows) -> Iterator[list[int]]:
        """The groups that have one answer, paid, which is no reference, and to which another such group fell."""
        for group, has_spread in zip(rows.groups, rows.spread, strict=True):
            if has_spread or len(group) < FEWEST or not rows.rewards[group[0]] >= PAID:
                continue
            references = rows.references[group[0]] or (rows.prompts[group[0]],)
            keys = {key_of(rows.answers[row] or "") for row in group}
            if len(keys) == 1 and not keys & set(map(key_of, references)):
                key = keys.pop()
                if any(key == other and references != theirs for other, theirs in self._fallen):
                    yield group
                self._fallen.append((key, references))
