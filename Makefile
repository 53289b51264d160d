# `make run` serves the page and the trainer, `make test` runs the tests: each sets up what it needs in .venv, once.
# Variables: ARGS goes to the program, PORT TRAINER_PORT to `make run`, DATA NAME RUN to `make train`, PYTHON picks the
# interpreter, DOCKER the engine.

VENV   := .venv
BASE   := $(VENV)/.base-is-installed
LEARN  := $(VENV)/.trainer-is-installed
FULL   := $(VENV)/.everything-is-installed
PEERS  := $(VENV)/.peers-are-installed
PIP    := $(VENV)/bin/python -m pip install --disable-pip-version-check --constraint constraints.txt
DOCKER ?= docker
PORT   ?= 8000
TRAINER_PORT ?= 8001
DATA   ?= mnist
NAME   ?= my-$(basename $(notdir $(DATA)))
ifndef RUN
RUN := runs/$(NAME)-$(shell date +%Y%m%d-%H%M%S)
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test train lint bench image

help:  ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s  %s\n", $$1, $$2}' Makefile

setup: $(FULL)  ## make .venv with everything: server, trainer (TensorFlow, 2.8 GB on disk) and the tests' tools
	@echo "setup: $(VENV) holds everything."

# The shell waits for both in the background, as its traps would wait for what runs in front. A trap ends a wait early.
run: $(LEARN)  ## serve the page with the models in models/, and the trainer (TensorFlow, 2 GB on disk) beside it
	@echo "run: serving models/ at port $(PORT) and the trainer at port $(TRAINER_PORT); Ctrl-C stops both."
	@$(VENV)/bin/trainer serve --port $(TRAINER_PORT) \
	  --origin http://127.0.0.1:$(PORT) --origin http://localhost:$(PORT) & trainer=$$!; \
	$(VENV)/bin/server run --port $(PORT) --trainer http://127.0.0.1:$(TRAINER_PORT) $(ARGS) & server=$$!; \
	trap 'kill $$trainer $$server 2>/dev/null' INT TERM; \
	wait $$server; status=$$?; \
	while kill -0 $$server 2>/dev/null; do wait $$server; status=$$?; done; \
	kill $$trainer 2>/dev/null; \
	wait $$trainer; while kill -0 $$trainer 2>/dev/null; do wait $$trainer; done; \
	exit $$status

test: $(FULL)  ## run the tests
	@echo "test: running pytest."
	@$(VENV)/bin/python -m pytest $(ARGS)

train: $(FULL)  ## fit the default recipe on DATA (mnist) and export it to models/my-DATA.onnx
	@echo "train: fitting $(DATA) into $(RUN), then exporting to models/$(NAME).onnx."
	@$(VENV)/bin/trainer fit --data '$(DATA)' --run '$(RUN)' $(ARGS)
	@$(VENV)/bin/trainer export '$(RUN)' --out 'models/$(NAME).onnx'
	@echo "train: models/$(NAME).onnx is ready; \`make run ARGS='--model $(NAME)'\` serves it."

lint: $(FULL)  ## check the code's rules and its format
	@echo "lint: ruff check, ruff format --check, mypy."
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy --strict inkling server
	@$(VENV)/bin/mypy trainer

bench: $(PEERS)  ## measure speed and memory on this machine
	@echo "bench: running the benchmarks."
	@$(VENV)/bin/python -m benchmarks $(ARGS)

image:  ## build the Docker images inkling-server and inkling-trainer
	@echo "image: building inkling-server and inkling-trainer with $(DOCKER)."
	@$(DOCKER) build --target server --tag inkling-server .
	@$(DOCKER) build --target trainer --tag inkling-trainer .

# A stamp is older than what it depends on when the project's dependencies changed since: then pip runs again.
$(BASE): pyproject.toml constraints.txt
	@$(FIND_PYTHON)
	@echo "setup: installing the server's pinned packages into $(VENV)."
	@$(PIP) --quiet --editable .
	@touch $@

$(LEARN): pyproject.toml constraints.txt | $(BASE)
	@echo "setup: installing the trainer, with TensorFlow, into $(VENV); the first time takes minutes."
	@$(PIP) --quiet --editable '.[trainer]'
	@touch $(BASE) $@

$(FULL): pyproject.toml constraints.txt | $(BASE)
	@echo "setup: installing the trainer and the tests' tools, with TensorFlow, into $(VENV); the first time takes minutes."
	@$(PIP) --quiet --editable '.[test]'
	@touch $(BASE) $(LEARN) $@

$(PEERS): $(FULL)
	@echo "setup: installing what the benchmarks measure beside us into $(VENV)."
	@$(PIP) --quiet --editable '.[test,bench]'
	@touch $(BASE) $(LEARN) $(FULL) $@

# The first interpreter that is new enough and can make virtual environments, tested versions first; or one sentence.
define FIND_PYTHON
if $(VENV)/bin/python -m pip --version >/dev/null 2>&1; then exit 0; fi; \
for python in $(PYTHON) python3.11 python3.12 python3.13 python3; do \
  if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
    echo "setup: making $(VENV) with $$($$python --version)."; \
    exec $$python -m venv --clear $(VENV); \
  fi; \
done; \
version=$$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none); \
case $$version in \
  none) package=python3-venv ;; \
  3.?|3.10) package=python3.11-venv ;; \
  *) package=python$$version-venv ;; \
esac; \
echo "Expected Python 3.11 or newer with its venv module. Received Python $$version without:" \
  "install it with \`apt install $$package\`, then run make again." >&2; \
exit 1
endef
