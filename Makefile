# Each target sets up what it needs. `make demo` and `make test` work on a fresh checkout.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check

.PHONY: demo demo-grpo test test-faults trainers test-integrations test-ray check bench bench-verifiers docs picture transcripts report-pictures lock
.PHONY: redteam prove-monitor monitor-page test-corpora verdicts test-fast test-lowest test-packages test-pythons coverage hooks changelog wheel mutants clean

demo: .venv/.base
	$(BIN)/graders demo --to demo

demo-grpo: .venv/.trl
	OMP_NUM_THREADS=1 $(BIN)/python examples/grpo_cpu.py --out demo/grpo

# Six watched GRPO runs, ten minutes of a core: writes the figures and pictures of docs/monitor.md; needs Chromium.
monitor-page: .venv/.trl
	OMP_NUM_THREADS=1 $(BIN)/python examples/watched_grpo.py --out demo/watched --docs

test: .venv/.test
	$(BIN)/pytest -n 3

# For the inner loop: under a minute on two cores. What it leaves out stands in tests/conftest.py.
test-fast: .venv/.test
	$(BIN)/pytest -n 2 -m "not slow and not corpus"

# The fast tests with the oldest packages that pyproject.toml allows.
test-lowest: .venv/.nox
	$(BIN)/nox -s lowest

# The same, and with the newest packages, on each Python that we claim.
test-packages: .venv/.nox
	$(BIN)/nox -s packages

# The fast tests on every Python that is found; see noxfile.py.
test-pythons: .venv/.nox
	$(BIN)/nox -s tests

# Worker processes included; fails below the bar in pyproject.toml. It costs two thirds more time than `make test`. Left
# out: tests of full disks, where the measuring finds no room either.
coverage: .venv/.coverage
	$(BIN)/pytest -n 2 --cov --cov-report=term:skip-covered --deselect tests/offline/test_faults.py

# Wrong answers made of right ones, of which none should be paid: make redteam GOLDS=golds.jsonl MUTANTS=60000
GOLDS ?= tests/math/cases
MUTANTS ?= 5000
redteam: .venv/.test
	$(BIN)/python benchmarks/redteam_math.py $(GOLDS) $(MUTANTS)

# The monitor's whole proof: twenty hacks and honest runs of all kinds, simulated; takes an hour of two cores.
prove-monitor: .venv/.test
	$(BIN)/python -m tests.monitor.prove

# The large corpora, which `make test` leaves out.
test-corpora: .venv/.test
	$(BIN)/pytest -m corpus tests/math_corpora

# Every verdict that differs from another state of the code: make verdicts BASE=main
verdicts: .venv/.test
	$(BIN)/python tests/math/compare_verdicts.py $(BASE)

# Faults put into the code, of which the nearest tests should notice each: see tests/MUTANTS.md. SHARE=0.1 is a sample.
ONLY ?= graders
SHARE ?= 1
mutants: .venv/.mutants
	$(BIN)/python tests/mutants.py $(ONLY) $(SHARE)

# Kills a run of graders score at twenty random moments, fine-tuning jobs and their server as often, and a real job ten
# times (make trainers), where `make test` does so a few times; asks a service more.
FAULTS := tests/monitor/test_recording.py tests/offline/test_faults.py tests/service/jobs/test_kills.py tests/service/jobs/test_real_trainer.py
test-faults: .venv/.test
	FAULT_MOMENTS=20 $(BIN)/pytest -s $(FAULTS)
	SCHEMA_EXAMPLES=100 $(BIN)/pytest -s tests/service/test_faults.py tests/service/test_description.py

# What the tests of real training runs need; without it they skip.
trainers: .venv/.trl

# Contract tests against the real packages of other trainers, each in a venv of its own (gigabytes).
INTEGRATIONS := verl verifiers skyrl openrlhf
ALONE_openrlhf := openrlhf==0.11.2  # without vLLM and DeepSpeed, which want GPUs
test-integrations: $(INTEGRATIONS:%=.venv-%/.ready)
	for name in $(INTEGRATIONS); do .venv-$$name/bin/python -m pytest tests/integrations || exit 1; done

# Scoring, and fine-tuning jobs, on a Ray cluster of this machine, in a venv of its own (600 MB).
test-ray: .venv-ray/.ready
	.venv-ray/bin/python -m pytest tests/offline/test_ray_engine.py
	PATH="$(CURDIR)/.venv-ray/bin:$$PATH" .venv-ray/bin/python -m pytest tests/service/jobs/test_real_ray.py

check: .venv/.check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file tests/typing/mypy.ini

bench: .venv/.bench
	$(BIN)/python -m benchmarks

# Other rule-based verifiers on our cases, by kind: writes docs/verifiers.md. verl and lighteval come without what they
# depend on, since one file of each is all that is loaded.
bench-verifiers: .venv/.bench
	$(PIP) --no-deps verl==0.9.1 lighteval==0.13.0
	$(BIN)/python -m benchmarks.verifiers

docs: .venv/.docs
	$(BIN)/mkdocs build --strict

picture: .venv/.base
	$(BIN)/python docs/picture.py

# What commands print, in the pages that show it.
transcripts: .venv/.base
	$(BIN)/python docs/transcripts.py

# The pictures of docs/report.md; needs Chromium.
report-pictures: .venv/.base
	$(BIN)/python docs/report_pictures.py

# Runs what .pre-commit-config.yaml says before each commit.
hooks: .venv/.check .venv/.hooks
	$(BIN)/pre-commit install

# What the next release's section of the changelog would say.
changelog: .venv/.release
	$(BIN)/towncrier build --draft

# The wheel as its users get it: built, installed alone, its demo run.
wheel: .venv/.nox
	$(BIN)/nox -s wheel

lock: $(addprefix .venv/.,test check docs coverage nox hooks release)
	$(BIN)/pip freeze --exclude-editable > constraints.txt

clean:
	rm -rf .venv .venv-* .nox .coverage* demo runs site

.venv-%/.ready: pyproject.toml
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install -q "pip>=25.1"
	.venv-$*/bin/python -m pip install -q -e ".[testing,serve]" pytest pytest-xdist --group with-$*
	$(if $(ALONE_$*),.venv-$*/bin/python -m pip install -q --no-deps $(ALONE_$*))
	touch $@

# Not compiled: that takes longer than the demo, and Python compiles what it imports.
.venv/.base: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --no-compile -c constraints.txt -e ".[text]"
	touch $@

# The first pip that knows groups is 25.1.
.venv/.%: .venv/.base
	$(PIP) -U "pip>=25.1"
	$(PIP) -c constraints.txt --group $*
	touch $@
