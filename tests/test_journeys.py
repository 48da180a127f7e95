"""Two paths stay short: a reward call to its floats, and a line of JSON to its scored line."""

from tests.journeys import Call, Journey, of_a_line, of_a_reward_call

MAX_REWARD_CALL = 20

MAX_LINE = 119
"""The bar is 120; this is where the path stands, to be lowered with it."""


def test_a_warm_reward_call():
    assert of_a_reward_call().changes <= MAX_REWARD_CALL


def test_a_line_of_json():
    assert of_a_line().changes <= MAX_LINE


def test_coming_back_is_a_change():
    journey = Journey([Call("a.py", "f"), Call("b.py", "g"), Call("a.py", "h"), Call("a.py", "i")])
    assert (journey.changes, journey.files) == (2, 2)
    assert journey.stations == [("a.py", ["f"]), ("b.py", ["g"]), ("a.py", ["h", "i"])]


def test_what_is_told_of_stands_on_the_paths():
    """A count of nothing would pass every bar."""
    assert {"reward/reward_function.py", "contract/batch.py"} <= {call.file for call in of_a_reward_call().calls}
    assert {"offline/run.py", "offline/scoring/score_part.py"} <= {call.file for call in of_a_line().calls}
