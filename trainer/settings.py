"""Fit settings: each declared once, with its default, range and help. Options, recipes and run folders come from here."""

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import numpy as np

from inkling.errors import BadInput
from trainer.augmentation.presets import AUGMENTATIONS
from trainer.networks.layer_spec import parse

OPTIMIZERS = ("sgd", "adadelta", "adam", "adamw")
NETWORKS = ("inkling", "tfjs", "convnetjs", "perceptron")
SCHEDULES = ("constant", "one-cycle")
DEVICES = ("auto", "cpu", "gpu")
PRECISIONS = ("auto", "float32", "mixed_bfloat16")
LISTS = ("data", "outliers", "teachers")
"""Settings that are given by repeating them."""

COMMON = ("data", "recipe", "network", "layers", "optimizer", "learning_rate", "batch_size", "epochs", "augment", "validation")
"""Settings that a form shows first."""

CHANGEABLE = ("learning_rate", "momentum", "weight_decay", "batch_size")
"""Settings that may change while a fit runs."""

FIXED: dict[str, dict[str, str]] = {
    "sgd": {},
    "adadelta": {"momentum": "adadelta has none, and its rho stays as the fit began with it"},
    "adam": {},
    "adamw": {},
}
"""Those of them that an optimizer has not, each with the reason."""

NONE = "none"
"""What takes away a recipe's outliers: what is given by repeating it cannot be given empty."""


def setting(
    default: Any, help: str, unit: str = "", choices: tuple = (), least: float | None = None, most: float | None = None
) -> Any:
    """A field that carries everything a form, an option or a check needs to know of it."""
    metadata = {"help": help, "unit": unit, "choices": choices, "least": least, "most": most}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class FitSettings:
    """Everything that decides what a fit does. With the same device and package versions, it decides the weights."""

    data: tuple[str, ...] = setting(("mnist",), "a labelled set: a name or a path; repeat it to add sets up")
    outliers: tuple[str, ...] = setting(
        ("scribbles", "faces", "pairs"),
        "images that are none of the labels: scribbles, faces, pairs, cuts (made up; cuts is what reading lines wrongly cuts "
        "out, and needs strokes) or a labelled set; repeat it to add up; or none",
    )
    outlier_share: float = setting(
        0.04,
        "share of each epoch's images that are outliers: the default costs no accuracy and 4 % of the time, letters want 0.2",
        least=0,
        most=0.5,
    )
    recipe: str = setting("inkling", "the named set of settings that the others override")
    network: str = setting("inkling", "the kind of network", choices=NETWORKS)
    layers: str = setting(
        "5x5x16/2v 3x3x48/2 3x3x64 3x3x80v",
        "inkling: its convolutions (kernel, filters, /2 for steps of 2 pixels, v for no padding) and pools, in order",
    )
    optimizer: str = setting("adamw", "how gradients become steps", choices=OPTIMIZERS)
    learning_rate: float = setting(0.006, "size of a step; the highest one where a schedule changes it", least=1e-7, most=10)
    schedule: str = setting("one-cycle", "how the learning rate changes from step to step", choices=SCHEDULES)
    momentum: float = setting(0.9, "sgd: Nesterov's momentum; adam, adamw: beta 1; adadelta: rho", least=0, most=0.9999)
    weight_decay: float = setting(
        0.02,
        "pull of kernels towards 0: decoupled for adamw, else an L2 penalty of half this times the square",
        least=0,
        most=10,
    )
    batch_size: int = setting(128, "examples a step", unit="images", least=1, most=65_536)
    epochs: int = setting(60, "passes over the training part", least=1, most=100_000)
    augment: str = setting(
        "elastic",
        "what training images go through: none (the centre crop), crops (random windows), affine (those, rotated, scaled, "
        "sheared), elastic (those, bent), full (those, with other pens, blur, noise and missing parts)",
        choices=tuple(AUGMENTATIONS),
    )
    dropout: float = setting(0.0, "share of the last features left out in each step", least=0, most=0.95)
    label_smoothing: float = setting(0.0, "share of each target spread over all labels", least=0, most=0.5)
    validation: float = setting(
        0.05, "share of the training part kept aside to choose the best weights by", least=0.001, most=0.5
    )
    averaging: float = setting(
        0.5, "epochs that the weights are averaged over, as they are validated and kept; 0 for none", least=0, most=1000
    )
    pens: int = setting(
        8, "pictures drawn of each training drawing that comes as strokes, each with another pen and hand", least=1, most=1000
    )
    neighbours: float = setting(
        0.0,
        "share of the pictures of --pens that are cut out of a line, from between neighbours that may touch, as /read does it",
        least=0,
        most=1,
    )
    passes: int = setting(
        1,
        "times that an epoch goes through each training drawing that comes as strokes; through a picture it goes once",
        least=1,
        most=100,
    )
    teachers: tuple[str, ...] = setting(
        (), "a run whose answers are learnt beside the labels, or the folder of an ensemble; repeat it for their mean"
    )
    teaching: float = setting(
        0.7, "share of the teachers in the loss, where there are any; the labels' is the rest", least=0, most=1
    )
    softening: float = setting(
        1.0,
        "temperature at which the teachers' answers are learnt; above 1, what they hold for unlikely counts more",
        least=1,
        most=50,
    )
    seed: int = setting(0, "decides splits, first weights, order and augmentation", least=0, most=2**31 - 1)
    member: int = setting(
        0, "which of several fits on the same parts: decides first weights, order and augmentation anew", least=0, most=9_999
    )
    device: str = setting("auto", "where to train; auto takes a GPU where there is one", choices=DEVICES)
    precision: str = setting(
        "auto", "number format of activations; auto is mixed_bfloat16 on a GPU and float32 elsewhere", choices=PRECISIONS
    )

    def __post_init__(self) -> None:
        for declared in fields(self):
            check(declared.name, getattr(self, declared.name))

    def to_dict(self) -> dict:
        """Every setting in full, as JSON takes it."""
        return asdict(self) | {name: list(getattr(self, name)) for name in LISTS}

    @classmethod
    def from_dict(cls, values: dict) -> "FitSettings":
        """The settings that `to_dict` gave, also before there were some of them. Raises BadInput, KeyError or TypeError."""
        values = {name: [] for name in LISTS if name != "data"} | values
        lists = {name: values[name] for name in LISTS}
        return cls(**values | {name: tuple(given) if isinstance(given, list) else given for name, given in lists.items()})

    @property
    def own_seed(self) -> int:
        """What decides first weights, order and augmentation: the seed itself, or drawn from it for a further member."""
        if not self.member:
            return self.seed
        return int(np.random.SeedSequence([self.seed, self.member]).generate_state(1)[0]) >> 1  # 31 bits, as a seed has

    def override(self, **values: Any) -> "FitSettings":
        """These settings with some replaced. Raises BadInput for an unknown name or a value out of range."""
        for name, value in values.items():
            check(name, value)
        return replace(
            self, **{name: float(value) if DECLARED[name].type is float else value for name, value in values.items()}
        )


