"""What the LaTeX commands and the Unicode signs of answers mean: tables only."""

from __future__ import annotations

from graders.math.lexis.words import words_of

IGNORED = frozenset(
    words_of(r"""\left \right \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \displaystyle \textstyle
    \scriptstyle \limits \nolimits \! \, \; \: \> \  \quad \qquad \enspace \thinspace \/ \phantom \hfill
    \middle \mathstrut \strut \noindent \nobreak \large \Large \normalsize \bf \rm \it \tt \left. \right.
    \negthinspace \allowbreak \centering""")
) | {"\\ "}
"""Commands that only place things."""

SPACING = frozenset((r"\,", r"\;", r"\:", "\\ ", r"\quad", r"\qquad", r"\>"))
"""Those of them that separate what stands on both sides."""

WRAPPERS = frozenset(
    words_of(r"""\text \textbf \textit \textrm \textsf \texttt \textnormal \mbox \hbox \mathrm \mathbf \mathit \mathsf
    \mathtt \boldsymbol \bm \pmb \emph \operatorname \operatorname* \underline \textup \mathop \mathnormal
    \textsc \mathbb \Bbb \mathcal \mathscr \mathfrak \fbox""")
)
"""Commands around words or names: what stands in their braces counts as upright text."""

NUMBER_SET_COMMANDS = frozenset((r"\R", r"\N", r"\Z", r"\Q", r"\C"))
"""Macros that many texts define for the number sets."""

BOXES = frozenset((r"\boxed", r"\fbox", r"\framebox"))

SAME_AS = {
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\cfrac": r"\frac", r"\sfrac": r"\frac", r"\nicefrac": r"\frac",
    r"\choose": r"\atop", r"\cr": "\\\\", r"\dbinom": r"\binom", r"\tbinom": r"\binom",
    r"\cdot": "*", r"\times": "*", r"\ast": "*", r"\star": "*", "**": "^", r"\div": "/", r"\over": r"\over",
    r"\leq": "<=", r"\le": "<=", r"\leqslant": "<=", r"\geq": ">=", r"\ge": ">=", r"\geqslant": ">=",
    "=<": "<=", "=>": r"\to", "==": "=", "!=": r"\ne", "<>": r"\ne", r"\lt": "<", r"\gt": ">",
    r"\neq": r"\ne", r"\not=": r"\ne", r"\rightarrow": r"\to", r"\longrightarrow": r"\to", "->": r"\to",
    r"\Rightarrow": r"\to", r"\implies": r"\to", r"\mapsto": r"\to", r"\Longrightarrow": r"\to",
    r"\iff": r"\to", r"\Leftrightarrow": r"\to", r"\leftrightarrow": r"\to",
    r"\approx": r"\approx", r"\simeq": r"\approx", r"\sim": r"\approx", r"\doteq": r"\approx",
    r"\cong": r"\equiv", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\lbrack": "[", r"\rbrack": "]",
    r"\lparen": "(", r"\rparen": ")", r"\vert": "|", r"\lvert": "|", r"\rvert": "|", r"\mid": "|",
    r"\Vert": r"\|", r"\lVert": r"\|", r"\rVert": r"\|", r"\degree": r"\circ", r"\textdegree": r"\circ", "°": r"\circ",
    r"\varnothing": r"\emptyset", r"\O": r"\emptyset", r"\bigcup": r"\cup", r"\bigcap": r"\cap",
    r"\backslash": r"\setminus", r"\smallsetminus": r"\setminus", r"\land": r"\wedge", r"\lor": r"\vee",
    r"\dots": r"\ldots", r"\cdots": r"\ldots", r"\dotsc": r"\ldots", "...": r"\ldots", r"\varphi": r"\phi",
    r"\varepsilon": r"\epsilon", r"\vartheta": r"\theta", r"\%": "%", r"\&": "&", r"\#": "#", r"\colon": ":",
    r"\tan^{-1}": r"\arctan", r"\arcsinh": r"\operatorname{arsinh}", r"\newline": r"\\", r"\tabularnewline": r"\\",
    "+-": r"\pm", "+/-": r"\pm", r"\ni": r"\ni", r"\lfloor": r"\lfloor", r"\ne": r"\ne", r"\_": "_",
    r"\prime": "'", r"\pounds": "£", r"\euro": "€", r"\textdollar": r"\$", r"\cent": "¢", r"\yen": "¥",
    r"\infin": r"\infty", r"\sect": r"\cap", r"\union": r"\cup", r"\overline": r"\overline", r"\bar": r"\overline",
    r"\land ": r"\wedge", r"\widehat": r"\hat", r"\overrightarrow": r"\vec",
}  # fmt: skip
"""Commands and signs that mean the same as another one."""

