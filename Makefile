# The first word to type is `make help`. Needs GNU make 3.81 or later, and Python 3.11 or later.

RUN = .venv/bin/python
COURSE_COMMAND = $(RUN) -m course_lib
PYTEST = $(RUN) -m pytest
SPREAD = -n logical --maxprocesses 4 --dist loadfile

# The first Python that is new enough; another one with `make lab PYTHON=/path/to/python`.
IS_NEW = -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
PYTHON = $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p $(IS_NEW) && echo $$p && break; done)

# What the targets below are told: NAME, LESSON, COURSE, STUDENT, FILES, DUE, LESSONS, FORMAT, PORT,
# PYODIDE.
told = $(if $($(1)),$($(1)),$(error Say which $(1): for example, make $@ $(2)))
lesson = $(call told,LESSON,LESSON=02_adagrad)
course = $(call told,COURSE,COURSE=../my-course)

.PHONY: help student everything lab test test-all test-frameworks check reset progress submit
.PHONY: build notebooks lint format figures bench bench-views bench-classroom bench-lessons
.PHONY: bench-start clean programs attack-report bench-grading release new-term demo site roster
.PHONY: collect grade feedback report export

help: ## This list | at once
	@awk -F ':.*## | [|] ' '/^[a-z-]+:.*## / { printf "make %-16s %-66s  %s\n", $$1, $$2, $$3 }' Makefile

# For students

lab: student ## Open JupyterLab on the course (PORT=8890 for that port alone) | 10 s
	@$(RUN) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks \
		$(if $(PORT),--ServerApp.port=$(PORT) --ServerApp.port_retries=0) \
		$(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_ARGS)

# A function that is not right yet is no failure of make's: it says nothing more then.
check: student ## Check your functions (NAME=adagrad for some; HINT=1) | 5 s
	@$(COURSE_COMMAND) check $(NAME) $(if $(HINT),--hint) || [ $$? -eq 1 ]

reset: student ## Make a function blank again, and keep the old (NAME=adam_update) | 1 s
	@$(COURSE_COMMAND) reset $(call told,NAME,NAME=adam_update)

progress: student ## Show how far you are | 5 s
	@$(COURSE_COMMAND) progress

submit: student ## Pack a lesson to hand it in (LESSON=02_adagrad STUDENT=you) | 2 s
	@$(COURSE_COMMAND) submit $(lesson) $(if $(STUDENT),--student "$(STUDENT)")

# For instructors

release: everything ## Release lessons into a course folder (COURSE=DIR, LESSON=...) | 10 s
	@$(COURSE_COMMAND) release $(LESSON) --course "$(course)"

roster: everything ## Take in the list of students (FILES=students.csv COURSE=DIR) | 1 s
	@$(COURSE_COMMAND) roster $(call told,FILES,FILES=students.csv) --course "$(course)"

collect: everything ## Take in what came (LESSON=02_adagrad COURSE=DIR FILES=all.zip) | 1 s a student
	@$(COURSE_COMMAND) collect $(lesson) --course "$(course)" $(call told,FILES,FILES=all.zip)

grade: everything ## Grade what was handed in (LESSON=02_adagrad COURSE=DIR) | 1 s a student
	@$(COURSE_COMMAND) grade $(lesson) --course "$(course)"

feedback: everything ## Write the students' feedback (LESSON=02_adagrad COURSE=DIR) | 1 s a student
	@$(COURSE_COMMAND) feedback $(lesson) --course "$(course)"

report: everything ## Write a page of marks and mistakes (LESSON=02_adagrad COURSE=DIR) | 5 s
	@$(COURSE_COMMAND) report $(lesson) --course "$(course)"

export: everything ## Write grades.csv; FORMAT=canvas, FORMAT=moodle too (COURSE=DIR) | 5 s
	@$(COURSE_COMMAND) export --course "$(course)" $(if $(FORMAT),--format "$(FORMAT)")

demo: everything ## Open the classroom for a lecture (PORT=8866) | 20 s
	@$(COURSE_COMMAND) demo $(if $(PORT),--port $(PORT))

