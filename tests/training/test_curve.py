"""The curve of a run: an SVG that is well-formed, from a metrics file that a killed run left."""

import json
from xml.etree import ElementTree as ET

import pytest

from graders.training.curve import read_metrics, svg


def test_a_half_written_last_line_is_left_out(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text(json.dumps({"step": 1, "reward": 0.5}) + '\n{"step": 2, "rew')
    assert read_metrics(path) == [{"step": 1, "reward": 0.5}]


@pytest.mark.parametrize("count", [0, 1, 50])
def test_the_picture_is_well_formed(count):
    rows = [{"step": step, "a&b": step / 50, "none": None} for step in range(1, count + 1)]
    tree = ET.fromstring(svg(rows, ["a&b", "none"]))
    assert len([one for one in tree if one.tag.endswith("polyline")]) == 4


def test_a_higher_reward_is_drawn_higher():
    tree = ET.fromstring(svg([{"step": 1, "reward": 0.1}, {"step": 2, "reward": 0.9}], ["reward"]))
    raw = next(one for one in tree if one.tag.endswith("polyline"))
    (_, low), (_, high) = (point.split(",") for point in raw.attrib["points"].split())
    assert float(high) < float(low)