GREEK = frozenset(
    words_of("""alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi
    psi omega Gamma Delta Theta Lambda Xi Sigma Upsilon Phi Psi Omega ell""")
)

UNICODE = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "﹣": "-", "－": "-", "＋": "+", "﹢": "+",
    "×": r"\times ", "⋅": r"\cdot ", "·": r"\cdot ", "∙": r"\cdot ", "•": r"\cdot ", "✕": r"\times ",
    "⨯": r"\times ", "∗": "*", "＊": "*", "÷": "/", "∕": "/", "⁄": "/", "／": "/", "＝": "=", "√": r"\sqrt ",
    "∛": r"\cbrt ", "∜": r"\fourthroot ", "π": r"\pi ", "Π": r"\Pi ", "∞": r"\infty ", "∪": r"\cup ",
    "∩": r"\cap ", "∖": r"\setminus ", "∈": r"\in ", "∉": r"\notin ", "∅": r"\emptyset ", "⌀": r"\emptyset ",
    "≤": r"\le ", "≦": r"\le ", "⩽": r"\le ", "≥": r"\ge ", "≧": r"\ge ", "⩾": r"\ge ", "≠": r"\ne ",
    "≈": r"\approx ", "≃": r"\approx ", "≅": r"\equiv ", "≡": r"\equiv ", "±": r"\pm ", "∓": r"\mp ",
    "°": r"^\circ ", "º": r"^\circ ", "˚": r"^\circ ", "∘": r"\circ ", "→": r"\to ", "⇒": r"\to ",
    "⟹": r"\to ", "↦": r"\to ", "ℝ": r"\mathbb{R} ", "ℤ": r"\mathbb{Z} ", "ℚ": r"\mathbb{Q} ",
    "ℕ": r"\mathbb{N} ", "ℂ": r"\mathbb{C} ", "⟨": r"\langle ", "⟩": r"\rangle ", "〈": r"\langle ",
    "〉": r"\rangle ", "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "∣": "|",
    "｜": "|", "∥": r"\| ", "‖": r"\| ", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "∨": r"\vee ",
    "∧": r"\wedge ", "¬": r"\neg ", "∼": r"\approx ", "…": "...", "⋯": "...", "′": "'", "’": "'", "‘": "'",
    "“": '"', "”": '"', "″": "''", "（": "(", "）": ")", "［": "[", "］": "]", "｛": r"\{", "｝": r"\}",
    "，": ",", "、": ",", "；": ";", "：": ":", "．": ".", "。": ".", "％": "%", "＜": "<", "＞": ">",
    "＄": r"\$", "︎": "", "∶": ":", "∴": r"\therefore ",
    "ı": "i", "∠": r"\angle ", "△": r"\triangle ", "∝": r"\propto ", "⊂": r"\subset ",
    "⊆": r"\subseteq ", "ⅈ": "i", "ℯ": "e", "ⅇ": "e", "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ",
    "δ": r"\delta ", "ε": r"\epsilon ", "ϵ": r"\epsilon ", "ζ": r"\zeta ", "η": r"\eta ", "θ": r"\theta ",
    "ϑ": r"\theta ", "ι": r"\iota ", "κ": r"\kappa ", "λ": r"\lambda ", "μ": r"\mu ", "µ": r"\mu ",
    "ν": r"\nu ", "ξ": r"\xi ", "ρ": r"\rho ", "σ": r"\sigma ", "τ": r"\tau ", "υ": r"\upsilon ",
    "φ": r"\phi ", "ϕ": r"\phi ", "χ": r"\chi ", "ψ": r"\psi ", "ω": r"\omega ", "Γ": r"\Gamma ",
    "Δ": r"\Delta ", "Θ": r"\Theta ", "Λ": r"\Lambda ", "Ξ": r"\Xi ", "Σ": r"\Sigma ", "Φ": r"\Phi ",
    "Ψ": r"\Psi ", "Ω": r"\Omega ", "ℓ": r"\ell ", "\u00a0": " ", "\u2009": " ", "\u202f": " ",
    "\u2007": " ", "\u2008": " ", "\u2002": " ", "\u2003": " ", "\u200a": " ", "\u3000": " ", "\u2005": " ",
    "\u2062": " ", "\u2061": " ",
}  # fmt: skip
"""One sign each, never a normal form: NFKC would turn 2 with a superscript 8 into 28."""

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣ", "0123456789+-()nix", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₖₙᵢⱼ", "0123456789+-aeoxknij", strict=True))

