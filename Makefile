# `make demo` and `make test` do all the set-up on a machine that has Python 3.11, a C compiler and make.
.DEFAULT_GOAL := help
.PHONY: help demo test test-all lint lit pytest format fuzz bench pages lock clean
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

BIN := .venv/bin
JOBS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist=worksteal
LIT := $(BIN)/lit -sv -j$(JOBS)

# Stamps: a set-up is done again when what it was made from has changed.
PROJECT := pyproject.toml setup.py requirements.txt tools/setup.sh tools/system_packages.sh
RUNTIME := $(wildcard runtime/*.c runtime/*.h runtime/*.inc runtime/build_runtime.py)
DEMO := .venv/demo.stamp
TEST := .venv/test.stamp
BENCH := .venv/bench.stamp
EXTENSION := .venv/extension.stamp
FRESH = @$(MAKE) -s $(EXTENSION)

$(DEMO): $(PROJECT)
	@tools/setup.sh demo
	@touch $@ $(EXTENSION)

$(TEST): $(PROJECT)
	@tools/setup.sh test
	@touch $@ $(DEMO) $(EXTENSION)

$(BENCH): $(PROJECT)
	@tools/setup.sh bench
	@touch $@ $(TEST) $(DEMO) $(EXTENSION)

$(EXTENSION): $(RUNTIME)
	@tools/setup.sh extension
	@touch $@

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

demo: $(DEMO) ## renders an example to a WAV file and says what it did
	$(FRESH)
	@$(BIN)/python examples/demo.py

test: lint lit pytest ## every check but the slow ones: lint, types, lit, pytest

test-all: lint lit ## every check, also the slow tests, and lit's tests as programs
	$(LIT) --param processes=1 test
	$(PYTEST)

lint: $(TEST) ## ruff and pyright
	$(BIN)/ruff check .
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright --pythonpath $(BIN)/python

# In CI also as programs: the in-process runner is not to hide a difference.
lit: $(TEST) ## the IR tests
	$(FRESH)
	$(LIT) test
	$(if $(CI),$(LIT) --param processes=1 test)

pytest: $(TEST) ## the behaviour tests, without the slow ones
	$(FRESH)
	$(PYTEST) -m "not slow" --figures=build/figures.json

fuzz: $(TEST) ## property tests with many new examples: 2,000 programs on every backend, and what they used
	$(FRESH)
	$(PYTEST) -m fuzz --hypothesis-profile=fuzz

bench: $(BENCH) ## measurements; installs the peers that dspc is compared with
	$(FRESH)
	$(BIN)/python bench/run.py

format: $(TEST) ## formats the Python files
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pages: $(TEST) ## writes the pages that are made of the code: errors, examples, the library and its plots
	$(FRESH)
	$(BIN)/python tools/errors_page.py
	$(BIN)/python tools/examples_page.py
	$(BIN)/python tools/library_page.py

lock: $(BENCH) ## writes requirements.txt from what .venv holds
	$(BIN)/python tools/lock.py > requirements.txt.new
	mv requirements.txt.new requirements.txt

clean: ## removes what was built, .venv too
	rm -rf .venv build dist out *.egg-info .pytest_cache .ruff_cache .hypothesis runtime/_runtime*
	find . -name __pycache__ -prune -exec rm -rf {} +
