"""Puts small faults into the code, one at a time, and shows those that no test notices: see MUTANTS.md.

Cosmic Ray's operators make the faults. This adds each module's nearest tests, samples, and quick processes on a copy.
"""

import ast
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import tomllib
from importlib import import_module
from multiprocessing import Pool
from pathlib import Path

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

PLAN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
OPERATORS = [get_operator(name)() for name in operator_names() if re.fullmatch(PLAN["operators"], name)]


def mutants(source, share):
    """Each mutant's source, or a share of them drawn by lot; a changed annotation makes none."""
    nodes = list(ast_nodes(get_ast(source)))
    places = [(one, k) for one in OPERATORS for k in range(sum(len([*one.mutation_positions(node)]) for node in nodes))]
    made = (mutate_code(source, *place) for place in random.Random(0).sample(places, round(len(places) * share)))
    return (mutant for mutant in made if program(mutant) != program(source))


def program(source):
    """What a source says beside its annotations."""
    for node in ast.walk(tree := ast.parse(source)):
        vars(node).update({name: None for name in ("annotation", "returns") if hasattr(node, name)})
    return ast.dump(tree)


def passes(copy, tests):
    """Whether the tests pass, and in time, in a process of their own."""
    if child := os.fork():
        return os.waitpid(child, 0)[1] == 0
    try:
        os.chdir(copy)
        sys.path[0] = os.environ["PYTHONPATH"] = copy
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        signal.alarm(PLAN["seconds"])
        os._exit(pytest.main([*PLAN["options"], *tests]))
    finally:
        os._exit(1)


def tried(module):
    """A module's row of the table, and under it the changed line of each mutant that passes the tests."""
    alive, count, tests, source = [], 0, PLAN["modules"][module], Path(module).read_text()
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(".", copy, ignore=shutil.ignore_patterns(".*", "__pycache__"), dirs_exist_ok=True)
        if not passes(copy, tests):
            return f"{module}: its tests fail without any fault"
        sys.dont_write_bytecode = True
        for count, mutant in enumerate(mutants(source, float(sys.argv[2])), 1):  # noqa: B007 - it is told at the end
            Path(copy, module).write_text(mutant)
            if passes(copy, tests):
                alive += [new.strip() for old, new in zip(source.split("\n"), mutant.split("\n")) if old != new]  # noqa: B905
    new = [line for line in alive if f"`{line}`" not in Path(__file__).with_name("MUTANTS.md").read_text()]
    return "\n  ".join([f"| {module} | {count} | {count - len(alive)} | {len(alive)} |", *new])


if __name__ == "__main__":
    for package in PLAN["preloaded"]:
        import_module(package)
    with Pool(2, maxtasksperchild=1) as pool:
        for row in pool.imap(tried, [module for module in PLAN["modules"] if module.startswith(sys.argv[1])]):
            print(row, flush=True)  # noqa: T201
