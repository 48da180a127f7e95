"""Wrong answers made of right ones: ``python benchmarks/redteam_math.py [GOLDS.jsonl] [MUTANTS] [PAIRS] [SEED]``.

Each gold (`reference_answer` or `reference` of a row; by default those of tests/math/cases) is mutated: in its formula,
or by words around it that make it another answer. A mutant of a formula counts only where mpmath shows with 50 digits
that it has another value, in an evaluator that shares nothing with the verifier; words are wrong by what they say.
Pairs of random tokens are held to the same evaluator. What is paid is printed by kind, with examples.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import mpmath

from graders.math import equivalent

CASES = Path(__file__).parent.parent / "tests" / "math" / "cases"
CHUNK = 500
"""Mutants that a worker makes at a time."""
PATIENCE = 0.5
"""CPU seconds that the evaluator may take for a pair."""
SHOWN = 6


class Paid(NamedTuple):
    """A wrong answer that was paid."""

    kind: str
    reference: str
    answer: str
    rule: str


# -- the evaluator -------------------------------------------------------------------------------------------

PIECE = re.compile(r"\s+|\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\.\d+|[A-Za-z]|.", re.DOTALL)
SILENT = {r"\left", r"\right", r"\,", r"\!", r"\;", r"\ ", "$", r"\displaystyle", r"\quad"}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "ln": mpmath.log,
    "log": lambda value: mpmath.log(value, 10),
    "arcsin": mpmath.asin,
    "arctan": mpmath.atan,
}
CONSTANTS: dict[str, Callable[[], Any]] = {
    r"\pi": lambda: +mpmath.pi,
    "e": lambda: +mpmath.e,
    "i": lambda: mpmath.mpc(0, 1),
    r"\infty": lambda: mpmath.inf,
}
OPENING = {"(": ")", "[": "]", r"\{": r"\}", "{": "}"}


class NotReadError(ValueError):
    """The evaluator does not know the notation."""


class Evaluator:
    """The value of a text at a point that a seed draws: a number, or a tuple of a shape and values."""

    def __init__(self, text: str, seed: int) -> None:
        text = text.replace(r"\dfrac", r"\frac").replace(r"\tfrac", r"\frac").replace("−", "-")
        self.pieces = [piece for piece in PIECE.findall(text) if not piece.isspace() and piece not in SILENT]
        self.at, self.seed = 0, seed

    def whole(self) -> Any:
        found = self.listed()
        if self.at < len(self.pieces):
            raise NotReadError
        return found

    def peek(self) -> str:
        return self.pieces[self.at] if self.at < len(self.pieces) else ""

    def take(self, *wanted: str) -> str:
        piece = self.peek()
        if not piece or (wanted and piece not in wanted):
            raise NotReadError
        self.at += 1
        return piece

    def listed(self) -> Any:
        found = [self.related()]
        while self.peek() == ",":
            self.at += 1
            found.append(self.related())
        return found[0] if len(found) == 1 else ("list", *found)

    def related(self) -> Any:
        left = self.sum()
        if self.peek() not in ("=", "<", ">", r"\le", r"\ge", r"\ne"):
            return left
        return ("rel " + self.take(), left, self.sum())

    def sum(self) -> Any:
        total = self.product()
        while self.peek() in ("+", "-", r"\cup"):
            sign = self.take()
            other = self.product()
            if sign == r"\cup":
                total = ("union", total, other)
            else:
                total = number(total) + (number(other) if sign == "+" else -number(other))
        return total

    def product(self) -> Any:
        negative = False
        while self.peek() in ("+", "-"):
            negative ^= self.take() == "-"
        value = self.power()
        while True:
            if self.peek() in ("*", r"\cdot", r"\times"):
                self.at += 1
                value = number(value) * number(self.power())
            elif self.peek() == "/":
                self.at += 1
                value = number(value) / number(self.power())
            elif self.begins_factor():
                value = number(value) * number(self.power())
            else:
                return -number(value) if negative else value

    def begins_factor(self) -> bool:
        piece = self.peek()
        named = piece[:1] == "\\" and (piece[1:] in FUNCTIONS or piece in (r"\frac", r"\sqrt", r"\pi", r"\binom"))
        return named or piece in ("(", "{") or (piece.isalpha() and piece.isascii())

    def power(self) -> Any:
        value = self.atom()
        while self.peek() in ("^", "!"):
            if self.take() == "!":
                value = mpmath.gamma(number(value) + 1)
                continue
            if self.pieces[self.at : self.at + 1] == [r"\circ"] or self.peek() in ("T", "'"):
                raise NotReadError
            value = mpmath.power(number(value), number(self.argument()))
        return value

    def argument(self) -> Any:
        if self.peek() in ("{", "("):
            return self.atom()
        piece = self.peek()
        if piece[:1].isdigit() and len(piece) > 1:
            self.pieces[self.at : self.at + 1] = [piece[0], piece[1:]]
        if not piece or not piece[0].isalnum():
            raise NotReadError
        return self.atom()

    def atom(self) -> Any:
        piece = self.take()
        if piece[0].isdigit() or (piece[0] == "." and len(piece) > 1):
            return mpmath.mpf(piece)
        if piece in OPENING:
            return self.bracket(piece)
        if piece in (r"\frac", r"\binom"):
            above, below = number(self.argument()), number(self.argument())
            return above / below if piece == r"\frac" else mpmath.binomial(above, below)
        if piece in CONSTANTS:
            return CONSTANTS[piece]()
        return self.named(piece)

    def bracket(self, piece: str) -> Any:
        inside = self.listed()
        closing = self.take(")", "]", r"\}", "}")
        if closing == OPENING[piece] and not isinstance(inside, tuple) and piece != r"\{":
            return inside
        if piece == "{":
            raise NotReadError
        return (piece + closing, *(inside[1:] if isinstance(inside, tuple) and inside[0] == "list" else (inside,)))

    def named(self, piece: str) -> Any:
        if piece == r"\sqrt":
            index = mpmath.mpf(2)
            if self.peek() == "[":
                self.at += 1
                index = number(self.sum())
                self.take("]")
            return mpmath.power(number(self.argument()), 1 / index)
        if piece[1:] in FUNCTIONS and piece[0] == "\\":
            return FUNCTIONS[piece[1:]](number(self.power()))
        if piece.isalpha() and piece.isascii():
            return mpmath.mpf(random.Random(f"{self.seed}{piece}").randint(10**8, 3 * 10**9)) / 10**9
        raise NotReadError


def number(value: Any) -> Any:
    """The value, if it is a number."""
    if isinstance(value, tuple):
        raise NotReadError
    return value


def differ(one: str, two: str) -> bool:
    """Whether two texts certainly have different values; lists and sets are compared without order."""
    mpmath.mp.dps = 50
    signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        return all(apart(Evaluator(one, seed).whole(), Evaluator(two, seed).whole()) for seed in range(3))
    except (ArithmeticError, ValueError, RecursionError, TypeError):
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def give_up(*_: object) -> None:
    """What the alarm of the evaluator does."""
    raise NotReadError


def apart(one: Any, two: Any) -> bool:
    """Whether two values differ; relations of different sides are not compared."""
    if isinstance(one, tuple) and isinstance(two, tuple):
        if one[0][:3] == two[0][:3] == "rel":
            return one[0] == two[0] and not apart(one[1], two[1]) and apart(one[2], two[2])
        if {one[0], two[0]} & {"list", r"\{\}", "union"}:
            return one[0] == two[0] and any(not met(each, two[1:]) for each in one[1:])
        return one[0] == two[0] and (len(one) != len(two) or any(map(apart, one[1:], two[1:])))
    if isinstance(one, tuple) or isinstance(two, tuple):
        return False
    if mpmath.isinf(one) or mpmath.isinf(two):
        return one != two
    return abs(one - two) > mpmath.mpf(10) ** -3 * max(1, abs(one), abs(two))  # no rounding of decimals


def met(value: Any, others: tuple[Any, ...]) -> bool:
    """Whether a value is among others."""
    return any(not apart(value, other) and isinstance(value, tuple) is isinstance(other, tuple) for other in others)


# -- mutations of a formula ----------------------------------------------------------------------------------


def at_random(pattern: str, made: str | Callable[[re.Match[str]], str]) -> Callable[[str, random.Random], str]:
    """A mutation that replaces one place of the text where a pattern stands."""

    def mutate(text: str, rng: random.Random) -> str:
        places = list(re.finditer(pattern, text))
        if not places:
            return text
        place = rng.choice(places)
        new = place.expand(made) if isinstance(made, str) else made(place)
        return text[: place.start()] + new + text[place.end() :]

    return mutate


BEHIND_BRACKETS = ("2", r"\pi", "/2", "^2", "!", r"\cdot 3", "i", "^{-1}")
LETTER = r"(?<![\\A-Za-z])([a-zA-Z])(?![A-Za-z])"
FORMULAS: dict[str, Callable[[str, random.Random], str]] = {
    "digit up": at_random(r"\d", lambda found: str((int(found[0]) + 1) % 10)),
    "digit doubled": at_random(r"\d", r"\g<0>\g<0>"),
    "digit left out": at_random(r"\d(?=\d)", ""),
    "digits turned": at_random(r"(\d)(\d)", r"\2\1"),
    "sign turned": at_random(r"[+-]", lambda found: "-" if found[0] == "+" else "+"),
    "sign before": lambda text, _: "-" + text,
    "sum to product": at_random(r"\+", r"\\cdot "),
    "product to sum": at_random(r"\\cdot|\\times|\*", "+"),
    "sum to quotient": at_random(r"(?<=[\w}]) ?[+-] ?(?=[\w\\])", "/"),
    "sign to comma": at_random(r"(?<=[\w}]) ?[+-] ?(?=\w)", ", "),
    "fraction turned": at_random(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\\frac{\2}{\1}"),
    "fraction to binomial": at_random(r"\\frac(?=\{)", r"\\binom"),
    "fraction to mixed": at_random(r"\\frac\{(\d+)\}\{(\d+)\}", r"\1\\frac{1}{\2}"),
    "fraction flat": at_random(r"\\frac\{([^{}]*[+-][^{}]*)\}\{([^{}]*)\}", r"\1/\2"),
    "fraction to power": at_random(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"{\1}^{\2}"),
    "fraction to difference": at_random(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1-\2)"),
    "denominator under a root": at_random(r"\\frac\{([^{}]*)\}\{(\d+)\}", r"\\frac{\1}{\\sqrt{\2}}"),
    "numerator left out": at_random(r"\\frac\{([^{}]*)\}", r"\\frac{1}"),
    "exponent up": at_random(r"\^\{?(\d)", lambda found: found[0][:-1] + str(int(found[1]) + 1)),
    "exponent left out": at_random(r"\^(\{[^{}]*\}|\d)", ""),
    "exponent negative": at_random(r"\^\{?(\d+)\}?", r"^{-\1}"),
    "exponent a factor": at_random(r"\^\{?(\d+)\}?", r"\\cdot \1"),
    "exponent a root": at_random(r"\^\{?(\d+)\}?", r"^{1/\1}"),
    "base and exponent turned": at_random(r"(\d+)\^\{?(\d+)\}?", r"\2^{\1}"),
    "root left out": at_random(r"\\sqrt(?=\{)", ""),
    "root of another index": at_random(r"\\sqrt(?=\{)", r"\\sqrt[3]"),
    "root to the end": at_random(r"\\sqrt\{([^{}]*)\}(.+)", r"\\sqrt{\1\2}"),
    "root of a square": at_random(r"\\sqrt\{([^{}]*)\}", r"\\sqrt{\1^2}"),
    "brackets left out": at_random(r"\(([^()]*)\)", r"\1"),
    "brackets to the end": at_random(r"\(([^()]*)\)(.+)", r"(\1\2)"),
    "brackets to a set": at_random(r"\(([^()]*)\)", r"\\{\1\\}"),
    "open to closed": at_random(r"\(([^(),]*),([^(),]*)\)", r"[\1,\2]"),
    "closed to half open": at_random(r"\[([^\[\],]*),([^\[\],]*)\]", r"[\1,\2)"),
    "places turned": at_random(r"([^,()\[\]{}]+),([^,()\[\]{}]+)", r"\2,\1"),
    "member left out": at_random(r",[^,()\[\]{}]+", ""),
    "member added": at_random(r",([^,()\[\]{}]+)", r"\g<0>,17"),
    "relation turned": at_random(r"<|>", lambda found: ">" if found[0] == "<" else "<"),
    "other variable": at_random(LETTER, lambda found: "w" if found[1] != "w" else "v"),
    "variable squared": at_random(LETTER, r"\1^2"),
    "variable a number": at_random(LETTER, "2"),
    "coefficient left out": at_random(r"(?<![\^_{\d.])\d+(?=[a-z\\(])", ""),
    "factor before": lambda text, rng: rng.choice(["2", r"\pi ", "3\\cdot ", r"\frac12 ", "10", "i"]) + text,
    "factor behind": lambda text, rng: f"({text}){rng.choice(BEHIND_BRACKETS)}",
    "reciprocal": lambda text, _: rf"\frac{{1}}{{{text}}}",
    "term added": lambda text, rng: text + rng.choice(["+1", "-1", "+x", "+0.5", r"+\pi", "-i"]),
    "term left out": at_random(r"[+-] ?\w+", ""),
    "function of it": lambda text, rng: rf"\{rng.choice(['sin', 'ln', 'cos', 'arctan', 'sqrt'])}{{{text}}}",
    "function changed": at_random(r"\\(?:sin|tan|ln|log)", r"\\cos"),
    "factorial": lambda text, _: f"({text})!",
    "decimal point moved": at_random(r"(\d)\.(\d)", r"\1\2."),
    "decimal point put": at_random(r"(\d)(\d)", r"\1.\2"),
    "zeros behind": at_random(r"\d+", r"\g<0>00"),
    "conjugate": at_random(r"(?<![\\A-Za-z])i(?![A-Za-z])", "(-i)"),
    "pi and e": at_random(r"\\pi", "e"),
}
"""Mutations of the formula, each of which the evaluator has to find wrong."""


# -- words around it -----------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    """The phrases of a table, one a line."""
    return [line.strip() for line in text.strip().splitlines()]


BEFORE = {
    "one of several": words("""
        one root of the equation is
        one of its zeros is
        one possible answer would be
        another root is
        a further solution is
        some of the solutions are
        the first of the two solutions is
        the larger of the two answers is
        either of the answers, for instance
        among the solutions is
        the solution set includes
        the possibilities include
    """),
    "function in words": words("""
        the reciprocal of
        the square of
        minus the value
        three halves of
        the opposite of
        the sum of 3 and
        the derivative of
        ten to the power
        the logarithm of
        the number of divisors of
    """),
    "bound": words("""
        the answer is at least
        no less than
        it is bounded above by
        anything below
        the answer exceeds
        up to
        not more than
        strictly greater than
        the answer is smaller than
        the limit it never reaches is
    """),
    "near": words("""
        approximately
        close to
        the answer is about
        more or less
        on the order of
        nearly
        the nearest integer is roughly
        in the ballpark of
    """),
    "denied": words("""
        the answer isn't
        it cannot be
        never
        the answer is anything but
        no, not
        it would be wrong to say
        a common wrong answer is
        this is false:
        the answer differs from
    """),
    "doubted": words("""
        perhaps
        I would guess
        it may be
        my hunch is
        I'm not sure, but
        presumably
        the answer might be
        it could be
    """),
    "conditioned": words("""
        if n is even, the answer is
        assuming that it exists, it is
        unless I am mistaken, the answer is
        provided that x is positive, it is
        in case the coin is fair, it is
    """),
    "other role": words("""
        the question mentions
        step
        problem
        the previous answer was
        let x equal
        we are given
        the hint says
        check whether the answer is
        my friend claims it is
    """),
    "sign in words": words("""
        minus
        negative
        minus the number
        the negative of
    """),
    "prefix": words("""
        non-
        pre-
        sub-
        mono
        hyper-
        quarter-
    """),
}
BEHIND = {
    "operation": words("""
        squared
        cubed
        doubled
        times two
        divided by three
        plus one
        minus 4
        raised to the fifth
        to the third power
        to the 6th
        percent of that
        factorial
        mod 7
        in base 6
        halved
        times its conjugate
    """),
    "scale": words("""
        million
        thousandths
        dozen
        sevenths
        percent less
        tenths
        hundred
        lakh
    """),
    "bound": words("""
        or more
        at the most
        or fewer
        and above
        at minimum
        is the upper bound
        is only a lower bound
    """),
    "near": words("""
        or so
        approximately
        give or take
        more or less
        roughly speaking
        or thereabouts
    """),
    "alternative": words("""
        or 17
        or else zero
        or its negative
        among others
        and possibly more
        is one of the answers
        , but there are other solutions
        is one possibility
        , etc.
        unless it is 17
    """),
    "denied": words("""
        is wrong
        is not it
        is incorrect
        was my first guess, but no
        is not the answer
        , just kidding
        is a common mistake
        is impossible
        isn't right
    """),
    "doubted": words("""
        , maybe
        ?
        , I think
        , if I am not mistaken
        , probably
        (unsure)
        (to be checked)
    """),
    "conditioned": words("""
        if n is odd
        when x is negative
        unless n = 2
        only if it converges
        assuming independence
        provided that it exists
    """),
    "up to": words("""
        up to sign
        up to a factor
        up to a constant
        up to order
        modulo 10
        apart from the sign
    """),
    "second value": words("""
        and 17
        = 17
        , 17
        then 17
        versus 17
        , no wait, 17
        , actually 17
        rather than 17
    """),
}
ASIDES = words("""
    not
    half
    doubled
    or 17
    wrong
    at least
    squared
    approximately
    or its inverse
    minus
    times 3
    maybe
    upper bound
    to be negated
