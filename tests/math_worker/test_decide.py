"""What SymPy can prove, through the worker."""

import pytest
import sympy

from graders.math import OverLimit, parse
from graders.math.symbolic import worker_pool
from graders.math.symbolic.proof import _quantities
from graders.math.symbolic.to_sympy import to_sympy
from graders.math.tree import Tree

CASES = [
    (r"\sum_{k=1}^n k", r"\frac{n(n+1)}{2}", True),
    (r"\sum_{k=1}^n k", r"\frac{n(n-1)}{2}", False),
    (r"\sum_{k=1}^\infty \frac{1}{k^2}", r"\frac{\pi^2}{6}", True),
    (r"\sum_{k=1}^\infty \frac{1}{k^2}", r"\frac{\pi^2}{7}", False),
    (r"\sum_{k=0}^\infty x^k", r"\frac{1}{1-x}", True),
    (r"\sum_{k=0}^\infty x^k", r"\frac{1}{1+x}", False),
    (r"\sum_{k=0}^\infty \frac{x^k}{k!}", "e^x", True),
    (r"\int_0^1 x^n dx", r"\frac{1}{n+1}", True),
    (r"\int_0^\infty e^{-x^2} dx", r"\frac{\sqrt{\pi}}{2}", True),
    (r"\int_0^\infty \frac{\sin x}{x} dx", r"\frac{\pi}{2}", True),
    (r"\int_0^\infty \frac{\sin x}{x} dx", r"\frac{\pi}{3}", False),
    (r"\int_0^1\int_0^1 xy dx dy", r"\frac{1}{4}", True),
    (r"\lim_{x\to 0} \frac{\sin(ax)}{x}", "a", True),
    (r"\gcd(a, b)", r"\gcd(b, a)", True),
    (r"\det\begin{pmatrix}a&b\\c&d\end{pmatrix}", "ad-bc", True),
    (r"\det\begin{pmatrix}a&b\\c&d\end{pmatrix}", "ad+bc", False),
    (r"\left(\sum_{k=0}^\infty x^k, 2\right)", r"\left(\frac{1}{1-x}, 2\right)", True),
    (r"\sum_{k=0}^\infty x^k, 2", r"2, \frac{1}{1-x}", True),
    (r"y = \sum_{k=0}^\infty x^k", r"y = \frac{1}{1-x}", True),
    (r"\sum_{k=1}^\infty \frac{1}{k}", "5", None),
]


@pytest.mark.parametrize(("answer", "reference", "expected"), CASES)
def test_what_sympy_proves(answer, reference, expected, ask):
    assert ask(answer, reference) is expected
    assert ask(reference, answer) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("1.644934", True), ("1.64493", True), ("1.64494", False), ("1.64", False)]
)
def test_rounding_of_what_sympy_works_out(text, expected):
    value = parse(r"\sum_{k=1}^\infty \frac{1}{k^2}")
    assert _quantities(value, parse(text)) is expected
    assert _quantities(parse(text), value) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(-8)^{1/3}", "-2"),
        (r"\sqrt[3]{-8}", "-2"),
        (r"\sqrt{x^2}", "Abs(x)"),
        (r"\sin 30^\circ", "1/2"),
        (r"0.1\overline{6}", "1/6"),
        (r"\log 1000", "3"),
        (r"\log_2 8", "3"),
        (r"\arccot 1", "pi/4"),
        ("f(2)", '(apply "f" (num 2))'),
    ],
)
def test_conversion(text, expected):
    assert str(sympy.simplify(to_sympy(parse(text)))) == expected


@pytest.mark.parametrize("text", [r"2^{10^{10}}", "99999999!", r"\binom{99999999}{5000}", r"3^{-99999}"])
def test_a_number_past_the_ceilings_is_not_built(text):
    with pytest.raises(OverLimit):
        to_sympy(parse(text))


def test_a_text_with_a_lone_surrogate_reaches_the_worker(ask):
    assert worker_pool.ask(Tree("text", (), "\ud800"), Tree("text", (), "\ud801")) is False
