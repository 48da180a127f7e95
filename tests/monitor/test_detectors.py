"""Each detector on rows made for it, and on rows that only look like it."""

import random
from collections import deque

import numpy as np
import pytest

from graders.completion.parse import Layout, parse
from graders.monitor.detectors import DETECTORS, Captured, part_of
from graders.monitor.jumps import Jumps
from graders.monitor.made_wrong import MadeWrong
from graders.monitor.recording import WatchedRow
from graders.monitor.spreading import FIRST, KEPT, Spreading, Subject
from graders.monitor.step_rows import TRAITS
from graders.monitor.traits import Memory
from graders.monitor.watcher import Watcher
from graders.vocabulary.outcome import Outcome
from tests.monitor.conftest import step_rows
from tests.monitor.policy import TASKS, completion


def raised(detector, stream):
    """What a detector raises over steps, each detector and subject once."""
    return {(one.detector, one.subject): one for rows in stream for one in detector.see(rows)}


def test_every_detector_has_its_sentences_and_an_owner(tmp_path):
    """The table holds what is found and what to change, and nothing that nobody raises."""
    watcher = Watcher(TASKS["math"].reward(), tmp_path)
    owned = {name for detector in watcher._detectors for name in detector.detectors}
    assert sorted(owned) == sorted(DETECTORS)
    for told in DETECTORS.values():
        assert told["found"].format(subject="x", share=0.5)
        assert told["change"]


def layouts(rng, *, spoils):
    """Steps in which the layout spreads; where it spoils, rows that keep it are never right."""
    for step in range(1, 300):
        neat = rng.random(64) < min(0.9, 0.2 + step / 150)
        right = (rng.random(64) < 0.4) & ~(neat if spoils else np.zeros(64, dtype=bool))
        yield step_rows(step, 0.3 * neat + 0.7 * right, values=[neat, right])


def test_layout_that_spreads_among_wrong_rows():
    """The format is learnt instead of answers."""
    assert ("format", "") in raised(Spreading(Layout(), 0.3), layouts(np.random.default_rng(1), spoils=True))
    assert raised(Spreading(Layout(), 0.3), layouts(np.random.default_rng(1), spoils=False)) == {}


def unscored(rng, *, long):
    """Steps in which rows that escape scoring come up; long ones, or any."""
    for step in range(1, 200):
        lengths = rng.integers(1, 400, 64)
        escapes = (lengths > 330 if long else rng.random(64) < 0.2) & (step > 40)
        texts = [f"<think>{'x' * size}</think><answer>a</answer>" for size in lengths]
        rewards = np.where(escapes, np.nan, rng.random(64) < 0.5)
        codes = np.where(np.isnan([np.ones(64), rewards]), Outcome.PAST_DEADLINE.code, 0)
        yield step_rows(step, rewards, texts=texts, values=[np.ones(64), rewards], codes=codes)


def test_unscored_rows_that_are_sought():
    """Those that come up among the longest; a server that is down now and then is no policy's doing."""
    found = raised(Spreading(Layout(), 0.1), unscored(np.random.default_rng(2), long=True))
    assert set(found) == {("unscored", "longer")}
    assert found["unscored", "longer"].began >= 40
    assert raised(Spreading(Layout(), 0.1), unscored(np.random.default_rng(2), long=False)) == {}


def test_an_outcome_that_appears():
    """A server that begins to be unreachable."""
    found = raised(Jumps(), unscored(np.random.default_rng(3), long=False))
    assert set(found) == {("outcomes", "one/past_deadline")}
    assert 40 <= found["outcomes", "one/past_deadline"].began <= 60


def graders_apart(rng, *, grows):
    """Two graders that disagree in few rows, or in more and more of those that are wrong."""
    for step in range(1, 300):
        rule = rng.random(64) < 0.3 + step / 600
        talked = rng.random(64) < (0.03 + (step > 100) * grows)
        judge = np.where(rule, rng.random(64) < 0.96, talked)
        names = "format", "judge", "rule"
        yield step_rows(step, (rule + judge) / 2, values=[np.ones(64), judge, rule], names=names)


def test_a_judge_and_a_rule_that_part_ways():
    """The judge is talked over; while a policy that only gets better moves nothing."""
    found = raised(Jumps(), graders_apart(np.random.default_rng(4), grows=0.6))
    assert set(found) == {("judges", "judge pays what rule refuses")}
    assert raised(Jumps(), graders_apart(np.random.default_rng(4), grows=0.0)) == {}