DECLARED = {declared.name: declared for declared in fields(FitSettings)}


def check(name: str, value: Any) -> None:
    """Check one value against its declaration. Raises BadInput with what is allowed."""
    if name not in DECLARED:
        raise BadInput(f"Expected one of the settings {', '.join(DECLARED)}. Received {name!r:.40}.")
    declared = DECLARED[name]
    kind, facts = declared.type, declared.metadata
    if name in LISTS:
        if not isinstance(value, tuple) or not all(isinstance(spec, str) and spec for spec in value):
            raise BadInput(f"Expected {name} as names or paths. Received {value!r:.40}.")
        if name == "data" and not value:
            raise BadInput("Expected at least one data set. Received none.")
    if kind is float and type(value) is int:
        value = float(value)
    if kind in (int, float, str) and type(value) is not kind:
        raise BadInput(f"Expected {name} as {kind.__name__}. Received {value!r:.40}.")
    if facts["choices"] and value not in facts["choices"]:
        raise BadInput(f"Expected {name} as one of {', '.join(facts['choices'])}. Received {value!r:.40}.")
    if facts["least"] is not None and not facts["least"] <= value <= facts["most"]:
        raise BadInput(f"Expected {name} between {facts['least']:g} and {facts['most']:g}. Received {value!r:.40}.")
    if name == "layers":
        parse(value)


def settings_table() -> str:
    """The README's table of fit settings, as Markdown."""
    rows = ["| Option | Default | Unit or range | What |", "|---|---|---|---|"]
    for name, declared in DECLARED.items():
        facts = declared.metadata
        span = "" if facts["least"] is None else f"{facts['least']:,} to {facts['most']:,}"
        unit = " ".join(part for part in (facts["unit"], span) if part) or ", ".join(facts["choices"])
        default = " ".join(declared.default) if name in LISTS else declared.default
        shown = "–" if default == "" else f"`{default}`"
        rows.append(f"| `--{name.replace('_', '-')}` | {shown} | {unit or '–'} | {facts['help']} |")
    return "\n".join(rows) + "\n"
