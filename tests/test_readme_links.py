"""The README on a package index: every link and picture of it is found from there."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


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
