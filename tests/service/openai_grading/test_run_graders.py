"""The grader API through the unmodified `openai` client, over real sockets."""

import asyncio
import threading
import time

import openai
import pytest

from graders import JudgeSettings, Settings
from graders.service.openai_grading.grades import FLAGS
from graders.testing import FakeJudge
from graders.testing.fake_judge import Fault, RawContent, exact

pytestmark = pytest.mark.filterwarnings("ignore::graders.BatchWarning")  # single rows, some without an answer

OUTPUT, ANSWER = "{{sample.output_text}}", "{{item.reference_answer}}"
GUIDE_PAIR = {"sample": "fuzzy wuzzy was a bear", "item": {"reference_answer": "fuzzy wuzzy had no hair"}}
SIMILAR = {"fuzzy_match": 0.7556, "bleu": 0.2136, "gleu": 0.2143, "rouge_1": 0.4, "rouge_2": 0.25, "rouge_l": 0.4}
SIMILAR |= dict.fromkeys(("rouge_3", "rouge_4", "rouge_5"), 0.0)


def string_check(operation="eq", text=OUTPUT, reference=ANSWER, **more):
    return {
        "type": "string_check",
        "name": "check",
        "operation": operation,
        "input": text,
        "reference": reference,
        **more,
    }


def similarity(metric, **more):
    document = {"type": "text_similarity", "name": "alike", "evaluation_metric": metric}
    return {**document, "input": OUTPUT, "reference": ANSWER, **more}


def score_model(**more):
    said = [{"role": "user", "content": f"Score {OUTPUT} by {ANSWER}."}]
    return {"type": "score_model", "name": "score", "model": "gpt-4o", "input": said, **more}


def label_model(**more):
    said = [
        {"role": "developer", "content": "Classify."},
        {"role": "user", "content": [{"type": "input_text", "text": OUTPUT}]},
    ]
    labels = {"labels": ["good", "bad"], "passing_labels": ["good"]}
    return {"type": "label_model", "name": "label", "model": "gpt-4o", "input": said, **labels, **more}


def run(client, grader, sample, item=None):
    return client.fine_tuning.alpha.graders.run(grader=grader, model_sample=sample, item=item or {})


@pytest.mark.parametrize(
    ("operation", "sample", "reward"),
    [
        ("eq", "Paris", 1),
        ("eq", "Paris ", 0),
        ("ne", "Rome", 1),
        ("neq", "Paris", 0),
        ("like", "It is Paris.", 1),
        ("like", "it is paris.", 0),
        ("ilike", "it is paris.", 1),
        ("ilike", "Par", 0),
    ],
)
def test_string_checks(client, operation, sample, reward):
    """The whole output is compared as it is; like looks for the reference in the input, never the reverse."""
    reply = run(client, string_check(operation), sample, {"reference_answer": "Paris"})
    assert (reply.reward, reply.sub_rewards, reply.metadata.type) == (reward, {}, "string_check")


def test_every_key_of_a_reply_is_there(client):
    """Other languages' clients take none for granted that may be missing."""
    raw = client.fine_tuning.alpha.graders.with_raw_response.run(
        grader=string_check(), model_sample="x", item={"reference_answer": "x"}
    )
    reply = raw.http_response.json()
    assert set(reply) == {"reward", "sub_rewards", "metadata", "model_grader_token_usage_per_model"}
    keys = {
        "name",
        "type",
        "errors",
        "execution_time",
        "scores",
        "token_usage",
        "sampled_model_name",
        "engines",
        "details",
    }
    assert set(reply["metadata"]) == keys
    assert reply["metadata"]["execution_time"] >= 0
    details = (
        "python_grader_server_error_type",
        "python_grader_runtime_error_details",
        "model_grader_server_error_details",
    )
    assert reply["metadata"]["errors"] == {**dict.fromkeys(FLAGS, False), **dict.fromkeys(details)}


@pytest.mark.parametrize(("metric", "score"), SIMILAR.items())
def test_similarities_of_the_guides_pair(client, metric, score):
    """Each by a named engine; long texts, which go to a worker, get the same score as short ones."""
    reply = run(client, similarity(metric), GUIDE_PAIR["sample"], GUIDE_PAIR["item"])
    assert reply.reward == pytest.approx(score, abs=5e-5)
    assert any(word in reply.metadata.engines["text_similarity"] for word in ("rapidfuzz", "nrefs:1", "GLEU"))
    long = " ".join(f"word{number}" for number in range(1000))
    assert run(client, similarity(metric), long, {"reference_answer": long}).reward == pytest.approx(1)


