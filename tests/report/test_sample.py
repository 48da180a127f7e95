"""Which rows are shown, and what agrees with the labels."""

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graders.contract.scores import Scores
from graders.figures.diagnostics import diagnose
from graders.offline.scored import ScoredRows
from graders.report.gather import agree
from graders.report.strata import MAX_ROWS, PAID_WRONGLY, choose
from graders.reward.reward_batch import combine
from graders.vocabulary.outcome import OUTCOMES, Outcome

WEIGHTS = {"format": 0.1, "a": 0.6, "b": 0.3}


def rows_of(values, labels):
    """Scored rows of three components, of groups of four."""
    columns = np.array(values, dtype=np.float64).reshape(-1, 3).T
    codes = [
        np.where(np.isnan(one), Outcome.BAD_REFERENCE.code, np.where(one == 1, 0, np.where(one == 0, 1, 2)))
        for one in columns
    ]
    scores = {
        name: Scores(column, code.astype(np.int8)) for name, column, code in zip(WEIGHTS, columns, codes, strict=True)
    }
    rewards = combine({name: one.values for name, one in scores.items()}, WEIGHTS)
    n = len(rewards)
    labels = np.array(labels, dtype=np.float64)
    positions = np.zeros(n, dtype=np.int64)
    return ScoredRows("x", rewards, scores, WEIGHTS, np.arange(n) // 4, np.full(n, 2.0), labels, np.arange(n),
                      positions, (), 0)  # fmt: skip


SCORE = st.sampled_from([0.0, 0.5, 1.0, float("nan")])
ROWS = st.lists(st.tuples(SCORE, SCORE, SCORE, st.sampled_from([0.0, 1.0, float("nan")])), min_size=1, max_size=40)


@given(ROWS)
def test_agreement_is_what_an_oracle_counts(rows):
    """Row by row: paid where the graders' weighted mean, the format left out, is at least one half."""
    scored = rows_of([row[:3] for row in rows], [row[3] for row in rows])
    found, wanted = agree(scored, WEIGHTS), {"pw": [], "rw": [], "right": 0}
    for number, (layout, one, other, label) in enumerate(rows):
        if any(value != value for value in (layout, one, other, label)):  # noqa: PLR0124 - NaN
            continue
        paid = (6 * one + 3 * other) >= 4.5
        kind = "right" if paid == bool(label) else "pw" if paid else "rw"
        if kind == "right":
            wanted["right"] += 1
        else:
            wanted[kind].append(number)
    if not wanted["right"] and not wanted["pw"] and not wanted["rw"]:
        assert found is None
        return
    assert sorted(found.paid_wrongly) == wanted["pw"]
    assert sorted(found.refused_wrongly) == wanted["rw"]
    counts = found.accuracy
    assert counts.true_positives + counts.true_negatives == wanted["right"]
    share = scored.graders_share(WEIGHTS)
    assert (np.diff(share[found.paid_wrongly]) <= 0).all()
    assert (np.diff(share[found.refused_wrongly]) >= 0).all()


@given(ROWS)
def test_every_outcome_is_shown(rows):
    """And every row that is shown has a reason that is true of it."""
    scored = rows_of([row[:3] for row in rows], [row[3] for row in rows])
    agreement, diagnostics = agree(scored, WEIGHTS), diagnose(scored.rewards, scored.scores, WEIGHTS, scored.groups)
    chosen = choose(scored, diagnostics, agreement)
    assert all(0 <= row < len(scored) for row in chosen)
    for name, scores in scored.scores.items():
        for code in np.unique(scores.codes):
            reason = f"{name} {OUTCOMES[code]}"
            shown = [row for row, reasons in chosen.items() if reason in reasons]
            assert shown
            assert all(scores.codes[row] == code for row in shown)


def test_it_does_not_grow():
    """200,000 rows, all kinds of mistakes and alarms: so many rows as said, the paid ones first, the same each time."""
    rng = np.random.default_rng(0)
    scored = rows_of(rng.integers(0, 2, (200_000, 3)), rng.integers(0, 2, 200_000))
    agreement, diagnostics = agree(scored, WEIGHTS), diagnose(scored.rewards, scored.scores, WEIGHTS, scored.groups)
    chosen = choose(scored, diagnostics, agreement)
    assert len(chosen) <= MAX_ROWS
    assert [reasons[0] for reasons in list(chosen.values())[:PAID_WRONGLY]] == ["paid wrongly"] * PAID_WRONGLY
    assert "by chance" in {reason for reasons in chosen.values() for reason in reasons}
    assert chosen == choose(scored, diagnostics, agreement)
    assert chosen != choose(scored, diagnostics, agreement, seed=1)


def test_alarms_are_shown_by_their_rows():
    scored = rows_of([[1, 0, 0]] * 40, [float("nan")] * 40)
    diagnostics = diagnose(scored.rewards, scored.scores, WEIGHTS, scored.groups)
    alarm = dataclasses.replace(diagnostics.alarms[0], rows=(7, 9), count=2)
    chosen = choose(scored, dataclasses.replace(diagnostics, alarms=(alarm,)), None)
    assert f"alarm {alarm.kind}" in chosen[7]
    assert f"alarm {alarm.kind}" in chosen[9]
