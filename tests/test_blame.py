"""Warnings point at the line outside of the library."""

import warnings

from graders.vocabulary.validation import caller_level

INSIDE = """
def warn():
    warnings.warn("x", stacklevel=caller_level())

def deep(n):
    deep(n - 1) if n else warn()
"""


def test_the_level_of_code_outside_is_its_own():
    """Called from outside, it is the line itself that warns."""
    assert caller_level() == 1


def test_frames_of_the_library_are_left_out():
    """However deep the warning is."""
    inside = {"__name__": "graders.somewhere", "warnings": warnings, "caller_level": caller_level}
    exec(INSIDE, inside)
    for depth in (0, 3):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            inside["deep"](depth)
        assert said[0].filename == __file__
