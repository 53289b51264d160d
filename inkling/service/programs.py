"""The programs `server` and `trainer`. They say in one sentence why their package cannot be imported."""

import importlib.util
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import inkling
from inkling.distribution import NAME, extra

HINT = "Install Inkling into a virtual environment of its own, with pipx, or use the container."
OWN_PACKAGES = ("inkling", "server", "trainer")


def server() -> None:
    """Run the command line of the server."""
    _run("server")


def trainer() -> None:
    """Run the command line of the trainer."""
    _run("trainer")


def _run(package: str) -> None:
    """Import `package.cli.main`, which this package may not depend on, and run it."""
    found = importlib.util.find_spec(package)
    origin = Path(found.origin) if found and found.origin else None
    if origin is None or origin.parents[1] != Path(inkling.__file__).parents[1]:
        sys.exit(f"Error: {origin.parent if origin else f'a folder {package}'} hides Inkling's package {package}. {HINT}")
    try:
        main = importlib.import_module(f"{package}.cli.main").main
    except ImportError as error:
        sys.exit(f"Error: {_reason(package, error)}")
    main()


def _reason(package: str, error: ImportError) -> str:
    missing = (error.name or "").partition(".")[0]
    others = set(packages_distributions().get(package, ())) - {NAME}
    if others:
        return f"the distribution {', '.join(sorted(others))} has overwritten Inkling's package {package}. {HINT}"
    if missing in OWN_PACKAGES or not isinstance(error, ModuleNotFoundError):
        raise error
    return f"the package {missing} is not installed. Install the trainer: pip install '{extra('trainer')}'."
