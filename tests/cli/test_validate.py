"""graders validate: every mistake, exit code 2, and the API's own shape with --json."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

CASES = Path(__file__).parent.parent / "cases"
COMPONENTS = yaml.safe_load((CASES / "openapi.yaml").read_text(encoding="utf-8"))
BROKEN = [json.loads(line) for line in (CASES / "broken_documents.jsonl").read_text(encoding="utf-8").splitlines()]
EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}
JOB = {
    "training_files": ["f"],
    "model": "m",
    "n_epochs": 1,
    "learning_rate": 0.1,
    "batch_size": 8,
    "fine_tune_type": "REINFORCEMENT",
}
REQUEST = {"training_config": JOB, "infrastructure_config": {"accel_type": "H100", "n_accel": 1}}


def fits_the_api(document):
    """Whether a value is the API's HTTPValidationError, all that it holds included."""
    schema = {"$ref": "#/components/schemas/HTTPValidationError", "components": COMPONENTS["components"]}
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["detail"]


@pytest.mark.parametrize(
    "document", [EQUALS, JOB, REQUEST, {"graders": [{"type": "STRING_CHECK", "operation": "Equals", "weight": 0.5}]}]
)
def test_a_valid_definition(cli, write, document):
    """Exit code 0 and the weights."""
    result = cli("validate", write("reward.json", document))
    assert result.exit_code == 0
    assert "is valid" in result.output
    assert "0.9" in result.output
    assert "signature" not in result.output


def test_a_valid_definition_as_json(cli, write):
    """The same as JSON."""
    result = cli("validate", write("reward.json", EQUALS), "--json")
    report = json.loads(result.stdout)
    assert report["valid"] is True
    assert report["weights"] == {"format": 0.1, "string_check:equals": 0.9}
    assert report["signature"].startswith("format:0.1")
    assert report["data"] == []