def test_a_number_and_an_object_are_json_text(client):
    """As the templates' rules say."""
    item = {"reference_answer": 1.5, "deep": {"list": [{"a": True}]}}
    assert run(client, string_check(), "1.5", item).reward == 1
    assert run(client, string_check(reference="{{ item.deep['list'][0] }}"), '{"a": true}', item).reward == 1


def test_output_json_is_there_where_the_sample_is_json(client):
    """Fields of it by dots; an unreadable sample is told by two flags."""
    grader = string_check(text="{{sample.output_json.city}}")
    assert run(client, grader, '{"city": "Paris"}', {"reference_answer": "Paris"}).reward == 1
    reply = run(client, grader, "city: Paris", {"reference_answer": "Paris"})
    errors = reply.metadata.errors
    assert (reply.reward, errors.sample_parse_error, errors.invalid_variable_error) == (0, True, True)


def test_two_missing_fields_are_never_equal(client):
    """A variable that isn't there is an error with its name, not an empty text."""
    reply = run(client, string_check(text="{{item.a}}", reference="{{item.b}}"), "x")
    assert (reply.reward, reply.metadata.errors.invalid_variable_error) == (0, True)
    assert "item.a" in reply.metadata.details
    assert "item.b" in reply.metadata.details


def test_braces_in_a_completion_are_never_read(client):
    """What is put in is not filled in again: no completion can name the reference."""
    reply = run(client, string_check(), ANSWER, {"reference_answer": "Paris"})
    assert (reply.reward, reply.metadata.errors.invalid_variable_error) == (0, False)


def test_our_own_types_alone_and_in_a_multi(client):
    """By their own rules: the answer block of a completion, mathematics instead of characters."""
    completion, item = "<think>half</think><answer>0.5</answer>", {"reference_answer": "1/2"}
    assert run(client, {"type": "math_accuracy"}, completion, item).reward == 1
    graders = {"math": {"type": "math_accuracy"}, "form": {"type": "format_check"}, "text": string_check()}
    multi = {"type": "multi", "name": "all", "graders": graders, "calculate_output": "max(math, text) * form - 0.25"}
    reply = run(client, multi, completion, item)
    assert (reply.reward, reply.sub_rewards) == (0.75, {"math": 1, "form": 1, "text": 0})
    missing = run(client, {"type": "math_accuracy"}, completion, {})
    assert (missing.reward, missing.metadata.errors.invalid_variable_error) == (0, True)
    bad = run(client, {"type": "math_accuracy"}, completion, {"reference_answer": "n/a"})
    assert (bad.reward, bad.metadata.errors.other_error) == (0, True)


def test_a_formula_without_a_value_is_flagged(client):
    """A division by zero for this row is a flag and 0, not an exception."""
    multi = {"type": "multi", "graders": {"a": string_check()}, "calculate_output": "1 / a"}
    reply = run(client, multi, "Rome", {"reference_answer": "Paris"})
    assert (reply.reward, reply.metadata.errors.formula_parse_error) == (0, True)
    assert run(client, multi, "Paris", {"reference_answer": "Paris"}).reward == 1


def test_a_missing_part_leaves_no_score(client):
    """Whatever the formula says of a zero."""
    graders = {"a": string_check(reference="{{item.nothing}}"), "b": string_check()}
    multi = {"type": "multi", "graders": graders, "calculate_output": "0.5*b + 0.5 - 0.5*a"}
    reply = run(client, multi, "Paris", {"reference_answer": "Paris"})
    assert (reply.reward, reply.metadata.errors.invalid_variable_error) == (0, True)
    assert reply.sub_rewards == {"a": 0, "b": 1}


@pytest.mark.parametrize(
    "grader",
    [
        string_check("ilike"),
        similarity("gleu", pass_threshold=0.5),
        {"type": "math_accuracy"},
        {
            "type": "multi",
            "name": "m",
            "graders": {"a": string_check(), "b": similarity("bleu")},
            "calculate_output": "min(a, b)",
        },
    ],
)
def test_a_valid_grader_comes_back_as_it_was(client, grader):
    """Raw: the client reads a multi into a type that it is not."""
    raw = client.fine_tuning.alpha.graders.with_raw_response.validate(grader=grader)
    assert raw.http_response.json() == {"grader": grader}


