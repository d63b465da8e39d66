# Every target does its own set-up; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup compare full serve test bench site samples clean
.DELETE_ON_ERROR:

SITE_SOURCES := $(shell find edge_site models samples -type f \
	-not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/__pycache__/*' 2>/dev/null)

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

compare: setup ## both paths on the same clips; ends with the report (ARGS="--clips DIR --rounds 5 ...")
	@.venv/bin/cerca compare $(ARGS)

full: .venv/.test setup ## compare, over every network, beside the PyTorch baseline, 20 cold starts each (about an hour)
	@.venv/bin/cerca compare --full $(ARGS)

serve: setup ## the site and the local cloud path, for a person (ARGS="--port 8000 ...")
	@.venv/bin/cerca serve $(ARGS)

test: .venv/.test setup ## every test: Python, contract, browser, and the site's own
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@npm --prefix edge_site run --silent test
	@scripts/tests $(ARGS)

BARS := recognizer.bench loadtests.bench loadtests.bench_visits loadtests.bench_recording loadtests.bench_legacy \
	loadtests.bench_memory loadtests.bench_cloud loadtests.bench_function loadtests.bench_load \
	loadtests.bench_network loadtests.bench_report

bench: .venv/.test setup ## the timing bars, side by side in one run
	@missed=0; for bars in $(BARS); do \
		.venv/bin/python -m $$bars || missed=1; done; exit $$missed

samples: .venv/.render ## renders the shipped clips again (needs ../shared/data/asl_words)
	@.venv/bin/cerca samples render
	@.venv/bin/cerca samples check

setup: .venv/.run .venv/.browser edge_site/dist/.built ## what compare and serve need

site: edge_site/dist/.built ## the static site, into edge_site/dist

.venv/.run: requirements/run.txt pyproject.toml
	@test -e .venv/.test -a .venv/.test -nt requirements/run.txt || scripts/environment requirements/run.txt
	@touch $@

.venv/.test: requirements/test.txt requirements/torch.txt pyproject.toml
	@scripts/environment requirements/test.txt requirements/torch.txt
	@touch $@ .venv/.run

.venv/.render: requirements/render.txt requirements/torch.txt pyproject.toml
	@scripts/environment requirements/render.txt requirements/torch.txt
	@touch $@ .venv/.test .venv/.run

.venv/.browser: | .venv/.run
	@scripts/browser
	@touch $@

edge_site/dist/.built: $(SITE_SOURCES) | .venv/.run
	@.venv/bin/python scripts/landmarkers.py
	@scripts/site
	@touch $@

clean: ## removes what the targets made, but for reports and the cache
	rm -rf .venv edge_site/dist edge_site/node_modules
