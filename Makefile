# The first word to type is `make help`. Needs GNU make 3.81 or later, and Python 3.11 or later.

RUN = .venv/bin/python
COURSE_COMMAND = $(RUN) -m course_lib
PYTEST = $(RUN) -m pytest
SPREAD = -n logical --maxprocesses 4 --dist loadfile

# The first Python that is new enough; another one with `make lab PYTHON=/path/to/python`.
IS_NEW = -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
PYTHON = $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p $(IS_NEW) && echo $$p && break; done)

# What the targets below are told: NAME, LESSON, COURSE, DUE, FORMAT, PORT and LAB_ARGS.
told = $(if $($(1)),$($(1)),$(error Say which $(1): for example, make $@ $(2)))
lesson = $(call told,LESSON,LESSON=02_adagrad)
course = $(call told,COURSE,COURSE=../my-course)

.PHONY: help lab test test-all test-frameworks check progress submit
.PHONY: build notebooks lint format bench bench-views bench-lessons clean programs
.PHONY: attack-report bench-grading release new-term demo grade feedback report export

help: ## This list | at once
	@awk -F ':.*## | [|] ' '/^[a-z-]+:.*## / { printf "make %-16s %-66s  %s\n", $$1, $$2, $$3 }' Makefile

# For students

lab: .venv/installed ## Open JupyterLab on the course (PORT=8890 for that port alone) | 10 s
	@$(RUN) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks \
		$(if $(PORT),--ServerApp.port=$(PORT) --ServerApp.port_retries=0) \
		$(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_ARGS)

check: .venv/installed ## Check your functions (NAME=adagrad for some of them) | 5 s
	@$(COURSE_COMMAND) check $(NAME)

progress: .venv/installed ## Show how far you are | 5 s
	@$(COURSE_COMMAND) progress

submit: .venv/installed ## Pack a lesson to hand it in (LESSON=02_adagrad) | 2 s
	@$(COURSE_COMMAND) submit $(lesson)

# For instructors

release: .venv/installed ## Release lessons into a course folder (COURSE=DIR, LESSON=...) | 10 s
	@$(COURSE_COMMAND) release $(LESSON) --course "$(course)"

grade: .venv/installed ## Grade what was handed in (LESSON=02_adagrad COURSE=DIR) | 1 s a student
	@$(COURSE_COMMAND) grade $(lesson) --course "$(course)"

feedback: .venv/installed ## Write the students' feedback (LESSON=02_adagrad COURSE=DIR) | 1 s a student
	@$(COURSE_COMMAND) feedback $(lesson) --course "$(course)"

report: .venv/installed ## Write a page of marks and mistakes (LESSON=02_adagrad COURSE=DIR) | 5 s
	@$(COURSE_COMMAND) report $(lesson) --course "$(course)"

export: .venv/installed ## Write grades.csv; FORMAT=canvas, FORMAT=moodle too (COURSE=DIR) | 5 s
	@$(COURSE_COMMAND) export --course "$(course)" $(if $(FORMAT),--format "$(FORMAT)")

demo: .venv/installed ## Open the live views for a lecture (PORT=8866) | 5 s
	@$(COURSE_COMMAND) demo $(if $(PORT),--port $(PORT))

new-term: .venv/installed ## A new course folder (COURSE=DIR DUE=2027-02-05 for lesson 1) | 1 min
	@$(COURSE_COMMAND) new-term "$(course)" --first-due "$(call told,DUE,DUE=2027-02-05)"

# For contributors

test: .venv/installed programs ## Run the tests, after setting up all that they need | 10 min
	@$(PYTEST) $(SPREAD) -m "not full and not frameworks"

test-all: .venv/installed programs ## Run every test, the long ones too | 1 h
	@$(PYTEST) $(SPREAD)

test-frameworks: .venv/installed ## Compare with PyTorch and optax, where they are installed | 1 min
	@$(PYTEST) -m frameworks

build: .venv/installed ## Make blank modules, notebooks and stored data from solutions/ | 1 min
	@$(COURSE_COMMAND) build $(LESSON)

notebooks: build ## Another name for `make build` | 1 min

lint: .venv/installed ## Check style, format and type hints | 20 s
	@$(RUN) -m ruff check
	@$(RUN) -m ruff format --check
	@.venv/bin/oxlint
	@$(RUN) -m mypy

format: .venv/installed ## Format code and notebooks | 1 s
	@$(RUN) -m ruff format

bench: .venv/installed ## Time a step of each rule beside PyTorch (build/bench/updates.json) | 2 min
	@$(PYTEST) tests/bench

bench-views: .venv/installed programs ## Time the live views in Chromium (build/bench/views.json) | 2 min
	@PYTHONPATH=tests $(RUN) tests/browser/bench_views.py

attack-report: .venv/installed programs ## Grade hostile submissions, with plain nbgrader beside | 1 h
	@$(RUN) tests/grading/attack_report.py

bench-grading: .venv/installed programs ## Time grading beside plain nbgrader (N=64; build/bench/grading.json) | 15 min
	@$(RUN) tests/grading/bench_grading.py $(N)

bench-lessons: .venv/installed ## Time each lesson on the reference (build/bench/lessons.json) | 2 min
	@$(RUN) tests/notebooks/bench_lessons.py

clean: ## Delete .venv/, build/ and caches, none of your work | 5 s
	@rm -rf .venv build .pytest_cache .ruff_cache .hypothesis .benchmarks *.egg-info
	@find . -name __pycache__ -prune -exec rm -rf {} +

programs: .venv/installed ## Install Chromium, bubblewrap and PostgreSQL by apt-get, if allowed | 1 min
	@may=; [ "$$(id -u)" = 0 ] || may="sudo -n"; \
	missing=$$($(RUN) tests/programs.py); \
	[ -z "$$missing" ] || ! command -v apt-get >/dev/null || ! $$may true 2>/dev/null || { \
		echo "Installing $$missing by apt-get, for the tests."; \
		$$may apt-get update -qq; \
		for package in $$missing; do \
			$$may env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
				--no-install-recommends $$package >/dev/null || true; \
		done; }

# The environment. It is made anew where there is none or where this folder was moved or copied,
# since paths stand in it; after a change to the lists, only what is missing is installed.
IS_HERE = import os; print(open(".venv/installed").read() == os.getcwd())
ANEW = $(if $(filter True,$(shell $(RUN) -c '$(IS_HERE)' 2>/dev/null)),,anew)

.venv/installed: pyproject.toml constraints.txt $(ANEW)
	@"$(PYTHON)" $(IS_NEW) || { echo "The course needs Python 3.11 or newer. Install it from" \
		"python.org, or say where it is: make lab PYTHON=/path/to/python3" >&2; exit 2; }
	@[ -z "$(ANEW)" ] || { "$(PYTHON)" -m venv --clear .venv >/dev/null; } \
		|| { "$(PYTHON)" -m venv --clear --without-pip .venv && \
			"$(PYTHON)" -m pip --python $(RUN) install --quiet pip; } \
		|| { echo "Python's venv or pip is missing. On Debian and Ubuntu type:" \
			"sudo apt-get install python3-venv" >&2; exit 2; }
	@echo "Installing what the course needs into .venv/; this takes 2 minutes, but only once."
	@$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@$(RUN) -c 'import os; open(".venv/installed", "w").write(os.getcwd())'

anew: ;