@pytest.mark.parametrize("row", BROKEN, ids=lambda row: row["reason"])
def test_broken_definitions(cli, write, row):
    """Exit code 2, every path on stderr, no traceback; with --json the API's shape with the same places."""
    path = write("reward.json", row["document"])
    result = cli("validate", path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.output
    assert str(path) in result.stderr or "the training configuration" in result.stderr
    assert all(place in result.stderr for place in row["paths"])
    as_json = cli("validate", path, "--json")
    assert as_json.exit_code == 2
    report = json.loads(as_json.stdout)
    fits_the_api(report)
    assert len(report["detail"]) == len(row["paths"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not valid JSON"),
        ("", "is not valid JSON"),
        (b"\xff", "can't be read"),
        ("[]", "expected a JSON object"),
        ('{"graders": [], "graders": []}', "twice"),
        ('{"graders": ' + "1" * 5000 + "}", "can't be read"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_files_that_are_no_definition(cli, write, content, words):
    """One error, exit code 2, no traceback, and JSON where JSON was asked for."""
    path = write("reward.json", content)
    result = cli("validate", path)
    assert result.exit_code == 2
    assert words in result.stderr
    assert str(path) in result.stderr
    fits_the_api(json.loads(cli("validate", path, "--json").stdout))


def test_missing_files_and_directories(cli, tmp_path, write):
    """The definition's, the data's, the settings'."""
    (tmp_path / "empty").mkdir()
    reward = write("reward.json", EQUALS)
    for arguments in (
        ["reward.jsn"],
        [tmp_path],
        [reward, "--data", "none.jsonl"],
        [reward, "--data", tmp_path / "empty"],
        [reward, "--settings", "none.toml"],
    ):
        result = cli("validate", *arguments)
        assert result.exit_code == 2
        assert "can't be read" in result.stderr or "has no data file right in it" in result.stderr
        assert "Traceback" not in result.output


def test_unknown_keys_warn_on_stderr(cli, write):
    """One line, no traceback, still valid."""
    result = cli("validate", write("reward.json", {**EQUALS, "formt_reward_weight": 0.5}))
    assert result.exit_code == 0
    assert "warning: unknown key 'formt_reward_weight', ignored; did you mean 'format_reward_weight'?" in result.stderr


TYPO = {"format_reward_wieght": 0.2, "graders": [{**EQUALS["graders"][0], "wieght": 0.5}]}


@pytest.mark.parametrize("command", ["validate", "check"])
def test_unknown_keys_are_errors_where_that_is_wanted(cli, write, command):
    """All of them at once, with their places, in the form of any other mistake."""
    path = write("reward.json", TYPO)
    assert cli(command, path).exit_code == 0
    result = cli(command, path, "--strict")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"error: {path} has 2 mistakes:",
        "  format_reward_wieght: unknown key; did you mean 'format_reward_weight'?",
        "  graders[0].wieght: unknown key; did you mean 'weight'?",
    ]
    assert cli(command, write("reward.json", {"graders": [{"type": "math_accuracy"}]}), "--strict").exit_code == 0


def test_a_judge_needs_no_endpoint_to_be_valid(cli, write, monkeypatch):
    """What a run would lack is said, and nothing else is let pass for it."""
    for name in ("GRADERS_JUDGE_BASE_URL", "GRADERS_JUDGE_MODEL", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    path = write("reward.json", {"graders": [{"type": "llm"}]})
    result = cli("validate", path, "--data", "-", stdin='{"reference_answer": ""}\n')
    assert "0.9      llm" in result.stdout
    assert "line 1 has a reference that llm finds empty" in result.stdout
    assert "a run would not start here: judge.base_url: the llm grader needs it" in result.stderr
    assert cli("validate", path).exit_code == 0
    assert json.loads(cli("validate", path, "--json").stdout)["signature"] is None
    assert cli("score", path, "-", stdin="{}\n").exit_code == 2


def test_a_definition_from_standard_input(cli):
    """As score takes its rows."""
    result = cli("validate", "-", stdin=json.dumps(EQUALS))
    assert result.exit_code == 0
    assert result.stdout.startswith("the definition is valid:")
    assert cli("validate", "-", "--data", "-", stdin="").exit_code == 2


def test_a_fault_of_all_rows_is_told_once(cli, write):
    """With a column that may be meant."""
    rows = write("data.jsonl", [{"question": "q", "gold": str(row)} for row in range(25)])
    result = cli("validate", write("reward.json", EQUALS), "--data", rows)
    told = [line for line in result.stdout.splitlines() if line.startswith(str(rows))]
    assert len(told) == 2
    assert "line 1 has no column 'reference_answer'; did you mean 'gold'?" in told[0]
    assert told[0].endswith("; so have 24 more lines")


def test_gameable_rewards_warn_on_stderr(cli, write):
    """What pays the wrong answer is said before anything runs."""
    result = cli("validate", write("reward.json", {"graders": [{"type": "string_check", "operation": "contains"}]}))
    assert result.exit_code == 0
    assert "warning: string_check:contains pays" in result.stderr


DATA = [
    {"reference_answer": "a"},
    {"reference_answer": ""},
    {"reference_answer": True},
    {"reference": "a"},
    {"reference_answer": ["a", "nan"]},
    {"reference_answer": None},
    {"reference_answer": 5},
]


def test_references_are_checked(cli, write):
    """Each bad row with its line and what is wrong; exit code 2."""
    reward, data = write("reward.json", EQUALS), write("data.jsonl", DATA)
    data.write_text(data.read_text() + "{broken\n")
    result = cli("validate", reward, "--data", data)
    assert result.exit_code == 2
    lines = [line for line in result.stdout.splitlines() if line.startswith(str(data))]
    for number, words in {
        2: "empty",
        3: "got bool True",
        4: "has no column 'reference_answer'",
        5: "a placeholder",
        6: "has null as its reference",
        8: "is not valid JSON",
    }.items():
        assert any(f"line {number} " in line and words in line for line in lines), (number, words, lines)
    assert lines[-1].endswith("6 bad rows")
    report = json.loads(cli("validate", reward, "--data", data, "--json").stdout)
    assert report["valid"] is False
    assert [fault["line"] for fault in report["data"]] == [2, 3, 4, 5, 6, 8]


def test_good_references(cli, write):
    """Exit code 0; the column can be named."""
    reward, data = write("reward.json", EQUALS), write("data.jsonl", [{"gold": "a"}])
    result = cli("validate", reward, "--data", data, "--reference-column", "gold")
    assert result.exit_code == 0
    assert "no bad rows" in result.stdout


def test_data_from_standard_input(cli, write):
    """The path '-'."""
    result = cli("validate", write("reward.json", EQUALS), "--data", "-", stdin='{"reference_answer": ""}\n')
    assert result.exit_code == 2
    assert "line 1" in result.stdout


def test_settings_are_flags_then_file_then_environment(cli, write):
    """The first that gives a value has it."""
    reward, settings = (
        write("reward.json", EQUALS),
        write("graders.toml", 'answer_source = "boxed"\ntags = ["a", "b"]\n'),
    )
    environment = {"GRADERS_ANSWER_SOURCE": "lenient", "GRADERS_TAGS": "x,y", "GRADERS_ON_BAD_REFERENCE": "zero"}
    signature = json.loads(cli("validate", reward, "--json", env=environment).stdout)["signature"]
    assert "answer:lenient|tags:x/y|bad_reference:zero" in signature
    signature = json.loads(cli("validate", reward, "--json", "--settings", settings, env=environment).stdout)[
        "signature"
    ]
    assert "answer:boxed|tags:a/b|bad_reference:zero" in signature
    flags = ["--answer-source", "answer", "--tags", "k,l", "--think-prefilled", "--allow-empty-think"]
    signature = json.loads(cli("validate", reward, "--json", "--settings", settings, *flags, env=environment).stdout)[
        "signature"
    ]
    assert "prefilled=True,empty_think=True" in signature
    assert "answer:answer|tags:k/l|bad_reference:zero" in signature


@pytest.mark.parametrize("tags", ["a", "a,a", "a,b,c", "<a>,b", ""])
def test_bad_tags(cli, write, tags):
    """Two different names."""
    result = cli("validate", write("reward.json", EQUALS), "--tags", tags)
    assert result.exit_code == 2
    assert "tags" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_data_without_rows(cli, write, content):
    """Is a fault: nothing was checked."""
    arguments = ["validate", write("reward.json", EQUALS), "--data", write("data.jsonl", content)]
    result = cli(*arguments)
    assert result.exit_code == 2
    assert "has no rows" in result.stderr
    as_json = cli(*arguments, "--json")
    assert as_json.exit_code == 2
    fits_the_api(json.loads(as_json.stdout))


def test_data_that_can_t_be_read_as_json(cli, write):
    """The API's own shape too."""
    result = cli("validate", write("reward.json", EQUALS), "--data", "none.jsonl", "--json")
    assert (result.exit_code, result.stderr) == (2, "")
    [detail] = json.loads(result.stdout)["detail"]
    assert "none.jsonl can't be read" in detail["msg"]


def test_warnings_in_the_report(cli, write):
    """What loading warns of is in the JSON, and there alone."""
    path = write("reward.json", {"graders": [{"type": "string_check", "operation": "contains"}], "formt": 1})
    result = cli("validate", path, "--json", env={"GRADERS_ANSWER_SAUCE": "x"})
    assert (result.exit_code, result.stderr) == (0, "")
    said = json.loads(result.stdout)["warnings"]
    for words in ("string_check:contains pays", "'formt'", "GRADERS_ANSWER_SAUCE"):
        assert any(words in sentence for sentence in said)
    assert json.loads(cli("validate", write("fine.json", EQUALS), "--json").stdout)["warnings"] == []


class TestReferencesInSolutions:
    """Rows are read with the options of scoring."""

    ROWS = ({"sum": {"answer": "6 * 7 is 42 #### 42"}}, {"sum": {"answer": "no mark"}})

    def validate(self, cli, write, *options):
        data = write("rows.jsonl", self.ROWS)
        math = write("reward.json", {"graders": [{"type": "math_accuracy"}]})
        return cli("validate", math, "--data", data, "--reference-column", "sum.answer", *options)

    def test_the_answer_is_taken_out(self, cli, write):
        """The one row that has none is the one that is bad."""
        result = self.validate(cli, write, "--reference-from", "hash")
        assert (result.exit_code, result.stdout.count("line ")) == (2, 1)
        assert "line 2 has the reference 'no mark', expected '####'" in result.stdout

    def test_without_it_the_message_names_the_option(self, cli, write):
        """Which the command has."""
        assert "line 1 has a reference" in self.validate(cli, write).stdout
        assert "--reference-from hash" in self.validate(cli, write).stdout


def test_a_missing_column_names_what_is_near(cli, write):
    """As scoring does."""
    data = write("data.jsonl", [{"reference_anwser": "a"}])
    result = cli("validate", write("reward.json", EQUALS), "--data", data)
    assert "did you mean 'reference_anwser'?" in result.stdout
    assert "--reference-column" in result.stdout
