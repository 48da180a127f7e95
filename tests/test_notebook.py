"""The notebook in `examples/` runs from top to bottom, and shows cards."""

import ast
import json
import warnings
from pathlib import Path

import pytest

import graders
from tests.cards import checked
from tests.pages import axe

PATH = Path(__file__).parent.parent / "examples" / "first_look.ipynb"
NOTEBOOK = json.loads(PATH.read_text(encoding="utf-8"))
CELLS = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]

NOTEBOOKS = {
    "light": ("rgba(0, 0, 0, .87)", "#fff"),
    "dark": ("#e0e0e0", "#111"),
    "Colab's dark": ("#d5d5d5", "#383838"),
}
"""The ink and the paper of notebooks."""


def run(code, place, names):
    """Run a cell as a notebook does; its last line's value, where it is an expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, place, "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), place, "eval"), names)


@pytest.fixture(scope="module")
def shown():
    """The value of each cell's last line."""
    names = {"__name__": "notebook"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return [run(code, f"{PATH.name}, cell {number}", names) for number, code in enumerate(CELLS, start=1)]


def test_every_kind_of_card_is_shown(shown):
    """A reward, a batch, an explanation, an audit, a comparison."""
    cards = [value for value in shown if hasattr(value, "_repr_html_")]
    kinds = [type(value).__name__ for value in cards]
    assert kinds == ["RewardFunction", "RewardBatch", "Explanation", "Audit", "Comparison"]
    for value in cards:
        checked(value._repr_html_())


@pytest.mark.skipif(not axe.IS_HERE, reason="needs Chromium and axe-core: npm i --no-save axe-core")
def test_the_cards_are_accessible(shown, tmp_path):
    """Whoever reads them by eye or by ear, in the light and the dark notebooks; grey ink shows that axe would tell."""
    cards = "".join(value._repr_html_() for value in shown if hasattr(value, "_repr_html_"))
    *good, grey = axe.violations(cards, [*NOTEBOOKS.values(), ("#999", "#fff")], tmp_path)
    assert good == [[] for _ in NOTEBOOKS]
    assert [rule for rule, _ in grey] == ["color-contrast"]


def test_what_it_says_is_so(shown):
    """A completion that follows the prompt is paid in full; the gameable reward is gamed; the comparison shows it."""
    assert [1.0] in [value.tolist() for value in shown if hasattr(value, "tolist")]
    by_kind = {type(value).__name__: value for value in shown}
    assert by_kind["Audit"].exploitability > 0.9
    assert by_kind["Comparison"].pairs == 192
    assert isinstance(by_kind["RewardRow"], graders.RewardRow)


def test_it_is_small_and_holds_nothing_of_a_machine():
    """No outputs, no counts, no paths: what is committed is what was written."""
    assert PATH.stat().st_size < 20_000
    for cell in NOTEBOOK["cells"]:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
        assert len(cell["id"]) > 0
    assert "/home/" not in PATH.read_text(encoding="utf-8")


def test_it_is_valid_where_nbformat_is_installed():
    """And runs with the real kernel, where there is one."""
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.read(PATH, as_version=4))
