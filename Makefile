# Two commands do everything: `make lab` opens the course, `make test` passes the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?= -n 2

.PHONY: lab test exam bench fuzz lint notebooks pins clean
.DEFAULT_GOAL := lab

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "vlearn needs Python 3.11 or newer; try: make PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# jsonschema compiles a grammar at import for a format that nothing here uses: 3.5 CPU seconds in every process that
# reads a notebook. It does without the package when it is not there.
define quick_jsonschema
$(BIN)/pip uninstall -qy rfc3987-syntax
endef

$(VENV)/.course: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install -q -e '.[pdf]'
	@$(quick_jsonschema)
	@touch $@

$(VENV)/.developer: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install -q -e '.[test]'
	@$(quick_jsonschema)
	@touch $@ $(VENV)/.course

lab: $(VENV)/.course
	$(BIN)/vlearn lab

exam: $(VENV)/.course
	$(BIN)/vlearn exam --out out

test: $(VENV)/.developer
	$(BIN)/pytest $(PYTEST_ARGS)

# How many variants of each generated question are looked at.
SEEDS ?= 500
lint: $(VENV)/.developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/vlearn bank lint --seeds $(SEEDS)

bench: $(VENV)/.developer
	$(BIN)/vlearn bench --json out/bench.json

# Every reader of files of unknown origin, 100,000 inputs each, guided by coverage: make fuzz FUZZ="moodle gift"
fuzz: $(VENV)/.developer
	$(BIN)/pip install -q -e '.[fuzz]'
	@$(quick_jsonschema)
	$(BIN)/python -m tests.security.fuzz_importers $(FUZZ)

# Renew the versions that Binder installs: a fresh environment with what the course needs, and the notebook server that
# Binder starts, in the version that fits our JupyterLab. Use the Python of binder/runtime.txt.
pins:
	$(PYTHON) -m venv out/pins
	out/pins/bin/pip install -q . notebook
	out/pins/bin/pip freeze --exclude vlearn > binder/requirements.txt
	rm -rf out/pins

clean:
	rm -rf $(VENV) out dist
