"""Settings: from arguments, a file, the environment, in layers; every mistake at once; secrets masked."""

import inspect
import pickle
import re
import warnings
from dataclasses import fields
from pathlib import Path

import pytest

from graders.completion.parse import Layout
from graders.judge.config import Access, Limits, Storage, Voting
from graders.judge.prompt import JudgeTask
from graders.settings.sections import JudgeSettings, MathSettings, StringSettings
from graders.settings.setting_sources import flags, read_toml
from graders.settings.settings import Settings, read_env
from graders.vocabulary.errors import DefinitionError, DefinitionWarning

SECRET = "sk-very-secret"
LLM_PAGE = (Path(__file__).parents[2] / "docs" / "llm.md").read_text(encoding="utf-8")


def paths(error):
    return sorted(mistake.path for mistake in error.value.mistakes)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"answer_source": "block"}, ["answer_source"]),
        ({"answer_sorce": "boxed"}, ["answer_sorce"]),
        ({"tags": ("a",)}, ["tags"]),
        ({"tags": ("a", "a")}, ["tags"]),
        ({"tags": ("a", "")}, ["tags"]),
        ({"tags": ("a b", "c")}, ["tags"]),
        ({"tags": ("<a>", "c")}, ["tags"]),
        ({"tags": ("a/", "c")}, ["tags"]),
        ({"tags": "ab"}, ["tags"]),
        ({"think_prefilled": "perhaps"}, ["think_prefilled"]),
        ({"reference_column": ""}, ["reference_column"]),
        ({"on_bad_reference": "ignore", "on_unscored": "drop"}, ["on_bad_reference", "on_unscored"]),
        ({"string": {"max_answer_chars": 0, "strp": True}}, ["string.max_answer_chars", "string.strp"]),
        ({"math": 5}, ["math"]),
        ({"text": {"rouge_type": "rouge7"}}, ["text.rouge_type"]),
        (
            {"components": {"llm#2": {"modell": "x"}, "strng_check": {}, "format": {}}},
            ["components.format", "components.llm#2.modell", "components.strng_check"],
        ),
        ({"components": {"llm": StringSettings()}}, ["components.llm"]),
        ({"components": 5}, ["components"]),
    ],
)
def test_every_mistake_at_once_with_its_path(values, expected):
    """Unknown names and values that are not allowed."""
    with pytest.raises(DefinitionError) as caught:
        Settings(**values)
    assert paths(caught) == expected


@pytest.mark.parametrize(
    ("values", "suggestion"),
    [
        ({"answer_sorce": "boxed"}, "answer_source"),
        ({"string": {"strp": True}}, "strip"),
        ({"answer_source": "box"}, "boxed"),
        ({"components": {"string_chek": {}}}, "string_check"),
        ({"components": {"llm": {"modell": "x"}}}, "model"),
    ],
)
def test_the_closest_name_is_suggested(values, suggestion):
    """A typo in a name or value, at any depth."""
    with pytest.raises(DefinitionError, match=f"did you mean '{suggestion}'"):
        Settings(**values)


def test_defaults_and_value_semantics():
    """Frozen, equal, picklable; replace validates."""
    settings = Settings(components={"llm#2": {"model": "m"}}, judge=JudgeSettings(api_key=SECRET))
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert settings.replace(answer_source="boxed").answer_source == "boxed"
    assert settings.replace(answer_source="boxed") != settings
    assert Settings() == Settings()
    with pytest.raises(DefinitionError):
        settings.replace(answer_source="x")
    with pytest.raises(Exception, match="frozen"):
        settings.answer_source = "boxed"


def test_layout():
    """What the parser is told."""
    settings = Settings(tags=("a", "b"), answer_source="boxed", think_prefilled=True, allow_empty_think=True)
    assert settings.layout == Layout("<a>", "</a>", "<b>", "</b>", "boxed", True, True)
    assert Settings().layout == Layout()


def test_secrets_are_masked():
    """A key never shows in what is printed, dumped or raised about its neighbours."""
    settings = Settings(judge=JudgeSettings(model="m", api_key=SECRET), components={"llm": {"api_key": SECRET}})
    assert SECRET not in repr(settings) + str(settings) + settings.model_dump_json()
    with pytest.raises(DefinitionError) as caught:
        Settings(judge={"api_key": SECRET, "modell": "m"})
    assert SECRET not in str(caught.value)


def test_components_have_their_own_sections():
    """One component's section takes the place of the common one, for it alone."""
    settings = Settings(
        string=StringSettings(strip=False), components={"string_check:contains#2": {"whole_word": True}}
    )
    assert settings.for_component("string_check:contains#2").string == StringSettings(whole_word=True)
    assert settings.for_component("string_check:contains").string == StringSettings(strip=False)
    assert settings.for_component("math_accuracy").math == MathSettings()


