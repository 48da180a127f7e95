"""Settings: from arguments, a file, the environment, in layers; every mistake at once; secrets masked."""

import pickle

import pytest

from graders.completion import Layout
from graders.errors import DefinitionError, DefinitionWarning
from graders.settings import JudgeSettings, MathSettings, Settings, StringSettings, read_env, read_toml

SECRET = "sk-very-secret"


def paths(error):
    return sorted(mistake.path for mistake in error.value.mistakes)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"answer_source": "block"}, ["answer_source"]),
        ({"answer_sorce": "boxed"}, ["answer_sorce"]),
        ({"tags": ("a",)}, ["tags[1]"]),
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
        (None, "can't be read as TOML"),
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
    with pytest.warns(DefinitionWarning, match="GRADERS_ANSWER_SORCE means nothing.*GRADERS_ANSWER_SOURCE"):
        assert read_env({"GRADERS_ANSWER_SORCE": "boxed"}) == {}


def test_bad_values_in_the_environment():
    """Every mistake at once, and where from."""
    with pytest.raises(DefinitionError) as caught:
        Settings.from_env(
            {"GRADERS_ANSWER_SOURCE": "x", "GRADERS_STRING_MAX_ANSWER_CHARS": "many", "GRADERS_TAGS": "a"}
        )
    assert paths(caught) == ["answer_source", "string.max_answer_chars", "tags[1]"]
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
