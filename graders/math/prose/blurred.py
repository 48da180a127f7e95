"""Signs that say that a value is near, and no more."""

from __future__ import annotations

from graders.math.prose.parted import Span

BLURS = frozenset((r"\approx", r"\sim", r"\simeq", r"\lesssim", r"\gtrsim", "~"))
"""Signs that say that a value is near."""


def is_blurred(span: Span) -> bool:
    r"""Whether a sign says that the value behind it is near: at the start, or behind a name alone (`x \\simeq 4`)."""
    place = next((at for at, token in enumerate(span) if token[0] in BLURS), -1)
    figures = [token[1].rstrip(".") for token in span if token[0] == "num"]
    named = not any(token[0] in ("num", "=", r"\frac", r"\sqrt", r"\pi") for token in span[: max(place, 0)])
    return place >= 0 and named and (place == 0 or bool(figures)) and not any("." in text for text in figures)
