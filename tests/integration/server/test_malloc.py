"""The heap: memory that large blocks took goes back to the system."""

import subprocess
import sys

from tests.conftest import missing

# Threads that each take and free blocks of 4 to 20 MB, and by how many megabytes the process has grown in the end.
WORK = """
import sys, threading
import numpy as np
from server.runtime.malloc import give_back_large_blocks

def resident():
    return next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmRSS"))

def work():
    for _ in range(3):
        for size in (4, 20, 12, 16):
            blocks = [np.ones(size << 17), np.ones(size << 16)]
        kept.append(bytes(100))  # lies above what is freed
        del blocks

kept = []
if sys.argv[1] == "bound" and not give_back_large_blocks():
    sys.exit("no such bound")
before = resident()
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resident() - before)
"""


def grown(how: str) -> float:
    """Megabytes that a process of its own has grown by."""
    done = subprocess.run([sys.executable, "-c", WORK, how], capture_output=True, text=True, check=False)
    if done.returncode:
        missing(f"Linux and glibc: {done.stderr.strip()[-100:]}")
    return float(done.stdout)


def test_large_blocks_are_given_back():
    """A process that bounds its heap ends about as large as it began; one that does not keeps much of the work."""
    bound, free = grown("bound"), grown("free")
    assert bound < 5
    assert free > 2 * bound
