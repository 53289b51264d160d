# `make run` serves the page and the trainer, `make test` runs the tests. Each target installs what it needs into .venv once.
# Variables: ARGS is passed to the program; PORT and TRAINER_PORT apply to `make run`; DATA, NAME and RUN to `make train`;
# WORKERS is the number of pytest processes; PYTHON selects the interpreter; DOCKER the container engine.

VENV   := .venv
SERVER_STAMP  := $(VENV)/.server-installed
TRAINER_STAMP := $(VENV)/.trainer-installed
DEV_STAMP     := $(VENV)/.dev-installed
BENCH_STAMP   := $(VENV)/.bench-installed
PIP    := $(VENV)/bin/python -m pip install --disable-pip-version-check --constraint constraints.txt
PYTEST = $(VENV)/bin/python -m pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist loadgroup --no-loadscope-reorder
DOCKER ?= docker
PORT   ?= 8000
TRAINER_PORT ?= 8001
WORKERS ?= auto
REVISION = $(shell git rev-parse HEAD 2>/dev/null)
DATA   ?= mnist
NAME   ?= my-$(basename $(notdir $(DATA)))
ifndef RUN
RUN := runs/$(NAME)-$(shell date +%Y%m%d-%H%M%S)
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test test-all coverage train lint bench image sbom

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s  %s\n", $$1, $$2}' Makefile

setup: $(DEV_STAMP)  ## create .venv with the server, the trainer (TensorFlow, 2.8 GB) and the development tools
	@echo "setup: $(VENV) is ready."

# Both services run in the background: a shell delays its traps until the foreground command ends, but a trap interrupts `wait`.
run: $(TRAINER_STAMP)  ## serve the page, the API and the trainer service (TensorFlow, 2 GB)
	@echo "run: serving models/ at port $(PORT) and the trainer at port $(TRAINER_PORT); Ctrl-C stops both."
	@$(VENV)/bin/trainer serve --port $(TRAINER_PORT) \
	  --cors-origin http://127.0.0.1:$(PORT) --cors-origin http://localhost:$(PORT) & trainer=$$!; \
	$(VENV)/bin/server run --port $(PORT) --trainer http://127.0.0.1:$(TRAINER_PORT) $(ARGS) & server=$$!; \
	trap 'kill $$trainer $$server 2>/dev/null' INT TERM; \
	wait $$server; status=$$?; \
	while kill -0 $$server 2>/dev/null; do wait $$server; status=$$?; done; \
	kill $$trainer 2>/dev/null; \
	wait $$trainer; while kill -0 $$trainer 2>/dev/null; do wait $$trainer; done; \
	exit $$status

test: $(DEV_STAMP)  ## run the tests, except slow ones
	@echo "test: running pytest without tests marked slow."
	@$(PYTEST) -m "not slow" $(ARGS)

test-all: $(DEV_STAMP)  ## run all tests
	@echo "test-all: running pytest."
	@$(PYTEST) $(ARGS)

coverage: $(DEV_STAMP)  ## measure which lines of inkling/ the unit tests run; fail below 100 %
	@echo "coverage: running the unit tests of inkling/, except those of inkling/service/."
	@$(PYTEST) tests/unit/inkling --ignore tests/unit/inkling/service --cov --cov-report term-missing:skip-covered $(ARGS)

train: $(DEV_STAMP)  ## fit the default recipe on DATA (mnist) and export models/my-DATA.onnx
	@echo "train: fitting $(DATA) into $(RUN), then exporting to models/$(NAME).onnx."
	@$(VENV)/bin/trainer fit --data '$(DATA)' --run '$(RUN)' $(ARGS)
	@$(VENV)/bin/trainer export '$(RUN)' --out 'models/$(NAME).onnx'
	@echo "train: models/$(NAME).onnx is ready; \`make run ARGS='--model $(NAME)'\` serves it."