def test_from_file(tmp_path):
    """TOML with sections and quoted component names."""
    path = tmp_path / "graders.toml"
    path.write_text(
        'answer_source = "boxed"\ntags = ["a", "b"]\n[string]\nwhole_word = true\n'
        '[components."llm#2"]\nmodel = "m"\n[judge]\napi_key = "k"\n',
        encoding="utf-8",
    )
    settings = Settings.from_file(path)
    assert (settings.answer_source, settings.tags, settings.string.whole_word) == ("boxed", ("a", "b"), True)
    assert settings.components["llm#2"] == JudgeSettings(model="m")
    assert settings.judge.api_key.get_secret_value() == "k"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a = ", "can't be read as TOML"),
        (b"\xff", "can't be read as TOML"),
        (b'answer_sorce = "boxed"', "answer_source"),
        (None, "can't be read: No such file or directory"),
    ],
)
def test_files_that_are_no_settings(content, words, tmp_path):
    """The message names the file and what is wrong."""
    path = tmp_path / "graders.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DefinitionError, match=words) as caught:
        Settings.from_file(path)
    assert str(path) in str(caught.value)
    with pytest.raises(DefinitionError):
        read_toml(tmp_path)


def test_from_env():
    """Variables by name, sections by prefix, booleans and numbers as text, tags with a comma."""
    settings = Settings.from_env(
        {
            "GRADERS_ANSWER_SOURCE": "lenient",
            "GRADERS_TAGS": "a,b",
            "GRADERS_THINK_PREFILLED": "true",
            "GRADERS_STRING_MAX_ANSWER_CHARS": "20",
            "GRADERS_STRING_STRIP": "0",
            "GRADERS_JUDGE_BASE_URL": "http://x",
            "GRADERS_JUDGE_API_KEY": SECRET,
            "PATH": "/bin",
            "GRADERSX": "y",
        }
    )
    assert (settings.answer_source, settings.tags, settings.think_prefilled) == ("lenient", ("a", "b"), True)
    assert settings.string == StringSettings(max_answer_chars=20, strip=False)
    assert settings.judge.base_url.rstrip("/") == "http://x"


def test_env_is_read_only_when_asked(monkeypatch):
    """A plain Settings() looks at nothing; from_env() at the process's own variables."""
    monkeypatch.setenv("GRADERS_ANSWER_SOURCE", "boxed")
    assert Settings().answer_source == "answer"
    assert Settings.from_env().answer_source == "boxed"


def test_a_variable_that_means_nothing_is_named():
    """A typo in the environment must not silently become a default."""
    with pytest.warns(DefinitionWarning, match="GRADERS_ANSWER_SORCE is no setting.*GRADERS_ANSWER_SOURCE"):
        assert read_env({"GRADERS_ANSWER_SORCE": "boxed"}) == {}


def test_bad_values_in_the_environment():
    """Every mistake at once, and where from."""
    with pytest.raises(DefinitionError) as caught:
        Settings.from_env(
            {"GRADERS_ANSWER_SOURCE": "x", "GRADERS_STRING_MAX_ANSWER_CHARS": "many", "GRADERS_TAGS": "a"}
        )
    assert paths(caught) == ["answer_source", "string.max_answer_chars", "tags"]
    assert "the environment" in str(caught.value)


def test_layers():
    """The first layer that gives a value has it; sections merge key by key."""
    settings = Settings.layered(
        {"answer_source": "boxed", "string": {"strip": False}},
        {"answer_source": "lenient", "string": {"whole_word": True, "strip": True}},
        {"think_prefilled": True},
    )
    assert settings == Settings(
        answer_source="boxed", think_prefilled=True, string=StringSettings(strip=False, whole_word=True)
    )
    assert Settings.layered() == Settings()


def test_layers_leave_their_documents_alone():
    """Merging copies."""
    first, second = {"string": {"strip": False}}, {"string": {"whole_word": True}}
    Settings.layered(first, second)
    assert (first, second) == ({"string": {"strip": False}}, {"string": {"whole_word": True}})


