"""Machine facts for the reports: processor, cores, versions; no host names and no paths."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.harness.cpu_affinity import available_cores
from inkling.distribution import distribution_version


def cpu_model() -> str:
    """The processor's model, as the system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def describe_machine() -> str:
    """Processor, number of cores, operating system."""
    cores = len(available_cores())
    return f"{cpu_model()}, {cores or 'unknown'} core{'s' * (cores != 1)}, {platform.system()} {platform.machine()}"


def format_versions(packages: Sequence[str]) -> str:
    """Versions of Python and of the packages; those that are not installed are listed as missing."""
    listed = [f"{name} {installed_version(name) or 'missing'}" for name in packages]
    return ", ".join([f"python {platform.python_version()}", *listed])


def installed_version(package: str) -> str | None:
    """The version of a package; None if it is not installed."""
    try:
        return distribution_version() if package == "inkling" else version(package)
    except PackageNotFoundError:
        return None
