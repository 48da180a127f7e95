# Each target sets up what it needs. `make demo` and `make test` work on a fresh checkout.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check

.PHONY: demo test check bench docs picture lock clean

demo: .venv/.base
	$(BIN)/graders demo --to demo

test: .venv/.test
	$(BIN)/pytest -n 2

check: .venv/.check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.bench
	$(BIN)/python -m benchmarks

docs: .venv/.docs
	$(BIN)/mkdocs build --strict

picture: .venv/.base
	$(BIN)/python docs/picture.py

lock: .venv/.test .venv/.check .venv/.docs
	$(BIN)/pip freeze --exclude-editable > constraints.txt

clean:
	rm -rf .venv demo site

.venv/.base: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) -U "pip>=25.1"
	$(PIP) -c constraints.txt -e .
	touch $@

.venv/.%: .venv/.base
	$(PIP) -c constraints.txt --group $*
	touch $@
