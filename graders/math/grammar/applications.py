r"""Names before brackets: functions with their arguments, or factors; signs and operators that nothing is known of.

`f(x)`, `N(0)`, `\phi(12)` and `u(x,y)` are applications, `k(x+1)` is a product. A product is marked where a name stands
before the bracket, for its name may be applied in the other text of a comparison (see `decide.alignment`).
"""

from __future__ import annotations

from graders.math.grammar import phrases
from graders.math.grammar.functions import tex_argument
from graders.math.grammar.parser import Parser
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.names import is_name, role
from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.tree import Tree, sym

_SIGNS = frozenset(("+", "-", r"\pm", r"\mp"))
_BEFORE_SIGNS = frozenset(("(", "^", "_", ",", ";", "*", "/"))
_SEPARATORS = frozenset((",", ";", "|", "=", "<", ">", "<=", ">=", r"\cup", r"\cap", r"\in"))
_ENDS_FACTOR = frozenset(("num", ")", "}", "]", "letters", "!"))
_RELATIONS = frozenset(("=", "<", "<="))


def applied(p: Parser, name: Tree) -> Tree:
    """A name with the bracket in hand, where that is its argument; the name alone where it is a factor."""
    leaf = str(name.leaf)
    if leaf == r"\circ":
        return application(p, " after ".join(map(str, (arg.leaf for arg in name.args))))
    if name.head == "const":
        return application(p, r"\pi") if _counts_primes(p) else name
    if len(leaf) > 1 and leaf.isupper() and leaf.isalpha():  # a segment
        return name
    within_run = p.at > 1 and p.peek(-2)[0] == "letters" and not p.peek(-1)[2]  # xy(2)
    if p.peek(-1)[0] == "letters" and (p.peek()[2] or within_run) and not defines(p):
        return name
    inside = _inside(p)
    is_call = inside == "one" or (inside == "sum" and (leaf in _functions(p) or _is_of_analysis(p, leaf)))
    return application(p, leaf) if is_call else name


def _is_of_analysis(p: Parser, leaf: str) -> bool:
    r"""Whether a letter names a function by custom and stands in none of its own: `\Gamma(z+1)`; not `\phi(\phi-1)`."""
    own = any(p.tokens[place][1].lstrip("\\") == leaf for place in p.outermost(p.at))
    return leaf in _BY_CUSTOM and not own


_BY_CUSTOM = frozenset(("psi", "phi", "Phi", "Psi", "Gamma", "zeta"))


def _counts_primes(p: Parser) -> bool:
    r"""Whether `\pi(10)` stands by itself, no factor before it and no power behind it."""
    closing = p.closing(p.at)
    alone = p.at < 2 or p.peek(-2)[0] not in _ENDS_FACTOR
    return alone and p.tokens[closing + 1][0] != "^" and closing == p.at + 2 and p.peek(1)[0] == "num"


def _inside(p: Parser) -> str:
    """What the bracket in hand holds: `one` value or several, a `sum`, or something else."""
    closing = p.closing(p.at)
    if closing == p.count or closing == p.at + 1 or any(map(_is_wordy, p.tokens[p.at : closing])):
        return ""
    places = list(p.outermost(p.at))
    if any(p.tokens[at][0] in _SEPARATORS for at in places):
        return "one"
    is_sum = any(p.tokens[at][0] in _SIGNS and p.tokens[at - 1][0] not in _BEFORE_SIGNS for at in places)
    return "sum" if is_sum else "one"


def _is_wordy(token: Token) -> bool:
    kind, text, _ = token
    what = role(text)
    return (kind == "word" and len(text) > 1 and what == "word") or what == "number" or text == "base"


def _functions(p: Parser) -> frozenset[str]:
    """The names that are applied to one number, one variable or several arguments somewhere in the text."""
    if p.functions is None:
        here, p.functions = p.at, frozenset()
        p.functions = frozenset(name for at in range(p.count) if (name := _applied_at(p, at)))
        p.at = here
    return p.functions


def _applied_at(p: Parser, at: int) -> str:
    kind, text, _ = p.tokens[at]
    if not is_name(kind) and (kind != "letters" or len(text) > 1):
        return ""
    p.at = at + 1
    try:
        name = text.lstrip("\\") + p.marks()
    except Unreadable:
        return ""
    return name if p.kind == "(" and _inside(p) == "one" else ""


def defines(p: Parser) -> bool:
    """Whether the bracket in hand holds only variables and a relation sign follows: `P(x) = ...`."""
    if p.at > 1 and p.peek(-2)[0] not in ("=", ",", ";"):
        return False
    at = 1
    while p.peek(at)[0] == "letters" and len(p.peek(at)[1]) == 1 and p.peek(at + 1)[0] == ",":
        at += 2
    return p.peek(at)[0] == "letters" and p.peek(at + 1)[0] == ")" and p.peek(at + 2)[0] in _RELATIONS


def application(p: Parser, name: str) -> Tree:
    """A function with the arguments in hand; `f^{-1}` is a name of its own."""
    if p.accept("^"):
        p.raw()
        name += "^-1"
    if p.kind not in ("(", "["):
        raise p.refusal("an argument expected")
    arguments = p.enclosed(p.kind, lambda: p.within(p.open - {"|", "<", r"\{"}, p.members))
    name += p.marks() if p.kind == "_" else ""  # f(x)_{max}
    return Tree("apply", arguments, name)


# -- of which nothing is worked out ------------------------------------------------------------------------


def operator(p: Parser) -> Tree:
    r"""`\operatorname{rank}A`, `\operatorname{GL}_2(\mathbb{R})`, `\dim V`: a name and what it is applied to."""
    name = p.peek(-1)[1].lstrip("\\") + p.marks()
    if p.kind == "(" or (p.kind == "[" and not p.peek()[2]):
        return application(p, name)
    if p.kind in WORD_KINDS or is_name(p.kind) or p.kind in (r"\mathbb", "{", "begin"):
        return Tree("apply", (p.factor(),), name)
    return sym(name) if p.at < p.count else phrases.text(p, name)


def related(p: Parser, left: Tree) -> Tree:
    r"""`a \perp b`, `AB \parallel CD`: a statement of which nothing is worked out, the same the other way round."""
    sign = p.peek(-1)[0]
    return Tree("apply", tuple(sorted((left, p.quantity()), key=str)), sign)


def divides(p: Parser, left: Tree) -> Tree:
    r"""`a \mid b`; or a variable with its condition, where that is a relation: `x | x > 1`."""
    right = p.statement()
    if left.head == "sym" and right.head == "rel":
        return Tree("where", (left, right))
    return Tree("apply", (left, right), r"\mid")


def over_region(p: Parser) -> Tree:
    r"""`\oint_C P dx`, `\iint_D f dA`, `\int f(x) dx`: an integral of which nothing is worked out."""
    return unworked(p, p.peek(-1)[0])


def unworked(p: Parser, sign: str) -> Tree:
    """What stands behind a big sign, with what stands below and above it."""
    bounds = []
    while p.accept("_") or p.accept("^"):
        bounds.append(p.enclosed("{", p.items) if p.kind == "{" else tex_argument(p))
    return Tree("apply", (*bounds, p.valued(p.sum() if "int" in sign else p.product())), sign)
