"""The command line: ``graders validate | score | explain | schema | demo``, one file a command."""

from graders.cli.group import main

__all__ = ["main"]
