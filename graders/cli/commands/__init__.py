"""The commands, a file each, named after what is typed.

Each takes its options, calls one function of the package, prints what came out and sets the exit code. It imports
what the command line shares, and the package inside the function, so that ``graders --help`` loads none of it; the
group imports a command by its name, and no command imports another but for the figures of `score`.
"""
