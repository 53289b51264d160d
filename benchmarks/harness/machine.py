"""Machine: what the figures were measured on, without a name or a path of it."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.harness.cpu_affinity import available


def processor() -> str:
    """The processor's model, as the system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def describe() -> str:
    """Processor, cores, system."""
    cores = len(available())
    return f"{processor()}, {cores or 'unknown'} core{'s' * (cores != 1)}, {platform.system()} {platform.machine()}"


def versions(packages: Sequence[str]) -> str:
    """Python's version and those of the packages; one that is not installed is named as missing."""
    return ", ".join([f"python {platform.python_version()}", *(f"{name} {version_of(name) or 'missing'}" for name in packages)])


def version_of(package: str) -> str | None:
    """The version of a package, None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
