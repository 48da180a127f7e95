"""Which function makes the mutants of a family: one table for built-ins, `@mutation` and entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from graders.audit.case import Case, Mutant
from graders.contract.registry import PluginTable, is_name
from graders.errors import RegistrationError
from graders.validation import closest, shown

Mutate = Callable[[Case], Iterable[Mutant]]
"""What a family is: from a case to its mutants, the same ones each time."""

ENTRY_POINT_GROUP = "graders.mutations"
"""Entry points of this group are families: ``shouted = "my_package:shouted"``."""

BUILT_IN = {
    "listed": "graders.audit.families.trick_forms:listed",
    "chained": "graders.audit.families.trick_forms:chained",
    "repeated": "graders.audit.families.trick_forms:repeated",
    "hidden": "graders.audit.families.trick_forms:hidden",
    "outside": "graders.audit.families.trick_forms:outside",
    "thought": "graders.audit.families.trick_forms:thought",
    "padded": "graders.audit.families.trick_forms:padded",
    "shuffled": "graders.audit.families.worked_out:shuffled",
    "echoed": "graders.audit.families.worked_out:echoed",
    "tags": "graders.audit.families.trick_forms:tags",
    "layout": "graders.audit.families.trick_forms:layout",
    "injected": "graders.audit.families.trick_forms:injected",
    "disguised": "graders.audit.families.trick_forms:disguised",
    "bilingual": "graders.audit.families.trick_forms:bilingual",
    "nothing": "graders.audit.families.trick_forms:nothing",
    "negated": "graders.audit.families.trick_forms:negated",
    "bounded": "graders.audit.families.trick_forms:bounded",
    "embedded": "graders.audit.families.trick_forms:embedded",
}
"""The families that are shipped; their names can't be registered again."""

_TABLE: PluginTable[Mutate] = PluginTable(
    BUILT_IN, ENTRY_POINT_GROUP, decorator="mutation", noun="name", kind="mutation family"
)


class Family(NamedTuple):
    """A family of tricks.

    Attributes:
        name: What it is registered as.
        meaning: What its tricks do: the first line of the function's docstring.
        mutate: The function.
    """

    name: str
    meaning: str
    mutate: Mutate

    def mutants(self, case: Case) -> Iterator[Mutant]:
        """The mutants of a case.

        Raises:
            RegistrationError: the function gives something else.
        """
        for mutant in self.mutate(case):
            if not isinstance(mutant, Mutant):
                raise RegistrationError(
                    f"the mutation family {self.name!r} gave {shown(mutant)}, expected Mutant "
                    "values, as case.answers(trick, body) makes them"
                )
            yield mutant


def mutation(name: str) -> Callable[[Mutate], Mutate]:
    """Register a function as a family of mutations, which `graders audit` then tries with the others.

    Args:
        name: Lower-case letters, digits and underscores.

    Raises:
        RegistrationError: the name is malformed or taken.

    Example::

        @graders.audit.mutation("shouted")
        def shouted(case):
            '''shouts the reference behind a wrong answer'''
            yield case.answers("capitals", f"{case.wrong[0]}! {case.reference.upper()}!")
    """
    if not is_name(name):
        raise RegistrationError(f"mutation({shown(name)}): a family's name is lower-case letters, digits, underscores")
    return partial(_TABLE.add, name)


def known_families() -> list[str]:
    """Every family's name: the shipped ones in their order, then registered ones and those of installed packages."""
    return list(dict.fromkeys([*_TABLE.table, *sorted(_TABLE.announced)]))


def family(name: str) -> Family:
    """A family by its name, imported on first use.

    Raises:
        RegistrationError: there is none of this name, or an entry point of it can't be loaded.
    """
    found = _TABLE.get(name)
    if found is None:
        nearest = closest(name, known_families())
        hint = f"; did you mean {nearest!r}?" if nearest else f"; there are {', '.join(known_families())}"
        raise RegistrationError(f"there is no mutation family {name!r}{hint}")
    return Family(name, (found.__doc__ or name).strip().splitlines()[0].rstrip("."), found)
