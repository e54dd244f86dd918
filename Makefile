# crm-mocks: `make help` lists what there is.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
WORKERS ?= auto
EXAMPLE_TESTS := tests/examples tests/docs tests/tools/pages
VERIFY_TESTS  := tests/providers/verify tests/providers/push/test_defects.py tests/tools/certify tests/vendors/config_api/test_verify.py
CLIENT_TESTS  := tests/clients tests/pytest_plugin tests/vendor_registry/test_commands.py
VERDICT_TESTS := tests/verdicts
# Tests of shared states, and those of what sessions hold, run again with two replicas in turn that share a state.
STATE_TESTS   := tests/state/shared
SHARING_TESTS := tests/admin $(addsuffix .py,$(addprefix tests/generic/test_,state record_conventions lists)) \
	tests/judge/test_verdict_endpoint.py $(addprefix tests/vendors/,activix config_api crmcom leadbank) \
	$(addsuffix .py,$(addprefix tests/asgi/test_,ended_tokens overrides responses retry_after sessions stubs))
BROWSER_TESTS := tests/browser
DELIVERY_TESTS := tests/delivery tests/tools/dependencies
SITE_TESTS    := tests/tools/site
HOSTILE_TESTS := tests/hostile tests/diff/test_garbage.py
SERVER_TESTS  := tests/server tests/workers
NODE_PACKAGE  := packages/node
CORE_AND_SERVER := $(addprefix --ignore=,$(EXAMPLE_TESTS) $(VERIFY_TESTS) $(CLIENT_TESTS) $(VERDICT_TESTS) \
	$(BROWSER_TESTS) $(DELIVERY_TESTS) $(SITE_TESTS) $(HOSTILE_TESTS) $(STATE_TESTS))
CORE_SUITE    := $(CORE_AND_SERVER) $(addprefix --ignore=,$(SERVER_TESTS))
LOWEST := $(VENV)-lowest
# Each worker imports all tests, so their rewritten bytecode is kept even where Python is set to write none.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS)

.PHONY: help serve test test-browser test-clients test-delivery test-examples test-hostile test-lowest test-node test-server test-site test-state test-verdicts test-verify audit check certify contracts docs site screenshots release bench soak clean fuzz-us

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(VENV)/.installed ## serve all CRMs on http://127.0.0.1:4010 (ARGS="-p 0 --seed 7" for options)
	@$(BIN)/crm-mocks serve $(ARGS)

test: $(VENV)/.installed-dev ## run the core suite: all tests but those of the other test targets
	$(PYTEST) $(CORE_SUITE) $(ARGS)

# pytest 8.0 has no --disable-plugin-autoload, so the options of pyproject.toml are given anew.
test-lowest: $(LOWEST)/.installed ## run the core suite and that of the server with the lowest versions of all dependencies that pyproject.toml admits
	PYTHONDONTWRITEBYTECODE= $(LOWEST)/bin/python -m pytest -n $(WORKERS) -o addopts="--strict-markers --strict-config -ra" \
		$(CORE_AND_SERVER) $(ARGS)

test-server: $(VENV)/.installed-dev ## run the tests of the HTTP server and its workers, with connections, faults and signals
	$(PYTEST) $(SERVER_TESTS) $(ARGS)

test-examples: $(VENV)/.installed-dev ## run the tests of examples/ and of what the docs show (ARGS=--write-outputs writes the outputs that differ)
	$(PYTEST) $(EXAMPLE_TESTS) $(ARGS)

test-verify: $(VENV)/.installed-dev ## run the tests of `crm-mocks verify` and `make certify`, and of push on wrong receivers, which take long
	$(PYTEST) $(VERIFY_TESTS) $(ARGS)

test-clients: $(VENV)/.installed-dev ## run the tests that start client programs or pytest: run, sweep, fuzz and the plugin
	$(PYTEST) $(CLIENT_TESTS) $(ARGS)

test-verdicts: $(VENV)/.installed-dev ## run the tests that state docs/verdicts.md (ARGS=--write-verdicts writes it)
	$(PYTEST) $(VERDICT_TESTS) $(ARGS)

test-state: $(VENV)/.installed-dev ## run the tests of shared states, and others with replicas (needs valkey-server or redis-server)
	CRM_MOCKS_TEST_STATE=start $(PYTEST) $(STATE_TESTS) $(SHARING_TESTS) \
		-W ignore::pytest.PytestUnraisableExceptionWarning $(ARGS)

test-browser: $(VENV)/.installed-dev ## run the tests of pages in Chromium; without it they are skipped (CHROMIUM=PATH names another)
	$(PYTEST) $(BROWSER_TESTS) $(ARGS)

