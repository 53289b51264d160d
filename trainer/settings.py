"""Fit settings. Each is declared once; CLI options, recipes, the web form, run folders and docs are generated from here."""

import re
from dataclasses import Field, asdict, dataclass, field, fields, replace
from reprlib import repr as short_repr
from typing import Any

import numpy as np

from inkling.errors import InvalidInput
from trainer.augmentation.presets import AUGMENTATION_PRESETS
from trainer.label_names import parse_labels
from trainer.networks.layer_spec import parse_layers

OPTIMIZERS = ("sgd", "adadelta", "adam", "adamw")
NETWORKS = ("inkling", "tfjs", "convnetjs", "perceptron")
LR_SCHEDULES = ("constant", "one-cycle")
DEVICES = ("auto", "cpu", "gpu")
PRECISIONS = ("auto", "float32", "mixed_bfloat16")
GROUPS = RECIPE, DATA, NETWORK, OPTIMIZATION, AUGMENTATION, DISTILLATION, REPRODUCIBILITY = (
    "Recipe",
    "Data",
    "Network",
    "Optimization",
    "Augmentation and regularization",
    "Distillation",
    "Reproducibility and device",
)
"""Headings under which `--help`, config files and tables list the settings."""

LIST_SETTINGS = ("data", "outliers", "teachers")
"""Settings that take several values: their options can be repeated."""

COMMON_SETTINGS = (
    "data",
    "recipe",
    "network",
    "layers",
    "optimizer",
    "learning_rate",
    "batch_size",
    "epochs",
    "augmentation",
    "validation_split",
)
"""Settings that a form shows first."""

MUTABLE_SETTINGS = ("learning_rate", "momentum", "weight_decay", "batch_size")
"""Settings that can change during a fit."""

UNSUPPORTED_SETTINGS: dict[str, dict[str, str]] = {
    "sgd": {},
    "adadelta": {"momentum": "adadelta has no momentum, and its rho can't change during a fit"},
    "adam": {},
    "adamw": {},
}
"""By optimizer: the mutable settings that it doesn't support, each with the reason."""

NO_OUTLIERS = "none"
"""The value of `--outliers` that removes a recipe's outliers; an option that repeats can't be given empty."""


