"""A list of cards that readers search, filter and order: the rows of every page.

The controls stay hidden without the page's script, and the list can then be read from top to bottom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import cards


class CardLine(NamedTuple):
    """The closed line of a card.

    Attributes:
        place: Which row it is.
        value: What the row was given.
        beside: What that is held against, such as its label; None for nothing.
        text: The answer, or what else tells rows apart.
        badge: Why it is shown.
        tone: The class of the badge's colour.
    """

    place: str
    value: str
    beside: str | None
    text: Child
    badge: str
    tone: str | None = None

    @property
    def html(self) -> Markup:
        """The line."""
        return together(
            element("span", self.place, class_="place"),
            element("span", self.value, class_="reward"),
            None if self.beside is None else element("span", self.beside, class_="label-of"),
            element("span", self.text, class_="answer-of"),
            element("span", self.badge, class_=f"badge {self.tone or ''}".strip()),
        )


def card_list(
    parts: Iterable[Markup],
    filters: Sequence[str],
    orders: Mapping[str, str],
    *,
    noun: tuple[str, str] = ("row", "rows"),
    kind: str = "cards",
) -> Markup:
    """Cards below their controls; a page has one such list.

    Args:
        parts: Cards, each with ``data_reasons``: the filters that show it, with ``|`` between them.
        filters: What can be chosen.
        orders: What a reader may order by, beside the order given: the name by the card's data attribute.
        noun: What one and several of them are called.
        kind: The class of the list.
    """
    return together(_controls(filters, orders, noun), cards(parts, kind, anchor="cards"))


def _controls(filters: Sequence[str], orders: Mapping[str, str], noun: tuple[str, str]) -> Markup:
    chosen = [element("option", f"all {noun[1]} shown", value=""), *(element("option", one) for one in filters)]
    named = {"": "as listed", **orders}
    ordered = (element("option", name, value=value) for value, name in named.items())
    return element(
        "form",
        element("label", "Search ", element("input", type="search", id="search", autocomplete="off")),
        element("label", "Show ", element("select", chosen, id="reason")),
        element("label", "Order by ", element("select", ordered, id="order")),
        element("button", "Open all", type="button", id="toggle"),
        element("output", id="found", aria_live="polite", data_one=noun[0], data_many=noun[1]),
        id="controls",
        class_="controls",
        hidden=True,
        aria_label=f"Search, choose and order {noun[1]}",
    )
