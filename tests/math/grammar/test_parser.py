"""Tokens to tree: precedence, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.math import OverLimit, Unreadable, parse
from graders.math.grammar.plain import plain


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1+2*3", "(add (num 1) (mul (num 2) (num 3)))"),
        ("-x^2", '(neg (pow (sym "x") (num 2)))'),
        ("2^3^2", "(pow (num 2) (pow (num 3) (num 2)))"),
        ("1/2x", '(mul (div (num 1) (num 2)) (sym "x"))'),
        ("1/xy", '(div (num 1) (mul (sym "x") (sym "y")))'),
        ("2\\frac{1}{3}", "(add (num 2) (div (num 1) (num 3)))"),
        ("2\\frac{x}{3}", '(mul (num 2) (div (sym "x") (num 3)))'),
        ("\\frac12", "(div (num 1) (num 2))"),
        ("\\sin 2x \\cos y", '(mul (fn "sin" (mul (num 2) (sym "x"))) (fn "cos" (sym "y")))'),
        ("\\sin^2 x", '(pow (fn "sin" (sym "x")) (num 2))'),
        ("\\sin^{-1} x", '(fn "asin" (sym "x"))'),
        ("\\log_2 8", '(fn "log" (num 8) (num 2))'),
        ("f(x)", '(apply "f" (sym "x"))'),
        ("x(x+1)", '(mul "may be call" (sym "x") (add (sym "x") (num 1)))'),
        ("5!", '(fn "fact" (num 5))'),
        ("35\\%", "(percent (num 35))"),
        ("72^\\circ", "(degree (num 72))"),
        ("x_{12}", '(sym "x_12")'),
        ("1<x\\le5", '(rel "< <=" (num 1) (sym "x") (num 5))'),
        ("(1,2]", '(interval "(]" (num 1) (num 2))'),
        ("(1,2)", "(tuple (num 1) (num 2))"),
        ("\\{1,2\\}", "(set (num 1) (num 2))"),
        ("1, 2 and 3", '(list "and" (num 1) (num 2) (num 3))'),
        ("5 km/h", '(unit "kilometre/hour" (num 5))'),
        ("twenty-one", "(num 21)"),
        ("10:30", '(colon "" (num 10) (num 30))'),
        ("4.2 x 10^5", '(mul (decimal "4.2") (pow (num 10) (num 5)))'),
        ("0.1\\overline{6}", '(repeating "0.1(6)")'),
        ("\\$5", '(unit "dollar" (num 5))'),
        ("\\int_0^1 x dx", '(int (sym "x") (sym "x") (num 0) (num 1))'),
    ],
)
def test_trees(text, tree):
    assert str(parse(text)) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "1+",
        "2 8",
        "0x28",
        "(1",
        "1)",
        "\\frac{1}",
        "28 or",
        "\\sqrt",
        "=",
        "1,,2",
        "2\\text{8}",
        "()",
        "{}",
        "\\begin{cases}1\\end{cases}",
        "28_",
        "1 2 3",
        "a=",
        "\\sum",
        "!",
        "3 * * 4",
        "(1,2,3]",
        "17_3",
    ],
)
def test_what_is_no_formula(text):
    with pytest.raises(Unreadable):
        parse(text)


@pytest.mark.parametrize("text", ["(" * 60 + "1" + ")" * 60, "\\sin " * 60 + "1", "2^" * 60 + "1", "\\sqrt" * 60 + "2"])
def test_depth_is_bounded(text):
    with pytest.raises(OverLimit):
        parse(text)


NUMBERS = st.from_regex(
    r"\A-?([0-9]{1,5}(\.[0-9]{0,4})?|\.[0-9]{1,4}|[1-9][0-9]?(,(\\!)?[0-9]{3}){1,2}(\.[0-9]{1,2})?|[0-9]{1,3}/[0-9]{1,3}"
    r"|\\d?frac(\{-?[0-9]{1,3}\}| ?[0-9])(\{-?[0-9]{1,3}\}| ?[0-9]))\Z"
)
FRAMES = (
    "{}",
    "${}$",
    "\\boxed{{{}}}",
    " {} ",
    "\\({}\\)",
    "\\[ {} \\]",
    "**{}**",
    "\\boxed{{${}$}}",
    "\\displaystyle {}",
    "\\,{}\\;",
    "$\\boxed{{{}}}$",
    "\\boxed{{**{}**}}",
)
BRACKETS = ("({})", "-({})", "\\left({}\\right)", "$-\\left( {} \\right)$")


@settings(max_examples=400)
@given(NUMBERS, st.sampled_from(FRAMES))
def test_the_short_way_agrees_with_the_parser(number, frame):
    """The oracle of `plain`: the same tree as the parser's wherever it gives one."""
    text = frame.format(number)
    short = plain(text)
    assert short is not None
    assert short == parse(text.replace("**", ""))


@settings(max_examples=200)
@given(NUMBERS.filter(lambda number: "," not in number and number[0] != "-"), st.sampled_from(BRACKETS))
def test_the_short_way_knows_brackets(number, frame):
    """The same oracle for a number in brackets, with or without a sign before them."""
    text = frame.format(number)
    assert plain(text) is not None
    assert plain(text) == parse(text)


@pytest.mark.parametrize(
    "text", ["28}", "$28", "\\boxed{28", "2 8", "28$", "$28}", "1,234.", "(1,234)", "-(-1)", "$.5 $", "", "x", "28\\)"]
)
def test_the_short_way_leaves_the_rest_alone(text):
    assert plain(text) is None