@pytest.mark.parametrize(
    "make",
    [
        lambda: JudgeSettings(api_key=[SECRET]),
        lambda: JudgeSettings(api_key={"key": SECRET}),
        lambda: JudgeSettings(api_key=SECRET, max_cost=1),
        lambda: Settings(judge=SECRET),
        lambda: Settings(judge=[SECRET]),
        lambda: Settings(judge={"api_key": [SECRET]}),
        lambda: Settings(judge={"api_key": SECRET, "max_cost": 1}),
        lambda: Settings(components=SECRET),
        lambda: Settings(components={"llm": SECRET}),
        lambda: Settings(components={"llm": {"api_key": [SECRET]}}),
        lambda: Settings.layered({"judge": {"api_key": [SECRET]}}),
        lambda: Settings.from_env({"GRADERS_JUDGE_API_KEY": SECRET, "GRADERS_JUDGE_MAX_COST": "1"}),
    ],
)
def test_a_mistyped_secret_is_neither_shown_nor_kept(make):
    """Neither in the message nor in `Mistake.found`: these go to logs and to the 422 answer."""
    with pytest.raises(DefinitionError) as caught:
        make()
    assert SECRET not in str(caught.value) + repr(caught.value.mistakes)


def test_a_value_in_place_of_a_section_is_told_by_its_type():
    """What is wrong is still said."""
    with pytest.raises(DefinitionError, match=r"judge: got str \(not shown\), expected an object"):
        Settings(judge=SECRET)
    with pytest.raises(DefinitionError, match=r"llm: got str \(not shown\), expected JudgeSettings"):
        Settings(components={"llm": SECRET})


def test_a_section_s_own_rule_is_one_sentence():
    """Without the section's values before it."""
    with pytest.raises(DefinitionError, match="judge: max_cost needs a price"):
        Settings(judge={"max_cost": 1})


def test_replace_gives_only_what_was_given():
    """Scorers and preflights ask whether a setting was given."""
    settings = Settings(answer_source="boxed").replace(think_prefilled=True)
    assert settings.model_fields_set == {"answer_source", "think_prefilled"}
    assert JudgeSettings(model="m").replace(model="n").model_fields_set == {"model"}


def test_settings_are_hashable():
    """Equal settings are one key, components included."""
    one, two = (Settings(answer_source="boxed", components={"llm": {"model": "m"}}) for _ in "ab")
    assert {one, two} == {one}
    assert hash(JudgeSettings()) == hash(JudgeSettings())


@pytest.mark.parametrize("tags", ["a,b", " a , b ", ("a", "b"), ["a", "b"]])
def test_tags_as_one_text(tags, tmp_path):
    """Two names with a comma between are accepted wherever settings come from."""
    assert Settings(tags=tags).tags == ("a", "b")
    (tmp_path / "s.toml").write_text('tags = "a,b"', encoding="utf-8")
    assert Settings.from_file(tmp_path / "s.toml").tags == ("a", "b")


@pytest.mark.parametrize("tags", ["think", ["think"], "a,b,c", ""])
def test_two_tags_are_needed(tags):
    """One mistake, at the flag or the setting."""
    with pytest.raises(DefinitionError, match=r"--tags: got .*, expected two names"):
        Settings.layered(flags({"tags": tags}))


def test_an_endpoint_is_a_url():
    """The message says what it must begin with."""
    with pytest.raises(DefinitionError, match="base_url: got 'localhost:8000', expected an http:// or https:// URL"):
        JudgeSettings(base_url="localhost:8000")


def test_a_toml_file_with_a_byte_order_mark(tmp_path):
    """As some editors write it."""
    (tmp_path / "s.toml").write_text('answer_source = "boxed"', encoding="utf-8-sig")
    assert Settings.from_file(tmp_path / "s.toml").answer_source == "boxed"


def test_layers_say_where_each_mistake_is(tmp_path):
    """File and key, variable, flag; a plain document has the path alone."""
    path = tmp_path / "s.toml"
    path.write_text('answer_sorce = "boxed"\n[judge]\nconcurrency = "many"\n[string]\nstrip = 7', encoding="utf-8")
    environment = read_env({"GRADERS_THINK_PREFILLED": "perhaps", "GRADERS_STRING_STRIP": "x"})
    with pytest.raises(DefinitionError) as caught:
        Settings.layered(
            flags({"on_bad_reference": "drop"}), {"on_unscored": "drop"}, read_toml(path), environment, {"tags": "x"}
        )
    lines = [str(mistake).split(": got ")[0].split(": is an unknown")[0] for mistake in caught.value.mistakes]
    of_file = [f"{path}: {name}" for name in ("answer_sorce", "judge.concurrency", "string.strip")]
    assert sorted(lines) == sorted(["--on-bad-reference", "on_unscored", *of_file, "GRADERS_THINK_PREFILLED", "tags"])
    assert "judge.concurrency" in paths(caught)
    assert f"\n  {path}: answer_sorce: is an unknown key; did you mean 'answer_source'?" in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).mistakes == caught.value.mistakes


