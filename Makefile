# Two commands do it all on a machine with Python 3.11 or later (with venv) and make:
#   make demo      everything in one terminal     make test      every test

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
SAAS := $(BIN)/saas
ASSETS := saas/static/dist/manifest.json
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test test-all bench check lint assets browser clean locks wheel

demo: $(VENV)/demo $(ASSETS)
	@exec $(SAAS) demo --port $(PORT) $(if $(FRESH),--fresh)

test: $(VENV)/dev $(ASSETS) browser
	$(BIN)/python -m pytest -n 2 -m "not long" tests

test-all: $(VENV)/dev $(ASSETS) browser
	$(BIN)/python -m pytest -n 2 tests

bench: $(VENV)/dev $(ASSETS)
	$(BIN)/python -m bench

check lint: $(VENV)/dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

assets: $(ASSETS)

# ---- how a machine becomes ready -------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { echo "Python has no venv here; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/demo: requirements/demo.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies …"
	@$(PIP) --require-hashes -r requirements/demo.txt
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/dev: requirements/dev.txt $(VENV)/demo
	@echo "Installing what the tests need …"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json | $(VENV)/demo
	@echo "Installing the front-end packages …"
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --silent --no-audit --no-fund
	@touch $@

$(ASSETS): node_modules/.package-lock.json $(shell find assets -type f 2>/dev/null)
	@echo "Building the assets …"
	@PATH="$(CURDIR)/$(BIN):$$PATH" node assets/build.mjs

browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  echo "Installing Chromium …" && apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null; } || \
	  echo "Chromium is not installed: browser tests are skipped here (on Debian: apt-get install chromium)."

# ---- for those who change it ----------------------------------------------------------------

locks:
	$(BIN)/python -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements/runtime.txt
	$(BIN)/python -m uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements/demo.txt
	$(BIN)/python -m uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements/dev.txt

wheel: $(VENV)/demo $(ASSETS)
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation -w dist .

clean:
	rm -rf $(VENV) node_modules saas/static/dist dist build .data
