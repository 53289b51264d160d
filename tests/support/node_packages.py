"""A folder with npm packages for tests in Node, installed once into the user's cache."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from platformdirs import user_cache_path

from tests.conftest import missing

INSTALL_SECONDS = 300
NPM_OPTIONS = ["--no-audit", "--no-fund", "--no-package-lock", "--no-update-notifier", "--ignore-scripts", "--loglevel=error"]


def node_packages(manifest: Path) -> Path:
    """The node_modules folder with the packages of a package.json.

    Skips without Node and npm, or where the registry can't be reached; in CI, fails.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        missing("no Node: node and npm are not in PATH")
    version = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=True).stdout
    content = hashlib.sha256(f"{version} {manifest.read_text('utf-8')}".encode()).hexdigest()[:12]
    folder = user_cache_path("inkling") / "node" / content
    complete = folder / "complete"
    if not complete.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(manifest, folder)
        command = [str(npm), "install", *NPM_OPTIONS]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        if done.returncode:
            missing(f"npm cannot install {manifest.parent.name}/{manifest.name}: {done.stderr.strip()[-300:]}")
        complete.touch()
    return folder / "node_modules"
