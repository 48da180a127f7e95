"""The tests on every Python, and on the oldest and the newest packages that we claim: ``nox -l`` lists the sessions.

``nox -s tests-3.12 -- tests/text`` passes what stands behind ``--`` on to pytest; without it the fast tests run. Nox
finds the interpreters on the PATH; where pyenv keeps them, ``pyenv shell 3.11 3.12 3.13`` puts them there.
"""

from __future__ import annotations

from pathlib import Path

import nox

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
OLDEST, NEWEST = PYTHONS[0], "3.13"
"""The second is the newest Python for which every package of the tests has a wheel."""
CLAIMED = PYTHONS[:3]
"""The Pythons among the classifiers."""
FAST = ("-n", "2", "-m", "not slow and not corpus")
EXTRAS = ".[judge,data,text,testing,serve]"
"""Named one by one: of an extra that names other extras, uv resolves what these ask for to the newest."""

nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = ["tests", "lowest", "newest"]


def install(session: nox.Session, *wanted: str) -> None:
    """Install through uv, which resolves the test group in a second and knows how to take the lowest versions."""
    session.install("uv", "-c", "constraints.txt")
    session.run_install("uv", "pip", "install", "-q", *wanted)


def run_tests(session: nox.Session) -> None:
    """The fast tests, or what stands behind ``--``; a cache of its own, since sessions may run side by side."""
    session.run("pytest", "-p", "no:cacheprovider", *(session.posargs or FAST))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """On one Python, with the packages of constraints.txt."""
    install(session, "-c", "constraints.txt", "-e", ".", "--group", "test")
    run_tests(session)


@nox.session(python=OLDEST)
def lowest(session: nox.Session) -> None:
    """With the oldest packages that pyproject.toml allows; the client that is an oracle would raise some of them."""
    install(session, "--resolution", "lowest-direct", "-e", EXTRAS, "--group", "runner")
    run_tests(session)


@nox.session(python=NEWEST)
def newest(session: nox.Session) -> None:
    """With the newest packages that there are, whatever constraints.txt says."""
    install(session, "-U", "-e", ".", "--group", "test")
    run_tests(session)


@nox.session(python=CLAIMED)
@nox.parametrize("which", ["lowest", "newest"])
def packages(session: nox.Session, which: str) -> None:
    """With the oldest or the newest packages on one of the Pythons that we claim: `lowest` and `newest` on each."""
    {"lowest": lowest, "newest": newest}[which](session)


@nox.session(python=OLDEST)
def typing(session: nox.Session) -> None:
    """The types of the package, and those that its users see."""
    install(session, "-c", "constraints.txt", "-e", ".", "--group", "check")
    session.run("mypy")
    session.run("mypy", "--config-file", "tests/typing/mypy.ini")


@nox.session(python=OLDEST)
def docs(session: nox.Session) -> None:
    """The pages, any warning an error."""
    install(session, "-c", "constraints.txt", "-e", ".", "--group", "docs")
    session.run("mkdocs", "build", "--strict")


@nox.session(python=OLDEST)
def coverage(session: nox.Session) -> None:
    """Which lines the tests run, but for those of full disks; fails below the bar in pyproject.toml."""
    install(session, "-c", "constraints.txt", "-e", ".", "--group", "coverage")
    measured = ("--cov", "--cov-report=term:skip-covered", "--deselect", "tests/offline/test_faults.py")
    session.run("pytest", "-n", "2", *measured, *session.posargs)


@nox.session(python=OLDEST)
def wheel(session: nox.Session) -> None:
    """The wheel as its users get it: built from the source distribution, installed alone, its demo run."""
    session.install("build", "-c", "constraints.txt")
    made = Path(session.create_tmp())
    session.run("python", "-m", "build", "-q", "--outdir", str(made))
    session.install("-c", "constraints.txt", *map(str, made.glob("*.whl")))
    session.chdir(made)
    session.run("graders", "demo", "--to", "demo")
