# The two commands of README: `make demo` and `make test`. Everything is installed into .venv and nowhere else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9

.PHONY: demo test lint types contracts schema gold crash wheel check clean

demo: $(VENV)/.installed
	@$(BIN)/tracker demo

test: $(VENV)/.installed-dev
	@$(BIN)/python -m pytest -n auto --dist loadfile -q

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

contracts: $(VENV)/.installed-dev
	$(BIN)/lint-imports

schema: $(VENV)/.installed-dev
	$(BIN)/python -m tests.storage.schema_check

gold: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/gold.py

crash: $(VENV)/.installed-dev
	$(BIN)/python -m tests.crash --kills 500

wheel: $(VENV)/.installed-dev
	$(BIN)/uv build --wheel --quiet --out-dir dist .

check: lint types contracts schema test

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit("Scoretrail needs Python 3.11 or newer; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[dev,postgres]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
