# Groundplan. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# More than the cores of a small machine: terraform and clouds are waited for most of the time.
PARALLEL := -n 4 --dist loadgroup

.PHONY: help setup cdktf demo test test-slow test-fast lab test-lab check format snapshots docs bench lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: $(STAMP) ## make the virtual environment from the hashed requirements

$(STAMP): requirements/development.txt | prerequisites
	@echo "Making $(VENV) (about a minute)"
	@rm -f $@
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/development.txt
	@touch $@

.PHONY: prerequisites
prerequisites:
	@$(PYTHON) tools/prerequisites.py

demo: setup ## deploy, check and destroy examples/acme and examples/acme-google on the emulated clouds
	@$(BIN)/python main.py demo
	@$(BIN)/python main.py demo --repository examples/acme-google

CDKTF := tools/cdktf/node_modules/.package-lock.json

cdktf: $(CDKTF) ## install the CDKTF CLI (npm), which works on the same project

$(CDKTF): tools/cdktf/package-lock.json | setup
	@echo "Installing cdktf-cli (about a minute)"
	@node="$$($(BIN)/python -c 'from bindings import installed; print(installed.node().parent)')"; \
	  PATH="$$node:$$PATH" node "$$node/../lib/node_modules/npm/bin/npm-cli.js" ci \
	    --prefix tools/cdktf --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch $@

test: setup ## the tests, with the real terraform on the emulated cloud (10 minutes)
	@$(BIN)/python -m pytest $(PARALLEL) -m "not slow and not lab"

test-slow: setup cdktf ## the tests that take longest: kills, the CDKTF CLI
	@$(BIN)/python -m pytest $(PARALLEL) -m "slow and not lab"

test-fast: setup ## the tests that start no terraform
	@$(BIN)/python -m pytest $(PARALLEL) -m "not terraform and not lab"

lab: setup ## a Kubernetes API and an Argo CD on this machine, until Ctrl-C (first build: 10 minutes)
	@$(BIN)/python -m tests.lab

test-lab: setup ## the tests in that laboratory
	@$(BIN)/python -m pytest -m lab tests/lab

check: setup ## lint, types, import layers, generated docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_layers.py
	@$(BIN)/python -m manifest.reference --check

format: setup ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

snapshots: setup ## write the golden Terraform JSON anew; review the difference by eye
	@$(BIN)/python -m pytest tests/stacks -q --snapshot-update

docs: setup ## write the generated reference pages anew
	@$(BIN)/python -m manifest.reference

bench: setup ## measure side by side, print ratios
	@$(BIN)/python benchmarks/run

lock: setup ## write the hashed requirements anew
	@for set in runtime development; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate requirements/$$set.in -o requirements/$$set.txt; done

clean: ## remove what was made here
	rm -rf $(VENV) tools/cdktf/node_modules cdktf.out .mypy_cache .pytest_cache .ruff_cache .hypothesis