def test_a_rule_over_several_layers_names_none(tmp_path):
    """Where a section comes from two documents, no one of them is to blame; from one, it is."""
    path = tmp_path / "s.toml"
    path.write_text("[judge]\nmax_cost = 1", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"\n  judge: max_cost needs"):
        Settings.layered(read_toml(path), read_env({"GRADERS_JUDGE_MODEL": "m"}))
    with pytest.raises(DefinitionError, match=r"s\.toml: judge: max_cost needs"):
        Settings.layered(read_toml(path), read_env({}))


def test_variables_are_named_in_mistakes():
    """from_env speaks of the variable, not of the setting alone."""
    with pytest.raises(DefinitionError, match="GRADERS_STRING_MAX_ANSWER_CHARS: got 'many', expected a whole number"):
        Settings.from_env({"GRADERS_STRING_MAX_ANSWER_CHARS": "many"})


def test_a_warning_points_at_the_caller():
    """The line that read the environment, not one inside the library."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        Settings.from_env({"GRADERS_ANSWER_SORCE": "boxed"})
    assert [warning.filename for warning in said] == [__file__]


def test_the_judge_s_settings_may_stand_in_groups(tmp_path):
    """By their own names or in groups, in one value; a group merges with what other documents give by name."""
    grouped = JudgeSettings(limits={"concurrency": 8}, storage={"revision": "r"}, prompt={"labels": "bad;good"})
    flat = JudgeSettings(concurrency=8, revision="r", labels=("bad", "good"))
    assert grouped == flat
    assert grouped.model_fields_set == flat.model_fields_set
    assert (flat.limits.concurrency, flat.storage.revision, flat.prompt.labels) == (8, "r", ("bad", "good"))
    path = tmp_path / "s.toml"
    path.write_text("[judge.limits]\nconcurrency = 8\nmax_attempts = 3\n", encoding="utf-8")
    settings = Settings.layered(read_env({"GRADERS_JUDGE_CONCURRENCY": "2"}), read_toml(path))
    assert settings.judge == JudgeSettings(concurrency=2, max_attempts=3)
    assert Settings.from_file(path).judge == JudgeSettings(concurrency=8, max_attempts=3)


def test_mistakes_in_a_group_are_told(tmp_path):
    """A name that isn't the group's, one that is given twice, a value, each with its place."""
    path = tmp_path / "s.toml"
    path.write_text(
        "[judge]\nprobe_every = 1\n[judge.limits]\nconcurency = 8\nrevision = 'r'\nprobe_every = 2\nmax_calls = -1\n",
        encoding="utf-8",
    )
    with pytest.raises(DefinitionError) as caught:
        Settings.layered(read_toml(path))
    names = ["limits.concurency", "limits.probe_every", "limits.revision", "max_calls"]
    assert paths(caught) == [f"judge.{name}" for name in names]
    assert f"{path}: judge.limits.concurency: is an unknown key; did you mean 'concurrency'?" in str(caught.value)
    with pytest.raises(DefinitionError, match="judge: max_cost needs a price"):
        Settings(judge={"limits": {"max_cost": 1}})


def test_every_judge_setting_is_defined_once():
    """A field, its default and its meaning stand in one of the values that the settings are made of."""
    groups = (Limits, Storage, JudgeTask, Access, Voting)
    names = [one.name for group in groups for one in fields(group)]
    own = {"base_url", "model", "api_key", "jury", "criteria_column", "needs_reference"}
    assert sorted(names) == sorted(JudgeSettings.model_fields.keys() - own)
    assert len(set(names)) == len(names)
    for group in (JudgeSettings, *groups):
        mine = {one.name for one in fields(group)} if group is not JudgeSettings else own
        documented = re.findall(r"^    (\w+): ", inspect.cleandoc(group.__doc__), re.MULTILINE)
        assert mine == set(documented) - {"ValueError"}


def test_every_judge_setting_is_on_the_page():
    """With its default, where the table gives one number or word for each."""
    rows = [line.split(" | ") for line in LLM_PAGE.splitlines() if line.startswith("| `")][1:]
    defaults = {name: default for row in rows for name, default in _defaults(row)}
    assert defaults.keys() == JudgeSettings.model_fields.keys()
    for name, default in defaults.items():
        actual = JudgeSettings.model_fields[name].default
        assert default in {None, "None", '""', str(actual), f"{actual:g}" if isinstance(actual, float) else ""}, name


def _defaults(row):
    """The names in a row of the table, each with its default as it is written; None where the page has no such."""
    names = re.findall(r"`(\w+)`", row[0])
    written = row[1].replace("`", "").split(", ")
    return zip(names, written if len(written) == len(names) else [None] * len(names), strict=True)
