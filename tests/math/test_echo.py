"""The guard against the prompt's own expression given back: what it stops, and what it must leave alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.math import equivalent, parse
from graders.math.extraction.unfinished import leaves_more

SMALL = st.integers(2, 12)
SIDES = st.integers(-9, 9).filter(bool)


def outcome(prompt, answer, reference):
    """The outcome with the prompt at hand, of a pair that matches without it."""
    assert equivalent(answer, reference).equal
    return equivalent(answer, reference, prompt=prompt).outcome


@pytest.mark.parametrize(
    ("task", "expression", "reference"),
    [
        ("Compute", r"\sin 240^\circ", r"-\frac{\sqrt 3}{2}"),
        ("Compute", r"\arccos (\cos 7)", r"7-2\pi"),
        ("Compute", r"\binom{8}{4}", "70"),
        ("Compute", r"|3-4i|", "5"),
        ("Compute", "i^{23}", "-i"),
        ("Convert to rectangular form:", r"\sqrt{2} e^{11 \pi i/4}", "-1+i"),
        ("Simplify", r"\frac{1-i}{2+3i}", r"-\frac{1}{13}-\frac{5}{13}i"),
        ("Simplify", r"\sqrt{180}", r"6\sqrt5"),
        ("Simplify", r"\sqrt{2}\cdot\sqrt3", r"\sqrt6"),
        ("Simplify", "x^{-2}", r"\frac{1}{x^2}"),
        ("Simplify", "1-(1+(1-(1+(1-x))))", "1-x"),
        ("Simplify", r"t^3\cdot t^4", "t^7"),
        ("Simplify", r"\frac{36}{54}", r"\frac23"),
        ("Factor", "t^2-49", "(t-7)(t+7)"),
        ("Factor", "45x+30", "15(3x+2)"),
        ("Factor", "x^8-256", "(x^4+16)(x^2+4)(x+2)(x-2)"),
        ("Complete the square:", "x^2+6x+5", "(x+3)^2-4"),
        ("Expand", r"(9x+4)\cdot 2x^2", "18x^3+8x^2"),
        ("Write as one fraction:", r"\frac1x+\frac1y", r"\frac{x+y}{xy}"),
        ("Rationalize the denominator of", r"\frac{5}{\sqrt{125}}", r"\frac{\sqrt{5}}{5}"),
        ("Rationalize the denominator of", r"\frac{21}{\sqrt{21}}", r"\sqrt{21}"),
        (
            "Find",
            r"\begin{pmatrix}1\\2\end{pmatrix}+\begin{pmatrix}3\\4\end{pmatrix}",
            r"\begin{pmatrix}4\\6\end{pmatrix}",
        ),
        ("Solve", "x^2+5x<6", "(-6, 1)"),
    ],
)
def test_the_expression_given_back_is_an_echo(task, expression, reference):
    prompt = f"{task} ${expression}$."
    assert outcome(prompt, expression, reference) == "echo"
    assert outcome(prompt, f"${expression}$", reference) == "echo"
    assert outcome(prompt, reference, reference) == "match"


@pytest.mark.parametrize(
    ("task", "disguise", "reference"),
    [
        (r"17 \cdot 23", r"\frac{17\cdot 23}{1}", "391"),
        (r"17 \cdot 23", r"|17\cdot23|", "391"),
        (r"17 \cdot 23", r"\gcd(17\cdot 23,0)", "391"),
        (r"17 \cdot 23", r"\sum_{k=1}^{23}17", "391"),
        (r"17 \cdot 23", r"23\cdot 17+0", "391"),
        (r"17 \cdot 23", "400-9", "391"),
        (r"17 \cdot 23", r"\sqrt{(17\cdot 23)^2}", "391"),
        (r"\binom{12}{5}", r"\binom{12}{7}", "792"),
        (r"\binom{12}{5}", r"\frac{12!}{5!7!}", "792"),
        (r"\sum_{k=1}^{10} k^2", r"\sum_{j=1}^{10} j^2", "385"),
        (r"\sum_{k=1}^{10} k^2", r"1+\sum_{k=2}^{10}k^2", "385"),
        (r"\int_0^1 x^2 dx", r"\int_0^1 t^2 dt", r"\frac13"),
        (r"\int_0^1 x^2 dx", r"\int_0^1 x\cdot x dx", r"\frac13"),
        (r"2^{10}+3^5", r"2^{11}/2+3^5", "1267"),
        (r"\sqrt{180}", r"\sqrt{4}\sqrt{45}", r"6\sqrt5"),
        (r"\frac{5}{\sqrt{125}}", r"\frac{10}{2\sqrt{125}}", r"\frac{\sqrt5}{5}"),
        ("x^2-9", "x^2-3^2", "(x-3)(x+3)"),
        (r"\cos 240^\circ", r"\sin(-30^\circ)", r"-\frac12"),
        (r"\log_2 64", r"\frac{\ln 64}{\ln 2}", "6"),
        (r"\lim_{x\to 0}\frac{\sin x}{x}", r"\lim_{t\to 0}\frac{\sin t}{t}", "1"),
        (r"\lim_{x\to 0}\frac{\sin 5x}{x}", r"\lim_{h\to 0}\frac{\sin 5h}{h}", "5"),
        (r"\sqrt{36}\cdot 6", r"\sqrt{36}\cdot\sqrt{36}", "36"),
        (r"\sqrt{6}^2", r"\sqrt{6}\cdot\sqrt{6}", "6"),
    ],
)
def test_the_task_in_disguise_is_an_echo(task, disguise, reference):
    prompt = f"What is ${task}$?"
    assert outcome(prompt, disguise, reference) == "echo"
    assert outcome(prompt, reference, reference) == "match"
    assert outcome("What comes next?", disguise, reference) == "match"  # nothing is repeated


@pytest.mark.parametrize(
    ("prompt", "reference"),
    [
        (r"Write $\frac{5}{8}$ as a decimal.", "0.625"),
        (r"Find the fraction that equals $0.\overline{73}$.", r"\frac{73}{99}"),
        (r"Compute $\sin 240^\circ$.", r"-\frac{\sqrt 3}{2}"),
        (r"Rationalize the denominator of $\frac{5}{\sqrt{125}}$.", r"\frac{\sqrt{5}}{5}"),
    ],
)
def test_the_task_given_back_is_no_answer(prompt, reference):
    for asked, answer in ((prompt, prompt), (f"Think step by step. {prompt}", prompt.rstrip("."))):
        assert equivalent(answer, reference, prompt=asked).outcome in ("echo", "unreadable")


@pytest.mark.parametrize(
    ("prompt", "answer", "reference"),
    [
        (r"Which of $\sqrt{12}$ and $2\sqrt3$ is in lowest terms?", r"\sqrt{12}", r"2\sqrt3"),
        (r"Which is correct: $(x-1)(x+1)$ or $x^2-1$?", "x^2-1", "(x-1)(x+1)"),
        (r"The line $y=\frac12 x+3$ is shown.", r"y=\frac12 x+3", r"y=\frac{x}{2}+3"),
        (r"Is $x=4$ a root of $x^2-16$?", "x=4", "4"),
        (r"Find all $y \in [0,\pi]$ for which it holds.", r"y \in [0,\pi]", r"[0,\pi]"),
        (r"For $-3<x<3$, where is it defined?", "-3<x<3", "(-3,3)"),
        (r"Express $\frac{37}{80}$ as a decimal.", r"\frac{37}{80}", "0.4625"),
        (r"Factor $t^2-49$.", "(t+7)(t-7)", "(t-7)(t+7)"),
        (r"Simplify $\frac{1-i}{2+3i}$.", r"\frac{-1-5i}{13}", r"-\frac{1}{13}-\frac{5}{13}i"),
        (r"Compute $17\cdot23$.", r"17\cdot23=391", "391"),
        (r"(A) $2^3$ (B) $3^2$: which is 9?", "B", "B"),
        (r"How many subsets has a set of $10$ elements?", "2^{10}", "1024"),
        (r"Compute $17\cdot23$.", r"\frac{391}{1}", "391"),
        (r"Compute $17\cdot23$.", "391.0", "391"),
        (r"Evaluate $\frac{6}{8}$.", "0.75", r"\frac34"),
        (r"Find $\sqrt{12}+\sqrt{27}$.", r"\sqrt3\cdot 5", r"5\sqrt3"),
    ],
)
def test_an_honest_answer_is_none(prompt, answer, reference):
    assert outcome(prompt, answer, reference) == "match"


FORMS = st.recursive(
    st.one_of(SMALL.map(str), st.sampled_from(("x", "y", r"\pi", "i"))),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(r"({0[0]}+{0[1]})".format),
        st.tuples(inner, inner).map(r"({0[0]}\cdot {0[1]})".format),
        st.tuples(inner, SMALL).map(r"\frac{{{0[0]}}}{{{0[1]}}}".format),
        inner.map(r"\sqrt{{{}}}".format),
        inner.map(r"\sin ({})".format),
    ),
    max_leaves=6,
)


@given(FORMS)
def test_nothing_is_an_echo_of_its_own_form(form):
    assert not leaves_more(parse(form), parse(form))
    verdict = equivalent(f"${form} $", form, prompt=f"Compute ${form}$ and ${form}+1$.")
    assert verdict.outcome != "echo"


@given(st.integers(-999, 999), SMALL)
def test_literals_and_reduced_fractions_are_none(above, below):
    value = rf"\frac{{{above * below + 1}}}{{{below}}}"
    assert outcome(f"Which is ${value}$?", value, value.replace(r"\frac", r"\dfrac")) == "match"
    assert outcome(f"Which is ${above}$?", str(above), f"{above}.0") == "match"


@given(SMALL, SIDES, SMALL, SIDES)
def test_products_and_sums(a, b, c, d):
    """Each is the other's echo, by what was asked for."""
    product = f"({a}x{b:+d})({c}x{d:+d})"
    total = f"{a * c}x^2{a * d + b * c:+d}x{b * d:+d}"
    assert outcome(f"Expand ${product}$.", product, total) == "echo"
    assert outcome(f"Expand ${product}$.", total, total) == "match"
    assert outcome(f"Factor ${total}$.", total, product) == "echo"
    assert outcome(f"Factor ${total}$.", product, product) == "match"


