# The commands everyone relies on. Each sets itself up in .venv: uv, then the rest by it, both from
# lock files with hashes.
PYTHON ?= python3
VENV := .venv
# Much of the tests' time is the AWS provider's own waiting, so more than the cores. They run in
# their own order: the short ones come last, and no worker is left alone with a long one.
WORKERS ?= 5
BIN := $(VENV)/bin
MWAA_ECS := $(BIN)/mwaa-ecs
# In an environment of its own, because it pins boto3 and much else.
CHECKOV := $(VENV)/checkov
# In an environment of its own: what builds the packages is what the release locks.
RELEASE := $(VENV)/release
WORKFLOWS := $(wildcard .github/workflows/*.y*ml examples/*/.github/workflows/*.y*ml)
PYTEST := $(BIN)/python -m pytest --numprocesses $(WORKERS) --no-loadscope-reorder --durations 20
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
	--upgrade --quiet --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# Where it is set, each Python compiles moto anew: 5.2 s of processor time instead of 2.8 s.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-versions mutate prove-policy compliance check check-python check-terraform \
	check-workflows check-words check-docs docs site screenshots lock lock-airflow release-dry-run clean

help: ## Show these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.ready ## Install mwaa-ecs and its tools into .venv

demo: $(VENV)/.ready ## Run the hello-world container from a DAG, with no AWS account
	$(MWAA_ECS) sandbox run examples/hello-world

test: $(VENV)/.ready ## Run every test
	$(PYTEST) -m "not versions" $(PYTEST_ARGS)

test-versions: $(VENV)/.ready ## Run on other versions of Airflow and Terraform what `test` runs on some
	$(PYTEST) -m versions $(PYTEST_ARGS)

mutate: $(VENV)/.ready ## Break each rule and message of the HCL in turn; show what no test notices
	$(BIN)/python tests/mutation/mutate.py $(MUTATE_ARGS)

prove-policy: $(VENV)/.ready ## Prove that the policies are enough and not more; write the page
	$(BIN)/python tests/policy/prove.py

compliance: $(CHECKOV)/.ready ## Scan the examples' plans with checkov: each finding needs an answer
	$(BIN)/python tests/compliance/scan.py --checkov $(CHECKOV)/bin/checkov $(COMPLIANCE_ARGS)

check: check-python check-terraform check-workflows check-words check-docs ## Format, lint, types, words, workflows, docs and links

check-python: $(VENV)/.ready
	$(BIN)/ruff format --check scripts modules tests examples benchmarks
	$(BIN)/ruff check scripts modules tests examples benchmarks
	$(BIN)/mypy

check-terraform:
	terraform fmt -check -recursive -diff

check-workflows: $(VENV)/.ready
	$(BIN)/zizmor --offline --persona auditor --quiet $(WORKFLOWS)

check-words: $(VENV)/.ready
	$(BIN)/typos
	$(BIN)/rumdl check --quiet .
	$(BIN)/python scripts/check_words.py

check-docs: $(VENV)/.ready
	$(BIN)/python scripts/generate_docs.py --check
	$(BIN)/python scripts/build_site.py --check

docs: $(VENV)/.ready ## Generate the tables in the READMEs, and the copies of shared blocks of HCL
	$(BIN)/python scripts/generate_docs.py

site: $(VENV)/.ready ## Build the documentation as a site, in site/
	$(BIN)/python scripts/build_site.py

screenshots: $(VENV)/.ready ## Write the images of docs/local-mwaa.md, as Chromium sees them now
	$(BIN)/python -m pytest tests/local_mwaa -m "not versions" -k _log_ --screenshots docs/images

lock: $(VENV)/.ready ## Lock this project's own dependencies anew
	$(COMPILE) pyproject.toml --extra sandbox --extra migrate --group dev \
		--no-emit-package mwaa-ecs-operator --output-file requirements/dev.txt
	echo uv | $(COMPILE) - --output-file requirements/bootstrap.txt
	printf 'asyncpg==0.30.0\npsycopg2-binary==2.9.10\n' | $(COMPILE) - \
		--output-file scripts/mwaa_ecs/sandbox/airflow/postgresql_drivers.txt
	echo checkov | $(COMPILE) - --output-file requirements/checkov.txt
	printf 'hatchling\ntwine\nuv\n' | $(COMPILE) - --output-file requirements/release.txt

lock-airflow: $(VENV)/.ready ## Lock an Airflow version: VERSION=3.0.6 PINS=<MWAA's constraints>
	scripts/lock_airflow.sh "$(VERSION)" "$(PINS)"

release-dry-run: $(RELEASE)/.ready ## All of a release but the publishing: TAG=v1.0.0
	$(RELEASE)/bin/python scripts/release.py $(if $(TAG),--tag $(TAG)) $(if $(OUT),--out $(OUT))

clean: ## Remove what setting up made here
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.ready: requirements/bootstrap.txt requirements/dev.txt pyproject.toml \
		modules/dags/operator/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "error: $(PYTHON) is older than Python 3.11; run make PYTHON=<a newer one>" >&2; \
		exit 2; }
	@echo "Setting up $(VENV) from requirements/dev.txt"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
		--require-hashes --requirement requirements/bootstrap.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation \
		--editable modules/dags/operator --editable .
	@touch $@

$(RELEASE)/.ready: $(VENV)/.ready requirements/release.txt
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(RELEASE)
	@$(BIN)/uv pip sync --quiet --python $(RELEASE)/bin/python --only-binary :all: \
		--require-hashes requirements/release.txt
	@touch $@

$(CHECKOV)/.ready: $(VENV)/.ready requirements/checkov.txt
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(CHECKOV)
	@$(BIN)/uv pip sync --quiet --python $(CHECKOV)/bin/python --only-binary :all: \
		--require-hashes requirements/checkov.txt
	@touch $@
