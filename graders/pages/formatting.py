"""Numbers as people read them; a dash where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

DASH = "–"


def count(number: int) -> str:
    """A count.

    >>> count(200000)
    '200,000'
    """
    return f"{number:,}"


def counted(number: int, name: str, names: str | None = None) -> str:
    """A count with what is counted.

    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{count(number)} {name if number == 1 else names or name + 's'}"


def figure(value: float | None, form: str = ".3f") -> str:
    """A mean or a deviation.

    >>> figure(0.25), figure(0.25, "+.1f"), figure(float("nan"))
    ('0.250', '+0.2', '–')
    """
    return DASH if value is None or isnan(value) else format(value, form)


def percent(share: float) -> str:
    r"""A share, never rounded to all or nothing; no line breaks before its sign.

    >>> percent(0.5), percent(0.00001), percent(0.99999), percent(1.0)
    ('50.0\xa0%', '<0.1\xa0%', '>99.9\xa0%', '100\xa0%')
    """
    if isnan(share):
        return DASH
    if share in {0.0, 1.0}:
        number = f"{100 * share:.0f}"
    else:
        number = "<0.1" if 0 < share < 0.001 else ">99.9" if 0.999 < share < 1 else f"{100 * share:.1f}"
    return f"{number}\u00a0%"


def score(value: float | None) -> str:
    """A score or reward of one row; a dash where it is unscored.

    >>> score(1.0), score(0.1 + 0.2), score(None)
    ('1', '0.3', '–')
    """
    return figure(value, ".4g")


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