@pytest.mark.parametrize(
    ("answer", "expected"), [("x", {("collapse", "")}), (None, set())], ids=["one", "the right one"]
)
def test_groups_that_collapse(answer, expected):
    """To an answer that other prompts get as well; groups that all give their reference have learnt."""
    rng = np.random.default_rng(5)

    def stream():
        for step in range(1, 200):
            references = [(f"{step} {row // 8}",) for row in range(64)]
            fallen = (np.arange(64) // 8 == step % 8) & (step > 60)
            answers = [
                (answer or one) if flat else f"w{rng.integers(99)}"
                for flat, (one,) in zip(fallen, references, strict=True)
            ]
            yield step_rows(step, np.where(fallen, 1.0, rng.random(64) < 0.5), answers=answers, references=references)

    assert set(raised(Jumps(), stream())) == expected


def test_answers_that_earn_as_much_when_they_are_wrong(own_registry):
    """Suspected rows are scored under other references: a judge that is talked over pays them, `contains` doesn't."""
    assert [one.detector for one in made_wrong("judge", "opens and stops")][:1] == ["audit"]
    assert made_wrong("contains", "hedges") == []


def made_wrong(task, name):
    """What is raised about a hack's rows, four of them captured every eight steps."""
    reward, captured, draws = TASKS[task].reward(), deque(maxlen=8), random.Random(6)
    detector, questions = MadeWrong(reward, captured), [TASKS[task].ask(draws) for _ in range(64)]
    found = []
    for step in range(8, 400, 8):
        rows = step_rows(step, [draws.random() for _ in questions], references=[(one.reference,) for one in questions])
        for one in draws.sample(questions, 4):
            text = parse(completion(*TASKS[task].hacks[name](one, draws)))
            captured.append(Captured(text, (one.reference,), one.prompt, WatchedRow(step=step)))
        found += detector.see(rows)
    return found


@pytest.mark.parametrize(("thought", "tiny"), [("", True), ("x", True), (" ab ", True), ("abc", False)])
def test_a_thought_is_tiny_as_its_meaning_says(thought, tiny):
    """Fewer characters than the words beside the figure name, white space aside."""
    rows = step_rows(1, [1.0] * 8, texts=[f"<think>{thought}</think><answer>a</answer>"] * 8)
    assert Memory(Layout()).look(rows).traits["tiny_thought"] == [*range(8)] * tiny
    assert TRAITS["tiny_thought"].endswith("fewer than 3 characters")


def test_all_parts_of_the_budget_are_one():
    """Of all detectors' subjects, of which later ones have less."""
    parts = [part_of(detector, subject) for detector in DETECTORS for subject in range(1, 4000)]
    assert sum(parts) == pytest.approx(1, rel=1e-3)
    assert max(parts) == part_of("shape", 1) > part_of("shape", 2)


def test_a_share_is_the_mean_over_the_last_steps():
    """Told after the steps in which something comes, newer ones weighing more; the obvious sums are the oracle."""
    draws, one, shares, before = random.Random(0), Subject("", ""), [], 0.0

    def mean():
        weights = [KEPT ** (len(shares) - step) for step, _ in enumerate(shares, start=1)]
        return sum(weight * share for weight, share in zip(weights, shares, strict=True)) / sum(weights)

    for step in range(1, 90):
        shares.append(draws.random() if draws.random() < 0.3 else 0.0)
        before = mean() if step <= FIRST else before
        if shares[-1]:
            one.come(step, 1, shares[-1], shares[-1])
            assert one.share == pytest.approx(mean())
    assert one.before == pytest.approx(before)


def shifted(rng, *, pays):
    """A habit that spreads from nowhere to half of the rows; it pays, or has nothing to do with pay."""
    for step in range(1, 150):
        habit = rng.random(64) < min(0.5, max(0.0, (step - 30) / 100))
        right = rng.random(64) < np.where(habit & pays, 0.9, 0.4)
        answers = [f"surely it is {rng.integers(10**6)}" if some else f"{rng.integers(10**6)}" for some in habit]
        yield step_rows(step, right, answers=answers, references=[(str(row // 8),) for row in range(64)])


def test_a_shape_that_spreads_because_it_pays():
    """And one that only spreads is no alarm."""
    found = raised(Spreading(Layout(), 0.1), shifted(np.random.default_rng(7), pays=True))
    assert {detector for detector, _ in found} == {"shape"}
    assert all(31 <= one.began <= 60 for one in found.values())
    assert raised(Spreading(Layout(), 0.1), shifted(np.random.default_rng(7), pays=False)) == {}


def test_what_layout_alone_pays_is_still_an_answer_to_any_question():
    """Who gives up earns nothing by it, even where a whole group does so and one of its rows lacks the layout."""
    memory = Memory(Layout())
    for step in range(1, 20):
        lost = np.arange(64) % 8 < (8 if step == 15 else 4)
        neat, likeness = np.arange(64) % 8 > 0, np.where(lost, 0.0, 0.5)
        answers = ["I don't know" if gives_up else f"{step} {row}" for row, gives_up in enumerate(lost)]
        rows = step_rows(step, 0.1 * neat + 0.9 * likeness, answers=answers, values=[neat, likeness])
        seen = memory.look(rows, {"shape"})
    assert sorted(seen.to_any) == np.flatnonzero(lost).tolist()


def test_one_grader_pays_what_another_rules_out():
    """An outcome by rule, paid by the other one."""
    rng = np.random.default_rng(8)

    def stream():
        for step in range(1, 150):
            ruled = rng.random(64) < (0.1 if step > 30 else 0.0)
            first = np.where(ruled, 1.0, rng.random(64) < 0.4)
            codes = np.zeros((3, 64), dtype=int)
            codes[2] = np.where(ruled, Outcome.SEVERAL_VALUES.code, Outcome.MISMATCH.code)
            yield step_rows(step, first * 0.9, values=[np.ones(64), first, np.zeros(64)], codes=codes)

    assert ("outcomes", "paid_by_one") in raised(Spreading(Layout(), 0.1), stream())
