"""The table of families in docs/audit.md, from the registry: `python -m tests.audit.families_table` writes it there."""

from pathlib import Path

from graders.audit.case import Case
from graders.audit.family_registry import SUBJECTS, family
from graders.audit.wrong import kind_of, wrong_answers, wrong_number
from graders.completion.parse import parse
from graders.settings.settings import Settings
from tests.audit.conftest import REFERENCES

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"
BEGIN, END = "<!-- families: made by tests/audit/families_table.py -->\n", "<!-- end of the families -->\n"
PROMPT = "What is $17 + 11$?"
LONGEST = 50


def table():
    """A table a subject, with an example of each family."""
    return "\n".join(
        f"**{subject[0].upper()}{subject[1:]}**\n\n| family | what it does | for | for example |\n|---|---|---|---|\n"
        + "".join(_row(name) for names in modules.values() for name in names.split())
        for subject, modules in SUBJECTS.items()
    )


def _row(name):
    reference, answer = next(_examples(name))
    return f"| `{name}` | {_cell(family(name).meaning)} | {_code(reference)} | {_code(answer)} |\n"


def _examples(name):
    """What the family makes of the first of our references from which it makes anything."""
    for reference in REFERENCES:
        kind = kind_of(reference)
        wrong = wrong_answers((reference,), kind, None, REFERENCES)
        case = Case(reference, (reference,), kind, wrong, wrong_number((reference,)), "x", PROMPT, Settings().layout)
        for mutant in family(name).mutants(case):
            yield reference, parse(mutant.text, case.layout).answer or mutant.text


def _code(text):
    return f"`{_cell(text[:LONGEST] + ' ...' * (len(text) > LONGEST))}`"


def _cell(text):
    return " ".join(text.split()).replace("|", "\\|")


def page():
    """The page as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
