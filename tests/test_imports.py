"""Imports point downward only, those for types and those inside functions included; folders are rooms, not drawers."""

from pathlib import Path

import pytest

import graders
from tests.import_graph import by_folder, circles, import_graph, modules

ROOT = Path(graders.__file__).parent
GRAPH = import_graph(ROOT)

HOUSE = [
    {"vocabulary"},
    {"math", "text", "judge", "completion"},
    {"settings", "pages"},
    {"contract"},
    {"wire", "figures"},
    {"scorers"},
    {"reward"},
    {"testing", "offline"},
    {"audit", "comparison", "report", "integrations"},
    {"monitor"},
    {"training"},
    {"service"},
    {"cli"},
    {"__main__"},
]
"""The rooms from the bottom up: each imports from what stands below it, and nothing beside it or above."""

FLOORS = {
    "vocabulary": [{"documentation", "errors", "outcome", "plain_warning"}, {"validation"}],
    "math": [
        {"fresh_stack", "limits"},
        {"tree", "work"},
        {"verdict"},
        {"lexis"},
        {"prose"},
        {"grammar"},
        {"numbers"},
        {"decide"},
        {"extraction"},
        {"symbolic"},
        {"equivalence"},
        {"explain"},
    ],
    "judge": [
        {"judge_errors", "cleaning", "precheck", "bare_reply"},
        {"criteria"},
        {"prompt"},
        {"config", "judgement", "grade_prompt", "question"},
        {"ballots"},
        {"transport"},
        {"asking"},
        {"planning"},
        {"juror", "message_judge"},
        {"storage"},
        {"judge"},
    ],
    "offline": [
        {"reading"},
        {"results"},
        {"writing"},
        {"ledger"},
        {"scoring"},
        {"engines"},
        {"run", "stream", "scored", "merge"},
        {"finished_file"},
    ],
    "wire": [
        {"weight_rules"},
        {"schema"},
        {"openai"},
        {"documents"},
    ],
    "service": [
        {"jobs"},
        {"problems", "service_settings"},
        {"admission", "api_keys", "json_text", "scoring", "whole_replies"},
        {"bodies", "exposition", "served_rewards"},
        {"service_context"},
        {"dialect"},
        {"about", "front_door", "openai_grading"},
        {"dialects", "flow"},
        {"app"},
        {"server"},
    ],
}
"""The same within the rooms that have rooms of their own."""

PURE = {"math": set(), "text": set(), "judge": {"vocabulary"}, "completion": {"vocabulary"}}
"""The cores, and what they may import of the rest."""

MOST_ENTRIES, MOST_FILES = 24, 16


def orders():
    """Each table with the graph of the names that it orders."""
    yield "graders", HOUSE, _below("graders", 2)
    for room, floors in FLOORS.items():
        yield room, floors, _below(f"graders.{room}", 3)


def _below(package, depth):
    """Names within a package, cut to its own files and folders, without the package's front door."""
    prefix = f"{package}."
    return {
        name.removeprefix(prefix): {other.removeprefix(prefix) for other in others if other.startswith(prefix)}
        for name, others in by_folder(GRAPH, depth).items()
        if name.startswith(prefix)
    }


@pytest.mark.parametrize(("floors", "graph"), [pytest.param(*rest, id=name) for name, *rest in orders()])
def test_imports_point_downward(floors, graph):
    """Whatever a room imports stands on a lower floor, and every room has one."""
    floor = {name: number for number, names in enumerate(floors) for name in names}
    assert set(floor) == set(graph)
    upward = {(name, other) for name, others in graph.items() for other in others if floor[other] >= floor[name]}
    assert upward == set()


def test_no_file_and_no_folder_stands_in_a_circle():
    """At any depth of the house."""
    assert circles(GRAPH) == []
    assert circles(by_folder(GRAPH, 2)) == []


@pytest.mark.parametrize("core", PURE)
def test_the_cores_are_pure(core):
    """They import of the rest no more than the table says."""
    own = f"graders.{core}"
    used = {other for name, others in GRAPH.items() if f"{name}.".startswith(f"{own}.") for other in others}
    assert {other.split(".")[1] for other in used} - {core} <= PURE[core]


def test_scorers_never_import_each_other():
    """They share the batch, nothing else."""
    for name, others in GRAPH.items():
        if name.startswith("graders.scorers."):
            assert not {other for other in others if other.startswith("graders.scorers.")}


def test_no_room_is_crowded():
    """At most so many entries at the top, and so many files beside each other below."""
    entries = [
        path for path in ROOT.iterdir() if path.name != "__pycache__" and (path.is_dir() or path.suffix == ".py")
    ]
    assert len(entries) <= MOST_ENTRIES
    folders = {path.parent for path in modules(ROOT).values()}
    crowded = {str(folder): n for folder in folders if (n := len([*folder.glob("*.py")])) > MOST_FILES}
    assert crowded == {}


HIDDEN = {
    "for types": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.above import Above\n",
    "inside a function": "def late():\n    from house.above import Above\n    return Above\n",
    "by a relative name": "from . import above\n",
    "as a module": "import house.above\n",
}


@pytest.mark.parametrize("source", HIDDEN.values(), ids=HIDDEN)
def test_the_test_can_fail(tmp_path, source):
    """An import upward closes a circle wherever it is written."""
    house = tmp_path / "house"
    house.mkdir()
    (house / "__init__.py").touch()
    (house / "above.py").write_text("from house.below import late\n\n\nclass Above: ...\n")
    (house / "below.py").write_text(source)
    assert circles(import_graph(house)) == [["house.above", "house.below"]]
