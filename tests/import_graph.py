"""Who imports whom in a package: every import counts, those for types and those inside functions too."""

import ast
from collections.abc import Mapping
from pathlib import Path


def modules(root: Path) -> dict[str, Path]:
    """Each module's dotted name and file."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = [root.name, *path.relative_to(root).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(name: str, path: Path, known: Mapping[str, object]) -> set[str]:
    """The modules of the package that a file imports anywhere; the package itself holds names alone and is none."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            head = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*head, *filter(None, [node.module])])
            found.update(f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base for alias in node.names)
    return (found & set(known)) - {name, name.split(".", maxsplit=1)[0]}


def import_graph(root: Path) -> dict[str, set[str]]:
    """Module by module, what it imports of its own package."""
    known = modules(root)
    return {name: imports_of(name, path, known) for name, path in known.items()}


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of more than one name that reach each other, by the plainest way: who is reached and reaches back."""
    reached = {name: _reached(name, graph) for name in graph}
    groups = {
        frozenset({name, *(other for other in reached[name] if name in reached.get(other, ()))}) for name in graph
    }
    return sorted(sorted(group) for group in groups if len(group) > 1)


def _reached(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def by_folder(graph: Mapping[str, set[str]], depth: int) -> dict[str, set[str]]:
    """The same graph between folders: names cut to so many parts, what lies beside them kept as it is."""
    folders: dict[str, set[str]] = {}
    for name, others in graph.items():
        own = ".".join(name.split(".")[:depth])
        folders.setdefault(own, set()).update(".".join(other.split(".")[:depth]) for other in others)
    return {name: others - {name} for name, others in folders.items()}
