"""A case on each side of the numbers that decide: the last size that is read or worked out, and the next.

A number raised or lowered by one fails here; thresholds of doubles stand in `test_values`, numbers of points in
`test_points`. No case stands for numbers of which no text can tell two apart:

- those that only choose between two ways to one verdict: `_SHORT` texts and `_SMALL` powers that need no check,
  `_FEWER_DIGITS` for a look whether there is a value;
- what a comparison may take, and the prices that it is charged: one more term of a sum costs more than one of them
  (`test_bounds` tells single ones apart);
- those that stand behind a lower ceiling: `to_sympy._MAX_ORDER` (a determinant of 60 rows has more than `MAX_TOKENS`).
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from graders.math import verify


class Limit(NamedTuple):
    """The largest size within, the outcomes up to it and beyond it, and the texts of a size."""

    last: int
    within: str
    beyond: str
    answer: Callable[[int], str]
    reference: Callable[[int], str] = lambda size: "28"
    prompt: Callable[[int], str] = lambda size: ""


def braces(parts):
    return r"\{" + ",".join(parts) + r"\}"


def multiples(count, size, written):
    """A set of `count` multiples of pi, each in one spelling, repeated up to a size."""
    return braces(written.format(at % count + 1) for at in range(size))


def cells(rows, columns, fill="1", diagonal="1"):
    """The cells of a matrix with one number on the diagonal and another elsewhere."""
    return r"\\".join("&".join(diagonal if row == at else fill for at in range(columns)) for row in range(rows))


def matrix(rows, columns, fill=1):
    return rf"\begin{{pmatrix}}{cells(rows, columns, str(fill), str(fill))}\end{{pmatrix}}"


def pieces(count):
    """A union of intervals that do not touch."""
    return r"\cup".join(f"({2 * at},{2 * at + 1})" for at in range(count))


def steps(inner, outer, term):
    return rf"\sum_{{a=1}}^{{{outer}}}\sum_{{b=1}}^{{{inner}}} {term}"


TEXTS = {
    "characters": Limit(4096, "match", "over_limit", lambda n: "14" + " " * (n - 5) + "+14"),
    "characters before cleaning": Limit(8192, "match", "over_limit", lambda n: "28" + "\u200b" * (n - 2)),
    "tokens": Limit(1500, "unreadable", "over_limit", lambda n: "1" + "-" * (n - 2) + "1"),
    "brackets in brackets": Limit(19, "match", "over_limit", lambda n: "(" * n + "28" + ")" * n),
    "brackets in a root": Limit(18, "match", "over_limit", lambda n: r"\sqrt{" + "(" * n + "784" + ")" * n + "}"),
    "roots of roots": Limit(39, "match", "over_limit", lambda n: r"\sqrt " * n + "1", lambda n: "1"),
    "nodes": Limit(499, "match", "over_limit", lambda n: "+".join("x" * n), lambda n: f"{n}x"),
    "nodes above one another": Limit(99, "match", "over_limit", lambda n: "1" + "/1" * n, lambda n: "1"),
    "digits": Limit(1000, "match", "over_limit", lambda n: "9" * n, lambda n: f"10^{{{n}}}-1"),
    "decimals": Limit(998, "match", "over_limit", lambda n: "0." + "9" * n, lambda n: f"1-10^{{-{n}}}"),
    "letters of a polygon": Limit(7, "match", "mismatch", lambda n: "ABCDEFGH"[:n] + "+1", lambda n: "1+" + "ABCDEFG"),
    "lines": Limit(20, "match", "unreadable", lambda n: "\n".join(["28"] * n)),
    "words around a value": Limit(
        80, "match", "unreadable", lambda n: "Tom bought apples and then he had" + " apples" * (n - 8) + " is 28"
    ),
    "words of a unit": Limit(7, "match", "unreadable", lambda n: "28 " + "/".join("msgAKJNW"[:n])),
    "scales of a number in words": Limit(
        8, "match", "unreadable", lambda n: "one" + " hundred" * n, lambda n: str(100**n)
    ),
    "digits of an exponent": Limit(6, "match", "over_limit", lambda n: "28e" + "0" * n),
    "places of a decimal point": Limit(5000, "mismatch", "over_limit", lambda n: f"1e{n}"),
    "pieces of a numeral": Limit(
        20, "match", "mismatch", lambda n: f"({'1A' * n})_{{16}}", lambda n: f"{'1a' * n}_{{16}}"
    ),
    "base": Limit(36, "match", "mismatch", lambda n: f"1Z_{{{n}}}" if n > 35 else "", lambda n: f"(1z)_{{{n}}}"),
    "hours of a half of the day": Limit(12, "match", "mismatch", lambda n: f"{n} AM", lambda n: f"{n}:00 a.m."),
    "hours before the afternoon": Limit(12, "mismatch", "match", lambda n: f"{n}:30", lambda n: f"{n - 12}:30 p.m."),
    "hours of a day": Limit(23, "match", "mismatch", lambda n: f"{n}:30", lambda n: f"{n - 12}:30 p.m."),
}
COLLECTIONS = {
    "members of a chain": Limit(199, "match", "over_limit", lambda n: "x" + "=28" * n),
    "members of a set": Limit(200, "mismatch", "over_limit", lambda n: braces(map(str, range(n)))),
    "plus-minus signs": Limit(3, "several_values", "over_limit", lambda n: "1" + r"\pm 2" * n),
    "products of two matrices": Limit(
        10,
        "match",
        "over_limit",
        lambda n: matrix(2, n) + matrix(n, 10),
        lambda n: matrix(2, 10, n),
    ),
    "end points": Limit(50, "match", "over_limit", pieces, lambda n: r"\cup".join(reversed(pieces(n).split(r"\cup")))),
    "rows of a determinant without a worker": Limit(
        5,
        "match",
        "undecided",
        lambda n: rf"\begin{{vmatrix}}{cells(n, n, diagonal='2')}\end{{vmatrix}}",
        lambda n: str(n + 1),
    ),
}
WORK = {
    "bits": Limit(6666, "mismatch", "over_limit", lambda n: f"5^{{{n}}}+1"),
    "products of a binomial": Limit(1024, "mismatch", "over_limit", lambda n: rf"\binom{{{2 * n}}}{{{n}}}"),
    "bits of a fraction": Limit(10_000, "mismatch", "over_limit", lambda n: f"2^{{-{n}}}+1"),
    "work": Limit(4318, "mismatch", "over_limit", lambda n: "2^{9000}+" * 11 + f"2^{{{n}}}"),
    "terms": Limit(1000, "match", "over_limit", lambda n: rf"\sum_{{k=1}}^{{{n}}} k", lambda n: str(n * (n + 1) // 2)),
    "steps": Limit(32, "mismatch", "over_limit", lambda n: steps(50, 188, "a") + "+1" * n),
    "work of a comparison": Limit(
        227,
        "match",
        "undecided",
        lambda n: rf"\sum_{{k=1}}^{{{n}}} \sqrt{{k}}",
        lambda n: rf"1+\sum_{{k=2}}^{{{n}}} \sqrt{{k}}",
    ),
}
DIGITS = {
    "digits that cancel": Limit(
        195, "mismatch", "unreadable", lambda n: rf"\frac{{1}}{{\sqrt2+10^{{-{n}}}-\sqrt2}}", lambda n: "0"
    ),
    "digits that a difference asks for": Limit(
        611, "mismatch", "undecided", lambda n: rf"\pi+10^{{-{n}}}", lambda n: r"\pi"
    ),
    "bits of a separation bound": Limit(
        239,
        "match",
        "undecided",
        lambda n: rf"\sqrt{{{10**n + 4}+2\sqrt{{3\cdot{10**n + 1}}}}}",
        lambda n: rf"\sqrt{{3}}+\sqrt{{{10**n + 1}}}",
    ),
    "digits of an integral": Limit(
        7, "mismatch", "undecided", lambda n: rf"\int_0^\pi \sin x\,dx+10^{{-{n}}}", lambda n: "2"
    ),
}
PROMPTS = {
    "formulas of a prompt": Limit(
        60,
        "echo",
        "match",
        lambda n: f"{n}+{n + 1}",
        lambda n: str(2 * n + 1),
        lambda n: " and ".join(f"${at}+{at + 1}$" for at in range(1, n + 1)),
    ),
    "characters of a prompt": Limit(
        8192, "echo", "match", lambda n: "17+23", lambda n: "40", lambda n: "17+23".rjust(n, "\n")
    ),
}
ALL = TEXTS | COLLECTIONS | WORK | DIGITS | PROMPTS


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("more", [0, 1])
def test_each_side(name, more):
    limit = ALL[name]
    size = limit.last + more
    [verdict] = verify([limit.answer(size)], [limit.reference(size)], [limit.prompt(size)], symbolic=False)
    assert verdict.outcome == (limit.beyond if more else limit.within), verdict


@pytest.mark.parametrize("places", [50, 110, 170])
@pytest.mark.parametrize(("left", "right"), [(r"\cos({})", "1"), (r"\cosh({0})+\cos({0})", "2")])
def test_differences_of_a_higher_order_than_what_is_written(left, right, places):
    """Of the second and the fourth order in the smallest value, beyond the digits that are looked at first."""
    [verdict] = verify([left.format(f"10^{{-{places}}}")], [right], symbolic=False)
    assert verdict.outcome == "mismatch"


@pytest.mark.parametrize(("rows", "size", "outcome"), [(50, 80, "match"), (46, 87, "over_limit")])
def test_collections_are_matched_by_up_to_4000_comparisons(rows, size, outcome):
    texts = multiples(rows, rows, r"{}\pi"), multiples(rows, size, r"\pi\cdot {}")
    [verdict] = verify(*([text] for text in texts), symbolic=False)
    assert verdict.outcome == outcome


@pytest.mark.parametrize(("count", "outcome"), [(7, "match"), (8, "undecided")])
def test_the_worker_matches_collections_by_up_to_49_comparisons(count, outcome):
    integrals = braces(rf"\int_0^a {at}\,dx" for at in range(1, count + 1))
    [verdict] = verify([integrals], [braces(f"{at}a" for at in range(count, 0, -1))])
    assert verdict.outcome == outcome


@pytest.mark.parametrize(("base", "outcome"), [(10, "mismatch"), (11, "match")])
def test_digits_are_letters_from_base_11(base, outcome):
    [verdict] = verify(["A1_{" + str(base) + "}"], [f"(A1)_{{{base}}}"])
    assert verdict.outcome == outcome


@pytest.mark.parametrize(
    ("index", "rule"), [(64, "exact rationals"), (65, "algebraic numbers by their separation bound")]
)
def test_roots_are_exact_up_to_the_64th(index, rule):
    [verdict] = verify([rf"\sqrt[{index}]{{2^{{{index}}}}}"], ["2"])
    assert verdict == (True, "match", rule)