def setting(
    group: str,
    default: Any,
    help: str,
    unit: str = "",
    choices: tuple = (),
    minimum: float | None = None,
    maximum: float | None = None,
) -> Any:
    """A dataclass field with everything that a form, a CLI option or a validator needs."""
    metadata = {"group": group, "help": help, "unit": unit, "choices": choices, "minimum": minimum, "maximum": maximum}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class FitSettings:
    """All settings of a fit. Together with the device and the package versions they determine the weights."""

    data: tuple[str, ...] = setting(DATA, ("mnist",), "labeled dataset: a name or a path; repeat to combine datasets")
    labels: str = setting(
        DATA, "", "names of a dataset's numeric labels (of CSV, .npz or IDX files), in numeric order, separated by commas"
    )
    outliers: tuple[str, ...] = setting(
        DATA,
        ("auto",),
        "images with none of the labels: scribbles, faces or pairs (synthetic), cuts (synthetic wrong segmentations of text "
        "lines; needs strokes) or a labeled dataset; repeat to combine; auto: scribbles, faces and pairs if every label is a "
        "digit or a letter and at least 200 images validate; none: no outliers",
    )
    outlier_share: float = setting(
        DATA,
        0.04,
        "fraction of outliers in each epoch: the default costs no accuracy and 4 % of the time; letters need 0.2",
        minimum=0,
        maximum=0.5,
    )
    recipe: str = setting(RECIPE, "inkling", "named set of defaults for all other settings")
    network: str = setting(NETWORK, "inkling", "network architecture", choices=NETWORKS)
    layers: str = setting(
        NETWORK,
        "5x5x16/2v 3x3x48/2 3x3x64 3x3x80v",
        "inkling network: convolutions (kernel, filters, /2 for stride 2, v for valid padding) and pools, in order",
    )
    optimizer: str = setting(OPTIMIZATION, "adamw", "optimizer", choices=OPTIMIZERS)
    learning_rate: float = setting(
        OPTIMIZATION, 0.006, "learning rate; the peak if a schedule changes it", minimum=1e-7, maximum=10
    )
    lr_schedule: str = setting(OPTIMIZATION, "one-cycle", "learning-rate schedule", choices=LR_SCHEDULES)
    momentum: float = setting(
        OPTIMIZATION, 0.9, "sgd: Nesterov momentum; adam, adamw: beta 1; adadelta: rho", minimum=0, maximum=0.9999
    )
    weight_decay: float = setting(
        OPTIMIZATION,
        0.02,
        "weight decay of kernels: decoupled for adamw, otherwise an L2 penalty of half this value",
        minimum=0,
        maximum=10,
    )
    batch_size: int = setting(OPTIMIZATION, 128, "images per step", unit="images", minimum=1, maximum=65_536)
    last_batch: str = setting(
        OPTIMIZATION,
        "drop",
        "last batch of an epoch if it isn't full; other images are dropped in each epoch",
        choices=("drop", "keep"),
    )
    epochs: int = setting(OPTIMIZATION, 60, "passes over the training set", minimum=1, maximum=100_000)
    patience: int = setting(
        OPTIMIZATION,
        0,
        "early stopping: epochs without better validation after which the fit ends; 0 for all epochs. Use it with a constant "
        "learning rate",
        unit="epochs",
        minimum=0,
        maximum=100_000,
    )
    class_weights: str = setting(
        OPTIMIZATION,
        "none",
        "balanced: in the loss, each label counts inversely to its number of training images, so that rare labels count as "
        "much as frequent ones",
        choices=("none", "balanced"),
    )
    augmentation: str = setting(
        AUGMENTATION,
        "elastic",
        "augmentation preset: none, random-crop (a network of full images gets them shifted by up to 2 pixels), affine (also "
        "rotation, scale and shear), elastic (also elastic distortion), strong (also intensity, blur, noise and cutout)",
        choices=tuple(AUGMENTATION_PRESETS),
    )
    dropout: float = setting(AUGMENTATION, 0.0, "dropout rate before the last layer", minimum=0, maximum=0.95)
    label_smoothing: float = setting(
        AUGMENTATION, 0.0, "fraction of each target that is spread over all labels", minimum=0, maximum=0.5
    )
    validation_split: float = setting(
        DATA, 0.05, "fraction of the training set held out to select the best weights", minimum=0.001, maximum=0.5
    )
    folds: int = setting(
        DATA,
        0,
        "k of a k-fold cross-validation, which tests one of k parts of all images; 0: no cross-validation",
        minimum=0,
        maximum=100,
    )
    fold: int = setting(DATA, 0, "the part that is the test split, from 0, in a cross-validation", minimum=0, maximum=99)
    ema_epochs: float = setting(
        OPTIMIZATION,
        0.5,
        "window of the exponential moving average (EMA) of the weights; 0 for no EMA",
        unit="epochs",
        minimum=0,
        maximum=1000,
    )
    stroke_variants: int = setting(
        AUGMENTATION,
        8,
        "images rendered from each training drawing that has strokes, each with another pen and hand",
        minimum=1,
        maximum=1000,
    )
    context_share: float = setting(
        AUGMENTATION,
        0.0,
        "fraction of the stroke variants that are cut from a text line with touching neighbors, as /read segments it",
        minimum=0,
        maximum=1,
    )
    low_resolution_share: float = setting(
        AUGMENTATION,
        0.0,
        "fraction of the stroke variants, and of the images without strokes, that are rendered only 8 to 24 pixels high",
        minimum=0,
        maximum=1,
    )
    stroke_repeats: int = setting(
        AUGMENTATION,
        1,
        "times that each training drawing with strokes occurs in an epoch; other images occur once",
        minimum=1,
        maximum=100,
    )
    teachers: tuple[str, ...] = setting(
        DISTILLATION, (), "knowledge distillation: a finished run, or the folder of an ensemble; repeat to average several"
    )
    distillation_weight: float = setting(
        DISTILLATION, 0.7, "weight of the distillation loss; the rest is the loss on the labels", minimum=0, maximum=1
    )
    distillation_temperature: float = setting(
        DISTILLATION,
        1.0,
        "softmax temperature of the distillation loss; above 1, unlikely labels count more",
        minimum=1,
        maximum=50,
    )
    seed: int = setting(
        REPRODUCIBILITY, 0, "random seed of splits, initial weights, order and augmentation", minimum=0, maximum=2**31 - 1
    )
    member: int = setting(
        REPRODUCIBILITY,
        0,
        "ensemble member: changes initial weights, order and augmentation, but not the split",
        minimum=0,
        maximum=9_999,
    )
    device: str = setting(REPRODUCIBILITY, "auto", "device; auto uses a GPU if there is one", choices=DEVICES)
    precision: str = setting(
        REPRODUCIBILITY, "auto", "dtype policy; auto is mixed_bfloat16 on a GPU and float32 on a CPU", choices=PRECISIONS
    )

    def __post_init__(self) -> None:
        for declared in fields(self):
            validate_setting(declared.name, getattr(self, declared.name))

    def to_dict(self) -> dict:
        """All settings as JSON-serializable values."""
        return asdict(self) | {name: list(getattr(self, name)) for name in LIST_SETTINGS}

    @classmethod
    def from_dict(cls, values: dict) -> "FitSettings":
        """The inverse of `to_dict`. Raises InvalidInput, KeyError or TypeError."""
        lists = {name: values[name] for name in LIST_SETTINGS}
        return cls(**values | {name: tuple(given) if isinstance(given, list) else given for name, given in lists.items()})

    @property
    def training_seed(self) -> int:
        """The seed of initial weights, order and augmentation: `seed`, or a seed derived from it for a `member` above 0."""
        if not self.member:
            return self.seed
        return int(np.random.SeedSequence([self.seed, self.member]).generate_state(1)[0]) >> 1  # 31 bits, like `seed`

    def override(self, **values: Any) -> "FitSettings":
        """A copy with some settings replaced. Raises InvalidInput for an unknown name or a value out of range."""
        changes: dict[str, Any] = {}
        for name, value in values.items():
            validate_setting(name, value)
            changes[name] = float(value) if SETTING_FIELDS[name].type is float else value
        return replace(self, **changes)


