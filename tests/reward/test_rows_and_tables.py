"""A batch taken by rows, and as the tables of other libraries."""

import builtins
import math
import sys
import types

import numpy as np
import pytest

import graders
from graders.vocabulary.outcome import Outcome

pytestmark = pytest.mark.usefixtures("quiet")

GOOD = "<think>x</think><answer>{}</answer>"
COMPLETIONS = [GOOD.format(4), GOOD.format(5), "nothing", GOOD.format(6)]


@pytest.fixture
def batch():
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
    return reward.evaluate(COMPLETIONS, ["4", "4", "4", "nan"], ["2 + 2?", "2 + 2?", "3 + 1?", "7?"])


class TestRows:
    def test_one_row(self, batch):
        row = batch[1]
        assert (row.index, row.completion, row.answer, row.reference_answer) == (1, COMPLETIONS[1], "5", "4")
        assert (row.prompt, row.group, row.reward) == ("2 + 2?", 0, 0.1)
        assert row.components == {"format": 1.0, "string_check:equals": 0.0}
        assert row.outcomes == {"format": Outcome.MATCH, "string_check:equals": Outcome.MISMATCH}
        assert repr(row).startswith("<RewardRow 1: reward=0.1, format=1 (match), string_check:equals=0 (mismatch)")

    def test_every_row_has_the_numbers_of_the_batch(self, batch):
        rows = list(batch)
        assert len(rows) == len(batch)
        np.testing.assert_array_equal([row.reward for row in rows], batch.rewards)
        for name, values in batch.components.items():
            np.testing.assert_array_equal([row.components[name] for row in rows], values)
            assert [row.outcomes[name] for row in rows] == batch.outcomes[name]

    @pytest.mark.parametrize("index", [-1, 3, np.int64(3)])
    def test_from_the_end_and_by_a_number_of_numpy(self, batch, index):
        assert batch[index].index == 3
        assert math.isnan(batch[index].reward)

    @pytest.mark.parametrize("index", [4, -5])
    def test_a_row_that_is_not_there(self, batch, index):
        with pytest.raises(IndexError):
            batch[index]

    @pytest.mark.parametrize("rows", [slice(1, 3), slice(None, None, 2), slice(3, None, -1), slice(4, None)])
    def test_a_slice_is_a_batch_of_these_rows(self, batch, rows):
        part = batch[rows]
        np.testing.assert_array_equal(part.rewards, batch.rewards[rows])
        assert part.answers == batch.answers[rows]
        assert part.weights == batch.weights
        assert [row.prompt for row in part] == [row.prompt for row in batch][rows]

    def test_what_is_not_known_is_none(self):
        reward = graders.load_reward({"graders": [{"type": "format_check"}]})
        row = reward.evaluate(["x"])[0]
        assert (row.reference_answer, row.prompt, row.group) == (None, None, None)


NAMES = ["prompt", "group", "completion", "reference_answer", "answer", "reward", "format/score", "format/outcome",
         "string_check:equals/score", "string_check:equals/outcome"]  # fmt: skip


class TestTables:
    def test_pandas(self, batch):
        pytest.importorskip("pandas")
        frame = batch.to_pandas()
        assert list(frame) == NAMES
        assert frame["reward"].tolist()[:3] == [1.0, 0.1, 0.0]
        assert frame["reward"].isna().tolist() == [False, False, False, True]
        assert frame.groupby("group")["reward"].mean().iloc[0] == pytest.approx(0.55)

    def test_arrow(self, batch):
        table = pytest.importorskip("pyarrow") and batch.to_arrow()
        assert table.column_names == NAMES
        assert table["reward"].to_pylist() == [1.0, 0.1, 0.0, None]
        assert table["answer"].to_pylist() == ["4", "5", None, "6"]

    def test_polars(self, batch):
        pytest.importorskip("polars")
        frame = batch.to_polars()
        assert frame.columns == NAMES
        assert frame["reward"].to_list() == [1.0, 0.1, 0.0, None]

    def test_polars_by_the_signature_that_it_has(self, batch, monkeypatch):
        """Where it isn't installed a stand-in shows what it is called with."""
        given = []
        stand_in = types.SimpleNamespace(DataFrame=lambda data, **options: given.append((data, options)), String=str)
        monkeypatch.setitem(sys.modules, "polars", stand_in)
        batch.to_polars()
        ((data, options),) = given
        assert list(data) == NAMES
        assert options == {"schema_overrides": {"answer": str}, "nan_to_null": True}

    def test_no_answer_anywhere_is_still_text(self, batch):
        table = pytest.importorskip("pyarrow") and batch[2:3].to_arrow()
        assert str(table.schema.field("answer").type) == "string"

    def test_several_references(self):
        reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
        batch = reward.evaluate([GOOD.format(1)] * 2, ["1", ["1", "2"]])
        assert batch.columns()["reference_answer"] == [["1"], ["1", "2"]]

    def test_text_that_no_table_can_hold(self):
        reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
        batch = reward.evaluate([GOOD.format("é\ud800")], ["\udfff"], ["\ud83d"])
        assert batch.columns()["answer"] == ["é\ufffd"]
        pytest.importorskip("pyarrow")
        assert batch.to_arrow()["reference_answer"].to_pylist() == ["\ufffd"]
        pytest.importorskip("pandas")
        assert batch.to_pandas()["prompt"].tolist() == ["\ufffd"]

    @pytest.mark.parametrize(
        ("name", "package", "line"),
        [
            ("to_pandas", "pandas", "needs pandas: pip install pandas"),
            ("to_polars", "polars", "needs polars: pip install polars"),
            ("to_arrow", "pyarrow", 'needs an extra: pip install "reward-graders[data]"'),
        ],
    )
    def test_what_is_not_installed_is_named_with_the_line_that_installs_it(
        self, batch, monkeypatch, name, package, line
    ):
        really = builtins.__import__

        def without(imported, *rest, **more):
            if imported == package:
                raise ModuleNotFoundError(imported)
            return really(imported, *rest, **more)

        monkeypatch.setattr(builtins, "__import__", without)
        with pytest.raises(graders.MissingExtraError) as caught:
            getattr(batch, name)()
        assert str(caught.value) == f"RewardBatch.{name}() {line}"
