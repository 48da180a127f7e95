"""What is refused at the create, in words, and what a request may never do."""

import pytest

import graders
from graders.service.jobs.order import LORA_EXTRAS, trainer_words


@pytest.fixture
def service(fine_tuning):
    return fine_tuning(models={"plain": "/models/steps=3"}, without_lora={"plain"})


@pytest.fixture
def mistakes(service, asked, uploaded):
    """What is wrong with a request, by place."""

    def mistakes(files=None, machine=None, **job):
        document = asked(files or [uploaded(service)], **job)
        document["infrastructure_config"].update(machine or {})
        with pytest.raises(graders.DefinitionError) as caught:
            service.check(document)
        return {mistake.path: mistake.sentence for mistake in caught.value.mistakes}

    return mistakes


def test_all_mistakes_at_once(mistakes):
    found = mistakes(
        ["file-1"], model="quik", lora_config={"extras": {"megatron_core": "os"}}, n_epochs=0, machine={"n_accel": -1}
    )
    assert found.keys() == {
        "training_config.model",
        "training_config.training_files[0]",
        "training_config.n_epochs",
        "training_config.lora_config.extras.megatron_core",
        "infrastructure_config.n_accel",
    }
    assert found["training_config.model"].endswith("did you mean 'quick'?")


@pytest.mark.parametrize(
    "name",
    [
        "megatron_core",
        "auto_mapping",
        "base_model_name_or_path",
        "init_lora_weights",
        "loftq_config",
        "corda_config",
        "eva_config",
        "revision",
        "layers_pattern",
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_nothing_of_peft_that_names_modules_or_files(mistakes, name, inside):
    lora = {"extras": {name: "x"}} if inside else {name: "x"}
    [(place, sentence)] = mistakes(lora_config=lora).items()
    assert place.endswith(name)
    assert sentence.startswith("may not be set by a request, expected one of alpha_pattern")


@pytest.mark.parametrize(
    "extras",
    [
        {"target_modules": "(a+)+b"},
        {"rank_pattern": {"(a+)+": 3}},
        {"alpha_pattern": {"a": "x"}},
        {"modules_to_save": [{}]},
        {"target_modules": ["x" * 20_000]},
    ],
)
def test_no_pattern_of_a_request_reaches_a_regular_expression(mistakes, extras):
    assert mistakes(lora_config={"extras": extras})


def test_what_may_be_set(service, asked, uploaded):
    extras = {"target_modules": ["q_proj", "v_proj"], "use_rslora": True, "rank_pattern": {"model.q_proj": 3}}
    assert extras.keys() <= LORA_EXTRAS
    service.check(asked([uploaded(service)], lora_config={"extras": extras}))


def test_a_model_without_adaptation(mistakes):
    assert "takes no low-rank adaptation" in mistakes(model="plain", lora_config={})["training_config.lora_config"]


def test_a_judge_is_the_servers_alone(mistakes, monkeypatch):
    monkeypatch.delenv("GRADERS_JUDGE_BASE_URL", raising=False)
    reward = {"graders": [{"type": "llm", "model": "x", "endpoint": "http://169.254.169.254/"}]}
    found = mistakes(reward_components=reward)
    assert any("judge" in sentence for sentence in found.values())
    assert "169.254" not in str(found)


def test_numbers_beyond_bounds(mistakes):
    found = mistakes(n_epochs=10**400, max_length=-5, n_checkpoints=0)
    assert found["training_config.n_epochs"] == "got a number of many digits, expected 1 to 1000000000"
    assert len(found) == 3


def test_too_many_graders(mistakes):
    found = mistakes(reward_components={"graders": [{"type": "math_accuracy"}] * 101})
    assert found == {"training_config.reward_components.graders": "has more than 100 entries"}


def test_files_that_do_not_fit(mistakes, service):
    file_id, path = service.files.unfinished("jsonl")
    path.write_text('{"messages": []}\n')
    faults = {"sft": "line 1 has no 'messages'"}
    stored = service.files.keep(file_id, path, filename="a.jsonl", purpose="fine-tune", faults=faults)
    found = mistakes([stored.id], fine_tune_type="STANDARD")
    assert found == {"training_config.training_files[0]": "'a.jsonl': line 1 has no 'messages'"}
    file_id, path = service.files.unfinished("tar")
    path.write_text("x")
    stored = service.files.keep(file_id, path, filename="a.tar", purpose="fine-tune-result", faults={})
    assert "is no training file" in mistakes([stored.id])["training_config.training_files[0]"]


def test_references_are_tried_before_the_job_is_taken(service, asked, uploaded):
    from graders.service.jobs.training_data import reference_faults

    rows = [{"prompt": "x", "reference_answer": "1"}, {"prompt": "x", "reference_answer": "n/a"}, {"prompt": "y"}]
    order = service.check(asked([uploaded(service, rows)]))
    [mistake] = order.faults([reference_faults(order.reward, path) for path in order.files])
    assert mistake.path == "training_config.training_files[0]"
    assert "2 of 3 rows can't be used: line 2 has a reference" in mistake.message
    assert "; line 3 " in mistake.message


def test_no_word_of_a_request_is_an_option_of_the_trainer(job_settings):
    flags = {"answer_source": "boxed", "think_prefilled": True}
    settings = job_settings(reward_flags=flags)
    assert trainer_words(settings, "request.json", {})[-2:] == ["--answer-source=boxed", "--think-prefilled"]
    words = trainer_words(job_settings(), "request.json", {"output_dir": "a --debug", "files.file-1": "x=y"})
    assert words[-4:] == ["--set", 'output_dir="a --debug"', "--set", 'files.file-1="x=y"']


def test_the_servers_files_are_read_at_its_start(job_settings, tmp_path):
    from graders.service.jobs.fine_tuning import FineTuning

    options = tmp_path / "options.toml"
    options.write_text("num_generation = 4\n")
    with pytest.raises(graders.DefinitionError, match="did you mean 'num_generations'"):
        FineTuning(job_settings(training_options=options))
    options.write_text("num_generations = 4\n")
    service = FineTuning(job_settings(training_options=options))
    service.start()
    service.stop()


def test_a_database_in_a_folder_of_its_own(job_settings, tmp_path, cli):
    from graders.service.jobs.fine_tuning import FineTuning

    service = FineTuning(job_settings(database_folder=tmp_path / "local"))
    service.start()
    assert {path.name for path in service.settings.folder.iterdir()} == {"files", "jobs"}
    service.stop()
    assert cli("jobs", "list", "--folder", tmp_path / "local").exit_code == 0


def test_a_folder_of_another_version(job_settings):
    import sqlite3

    from graders.service.jobs.tables.database import NAME, Database

    settings = job_settings()
    settings.folder.mkdir(parents=True)
    Database(settings.folder).close()
    with sqlite3.connect(settings.folder / NAME) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(graders.DataError, match="written by a newer version"):
        Database(settings.folder)
    (settings.folder / NAME).write_text("no database " * 1000)
    with pytest.raises(graders.DataError, match="can't be used as a database"):
        Database(settings.folder)


def test_a_transaction_is_whole_or_not_there(job_settings):
    from graders.service.jobs.job_book import JobBook

    book = JobBook(job_settings().folder)

    def broken_off():
        with book.database.write():
            job = book.queue({"training_config": {}}, "me", "digest", 5)
            assert book.jobs.get(job.id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    assert book.jobs.all() == []
    assert book.database.all("SELECT * FROM events") == []
    book.close()