site: everything ## Make the site: book, views, classroom, course in a browser | 2 min
	@$(COURSE_COMMAND) site $(if $(COURSE),--course "$(COURSE)") \
		$(if $(PYODIDE),--pyodide "$(PYODIDE)")

new-term: everything ## A new course folder (COURSE=DIR DUE=2027-02-05 for lesson 1) | 1 min
	@$(COURSE_COMMAND) new-term "$(course)" --first-due "$(call told,DUE,DUE=2027-02-05)" \
		$(if $(LESSONS),--lessons "$(LESSONS)")

# For contributors

test: everything programs ## Run the tests, after setting up all that they need | 10 min
	@$(PYTEST) $(SPREAD) -m "not full and not frameworks"

test-all: everything programs ## Run every test, the long ones too | 1 h
	@$(PYTEST) $(SPREAD)

test-frameworks: everything ## Compare with PyTorch and optax, where they are installed | 1 min
	@$(PYTEST) -m frameworks

build: everything ## Make blank modules, notebooks and stored data from solutions/ | 1 min
	@$(COURSE_COMMAND) build $(LESSON)

notebooks: build ## Another name for `make build` | 1 min

lint: everything ## Check style, format and type hints | 20 s
	@$(RUN) -m ruff check
	@$(RUN) -m ruff format --check
	@.venv/bin/oxlint
	@$(RUN) -m mypy

format: everything ## Format code and notebooks | 1 s
	@$(RUN) -m ruff format

bench: everything ## Time a step of each rule beside PyTorch (build/bench/updates.json) | 2 min
	@$(PYTEST) tests/bench

bench-views: everything programs ## Time the live views in Chromium (build/bench/views.json) | 2 min
	@PYTHONPATH=tests $(RUN) tests/browser/bench_views.py

bench-classroom: everything programs ## Time and measure each scene (build/bench/classroom.json) | 5 min
	@PYTHONPATH=tests $(RUN) tests/browser/bench_classroom.py

attack-report: everything programs ## Grade hostile submissions, with plain nbgrader beside | 1 h
	@$(RUN) tests/grading/attack_report.py

bench-grading: everything programs ## Time grading beside plain nbgrader (N=64; build/bench/grading.json) | 15 min
	@$(RUN) tests/grading/bench_grading.py $(N)

bench-lessons: everything ## Time each lesson on the reference (build/bench/lessons.json) | 2 min
	@$(RUN) tests/notebooks/bench_lessons.py

bench-start: everything ## Time the set-up by uv and by pip (build/bench/start.json) | 5 min
	@$(RUN) tests/project/bench_start.py

figures: everything ## Measure anew what docs/checks.md says of pairs and mutants | 1 h
	@STORE_FIGURES=1 $(PYTEST) $(SPREAD) tests/checks
	@$(COURSE_COMMAND) build

clean: ## Delete .venv/, build/ and caches, none of your work | 5 s
	@rm -rf .venv .venv.lock build .pytest_cache .ruff_cache .hypothesis .benchmarks *.egg-info
	@find . -name __pycache__ -prune -exec rm -rf {} +

programs: everything ## Install Chromium, bubblewrap and PostgreSQL by apt-get, if allowed | 1 min
	@may=; [ "$$(id -u)" = 0 ] || may="sudo -n"; \
	missing=$$($(RUN) tests/programs.py); \
	[ -z "$$missing" ] || ! command -v apt-get >/dev/null || ! $$may true 2>/dev/null || { \
		echo "Installing $$missing by apt-get, for the tests."; \
		$$may apt-get update -qq; \
		for package in $$missing; do \
			$$may env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
				--no-install-recommends $$package >/dev/null || true; \
		done; }

# The environment

student: ## Set up what a student needs, in .venv/ | 1 min
everything: ## Set up what instructors and contributors need, too | 1 min
student everything:
	@"$(PYTHON)" $(IS_NEW) || { echo "The course needs Python 3.11 or newer. Install it from" \
		"python.org, or say where it is: make lab PYTHON=/path/to/python3" >&2; exit 2; }
	@"$(PYTHON)" .ci/environment.py $@
