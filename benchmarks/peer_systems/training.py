"""Training and prediction next to ConvNetJS and TensorFlow.js under Node."""

import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.harness.cpu_affinity import first_core, run_in_process
from benchmarks.harness.options import Options
from benchmarks.harness.timing import Samples, format_number
from benchmarks.peer_systems.comparison import Comparison
from benchmarks.peer_systems.inkling_measurements import fit_until_accuracy, time_predictions
from benchmarks.peer_systems.install import node_peer, node_versions
from benchmarks.peer_systems.node_scripts import run_script, write_split
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
TIME_TO_GOAL = "seconds to {goal:.0%} on the test split, 4 crops; Inkling: {own}"
PREDICTION = "µs per 4-crop prediction; Inkling: {own}"
EPOCH = "seconds per epoch of the `tfjs` network, {n:,} images"


def compare(options: Options) -> list[Comparison]:
    """All comparisons of training, and of predictions by the trained networks."""
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        dataset = load(options.data)
        whole, tfjs = split([dataset], 0, 0.0), split([dataset], 0, recipe("tfjs").validation_split)
        for part, content in (("train", whole.train), ("test", whole.test), ("fitted", tfjs.train)):
            write_split(folder, part, content)
        return [*compare_with_convnetjs(options, folder), *compare_with_tfjs(options, folder, len(tfjs.train))]


def compare_with_convnetjs(options: Options, folder: Path) -> list[Comparison]:
    """Time to the goal, with the default recipe and with ConvNetJS' own; and a four-crop prediction of both."""
    fits = {"`trainer fit`": "inkling", "`trainer fit --recipe convnetjs`, the same network": "convnetjs"}
    goals = [TIME_TO_GOAL.format(goal=GOAL, own=name) for name in fits]
    predictions = [PREDICTION.format(own=name) for name in ("the served model", "the same network as ONNX")]
    try:
        packages = node_peer("pure", options.peers, not options.quick)
        settings = {
            "folder": str(folder),
            "offsets": Predictor(options.model).card.offsets,
            "goal": GOAL,
            "margin": MARGIN,
            "every": options.pick(2_500, 200),
            "slice": options.pick(1_000, 50),
            "trainSeconds": options.pick(150, 1),
            "wallSeconds": options.pick(220, 5),
            "predictions": options.pick(500, 5),
        }
        peer = run_script("convnetjs", packages, settings, settings["wallSeconds"] + 60)
    except PeerUnavailable as error:
        return [Comparison(name, CONVNETJS, unavailable=str(error)) for name in (*goals, *predictions)]
    versions = node_versions(packages, "convnetjs")
    same_network = folder / "convnetjs.onnx"
    found = []
    for measurement, name in zip(goals, fits.values(), strict=True):
        overrides = options.pick({}, {"epochs": 1, "network": "tfjs", "augmentation": "none"})
        onnx = same_network if name == "convnetjs" else None
        own = run_in_process(fit_until_accuracy, GOAL, name, options.data, overrides, options.pick(120, 5), onnx)
        found.append(time_to_goal(measurement, versions, own, peer))
    models = dict(zip(predictions, (options.model, same_network), strict=True))
    took = run_in_process(time_predictions, models, options.pick(11, 2), options.pick(0.1, 0.005), cores=first_core())
    median = Samples.of([Samples.of(peer["predictions"]).median * 1e3])
    return [*found, *(Comparison(name, CONVNETJS, versions, own.scaled(1e6), median) for name, own in took.items())]


def time_to_goal(measurement: str, versions: str, own: dict, peer: dict) -> Comparison:
    """Seconds of training to the goal, of both."""
    reached = [seconds for seconds, accuracy in zip(own["seconds"], own["accuracy"], strict=True) if accuracy >= GOAL]
    epochs = len(own["seconds"])
    score = f"{peer['accuracy']:.2%}, n = {peer['n']:,}" if "n" in peer else "not evaluated in time"
    remark = (
        f"{peer['examples']:,} examples, {score}; "
        f"Inkling: {epochs} epoch{'s' * (epochs != 1)}, {max(own['accuracy']):.2%}, n = {own['n']:,}"
    )
    return Comparison(
        measurement,
        CONVNETJS,
        versions,
        Samples.of(reached[:1]) if reached else None,
        Samples.of([peer["seconds"]]),
        is_lower_bound=not peer["reached"],
        remark=remark,
    )


def compare_with_tfjs(options: Options, folder: Path, n: int) -> list[Comparison]:
    """One epoch on each backend, extrapolated from the steps that fit into the time limit."""
    settings = recipe("tfjs")
    measurement = EPOCH.format(n=n)
    found: list[Comparison] = []
    for peer, (name, package, backend) in BACKENDS.items():
        try:
            packages = node_peer(name, options.peers, not options.quick)
            script = {"folder": str(folder), "package": package, "backend": backend}
            script |= {"batch": options.pick(settings.batch_size, 8), "seconds": options.pick(45, 1)}
            result = run_script("tfjs", packages, script, options.pick(240, 60))
        except PeerUnavailable as error:
            found.append(Comparison(measurement, peer, unavailable=str(error)))
            continue
        done, steps = result["done"], result["steps"]
        seconds = Samples.of([result["seconds"] / done * steps])
        measured = f"extrapolated from {done} of {steps} steps, {format_number(result['seconds'])} s"
        versions = node_versions(packages, package)
        found.append(Comparison(measurement, peer, versions, peer_figure=seconds, remark=measured if done < steps else ""))
    if any(comparison.peer_figure for comparison in found):
        own = run_in_process(fit_until_accuracy, 2.0, "tfjs", options.data, {"epochs": 1}, 120)
        found = [replace(comparison, own=Samples.of(own["seconds"])) for comparison in found]
    return found
