"""Learning: ours beside ConvNetJS and TensorFlow.js under Node."""

import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.harness.cpu_affinity import available_cores, run_in_process
from benchmarks.harness.options import Options
from benchmarks.harness.timing import Samples, format_number
from benchmarks.peer_systems.comparison import Comparison
from benchmarks.peer_systems.inkling_side import answer_times, fit_until
from benchmarks.peer_systems.install import node_peer, node_versions
from benchmarks.peer_systems.node_scripts import run_script, write_part
from benchmarks.peer_systems.unavailable import PeerUnavailable
from inkling.models.predictor import Predictor
from trainer.data.spec import load
from trainer.data.split import split
from trainer.recipes import recipe

GOAL = 0.98
MARGIN = 0.005
CONVNETJS, TFJS = "ConvNetJS under Node", "TensorFlow.js under Node"
BACKENDS = {
    f"{TFJS}, pure JavaScript": ("pure", "@tensorflow/tfjs", "cpu"),
    f"{TFJS}, WebAssembly": ("pure", "@tensorflow/tfjs", "wasm"),
    f"{TFJS}, native": ("native", "@tensorflow/tfjs-node", ""),
}
OVERALL = "seconds to {goal:.0%} on the test part, four crops; ours: {ours}"
ANSWER = "µs of a four-crop answer; ours: {ours}"
EPOCH = "seconds of an epoch of the `tfjs` network, {n:,} images"


def compare(options: Options) -> list[Comparison]:
    """All comparisons of learning, and of the answers of what was learnt."""
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        known = load(options.data)
        whole, tfjs = split([known], 0, 0.0), split([known], 0, recipe("tfjs").validation)
        for part, content in (("train", whole.train), ("test", whole.test), ("fitted", tfjs.train)):
            write_part(folder, part, content)
        return [*beside_convnetjs(options, folder), *beside_tfjs(options, folder, len(tfjs.train))]


def beside_convnetjs(options: Options, folder: Path) -> list[Comparison]:
    """Its recipe to the goal; ours with the default recipe and with its own; a four-crop answer of both."""
    fits = {"`trainer fit`": "inkling", "`trainer fit --recipe convnetjs`, the same network": "convnetjs"}
    whats = [OVERALL.format(goal=GOAL, ours=name) for name in fits]
    answers = [ANSWER.format(ours=name) for name in ("the model that is served", "the same network, as ONNX")]
    try:
        place = node_peer("pure", options.peers, not options.quick)
        told = {
            "folder": str(folder),
            "offsets": Predictor(options.model).card.offsets,
            "goal": GOAL,
            "margin": MARGIN,
            "every": options.pick(2_500, 200),
            "slice": options.pick(1_000, 50),
            "trainSeconds": options.pick(150, 1),
            "wallSeconds": options.pick(220, 5),
            "answers": options.pick(500, 5),
        }
        theirs = run_script("convnetjs", place, told, told["wallSeconds"] + 60)
    except PeerUnavailable as error:
        return [Comparison(what, CONVNETJS, missing=str(error)) for what in (*whats, *answers)]
    versions = node_versions(place, "convnetjs")
    same = folder / "convnetjs.onnx"
    found = []
    for what, name in zip(whats, fits.values(), strict=True):
        overrides = options.pick({}, {"epochs": 1, "network": "tfjs", "augment": "none"})
        onnx = same if name == "convnetjs" else None
        ours = run_in_process(fit_until, GOAL, name, options.data, overrides, options.pick(120, 5), onnx)
        found.append(time_to_goal(what, versions, ours, theirs))
    models = dict(zip(answers, (options.model, same), strict=True))
    mine = run_in_process(
        answer_times, models, options.pick(11, 2), options.pick(0.1, 0.005), cores=set(available_cores()[:1]) or None
    )
    median = Samples.of([Samples.of(theirs["answers"]).median * 1e3])
    return [*found, *(Comparison(what, CONVNETJS, versions, took.times(1e6), median) for what, took in mine.items())]


def time_to_goal(what: str, versions: str, ours: dict, theirs: dict) -> Comparison:
    """Seconds of training to the goal, of both."""
    reached = [seconds for seconds, accuracy in zip(ours["seconds"], ours["accuracy"], strict=True) if accuracy >= GOAL]
    mine = Samples.of(reached[:1]) if reached else None
    epochs = len(ours["seconds"])
    score = f"{theirs['accuracy']:.2%}, n = {theirs['n']:,}" if "n" in theirs else "not scored in time"
    said = f"{theirs['examples']:,} examples, {score}"
    beside = f"ours: {epochs} epoch{'s' * (epochs != 1)}, {max(ours['accuracy']):.2%}, n = {ours['n']:,}"
    return Comparison(
        what,
        CONVNETJS,
        versions,
        mine,
        Samples.of([theirs["seconds"]]),
        bound=not theirs["reached"],
        remark=f"{said}; {beside}",
    )


def beside_tfjs(options: Options, folder: Path, n: int) -> list[Comparison]:
    """An epoch of each of its backends, counted up from as many steps as there was time for."""
    settings = recipe("tfjs")
    what = EPOCH.format(n=n)
    found: list[Comparison] = []
    for peer, (name, package, backend) in BACKENDS.items():
        try:
            place = node_peer(name, options.peers, not options.quick)
            told = {"folder": str(folder), "package": package, "backend": backend}
            told |= {"batch": options.pick(settings.batch_size, 8), "seconds": options.pick(45, 1)}
            theirs = run_script("tfjs", place, told, options.pick(240, 60))
        except PeerUnavailable as error:
            found.append(Comparison(what, peer, missing=str(error)))
            continue
        seconds = theirs["seconds"] / theirs["done"] * theirs["steps"]
        part = "" if theirs["done"] == theirs["steps"] else f"counted up from {theirs['done']} of {theirs['steps']} steps"
        remark = part and f"{part}, {format_number(theirs['seconds'])} s"
        found.append(Comparison(what, peer, node_versions(place, package), theirs=Samples.of([seconds]), remark=remark))
    if any(comparison.theirs for comparison in found):
        ours = run_in_process(fit_until, 2.0, "tfjs", options.data, {"epochs": 1}, 120)
        found = [replace(comparison, ours=Samples.of(ours["seconds"])) for comparison in found]
    return found
