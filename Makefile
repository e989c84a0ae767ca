# `make brief` and `make test` need only Python >= 3.11, make and a package index (as pip is configured to find one).

PYTHON ?= python3
VENV   ?= .venv
TREATY ?= treaties/cases/aurora.toml

BIN   := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY    := $(BIN)/python
STAMP  = $(VENV)/.stamp-$(shell cat requirements.lock pyproject.toml | cksum | tr ' ' '-')

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help setup brief test test-slow lint types lock bench clean

help:  ## Say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(STAMP)  ## Make the environment: locked, hashed, wheels only, this folder installed in place

# The stamp's name is a checksum of the lock and of pyproject.toml: when either changes, the environment is renewed.
$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up $(VENV) (once, a minute or two) ..."
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@rm -f $(VENV)/.stamp-*
	@$(PY) -m pip install -qq --require-hashes --only-binary :all: -r requirements.lock
	@$(PY) -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

brief: $(STAMP)  ## Brief a treaty: make brief [TREATY=my_treaty.toml]
	@$(BIN)/servanda brief $(TREATY)

test: $(STAMP)  ## Run the tests, doctests included, without the slow tail
	@$(PY) -m pytest -n auto $(PYTEST_ARGS)

test-slow: $(STAMP)  ## Run only the slow tail
	@$(PY) -m pytest -n auto -m slow $(PYTEST_ARGS)

lint: $(STAMP)  ## Check style and the layers of the architecture
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: $(STAMP)  ## Check types
	@$(BIN)/mypy

lock: $(STAMP)  ## Renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --all-extras --python-version 3.11 \
		pyproject.toml --output-file requirements.lock
	@! grep -n '://' requirements.lock

bench: $(STAMP)  ## Time the solvers against their peers
	@$(PY) -m tests.benchmarks $(BENCH_ARGS)

clean:  ## Remove the environment and everything that was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find games treaties tests -name __pycache__ -type d -prune -exec rm -rf {} +
