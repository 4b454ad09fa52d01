# Two commands matter to a newcomer: `make demo` and `make test`. Both set themselves up.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.NOTPARALLEL:

# The first Python >= 3.11 on PATH that can make an environment; or name one: make demo PYTHON=...
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && echo "$$python" && break; done)

PORT ?= 8000
PYTEST_ARGS ?=
# So many processes run the tests side by side, each with servers of its own; 0 is one, in the foreground.
TEST_WORKERS ?= 2
RACE_TRIALS ?= 50
PIP := .venv/bin/python -m pip --disable-pip-version-check

.PHONY: help
help:
	@echo "make demo           a shop with goods in it, on servers of its own; Ctrl-C stops it (PORT=8000)"
	@echo "make up             the same without the demo goods"
	@echo "make test           the whole test suite (PYTEST_ARGS='-k orders')"
	@echo "make fuzz           ten thousand requests that a fuzzer makes of the schema"
	@echo "make test-browser   the staff site in Chromium (Debian: apt install chromium npm)"
	@echo "make test-services  what only servers of one's own can show (.env.example names them)"
	@echo "make check          what a commit must pass: lint, migrations, deploy check, OpenAPI"
	@echo "make lint           style, types and import rules alone"
	@echo "make openapi        write docs/openapi.yaml anew"
	@echo "make bench          the measurements in benchmarks/"
	@echo "make screenshots    take the pictures in docs/admin.md anew"
	@echo "make requirements   compile requirements/*.in"
	@echo "make clean          remove the environment; data in var/ stays"

# --- running --------------------------------------------------------------------------------------
.PHONY: demo up
demo: .venv/installed-base
	@exec .venv/bin/python manage.py up --demo --port $(PORT) --stop-with-parent

up: .venv/installed-base
	@exec .venv/bin/python manage.py up --port $(PORT) --stop-with-parent

# --- testing --------------------------------------------------------------------------------------
.PHONY: test test-browser test-services fuzz bench screenshots
test: .venv/installed-dev
	.venv/bin/python -m pytest -n $(TEST_WORKERS) \
		-m 'not services and not fuzz and not thorough and not browser' \
		--dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

# Ten thousand requests made of the schema, as nobody, a shopper and staff.
fuzz: .venv/installed-dev
	.venv/bin/python -m pytest -m fuzz $(PYTEST_ARGS)

# The staff site in the machine's own Chromium; without one it is skipped, unless CI is set.
test-browser: .venv/installed-dev
	.venv/bin/python -m pytest tests/browser $(PYTEST_ARGS)

screenshots: .venv/installed-dev
	CI=true .venv/bin/python -m pytest tests/browser/screenshots.py

# What only servers of one's own can show, every race again, often (RACE_TRIALS), and what takes long
# and seldom fails. The servers are named in the environment, see .env.example.
test-services: .venv/installed-dev
	@test -n "$(DATABASE_URL_SERVICES)" -a -n "$(REDIS_URL_SERVICES)" -a -n "$(BROKER_URL_SERVICES)" || { \
		echo "Name the servers in DATABASE_URL_SERVICES, REDIS_URL_SERVICES, BROKER_URL_SERVICES."; exit 1; }
	@DATABASE_URL="$(DATABASE_URL_SERVICES)" REDIS_URL="$(REDIS_URL_SERVICES)" \
	BROKER_URL="$(BROKER_URL_SERVICES)" RACE_TRIALS=$(RACE_TRIALS) \
	.venv/bin/python -m pytest -m 'services or race or thorough' --durations 15 $(PYTEST_ARGS)

bench: .venv/installed-dev
	@set -e; for script in benchmarks/*.py; do \
		echo "== $$script"; PYTHONPATH=. .venv/bin/python "$$script"; done

# --- checking -------------------------------------------------------------------------------------
.PHONY: check lint openapi
check: lint
	DJANGO_SETTINGS_MODULE=config.settings.test .venv/bin/python manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy, as production with secrets made up for this one run"
	@DJANGO_SETTINGS_MODULE=config.settings.production \
	SECRET_KEY="$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	FIELD_ENCRYPTION_KEYS="$$(.venv/bin/python -c 'from cryptography.fernet import Fernet as F; print(F.generate_key().decode())')" \
	BLIND_INDEX_KEY="$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(32))')" \
	AUDIT_KEY="$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(32))')" \
	ALLOWED_HOSTS=shop.example DATABASE_URL=postgres://nobody:none@127.0.0.1:1/none \
	AUDIT_DATABASE_URL=postgres://nobody:none@127.0.0.1:1/record \
	REDIS_URL=redis://127.0.0.1:1/0 BROKER_URL=amqp://127.0.0.1:1// \
	EMAIL_URL=smtp+tls://127.0.0.1:1 DEFAULT_FROM_EMAIL=shop@shop.example \
	.venv/bin/python manage.py check --deploy --fail-level WARNING
	@mkdir -p var
	DJANGO_SETTINGS_MODULE=config.settings.test .venv/bin/python manage.py spectacular \
		--fail-on-warn --validate --file var/openapi.yaml
	diff -u docs/openapi.yaml var/openapi.yaml || { echo "docs/openapi.yaml is old: make openapi"; exit 1; }

lint: .venv/installed-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/bandit -c pyproject.toml -r apps config --severity-level high --quiet

openapi: .venv/installed-dev
	DJANGO_SETTINGS_MODULE=config.settings.test .venv/bin/python manage.py spectacular \
		--fail-on-warn --validate --file docs/openapi.yaml

# --- the environment ------------------------------------------------------------------------------
.PHONY: requirements clean
# An environment that is missing, or whose Python is gone, is made anew.
ifneq ($(shell .venv/bin/python -c '' >/dev/null 2>&1 || echo broken),)
.PHONY: .venv/pyvenv.cfg
endif
.venv/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "Tradepost needs Python 3.11 or later with its venv module: install it" \
		"(Debian: apt install python3 python3-venv) or name one: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Making .venv with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv --clear .venv

.venv/installed-base: requirements/base.txt .venv/pyvenv.cfg
	@echo "Installing requirements/base.txt (pinned and hashed)"
	$(PIP) install --require-hashes -r requirements/base.txt
	@touch $@

# Whatever runs the tests can run the shop.
.venv/installed-dev: requirements/dev.txt requirements/base.txt .venv/pyvenv.cfg
	@echo "Installing requirements/dev.txt (pinned and hashed)"
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch .venv/installed-base $@

requirements:
	@command -v uv >/dev/null || { echo "This needs uv: https://docs.astral.sh/uv/"; exit 1; }
	for name in base dev production; do uv pip compile --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --quiet \
		-o requirements/$$name.txt requirements/$$name.in || exit 1; done

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache staticfiles
