# Zhanggui's commands. `make help` lists them.
#   PYTHON  the interpreter the virtual environment is made with (3.11 or newer)
#   PORT, HOST, DATA  where `make run` serves and where it keeps its data
PYTHON ?= python3
PORT ?= 8000
DATA ?= var

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet --no-input install --require-hashes
# Tests and the check share the machine's cores between this many processes.
TEST_JOBS ?= 2
# NO_SKIP=1 makes a skipped test a failed one. What takes long (tests/) comes first, so that at the
# end small tests are left to share.
PYTEST := $(PY) -m pytest $(if $(NO_SKIP),-p tests.no_skip) -n $(TEST_JOBS) --dist worksteal tests zhanggui
# Two processes read all rooms and tests in each pass: what they compiled is kept for the next, even
# where the environment says otherwise.
test check: export PYTHONDONTWRITEBYTECODE =
# Style, types and layers are looked at beside the first tests, and told after them.
LINT_BESIDE := told=$$(mktemp); $(MAKE) --no-print-directory lint >"$$told" 2>&1 & lint=$$!
LINT_TOLD := wait $$lint || failed=1; cat "$$told"; rm -f "$$told"
# What the quick part leaves to the whole suite.
QUICK := not slow and not browser and not postgresql

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo test check lint format messages bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  PORT=8000, HOST=127.0.0.1 and DATA=./var go with run; PYTHON=python3.12 chooses an interpreter."

run: $(VENV)/run.stamp ## Serve Zhanggui; the first start loads the example company
	@exec env PORT="$(PORT)" DATA="$(DATA)" $(if $(HOST),HOST="$(HOST)") $(PY) -m zhanggui run

demo: $(VENV)/run.stamp ## Put a fresh example company into DATA
	@exec env DATA="$(DATA)" $(PY) -m zhanggui demo

test: $(VENV)/test.stamp ## Run everything: the check, PostgreSQL and the browser too
	@failed=0; $(LINT_BESIDE); \
	echo "On PostgreSQL:"; \
	$(PY) tests/postgres.py $(PYTEST) -m "database and not browser and not sqlite and not matrix" || failed=1; \
	$(LINT_TOLD); \
	echo "On SQLite, with the browser:"; \
	$(PYTEST) -m "not postgresql" || failed=1; \
	exit $$failed

check: $(VENV)/test.stamp ## Run the quick part: style, types, layers, tests on SQLite
	@failed=0; $(LINT_BESIDE); $(PYTEST) -m "$(QUICK)" || failed=1; $(LINT_TOLD); exit $$failed

lint: $(VENV)/test.stamp ## Look at style, types and layers only
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

format: $(VENV)/test.stamp ## Put the source into its one format
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format --quiet .

messages: $(VENV)/run.stamp ## Bring every room's translations up to date with its source
	@$(PY) -m zhanggui messages

bench: $(VENV)/test.stamp ## Measure what is fast
	@test -d bench || { echo "There is nothing to measure yet: bench/ is missing."; exit 1; }
	@$(PY) -m pytest bench -n 0 -s

clean: ## Remove the virtual environment; data stays
	rm -rf $(VENV)

# --- the virtual environment ------------------------------------------------------------------
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Zhanggui needs Python 3.11 or newer; '$(PYTHON)' is not. Name one with PYTHON=python3.12." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing: install python3-venv (apt-get install python3-venv)." >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/run.stamp: requirements.txt | $(PY)
	@echo "Installing what Zhanggui runs on (only when requirements.txt changed)."
	@$(PIP) -r requirements.txt
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/$(PY)" -m zhanggui "$$@"\n' "$(CURDIR)" "$(CURDIR)" > $(VENV)/bin/zhanggui
	@chmod +x $(VENV)/bin/zhanggui
	@touch $@

$(VENV)/test.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "Installing what the tests need (only when requirements-dev.txt changed)."
	@$(PIP) -r requirements-dev.txt
	@touch $@
