# One line a target; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(if $(filter Windows_NT,$(OS)),$(VENV)/Scripts,$(VENV)/bin)
PORT ?= 8000
export NO_MKDOCS_2_WARNING := 1
ifdef OFFLINE
override export OFFLINE := true
endif

.DEFAULT_GOAL := help
.PHONY: help serve build book test check outputs platforms bench mutants reflection lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1|/p' Makefile | column -t -s '|'

serve: $(BIN)/.ready ## set everything up, serve the journal, reload on save
	@$(BIN)/python docs/tools serve --port $(PORT)

build: $(BIN)/.ready ## write the site into site/, any warning is an error (OFFLINE=1: into site-offline/, to open from a disk)
	@$(BIN)/python -m mkdocs build --strict $(if $(OFFLINE),-d site-offline)

book: $(BIN)/.ready ## write the whole course into book/ as an EPUB, and as a PDF where Chromium is found
	@$(BIN)/python -m mkdocs build --strict -d .cache/book && $(BIN)/python docs/tools book .cache/book book

test: $(BIN)/.ready ## run every test
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --cov=nnfs_code --cov-branch --cov-fail-under=100 --cov-report=term:skip-covered

check: $(BIN)/.ready ## lint, types and content rules, in seconds
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy nnfs_code docs/tools && $(BIN)/zizmor --offline --quiet --no-progress --persona=pedantic .github && $(BIN)/python docs/tools check

outputs: $(BIN)/.ready ## run the pages' code, write what it prints
	@$(BIN)/python docs/tools outputs

platforms: $(BIN)/.ready ## what the pages say, on every processor that this one can imitate (PAGES="06 10", CELLS="Haswell Nehalem,2")
	@$(BIN)/python tests/platforms.py $(PAGES) --cells "$(CELLS)"

bench: $(BIN)/.ready ## time a training step, beside its peers
	@$(BIN)/python tests/bench/bench.py

mutants: $(BIN)/.ready ## plant small faults by the hundred, count what tests see (needs mutmut)
	@$(BIN)/python -m mutmut run

reflection: $(BIN)/.ready ## start a new dated reflection
	@$(BIN)/python docs/tools new-reflection

lock: ## refresh requirements.lock (needs uv)
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --python-version 3.11 --upgrade --no-header --no-annotate -o requirements.lock

clean: ## remove what was built, keep the environment
	rm -rf site site-offline book .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/.ready: requirements.lock
	@$(PYTHON) docs/tools/environment.py $(VENV)
