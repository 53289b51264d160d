"""memory: what a worker takes, idle and after work, and that it does not grow."""

import subprocess
import sys
from pathlib import Path

from benchmarks.evaluate import form, idx, upload
from benchmarks.harness import python_client
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import canvas_png, small_png
from benchmarks.harness.report_section import Section, Table, verdict
from benchmarks.harness.request import predict
from benchmarks.harness.server_process import ours, serving
from trainer.data.spec import load
from trainer.data.split import split

MEGA = 1e6
TARGET = 150
GROWTH = 5
"""MB between the first and the last count of requests that are not called growth."""

BARE = """
import sys, onnxruntime, flask, numpy
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
print("ready", flush=True)
sys.stdin.read()
"""


def measure(options: Options) -> Section:
    """Watch one worker from its start on."""
    body = form(*idx(split([load(options.data)], 0, 0.0).test))
    counts = options.pick((2_000, 10_000, 20_000), (20, 40, 60))
    requests = [predict("small", small_png()), predict("canvas", canvas_png())]
    found: list[tuple[str, int, int]] = []
    with serving(ours(workers=1), options.model) as served:
        (worker,) = children(served.pid)
        found.append(("idle", *sizes(worker)))
        done = 0
        for count in counts:
            for request in requests:
                outcome = python_client.run(served.port, request, 8, 0, count=(count - done) // 2)
                if outcome.failed:
                    raise RuntimeError(f"Expected every answer to be 200. Received {outcome.failed} others.")
            done = count
            found.append((f"after {count:,} requests of /predict", *sizes(worker)))
        for number in (1, 2, 3):
            upload(served.port, body)
            found.append((f"then after {number} of /evaluate", *sizes(worker)))
        arbiter = ("the arbiter, at the end", *sizes(served.pid))
    return section(found, arbiter, bare(options.model), len(counts))


def section(found: list[tuple], arbiter: tuple, limit: tuple[int, int], steps: int) -> Section:
    """What was found, as a section."""
    rows = [
        (name, f"{rss / MEGA:.1f}", f"{pss / MEGA:.1f}", f"{rss / limit[0]:.2f}", f"{pss / limit[1]:.2f}")
        for name, rss, pss in (*found, arbiter)
    ]
    rows.append(("limit: the bare process", f"{limit[0] / MEGA:.1f}", f"{limit[1] / MEGA:.1f}", "1.00", "1.00"))
    grown = (found[steps][1] - found[1][1]) / MEGA
    most = max(rss for _, rss, _ in found) / MEGA
    return Section(
        "Memory",
        "Megabytes of a worker process, resident (RSS) and with what it shares divided among those that share it (PSS), "
        "beside a bare process that imports onnxruntime, Flask and numpy and holds the same model in a session.",
        [Table(("one worker", "RSS, MB", "PSS, MB", "RSS / bare", "PSS / bare"), rows)],
        [
            "Half of the requests carry a 28×28 PNG, half a 280×280 RGBA PNG, over 8 connections.",
            verdict(most < TARGET, f"At most {most:.0f} MB resident. Target: under {TARGET} MB"),
            verdict(grown < GROWTH, f"From the first count of requests to the last {grown:+.1f} MB. Target: no growth"),
        ],
        ("inkling", "flask", "numpy", "onnxruntime", "pillow", "sqlalchemy"),
    )


def bare(model: Path) -> tuple[int, int]:
    """RSS and PSS of the bare process."""
    with subprocess.Popen(
        [sys.executable, "-c", BARE, str(model)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()
        found = sizes(process.pid)
        process.stdin.close()
    return found


def sizes(pid: int) -> tuple[int, int]:
    """RSS and PSS of a process, in bytes, as Linux counts them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return kilobytes["Rss"] * 1024, kilobytes["Pss"] * 1024


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()]
