# What a person does with this repository, a word each. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench docs messages locks
MAKEFLAGS += --no-print-directory
PYTHON ?= python3
UV ?= uv
PORT ?= 8000
# One more than the processors of a small machine: tests wait for browsers and servers.
WORKERS ?= 3
BIN := .venv/bin

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

demo: ## Set everything up and serve the demonstration programme on this machine
	@$(PYTHON) tools/environment.py
	@$(BIN)/kumppani demo --port $(PORT)

test: ## Set everything up and pass every check and test, on SQLite and on PostgreSQL
	@$(PYTHON) tools/environment.py --dev
	@KUMPPANI_TEST_MADE=$$(mktemp -d) && export KUMPPANI_TEST_MADE && trap 'rm -rf "$$KUMPPANI_TEST_MADE"' EXIT && \
	unset PYTHONDONTWRITEBYTECODE && export PYTHONPYCACHEPREFIX="$$KUMPPANI_TEST_MADE/bytecode" && \
	$(BIN)/python tools/checking.py && \
	echo "== tests on SQLite" && \
	$(BIN)/pytest -q -n $(WORKERS) --dist loadscope --no-loadscope-reorder --database sqlite && \
	echo "== tests that touch a database, on PostgreSQL" && \
	$(BIN)/pytest -q -n $(WORKERS) --dist loadscope --no-loadscope-reorder --database postgres

check: ## Style, types, import contracts, migrations, translations, locks, generated pages (no tests)
	@$(PYTHON) tools/environment.py --dev
	@$(BIN)/python tools/checking.py

fix: ## Format the code and repair what a tool can repair
	@$(PYTHON) tools/environment.py --dev
	@$(BIN)/ruff check --fix --quiet --exit-zero
	@$(BIN)/ruff format

bench: ## Time the whole road, from answers to a release
	@$(PYTHON) tools/environment.py --dev
	@$(BIN)/python -m benchmarks

docs: ## Make the reference pages again
	@$(PYTHON) tools/environment.py --dev
	@$(BIN)/python -m tools.reference

messages: ## Find translatable strings and update the catalogues
	@$(PYTHON) tools/environment.py --dev
	@$(BIN)/python tools/messages.py

locks: ## Choose versions anew within pyproject.toml and write both locks (needs uv)
	UV_PYTHON_DOWNLOADS=never $(UV) lock --upgrade
	$(UV) export -q --no-emit-project --no-dev --group build --no-annotate --no-header --format requirements-txt > requirements.txt
	$(UV) export -q --no-emit-project --group build --no-annotate --no-header --format requirements-txt > requirements-dev.txt