@given(SMALL, st.sampled_from((2, 3, 5, 6, 7, 10)))
def test_roots_that_simplify(outside, inside):
    root, simple = rf"\sqrt{{{outside**2 * inside}}}", rf"{outside}\sqrt{{{inside}}}"
    assert outcome(f"Simplify ${root}$.", root, simple) == "echo"
    assert outcome(f"Simplify ${root}$.", simple, simple) == "match"


@given(st.integers(1, 50), SMALL, st.integers(1, 50), SMALL)
def test_sums_of_fractions(a, b, c, d):
    added = rf"\frac{{{a}}}{{{b}}}+\frac{{{c}}}{{{d}}}"
    value = rf"\frac{{{a * d + b * c}}}{{{b * d}}}"
    assert outcome(f"Find ${added}$.", added, value) == "echo"
    assert outcome(f"Find ${added}$.", value, value) == "match"


@pytest.mark.parametrize(
    "answer",
    [
        r"\frac{2x^2-8}{1}",
        "(2x^2-8)^1",
        r"2\cdot(2x^2-8)/2",
        r"\frac{4(2x^2-8)}{4}",
        r"3\cdot\frac{2x^2-8}{3}",
        "-(-(2x^2-8))",
    ],
)
def test_an_idle_operation_disguises_no_task(answer):
    assert outcome("Factor $2x^2-8$.", answer, "(2)(x+2)(x-2)") == "echo"


def test_a_product_worked_out_is_no_idle_operation():
    assert outcome("Factor $2x^2-8$.", "2(x-2)(x+2)", "(2)(x+2)(x-2)") == "match"
    assert outcome("Simplify $\\frac{x^2-1}{x-1}$.", r"\frac{x+1}{1}", "x+1") == "match"
