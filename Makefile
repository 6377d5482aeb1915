PYTHON ?= python3
BIN    := .venv/bin
TOOLS  := $(or $(GRADER_BROWSER_TOOLS),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/grader/browser-tools)

.PHONY: demo test check lint fix setup engine browser-tools lock

demo: .venv/ready            ## grade the bundled example and show its report
	@$(BIN)/grader demo

test: .venv/ready            ## run everything; what needs a container engine is skipped and named without one
	@$(BIN)/pytest -q -n 3 --dist loadfile

check: lint                  ## lint, types, floors and the tests without containers
	@$(BIN)/pytest -q -n 2 -m "not docker and not browser and not gvisor and not podman"

lint: .venv/ready            ## format, lint, types and floors
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: .venv/ready             ## format, and mend what can be mended
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

setup: .venv/ready           ## the project's own environment, and its hooks
	@$(BIN)/prek install

engine:                      ## Debian or Ubuntu, as root: install and start a container engine, make the base image
	@bash runners/engine.sh

browser-tools:               ## what looks at the reports in a browser (axe-core, Lighthouse), outside of this folder; needs npm
	@mkdir -p $(TOOLS)
	@cp tests/render/browser/package.json tests/render/browser/package-lock.json $(TOOLS)
	@# Debian 12's npm can't read a lock in which a package asks for "latest": there it says "*"; the hashes pin both alike
	@cd $(TOOLS) && npm ci --ignore-scripts --no-audit --no-fund --silent

lock:                        ## rewrite requirements.lock from pyproject.toml (needs uv)
	uv export --quiet --no-emit-project --all-groups --all-extras --no-header --no-annotate -o requirements.lock

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "grader needs Python 3.11 or newer: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "this python3 has no venv module: apt install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
