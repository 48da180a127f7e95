"""What every card of a notebook must be."""

import re
from html.parser import HTMLParser

LARGEST = 50_000
"""Bytes of a card."""


class Tags(HTMLParser):
    """What stands in a card, and whether everything is closed."""

    def __init__(self, text):
        super().__init__()
        self.seen, self.attributes, self._open = set(), set(), []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag


def checked(card):
    """A card that is well formed, has no script, loads nothing and is small enough."""
    tags = Tags(card)
    assert not tags.seen & {"script", "img", "link", "iframe", "html", "body"}
    assert not {name for name in tags.attributes if name.startswith("on") or name in {"src", "href", "style", "id"}}
    assert not re.search(r"url\(|@import|https?:", card)
    assert len(card.encode("utf-8", "surrogatepass")) < LARGEST
    return card
