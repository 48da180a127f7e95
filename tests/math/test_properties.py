"""Properties of the verdict: symmetry, layout, exactness, one value, harmlessness."""

import sys
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from graders.math import equivalent, verify
from graders.math.extraction.readings import answer_reading, reference_reading

INTEGERS = st.integers(-(10**40), 10**40)
FRACTIONS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)
PIECES = st.sampled_from(
    (
        r"\frac{1}{2}",
        "x",
        "2",
        "+",
        "-",
        "*",
        "/",
        "(",
        ")",
        "^2",
        r"\sqrt{",
        "}",
        "{",
        ",",
        "=",
        r"\pi",
        r"\sin ",
        "!",
        "%",
        " ",
        r"\cup",
        "[",
        "]",
        r"\infty",
        r"\pm ",
        "e",
        "i",
        "or",
        "and",
        r"\text{",
        "$",
        r"\boxed{",
        "10",
        "0.5",
        "|",
        r"\le ",
        ":",
        "cm",
        "_",
        r"\int_0^1 ",
        "dx",
        r"\{",
        r"\}",
        ".",
        "the",
    )
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)
FAST = settings(deadline=None, max_examples=80)


def latex(value):
    value = Fraction(value)
    sign = "-" if value < 0 else ""
    return f"{sign}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


@FAST
@given(FRACTIONS, FRACTIONS)
def test_symmetric_on_values(one, two):
    """P42."""
    assert equivalent(latex(one), latex(two)).equal == equivalent(latex(two), latex(one)).equal == (one == two)


@FAST
@given(TEXTS, TEXTS)
@example("-2", "2\\pm 0")
def test_symmetric_on_whatever_both_sides_read_alike(one, two):
    """P42, for texts that are read as the same value on both sides."""
    readings = [(answer_reading(text).tree, reference_reading(text).tree) for text in (one, two)]
    if all(given is not None and given == expected for given, expected in readings):
        forward, backward = equivalent(one, two), equivalent(two, one)
        if not {"a choice letter", "the same words"} & {forward.rule, backward.rule}:
            assert forward.equal == backward.equal


@FAST
@given(TEXTS)
def test_everything_readable_equals_itself_and_twice_the_same(text):
    if reference_reading(text).tree is not None:
        assert equivalent(text, text)
    assert equivalent(text, "28") == equivalent(text, "28")


@FAST
@given(
    FRACTIONS,
    st.sampled_from(("{}", " {} ", "${}$", r"\boxed{{{}}}", r"\({}\)", r"$\boxed{{{}}}$", "**{}**", "\n{}\n")),
)
def test_layout_is_neutral(value, frame):
    """P43."""
    assert equivalent(frame.format(latex(value)), latex(value))


@FAST
@given(FRACTIONS, st.integers(1, 1000))
def test_multiplied_fractions_and_exact_decimals(value, factor):
    """P44."""
    scaled = f"{value.numerator * factor}/{value.denominator * factor}"
    assert equivalent(scaled, latex(value))
    decimal = Fraction(value.numerator, 1000)
    text = f"{abs(decimal.numerator) // decimal.denominator}.{abs(value.numerator) % 1000:03d}"
    assert equivalent(("-" if value < 0 else "") + text, latex(decimal))


@FAST
@given(INTEGERS, st.integers(1, 10**9))
def test_integers_that_differ_never_match(value, gap):
    """P45."""
    assert not equivalent(str(value + gap), str(value))
    assert not equivalent(str(value - gap), str(value))


@FAST
@given(FRACTIONS.filter(bool))
def test_sign_flips_never_match(value):
    """P46."""
    assert not equivalent(latex(-value), latex(value))


@FAST
@given(FRACTIONS, FRACTIONS)
def test_two_values_are_no_answer(one, two):
    """P47."""
    if one != two:
        for text in (f"{latex(one)}, {latex(two)}", f"{latex(one)} = {latex(two)}", f"{latex(one)} or {latex(two)}"):
            assert not equivalent(text, latex(one))
            assert not equivalent(text, latex(two))


@FAST
@given(
    FRACTIONS, st.sampled_from(("The answer is {}.", "Answer: ${}$", "So we get {} apples", "Thus, $x={}$.", "{} cm"))
)
def test_short_prose_and_units_are_neutral(value, frame):
    """P48."""
    assert equivalent(frame.format(latex(value)), latex(value))


@FAST
@given(FRACTIONS, st.integers(1, 9), st.integers(1, 9))
def test_transitive_on_exact_rationals(value, one, two):
    """P49."""
    texts = [latex(value), f"{value.numerator * one}/{value.denominator * one}", f"({latex(value)})*{two}/{two}"]
    assert all(equivalent(left, right) for left in texts for right in texts)


CODE = (
    "__import__('os').system('touch X')",
    "open('X','w')",
    "eval('28')",
    'exec("x=1")',
    "quit(0)",
    "print(28)",
    "lambda: 28",
    "().__class__.__bases__",
    "28 if 1 else open('X')",
    "[28][0]",
    "os.system(28)",
    r"\write18{touch X}",
)


def test_code_is_never_run():
    """P50: no file is opened, nothing is compiled or imported on behalf of a text."""
    equivalent(r"\sqrt{2}+\sqrt{3}", r"\sqrt{5+2\sqrt6}")  # loads what is loaded lazily
    seen = []
    watching = True

    def watch(event, _arguments):
        if watching and event in ("open", "exec", "compile", "import", "os.system", "subprocess.Popen"):
            seen.append(event)

    sys.addaudithook(watch)
    verdicts = [equivalent(text, reference) for text in CODE for reference in ("28", "0", "1")]
    watching = False
    assert not any(verdicts)
    assert seen == []


@FAST
@given(st.text(max_size=80))
def test_any_text_has_a_verdict(text):
    """P51, the small ones: see `test_bounds` for the large."""
    assert equivalent(text, "28").outcome
    assert equivalent("28", text).outcome


def test_batches_agree_with_single_calls():
    answers = ["0.5", "x=3", "0.5", "27 or 28", "\\frac12"] * 3
    references = ["1/2", "3", "1/2", "28", "0.5"] * 3
    assert verify(answers, references) == [equivalent(*pair) for pair in zip(answers, references, strict=True)]
