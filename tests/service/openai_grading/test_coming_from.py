"""The page for people who come from OpenAI's graders: each example served and loaded as its tables say."""

import json
import re
import time
from pathlib import Path

import openai
import pytest

import graders
from graders import JudgeSettings, Settings
from graders.testing import FakeJudge
from graders.wire.openai.grader_documents import ROUGE_TYPES

PAGE = (Path(__file__).parents[3] / "docs/integrations/coming_from.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"(?ms)^#### \d+\. ([^\n]+)\n(.*?)(?=^#### |\Z)", PAGE))
ENGINES = re.findall(r"(?m)^\| (`(?:fuzzy|bleu|gleu|rouge)[^|]*) \|[^|]*\| ([\d.]+) \|$", PAGE)


def documents(example):
    return [json.loads(text) for text in re.findall(r"(?s)```json\n(.*?)```", example)]


def rows(example):
    """The cells of the table, as the columns of its head."""
    lines = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in example.splitlines() if line.startswith("| ")]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[1:]]


def text_of(cell):
    """A cell's text; a line end is written as in JSON."""
    return "" if cell == "(empty)" else cell.strip("`").replace("\\n", "\n").replace("\\|", "|")


def run(client, grader, output, item):
    """The reward, by a call to run, or by an eval where the output is a whole sample."""
    if not output.startswith('{"output_tools"'):
        return client.fine_tuning.alpha.graders.run(grader=grader, model_sample=output, item=item).reward
    config = {"type": "custom", "item_schema": {"type": "object"}}
    made = client.evals.create(data_source_config=config, testing_criteria=[grader])
    content = [{"item": item, "sample": json.loads(output)}]
    started = client.evals.runs.create(
        made.id, data_source={"type": "jsonl", "source": {"type": "file_content", "content": content}}
    )
    ends = time.monotonic() + 20
    while client.evals.runs.retrieve(started.id, eval_id=made.id).status != "completed" and time.monotonic() < ends:
        time.sleep(0.01)
    [row] = client.evals.runs.output_items.list(started.id, eval_id=made.id)
    return row.results[0].score


@pytest.fixture(scope="module")
def judged_client(serving, make_client):
    """A server whose judge says what a row of the page has it say."""
    said = {}
    with FakeJudge(lambda asked: next(text for words, text in said.items() if words in asked.answer)) as judge:
        settings = Settings(judge=JudgeSettings(base_url=judge.base_url, model="fake-judge"))
        with serving(settings) as address, make_client(address) as client:
            yield client, said


def test_there_are_more_than_ten_and_each_has_rows():
    """A pattern that finds none would pass every test below."""
    assert len(EXAMPLES) >= 10
    assert all(rows(example) and documents(example) for example in EXAMPLES.values())
    assert len(ENGINES) == 7


@pytest.mark.parametrize("title", EXAMPLES)
def test_served_as_the_page_says(judged_client, title):
    """Every row of the table, through the unmodified client."""
    client, said = judged_client
    theirs, *_ = documents(EXAMPLES[title])
    for row in rows(EXAMPLES[title]):
        output, item = text_of(row["output"]), json.loads(row["item"].strip("`"))
        if "the judge says" in row:
            said[output] = row["the judge says"]
        if row["served"] == "refused":
            with pytest.raises(openai.UnprocessableEntityError):
                run(client, theirs, output, item)
        else:
            assert run(client, theirs, output, item) == pytest.approx(float(row["served"]), abs=5e-4), row


@pytest.mark.parametrize("title", EXAMPLES)
@pytest.mark.filterwarnings("ignore::graders.GradersWarning")
def test_trained_with_as_the_page_says(title):
    """The translation is the definition beside it, and each row's reward its last cell; or the reasons are those."""
    theirs, *ours = documents(EXAMPLES[title])
    table = rows(EXAMPLES[title])
    if not ours:
        reasons = dict(re.findall(r"`([\w.]+)`: \.\.\. (.*?) \.\.\.", EXAMPLES[title].replace("\n", " ")))
        with pytest.raises(graders.DefinitionError) as refused:
            graders.load_reward(theirs)
        found = {one.path: one.message for one in refused.value.mistakes}
        assert found.keys() == reasons.keys()
        assert all(words in found[path] for path, words in reasons.items())
        assert {row["trained with"] for row in table} == {"refused"}
        return
    reward = graders.load_reward(theirs)
    assert reward.definition == graders.RewardComponents.model_validate(ours[0])
    for row in table:
        item = json.loads(row["item"].strip("`"))
        [value] = reward(completions=[text_of(row["output"])], **{key: [one] for key, one in item.items()})
        assert value == pytest.approx(float(row["trained with"]), abs=5e-4), row


def test_the_engines_of_the_page(judged_client):
    """The scores of the guide's pair."""
    client, _ = judged_client
    item = {"reference_answer": "fuzzy wuzzy had no hair"}
    sides = {"input": "{{sample.output_text}}", "reference": "{{item.reference_answer}}"}
    told = {name.strip("` "): score for names, score in ENGINES for name in names.split(",")}
    assert told.keys() == {"fuzzy_match", "bleu", "gleu", *ROUGE_TYPES}
    for metric, score in told.items():
        grader = {"type": "text_similarity", "evaluation_metric": metric, **sides}
        assert run(client, grader, "fuzzy wuzzy was a bear", item) == pytest.approx(float(score), abs=5e-4)
