# Everything one does with this folder. `make` alone checks everything.
SHELL := /bin/bash
.DEFAULT_GOAL := test
.PHONY: setup demo test fuzz worlds lint format docs programs lock clean

BIN := .venv/bin
# The locks are whole, so pip needs to work nothing out.
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13; do \
	$$name -c '$(SUPPORTED)' 2>/dev/null && echo $$name && break; done)
SECONDS ?= 600
WORLDS ?= 2000
# dbt has to be told a home and a day even where it only reads the models.
CHECK_ENV := EVENKEEL_HOME=target/check EVENKEEL_AS_OF=2026-01-01

setup: .venv/dev.stamp  ## .venv with everything locked

demo: .venv/runtime.stamp  ## a simulated organisation, from its files to its reports
	rm -rf demo
	$(BIN)/evenkeel simulate --out demo/landing --size small --seed 1 --until 2026-06-30
	$(BIN)/evenkeel run --landing demo/landing --home demo/warehouse --as-of 2026-06-30

test: setup programs lint  ## every check that this machine's programs allow
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

fuzz: .venv/dev.stamp  ## files damaged at random, for SECONDS, from a seed that no run had before
	EVENKEEL_FUZZ_SECONDS=$(SECONDS) EVENKEEL_FUZZ_SEED=$$(date +%s) $(BIN)/pytest tests/python/load/test_fuzz.py

worlds: .venv/dev.stamp  ## how often intervals hold the truth, over WORLDS worlds that no run had before
	EVENKEEL_WORLDS=$(WORLDS) EVENKEEL_WORLDS_SEED=$$(date +%s) $(BIN)/pytest tests/python/test_coverage_of_intervals.py

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	mkdir -p target/check
	$(CHECK_ENV) $(BIN)/sqlfluff lint --processes 2 models tests
	$(CHECK_ENV) $(BIN)/dbt --quiet parse --profiles-dir . --target-path target/check
	COLUMNS=200 $(BIN)/dbt-bouncer run --config-file dbt-bouncer.yml --output-only-failures

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	mkdir -p target/check
	$(CHECK_ENV) $(BIN)/sqlfluff fix models tests

docs: .venv/dev.stamp  ## the pages that are made from the contract and the catalogue
	$(BIN)/python -m evenkeel.reference

programs:  ## what some tests need besides Python: a browser, and faces for every language
	@.ci/system-packages chromium fonts-noto-core fonts-noto-cjk || echo "The tests that need them say so and are skipped."

lock: .venv-lock/bin/pip-compile  ## requirements/*.lock anew from *.in, with no address of any index
	PIP_CONFIG_FILE=/dev/null $(COMPILE) requirements/dev.in --output-file requirements/dev.lock
	PIP_CONFIG_FILE=/dev/null $(COMPILE) --constraint requirements/dev.lock requirements/runtime.in \
		--output-file requirements/runtime.lock

clean:
	rm -rf .venv .venv-lock target logs demo .mypy_cache .pytest_cache .ruff_cache .hypothesis

COMPILE := env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL .venv-lock/bin/pip-compile \
	--quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-options

.venv/%.stamp: requirements/%.lock pyproject.toml | .venv/bin/pip
	@echo "Installing what requirements/$*.lock names into .venv"
	@$(PIP) --require-hashes --requirement requirements/$*.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $@

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; install one and run make again." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/system-packages python3-venv
	$(PYTHON) -m venv .venv

.venv-lock/bin/pip-compile: | .venv/bin/pip
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet pip-tools==7.6.2