COMBINING = {"\u0304": r"\overline", "\u0305": r"\overline", "\u0307": r"\dot", "\u0302": r"\hat", "\u20d7": r"\vec"}
"""Marks over the sign before them."""

VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
    "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip
"""Fraction signs."""

FUNCTIONS = {
    "sin": "sin", "cos": "cos", "tan": "tan", "cot": "cot", "sec": "sec", "csc": "csc", "cosec": "csc",
    "tg": "tan", "ctg": "cot", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "asin": "asin",
    "acos": "acos", "atan": "atan", "arccot": "acot", "arcsec": "asec", "arccsc": "acsc", "arctg": "atan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "coth": "coth", "sech": "sech", "csch": "csch",
    "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "arcsinh": "asinh", "arccosh": "acosh",
    "arctanh": "atanh", "asinh": "asinh", "acosh": "acosh", "atanh": "atanh", "ln": "ln", "log": "log",
    "lg": "lg", "exp": "exp", "sqrt": "sqrt", "cbrt": "cbrt", "fourthroot": "fourthroot", "abs": "abs",
    "floor": "floor", "ceil": "ceil", "ceiling": "ceil", "gcd": "gcd", "lcm": "lcm", "max": "max",
    "min": "min", "binom": "binom", "binomial": "binom", "choose": "binom", "factorial": "fact",
    "sgn": "sign", "sign": "sign", "det": "det", "Re": "re", "Im": "im", "re": "re", "im": "im",
    "arg": "arg", "conj": "conj", "Arg": "arg", "hcf": "gcd", "cis": "cis", "GCD": "gcd", "LCM": "lcm",
}  # fmt: skip
"""The functions that are known by name, as a command or in letters."""

INVERSES = {
    "sin": "asin", "cos": "acos", "tan": "atan", "cot": "acot", "sec": "asec", "csc": "acsc", "sinh": "asinh",
    "cosh": "acosh", "tanh": "atanh",
}  # fmt: skip
"""What the exponent -1 makes of a function's name."""

NUMBER_SETS = {"R": "reals", "Z": "integers", "N": "naturals", "Q": "rationals", "C": "complexes"}

RELATIONS = frozenset(
    ("=", "<", ">", "<=", ">=", r"\ne", r"\approx", r"\equiv", r"\in", r"\to", r"\notin", r"\propto", r"\subset",
     r"\subseteq", r"\ni")
)  # fmt: skip
