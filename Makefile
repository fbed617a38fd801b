# make test    everything a bare machine needs, then the tests (PYTEST_ARGS=… for a part of them)
# make demo    the window on synthetic exams, being analysed; without a display, ./fourview-demo
# make run     the window (ARGS="PATH …" to open something)
# make check   format, lint, types and borders, as in CI
# make clean   removes what these commands made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: test demo run check clean python test-libraries window-libraries

test: test-libraries $(INSTALLED)
	$(BIN)/pytest $(PYTEST_ARGS)

demo: $(INSTALLED)
	$(BIN)/fourview demo $(ARGS)

run: $(INSTALLED)
	$(BIN)/fourview $(ARGS)

check: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

clean:
	rm -rf $(VENV) build dist fourview-demo *.egg-info .mypy_cache .ruff_cache .pytest_cache \
	    .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): pyproject.toml | window-libraries
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -e '.[test]'
	touch $@

python:
	@command -v $(PYTHON) >/dev/null || { \
	    echo "Fourview needs Python 3.11 or newer, and there is no $(PYTHON) on the PATH." >&2; \
	    exit 1; }
	@$(PYTHON) -c 'import platform, sys; sys.exit(0 if sys.version_info >= (3, 11) else \
	    "Fourview needs Python 3.11 or newer, but $(PYTHON) is " + platform.python_version() \
	    + "; name another one with make PYTHON=…")'

test-libraries: python
	@$(PYTHON) build_scripts/system_libraries.py --tests

window-libraries: python
	@$(PYTHON) build_scripts/system_libraries.py
