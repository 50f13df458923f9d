# Two commands matter: `make reports` and `make test`. Each sets everything up first.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/installed
# Bytecode is written on purpose: without it every notebook kernel compiles its imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: reports test setup check format snapshot docs lock clean

reports: setup ## make every member's report, slides and outputs/index.html from the bundled snapshot
	$(BIN)/uso report --all --format html,slides

test: setup check ## run every check and test
	# By file: xdist's groups are not kept under pytest 9.2, and costly fixtures would be made in every process.
	# In the order of names: sorted by how many tests they hold, the files with few and long ones would come last.
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

setup: $(STAMP) ## create .venv from the hash-pinned lock

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

check: setup ## lint, format and type checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup ## format the code and sort the imports
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

snapshot: setup ## rebuild the bundled snapshot from ../shared/figures
	$(BIN)/python -m uso_lib.sources.snapshot ../shared/figures

docs: setup ## rewrite the generated pages of docs/
	$(BIN)/python -m uso_lib.indicator_document > docs/indicators.md.new
	mv docs/indicators.md.new docs/indicators.md
	$(BIN)/python tests/fault_cases.py > docs/fetch_faults.md.new
	mv docs/fetch_faults.md.new docs/fetch_faults.md

lock: setup ## renew requirements.lock (needs the package registry)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --python-version 3.11 \
		--no-annotate --no-header requirements.in requirements-dev.in -o requirements.lock

clean: ## remove everything that was installed or made
	rm -rf .venv outputs/* build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
