# Start with `make preflight` and `make test`. Both need Python 3.11 or later and a package registry.
PYTHON ?= python3
STACK ?= tencent-ap-jakarta
VENV := .venv
BIN := $(VENV)/bin
CHECKOV := .venv-checkov
DOCS := .venv-docs
# The common packages, and those of the cloud that the stack's name starts with.
SDK := $(VENV)/.installed $(if $(filter aws-%,$(STACK)),$(VENV)/.aws)
UV := $(shell command -v uv 2>/dev/null)
# The least version of Python.
NEEDED := $(shell sed -n 's/^requires-python = ">=\(.*\)"/\1/p' pyproject.toml)

# In a rule for `<environment>/.stamp` the environment is the folder of the target.
ifdef UV
INSTALL = $(UV) pip install --quiet --python $(@D)/bin/python
CREATE = $(UV) venv --quiet --seed --python "$$(command -v $(PYTHON))"
PREPARE = true
else
INSTALL = $(@D)/bin/python -m pip install --quiet --disable-pip-version-check
CREATE = $(PYTHON) -m venv
PREPARE = $(@D)/bin/python -m pip --version >/dev/null 2>&1 || $(@D)/bin/python -m ensurepip >/dev/null
endif

# Write bytecode even where the user's environment forbids it: the same modules run again and again.
unexport PYTHONDONTWRITEBYTECODE

# Targets that are no files.
.PHONY: preflight demo preview up bundle wheel docs checkov benchmark test test-fast test-servers test-mutants engine test-engine lint types schema readme mutants mutants-of-code golden lock clean

# The status of make is 2 whatever fails; the command's own is printed.
preflight: $(SDK)
	@$(BIN)/preflight check $(STACK) || { status=$$?; \
		echo "status $$status of: $(BIN)/preflight check $(STACK) (1: a verdict blocks, 2: bad input); make ends with 2 for both" >&2; \
		exit $$status; }

demo: $(VENV)/.installed
	@$(BIN)/preflight check demo --project examples/innocent; status=$$?; \
	test $$status -eq 1 || { echo "expected the demo to fail with status 1, got $$status"; exit 1; }

# The policy pack judges the same stack under the real engine, in a preview and in an update. YES=--yes skips the prompt.
# `up` refreshes first: after a failed run the state can contain settings that the cloud refused.
up: REFRESH := --refresh
preview up: $(SDK) $(if $(filter aws-%,$(STACK)),,bundle)
	@$(BIN)/preflight check $(STACK) && pulumi $@ $(REFRESH) $(YES) --stack $(STACK) --policy-pack policies

# Zip of the keyring's function with its packages, for Tencent Cloud; on AWS the runtime has them.
bundle: $(VENV)/.installed
	@$(BIN)/python -m im_stack.components.bundle

# The distribution as a wheel, for repositories of their own (docs/own-repository.md), in the folder dist.
wheel: $(VENV)/.developing
	@rm -rf build/lib dist
	@$(BIN)/python -c 'import sys; from setuptools.build_meta import build_wheel; print("dist/" + build_wheel("dist"), file=sys.stderr)' > /dev/null
	@rm -rf build/lib build/bdist.*

# The documentation as a site, in build/docs. Any warning is an error, such as a link that leads nowhere.
docs: $(DOCS)/.installed
	@$(DOCS)/bin/sphinx-build --quiet --fail-on-warning --keep-going --builder html docs build/docs
	@echo build/docs/index.html

# Checkov on the stack as a Terraform plan, offline, with its checks and ours. ARGS: Checkov's options (`ARGS="-o sarif"`).
checkov: $(SDK) $(CHECKOV)/.installed
	@$(BIN)/preflight plan $(STACK) --terraform > $(CHECKOV)/$(STACK).json
	@$(CHECKOV)/bin/python -m im_stack.preflight.with_checkov $(STACK) $(CHECKOV)/$(STACK).json $(ARGS)

test: $(VENV)/.developing $(CHECKOV)/.installed lint types
	@$(BIN)/python -m pytest -m "not engine and not server and not mutants"

# Tests of the files that differ from main, in at most half a minute.
test-fast: $(VENV)/.developing lint types
	@$(BIN)/python -m tests.changed

# Tests that start a server or a browser.
test-servers: $(VENV)/.developing
	@$(BIN)/python -m pytest -m server

# All mutants of the Jakarta stack, compared with the README.
test-mutants: $(VENV)/.developing
	@$(BIN)/python -m pytest -n 0 -m mutants

# Pulumi CLI for `test-engine`: the one on PATH if the tests accept its version, otherwise built with Go, once.
engine: $(VENV)/.developing
	@$(BIN)/python -m tests.engine.cli

test-engine: engine
	@$(BIN)/python -m pytest -m engine

lint: $(VENV)/.developing
	@failed=0; \
	contracts=$$($(BIN)/lint-imports --no-cache --no-logo) || { echo "$$contracts"; failed=1; }; \
	$(BIN)/ruff check . || failed=1; \
	$(BIN)/ruff format --check . || failed=1; \
	exit $$failed

types: $(VENV)/.developing
	@$(BIN)/mypy

schema: $(VENV)/.installed
	@$(BIN)/preflight schema stack > docs/stack.schema.json
	@$(BIN)/preflight schema owner > docs/owner.schema.json
	@$(BIN)/preflight schema report > docs/report.schema.json

readme: $(VENV)/.developing
	@$(BIN)/python -m tests.docs.blocks
	@$(BIN)/python -m tests.docs.pictures

# Wording of every report format, one file each, which the tests compare with.
golden: $(VENV)/.developing
	@$(BIN)/python -m tests.golden.wording
	@$(BIN)/python -m tests.golden.standings

# All mutants of a stack, and the README's line about them. On AWS this takes minutes.
mutants: $(VENV)/.developing $(SDK)
	@$(BIN)/python -m tests.docs.blocks $(STACK)

# All mutants of the rules, the ledger and the readers (condition, comparison, return, yield), against the tables.
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
	uv pip compile -q requirements-docs.in --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --universal \
		-o requirements-docs.lock
	uv pip compile -q components/bundle/tencent.in --python-version 3.10 --python-platform linux --generate-hashes --no-emit-index-url --no-header \
		-c requirements-dev.lock -o components/bundle/tencent.lock

clean:
	rm -rf $(VENV) $(CHECKOV) $(DOCS) .engine dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Runs in every version of Python.
define TOO_OLD
import sys
if sys.version_info < tuple(map(int, "$(NEEDED)".split("."))):
    sys.exit("error: Python $(NEEDED) or later is needed; $(PYTHON) is Python " + sys.version.split()[0]
        + ": make PYTHON=/path/to/python$(NEEDED)")
endef
export TOO_OLD

$(VENV)/bin/python $(CHECKOV)/bin/python $(DOCS)/bin/python: %/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "error: Python $(NEEDED) or later is needed; there is no $(PYTHON): make PYTHON=/path/to/python$(NEEDED)" >&2; exit 1; }
	@$(PYTHON) -c "$$TOO_OLD"
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

$(CHECKOV)/.installed $(DOCS)/.installed: .venv-%/.installed: .venv-%/bin/python requirements-%.lock
	@echo "installing into $(@D) ..."
	@$(PREPARE)
	@$(INSTALL) --require-hashes -r requirements-$*.lock
	@touch $@
