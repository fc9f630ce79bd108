# Two commands matter: `make run` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.yizhan

.PHONY: help run test check lint types walls unit bench peers pictures words reference clean

help:  ## what each target does
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(STAMP)/run  ## install what is missing and start the city of Nanning in the browser
	@exec $(BIN)/yizhan up

test: $(STAMP)/dev  ## everything that can be checked, in parallel
	@$(BIN)/python tools/test_all.py

check: $(STAMP)/dev lint types walls  ## style, types and walls alone

lint:
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types:
	@$(BIN)/mypy

walls:
	@$(BIN)/lint-imports

unit: $(STAMP)/dev  ## the tests without browser, crashes and long sweeps
	@$(BIN)/pytest -q -n 2 -m "not browser and not crash and not slow"

bench: $(STAMP)/dev  ## benchmarks with their floors
	@$(BIN)/yizhan bench kernel

peers:  ## pandana, beside which `yizhan bench reach` measures, in an environment of its own
	@$(BIN)/python -m venv var/bench/peers && var/bench/peers/bin/pip install -q --require-hashes -r requirements/bench.txt

pictures: $(STAMP)/dev  ## remake the pictures in docs/pictures from the running product
	@$(BIN)/python tools/pictures.py

words: $(STAMP)/dev  ## collect texts for translation and compile them
	@$(BIN)/python tools/words.py extract && $(BIN)/python tools/words.py compile

reference: $(STAMP)/dev  ## remake docs/reference and docs/glossary.md
	@$(BIN)/python tools/reference.py

clean:
	@rm -rf .venv node_modules var yizhan/look/static/vendor

.venv/bin/python:
	@echo "[1/4] Python environment"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Yizhan needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing: on Debian, apt install python3-venv"; exit 1; }

define install
	@mkdir -p $(STAMP)
	@echo "[2/4] Python packages ($(1))"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$(1).txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "[3/4] front-end parts"
	@$(BIN)/python tools/frontend.py
	@$(BIN)/python tools/demo_data.py
	@echo "[4/4] texts"
	@$(BIN)/python tools/words.py compile
	@touch $@
endef

$(STAMP)/run: .venv/bin/python requirements/run.txt package-lock.json pyproject.toml $(wildcard yizhan/*/locale/*/LC_MESSAGES/*.po)
	$(call install,run)

$(STAMP)/dev: .venv/bin/python requirements/dev.txt package-lock.json pyproject.toml $(wildcard yizhan/*/locale/*/LC_MESSAGES/*.po)
	$(call install,dev)
	@touch $(STAMP)/run
