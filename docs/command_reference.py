"""Makes the command-line reference while the documentation is built: every command and option as click knows them.

MkDocs calls the functions named ``on_...``; `reference` is the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import click

import graders
from graders.cli.group import main

PAGE = "commands.md"
"""The page that is made; no file of this name is written."""

_TOP = """# Command line

Made from the commands themselves; `graders COMMAND --help` prints the same. Messages go to standard error, results to
standard output.
"""


def reference() -> str:
    """The page as Markdown."""
    return "\n".join([_TOP, *_of_group(main, "graders")])


def _of_group(group: click.Group, called: str) -> Iterator[str]:
    with click.Context(group, info_name=called, **main.context_settings) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command is not None and not command.hidden:
                yield from _of_command(command, f"{called} {name}")


def _of_command(command: click.Command, called: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        yield from (f"## {called}", "", _paragraphs(command), "")
        yield from (line.replace("## graders", "### graders", 1) for line in _of_group(command, called))
        return
    with click.Context(command, info_name=called, **main.context_settings) as context:
        yield from (f"## {called}", "", _paragraphs(command), "")
        yield from ("```text", " ".join([called, *command.collect_usage_pieces(context)]), "```", "")
        records = [one.get_help_record(context) for one in command.get_params(context)]
        yield from _table([one for one in records if one and one[1] and one[0] != "-h, --help"])


def _paragraphs(command: click.Command) -> str:
    text = (command.help or "").replace("\b\n", "")
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _table(options: list[tuple[str, str]]) -> Iterator[str]:
    yield from ("| option | meaning |", "|---|---|")
    for names, meaning in options:
        yield f"| <code>{_cell(names)}</code> | {_cell(meaning)} |"
    yield ""


def _cell(text: str) -> str:
    """A text in a table, as it is: in backticks a bar would keep the backslash that it needs."""
    return escape(text, quote=False).replace("|", "&#124;")


def on_config(config: Any) -> Any:
    """Name the version beside the repository and in the footer."""
    config.repo_name = f"graders {graders.__version__}"
    config.copyright = f"graders {graders.__version__} · Apache-2.0"
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the page."""
    from mkdocs.structure.files import File

    files.append(File.generated(config, PAGE, content=reference()))
    return files


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Name the theme's search for people who hear the page."""
    del page, config
    search = 'data-md-component="search" role="dialog"'
    return output.replace(search, f'{search} aria-label="Search"')
