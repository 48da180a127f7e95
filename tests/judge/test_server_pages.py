"""The settings on the judge's pages are settings, five lines a server, and lead to where that server answers."""

import re
import tomllib
from pathlib import Path

import pytest

from graders import Settings
from graders.judge.transport.addresses import address

DOCS = Path(__file__).parents[2] / "docs"
BLOCKS = {
    f"{page}-{number}": block
    for page in ("judge", "judge_servers")
    for number, block in enumerate(re.findall(r"```toml\n(.*?)```", (DOCS / f"{page}.md").read_text(), re.DOTALL))
}
FAMILIES = re.findall(r"^\*\*(.+)\*\*$", (DOCS / "judge_servers.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_of_settings_is_one(name):
    judge = Settings(**tomllib.loads(BLOCKS[name])).judge
    assert judge.model
    path = address(judge.base_url, judge.extra_query).partition("?")[0]
    assert path.endswith("/chat/completions")
    assert path.count("/v1") <= 1


def test_every_family_has_five_lines():
    blocks = [block for name, block in BLOCKS.items() if name.startswith("judge_servers")]
    assert len(FAMILIES) == len(blocks) == 10
    assert {len(block.splitlines()) for block in blocks} == {5}
