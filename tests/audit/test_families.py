"""The shipped families: what each mutant claims of itself is true, and no mutant is an honest answer."""

from dataclasses import replace

import pytest

from graders.audit.family_registry import BUILT_IN, family
from graders.completion.parse import parse
from graders.settings.settings import Settings

LAYOUTS = {
    "default": {},
    "boxed": {"answer_source": "boxed"},
    "final": {"answer_source": "final"},
    "lenient": {"answer_source": "lenient"},
    "prefilled": {"think_prefilled": True},
    "own tags": {"tags": ("reasoning", "solution")},
    "empty thoughts": {"allow_empty_think": True},
}


def mutants(cases, names=BUILT_IN):
    return [(case, name, mutant) for case in cases for name in names for mutant in family(name).mutants(case)]


@pytest.mark.parametrize("name", LAYOUTS)
def test_mutants_keep_or_break_the_layout_as_they_say(cases, name):
    """In every layout: what the format share deserves is decided by this alone."""
    settings = LAYOUTS[name]
    layout = Settings(**settings).layout
    for _, group, mutant in mutants(cases(**settings)):
        assert parse(mutant.text, layout).well_formed == mutant.keeps_layout, (group, mutant)
    for case in cases(**settings):
        assert parse(case.plain, layout).well_formed
        assert parse(case.honest, layout).answer == case.reference


@pytest.mark.parametrize("name", ["default", "boxed", "final"])
def test_no_mutant_is_honest(cases, name):
    """None gives the reference alone as its answer."""
    layout = Settings(**LAYOUTS[name]).layout
    for case, group, mutant in mutants(cases(**LAYOUTS[name])):
        answer = parse(mutant.text, layout).answer
        assert mutant.is_right or answer is None or answer.strip() != case.reference, (group, mutant)


def test_tricks_have_names_of_their_own(cases):
    """Within a family and a case; and the same mutants come each time."""
    for case in cases():
        for name in BUILT_IN:
            first, again = list(family(name).mutants(case)), list(family(name).mutants(case))
            assert first == again
            assert len({mutant.trick for mutant in first}) == len(first), name


def test_every_family_has_tricks_and_a_meaning(cases):
    """On this variety of references none is idle."""
    tried = {name for _, name, _ in mutants(cases())}
    assert tried == set(BUILT_IN)
    for name in BUILT_IN:
        meaning = family(name).meaning
        assert meaning[0].isupper()
        assert not meaning.endswith(".")


def test_what_says_nothing_shows_no_reference(cases):
    """A mutant that claims to say nothing has no answer, or one that holds no reference of more than a word."""
    layout = Settings().layout
    for case, group, mutant in mutants(cases()):
        if mutant.says_nothing and group != "thought":
            answer = parse(mutant.text, layout).answer or ""
            assert len(case.reference) < 4 or case.reference not in answer, (group, mutant)


def test_an_answer_that_is_harmless_is_not_among_them(cases):
    """The same value repeated, in a box, in other digits: honest, and so no trick."""
    [case] = cases(["28"])
    answers = {parse(mutant.text, case.layout).answer for _, _, mutant in mutants([case]) if not mutant.is_right}
    for honest in ("28", "28, 28", r"\boxed{28}", "4*7 = 28", "28.0", "２８", "x = 28", "The answer is 28."):
        assert honest not in answers


def test_tricks_that_would_be_honest_are_left_out(cases):
    """A palindrome shown reversed, a negated negation, a bound where a bound is asked for."""
    [palindrome, zero, equation, negation] = cases(["22", "0", "y=2x+3", "no"])
    assert "shown reversed" not in {mutant.trick for mutant in family("disguised").mutants(palindrome)}
    assert not {"digits behind", "the other sign", "a power"} & {m.trick for m in family("embedded").mutants(zero)}
    assert not list(family("chained").mutants(equation))
    assert not list(family("bounded").mutants(equation))
    assert not list(family("negated").mutants(negation))


def test_what_is_echoed(cases):
    """Expressions of the prompt that are still to be worked out, whatever they stand in; no values, no equations."""

    def formulas(prompt, reference="5"):
        [case] = cases([reference])
        case = replace(case, prompt=prompt)
        return [parse(mutant.text, case.layout).answer for mutant in family("echoed").mutants(case)][2:]

    assert formulas(r"Compute $\sqrt{25}$ and 17 + 26, please.") == ["\\sqrt{25}", "17 + 26"]
    assert formulas(r"Write $3/4$, $\frac{1}{2}$ and $x = 2+3$ as $0.75$ or -5.") == []
    assert formulas(r"Factor $t^2-49$.", "t^2 - 49") == []
    assert formulas(r"Find \[\frac{1}{2^1} + 18\]" + "\nand + 2*9 too.") == ["2*9"]
    assert formulas("") == []
    assert len(formulas("$1+2$ $1+3$ $1+4$ $1+5$")) == 3
