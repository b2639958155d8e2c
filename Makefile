# Two commands matter to a newcomer: `make preflight` and `make test`. Both need Python 3.11+ and the package registry.
PYTHON ?= python3
STACK ?= tencent-ap-jakarta
VENV := .venv
BIN := $(VENV)/bin
CHECKOV := .venv-checkov
# What a stack needs beyond the common packages, by the cloud its name starts with.
SDK := $(VENV)/.installed $(if $(filter aws-%,$(STACK)),$(VENV)/.aws)
UV := $(shell command -v uv 2>/dev/null)

# In a rule of `<environment>/.something` the environment is the folder of the target.
ifdef UV
INSTALL = $(UV) pip install --quiet --python $(@D)/bin/python
CREATE = $(UV) venv --quiet --seed --python $(PYTHON)
PREPARE = true
else
INSTALL = $(@D)/bin/python -m pip install --quiet --disable-pip-version-check
CREATE = $(PYTHON) -m venv
PREPARE = $(@D)/bin/python -m pip --version >/dev/null 2>&1 || $(@D)/bin/python -m ensurepip >/dev/null
endif

# What runs again and again is compiled once, whatever the machine's custom is.
unexport PYTHONDONTWRITEBYTECODE

# What is not a file.
.PHONY: preflight demo preview up bundle checkov benchmark test test-fast test-servers test-mutants engine test-engine lint types schema readme mutants mutants-of-code golden lock clean

preflight: $(SDK)
	@$(BIN)/preflight check $(STACK)

demo: $(VENV)/.installed
	@$(BIN)/preflight check demo --project examples/innocent; status=$$?; \
	test $$status -eq 1 || { echo "expected the demo to fail with status 1, got $$status"; exit 1; }

# The policy pack judges the same stack under the real engine, before and while it is deployed. YES=--yes asks nobody.
# What a run before this one left half done is in the state as if it were done: only a refresh sees that it is not.
up: REFRESH := --refresh
preview up: $(SDK) $(if $(filter aws-%,$(STACK)),,bundle)
	@$(BIN)/preflight check $(STACK) && pulumi $@ $(REFRESH) $(YES) --stack $(STACK) --policy-pack policies

# The zip of the function that turns the keyring over, with its packages, on Tencent Cloud; on AWS the runtime has them.
bundle: $(VENV)/.installed
	@$(BIN)/python -m im_stack.components.bundle

# Checkov over the stack as a Terraform plan, offline, its checks and ours. ARGS: Checkov's own (`ARGS="-o sarif"`).
checkov: $(SDK) $(CHECKOV)/.installed
	@$(BIN)/preflight plan $(STACK) --terraform > $(CHECKOV)/$(STACK).json
	@$(CHECKOV)/bin/python -m im_stack.preflight.with_checkov $(STACK) $(CHECKOV)/$(STACK).json $(ARGS)

test: $(VENV)/.developing $(CHECKOV)/.installed lint types
	@$(BIN)/python -m pytest -m "not engine and not server and not mutants"

# What a change needs, by the folders that it is in: half a minute at most.
test-fast: $(VENV)/.developing lint types
	@$(BIN)/python -m tests.changed

# What starts servers of its own, or a browser.
test-servers: $(VENV)/.developing
	@$(BIN)/python -m pytest -m server

# Every mutant of the Jakarta stack is what the README says of them.
test-mutants: $(VENV)/.developing
	@$(BIN)/python -m pytest -n 0 -m mutants

# The Pulumi CLI that `test-engine` runs: the one on PATH where the tests name its version, else built with Go, once.
engine: $(VENV)/.developing
	@$(BIN)/python -m tests.engine.cli

test-engine: engine
	@$(BIN)/python -m pytest -m engine

lint: $(VENV)/.developing
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.developing
	@$(BIN)/mypy

schema: $(VENV)/.installed
	@$(BIN)/preflight schema stack > docs/stack.schema.json
	@$(BIN)/preflight schema report > docs/report.schema.json

readme: $(VENV)/.developing
	@$(BIN)/python -m tests.docs.readme
	@$(BIN)/python -m tests.docs.two_clouds

# The wording of every form of report, which `make test` holds the reports to.
golden: $(VENV)/.developing
	@$(BIN)/python -m tests.golden.wording

# Every change that a stack could suffer, judged, and the README's line about it. On AWS this takes minutes.
mutants: $(VENV)/.developing $(SDK)
	@$(BIN)/python -m tests.docs.readme $(STACK)

# Every condition, comparison, return and yield of the rules, the ledger and the readers changed, against the tables.
mutants-of-code: $(VENV)/.developing
	@$(BIN)/python -m tests.mutation

benchmark: $(VENV)/.developing
	@$(BIN)/python -m benchmarks

lock:
	uv pip compile -q pyproject.toml --generate-hashes --no-emit-index-url --no-header --universal -o requirements.lock
	uv pip compile -q pyproject.toml --extra aws --generate-hashes --no-emit-index-url --no-header --universal \
		-c requirements.lock -o requirements-aws.lock
	uv pip compile -q pyproject.toml components/bundle/tencent.in --extra dev --extra aws --extra records --generate-hashes --no-emit-index-url --no-header --universal \
		-c requirements.lock -o requirements-dev.lock
	uv pip compile -q requirements-checkov.in --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --universal \
		-o requirements-checkov.lock
	uv pip compile -q components/bundle/tencent.in --python-version 3.10 --python-platform linux --generate-hashes --no-emit-index-url --no-header \
		-c requirements-dev.lock -o components/bundle/tencent.lock

clean:
	rm -rf $(VENV) $(CHECKOV) .engine *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python $(CHECKOV)/bin/python: %/bin/python:
	@$(CREATE) $*

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "installing into $(VENV) ..."
	@$(PREPARE)
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps -e .
	@$(@D)/bin/python -m compileall -q im_stack components policies
	@touch $@

$(VENV)/.aws: $(VENV)/.installed requirements-aws.lock
	@$(INSTALL) --require-hashes -r requirements-aws.lock
	@touch $@

$(VENV)/.developing: $(VENV)/.installed requirements-dev.lock
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(CHECKOV)/.installed: $(CHECKOV)/bin/python requirements-checkov.lock
	@echo "installing into $(CHECKOV) ..."
	@$(PREPARE)
	@$(INSTALL) --require-hashes -r requirements-checkov.lock
	@touch $@
