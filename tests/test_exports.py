"""What is public: sorted, complete, importable, documented."""

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import graders

SOURCE = ast.parse(Path(graders.__file__).read_text(encoding="utf-8"))


def test_all_is_sorted_and_the_table():
    """`__all__` and the lazy table say the same."""
    assert graders.__all__ == sorted(graders.__all__)
    assert set(graders.__all__) == {*graders._MODULE_OF, "__version__"}
    assert dir(graders) == graders.__all__
    assert list(graders._MODULE_OF) == sorted(graders._MODULE_OF)


def test_type_checkers_see_the_same_names():
    """What is imported under TYPE_CHECKING is the table, from the same modules."""
    block = next(node for node in SOURCE.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
    seen = {alias.name: node.module.removeprefix("graders.") for node in block.body for alias in node.names}
    assert seen == graders._MODULE_OF


@pytest.mark.parametrize("name", graders.__all__)
def test_each_name_is_importable_and_documented(name):
    """It comes from the module that the table says, and has a docstring."""
    value = getattr(graders, name)
    if name == "__version__":
        assert value
        return
    assert value is getattr(import_module(f"graders.{graders._MODULE_OF[name]}"), name)
    assert inspect.getdoc(value)
    assert value.__module__ == f"graders.{graders._MODULE_OF[name]}"


def test_what_is_not_public_is_an_attribute_error():
    """As of any module."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        graders.nothing  # noqa: B018
    assert not hasattr(graders, "np")


def test_every_error_is_public():
    """What can be raised can be caught by its public name."""
    from graders.vocabulary import errors

    classes = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert classes <= set(graders.__all__)


def public_things():
    """Every public function and class of the modules that belong to this part of the library."""
    root = Path(graders.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0] in {"math", "text", "judge"} or path.name == "__main__.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield pytest.param(tree, id=f"{path.relative_to(root)}")
        for node in tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                yield pytest.param(node, id=f"{path.relative_to(root)}:{node.name}")


@pytest.mark.parametrize("node", [*public_things()])
def test_public_names_have_docstrings(node):
    """Modules, classes, functions."""
    assert ast.get_docstring(node)