lint: $(DEV_STAMP)  ## run ruff and mypy
	@echo "lint: ruff check, ruff format --check, mypy."
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy --strict inkling server
	@$(VENV)/bin/mypy trainer

bench: $(BENCH_STAMP)  ## run the benchmarks on this machine
	@echo "bench: running the benchmarks."
	@$(VENV)/bin/python -m benchmarks $(ARGS)

image:  ## build the Docker images inkling-server and inkling-trainer
	@echo "image: building inkling-server and inkling-trainer with $(DOCKER)."
	@$(DOCKER) build --target server --build-arg REVISION=$(REVISION) --tag inkling-server .
	@$(DOCKER) build --target trainer --build-arg REVISION=$(REVISION) --tag inkling-trainer .

# Each list is that of a new environment, as in the images: .venv has the development tools, too.
sbom: $(SERVER_STAMP)  ## list the packages of both services in dist/*.cdx.json (CycloneDX)
	@echo "sbom: writing dist/server.cdx.json and dist/trainer.cdx.json; the trainer takes minutes."
	@rm -rf build/sbom && mkdir -p build/sbom dist
	@$(VENV)/bin/python -m venv build/sbom/tool
	@build/sbom/tool/bin/pip install --quiet --disable-pip-version-check --requirement deploy/sbom.txt
	@for name in server trainer; do \
	  if [ $$name = server ]; then wanted=.; else wanted='.[trainer]'; fi; \
	  $(VENV)/bin/python -m venv --without-pip build/sbom/$$name || exit 1; \
	  $(VENV)/bin/python -m pip --python build/sbom/$$name/bin/python install --quiet --disable-pip-version-check \
	    --constraint constraints.txt "$$wanted" || exit 1; \
	  build/sbom/tool/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
	    --output-file dist/$$name.cdx.json build/sbom/$$name/bin/python || exit 1; \
	done
	@rm -rf build/sbom

# A stamp is touched after an installation. pip runs again when pyproject.toml or constraints.txt is newer than the stamp.
$(SERVER_STAMP): pyproject.toml constraints.txt
	@$(FIND_PYTHON)
	@echo "setup: installing the server's pinned packages into $(VENV)."
	@$(PIP) --quiet --editable .
	@touch $@

$(TRAINER_STAMP): pyproject.toml constraints.txt | $(SERVER_STAMP)
	@echo "setup: installing the trainer, with TensorFlow, into $(VENV); the first time takes minutes."
	@$(PIP) --quiet --editable '.[trainer]'
	@touch $(SERVER_STAMP) $@

$(DEV_STAMP): pyproject.toml constraints.txt | $(SERVER_STAMP)
	@echo "setup: installing the trainer with TensorFlow and the development tools into $(VENV); the first time takes minutes."
	@$(PIP) --quiet --editable '.[test]'
	@touch $(SERVER_STAMP) $(TRAINER_STAMP) $@

$(BENCH_STAMP): $(DEV_STAMP)
	@echo "setup: installing the benchmark peers into $(VENV)."
	@$(PIP) --quiet --editable '.[test,bench]'
	@touch $(SERVER_STAMP) $(TRAINER_STAMP) $(DEV_STAMP) $@

# Create .venv with the first Python >= 3.11 that has the venv module; otherwise fail with one sentence.
define FIND_PYTHON
if $(VENV)/bin/python -m pip --version >/dev/null 2>&1; then exit 0; fi; \
for python in $(PYTHON) python3.11 python3.12 python3.13 python3; do \
  if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
    echo "setup: creating $(VENV) with $$($$python --version)."; \
    exec $$python -m venv --clear $(VENV); \
  fi; \
done; \
version=$$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none); \
case $$version in \
  none) package=python3-venv ;; \
  3.?|3.10) package=python3.11-venv ;; \
  *) package=python$$version-venv ;; \
esac; \
echo "Python 3.11 or newer with the venv module is required (found: $$version)." \
  "Install it with \`apt install $$package\`, then run make again." >&2; \
exit 1
endef
