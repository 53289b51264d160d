"""Environments for peers, each in its own folder in the user's cache, created once."""

import hashlib
import json
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks.harness.subprocess_run import run_with_timeout
from benchmarks.peer_systems.unavailable import PeerUnavailable, summarize_failure

HERE = Path(__file__).parent
TIMEOUT_SECONDS = 400
SHARED = ("numpy", "onnxruntime", "pillow")
"""Packages that peers get in the version that Inkling uses."""
MARKER = "installed"
NPM_OPTIONS = ["--no-audit", "--no-fund", "--no-package-lock", "--no-update-notifier"]


def python_peer(name: str, cache: Path, install: bool) -> Path:
    """The interpreter of a virtual environment with requirements/NAME.txt. Raises PeerUnavailable."""
    requirements = [
        *(HERE / "requirements" / f"{name}.txt").read_text("utf-8").split(),
        *(f"{package}=={version(package)}" for package in SHARED),
    ]
    folder = _folder(cache, name, f"{sys.version} {sys.executable} {requirements}")
    python = folder / "bin" / "python"
    if not _is_installed(folder, install):
        _run([sys.executable, "-m", "venv", str(folder)], cache)
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements], cache)
        (folder / MARKER).touch()
    return python


def node_peer(name: str, cache: Path, install: bool) -> Path:
    """A folder with the packages of npm/NAME/package.json in node_modules. Raises PeerUnavailable."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise PeerUnavailable(f"{program} is not installed")
    manifest = HERE / "npm" / name / "package.json"
    folder = _folder(cache, f"npm-{name}", manifest.read_text("utf-8") + _node_version())
    if not _is_installed(folder, install):
        folder.mkdir(parents=True)
        shutil.copy(manifest, folder)
        _run(["npm", "install", *NPM_OPTIONS], folder)
        (folder / MARKER).touch()
    return folder


def python_versions(python: Path, packages: tuple[str, ...]) -> str:
    """Names and versions of packages in an environment."""
    code = "import sys, importlib.metadata as m; print(', '.join(f'{p} {m.version(p)}' for p in sys.argv[1:]))"
    done = subprocess.run([str(python), "-c", code, *packages], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def node_versions(folder: Path, package: str) -> str:
    """Name and version of a package, and of Node."""
    found = json.loads((folder / "node_modules" / package / "package.json").read_text("utf-8"))["version"]
    return f"{package} {found}, node {_node_version().strip().lstrip('v')}"


def _node_version() -> str:
    return subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout


def _folder(cache: Path, name: str, content: str) -> Path:
    """A folder named after the hash of its requirements, so that a stale environment is never measured."""
    return cache / f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _is_installed(folder: Path, install: bool) -> bool:
    """Whether the environment is complete. Removes a partial one. Raises PeerUnavailable if it must not be installed."""
    if (folder / MARKER).exists():
        return True
    if not install:
        raise PeerUnavailable("not installed, and --quick installs nothing")
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return False


def _run(command: list[str], cwd: Path) -> None:
    try:
        done = run_with_timeout(command, cwd, TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        raise PeerUnavailable(f"not installed within {TIMEOUT_SECONDS} s") from None
    if done.returncode:
        raise PeerUnavailable(f"it does not install here: {summarize_failure(done.stderr or done.stdout)}")