BAD = {
    "python": ({"type": "python", "source": "def grade(s, i): return 1"}, "write_your_own"),
    "cosine": (similarity("cosine"), "OpenAI's embeddings"),
    "meteor": (similarity("meteor"), "nltk.downloader wordnet"),
    "unknown type": ({"type": "sting_check"}, "did you mean 'string_check'"),
    "operation": (string_check("equal"), "expected 'eq', 'ne', 'neq', 'like' or 'ilike'"),
    "namespace": (string_check(text="{{output_text}}"), "did you mean {{item.output_text}}"),
    "no judge": (score_model(), "GRADERS_JUDGE_BASE_URL"),
    "list of graders": ({"type": "multi", "graders": [string_check()], "calculate_output": "a"}, "an object from keys"),
    "nested": (
        {
            "type": "multi",
            "graders": {"a": {"type": "multi", "graders": {}, "calculate_output": "1"}},
            "calculate_output": "a",
        },
        "one formula over all graders",
    ),
    "formula": ({"type": "multi", "graders": {"a": string_check()}, "calculate_output": "0.5 * a)"}, "character 8"),
    "key": (
        {"type": "multi", "graders": {"a-b": string_check()}, "calculate_output": "1"},
        "can't be named in a formula",
    ),
    "variable": ({"type": "multi", "graders": {"aa": string_check()}, "calculate_output": "a"}, "did you mean 'aa'"),
    "no object": ("string_check", "expected a grader"),
}


@pytest.mark.parametrize(("grader", "words"), BAD.values(), ids=BAD)
def test_what_is_refused_says_what_to_do(client, grader, words, monkeypatch):
    """A 422 with the client's own error class, from validate and from run alike; the envelope is that API's."""
    for call in ("validate", "run"):
        more = {} if call == "validate" else {"model_sample": "x", "item": {"reference_answer": "x"}}
        with pytest.raises(openai.UnprocessableEntityError) as refused:
            getattr(client.fine_tuning.alpha.graders, call)(grader=grader, **more)
        assert words in refused.value.message
        assert set(refused.value.body) == {"message", "type", "param", "code"}
        assert refused.value.body["param"].startswith("grader")


def test_all_mistakes_come_at_once(client):
    """Each with its place."""
    graders = {
        "a": string_check("equal", text="{{x}}"),
        "b": {"type": "nothing"},
        "c": {"type": "llm", "temperature": 9},
    }
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        client.fine_tuning.alpha.graders.validate(
            grader={"type": "multi", "graders": graders, "calculate_output": "a +"}
        )
    for place in (
        "graders.a.operation",
        "graders.a.input",
        "graders.b.type",
        "graders.c.temperature",
        "calculate_output",
    ):
        assert place in refused.value.message


