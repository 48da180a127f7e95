"""Votes and juries: distinct calls, one judgement a row, and what happens when some of the jury are missing."""

import itertools
import json
import math

import pytest

from graders.judge import Endpoint, Judge, JudgeError, JudgeWarning, Limits, Sampling, Storage
from graders.judge.ballots import agreement, counted
from graders.judge.config import Config, Voting
from graders.judge.judgement import Judgement, unscored
from graders.testing import FakeJudge
from graders.testing.fake_judge import Fault
from graders.vocabulary.outcome import Outcome

MAJORITY, MEAN = Voting(votes=3), Voting(votes=3, voting="mean")
LOST = unscored(Outcome.CIRCUIT_OPEN, "no calls for now")
QUICK = {"backoff_base": 0.01, "backoff_max": 0.05, "attempt_timeout": 5.0, "probe_every": 0, "max_unscored": None}
MODELS = ("fake-judge", "second", "third")


def vote(value, outcome=None):
    outcome = outcome or (Outcome.MATCH if value == 1 else Outcome.MISMATCH if value == 0 else Outcome.GRADED)
    return Judgement(value, outcome, f"says {value}", (str(value),), "judge", tokens=(3, 1), cost=0.5)


@pytest.fixture
def jury():
    """Make a judge with votes or a jury at a fake server."""
    made = []

    def make(server, models=MODELS[:1], votes=1, voting="majority", temperature=0.7, storage=None, **limits):
        first, *others = (
            model if isinstance(model, Endpoint) else Endpoint(base_url=server.base_url, model=model)
            for model in models
        )
        one = Judge(
            first,
            sampling=Sampling(temperature=temperature),
            limits=Limits(**{**QUICK, **limits}),
            storage=storage or Storage(),
            voting=Voting(votes=votes, voting=voting),
            jury=others,
        )
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("votes", [*itertools.product([0.0, 0.5, 1.0, None], repeat=3)], ids=str)
def test_a_missing_vote_costs_a_row_its_score_only_where_it_could_change_it(votes):
    """Against every vote that a missing one might have been."""
    ballots = [LOST if value is None else vote(value) for value in votes]
    could_be = {
        sorted(whole)[1] for whole in itertools.product(*([0.0, 0.5, 1.0] if v is None else [v] for v in votes))
    }
    found = counted(ballots, MAJORITY)
    assert (found.value if len(could_be) == 1 else found.outcome) == (
        could_be.pop() if len(could_be) == 1 else Outcome.CIRCUIT_OPEN
    )


@pytest.mark.parametrize(
    ("votes", "value", "outcome"),
    [
        ([1.0, 1.0, 1.0], 1.0, Outcome.MATCH),
        ([0.0, 0.0, 0.0], 0.0, Outcome.MISMATCH),
        ([1.0, 0.0, 1.0], 2 / 3, Outcome.GRADED),
        ([0.1, 0.1, 0.1], 0.1, Outcome.GRADED),
    ],
)
def test_a_mean(votes, value, outcome):
    found = counted([vote(one) for one in votes], MEAN)
    assert (found.value, found.outcome, found.votes) == (value, outcome, tuple(votes))


def test_a_mean_needs_all_votes_and_says_which_reason_one_is_missing_for():
    found = counted([vote(1.0), LOST, vote(1.0)], MEAN)
    assert math.isnan(found.value)
    assert found.reason == "1 of 3 votes are missing, and they would decide: no calls for now"


def test_what_a_row_took_is_what_its_votes_took():
    found = counted([vote(1.0), vote(0.0), vote(1.0)], MAJORITY)
    assert (found.tokens, found.cost, found.reason, found.labels) == ((9, 3), 1.5, "says 1.0", ("1.0",))
    assert found.record["votes"] == [1.0, 0.0, 1.0]
    assert counted([LOST, vote(0.0), vote(0.0)], MAJORITY).record["votes"] == [None, 0.0, 0.0]


def test_a_zero_that_answers_provoke_is_a_vote():
    """Else a policy that drives one of the jury to refuse would have one vote less against it."""
    refused = Judgement(0.0, Outcome.JUDGE_REFUSED, "refused", source="judge")
    found = counted([refused, vote(1.0), refused], MAJORITY)
    assert (found.value, found.outcome) == (0.0, Outcome.JUDGE_REFUSED)


def test_agreement():
    assert agreement([1.0, 0.0, 1.0]) == pytest.approx(2 / 3)
    assert agreement([math.nan, 0.0]) == 1.0
    assert math.isnan(agreement([math.nan]))


@pytest.mark.parametrize(
    ("votes", "judges", "voting"), [(2, 1, "majority"), (1, 2, "majority"), (3, 2, "majority"), (2, 3, "majority")]
)
def test_an_even_number_has_no_majority(votes, judges, voting):
    with pytest.raises(ValueError, match=f"{judges} judges with votes={votes} give {votes * judges} votes a row"):
        Voting(votes=votes, voting=voting).check_for(judges)
    Voting(votes=votes, voting="mean").check_for(judges)


def test_votes_at_temperature_0_are_refused():
    with pytest.raises(ValueError, match="at temperature 0 are one verdict several times"):
        Config(endpoint=Endpoint(base_url="x", model="m"), voting=MAJORITY)


