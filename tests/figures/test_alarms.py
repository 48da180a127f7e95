"""Each alarm on both sides of each of its thresholds: just where it stays silent, and just where it speaks."""

import numpy as np
import pytest

from graders.contract.scores import Scores
from graders.figures.alarms import KINDS, Alarm, refused_right, row_alarms, worst_first
from graders.figures.diagnostics import diagnose
from graders.figures.noted_rows import FirstRows
from graders.figures.running_figures import RunningFigures, ScoredBlock
from graders.reward.reward_batch import combine
from graders.vocabulary.outcome import Outcome

NAN = float("nan")
DEAD, TEACHING, BY_FORMAT = ([1, 1], [1, 1]), ([1, 1], [0, 1]), ([0, 1], [0, 0])
"""Groups of two rows, as scores of format and math: no advantage, one from the answer, one from the format alone."""


def alarms(columns, weights, groups):
    scores = {name: Scores.of(values) for name, values in columns.items()}
    rewards = combine({name: part.values for name, part in scores.items()}, weights)
    return {alarm.kind: alarm for alarm in diagnose(rewards, scores, weights, np.array(groups)).alarms}


def of_pairs(*pairs):
    """Alarms of groups of two rows."""
    columns = {name: np.concatenate([pair[k] for pair in pairs]) for k, name in enumerate(("format", "math"))}
    return alarms(columns, {"format": 0.1, "math": 0.9}, np.repeat(np.arange(len(pairs)), 2))


@pytest.mark.parametrize(("groups", "speaks"), [(3, False), (4, True)])
def test_fewer_than_four_groups_are_silent(groups, speaks):
    assert ("zero_variance" in of_pairs(*[DEAD] * groups)) == speaks


def test_rows_that_nobody_grouped_are_silent():
    """Every row alone is what a caller gets who names no groups; a single pair among them tells otherwise."""
    weights, columns = {"format": 0.1, "math": 0.9}, {"format": [1] * 6, "math": [1] * 6}
    assert "zero_variance" not in alarms(columns, weights, range(6))
    assert "zero_variance" in alarms(columns, weights, [0, 0, 1, 2, 3, 4])


@pytest.mark.parametrize(("dead", "speaks"), [(50, False), (51, True)])
def test_more_than_half_of_the_groups_are_dead(dead, speaks):
    raised = of_pairs(*[DEAD] * dead, *[TEACHING] * (100 - dead))
    assert ("zero_variance" in raised) == speaks
    assert not speaks or raised["zero_variance"].sentence.startswith("51% of 100 groups")


@pytest.mark.parametrize(("decided", "speaks"), [(25, False), (26, True)])
def test_in_more_than_a_quarter_the_format_decides(decided, speaks):
    raised = of_pairs(*[BY_FORMAT] * decided, *[TEACHING] * (100 - decided))
    assert ("format_decides" in raised) == speaks
    assert not speaks or raised["format_decides"].sentence.startswith("in 26% of 100 groups")


@pytest.mark.parametrize(
    ("weight", "high", "other", "speaks"),
    [
        (0.125, 0.875, 0.125, False),  # both carry exactly half of the variance
        (0.2, 1.0, 0.26, False),  # 48 %
        (0.2, 1.0, 0.24, True),  # 52 %
        (0.5, 1.0, 0.0, False),  # all of it, with a weight of exactly half of that
        (0.51, 1.0, 0.0, False),
        (0.49, 1.0, 0.0, True),
    ],
)
def test_a_light_component_that_carries_more_than_half(weight, high, other, speaks):
    """Two independent components, which share the variance as the squares of their weighted spreads."""
    columns = {"format": [0, 0, high, high] * 4, "math": [0, other] * 8}
    raised = alarms(columns, {"format": weight, "math": 1 - weight}, np.repeat(range(4), 4))
    assert ("overpull" in raised) == speaks


@pytest.mark.parametrize(
    ("rows", "unscored", "speaks"), [(15, 5, False), (16, 5, True), (20, 1, False), (20, 2, True), (60, 3, False)]
)
def test_more_than_a_twentieth_is_unscored(rows, unscored, speaks):
    values = ([NAN] * unscored + [0, 1] * rows)[:rows]
    raised = alarms({"math": values}, {"math": 1.0}, range(rows))
    assert ("unscored" in raised) == speaks
    assert not speaks or raised["unscored"].sentence.startswith(f"{unscored / rows:.1%} of {rows} rows")


