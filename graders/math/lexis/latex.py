"""What the LaTeX commands and the Unicode signs of answers mean: tables only."""

from __future__ import annotations

import unicodedata

from graders.math.lexis.data_files import columns
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

NUMBER_SETS = {"R": "reals", "Z": "integers", "N": "naturals", "Q": "rationals", "C": "complexes"}

BOXES = frozenset((r"\boxed", r"\fbox", r"\framebox"))

SAME_AS = columns("commands")
"""Commands and signs that mean the same as another one."""

GREEK = frozenset(
    words_of("""alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi
    psi omega Gamma Delta Theta Lambda Xi Sigma Upsilon Phi Psi Omega ell hbar aleph wp""")
)

OPERATORS = frozenset(words_of(r"\dim \ker \deg \hom \Pr \sup \inf"))
"""Names of operators that LaTeX has a command for and nothing is known of."""


def _sign(written: str) -> str:
    """The sign of a line of `signs.txt`, which writes those that show nothing as `U+00A0`."""
    return written if len(written) == 1 else chr(int(written.removeprefix("U+"), 16))


UNICODE = {_sign(sign): spelling.replace("␣", " ") for sign, spelling in columns("signs").items()}
"""The signs of Unicode mathematics and how each is spelt in ASCII."""

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣ", "0123456789+-()nix", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₖₙᵢⱼ", "0123456789+-aeoxknij", strict=True))

COMBINING = {"\u0304": r"\overline", "\u0305": r"\overline", "\u0307": r"\dot", "\u0302": r"\hat", "\u20d7": r"\vec"}
"""Marks over the sign before them."""

_FRACTION_SLASH = "⁄"
VULGAR = {
    sign: (int(above), int(below))
    for sign in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
    for above, _, below in [unicodedata.normalize("NFKC", sign).partition(_FRACTION_SLASH)]
}
"""Fraction signs: what stands above and below the stroke."""

FUNCTIONS = columns("functions")
"""The functions that are known by name, as a command or in letters."""

INVERSES = {name: f"a{name}" for name in words_of("sin cos tan cot sec csc sinh cosh tanh")}
"""What the exponent -1 makes of a function's name."""

RELATIONS = frozenset(words_of(r"= < > <= >= \ne \approx \equiv \in \to \iff \notin \propto \subset \subseteq \ni"))
"""Signs between the sides of a statement."""
