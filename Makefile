# One line a target; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(if $(filter Windows_NT,$(OS)),$(VENV)/Scripts,$(VENV)/bin)
PORT ?= 8000
COMPILE := uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate
export NO_MKDOCS_2_WARNING := 1
ifdef OFFLINE
override export OFFLINE := true
endif

.DEFAULT_GOAL := help
.PHONY: help serve build test check outputs platforms bench mutants reflection lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1|/p' Makefile | column -t -s '|'

serve: $(BIN)/.ready ## set everything up, serve the journal, reload on save (PORT=8001: elsewhere)
	@$(BIN)/python -m mkdocs serve -a 127.0.0.1:$(PORT)

build: $(BIN)/.ready ## write the site into site/, any warning is an error (OFFLINE=1: into site-offline/, to open from a disk)
	@$(BIN)/python -m mkdocs build --strict $(if $(OFFLINE),-d site-offline)

test: $(BIN)/.ready-test ## run every test
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --cov=nnfs_code --cov-branch --cov-fail-under=100 --cov-report=term:skip-covered

check: $(BIN)/.ready-test ## lint, types and content rules, in seconds
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy nnfs_code docs/tools docs/figures && $(BIN)/zizmor --offline --quiet --no-progress --persona=pedantic .github && $(BIN)/python docs/tools check

outputs: $(BIN)/.ready-test ## run the pages' code, write what it prints
	@$(BIN)/python tests/chapters/running.py

platforms: $(BIN)/.ready-test ## what the pages say, on every processor that this one can imitate (PAGES="06 10", CELLS="Haswell Nehalem,2")
	@$(BIN)/python tests/platforms.py $(PAGES) --cells "$(CELLS)"

bench: $(BIN)/.ready-test ## time a training step, beside its peers
	@$(BIN)/python tests/bench/bench.py

mutants: $(BIN)/.ready-test ## plant small faults by the hundred, count what tests see (needs mutmut)
	@$(BIN)/python -m mutmut run

reflection: ## start a new dated reflection
	@new=reflections/$$(date +%F)-your-title.md; [ ! -e $$new ] || { echo "$$new exists already."; exit 1; }; \
	sed "s/2000-01-31/$$(date +%F)/" reflections/_template.md > $$new; \
	echo "Wrote $$new. Rename it after its title, fill in its first lines, answer its questions."

lock: ## refresh both locks, and the pip that installs them (needs uv)
	@mkdir -p .cache
	$(COMPILE) pyproject.toml --group dev --upgrade -o .cache/all.lock
	$(COMPILE) pyproject.toml --group docs --constraint .cache/all.lock -o requirements.lock
	$(COMPILE) pyproject.toml --group dev --constraint .cache/all.lock $$(sed -n 's/^\([a-z0-9-]*\)==.*/--no-emit-package \1/p' requirements.lock) -o requirements-test.lock
	echo pip | $(COMPILE) - --upgrade -o requirements-pip.lock

clean: ## remove what was built, keep the environment
	rm -rf site site-offline .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

# What reading takes, and what testing takes on top: a stamp each.
$(BIN)/.ready: requirements.lock
	@$(PYTHON) docs/tools/environment.py $(VENV)

$(BIN)/.ready-test: requirements-test.lock $(BIN)/.ready
	@$(BIN)/python docs/tools/environment.py $(VENV) test