def test_azures_paths_and_errors_of_a_request(address, make_client):
    """The same behind the other prefix; a wrong key, a wrong body and a path that isn't there in the envelope."""
    with make_client(address, "/openai/v1") as azure:
        assert run(azure, string_check(), "x", {"reference_answer": "x"}).reward == 1
        with pytest.raises(openai.NotFoundError, match="nothing at"):
            azure.post("/fine_tuning/alpha/graders/nothing", cast_to=object)
        with pytest.raises(openai.UnprocessableEntityError, match="model_sample"):
            azure.fine_tuning.alpha.graders.run(grader=string_check(), model_sample=3)
        with pytest.raises(openai.UnprocessableEntityError, match="item"):
            azure.fine_tuning.alpha.graders.run(grader=string_check(), model_sample="x", item=[1])
    with (
        openai.OpenAI(base_url=f"{address}/v1", api_key="wrong", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        run(stranger, string_check(), "x")


SAID = {
    "refuse": Fault("refusal"),
    "ramble": RawContent("about a half"),
    "word": RawContent('{"result": "high"}'),
    "down": Fault("500"),
    "rotten": "bad",
    "fine": "good",
    "half": "0.5",
}
"""What the judge of these tests says of a text with such a word."""


def verdict(asked):
    if asked.reference is not None:
        return exact(asked)
    return next((said for word, said in SAID.items() if word in asked.answer), "7.5")


@pytest.fixture(scope="module")
def judged(serving, make_client):
    """A client of a server with a judge, and the judge."""
    with FakeJudge(verdict, latency=lambda asked: 3 * ("slow" in asked.answer)) as judge:
        found = JudgeSettings(base_url=judge.base_url, model="fake-judge", backoff_base=0.001, max_attempts=2)
        with serving(Settings(judge=found)) as address, make_client(address) as client:
            yield client, judge


def test_model_graders_ask_the_judge_of_the_settings(judged):
    """The name in the request changes nothing; a score is cut to its range, a passing label is 1."""
    client, judge = judged
    reply = run(client, score_model(range=[0, 5]), "x", {"reference_answer": "y"})
    assert (reply.reward, reply.metadata.sampled_model_name) == (5, "fake-judge")
    assert judge.asked[-1].answer == "Score x by y."
    usage = reply.api_model_grader_token_usage_per_model
    assert usage["fake-judge"]["total_tokens"] == reply.metadata.token_usage > 0
    assert run(client, label_model(), "fine").reward == 1
    assert run(client, label_model(), "rotten").reward == 0
    assert client.fine_tuning.alpha.graders.validate(grader=label_model()).grader.type == "label_model"
    graders = {"s": score_model(range=[0, 10]), "e": string_check()}
    multi = {"type": "multi", "graders": graders, "calculate_output": "s / 10 * e"}
    assert run(client, multi, "y", {"reference_answer": "y"}).reward == 0.75
    assert {asked.body["model"] for asked in judge.asked} == {"fake-judge"}


@pytest.mark.parametrize(("word", "flag"), [("refuse", "refusal"), ("ramble", "parse"), ("word", "parse")])
def test_a_judge_that_the_sample_breaks_is_a_zero_with_its_flag(judged, word, flag):
    """And can pay nothing under a formula that takes it away."""
    client, _ = judged
    reply = run(client, score_model(), word, {"reference_answer": "y"})
    errors = reply.metadata.errors.model_dump(by_alias=True)
    assert (reply.reward, errors[f"model_grader_{flag}_error"]) == (0, True)
    graders = {"s": score_model(), "e": string_check()}
    for formula, reward in (("0.5*e + 0.5*s", 0.5), ("e - 0.5*s", 0.0)):
        multi = {"type": "multi", "graders": graders, "calculate_output": formula}
        assert run(client, multi, word, {"reference_answer": word}).reward == reward


def test_a_judge_out_of_reach_is_an_error_that_clients_retry(judged):
    """Never a reward: the policy isn't to blame."""
    client, judge = judged
    before = judge.calls
    with pytest.raises(openai.InternalServerError) as failed:
        run(client, score_model(), "down", {"reference_answer": "y"})
    assert failed.value.status_code == 503
    assert failed.value.response.headers["retry-after"]
    assert judge.calls == before + 2


def test_no_request_names_an_address(judged):
    """A URL, a key or an endpoint in a grader is never used."""
    client, _ = judged
    with FakeJudge("0") as other:
        named = {"base_url": other.base_url, "endpoint": other.base_url, "api_key": "k", "api_base": other.base_url}
        reply = run(client, score_model(**named, sampling_params=named), "half", {"reference_answer": "y"})
    assert (reply.reward, other.calls) == (0.5, 0)


def test_our_own_judge_in_a_multi(judged):
    """llm asks in its own words, the same judge."""
    client, judge = judged
    graders = {"judge": {"type": "llm", "prompt": "{{item.question}}"}, "same": string_check()}
    multi = {"type": "multi", "graders": graders, "calculate_output": "0.5 * judge + 0.5 * same"}
    item = {"reference_answer": "Paris", "question": "The capital?"}
    reply = run(client, multi, "<answer>It is Paris.</answer>", item)
    assert (reply.reward, reply.sub_rewards) == (0.5, {"judge": 1, "same": 0})
    assert (judge.asked[-1].question, judge.asked[-1].reference) == ("The capital?", "Paris")


def test_singles_do_not_wait_for_a_slow_judge(judged):
    """A judge that takes its time holds nobody else up."""
    client, judge = judged
    before = judge.calls
    slow = threading.Thread(target=run, args=(client, score_model(), "slow", {"reference_answer": "y"}))
    slow.start()
    while judge.calls == before:
        time.sleep(0.005)
    for _ in range(3):
        assert run(client, string_check(), "x", {"reference_answer": "x"}).reward == 1
    assert slow.is_alive()
    slow.join()


def test_the_asynchronous_client(address):
    """Twenty at once, each its own answer."""

    async def all_of_them():
        async with openai.AsyncOpenAI(base_url=f"{address}/v1", api_key="a-key-of-the-tests-0123") as client:
            calls = [
                client.fine_tuning.alpha.graders.run(
                    grader=string_check(), model_sample=str(number), item={"reference_answer": str(number % 2)}
                )
                for number in range(20)
            ]
            return [reply.reward for reply in await asyncio.gather(*calls)]

    assert asyncio.run(all_of_them()) == [1, 1] + [0] * 18
