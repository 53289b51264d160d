"""Provenance of a model: settings, data, device, package versions, commit."""

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from inkling.distribution import distribution_version
from trainer.runs.run import Run
from trainer.settings import LIST_SETTINGS
from trainer.training.setting_changes import read_changes

PACKAGES = ("inkling", "keras", "tensorflow", "jax", "torch", "numpy", "pillow", "onnx", "tf2onnx", "onnxruntime")


def provenance(run: Run, with_paths: bool = False) -> dict:
    """Return the card's `training`: recipe, settings, setting changes, data, teachers, lesson, seed, epochs, device, versions,
    …

    with_paths: include the paths of datasets and teachers on this machine, not only their names.
    """
    settings, history = run.settings, run.history()
    fitted, data = run.fitted, run.data
    return {
        "recipe": settings.recipe,
        "settings": settings.to_dict() if with_paths else _without_paths(settings.to_dict()),
        "changes": [{name: row[name] for name in ("epoch", "step", "changes")} for row in read_changes(run)],
        "data": [*data["sets"], *data.get("outliers", [])],
        "counts": data["counts"],
        "teachers": data.get("teachers", []),
        "lesson": data.get("lesson"),
        "seed": settings.seed,
        "epochs": len(history),
        "temperature": fitted.get("temperature", 1.0),
        "seconds": fitted.get("seconds"),
        "device": fitted.get("device"),
        "backend": fitted.get("backend"),
        "versions": {"python": platform.python_version()} | fitted.get("versions", {}),
        "commit": fitted.get("commit"),
    }


def _without_paths(settings: dict) -> dict:
    """Replace the paths in settings by the names of the files: a path is private, and of no use on another machine."""
    return settings | {name: [Path(value).name for value in settings[name]] for name in LIST_SETTINGS}


def versions() -> dict[str, str]:
    """Return the versions of the installed packages that matter."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = distribution_version() if package == "inkling" else version(package)
        except PackageNotFoundError:
            continue
    return found


def commit() -> str | None:
    """Return the commit of the checkout that this code runs from, with -dirty if it was changed; None outside of a checkout."""
    home = Path(__file__).parents[2]
    if not (home / ".git").exists():  # an installed package: a repository around it is not ours
        return None
    try:
        described = subprocess.run(  # noqa: S603 — a fixed command on our own folder
            ["git", "-C", str(home), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip() or None
