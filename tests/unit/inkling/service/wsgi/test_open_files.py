"""The limit on open files."""

import resource
import subprocess
import sys

import pytest

from inkling.service.wsgi.open_files import FILES_PER_CONNECTION, RESERVED_FILES, allowed_connections

PROGRAM = """
import resource
from inkling.service.wsgi.open_files import *
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
raise_open_files_limit(100)
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], allowed_connections(100))
"""
NEEDED = RESERVED_FILES + FILES_PER_CONNECTION * 100


def run(soft: int, hard: int) -> subprocess.CompletedProcess[str]:
    """Raise the limit in a process of its own."""
    program = PROGRAM.format(soft=soft, hard=hard)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "connections"),
    [(64, 4_096, NEEDED, 100), (64, 64, 64, 12), (64, 100, 100, 30), (2_000, 4_096, 2_000, 100)],
)
def test_limit_is_raised_as_far_as_needed(soft: int, hard: int, raised: int, connections: int) -> None:
    """Never above the hard limit; then fewer connections are accepted, so that files remain for their bodies."""
    assert run(soft, hard).stdout.split() == [str(raised), str(connections)]


def test_too_low_a_limit_is_refused() -> None:
    """With a sentence that says what to do."""
    assert "ulimit -n" in run(RESERVED_FILES, RESERVED_FILES).stderr


def test_unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in some containers."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert allowed_connections(500) == 500
