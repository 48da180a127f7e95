"""Formulas of multi graders: Python's rules where they are formulas, a clear error where they are not, never long."""

import ast
import inspect
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.wire.openai import formula_parser, score_formula
from graders.wire.openai.formula_parser import DEEPEST, LONGEST, is_variable, read_formula
from graders.wire.openai.score_formula import FormulaError, LinearForm

GRADES = {"a": 1.0, "b": 0.5, "text_similarity_score": 0.25, "_x1": 0.0}

VALUES = {
    "0.5 * a + 0.5 * b": 0.75,
    "(a + b) / 2": 0.75,
    "2^3^2": 512.0,
    "-2^2": -4.0,
    "2^-1": 0.5,
    "(-2)^2": 4.0,
    "2^-2^2": 0.0625,
    "8/4/2": 1.0,
    "8-4-2": 2.0,
    "--a": 1.0,
    "+a": 1.0,
    "min(a, b, text_similarity_score)": 0.25,
    "max(a, b)": 1.0,
    "max(b)": 0.5,
    "abs(b - a)": 0.5,
    "floor(b) + ceil(b)": 1.0,
    "floor(-b)": -1.0,
    "exp(_x1)": 1.0,
    "sqrt(4*a)": 2.0,
    "log(exp(2))": 2.0,
    "a-b": 0.5,
    "1e2*.5": 50.0,
    "1.": 1.0,
    " \t\n1 ": 1.0,
    "_x1^_x1": 1.0,
    "((((((a))))))": 1.0,
}


@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=VALUES)
def test_what_a_formula_is_worth(text, value):
    """`^` from the right and before a sign, the natural logarithm, arity as documented."""
    assert read_formula(text).value(GRADES) == pytest.approx(value, abs=0, rel=1e-15)


