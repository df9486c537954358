# The commands of this repository. `make run` and `make test` need Python 3.11 or newer and nothing
# else: each first sets up what it needs in .venv (scripts/setup), in seconds when it is set up.
.DEFAULT_GOAL := help
.PHONY: help run app test test-fast test-all lint bench pins clean
BIN := .venv/bin

help:  ## Say what there is to make
	@sed -n 's/^\([a-z-]*\):.*##/  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run:  ## Send three virtual customers through the embedded shop
	@scripts/setup run
	@$(BIN)/shopper run --customers 3 $(ARGS)

app:  ## Open the app, with three customers on their way through the embedded shop
	@scripts/setup run
	@$(BIN)/shopper app --demo $(ARGS)

test:  ## Lint and the tests, except for long ones that look again at what others hold
	@scripts/setup test
	@scripts/test lint pages fast rest

test-fast:  ## The tests that need neither browser nor model nor PyTorch, in a minute
	@scripts/setup test
	@scripts/test fast

test-all:  ## Lint, all tests, an installation from the built wheel, the benchmarks
	@scripts/setup test
	@scripts/test lint wheel pages fast everything
	@$(MAKE) --no-print-directory bench

lint:  ## Style and types
	@scripts/setup test
	@scripts/test lint

bench:  ## Measure the speed of observation, loop and model
	@scripts/setup test
	@scripts/bench

pins:  ## Choose the exact versions in constraints.txt again
	@scripts/setup test
	@$(BIN)/python scripts/pin.py

clean:  ## Remove the virtual environment and everything made by tools
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
