# Everything a checkout needs: `make bill` shows the product, `make test` proves it.
# Every target sets the environment up by itself; the second time it does so without a network.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := data/sample
ACCOUNTS ?= 5000
EVENTS ?= 2000000
SEED ?= 7
PERIOD ?= 2026-10

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev sample bill lab test lint notebooks bench bench-full lock clean distclean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## make .venv with what runs the product
	@bash tools/setup.sh "$(PYTHON)" "$(VENV)" requirements.txt

setup-dev: ## make .venv with what tests it, too
	@bash tools/setup.sh "$(PYTHON)" "$(VENV)" requirements-dev.txt

sample: setup ## write the sample company's events and customers, if absent
	@test -f $(SAMPLE)/manifest.json || $(BIN)/python -m data.generate \
	  --accounts $(ACCOUNTS) --events $(EVENTS) --seed $(SEED) --period $(PERIOD) --out $(SAMPLE)

bill: sample ## bill the sample company's month
	@$(BIN)/ratebook bill

lab: setup ## open the notebooks
	@$(BIN)/jupyter lab notebooks

test: setup-dev lint ## every check that CI runs
	@$(BIN)/pytest tests -q -n 2 --dist loadfile
	@$(MAKE) --no-print-directory notebooks

lint: setup-dev ## style and types
	@$(BIN)/ruff check .
	@$(BIN)/mypy engine dsl notebooks/workbench data

notebooks: setup-dev ## run every notebook and compare its stored outputs
	@if compgen -G 'notebooks/*.ipynb' > /dev/null; then \
	  $(BIN)/pytest --nbval --nbval-current-env $(addprefix --nbval-sanitize-with ,$(wildcard notebooks/nbval.cfg)) -q -n 2 --dist loadfile notebooks; \
	fi

bench: setup-dev ## the small benchmarks
	@$(BIN)/python -m benchmarks

bench-full: setup-dev ## the release figures; takes long
	@$(BIN)/python -m benchmarks --full

lock: setup-dev ## rewrite the pinned requirements from pyproject.toml
	@bash tools/lock.sh $(BIN)/uv

clean: ## remove what the other targets wrote, but keep .venv
	@rm -rf $(SAMPLE) data/workspaces build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find reports -mindepth 1 ! -name README.md -delete
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## and remove .venv
	@rm -rf $(VENV)
