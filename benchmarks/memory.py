"""memory: memory of a worker, idle and under load, and whether it grows."""

from benchmarks.evaluate import idx_files, upload, upload_request
from benchmarks.harness import python_client
from benchmarks.harness.load import LoadFailed
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import canvas_png, small_png
from benchmarks.harness.process_memory import MEGABYTE, ProcessMemory, interpreter_memory, process_memory
from benchmarks.harness.process_tree import children
from benchmarks.harness.report_section import Section, Table, format_ratio, target_note
from benchmarks.harness.request import predict_request
from benchmarks.harness.server_process import inkling_command, running_inkling
from trainer.data.spec import load
from trainer.data.split import split

CONNECTIONS = 8
TARGET_MB = 150
GROWTH_MB = 5
"""A smaller difference between the first and the last load does not count as growth."""

BASELINE = """
import onnxruntime, flask, numpy
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
"""


def measure(options: Options) -> Section:
    """Load one worker with predictions, then with evaluations."""
    upload_of_test_set = upload_request(*idx_files(split([load(options.data)], 0, 0.0).test))
    totals = options.pick((2_000, 10_000, 20_000), (20, 40, 60))
    found: list[tuple[str, ProcessMemory]] = []
    with running_inkling(inkling_command(workers=1), options.model) as server:
        (worker,) = children(server.pid)
        found.append(("worker, idle", process_memory(worker)))
        sent = 0
        for total in totals:
            for picture in (small_png(), canvas_png()):
                count = (total - sent) // 2
                result = python_client.run(server.port, predict_request(picture), CONNECTIONS, 0, count=count)
                if result.failed:
                    raise LoadFailed(f"{result.failed} of {count} requests to /predict failed.")
            sent = total
            found.append((f"worker, after {total:,} requests to `/predict`", process_memory(worker)))
        for number in (1, 2, 3):
            upload(server.port, upload_of_test_set)
            name = f"worker, then after {number} request{'s' * (number > 1)} to `/evaluate`"
            found.append((name, process_memory(worker)))
        arbiter = ("arbiter, at the end", process_memory(server.pid))
    return section(found, arbiter, interpreter_memory(BASELINE, str(options.model)), len(totals))


def section(
    found: list[tuple[str, ProcessMemory]], arbiter: tuple[str, ProcessMemory], baseline: ProcessMemory, loads: int
) -> Section:
    """The report section. found: idle, after `loads` loads of /predict, after each evaluation."""
    rows = [
        (
            name,
            f"{memory.rss / MEGABYTE:.1f}",
            f"{memory.pss / MEGABYTE:.1f}",
            format_ratio(memory.rss, baseline.rss),
            format_ratio(memory.pss, baseline.pss),
        )
        for name, memory in (*found, arbiter, ("baseline", baseline))
    ]
    growth = (found[loads][1].rss - found[1][1].rss) / MEGABYTE
    most = max(memory.rss for _, memory in found) / MEGABYTE
    return Section(
        "Memory",
        "Megabytes of a worker process: resident (RSS), and with shared pages divided by the number of processes that share "
        "them (PSS). The baseline is a process that imports onnxruntime, Flask and numpy and loads the same model.",
        [Table(("process", "RSS, MB", "PSS, MB", "RSS ratio", "PSS ratio"), rows)],
        [
            f"Half of the requests carry a 28×28 PNG, half a 280×280 RGBA PNG, over {CONNECTIONS} connections.",
            target_note(most < TARGET_MB, f"under {TARGET_MB} MB resident", f"at most {most:.0f} MB"),
            target_note(growth < GROWTH_MB, "no growth from the first load to the last", f"{growth:+.1f} MB"),
        ],
        ("inkling", "flask", "numpy", "onnxruntime", "pillow", "sqlalchemy"),
    )
