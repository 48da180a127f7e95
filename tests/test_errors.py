"""The exception tree and how mistakes are worded."""

import pickle

import pytest

import graders
from graders.vocabulary import errors
from graders.vocabulary.errors import DefinitionError, MissingExtraError, Mistake


@pytest.mark.parametrize(
    ("loc", "path"),
    [((), ""), (("a",), "a"), (("a", 0), "a[0]"), (("a", 0, "b", "c"), "a[0].b.c"), ((0, "a"), "[0].a")],
)
def test_paths(loc, path):
    """Locations as one reads them."""
    assert Mistake(loc, "x").path == path


def test_sentences():
    """A suggestion is a question at the end; a mistake of the whole document says so."""
    assert str(Mistake(("a",), "is bad", "b")) == "a: is bad; did you mean 'b'?"
    assert str(Mistake((), "is bad")) == "the document: is bad"
    assert str(DefinitionError("x.json", [Mistake((), "is not valid JSON")])) == "x.json is not valid JSON"
    assert str(DefinitionError("x.json", [Mistake(("a",), "is bad")])) == "x.json has 1 mistake:\n  a: is bad"


def test_the_tree_is_the_one_that_is_drawn():
    """Every class of the module is in the drawing at its top, in its place."""
    drawn, above = {}, []
    for line in errors.__doc__.splitlines():
        word = next(iter(line.replace("├──", "    ").replace("└──", "    ").replace("│", " ").split()), "")
        if word and hasattr(errors, word):
            depth = (len(line) - len(line.lstrip("│├└─ "))) // 4
            above[depth:] = [word]
            drawn[word] = above[depth - 1] if depth else None
    classes = {
        name: value for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)
    }
    assert drawn.keys() == classes.keys()
    for name, parent in drawn.items():
        assert parent is None or issubclass(classes[name], classes[parent])


def test_a_missing_extra_says_the_line_that_installs_it():
    """The remedy is in the message; it is an ImportError too, and pickles."""
    error = MissingExtraError("the judge", "judge")
    assert 'pip install "reward-graders[judge]"' in str(error)
    assert isinstance(error, ImportError)
    assert isinstance(error, graders.GradersError)


@pytest.mark.parametrize(
    "error",
    [
        DefinitionError("x", [Mistake(("a", 1), "bad", "b", "kind", 5)]),
        errors.DataError("line 3"),
        MissingExtraError("a", "b"),
    ],
)
def test_errors_pickle(error):
    """What a worker raises arrives whole."""
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