def test_each_vote_is_a_call_of_its_own_and_equal_rows_share_them(jury, kit):
    """Seeds differ; the first is the one without votes, so that its verdict is in the cache already."""
    with FakeJudge() as server:
        one = jury(server, votes=3)
        verdicts = one.verdicts(["q"] * 16, ["it is 4 in all"] * 16, ["is 4 in"] * 16)
        assert server.calls == 3
        assert [asked.body.get("seed") for asked in server.asked].count(None) == 1
        assert sorted(asked.body["seed"] for asked in server.asked if "seed" in asked.body) == [1, 2]
    assert kit.values(verdicts) == [1.0] * 16
    assert verdicts[0].votes == (1.0, 1.0, 1.0)
    assert one.metrics() | {"rows": 16, "calls": 3, "shared": 15, "agreement": 1.0, "split": 0} == one.metrics()


def test_the_majority_of_a_judge_that_wavers(jury, kit):
    """By seed, so that the same votes come at any concurrency; what they agree on is counted."""
    questions, answers, references = kit.rows(40)

    def wavering(asked):
        is_right = asked.reference in asked.answer
        return "pass" if is_right != (asked.body.get("seed") == 2) else "fail"

    with FakeJudge(wavering) as server:
        found = {
            width: jury(server, votes=3, concurrency=width).verdicts(questions, answers, references)
            for width in (1, 16)
        }
        last = jury(server, votes=3)
        last.verdicts(questions, answers, references)
    assert kit.values(found[1]) == kit.values(found[16]) == [float(i % 2) for i in range(40)]
    assert last.metrics()["agreement"] == pytest.approx(2 / 3)
    assert last.metrics()["split"] == 40


def test_votes_are_cached_each_and_add_up_with_what_was_there(jury, tmp_path, kit):
    storage = Storage(cache_path=str(tmp_path / "v.db"), records_path=str(tmp_path / "r.jsonl"))
    with FakeJudge() as server:
        columns = ["q"] * 2, ["it is 4 in all", "it is 5 in all"], ["is 4 in"] * 2
        assert kit.values(jury(server, storage=storage).verdicts(*columns)) == [1.0, 0.0]
        assert kit.values(jury(server, votes=3, storage=storage).verdicts(*columns)) == [1.0, 0.0]
        assert server.calls == 6
        again = jury(server, votes=3, storage=storage).verdicts(*columns)
        assert server.calls == 6
    assert [verdict.source for verdict in again] == ["cache", "cache"]
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert [(line["rows"], line.get("model"), line.get("vote")) for line in lines[:2]] == [
        ([0], None, None),
        ([1], None, None),
    ]
    assert sorted((line["rows"][0], line["vote"]) for line in lines[2:8]) == [(r, k) for r in (0, 1) for k in (0, 1, 2)]


def test_a_jury_of_three_models(jury, kit):
    """Each model has a call a row; the odd one out is outvoted."""

    def by_model(asked):
        return "fail" if asked.body["model"] == "third" else "pass" if asked.reference in asked.answer else "fail"

    questions, answers, references = kit.rows(20)
    with FakeJudge(by_model, models=MODELS) as server:
        one = jury(server, MODELS, temperature=0.0)
        verdicts = one.verdicts(questions, answers, references)
        assert server.calls == 60
    assert kit.values(verdicts) == [float(i % 2) for i in range(20)]
    assert one.metrics()["split"] == 10


def test_a_jury_goes_on_without_one_that_is_down_as_long_as_the_others_agree(jury, kit):
    """Its rows are no zeros and no exceptions; who is missing, and why, is said once."""

    def by_model(asked):
        if asked.body["model"] == "third":
            return Fault("500")
        is_wrong = "1000004" in asked.answer and asked.body["model"] == "second"
        return "pass" if asked.reference in asked.answer or is_wrong else "fail"

    questions, answers, references = kit.rows(12)
    with FakeJudge(by_model, models=MODELS) as server:
        one = jury(server, MODELS, temperature=0.0, max_attempts=2)
        with pytest.warns(JudgeWarning, match=r"third at .*, one of the jury, has left out 12 of 12 votes") as said:
            verdicts, _ = (one.verdicts(questions, answers, references) for _ in range(2))
    split = [i for i, verdict in enumerate(verdicts) if verdict.outcome.unscored]
    assert split == [4]
    assert verdicts[4].reason.startswith("1 of 3 votes are missing, and they would decide: 2 attempts failed")
    assert kit.values(verdicts[:4]) == [0.0, 1.0, 0.0, 1.0]
    assert len(said) == 1


def test_a_jury_of_which_most_are_down_raises(jury, kit):
    with FakeJudge("pass", models=MODELS[:1]) as server:
        one = jury(server, MODELS, temperature=0.0, max_attempts=1, content_attempts=1, max_unscored=0.5)
        with pytest.warns(JudgeWarning), pytest.raises(JudgeError, match=r"2 of 3 votes are missing.*does not exist"):
            one.verdicts(*kit.rows(4))


def test_a_juror_elsewhere_gets_its_own_key_and_no_other(jury, kit):
    with FakeJudge(api_key="first") as server, FakeJudge(api_key="second") as other, FakeJudge() as third:
        models = (
            Endpoint(base_url=server.base_url, model="fake-judge", api_key="first"),
            Endpoint(base_url=other.base_url, model="fake-judge", api_key="second"),
            Endpoint(base_url=third.base_url, model="fake-judge"),
        )
        verdicts = jury(server, models, temperature=0.0).verdicts(*kit.rows(2))
        assert (server.calls, other.calls, third.calls) == (2, 2, 2)
    assert kit.values(verdicts) == [0.0, 1.0]


def test_a_deadline_ends_all_votes(jury, kit):
    with FakeJudge(latency=5.0) as server:
        verdicts = jury(server, votes=3, batch_deadline=0.3).verdicts(*kit.rows(3))
    assert set(kit.outcomes(verdicts)) == {"past_deadline"}
