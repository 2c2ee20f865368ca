# `make` alone lists the targets. Everything here runs from a fresh clone with Python 3.10 or later.
PYTHON ?= python3

.PHONY: help demo test unit browser lint pot soak lifecycle bench screens pictures

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

demo: ## sample data, its attainment and commission, and a page with charts in demo-output/; no bench needed
	@$(PYTHON) scripts/demo.py

test: ## all tests that can run here: unit always, bench and browser on each bench there is (BENCH_DIR=a:b, SITE)
	@$(PYTHON) scripts/run_tests.py all

unit: ## the tests that need no site
	@$(PYTHON) scripts/run_tests.py unit

browser: ## the tests in Chromium, on the demo of BROWSER_SITE or one made for them on the test site
	@$(PYTHON) scripts/run_tests.py browser

lint: ## ruff, as the pre-commit hook runs it, and actionlint
	@$(PYTHON) scripts/environment.py >/dev/null
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/actionlint

pot: ## whether every text is in main.pot and in the other catalogues, and translated
	@$(PYTHON) scripts/environment.py >/dev/null
	@.venv/bin/python -m pytest -q -p no:randomly tests/unit/static/test_translations.py

soak: ## the random test of the ledger, for long
	@$(PYTHON) scripts/run_tests.py soak

lifecycle: ## install, migrate and uninstall twice on the site SCRATCH_SITE names
	@$(PYTHON) scripts/run_tests.py lifecycle

bench: ## the speed of the app beside ERPNext's own (fills the scratch site BENCH_SITE, else bench.localhost)
	@SCRATCH_SITE="$${BENCH_SITE:-$${SCRATCH_SITE:-bench.localhost}}" $(PYTHON) scripts/run_tests.py speed

screens: ## how soon each screen is there, in Chromium on the demo (BROWSER_SITE)
	@$(PYTHON) scripts/run_tests.py screens

pictures: ## the pictures of README and docs, from the demo (BROWSER_SITE)
	@$(PYTHON) scripts/run_tests.py pictures
