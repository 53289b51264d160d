"""The Makefile: installation, targets, signals."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.server_process import wait_for

ROOT = Path(__file__).parents[2]
TARGETS = ("setup", "run", "test", "test-all", "coverage", "train", "lint", "bench", "image", "sbom")
VARIABLES = ("ARGS", "PORT", "TRAINER_PORT", "DATA", "NAME", "RUN", "WORKERS")


def make(folder: Path, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess:
    """Run make in a folder."""
    inherited = ("MAKE", "MFLAGS", *VARIABLES)  # a make that runs the tests exports its variables
    environment = {name: value for name, value in os.environ.items() if not name.startswith(inherited)}
    environment |= {"PATH": path} if path else {}
    command = [shutil.which("make"), "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def script(path: Path, body: str) -> None:
    """Write an executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def project(tmp_path) -> Path:
    """A folder with only the files that the Makefile's installation reads."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_make_alone_lists_every_target():
    """`make` prints each target with its description, and runs nothing."""
    printed = make(ROOT).stdout
    assert re.findall(r"^make ([\w-]+) +\S.*$", printed, re.MULTILINE) == ["help", *TARGETS]


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_prints_its_name(target):
    """Each target exists and first prints a line that starts with its name."""
    planned = make(ROOT, "--dry-run", "--always-make", target)
    assert planned.returncode == 0, planned.stderr
    assert f'echo "{target}: ' in planned.stdout


def test_run_installs_once_and_again_after_a_dependency_change(project):
    """The first run installs server and trainer, the second nothing; a newer pyproject.toml or constraints.txt reinstalls."""
    log = project / "log"
    script(project / ".venv/bin/python", f'echo "$*" >> {log}')
    for program in ("server", "trainer"):
        script(
            project / f".venv/bin/{program}", f'echo "{program} $*" >> {log}; sleep 0.5'
        )  # make stops the trainer when the server exits

    def installs() -> list[str]:
        log.write_text("")
        done = make(project, "run", "ARGS=--workers 1", "PORT=8198", "TRAINER_PORT=8199")
        assert done.returncode == 0, done.stderr
        lines = log.read_text().splitlines()
        assert "server run --port 8198 --trainer http://127.0.0.1:8199 --workers 1" in lines
        origins = "--cors-origin http://127.0.0.1:8198 --cors-origin http://localhost:8198"
        assert f"trainer serve --port 8199 {origins}" in lines
        return [line for line in lines if "--editable" in line]

    assert [line.split("--editable ")[1] for line in installs()] == [".", ".[trainer]"]
    assert installs() == []
    stamps = [project / ".venv" / name for name in (".server-installed", ".trainer-installed")]
    for changed in ("pyproject.toml", "constraints.txt"):
        later = stamps[0].stat().st_mtime + 10
        os.utime(project / changed, (later, later))
        for stamp in stamps:
            os.utime(stamp, (later - 5, later - 5))
        assert len(installs()) == 2
        for stamp in stamps:
            os.utime(stamp, (later + 5, later + 5))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_both_services(project, number):
    """SIGINT to the process group (Ctrl-C) and SIGTERM to make alone both stop server and trainer."""
    log = project / "log"
    log.write_text("")
    for name in (".server-installed", ".trainer-installed"):
        (project / ".venv").mkdir(exist_ok=True)
        (project / ".venv" / name).touch()
    for program in ("server", "trainer"):
        lines = f"trap 'echo {program} stopped >> {log}; exit 0' TERM\necho {program} started >> {log}\n"
        script(project / f".venv/bin/{program}", lines + "while :; do sleep 0.05; done")
    command = [shutil.which("make"), "--no-print-directory", "run"]
    heard = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a background shell ignores SIGINT, and children inherit that
    try:
        running = subprocess.Popen(command, cwd=project, start_new_session=True, stderr=subprocess.DEVNULL)
    finally:
        signal.signal(signal.SIGINT, heard)
    try:
        wait_for(lambda: log.read_text().count("started") == 2, "both services to start")
        os.killpg(running.pid, number) if number == signal.SIGINT else running.terminate()
        running.wait(20)
    except BaseException:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        raise
    wait_for(lambda: log.read_text().count("stopped") == 2, "both services to stop")


def test_failed_installation_is_retried(project):
    """When pip fails, make fails, and the next make installs again."""
    script(project / ".venv/bin/python", 'case "$*" in *install*) exit 3 ;; esac')
    script(project / ".venv/bin/server", "true")
    script(project / ".venv/bin/trainer", "true")
    assert make(project, "run").returncode != 0
    script(project / ".venv/bin/python", 'case "$*" in *install*) echo installing ;; esac')
    again = make(project, "run")
    assert again.returncode == 0
    assert "installing" in again.stdout


def test_train_exports_the_run_it_fitted(project):
    """`make train` fits into a new run folder and exports that folder under a name that overwrites no shipped model."""
    script(project / ".venv/bin/python", "true")
    script(project / ".venv/bin/trainer", 'echo "$*"')
    done = make(project, "train", "DATA=kmnist")
    fitted, exported = [line.split() for line in done.stdout.splitlines() if line.startswith(("fit", "export"))]
    assert fitted[:3] == ["fit", "--data", "kmnist"]
    assert re.fullmatch(r"runs/my-kmnist-\d{8}-\d{6}", fitted[-1])
    assert exported == ["export", fitted[-1], "--out", "models/my-kmnist.onnx"]


@pytest.mark.parametrize(
    ("version", "package"),
    [(None, "python3-venv"), ("3.9", "python3.11-venv"), ("3.10", "python3.11-venv"), ("3.13", "python3.13-venv")],
)
def test_missing_python_names_the_package_to_install(project, version, package):
    """Without Python 3.11 or newer and its venv module, make fails with one sentence that names the Debian package."""
    tools = project / "bin"
    tools.mkdir()
    (tools / "date").symlink_to(shutil.which("date"))
    if version:
        script(tools / "python3", f'case "$2" in *ensurepip*) exit 1 ;; *) echo {version} ;; esac')
    done = make(project, "run", path=str(tools))
    assert done.returncode != 0
    sentence = done.stderr.splitlines()[0]
    assert f"`apt install {package}`" in sentence
    assert f"found: {version or 'none'}" in sentence
    assert not (project / ".venv").exists()
