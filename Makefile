# Two commands do it all on a machine with Python 3.11 or later (with venv) and make:
#   make demo      everything in one terminal     make test      every test

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
SAAS := $(BIN)/saas
ASSETS := saas/static/dist/manifest.json
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

HAS_CHROMIUM := command -v chromium >/dev/null
MAY_INSTALL := { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
INSTALL_CHROMIUM := apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
  --no-install-recommends chromium fonts-liberation >/dev/null
WITHOUT_CHROMIUM := Chromium is not installed: the browser tests are skipped (on Debian: apt-get install chromium).

# The tests start many processes; none compiles anew what the one before has compiled.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all bench check lint assets browser clean locks wheel

demo: $(VENV)/demo $(ASSETS)
	@exec $(SAAS) demo --port $(PORT) $(if $(FRESH),--fresh)

test: $(VENV)/dev $(ASSETS) browser
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long" tests
	@$(HAS_CHROMIUM) || echo "$(WITHOUT_CHROMIUM)"

test-all: $(VENV)/dev $(ASSETS) browser
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests
	@$(HAS_CHROMIUM) || echo "$(WITHOUT_CHROMIUM)"

bench: $(VENV)/dev $(ASSETS)
	$(BIN)/python -m bench

check lint: $(VENV)/dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

assets: $(ASSETS)

# ---- how a machine becomes ready -------------------------------------------------------------

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed; Python 3.11 or later is needed."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "This Python cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }

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

# Installs Chromium where this may be done; without it, CI fails and a person is told what is missing.
browser:
	@if ! $(HAS_CHROMIUM) && $(MAY_INSTALL); then echo "Installing Chromium …"; $(INSTALL_CHROMIUM) || true; fi
	@if $(HAS_CHROMIUM); then :; elif [ -n "$$CI" ]; then \
	  echo "Chromium is not installed, and CI runs the browser tests too (on Debian: apt-get install chromium)." >&2; exit 1; \
	else echo "$(WITHOUT_CHROMIUM)"; fi

# ---- for those who change it ----------------------------------------------------------------

locks:
	$(BIN)/python -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements/runtime.txt
	$(BIN)/python -m uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements/demo.txt
	$(BIN)/python -m uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements/dev.txt

wheel: $(VENV)/demo $(ASSETS)
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation -w dist .

clean:
	rm -rf $(VENV) node_modules saas/static/dist dist build .data
