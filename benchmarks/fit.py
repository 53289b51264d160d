"""fit: seconds to an accuracy with the default recipe, and how fast every recipe's steps are beside a bare step."""

from benchmarks.harness.cpu_affinity import alone, available
from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, Table, ratio
from benchmarks.harness.timed_fit import CROPS, one_fit
from benchmarks.harness.timing import Spread, figure

GOALS = (0.99, 0.995)
ONE_EPOCH = ("convnetjs", "tfjs")
WORDS = {"1": "one crop", "4": "four crops"}


def measure(options: Options) -> Section:
    """Fit the default recipe to its end with some seeds, and an epoch of the others."""
    bare_seconds = options.pick(8, 0.3)
    overrides = options.pick({}, {"epochs": 1, "network": "tfjs", "augment": "none"})
    fits = [
        alone(one_fit, "inkling", options.data, {"seed": seed} | overrides, bare_seconds) for seed in range(options.pick(3, 1))
    ]
    others = [
        alone(one_fit, name, options.data, {"seed": seed, "epochs": 1}, bare_seconds)
        for seed in range(options.pick(2, 1))
        for name in options.pick(ONE_EPOCH, ())
    ]
    names = dict.fromkeys(fit["recipe"] for fit in (*fits, *others))
    first = fits[0]
    epochs = first["settings"].epochs
    return Section(
        "Fit",
        f"Seconds from the first step of `trainer fit --data {options.data}` on {len(available()) or 'all'} cores to an "
        f"accuracy on the test part (n = {first['n']:,}), and images a second, both beside a bare compiled step of the same "
        "network on a constant batch.",
        [
            Table(
                ("accuracy", "seed", "after epoch", "seconds", "bare steps on as many images, s", "ours / bare"),
                [goal_row(fit, goal, crops) for goal in GOALS for crops in CROPS[::-1] for fit in fits],
                "Seconds to an accuracy, default recipe",
            ),
            Table(
                ("seed", "epochs", "seconds", "four crops", "one crop", "bare steps on as many images, s", "ours / bare"),
                [end_row(fit) for fit in fits],
                f"The whole fit of {epochs} epochs",
            ),
            Table(
                ("recipe", "images an epoch", "images/s", "bare step, images/s", "ours / bare", "four crops after an epoch"),
                [speed_row(name, [fit for fit in (*fits, *others) if fit["recipe"] == name]) for name in names],
                "Speed",
            ),
        ],
        [
            "Seconds count everything from the first step on, validation, compilation and the saving of weights included; only "
            "the scoring of the test part, which nothing is chosen by, is subtracted. Accuracies are those of the weights best "
            "on validation so far, at the end of an epoch.",
            "The bare step leaves out sampling, augmentation, order, metrics, events and validation.",
        ],
        ("inkling", "keras", "tensorflow", "numpy"),
    )


def goal_row(fit: dict, goal: float, crops: str) -> tuple[str, ...]:
    """When a fit reached an accuracy, or that it did not."""
    what, seed = f"{goal:.1%}, {WORDS[crops]}", str(fit["settings"].seed)
    reached = [epoch for epoch, accuracy in enumerate(fit["accuracy"][crops]) if accuracy >= goal]
    if not reached:
        return (what, seed, f"not in {len(fit['seconds'])}", "–", "–", "–")
    epoch = reached[0]
    seconds, bare = fit["seconds"][epoch], bare_seconds(fit, epoch + 1)
    return (what, seed, str(epoch + 1), figure(seconds), figure(bare), ratio(seconds, bare))


def end_row(fit: dict) -> tuple[str, ...]:
    """A fit's end."""
    seconds, epochs = fit["seconds"][-1], len(fit["seconds"])
    bare = bare_seconds(fit, epochs)
    four, one = (f"{fit['accuracy'][crops][-1]:.2%}" for crops in ("4", "1"))
    return (str(fit["settings"].seed), str(epochs), figure(seconds), four, one, figure(bare), ratio(seconds, bare))


def speed_row(name: str, fits: list[dict]) -> tuple[str, ...]:
    """A recipe's speed over all epochs that were measured."""
    speed = Spread.of([speed for fit in fits for speed in fit["speeds"]])
    bare = Spread.of([speed for fit in fits for speed in fit["bare"]])
    after = Spread.of([fit["accuracy"]["4"][0] * 100 for fit in fits])
    beside = ratio(speed.median, bare.median)
    return (name, f"{fits[0]['images']:,}", str(speed), str(bare), beside, f"{after.median:.2f} %")


def bare_seconds(fit: dict, epochs: int) -> float:
    """Seconds that bare steps on the images of some epochs take."""
    return epochs * fit["images"] / Spread.of(fit["bare"]).median