""")
FRAMES = ["({})", "[{}]", '"{}"', ", {},", "— {} —"]
MARKED = [r"\cancel{{{}}}", r"\sout{{{}}}", "~~{}~~", "<s>{}</s>", r"\neg({})", r"\not{{{}}}", r"\ne {}"]


def said() -> dict[str, Callable[[str, random.Random], str]]:
    """The mutations by words: each class before the gold, behind it, and in asides on either side."""
    made: dict[str, Callable[[str, random.Random], str]] = {}
    for name, phrases in BEFORE.items():
        made[f"before: {name}"] = lambda text, rng, own=phrases: glued(rng.choice(own), text, rng)
        made[f"before, upright: {name}"] = lambda text, rng, own=phrases: rf"\text{{{rng.choice(own)} }}{text}"
    for name, phrases in BEHIND.items():
        made[f"behind: {name}"] = lambda text, rng, own=phrases: f"{text} {rng.choice(own)}".replace(" ,", ",")
        made[f"behind, upright: {name}"] = lambda text, rng, own=phrases: rf"{text}\text{{ {rng.choice(own)}}}"
    for phrase, side in product(ASIDES, ("before", "behind")):
        made[f"aside {side}: {phrase}"] = lambda text, rng, own=phrase, at=side: aside(own, text, at, rng)
    for frame in MARKED:
        made[f"marked: {frame}"] = lambda text, _, own=frame: own.format(text)
    return made


def glued(phrase: str, text: str, rng: random.Random) -> str:
    """A phrase before a text, which may stand in dollars; a prefix touches it."""
    gap = "" if phrase[-1] == "-" or phrase == "mono" else " "
    shown = f"${text}$" if rng.random() < 0.4 and "$" not in text else text
    return phrase + gap + shown


def aside(phrase: str, text: str, side: str, rng: random.Random) -> str:
    """A phrase between marks beside a text."""
    put = rng.choice(FRAMES).format(phrase)
    return f"{put} {text}" if side == "before" else f"{text} {put}"


WORDS = said()
OF_TEXTS = [kind for kind in WORDS if re.search("denied|doubted|alternative|conditioned|aside|marked|sign in", kind)]
"""Those that make another answer of words too."""


# -- the run -------------------------------------------------------------------------------------------------

TOKENS = [
    "0 1 2 3 x y + - ( ) ^2 ^ = , \\frac12 \\sqrt2 \\pi \\cdot",
    "1 2 n x ! / _ { } \\sin \\ln e i \\frac{1}{2} \\sqrt{3} + - ( )",
    "1 2 , ( ) [ ] \\{ \\} \\cup \\infty - x = < \\le \\in \\mathbb{R}",
    "2 5 1 0 : . , % ^\\circ \\$ cm m hours _2 e \\times10^ - / pm",
    "f g ( ) x 0 1 ' = + \\circ ^{-1} \\int dx \\sum_{k=1}^n k",
    "\\vec{a} \\vec{b} \\cdot \\times | ^2 ^T A B ^{-1} + - = 0",
    "A B C ( ) . : 5 \\text{A} or and not is the answer 28 minus half",
]


def golds(path: Path) -> list[str]:
    """The references that the mutants are made of."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    rows = (json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines())
    found = dict.fromkeys(row.get("reference_answer") or row.get("reference") or "" for row in rows)
    return [gold for gold in found if gold.strip() and len(gold) < 120]


