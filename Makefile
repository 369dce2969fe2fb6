.DEFAULT_GOAL := commands
.PHONY: commands setup synth rehearse bootstrap teardown test check unit snapshots format bench clean

PYTHON ?= python3
STACK ?= aws-dev

# Everything runs in the project's own virtual environment, activated or not.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

commands:
	@cat help

setup:
	@$(PYTHON) setup/install.py

synth: setup
	@python main.py

rehearse: setup
	@python -m rehearsal $(STACK)

bootstrap: setup
	@python -m ml_platform.operations.bootstrap $(STACK)

teardown: setup
	@python -m ml_platform.operations.teardown $(STACK)

test: check unit

check: setup
	@ruff format --check .
	@ruff check .
	@mypy

unit: setup
	@pytest

snapshots: setup
	@pytest -q tests/environments --snapshot-update

format: setup
	@ruff format .
	@ruff check --fix .

bench: setup
	@python -m benchmarks

clean:
	@rm -rf .venv .tools node_modules cdktf.out *.egg-info constructs/*.egg-info .pytest_cache .mypy_cache .ruff_cache
