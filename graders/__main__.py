"""``python -m graders``: the command line without its script, as launchers of many processes start it."""

from graders.cli.group import main

if __name__ == "__main__":
    main(prog_name="graders")
