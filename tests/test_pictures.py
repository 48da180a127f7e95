"""What visitors see first is what the code prints today, and it is found where it is shown."""

import html
import io
import re
import tomllib
from pathlib import Path

from rich.console import Console

from graders.cli.commands.demo import show

ROOT = Path(__file__).parent.parent


def words_of(svg):
    """The words of a picture, line by line as they stand in it."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    return " ".join(html.unescape(" ".join(texts)).split())


def test_the_picture_of_the_demo_is_what_it_prints():
    """``make picture`` draws it anew."""
    console = Console(record=True, width=110, highlight=False, file=io.StringIO())
    show(console)
    drawn = words_of(console.export_svg(title="graders demo"))
    assert words_of((ROOT / "docs" / "demo.svg").read_text(encoding="utf-8")) == drawn


def test_no_link_of_the_readme_is_lost_on_a_package_index():
    """Relative ones become whole addresses in the package's metadata, pictures raw ones; what they name is there."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    relative = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    for rule in document["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(rule["pattern"], rule["replacement"], text)
    assert relative
    assert all((ROOT / path).exists() for path in relative)
    assert re.findall(r"\]\((?!https://)", text) == []
    assert re.findall(r"!\[[^]]*\]\((?!https://raw\.)", text) == []
