# `make brief` and `make test` need only Python >= 3.11, make and a package index (as pip is configured to find one).

PYTHON ?= python3
VENV   ?= .venv
TREATY ?= treaties/cases/aurora.toml

BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY  := $(BIN)/python

export PIP_DISABLE_PIP_VERSION_CHECK = 1

# What a target needs is installed when it is first made: the core, and the extras test, dev, handbook and mutants of
# pyproject.toml.  A stamp's name is a checksum of the lock and of pyproject.toml: when either changes, it is renewed.
SUM  := $(shell cat requirements.lock pyproject.toml | cksum | tr ' ' '-')
CORE := $(VENV)/.stamp-core-$(SUM)
needs = $(VENV)/.stamp-$(1)-$(SUM)

# Of requirements.lock: the sections of the core, and those of one extra.  pip would compile all modules ahead, which
# takes longer than all the rest of the setting up, and most are never imported; those that are, the core compiles once.
define install
	@echo "Setting up $(VENV) for $(1) (once) ..."
	@rm -f $(VENV)/.stamp-$(1)-*
	@awk -v extra=' $(1) ' '/^# for / { wanted = $$0 " "; keep = index(wanted, " core ") || index(wanted, extra) } keep' \
		requirements.lock > $(VENV)/$(1).lock
	@$(PY) -m pip install -qq --no-compile --require-hashes --only-binary :all: -r $(VENV)/$(1).lock
endef

.DEFAULT_GOAL := help
.PHONY: help setup brief test test-slow lint types lock bench handbook mutants fuzz clean

help:  ## Say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(CORE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(call install,core)
	@$(PY) -m pip install -qq --no-deps --no-build-isolation --editable .
	@PYTHONDONTWRITEBYTECODE= $(PY) -c 'import treaties.assessing.assess, treaties.briefing.write, treaties.command_line.main'
	@touch $@

$(VENV)/.stamp-%-$(SUM): $(CORE)
	$(call install,$*)
	@touch $@

setup: $(call needs,dev)  ## Make the developer's environment: locked, hashed, wheels only, this folder installed in place

brief: $(CORE)  ## Brief a treaty: make brief [TREATY=my_treaty.toml]
	@$(BIN)/servanda brief $(TREATY)

test: $(call needs,test)  ## Run the tests, doctests included, without the slow tail
	@$(PY) -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

test-slow: $(call needs,test)  ## Run the slow tail, campaigns too, and search for counter-examples: make test-slow [SEED=1]
	@seed=$${SEED:-$$($(PY) -c 'import secrets; print(secrets.randbelow(10**9))')}; \
	echo "Counter-examples are searched from seed $$seed; to search there again: make test-slow SEED=$$seed"; \
	$(PY) -m pytest -n auto --dist worksteal -m "slow or campaign or hypothesis" --hypothesis-profile=search --hypothesis-seed=$$seed $(PYTEST_ARGS)

lint: $(call needs,dev)  ## Check style and the layers of the architecture
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: $(call needs,dev)  ## Check types
	@$(BIN)/mypy

lock: $(call needs,dev)  ## Renew requirements.lock from pyproject.toml
	@PATH="$(abspath $(BIN)):$$PATH" $(PY) .ci/lock.py

bench: $(call needs,test)  ## Time the solvers against their peers
	@$(PY) -m tests.benchmarks $(BENCH_ARGS)

handbook: $(call needs,handbook)  ## Build the handbook as pages to read offline, in build/handbook
	@$(BIN)/mkdocs build --strict -f papers/handbook/mkdocs.yml

mutants: $(call needs,mutants)  ## Change the code in hundreds of places and see that tests notice (an hour or two)
	@$(PY) -m tests.mutants $(MUTANTS_ARGS)

fuzz: $(call needs,test)  ## Break files and command lines for five minutes: make fuzz [FUZZ_ARGS="--count 100000"]
	@$(PY) -m tests.fuzz $(FUZZ_ARGS)

clean:  ## Remove the environment and everything that was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find games treaties tests -name __pycache__ -type d -prune -exec rm -rf {} +
