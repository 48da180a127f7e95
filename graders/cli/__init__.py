"""The command line: ``graders score``, ``report``, ``compare`` and the rest, one file a command.

Words of a command line come in; text, JSON or a file goes out, with an exit code. `group` loads a command when it is
called and turns errors into one sentence; what several commands share stands beside it (options, destinations,
progress, tables for people). Everything that is worth calling from Python stands elsewhere.

It may import the whole package, inside functions where that is slow; nothing imports it.
"""

from graders.cli.group import main

__all__ = ["main"]
