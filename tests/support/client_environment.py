"""Virtual environments with clients of other projects, whose dependencies conflict with ours."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from platformdirs import user_cache_path

INSTALL_SECONDS = 300


def client_python(requirements: Path) -> Path:
    """The interpreter of an environment with these requirements, installed once into the user's cache.

    Skips where the package registry cannot be reached; in CI, fails.
    """
    content = hashlib.sha256(f"{sys.version} {requirements.read_text('utf-8')}".encode()).hexdigest()[:12]
    folder = user_cache_path("inkling") / "clients" / f"{requirements.stem}-{content}"
    python, complete = folder / "bin" / "python", folder / "complete"
    if not complete.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)]
        done = subprocess.run(install, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        if done.returncode:
            reason = f"cannot install {requirements.name}: {done.stderr.strip()[-300:]}"
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
        complete.touch()
    return python