def is_plain(gold: str) -> bool:
    """Whether a gold is a formula, which words around it change; not words themselves, a choice, or a percentage."""
    letters = re.sub(r"\\[a-z]+", "", gold)
    return bool(gold.strip()) and not re.search(r"[A-Za-z]{2}|[%A-Z$]|^\([a-j]\)", letters)


def mutants(own: list[str], count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Kinds, golds and wrong answers."""
    rng = random.Random(seed)
    formulas, spoken = list(FORMULAS), list(WORDS)
    plain = [gold for gold in own if is_plain(gold) and differ(gold, f"({gold})+1")]
    said_texts = [gold for gold in own if re.fullmatch(r"\\text\{[A-Za-z ]{3,}\}", gold)]
    made = 0
    while made < count:
        made += 1
        if said_texts and rng.random() < 0.1:
            kind, gold = rng.choice(OF_TEXTS), rng.choice(said_texts)
            yield f"text, {kind}", gold, WORDS[kind](gold, rng)
        elif rng.random() < 0.5:
            kind, gold = rng.choice(formulas), rng.choice(own)
            answer = FORMULAS[kind](gold, rng)
            if answer != gold and differ(answer, gold):
                yield kind, gold, answer
        else:
            kind, gold = rng.choice(spoken), rng.choice(plain)
            yield kind, gold, WORDS[kind](gold, rng)


def pairs(count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Pairs of random tokens, most of them a change or two apart, that the evaluator tells apart."""
    rng = random.Random(f"pairs {seed}")
    for _ in range(count):
        group = rng.randrange(len(TOKENS))
        alphabet = TOKENS[group].split()
        one = [rng.choice(alphabet) for _ in range(rng.choice((2, 3, 3, 4, 5, 6, 8)))]
        two = list(one)
        for _ in range(rng.choice((1, 1, 2))):
            two[rng.randrange(len(two))] = rng.choice(alphabet)
        if rng.random() < 0.3:
            two.insert(rng.randrange(len(two) + 1), rng.choice(alphabet))
        joint = " " if group in (4, 6) else ""
        left, right = joint.join(one), joint.join(two)
        if left != right and differ(left, right):
            yield f"tokens {group}", left, right


def paid(work: tuple[list[str], int, int, int]) -> tuple[Counter[str], list[Paid]]:
    """What a part of the run tried, and what was paid of it."""
    own, count, paired, seed = work
    tried: Counter[str] = Counter()
    found = []
    for source in (mutants(own, count, seed), pairs(paired, seed)):
        for kind, reference, answer in source:
            tried[kind] += 1
            verdict = equivalent(answer, reference)
            if verdict.equal:
                found.append(Paid(kind, reference, answer, verdict.rule))
    return tried, found


def main(path: Path, count: int, paired: int, seed: int) -> None:
    """Run all of it on all processors and print what was paid."""
    own = golds(path)
    parts = max(1, count // CHUNK, paired // (4 * CHUNK))
    work = [(own, -(-count // parts), -(-paired // parts), seed * 10_000 + part) for part in range(parts)]
    tried: Counter[str] = Counter()
    found: list[Paid] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for part_tried, part_found in pool.map(paid, work):
            tried += part_tried
            found += part_found
    by_kind = Counter(each.kind for each in found)
    for kind, number_paid in by_kind.most_common():
        print(f"{number_paid:5} of {tried[kind]:6}  {kind}")
        for each in [one for one in found if one.kind == kind][:SHOWN]:
            print(f"          {each.reference!r}  paid for  {each.answer!r}  ({each.rule})")
    print(f"{len(found)} paid of {sum(tried.values())} wrong answers of {len(tried)} kinds, seed {seed}")


if __name__ == "__main__":
    where = Path(sys.argv.pop(1)) if len(sys.argv) > 1 and not sys.argv[1].isdigit() else CASES
    main(where, *map(int, (*sys.argv[1:], *("5000", "20000", "1")[len(sys.argv) - 1 :])))
