"""Answering: requests a second of our server and of other frameworks' servers, in turns."""

import json
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.harness.cpu_affinity import available_cores, run_in_process, split_cores
from benchmarks.harness.load import Load, LoadFailed, measure_load
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Table, format_ratio
from benchmarks.harness.request import Request
from benchmarks.harness.server_process import ServerNotStarted, inkling_command, running_inkling, running_server
from benchmarks.harness.timing import Samples
from benchmarks.peer_systems.comparison import NONE, Comparison
from benchmarks.peer_systems.framework import APPS, BODY, EVERY, FLASK_KERAS, FORM, Framework, environment, posted
from benchmarks.peer_systems.inkling_side import save_keras
from benchmarks.peer_systems.unavailable import PeerUnavailable, summarize_failure
from inkling.models.predictor import Predictor

CONNECTIONS = 8
WHAT = f"requests a second, 28×28 PNG, {CONNECTIONS} connections"
ROUNDS = (3, 2)
SECONDS = 3
OURS = "ours"
COLUMNS = ("server", "the PNG comes as", "requests/s", "p50, ms", "p99, ms", "ours / theirs", "ours, posted alike / theirs")


@dataclass(frozen=True)
class Layout:
    """How everybody is started. words: as the tables call it.

    workers: of ours and of what is tuned. threads: of a session, 0 for its default. server, client: their cores.
    """

    words: str
    workers: int
    threads: int
    server: set[int] | None
    client: set[int] | None


@dataclass
class ServerLoads:
    """What was found of one server: its loads, or why there are none."""

    versions: str = ""
    loads: list[Load] = field(default_factory=list)
    missing: str = ""

    def spread(self, figure: str = "requests_per_second") -> Samples:
        """One figure of all loads."""
        return Samples.of([getattr(load, figure) for load in self.loads])


@dataclass(frozen=True)
class ServingComparison:
    """ours: by the form that the picture comes in. theirs: by framework. network: of the Keras model."""

    layout: Layout
    inkling_command: dict[str, ServerLoads]
    theirs: dict[Framework, ServerLoads]
    network: str

    def comparisons(self) -> list[Comparison]:
        """Ours, posted as a body, beside every framework."""
        mine, found = self.ours[BODY].spread(), []
        for peer, turns in self.theirs.items():
            theirs = None if turns.missing else turns.spread()
            what = f"{WHAT}, {self.layout.words}"
            found.append(Comparison(what, peer.name, turns.versions, mine, theirs, more_is_faster=True, missing=turns.missing))
        return found

    def table(self) -> Table:
        """Requests and latencies of every server."""
        rows = [self._row(OURS, takes, turns) for takes, turns in self.ours.items()]
        rows += [self._row(peer.name, peer.takes, turns) for peer, turns in self.theirs.items()]
        return Table(COLUMNS, rows, f"Servers, {self.layout.words}")

    def _row(self, name: str, takes: str, turns: ServerLoads) -> tuple[str, ...]:
        if turns.missing:
            return (name, takes, "missing", *[NONE] * (len(COLUMNS) - 3))
        speed = turns.spread()
        beside = (format_ratio(self.ours[form].spread().median, speed.median) for form in (BODY, takes))
        return (name, takes, str(speed), str(turns.spread("p50")), str(turns.spread("p99")), *beside)


def layouts() -> list[Layout]:
    """One worker on a core of its own, where there are two cores; and everybody as its documentation starts it."""
    parts, cores = split_cores(), max(1, len(available_cores()))
    one = "one worker on one core" if parts else "one worker, which shares the core with the load"
    return [
        Layout(one, 1, 1, *(parts or (None, None))),
        Layout(f"started as documented, on {cores} cores shared with the load", cores, 0, None, None),
    ]


def compare(options: Options, until: float) -> list[ServingComparison]:
    """Load every server, in turns, in each layout. Past `until`, on the monotonic clock, no layout gets a further round."""
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        card = Predictor(options.model).card
        shutil.copy(options.model, folder / "model.onnx")
        facts = {"labels": card.labels, "offsets": card.offsets, "size": card.crop_size}
        (folder / "card.json").write_text(json.dumps(facts), "utf-8")
        pythons, known, network = ready(options, folder)
        found = []
        for layout, rounds in list(zip(layouts(), ROUNDS, strict=True))[: options.pick(2, 1)]:
            mine = {form: ServerLoads() for form in (BODY, FORM)}
            theirs = {peer: ServerLoads(turns.versions, missing=turns.missing) for peer, turns in known.items()}
            for number in range(options.pick(rounds, 1)):
                if number and time.monotonic() > until:
                    break
                load_ours(options, layout, mine)
                for peer, turns in theirs.items():
                    if not turns.missing:
                        load_theirs(options, layout, peer, pythons[peer], turns, folder)
            found.append(ServingComparison(layout, mine, theirs, network))
    return found


def ready(options: Options, folder: Path) -> tuple[dict[Framework, Path], dict[Framework, ServerLoads], str]:
    """The interpreters of all frameworks that are there, what is known of each framework, and the Keras model's network."""
    pythons, theirs = {}, {}
    for peer in EVERY:
        try:
            pythons[peer] = peer.interpreter(options)
            theirs[peer] = ServerLoads(peer.versions(pythons[peer]))
        except PeerUnavailable as error:
            theirs[peer] = ServerLoads(missing=str(error))
    network = "none"
    if any(peer in pythons for peer in FLASK_KERAS):
        network = run_in_process(save_keras, options.model, folder / "model.keras")
    return pythons, theirs, network


def load_ours(options: Options, layout: Layout, mine: dict[str, ServerLoads]) -> None:
    """A turn of ours, with the picture in both forms. Raises LoadFailed or NotStarted."""
    with running_inkling(inkling_command(layout.workers), options.model, layout.server) as served:
        for form, turns in mine.items():
            turns.loads.append(load_warm(options, layout, served.port, posted("/predict", form)))


def load_theirs(options: Options, layout: Layout, peer: Framework, python: Path, turns: ServerLoads, folder: Path) -> None:
    """A turn of a framework. One that fails is missing from then on."""
    request, settings = peer.request(), environment(folder, 1 if peer.tuned else layout.threads)
    try:
        with running_server(peer.command(python, layout.workers), request, folder, settings, APPS, layout.server) as served:
            turns.loads.append(load_warm(options, layout, served.port, request))
    except (ServerNotStarted, LoadFailed) as error:
        turns.missing = f"it does not answer here: {summarize_failure(str(error))}"


def load_warm(options: Options, layout: Layout, port: int, request: Request) -> Load:
    """A load after a first one that warms up. What has no answer in that time, as on a busy machine, gets longer."""
    try:
        measure_load(port, request, CONNECTIONS, options.pick(2, 1), layout.client)
        return measure_load(port, request, CONNECTIONS, options.pick(SECONDS, 2), layout.client)
    except LoadFailed:
        return measure_load(port, request, CONNECTIONS, 8, layout.client)
