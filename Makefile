# The commands people use. Everything runs in .venv, which is made from uv.lock; nothing else is assumed but Python 3.11+.
PYTHON ?= python3
UV_VERSION := 0.13.9
STAMP := .venv/.synced
RUN := .venv/bin

.PHONY: demo test check bench fmt clean

demo: $(STAMP)
	@$(RUN)/noodle sandbox

test: $(STAMP)
	@$(RUN)/python -m pytest --cov --cov-report=term

check: $(STAMP)
	@$(RUN)/ruff format --check .
	@$(RUN)/ruff check .
	@$(RUN)/mypy
	@$(RUN)/lint-imports

bench: $(STAMP)
	@$(RUN)/python -m tests.bench

fmt: $(STAMP)
	@$(RUN)/ruff format .
	@$(RUN)/ruff check --fix .

# One file says that .venv is what uv.lock says; it is made anew only when the lock or the project changes.
$(STAMP): uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Noodle needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@test -x $(RUN)/python || $(PYTHON) -m venv .venv
	@test -x $(RUN)/uv || $(RUN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@VIRTUAL_ENV=$(CURDIR)/.venv $(RUN)/uv sync --quiet --locked --inexact --python $(RUN)/python
	@touch $@

clean:
	rm -rf .venv .noodle .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
