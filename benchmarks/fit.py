"""fit: seconds until the default recipe reaches an accuracy, and each recipe's speed next to a bare training step."""

from benchmarks.harness.cpu_affinity import available_cores, run_in_process
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, format_ratio
from benchmarks.harness.timed_fit import CROPS, timed_fit
from benchmarks.harness.timing import Samples, format_number

GOALS = (0.99, 0.995)
ONE_EPOCH_RECIPES = ("convnetjs", "tfjs")
CROPS_NAMES = {"1": "1 crop", "4": "4 crops"}


def measure(options: Options) -> Section:
    """Fit the default recipe with several seeds, and one epoch of the other recipes."""
    bare_seconds = options.pick(8, 0.3)
    overrides = options.pick({}, {"epochs": 1, "network": "tfjs", "augmentation": "none"})
    fits = [
        run_in_process(timed_fit, "inkling", options.data, {"seed": seed} | overrides, bare_seconds)
        for seed in range(options.pick(3, 1))
    ]
    others = [
        run_in_process(timed_fit, name, options.data, {"seed": seed, "epochs": 1}, bare_seconds)
        for seed in range(options.pick(2, 1))
        for name in options.pick(ONE_EPOCH_RECIPES, ())
    ]
    names = dict.fromkeys(fit["recipe"] for fit in (*fits, *others))
    first = fits[0]
    return Section(
        "Training",
        f"Seconds from the first step of `trainer fit --data {options.data}` on {len(available_cores()) or 'all'} cores to an "
        f"accuracy on the test split (n = {first['n']:,}), and throughput; both next to a bare compiled training step of the "
        "same network on a constant batch.",
        [
            Table(
                ("accuracy", "seed", "epoch", "seconds", "bare steps on as many images, s", "ratio"),
                [goal_row(fit, goal, crops) for goal in GOALS for crops in CROPS[::-1] for fit in fits],
                "Time to an accuracy, default recipe",
            ),
            Table(
                ("seed", "epochs", "seconds", "4 crops", "1 crop", "bare steps on as many images, s", "ratio"),
                [whole_fit_row(fit) for fit in fits],
                f"Whole fit, {first['settings'].epochs} epochs",
            ),
            Table(
                ("recipe", "images per epoch", "images/s", "bare step, images/s", "ratio", "4 crops after 1 epoch"),
                [speed_row(name, [fit for fit in (*fits, *others) if fit["recipe"] == name]) for name in names],
                "Throughput",
            ),
        ],
        [
            "Times include validation, compilation and saving of weights; only the evaluation on the test split, which the fit "
            "does not use, is subtracted. Accuracy is that of the best weights by validation so far, at the end of an epoch.",
            "The bare step leaves out shuffling, sampling, augmentation, metrics, events and validation.",
        ],
        ("inkling", "keras", "tensorflow", "numpy"),
    )


def goal_row(fit: dict, goal: float, crops: str) -> tuple[str, ...]:
    """The epoch at which a fit reached an accuracy, if it did."""
    name, seed = f"{goal:.1%}, {CROPS_NAMES[crops]}", str(fit["settings"].seed)
    reached = [epoch for epoch, accuracy in enumerate(fit["accuracy"][crops]) if accuracy >= goal]
    if not reached:
        return (name, seed, f"not within {len(fit['seconds'])}", "–", "–", "–")
    epoch = reached[0]
    seconds, bare = fit["seconds"][epoch], bare_step_seconds(fit, epoch + 1)
    return (name, seed, str(epoch + 1), format_number(seconds), format_number(bare), format_ratio(seconds, bare))


def whole_fit_row(fit: dict) -> tuple[str, ...]:
    """Duration and final accuracy of a fit."""
    seconds, epochs = fit["seconds"][-1], len(fit["seconds"])
    bare = bare_step_seconds(fit, epochs)
    four, one = (f"{fit['accuracy'][crops][-1]:.2%}" for crops in ("4", "1"))
    ratio = format_ratio(seconds, bare)
    return (str(fit["settings"].seed), str(epochs), format_number(seconds), four, one, format_number(bare), ratio)


def speed_row(name: str, fits: list[dict]) -> tuple[str, ...]:
    """Throughput of a recipe over all measured epochs."""
    speed = Samples.of([speed for fit in fits for speed in fit["speeds"]])
    bare = Samples.of([speed for fit in fits for speed in fit["bare"]])
    after = Samples.of([fit["accuracy"]["4"][0] * 100 for fit in fits])
    ratio = format_ratio(speed.median, bare.median)
    return (name, f"{fits[0]['images']:,}", str(speed), str(bare), ratio, f"{after.median:.2f}%")


def bare_step_seconds(fit: dict, epochs: int) -> float:
    """Seconds that bare steps take for the images of some epochs."""
    return epochs * fit["images"] / Samples.of(fit["bare"]).median
