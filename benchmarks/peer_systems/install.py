"""Install: environments for peers, each in a folder of its own, made once and kept in the user's cache."""

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
SECONDS = 400
SHARED = ("numpy", "onnxruntime", "pillow")
"""What ours computes with, too: peers get the same versions."""
DONE = "installed"
QUIET = ["--no-audit", "--no-fund", "--no-package-lock", "--no-update-notifier"]


def python_peer(name: str, cache: Path, install: bool) -> Path:
    """The interpreter of a virtual environment with requirements/NAME.txt. Raises Missing."""
    wanted = [
        *(HERE / "requirements" / f"{name}.txt").read_text("utf-8").split(),
        *(f"{package}=={version(package)}" for package in SHARED),
    ]
    folder = _folder(cache, name, f"{sys.version} {sys.executable} {wanted}")
    python = folder / "bin" / "python"
    if not _ready(folder, install):
        _run([sys.executable, "-m", "venv", str(folder)], cache)
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted], cache)
        (folder / DONE).touch()
    return python


def node_peer(name: str, cache: Path, install: bool) -> Path:
    """A folder with the packages of npm/NAME/package.json in node_modules. Raises Missing."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise PeerUnavailable(f"{program} is not installed")
    wanted = HERE / "npm" / name / "package.json"
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    folder = _folder(cache, f"npm-{name}", wanted.read_text("utf-8") + node)
    if not _ready(folder, install):
        folder.mkdir(parents=True)
        shutil.copy(wanted, folder)
        _run(["npm", "install", *QUIET], folder)
        (folder / DONE).touch()
    return folder


def python_versions(python: Path, packages: tuple[str, ...]) -> str:
    """Names and versions of packages in an environment."""
    code = "import sys, importlib.metadata as m; print(', '.join(f'{p} {m.version(p)}' for p in sys.argv[1:]))"
    done = subprocess.run([str(python), "-c", code, *packages], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def node_versions(folder: Path, package: str) -> str:
    """Name and version of a package, and of Node."""
    found = json.loads((folder / "node_modules" / package / "package.json").read_text("utf-8"))["version"]
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip().lstrip("v")
    return f"{package} {found}, node {node}"


def _folder(cache: Path, name: str, content: str) -> Path:
    """Another folder for other content, so that nothing old is ever measured."""
    return cache / f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _ready(folder: Path, install: bool) -> bool:
    """Whether all is there; what was left half done is removed before it is done anew."""
    if (folder / DONE).exists():
        return True
    if not install:
        raise PeerUnavailable("not installed, and --quick installs nothing")
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return False


def _run(words: list[str], place: Path) -> None:
    ended = run_with_timeout(words, place, SECONDS)
    if ended is None:
        raise PeerUnavailable(f"not installed within {SECONDS} s")
    if ended.code:
        raise PeerUnavailable(f"it does not install here: {summarize_failure(ended.talk or ended.output)}")