SETTING_FIELDS: dict[str, Field[Any]] = {declared.name: declared for declared in fields(FitSettings)}


def validate_setting(name: str, value: Any) -> None:
    """Check one value against its declaration. Raises InvalidInput with the accepted values."""
    if name not in SETTING_FIELDS:
        raise InvalidInput(f"Unknown setting {name!r:.40}. Settings: {', '.join(SETTING_FIELDS)}.")
    kind, facts = SETTING_FIELDS[name].type, SETTING_FIELDS[name].metadata
    if name in LIST_SETTINGS:
        if not isinstance(value, tuple) or not all(isinstance(spec, str) and spec for spec in value):
            raise InvalidInput(f"Expected {name} as a list of names or paths, got {short_repr(value):.40}.")
        if name == "data" and not value:
            raise InvalidInput("data needs at least one dataset.")
    if kind is float and type(value) is int:
        value = float(value)
    if kind in (int, float, str) and type(value) is not kind:
        raise InvalidInput(f"Expected {name} as {kind.__name__}, got {short_repr(value):.40}.")
    if isinstance(value, str | tuple) and re.search("[\ud800-\udfff]", "".join(value)):  # of an argument that isn't UTF-8
        raise InvalidInput(f"Expected {name} in UTF-8, got {short_repr(value):.40}.")
    if facts["choices"] and value not in facts["choices"]:
        raise InvalidInput(f"Expected {name} as one of {', '.join(facts['choices'])}, got {short_repr(value):.40}.")
    low, high = facts["minimum"], facts["maximum"]
    if low is not None and not low <= value <= high:
        raise InvalidInput(f"Expected {name} between {low:g} and {high:g}, got {short_repr(value):.40}.")
    if name == "layers":
        parse_layers(value)
    if name == "labels":
        parse_labels(value)


def option_name(name: str) -> str:
    """The CLI option of a setting, such as --batch-size; `teachers` is set by repeating --teacher."""
    return "--teacher" if name == "teachers" else f"--{name.replace('_', '-')}"


def grouped_settings() -> dict[str, list[str]]:
    """The names of the settings under each heading of `GROUPS`."""
    return {
        group: [name for name, declared in SETTING_FIELDS.items() if declared.metadata["group"] == group] for group in GROUPS
    }
