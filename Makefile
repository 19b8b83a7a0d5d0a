# Everything a person types. `make help` lists it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix widgets
# What an installation is made from; a change of it makes the next `make` install, and so build, again.
SOURCES := pyproject.toml hatch_build.py $(shell find widgets -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/tests/*')

.DEFAULT_GOAL := help
.PHONY: help install install-dev install-tested constraints demo lab test lint format bench docs clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(VENV)/.installed  ## Install the workbench into .venv
install-dev: $(VENV)/.installed-dev  ## Install what tests, linters and benchmarks need too

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version). Name one: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(SOURCES) | $(BIN)/python
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: $(SOURCES) | $(BIN)/python
	$(PIP) install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed

install-tested: | $(BIN)/python  ## Install the very files that the tests ran with, each checked against its hash
	$(PIP) install --quiet --require-hashes --requirement constraints.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.installed $(VENV)/.installed-dev

constraints: install-dev  ## Write constraints.txt: the versions that are installed here, the hashes as PyPI states them
	$(PIP) install --quiet uv --editable '.[docs]'
	$(PIP) freeze --exclude-editable | sed -n 's/\(==[^+]*\).*/\1/p' > $(VENV)/tested.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11.5 --constraint $(VENV)/tested.txt \
	  --generate-hashes --no-annotate --no-config --custom-compile-command 'make constraints' --quiet \
	  --output-file constraints.txt

demo: install  ## Do the whole job once on real images: import, split, explore, train, tune, register, predict
	$(BIN)/python demo/run.py

lab: install  ## Open JupyterLab on this project
	$(BIN)/workbench lab

test: install-dev  ## Install what the tests need, then run every test
	$(BIN)/python tests/browser/install_chromium.py
	# One thread for each of the two processes: more threads than cores wait for each other.
	PATH="$(CURDIR)/$(BIN):$$PATH" OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: install-dev  ## Check style, types, import directions and the built panels
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(NPM) ci --ignore-scripts --silent --no-audit --no-fund
	$(NPM) run --silent check

format: install-dev  ## Format the code and strip notebook outputs
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/nbstripout notebooks/*.ipynb
	$(NPM) ci --ignore-scripts --silent --no-audit --no-fund
	$(NPM) run --silent format

bench: install-dev  ## Measure speed side by side with baselines
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python bench

docs: install-dev  ## Build the guides and the API reference into docs/_build
	$(PIP) install --quiet --editable '.[docs]'
	$(BIN)/python docs/pictures.py
	$(BIN)/sphinx-build -q -W --keep-going -b html -d docs/_build/doctrees docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

clean:  ## Remove caches of tools (never data under db/ or runs/)
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -type d -prune -exec rm -rf {} +
