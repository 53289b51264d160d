"""Throughput of Inkling and of other serving frameworks, interleaved."""

import json
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.harness.cpu_affinity import available_cores, run_in_process, split_cores
from benchmarks.harness.layout import Layout
from benchmarks.harness.load import LoadFailed, measure_load
from benchmarks.harness.load_result import LoadResult, load_cells, load_samples
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Table, format_ratio
from benchmarks.harness.request import Request
from benchmarks.harness.server_process import ServerNotStarted, inkling_command, running_inkling, running_server
from benchmarks.peer_systems.comparison import NONE, Comparison
from benchmarks.peer_systems.framework import (
    APPS,
    BODY,
    FLASK_KERAS,
    FORM,
    FRAMEWORKS,
    Framework,
    peer_environment,
    picture_request,
)
from benchmarks.peer_systems.inkling_measurements import save_keras_model
from benchmarks.peer_systems.unavailable import PeerUnavailable, summarize_failure
from inkling.models.predictor import Predictor

CONNECTIONS = 8
MEASUREMENT = f"requests/s, 28×28 PNG, {CONNECTIONS} connections"
ROUNDS = (3, 2)
SECONDS = 3
COLUMNS = (
    "server",
    "picture posted as",
    "requests/s",
    "p50, ms",
    "p99, ms",
    "Inkling is faster by",
    "Inkling, posted alike, is faster by",
)


@dataclass
class ServerLoads:
    """The loads of one server, or the reason why there are none."""

    versions: str = ""
    loads: list[LoadResult] = field(default_factory=list)
    unavailable: str = ""


@dataclass(frozen=True)
class ServingComparison:
    """own: by the way the picture is posted. peers: by framework. network: name of the Keras model."""

    layout: Layout
    own: dict[str, ServerLoads]
    peers: dict[Framework, ServerLoads]
    network: str

    def comparisons(self) -> list[Comparison]:
        """Inkling, with the picture as the body, next to each framework."""
        own, name = load_samples(self.own[BODY].loads), f"{MEASUREMENT}, {self.layout.name}"
        found = []
        for peer, server in self.peers.items():
            figure = None if server.unavailable else load_samples(server.loads)
            found.append(Comparison(name, peer.name, server.versions, own, figure, True, server.unavailable))
        return found

    def table(self) -> Table:
        """Throughput and latency of each server."""
        rows = [self._row("Inkling", posted_as, server) for posted_as, server in self.own.items()]
        rows += [self._row(peer.name, peer.posted_as, server) for peer, server in self.peers.items()]
        return Table(COLUMNS, rows, f"Servers, {self.layout.name}")

    def _row(self, name: str, posted_as: str, server: ServerLoads) -> tuple[str, ...]:
        if server.unavailable:
            return (name, posted_as, "missing", *[NONE] * (len(COLUMNS) - 3))
        speed = load_samples(server.loads).median
        speedups = (f"{format_ratio(load_samples(self.own[way].loads).median, speed)}×" for way in (BODY, posted_as))
        return (name, posted_as, *load_cells(server.loads), *speedups)


def layouts() -> list[Layout]:
    """One worker, on its own core if there are two; and each server as its documentation starts it.

    Workers are those of Inkling and of tuned peers.
    """
    core, rest = split_cores()
    cores = max(1, len(available_cores()))
    one = "one worker on one core" if core else "one worker, sharing the core with the load"
    return [
        Layout(one, 1, core, rest, threads=1),
        Layout(f"started as documented, on {cores} cores shared with the load", cores),
    ]


def compare(options: Options, until: float) -> list[ServingComparison]:
    """Load each server in each layout, interleaved. No round starts after `until` on the monotonic clock, except the first."""
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        card = Predictor(options.model).card
        shutil.copy(options.model, folder / "model.onnx")
        facts = {"labels": card.labels, "offsets": card.offsets, "size": card.crop_size}
        (folder / "card.json").write_text(json.dumps(facts), "utf-8")
        pythons, known, network = prepare_peers(options, folder)
        found = []
        for layout, rounds in list(zip(layouts(), ROUNDS, strict=True))[: options.pick(2, 1)]:
            own = {posted_as: ServerLoads() for posted_as in (BODY, FORM)}
            peers = {peer: ServerLoads(server.versions, unavailable=server.unavailable) for peer, server in known.items()}
            for number in range(options.pick(rounds, 1)):
                if number and time.monotonic() > until:
                    break
                load_inkling(options, layout, own)
                for peer, server in peers.items():
                    if not server.unavailable:
                        load_peer(options, layout, peer, pythons[peer], server, folder)
            found.append(ServingComparison(layout, own, peers, network))
    return found


def prepare_peers(options: Options, folder: Path) -> tuple[dict[Framework, Path], dict[Framework, ServerLoads], str]:
    """Interpreters of the available frameworks, versions or reasons for each framework, and the Keras model's name."""
    pythons, servers = {}, {}
    for peer in FRAMEWORKS:
        try:
            pythons[peer] = peer.interpreter(options)
            servers[peer] = ServerLoads(peer.versions(pythons[peer]))
        except PeerUnavailable as error:
            servers[peer] = ServerLoads(unavailable=str(error))
    network = "none"
    if any(peer in pythons for peer in FLASK_KERAS):
        network = run_in_process(save_keras_model, options.model, folder / "model.keras")
    return pythons, servers, network


def load_inkling(options: Options, layout: Layout, own: dict[str, ServerLoads]) -> None:
    """One round of Inkling, with the picture posted in both ways. Raises LoadFailed or ServerNotStarted."""
    with running_inkling(inkling_command(layout.workers), options.model, layout.server) as running:
        for posted_as, server in own.items():
            server.loads.append(load_warm(options, layout, running.port, picture_request("/predict", posted_as)))


def load_peer(options: Options, layout: Layout, peer: Framework, python: Path, server: ServerLoads, folder: Path) -> None:
    """One round of a framework. If it fails, it counts as unavailable from then on."""
    request, environment = peer.request(), peer_environment(folder, 1 if peer.is_tuned else layout.threads)
    command = peer.command(python, layout.workers)
    try:
        with running_server(command, request, folder, environment, APPS, layout.server) as running:
            server.loads.append(load_warm(options, layout, running.port, request))
    except (ServerNotStarted, LoadFailed) as error:
        server.unavailable = f"it does not respond here: {summarize_failure(str(error))}"


def load_warm(options: Options, layout: Layout, port: int, request: Request) -> LoadResult:
    """A load after a warm-up; longer if a request fails at first, as happens on a busy machine."""
    try:
        measure_load(port, request, CONNECTIONS, options.pick(2, 1), layout.client)
        return measure_load(port, request, CONNECTIONS, options.pick(SECONDS, 2), layout.client)
    except LoadFailed:
        return measure_load(port, request, CONNECTIONS, 8, layout.client)
