"""The system prompt asks for what is read: whoever follows it to the letter gets the whole format and is understood."""

import re
import warnings

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import graders
from graders.cli.commands.prompt import prompt as command
from graders.completion.parse import Layout, parse
from graders.completion.skeleton import skeleton
from graders.contract.batch import missing_reference
from graders.reward.system_prompt import ANSWER, EXPECTED, THOUGHT

NAMES = st.from_regex(r"[a-zA-Z_][\w.\-]{0,12}", fullmatch=True)
LAYOUTS = st.builds(
    dict,
    answer_source=st.sampled_from(["answer", "boxed", "final", "lenient"]),
    tags=st.lists(NAMES, min_size=2, max_size=2, unique=True).map(tuple),
    think_prefilled=st.booleans(),
    allow_empty_think=st.booleans(),
)
WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="<>\\{}"), min_size=1, max_size=60)
VISIBLE = WORDS.filter(lambda text: re.search(r"\w", text) and missing_reference(text) is None)
GRADERS = [
    {"type": "math_accuracy"},
    {"type": "string_check", "operation": "equals"},
    {"type": "string_check", "operation": "case_insensitive_contains"},
    {"type": "text_similarity", "operation": "rouge"},
    {"type": "format_check"},
]


def reward_of(layout, weight=0.1, grader=GRADERS[1]):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", graders.GameableRewardWarning)
        return graders.load_reward({"format_reward_weight": weight, "graders": [grader]}, graders.Settings(**layout))


@given(LAYOUTS, st.sampled_from([0.1, 1e-300]), VISIBLE, VISIBLE)
def test_a_completion_that_follows_the_prompt_is_read_and_paid(layout, weight, thought, answer):
    """Its example, with thought and answer in the gaps: full marks, and the answer is the one that was given."""
    reward = reward_of(layout, weight)
    told = reward.system_prompt()
    example = reward.skeleton.filled(THOUGHT, ANSWER)
    assert example.strip() in told
    completion = reward.skeleton.filled(thought, answer)
    batch = reward.evaluate([completion], [answer])
    assert batch.rewards.tolist() == [1.0]
    assert batch.answers[0].strip() == answer.strip()


@given(LAYOUTS, VISIBLE, VISIBLE)
def test_format_check_as_a_grader_wants_the_whole_form_too(layout, thought, answer):
    """Even where the format has no share of its own."""
    reward = reward_of(layout, 1e-300, GRADERS[4])
    assert reward.evaluate([reward.skeleton.filled(thought, answer)]).rewards.tolist() == [1.0]


@given(LAYOUTS, VISIBLE)
def test_the_form_is_the_least_that_is_paid(layout, answer):
    """Without its end a completion isn't well formed, so the property can fail."""
    read = Layout.of(**layout)
    form = skeleton(read)
    assert parse(form.filled("x", answer), read).well_formed
    assert not parse(form.filled("x", answer)[: -len(form.after)], read).well_formed


@pytest.mark.parametrize(
    "grader", GRADERS, ids=lambda grader: f"{grader['type']} {grader.get('operation', '')}".strip()
)
def test_what_the_graders_expect(grader):
    """Each says what an answer is, and the format nothing."""
    clauses = re.findall(r"^The answer is .*\.$", reward_of({}, grader=grader).system_prompt(), re.MULTILINE)
    assert len(clauses) == (grader["type"] != "format_check")


def test_equal_expectations_are_said_once_and_others_one_by_one():
    """Two graders of one kind ask for one thing."""
    several = {"graders": [GRADERS[0], GRADERS[1], GRADERS[0]]}
    assert graders.load_reward(several).system_prompt().count("The answer is") == 2


@pytest.mark.parametrize("expects", [*EXPECTED, "the name of a city."])
def test_what_the_caller_expects(expects):
    """By name, or in words, which end in one full stop."""
    told = reward_of({}).system_prompt(expects=expects)
    assert f"The answer is {EXPECTED.get(expects, 'the name of a city')}." in told
    assert ".." not in told


@pytest.mark.parametrize("grader", GRADERS[:4], ids=lambda grader: f"{grader['type']} {grader.get('operation', '')}")
def test_no_figure_in_it(grader):
    """A figure in the prompt could be taken for the task's own, by the policy and by the guard against echoes."""
    assert not re.search(r"\d", reward_of({}, grader=grader).system_prompt())


def test_an_empty_thought_is_offered_only_where_it_is_allowed():
    """And it is paid then."""
    allowed = reward_of({"allow_empty_think": True})
    assert "may be left empty" in allowed.system_prompt()
    assert "may be left empty" not in reward_of({}).system_prompt()
    assert allowed.evaluate([allowed.skeleton.filled("", "x")], ["x"]).rewards.tolist() == [1.0]


class TestTemplate:
    def test_other_braces_stay(self):
        told = reward_of({}).system_prompt(template=r"{example}: \frac{a}{b} {layouts} {0} {answer.__class__}")
        assert told.endswith("</answer>: \\frac{a}{b} {layouts} {0} {answer.__class__}\n")

    def test_what_is_filled_in_is_not_filled_again(self):
        told = reward_of({"tags": ("{example}", "{answer}")}).system_prompt(template="{example}")
        assert told == "<{example}>\nyour thoughts\n</{example}>\n<{answer}>your answer</{answer}>\n"

    @pytest.mark.parametrize("template", ["", "Be good.", "{answer}"])
    def test_one_that_does_not_say_the_layout(self, template):
        with pytest.raises(graders.DefinitionError, match="no policy would learn the layout"):
            reward_of({}).system_prompt(template=template)


class TestCommand:
    def run(self, *args):
        return CliRunner().invoke(command, [str(arg) for arg in args])

    def test_it_prints_what_the_method_gives(self, write):
        path = write("r.json", {"graders": [{"type": "math_accuracy"}]})
        done = self.run(path, "--answer-source", "final", "--think-prefilled", "--expects", "choice")
        settings = graders.Settings(answer_source="final", think_prefilled=True)
        assert done.output == graders.load_reward(path, settings).system_prompt(expects="choice")

    def test_a_template(self, write, tmp_path):
        path = write("r.json", {"graders": [{"type": "math_accuracy"}]})
        (tmp_path / "t.txt").write_text("Ja. {example}")
        assert self.run(path, "--template", tmp_path / "t.txt").output.startswith("Ja. <think>")