HOSTILE = {
    "": "ends where",
    "   ": "ends where",
    "a b": "expected an operator",
    "2a": "expected an operator",
    "a a": "expected an operator",
    "(a": "')' is expected",
    "a)": "at character 2",
    "0.5 * a + 0.5 * b)": "at character 18",
    "()": "at character 2",
    "a +": "ends where",
    "* a": "at character 1",
    "a ** b": "a power is written ^",
    "a // b": "at character 4",
    "a % b": "'%' at character 3",
    "a if b else a": "expected an operator",
    "a < b": "'<' at character 3",
    "a = 1": "'=' at character 3",
    "a; b": "';'",
    "a.real": "without digits",
    "a.__class__": "without digits",
    "a[0]": "'['",
    "'a'": '"\'" at character 1',
    "{a}": "'{'",
    "lambda: a": "':' at character 7",
    "__import__('os').system('true')": "at character 12",
    "__import__(a)": "calls '__import__'",
    "eval(a)": "calls 'eval'",
    "a(b)": "a product needs a *",
    "min": "'(' after min",
    "min()": "at character 5",
    "min(a b)": "expected ')'",
    "min(a,)": "at character 7",
    "abs(a, b)": "gives abs 2 values",
    "log(a, 10)": "gives log 2 values",
    "pow(a, 2)": "calls 'pow'",
    "1.2.3": "expected an operator",
    ".": "without digits",
    "0x10": "expected an operator",
    "1_000": "expected an operator",
    "1e999": "too large",
    "０.５*a": "at character 1",
    "a × b": "'×'",
    "a−b": "'−'",
    "а": "at character 1",
    "a\u200b": "at character 2",
    "a\x00": "at character 2",
    "$a": "at character 1",
    "nan()": "calls 'nan'",
    "(" * LONGEST: "nested more than",
    "-" * LONGEST: "nested more than",
    "2^" * (LONGEST // 2): "nested more than",
    "abs(" * (LONGEST // 4): "nested more than",
    "a+" * LONGEST: "characters, expected at most",
    "9" * (LONGEST + 1): "characters, expected at most",
    "9" * LONGEST: "too large",
    "1e" + "9" * (LONGEST - 2): "too large",
}


@pytest.mark.parametrize(("text", "words"), HOSTILE.items(), ids=[repr(text[:24]) for text in HOSTILE])
def test_what_is_no_formula(text, words):
    """One sentence with the place, at once; nothing of it is ever run."""
    began = time.process_time()
    with pytest.raises(FormulaError) as refused:
        read_formula(text)
    assert words in str(refused.value)
    assert time.process_time() - began < 0.5
    assert len(str(refused.value)) < 300


WITHOUT_VALUE = {
    "1 / _x1": "divided by zero",
    "a / (b - b)": "divided by zero",
    "_x1 ^ -1": "no value at 0, -1",
    "(0 - 8) ^ (1/3)": "no value at -8",
    "sqrt(-a)": "sqrt has no value at -1",
    "log(_x1)": "log has no value at 0",
    "log(-1)": "log has no value at -1",
    "exp(1000)": "too large",
    "9^9^9^9": "too large",
    "1e308 * 10": "too large",
    "1e308 + 1e308": "too large",
    "-1e308 - 1e308": "too large",
    "1e308 / 1e-10": "too large",
    "^".join("9" * 20): "too large",
}


@pytest.mark.parametrize(("text", "words"), WITHOUT_VALUE.items(), ids=[text[:24] for text in WITHOUT_VALUE])
def test_a_value_is_a_finite_number_or_an_error(text, words):
    """Never inf, NaN or a complex number, and never long: floats do not grow."""
    formula = read_formula(text)
    began = time.process_time()
    with pytest.raises(FormulaError, match=words):
        formula.value(GRADES)
    assert time.process_time() - began < 0.1


def test_depth_and_length_end_where_they_say():
    """One level and one character below the ceiling are read."""
    deep = "(" * (DEEPEST - 1) + "a" + ")" * (DEEPEST - 1)
    assert read_formula(deep).value(GRADES) == 1
    with pytest.raises(FormulaError, match="nested"):
        read_formula(f"({deep})")
    long = "a" + "+a" * ((LONGEST - 1) // 2)
    began = time.process_time()
    assert read_formula(long).value(GRADES) == 1 + (LONGEST - 1) // 2
    assert read_formula(long).linear().factors == {"a": 1.0 + (LONGEST - 1) // 2}
    assert time.process_time() - began < 1


def test_nothing_of_pythons_is_called():
    """No eval, no exec, no compile, no ast in the two files."""
    for module in (formula_parser, score_formula):
        tree = ast.parse(inspect.getsource(module))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert names.isdisjoint({"eval", "exec", "compile", "ast", "getattr", "__import__"})


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("0.9*a + 0.1*b", LinearForm(0.0, {"a": 0.9, "b": 0.1})),
        ("(a + b)/4 + a*0.5", LinearForm(0.0, {"a": 0.75, "b": 0.25})),
        ("a - b", LinearForm(0.0, {"a": 1.0, "b": -1.0})),
        ("-(a - 1) * sqrt(4)", LinearForm(2.0, {"a": -2.0})),
        ("2^2 * a", LinearForm(0.0, {"a": 4.0})),
        ("a*0 + b", LinearForm(0.0, {"a": 0.0, "b": 1.0})),
        ("a * b", None),
        ("a / b", None),
        ("a / 0", None),
        ("min(a, b)", None),
        ("a ^ 1", None),
        ("abs(a)", None),
        ("a + log(0)", None),
    ],
)
def test_linear_forms(text, form):
    """A weighted sum is known as one, and nothing else is."""
    assert read_formula(text).linear() == form


NUMBERS = st.floats(0, 9, allow_nan=False).map(lambda value: f"{value:.4g}".replace("e", "E"))
TREES = st.recursive(
    NUMBERS | st.sampled_from(["a", "b"]),
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({' '.join(parts)})")
        | inner.map(lambda one: f"-{one}")
        | st.tuples(inner, st.sampled_from(["2", "3", "-1"])).map(lambda parts: f"{parts[0]}^{parts[1]}")
    ),
    max_leaves=8,
)


@given(TREES)
def test_the_same_as_python_where_python_has_a_value(text):
    """An oracle for precedence and sign: Python's own reading of the same formula, with ** for ^."""
    try:
        expected = float(eval(text.replace("^", "**"), {"__builtins__": {}}, dict(GRADES)))
    except (ArithmeticError, TypeError):
        expected = math.nan
    try:
        got = read_formula(text).value(GRADES)
    except FormulaError:
        got = math.nan
    assert got == pytest.approx(expected, rel=1e-12, nan_ok=True)


@given(st.text(max_size=80))
def test_any_text_is_a_formula_or_an_error(text):
    """Nothing else is ever raised."""
    try:
        formula = read_formula(text)
        formula.value(dict.fromkeys(formula.variables, 0.5))
    except FormulaError:
        pass


@pytest.mark.parametrize("name", ["a", "_", "A1", "text_similarity_score"])
def test_keys_that_a_formula_can_name(name):
    """Letters, digits and underscores."""
    assert is_variable(name)
    assert read_formula(name).variables == (name,)


@pytest.mark.parametrize("name", ["", "1a", "a-b", "a b", "min", "log", "ä", "a.b", "a\n"])
def test_keys_that_it_can_not(name):
    """A function's name, another sign, an accent."""
    assert not is_variable(name)
