"""Which function makes the mutants of a family: one table for built-ins, `@mutation` and entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from graders.audit.case import Case, Mutant
from graders.contract.registry import PluginTable, is_name
from graders.vocabulary.errors import RegistrationError
from graders.vocabulary.validation import closest, shown

Mutate = Callable[[Case], Iterable[Mutant]]
"""What a family is: from a case to its mutants, the same ones each time."""

ENTRY_POINT_GROUP = "graders.mutations"
"""Entry points of this group are families: ``shouted = "my_package:shouted"``."""

_FORMS, _WORKED_OUT = "graders.audit.families.trick_forms", "graders.audit.families.worked_out"

RIGHT = "right answers"
"""The subject of the families that rewrite the reference; all others are of tricks."""

SUBJECTS = {
    "several answers": {_FORMS: "listed chained repeated"},
    "hidden": {_FORMS: "hidden outside thought padded"},
    "layout": {_FORMS: "tags layout"},
    "no answer": {_FORMS: "nothing identities", _WORKED_OUT: "shuffled echoed idle endless"},
    "judges": {_FORMS: "injected"},
    "another value": {
        _FORMS: "disguised embedded near far regrouped scaled recalculated bracketed other_unit clock tagged"
    },
    "sentences": {
        _FORMS: "negated disowned bounded approximated doubted conditional asked attributed other_quantity numbered"
    },
    "other languages": {
        _FORMS: "bilingual denied_abroad bounded_abroad doubted_abroad alternatives_abroad conditional_abroad "
        "recalculated_abroad"
    },
    "notation": {
        _FORMS: "functions commuted connectives differences sets members unbound other_symbol labels",
    },
    "choices and words": {_FORMS: "two_choices contradicted other_subject"},
    RIGHT: {
        _FORMS: "named_values plain_sentences sentences_abroad number_words typeset numbers_respelt chain_ends "
        "choice_parts respelt sets_respelt lists_respelt angles unit_dropped side_dropped bound_renamed grouped",
        _WORKED_OUT: "reordered",
    },
}
"""The families that are shipped, by subject and by the module that has them."""

BUILT_IN = {
    name: f"{module}:{name}"
    for modules in SUBJECTS.values()
    for module, names in modules.items()
    for name in names.split()
}
"""The families that are shipped; their names can't be registered again."""

OTHERS = "your own"
"""The subject of families that are registered or announced by packages."""

_SUBJECT_OF = {
    name: subject for subject, modules in SUBJECTS.items() for names in modules.values() for name in names.split()
}

_TABLE: PluginTable[Mutate] = PluginTable(
    BUILT_IN, ENTRY_POINT_GROUP, decorator="mutation", noun="name", kind="mutation family"
)


class Family(NamedTuple):
    """A family of tricks.

    Attributes:
        name: What it is registered as.
        meaning: What its tricks do: the first line of the function's docstring.
        mutate: The function.
        subject: What it is about: one of `SUBJECTS`, or `OTHERS`.
    """

    name: str
    meaning: str
    mutate: Mutate
    subject: str

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
    meaning = (found.__doc__ or name).strip().splitlines()[0].rstrip(".")
    return Family(name, meaning, found, _SUBJECT_OF.get(name, OTHERS))