test-delivery: $(VENV)/.installed-delivery ## run the tests of image, CI templates, hooks, dependencies and release, most of which install the package
	$(PYTEST) --dist loadfile $(DELIVERY_TESTS) $(ARGS)

test-site: WORKERS := 1  # each would build the site
test-site: $(VENV)/.installed-site ## build the docs site strictly and check it: pages, links, search, reference
	$(PYTEST) $(SITE_TESTS) $(ARGS)

test-hostile: $(VENV)/.installed-dev ## run hostile requests, attacks on mocks and readers, garbage for diff, and schemathesis on the control API
	$(PYTEST) $(HOSTILE_TESTS) $(ARGS)

fuzz-us: $(VENV)/.installed-dev ## attack mocks and readers for a minute, and keep what is found (ARGS="--seconds 3600" for more)
	$(BIN)/python -m tests.hostile $(ARGS)

test-node: $(VENV)/.installed ## run the tests of packages/node; without npm, those of types, Vitest and Playwright are skipped
	@command -v node >/dev/null || { echo "make test-node needs Node 18 or later" >&2; exit 2; }
	@[ -d $(NODE_PACKAGE)/node_modules/typescript ] || timeout 300 npm install --silent --ignore-scripts --prefix $(NODE_PACKAGE) \
		|| echo "npm install failed: tests of types, Vitest and Playwright are skipped" >&2
	cd $(NODE_PACKAGE) && CRM_MOCKS_COMMAND=$(abspath $(BIN)/crm-mocks) node --test test/*.test.js $(ARGS)

check: $(VENV)/.installed-dev ## lint, types, import rules, contract rules, facts, generated docs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m crm_contracts.lint
	$(BIN)/python -m tools.pages --check
	$(BIN)/python -m tools.pages.sweeps --check
	$(BIN)/python -m tools.pages.weaknesses --check
	$(BIN)/python -m tools.facts --check

certify: $(VENV)/.installed-dev ## verify all mocks as unknown providers, and write docs/certification.md (ARGS="VENDOR --seeds 1")
	$(BIN)/python -m tools.certify --page docs/certification.md $(ARGS)

contracts: $(VENV)/.installed-dev ## run tools of the field on the contracts, and write docs/contracts.md (ARGS=--quick for less)
	$(BIN)/python -m tools.contracts --page docs/contracts.md $(ARGS)

docs: $(VENV)/.installed-dev ## write the generated pages of docs/, those parts that are out of date
	$(BIN)/python -m tools.pages --write
	$(BIN)/python -m tools.pages.sweeps --write
	$(BIN)/python -m tools.pages.weaknesses --write $(ARGS)
	$(BIN)/python -m tools.facts --write

site: $(VENV)/.installed-site ## build the docs site into build/site, with new pictures if there is a Chromium
	$(BIN)/python -m tools.site $(ARGS)

release: $(VENV)/.installed-delivery ## build dist/ with an SBOM, check it, and try it on Python 3.11 to 3.13 (ARGS="--python 3.12" for one)
	$(BIN)/python -m tools.release $(ARGS)

audit: $(VENV)/.installed-delivery ## look up advisories on all packages that we use, where a service can be reached
	$(BIN)/python -m tools.dependencies.audit

screenshots: $(VENV)/.installed-dev ## take the pictures of docs/images in Chromium (CHROMIUM=PATH names another)
	$(BIN)/python -m tools.pages.screenshots

bench: $(VENV)/.installed-dev ## measure throughput, start and memory, side by side with peers
	$(BIN)/python -m benchmarks.run $(ARGS)

soak: $(VENV)/.installed-dev ## ten minutes of full-speed mixed traffic (ARGS="--seconds 60" for less)
	$(BIN)/python -m benchmarks.soak $(ARGS)

clean: ## remove the environment and caches
	rm -rf $(VENV) $(LOWEST) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist build

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "crm-mocks needs Python 3.11 or later: try make PYTHON=python3.12 …" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-delivery: $(VENV)/.python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[delivery]'
	@touch $@ $(VENV)/.installed $(VENV)/.installed-dev

$(LOWEST)/.installed: $(VENV)/.installed-delivery
	$(BIN)/uv venv --quiet --clear --no-project --python $(BIN)/python $(LOWEST)
	$(BIN)/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct --editable '.[test]'
	@touch $@

$(VENV)/.installed-site: $(VENV)/.python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[site]'
	@touch $@ $(VENV)/.installed $(VENV)/.installed-dev
