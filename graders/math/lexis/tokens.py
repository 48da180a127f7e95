r"""Text -> tokens, in one pass from left to right.

A token is `(kind, text, spaced)`. For signs and commands the kind is their canonical text (`\dfrac` comes
out as `\frac`, `≤` as `<=`); other kinds are `num`, `letters` (outside `\text`), `word` (inside), `vulgar`
(½), `begin` and `end` (of an environment) and `$` (any formula delimiter). `spaced` says whether space stood
before it: `2 8` is not 28.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_letters, digits, whitespace

from graders.math.lexis.cleaned import Unreadable, clean
from graders.math.lexis.latex import (
    BOXES,
    FUNCTIONS,
    IGNORED,
    NUMBER_SET_COMMANDS,
    SAME_AS,
    SPACING,
    WRAPPERS,
)
from graders.math.lexis.units import UNITS
from graders.math.lexis.words import NUMBER_WORDS, SPECIAL_TEXTS
from graders.math.limits import MAX_CHARS, MAX_DIGITS, MAX_TOKENS, OverLimit

Token = tuple[str, str, bool]
"""Its kind, its text, whether space stood before it. No NamedTuple: making one costs three times as much as a bare
tuple, and a parse would take 13 % longer."""
WORD_KINDS = frozenset(("letters", "word"))
"""Kinds of tokens that are a run of letters."""
PUNCTUATION = frozenset((".", ",", ";", ":", "!", "?", "-", '"', r"\ldots", r"\therefore", r"\\"))
"""Kinds of tokens that may stand between words and change nothing."""


_REST = r"""
  (?P<num>(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?+\d++)?+)
 |(?P<space>[\s~]++)
 |(?P<env>\\(?:begin|end)\s*+\{[A-Za-z]++\*?+\})
 |(?P<cmd>\\(?:left\s*+\.|right\s*+\.|operatorname\*|not\s*+=|qq?uad|\\\s?\[\d++[a-z]{2}\]|[A-Za-z]++|.))
 |(?P<lone>\{\s?[:=]\s?\})
 |(?P<vulgar>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])
 |(?P<letters>[①-⑳]|[^\W\d_](?:[^\W\d_]|[\u064b-\u065f\u0670\u0900-\u0963])*+(?:'[a-zß-öø-ÿĀ-ɏЀ-ӿḀ-ỿ]++)?+)
 |(?P<sign>\*\*|\$\$|\+/-|<=|>=|=>|->|=<|==|!=|<>|\.\.\.|.)
"""
_SAFE_GAP = r",\\!\s?|\\!|\s?\{\s?,\s?\}|\{\\,\}|\\,|\\\s|\\;|\\:|'|~|\s"
_GROUPED = r"(?P<grouped>\d{1,3}(?:(?:%s)\d{3})++(?!\d|,\d{3}(?!\d))(?:\.\d++)?+)|"
_INDIAN = r"(?P<indian>\d{1,2}(?:,\d{2}(?!\d))++,\d{3}(?![\d,]))|"
_DOTTED = r"(?P<dotted>\d{1,3}(?:\.\d{3}){2,}+(?![\d.]))|"
_outside = re.compile(_GROUPED % (",|" + _SAFE_GAP) + _INDIAN + _DOTTED + _REST, re.VERBOSE | re.DOTALL).match
_inside = re.compile(_GROUPED % _SAFE_GAP + _DOTTED + _REST, re.VERBOSE | re.DOTALL).match
_ungrouped = re.compile(_REST, re.VERBOSE | re.DOTALL).match

_KINDS = (
    {char: char for char in "^_,/+-*=<>!:|"} | dict.fromkeys(digits, "num") | dict.fromkeys(ascii_letters, "letters")
)
"""What the characters that may be a piece of their own are."""
_GOES_ON = {
    "num": frozenset(rf"{digits}.,eE\{{'~{whitespace}"),
    "letters": frozenset(f"{ascii_letters}'"),
    "+": frozenset("/"),
    "-": frozenset(">"),
    "*": frozenset("*"),
    "=": frozenset("<=>"),
    "<": frozenset("=>"),
    ">": frozenset("="),
    "!": frozenset("="),
    **dict.fromkeys("^_,/:|", frozenset()),
}
"""The characters of ASCII behind each of them with which it may make a longer piece; any beyond it may."""
_BEYOND_ASCII = "\x80"
_LONE_SIGNS = frozenset((":", "=", " ", "\t", "\n"))
_OPENERS = frozenset(("(", "[", r"\{"))
_CLOSERS = frozenset((")", "]", r"\}"))
_PLAIN = frozenset("+-*/=^_!,.:|<>") | {r"\frac", r"\sqrt", r"\pi"}
"""Signs and frequent commands that mean nothing to the scanner."""
_NUMBER_ALONE = re.compile(r"[\s$(]*+[-+]?+\d[\d.,/]++[\s$)]*+|[\s$(]*+[-+]?+[1-9][\s$)]*+")
_KEY = re.compile(
    r"[\s$({]*+(?:\*++|\\(?:star|ast|dagger)|[A-Z](?![A-Za-z])|[A-Za-z]{2,}+(?:[\s:.,_-]++[A-Za-z\d]++)*+)?+[\s$)}.]*+"
)
"""What names an equation in a tag or a label: stars or words, no formula, no number, no letter that may be a value."""
_TEXT = re.compile(r"\\(?:text|mathrm)\s*+\{")
_VALUES = frozenset(("yes", "no", "true", "false", *NUMBER_WORDS, *SPECIAL_TEXTS))
_COLOURS = (r"\color", r"\textcolor", r"\colorbox")
_WITH_ARGUMENT = frozenset((r"\phantom", r"\hspace", r"\vspace", r"\tag", r"\label", r"\hphantom", *_COLOURS))
_DISPLAYS = frozenset(("align", "aligned", "equation", "gather", "gathered", "split", "displaymath", "math"))
_CALLED = frozenset(("Var", "Cov", "Corr", "Std", "Rank", "rank", "Tr", "ker", "dim"))
"""Names of operators that touch their bracket, in plain letters too."""
_KNOWN_NAMES = FUNCTIONS.keys() | UNITS.keys()


def tokenize(text: str, *, grouping: bool = True) -> list[Token]:
    """The tokens of a text; with `grouping=False` a comma never joins digits (`1,234` is a list).

    Raises `Unreadable` for signs that no answer has, `OverLimit` for a text that is too long.
    """
    text = clean(text)
    if len(text) > MAX_CHARS:
        raise OverLimit(f"the text has more than {MAX_CHARS} characters")
    return _Scanner(text, grouping).run()


def _command(piece: str) -> str:
    if piece.startswith("\\\\"):  # a line break, with or without the height of the gap
        return "\\\\"
    if piece.startswith(r"\not"):
        piece = "".join(piece.split())
    return SAME_AS.get(piece, piece)


class _Scanner:
    r"""One pass over one text; the state is the output, the open brackets and the `\text` braces."""

    def __init__(self, text: str, grouping: bool) -> None:
        self.text = text
        self.grouping = grouping
        self.tokens: list[Token] = []
        self.braces: list[bool] = []  # for each open brace: did a \text open it?
        self.brackets = 0
        self.upright = 0  # how many of the open braces are \text's
        self.spaced = False
        self.wrapper = False  # the next brace belongs to a \text
        self.formula = False  # between two dollars
        self.titles: list[int] = []  # places of what stands in another wrapper
        self.operators: list[int] = []  # places of what stands in an \\operatorname
        self.systems: list[bool] = []  # of each open display environment: is it a system?
        self.displays = 0  # open environments that only place formulas

    def run(self) -> list[Token]:
        text, tokens = self.text, self.tokens
        end, at = len(text), 0
        while at < end:
            char, following = text[at], text[at + 1 : at + 2]
            kind = _KINDS.get(char)
            if kind is not None and following not in _GOES_ON[kind] and following < _BEYOND_ASCII:
                tokens.append(("word" if self.upright and kind == "letters" else kind, char, self.spaced))
                self.spaced = self.wrapper = False
                at += 1
            elif char == " ":
                self.spaced = True
                at += 1
            elif char in _AT_ONCE and (char != "{" or following not in _LONE_SIGNS):
                _AT_ONCE[char](self, char)
                at += 1
            else:
                at = self._step(at)
            if end > MAX_TOKENS and len(tokens) > MAX_TOKENS:  # each character makes one token at most
                raise OverLimit(f"the text has more than {MAX_TOKENS} tokens")
        if self.operators or self.titles:
            self._mark_operators()
        return tokens

    def _mark_operators(self) -> None:
        r"""Names in `\operatorname` that are no known function's: `rank`, `Var`."""
        for at in (*self.operators, *filter(self._is_titled_call, self.titles)):
            if at < len(self.tokens) and self.tokens[at][0] == "word" and self.tokens[at][1] not in _KNOWN_NAMES:
                self.tokens[at] = ("operator", *self.tokens[at][1:])

    def _is_titled_call(self, at: int) -> bool:
        r"""Whether an upright word with a capital touches its bracket, and nothing but a sign stands before it."""
        if at + 1 >= len(self.tokens) or self.tokens[at + 1][0] not in ("(", "[") or self.tokens[at + 1][2]:
            return False
        before = self.tokens[at - 1][0] if at else "$"
        return self.tokens[at][1].istitle() and before in ("$", "=", ",", "\\frac", "{", "(")

    def _step(self, at: int) -> int:
        """Take what stands at this place; the place behind it."""
        match = (_inside if self.brackets else _outside)(self.text, at) if self.grouping else _ungrouped(self.text, at)
        if match is None:
            raise Unreadable(f"cannot read {self.text[at : at + 20]!r}")
        piece, end, kind = match[0], match.end(), match.lastgroup or ""
        if piece in _PLAIN:
            kind = piece
        elif kind == "letters":
            kind = (
                "word" if self.upright else "operator" if piece in _CALLED and self.text[end : end + 1] == "(" else kind
            )
        elif kind == "cmd" and piece in _WITH_ARGUMENT:
            return self._after_argument(end, names=piece in (r"\tag", r"\label"))
        elif kind in _TAKE and (kind != "num" or end - at > MAX_DIGITS):
            _TAKE[kind](self, piece, at)
            return end
        self.tokens.append((kind, piece, self.spaced))
        self.spaced = self.wrapper = False
        return end

    def _after_argument(self, at: int, *, names: bool) -> int:
        while at < len(self.text) and self.text[at] == " ":
            at += 1
        if at < len(self.text) and self.text[at] == "{":
            close = self._closing(at)
            inside = _TEXT.sub("{", self.text[at + 1 : close])
            named = _KEY.fullmatch(inside) is not None and inside.strip(" {}().").lower() not in _VALUES
            if _NUMBER_ALONE.fullmatch(inside) or (names and not named):
                raise Unreadable(f"a value in a command that only places or marks: {self.text[at : close + 1]!r}")
            return close + 1
        return at + 1

    def _closing(self, at: int) -> int:
        """The place of the brace that closes the one at a place; the text's end where none does."""
        depth = 0
        for place in range(at, len(self.text)):
            depth += (self.text[place] == "{") - (self.text[place] == "}")
            if not depth:
                return place
        return len(self.text)

    def emit(self, kind: str, text: str) -> None:
        self.tokens.append((kind, text, self.spaced))
        self.spaced = self.wrapper = False

    def space(self, _piece: str, _at: int = 0) -> None:
        self.spaced = True

    def bracket(self, char: str) -> None:
        self.brackets += 1 if char == "(" else -1
        self.emit(char, char)

    def number(self, piece: str, _at: int) -> None:
        if len(piece) > MAX_DIGITS:
            raise OverLimit(f"a number has more than {MAX_DIGITS} digits")
        self.emit("num", piece)

    def grouped(self, piece: str, at: int) -> None:
        whole, point, part = piece.partition(".")
        self.number("".join(filter(str.isdigit, whole)) + point + part, at)

    def environment(self, piece: str, _at: int) -> None:
        kind = "begin" if piece.startswith(r"\begin") else "end"
        if piece[piece.index("{") + 1 : -1].rstrip("*") in _DISPLAYS and not self._is_system(kind):
            self.displays += 1 if kind == "begin" else -1
            return
        self.brackets += 1 if kind == "begin" else -1
        self.emit(kind, piece[piece.index("{") + 1 : -1])

    def _is_system(self, kind: str) -> bool:
        """Whether a display environment stands behind a brace, and so is a system."""
        if kind == "begin":
            self.systems.append(bool(self.tokens) and self.tokens[-1][0] == r"\{")
            return self.systems[-1]
        return bool(self.systems) and self.systems.pop()

    def command(self, piece: str, at: int) -> None:
        piece = _command(piece)
        if piece in BOXES:
            self.emit(r"\boxed", piece)
        elif piece in (r"\(", r"\)", r"\[", r"\]"):
            self.emit("$", "$")
        elif piece in WRAPPERS:
            self._wrap(piece)
        elif piece in NUMBER_SET_COMMANDS:  # \R is \mathbb{R}
            self.emit(r"\mathbb", r"\mathbb")
            self.emit("word", piece[1:])
        elif piece in IGNORED:
            self.spaced = self.spaced or piece in SPACING
        else:
            self.sign(piece, at)

    def _wrap(self, piece: str) -> None:
        if piece in (r"\mathbb", r"\Bbb"):
            self.emit(r"\mathbb", piece)
        self.wrapper = True
        if piece.startswith(r"\operatorname"):
            self.operators.append(len(self.tokens))
        elif piece != r"\mathbb":
            self.titles.append(len(self.tokens))

    def lone(self, piece: str, _at: int) -> None:
        """A sign alone in braces, which only sets its spacing: `2{:}3`."""
        self.emit(piece.strip("{ }"), piece.strip("{ }"))

    def sign(self, piece: str, at: int) -> None:
        piece = SAME_AS.get(piece, piece)
        if piece == "{":
            self.open_brace()
        elif piece in ("$", "$$"):
            self.dollar(piece, at)
        elif self.text.startswith("!=", at) and self._is_factorial():
            self.emit("!", "!")
            self.emit("=", "=")
        elif piece != "&" or self.brackets or not self.displays:
            self.brackets += (piece in _OPENERS) - (piece in _CLOSERS)
            self.emit(piece, piece)

    def _is_factorial(self) -> bool:
        """Whether a number touches the sign in hand: `5!=120`, not `5 != 6`."""
        return not self.spaced and bool(self.tokens) and self.tokens[-1][0] == "num"

    def open_brace(self, _char: str = "{") -> None:
        wrapped = self.wrapper
        self.braces.append(wrapped)
        self.wrapper = False
        if wrapped:
            self.upright += 1
        else:
            self.emit("{", "{")

    def close_brace(self, _char: str = "}") -> None:
        if not self.braces:
            raise Unreadable("a closing brace without an opening one")
        if self.braces.pop():
            self.upright -= 1
        else:
            self.emit("}", "}")

    def dollar(self, piece: str, at: int) -> None:
        rest = self.text[at + 1 : at + 2]
        following = self.text.find("$", at + 1)
        closes = following > 0 and not self.text[following - 1].isspace()
        if not self.formula and piece == "$" and (rest.isdigit() or rest == ".") and not closes:
            self.emit(r"\$", r"\$")
        else:
            self.formula = not self.formula
            self.emit("$", "$")


_AT_ONCE: dict[str, Callable[[_Scanner, str], None]] = {
    "{": _Scanner.open_brace,
    "(": _Scanner.bracket,
    ")": _Scanner.bracket,
    "}": _Scanner.close_brace,
}
"""Characters that begin no longer piece."""
_TAKE: dict[str, Callable[[_Scanner, str, int], None]] = {
    "space": _Scanner.space,
    "num": _Scanner.number,
    "grouped": _Scanner.grouped,
    "indian": _Scanner.grouped,
    "dotted": lambda scanner, piece, at: scanner.number(piece.replace(".", ""), at),
    "env": _Scanner.environment,
    "cmd": _Scanner.command,
    "lone": _Scanner.lone,
    "sign": _Scanner.sign,
}
