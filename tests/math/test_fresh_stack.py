"""A verdict does not depend on how deep its caller stands."""

import sys
import threading

import pytest

from graders.math import verify
from graders.math.fresh_stack import SHALLOW, with_room

DEEP = [
    ("(" * 19 + "28" + ")" * 19, "28"),
    ("1" + "/1" * 99, "1"),
    ("1" + "/1" * 100, "1"),
    (r"\sqrt " * 39 + "1", "1"),
    (r"\sqrt " * 38 + "x", "x^{2^{-38}}"),
]


def frames():
    """How many frames the caller's caller has below it."""
    count, frame = -1, sys._getframe(1)
    while frame := frame.f_back:
        count += 1
    return count


def at_depth(depth, work):
    return at_depth(depth - 1, work) if depth else work()


@pytest.mark.parametrize("depth", range(0, 901, 50))
def test_the_same_verdicts_at_any_depth(depth):
    verdicts = verify(*zip(*DEEP, strict=True), symbolic=False)
    assert at_depth(depth, lambda: verify(*zip(*DEEP, strict=True), symbolic=False)) == verdicts


def test_a_caller_on_each_side_gets_its_own_stack_or_another():
    """In a thread of its own, where the depth is known."""
    here = with_room(threading.get_ident)
    seen = {}

    def each():
        for depth in range(SHALLOW + 20):
            frame_count, ident = at_depth(depth, lambda: (frames(), here()))
            seen[frame_count] = ident == threading.get_ident()

    thread = threading.Thread(target=each)
    thread.start()
    thread.join()
    last = max(count for count, own in seen.items() if own)
    assert {count for count, own in seen.items() if own} == set(range(min(seen), last + 1))
    assert last == SHALLOW - 2, "what asks stands above the caller"


def test_an_exception_comes_back():
    def fail():
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        at_depth(SHALLOW + 50, with_room(fail))
