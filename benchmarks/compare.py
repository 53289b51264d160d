"""compare: /predict of this checkout next to another one, in one run: `python -m benchmarks compare --against PATH`."""

import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.harness.cpu_affinity import split_cores
from benchmarks.harness.load import load_generator, measure_load
from benchmarks.harness.load_result import LoadResult, load_cells
from benchmarks.harness.options import Options
from benchmarks.harness.pictures import CANVAS_SIDE, canvas_png, small_png
from benchmarks.harness.report_section import Section, Table, format_ratio, load_average, target_note
from benchmarks.harness.request import Request, predict_request
from benchmarks.harness.server_process import ROOT, Command, ServerNotStarted, running_inkling
from benchmarks.harness.timing import Samples

ROUNDS = 12
SECONDS = 3
TOLERANCE = 0.03
"""A smaller loss of throughput does not count: about the noise of the median of 12 rounds."""

LOADS: tuple[tuple[Request, int], ...] = (
    (predict_request(small_png(), "28×28 PNG"), 1),
    (predict_request(small_png(), "28×28 PNG"), 8),
    (predict_request(canvas_png(), f"{CANVAS_SIDE}×{CANVAS_SIDE} RGBA PNG"), 8),
)
FIGURES = ("requests_per_second", "p50", "p99")


@dataclass
class Checkout:
    """A source tree. model: the one it serves. results: of each of the LOADS, one per round."""

    name: str
    root: Path
    model: Path
    results: list[list[LoadResult]] = field(default_factory=lambda: [[] for _ in LOADS])

    @property
    def python(self) -> str:
        """The interpreter of the tree's own environment; this one if it has none."""
        own = self.root / ".venv" / "bin" / "python"
        return str(own) if own.exists() else sys.executable

    def command(self) -> Command:
        """The command that serves the tree with one worker, by the entry point in its pyproject.toml.

        Raises ServerNotStarted if there is none.
        """
        try:
            project = tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))["project"]
            module, function = project["scripts"]["server"].split(":")
        except (OSError, KeyError, ValueError):
            raise ServerNotStarted("The other checkout has no pyproject.toml with a script named `server`.") from None
        code = f"import sys; from {module} import {function}; sys.argv[0] = 'server'; sys.exit({function}())"
        return lambda port: [self.python, "-c", code, "run", "--port", str(port), "--workers", "1"]


def measure(options: Options) -> Section:
    """Start both servers in alternating order, newly in each round, and load them."""
    assert options.against is not None  # checked by the command line
    busy = load_average()
    this = Checkout("this checkout", ROOT, options.model)
    other = Checkout("the other checkout", options.against, options.against / "models" / "digits.onnx")
    for number in range(options.pick(ROUNDS, 1)):
        for checkout in (this, other) if number % 2 == 0 else (other, this):
            load_once(checkout, options)
    return section(this, other, options, busy)


def load_once(checkout: Checkout, options: Options) -> None:
    """One round of one checkout. Raises ServerNotStarted or LoadFailed."""
    core, rest = split_cores()
    with running_inkling(checkout.command(), checkout.model, core, checkout.root) as server:
        for request, connections in LOADS[1:]:  # warm-up
            measure_load(server.port, request, connections, 1, rest)
        for (request, connections), results in zip(LOADS, checkout.results, strict=True):
            results.append(measure_load(server.port, request, connections, options.pick(SECONDS, 1), rest))


def section(this: Checkout, other: Checkout, options: Options, busy: float) -> Section:
    """The report section. busy: the load average before the first measurement."""
    rows, ratios = [], []
    for (request, connections), own, others in zip(LOADS, this.results, other.results, strict=True):
        for name, results in ((this.name, own), (other.name, others)):
            rows.append((f"{request.name}, {name}", str(connections), *load_cells(results)))
        pairs = {
            figure: Samples.of(
                [getattr(mine, figure) / getattr(yours, figure) for mine, yours in zip(own, others, strict=True)]
            )
            for figure in FIGURES
        }
        ratios.append(pairs["requests_per_second"].median)
        rows.append((f"{request.name}, ratio of the pairs", str(connections), *map(str, pairs.values())))
    interpreters = "the same interpreter" if this.python == other.python else "each in its own environment"
    return Section(
        "Two checkouts",
        "`POST /predict` with four crops, one worker on one core: this checkout next to another one, each with its own "
        f"`models/digits.onnx`, {interpreters}.",
        [Table(("load", "connections", "requests/s", "p50, ms", "p99, ms"), rows)],
        [
            f"Rounds in alternating order: {options.pick(ROUNDS, 1)}, each with newly started servers. Each ratio is this "
            f"checkout's figure divided by the other's in the same round. The load comes from {load_generator()}.",
            target_note(
                min(ratios) >= 1 - TOLERANCE,
                f"no load more than {TOLERANCE:.0%} slower than in the other checkout",
                f"{format_ratio(min(ratios), 1)} of its requests/s in the worst case",
            ),
        ],
        ("inkling", "flask", "gunicorn", "waitress", "onnxruntime", "pillow"),
        busy,
    )
