"""Unseen: which part of a labelled set, or of outliers, a model was not fitted on."""

from collections.abc import Sequence

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidInput
from trainer.data.outliers import MADE_UP, joined, make_up, part_outliers, without
from trainer.data.spec import load
from trainer.data.split import TEST, assign

OTHERS = "Expected the sets that the model was fitted on, to tell which images it never saw. Received others."


def unseen_part(spec: str, training: dict) -> tuple[Dataset, str]:
    """The images to score of a set, and which they are, in words.

    training: the `training` of the model's card. Where the model was fitted on this very set, all of its sets are parted
    together, as the fit did, and the test part is taken. Raises an InklingError.
    """
    data = load(spec)
    if data.in_test is not None and data.in_test.any():
        return data.take(data.in_test), "the set's own test part"
    fitted_on = _fitted_on(training, outliers=False)
    if data.sha256() not in fitted_on:
        return data, "all of the set"
    settings, place = training["settings"], fitted_on.index(data.sha256())
    sets = [data] if len(fitted_on) == 1 else _sets(training)
    _, part = assign(sets, settings["seed"], settings["validation_split"])
    begin = sum(len(known) for known in sets[:place])
    return data.take(part[begin : begin + len(data)] == TEST), "the part that the model was not fitted on"


def unseen_outliers(specs: Sequence[str], data: Dataset, labels: Sequence[str], training: dict) -> Dataset:
    """Outliers to score beside `data`, by the same rule. Made-up ones are those of a test part; pairs are made of `data`.

    Raises an InklingError, also where nothing of a SPEC is an outlier.
    """
    data, seed = data.with_labels(labels), training.get("settings", {}).get("seed", 0)
    found = [
        make_up(spec, data, seed, TEST) if spec in MADE_UP else _unseen(without(load(spec), labels), labels, training)
        for spec in specs
    ]
    return joined(found, " + ".join(known.name for known in found))


def _unseen(outliers: Dataset, labels: Sequence[str], training: dict) -> Dataset:
    if outliers.in_test is not None and outliers.in_test.any():
        return outliers.take(outliers.in_test)
    if outliers.sha256() not in _fitted_on(training, outliers=True):
        return outliers
    settings = training["settings"]
    others = [without(load(spec), labels) for spec in dict.fromkeys(settings["outliers"]) if spec not in MADE_UP]
    shas = [known.sha256() for known in others]
    if outliers.sha256() not in shas:
        raise InvalidInput(OTHERS)
    parts = part_outliers(others, _sets(training), settings["seed"], settings["validation_split"])
    return outliers.take(np.flatnonzero(parts[shas.index(outliers.sha256())] == TEST))


def _sets(training: dict) -> list[Dataset]:
    """The sets that the model was fitted on. Raises BadInput where they are not those any more."""
    sets = [load(spec) for spec in training["settings"]["data"]]
    if [known.sha256() for known in sets] != _fitted_on(training, outliers=False):
        raise InvalidInput(OTHERS)
    return sets


def _fitted_on(training: dict, outliers: bool) -> list[str | None]:
    return [known.get("sha256") for known in training.get("data", []) if (known.get("role") == "outliers") == outliers]