@pytest.mark.parametrize("outcome", [Outcome.NO_ANSWER, Outcome.TRUNCATED])
@pytest.mark.parametrize(("rows", "unread", "speaks"), [(15, 5, False), (20, 1, False), (20, 2, True)])
def test_more_than_a_twentieth_has_no_answer(outcome, rows, unread, speaks):
    """What the format says of a completion is no answer that is missing."""
    codes = np.where(np.arange(rows) < unread, outcome.code, Outcome.GRADED.code).astype(np.int8)
    values = np.where(codes == outcome.code, 0.0, np.arange(rows) % 2)
    scores = {"format": Scores.all(rows, 0.0, outcome), "math": Scores(values, codes)}
    found = diagnose(scores["math"].values, scores, {"format": 0.1, "math": 0.9}, None, unread={"boxed": 1}).alarms
    raised = {alarm.kind: alarm for alarm in found}
    assert (str(outcome) in raised) == speaks
    if speaks:
        assert (raised[str(outcome)].rows, raised[str(outcome)].count) == ((0, 1), 2)
        assert ("1 of these 2 holds a \\boxed{}: --answer-source boxed" in raised[str(outcome)].sentence) == (
            outcome is Outcome.NO_ANSWER
        )


@pytest.mark.parametrize(("right", "refused", "speaks"), [(15, 15, False), (40, 2, False), (40, 3, True)])
def test_more_than_a_twentieth_of_the_right_answers_is_refused(right, refused, speaks):
    alarm = refused_right(right, FirstRows(list(range(refused)), refused))
    assert (alarm is not None) == speaks
    if alarm:
        assert alarm.sentence.startswith("3 of 40 completions that are labelled right are refused (recall 0.925)")


def test_the_worst_news_comes_first():
    """In the order of the kinds, whatever order they were found in."""
    found = [Alarm(kind, "", (), 0) for kind in reversed(KINDS)]
    assert [alarm.kind for alarm in worst_first(found)] == list(KINDS)


@pytest.mark.parametrize(("scored", "speaks"), [(15, False), (16, True)])
def test_a_constant_component_in_sixteen_scored_rows(scored, speaks):
    """Rows without a reward don't count towards them."""
    columns = {"format": [1] * (scored + 1), "math": [NAN] + [0, 1] * scored}
    columns["math"] = columns["math"][: scored + 1]
    assert ("constant" in alarms(columns, {"format": 0.1, "math": 0.9}, range(scored + 1))) == speaks


def running(lengths):
    """Figures of rows that vary, with these lengths."""
    rewards = np.arange(len(lengths)) % 2.0
    figures = RunningFigures({"math": 1.0})
    block = ScoredBlock(rewards, rewards[None], np.zeros((1, len(rewards)), np.int8), np.zeros(len(rewards)), lengths)
    figures.take(block, last=True)
    return figures


@pytest.mark.parametrize(
    ("pull", "way"), [(0.7, None), (-0.7, None), (0.71, "longer"), (-0.71, "shorter"), (NAN, None)]
)
def test_length_that_pays(pull, way):
    """A correlation beyond 0.7 either way, with the answers at or above the ninth tenth of length."""
    found = list(row_alarms(running(np.arange(21.0)), pull))
    assert [alarm.kind for alarm in found] == ["length"] * (way is not None)
    if way:
        assert f"within groups {way} answers are paid more (correlation {pull:.2f})" == found[0].sentence
        assert (found[0].rows, found[0].count) == ((18, 19, 20), 3)


@pytest.mark.parametrize(("provoked", "rows", "speaks"), [(1, 20, False), (2, 20, True), (2, 15, False)])
def test_answers_that_drive_a_judge_to_fail_are_named(provoked, rows, speaks):
    """Scored as 0 or not, by whichever of the three outcomes."""
    codes = np.full(rows, Outcome.MATCH.code, dtype=np.int8)
    codes[:provoked] = [Outcome.JUDGE_REFUSED.code, Outcome.JUDGE_INVALID.code][:provoked]
    values = np.where(codes == Outcome.MATCH.code, 1.0, 0.0)
    rewards = combine({"llm": values}, {"llm": 1.0})
    found = diagnose(rewards, {"llm": Scores(values, codes)}, {"llm": 1.0}, np.arange(rows)).alarms
    (alarm,) = [one for one in found if one.kind == "provoked"] or [None]
    assert (alarm is not None) == speaks
    if alarm:
        assert (alarm.rows, alarm.count) == ((0, 1), 2)
        assert "10.0% of 20 answers drive the judge of llm to fail (judge_refused 1, judge_invalid 1)" in alarm.sentence
