"""malloc: freed memory is returned to the system."""

import subprocess
import sys

import pytest

from tests.conftest import missing

# Threads allocate and free blocks of 4 to 20 MiB; prints by how many MiB the process has grown in the end.
ALLOCATE = """
import sys, threading
import numpy as np
from inkling.service.malloc import set_malloc_thresholds

def resident_mebibytes():
    return next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmRSS"))

def allocate():
    for _ in range(3):
        for size in (4, 20, 12, 16):
            blocks = [np.ones(size << 17), np.ones(size << 16)]
        retained.append(bytes(100))  # lies above the freed blocks
        del blocks

retained = []
if sys.argv[1] == "thresholds" and not set_malloc_thresholds():
    sys.exit("mallopt is missing")
before = resident_mebibytes()
threads = [threading.Thread(target=allocate) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resident_mebibytes() - before)
"""


def measure_growth(mode: str) -> float:
    """Growth of a new process in MiB."""
    done = subprocess.run([sys.executable, "-c", ALLOCATE, mode], capture_output=True, text=True, check=False)
    if done.returncode:
        missing(f"Linux and glibc: {done.stderr.strip()[-100:]}")
    return float(done.stdout)


@pytest.mark.slow
def test_freed_blocks_are_returned_to_the_system():
    """With the thresholds a process hardly grows; with glibc's defaults it retains much of the freed memory."""
    growth, default_growth = measure_growth("thresholds"), measure_growth("defaults")
    assert growth < 5
    assert default_growth > 2 * growth
