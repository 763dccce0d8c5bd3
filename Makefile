# Everything runs in .venv, which the first target that needs it makes. PYTHON chooses the interpreter it is made from.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
RUN := $(BIN)/python -m

# The stamps say what was installed last; they are older than a requirements file that has changed since.
RUNTIME := $(VENV)/.installed
DEVELOPMENT := $(VENV)/.installed-dev
MEASURING := $(VENV)/.installed-bench
CATALOGUES := $(wildcard tools/make_catalogues.py)

# Tests run in random order, which is printed as a number: make test SEED=that-number runs them in the same order again.
SEED ?= default
PYTEST := $(RUN) pytest --randomly-seed=$(SEED) --dist worksteal --numprocesses auto
# The tests whose outcome hangs on kernels: what these compute is all that the app, files and figures only show, and
# what training and the measures of memory do over and over.
NUMERIC := tests/cells tests/gradients tests/dynamics \
	$(patsubst %,tests/test_%.py,recording holding network deep_parity lengths backward_only inside surroundings answers \
	deep_networks measured_cards)
# Pages and drawings of cells stand among them, and what adds up the same gradients in another order.
REPEATED := $(patsubst %,--ignore tests/%.py,cells/test_registering cells/test_diagrams \
	gradients/test_answering gradients/test_matrix gradients/test_through_time)
KERAS := tests/files/test_keras.py
# The processor of another machine: without what newer ones have, kernels sum in another order and round differently.
ANOTHER := ATEN_CPU_CAPABILITY=default ONEDNN_MAX_CPU_ISA=SSE41 MKL_ENABLE_INSTRUCTIONS=SSE4_2 OPENBLAS_CORETYPE=Nehalem

.DEFAULT_GOAL := help
.PHONY: help run test portable check docs models screenshots bench

help: ## Say what there is to make
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

run: $(RUNTIME) ## Open the app in the browser
	@$(RUN) streamlit run app.py

test: $(DEVELOPMENT) ## Run all tests, those in the browser as well (they need a Chromium)
	@# Three runs: the browser's driver keeps an event loop in its process, which tests of the server must not find, and
	@# with Keras imported a page takes three times as long. In the browser they run in three processes, however
	@# many processors there are: one waits for its page while others compute; each has a browser and a server, 2 GB.
	@# None is shared: runs of other pages may make Streamlit drop a file to be saved before it is fetched.
	@$(PYTEST) --ignore tests/browser --ignore $(KERAS) --maxprocesses 8
	@$(PYTEST) $(KERAS) --maxprocesses 8
	@$(PYTEST) tests/browser --numprocesses 3

portable: $(DEVELOPMENT) ## Run the tests about numbers as on another processor
	@$(ANOTHER) $(PYTEST) $(NUMERIC) $(REPEATED) --maxprocesses 8

check: $(DEVELOPMENT) ## Check the format, the lint rules and the translations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(if $(CATALOGUES),$(RUN) tools.make_catalogues --check)

docs: $(DEVELOPMENT) ## Build the documentation into build/docs, running its notebooks
	@$(RUN) sphinx -W --keep-going -q -d build/doctrees docs build/docs
	@echo "build/docs/index.html"

models: $(RUNTIME) ## Train every shipped network anew
	@$(RUN) tools.make_models

screenshots: $(DEVELOPMENT) ## Take the pictures of the documentation from the running app
	@$(RUN) tools.make_screenshots

bench: $(MEASURING) ## Measure what the project claims about its speed
	@$(RUN) benchmarks.slide
	@$(RUN) benchmarks.new_sentence
	@$(RUN) benchmarks.record
	@$(RUN) benchmarks.cold_start
	@$(RUN) benchmarks.gradients
	@$(RUN) benchmarks.memory
	@$(RUN) benchmarks.training
	@$(RUN) benchmarks.training_live
	@$(RUN) benchmarks.watching
	@$(RUN) benchmarks.searching
	@$(RUN) benchmarks.deep
	@$(RUN) benchmarks.classroom
	@$(RUN) benchmarks.long_sentence

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "rnnviz needs Python 3.11 or newer and $(PYTHON) is not. Name another one: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	{ rm -rf $(VENV); echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(RUNTIME): requirements.txt | $(BIN)/python
	@echo "Installing what rnnviz needs into $(VENV) (the first time takes a few minutes)"
	@$(RUN) pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt requirements.txt | $(BIN)/python
	@echo "Installing what the tests need into $(VENV) (the first time takes a few minutes)"
	@$(RUN) pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(RUNTIME) $@

$(MEASURING): requirements-bench.txt requirements-dev.txt requirements.txt | $(BIN)/python
	@echo "Installing what the benchmarks need into $(VENV)"
	@$(RUN) pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $(RUNTIME) $(DEVELOPMENT) $@
