"""Families of others: registered, announced by packages, and what is wrong with some."""

import pytest

from graders.audit import Extent, Mutant, audit, known_families, mutation
from graders.audit import family_registry as registry
from graders.audit.family_registry import BUILT_IN, family
from graders.reward.load import load_reward
from graders.vocabulary.errors import RegistrationError

EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}


@pytest.fixture(autouse=True)
def own_table(monkeypatch):
    monkeypatch.setattr(registry._TABLE, "table", dict(BUILT_IN))


class Point:
    """An entry point of an installed package."""

    value = "their_package:shouted"

    def __init__(self, name, load):
        self.name, self.load = name, load


class Points(list):
    @property
    def names(self):
        return {point.name for point in self}


@pytest.fixture
def announced(monkeypatch):
    """Let an installed package announce a family."""

    def announce(name, load):
        point = Point(name, load)
        monkeypatch.setattr("importlib.metadata.entry_points",
                            lambda group, name=None: Points([point] if name in {None, point.name} else []))  # fmt: skip

    return announce


def shouted(case):
    """Shouts the wrong answer."""
    yield case.answers("capitals", case.wrong[0] + "!")


def test_a_registered_family_is_tried_with_the_others(data):
    """By default, and alone where it is named."""
    mutation("shouted")(shouted)
    assert known_families()[-1] == "shouted"
    found = audit(load_reward(EQUALS), data(["28", "7"]))
    assert found.components["string_check:equals"].families["shouted"].tried == 2
    alone = audit(load_reward(EQUALS), data(["28", "7"]), Extent(families=("shouted",)))
    assert list(alone.components["format"].families) == ["shouted"]
    assert alone.components["format"].families["shouted"].meaning == "Shouts the wrong answer"


def test_a_family_can_find_a_hole(data):
    """What it claims of its mutants decides: this one gives the reference away, as a hole of a right grader."""
    mutation("honest")(lambda case: [case.answers("right", case.reference)])
    found = audit(load_reward(EQUALS), data(["28", "7"]), Extent(families=("honest",)))
    assert found.components["string_check:equals"].exploitability == 1.0


def test_names():
    """Malformed and taken ones; the same function twice is fine."""
    for name in ("", "Shouted", "a-b", 3):
        with pytest.raises(RegistrationError, match="lower-case letters"):
            mutation(name)
    with pytest.raises(RegistrationError, match=r"is taken by graders.audit.families.trick_forms:listed"):
        mutation("listed")(shouted)
    assert mutation("shouted")(shouted) is mutation("shouted")(shouted)


def test_an_unknown_family():
    """The closest is named, else all."""
    with pytest.raises(RegistrationError, match="did you mean 'listed'"):
        family("lister")
    with pytest.raises(RegistrationError, match="there are listed, chained"):
        family("zzz")


def test_an_announced_family(announced, data):
    """Loaded when it is wanted, and known by name before."""
    announced("shouted", lambda: shouted)
    assert "shouted" in known_families()
    assert family("shouted").mutate is shouted
    assert audit(load_reward(EQUALS), data(["28", "7"])).mutants > 0


def test_an_announced_family_that_can_t_be_loaded(announced):
    """The package is named."""

    def load():
        raise ImportError("no module named x")

    announced("shouted", load)
    with pytest.raises(RegistrationError, match=r"as their_package:shouted .* ImportError: no module named x"):
        family("shouted")


def test_a_family_that_gives_something_else(data):
    """Is told what is expected."""
    mutation("shouted")(lambda case: ["text"])
    with pytest.raises(RegistrationError, match="'shouted' gave 'text', expected Mutant"):
        audit(load_reward(EQUALS), data(["28"]), Extent(families=("shouted",)))
    mutation("fine")(lambda case: [Mutant("t", "text", keeps_layout=False)])
    assert audit(load_reward(EQUALS), data(["28"]), Extent(families=("fine",))).mutants == 1
