"""Selects the images of a dataset, or the outliers, that a model was not trained on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidInput
from trainer.data.outliers import (
    SYNTHETIC,
    assign_outliers,
    concatenate_datasets,
    generate_outliers,
    remove_lookalikes,
    resolve_outliers,
)
from trainer.data.spec import load
from trainer.data.split import TEST, assign_splits

DATASETS_CHANGED = "The datasets that the model was trained on have changed since, so its test images can't be determined."


def load_unseen(spec: str, training: dict[str, Any]) -> tuple[Dataset, str]:
    """Return the images of a dataset to evaluate a model on, and a description of the selection.

    These are the dataset's own test split, if it has one; the test split of the fit, if the model was trained on this dataset;
    otherwise all images. training: `training` of the model card. Raises an InklingError.
    """
    dataset = load(spec)
    if dataset.in_test is not None and dataset.in_test.any():
        return dataset.take(dataset.in_test), "the dataset's own test split"
    trained_on = _training_hashes(training, outliers=False)
    if dataset.sha256() not in trained_on:
        return dataset, "all images of the dataset"
    settings, position = training["settings"], trained_on.index(dataset.sha256())
    datasets = [dataset] if len(trained_on) == 1 else _load_training_datasets(training)
    _, assignment = assign_splits(datasets, settings["seed"], settings["validation_split"])
    begin = sum(len(each) for each in datasets[:position])
    return dataset.take(assignment[begin : begin + len(dataset)] == TEST), "the test split of the fit"


def load_unseen_outliers(specs: Sequence[str], dataset: Dataset, labels: Sequence[str], training: dict[str, Any]) -> Dataset:
    """Return the outliers to evaluate a model on, selected as in `load_unseen`.

    Synthetic ones are those of the test split; pairs are generated from `dataset`. Raises an InklingError, also if a SPEC has
    no outliers.
    """
    dataset, seed = dataset.with_labels(labels), training.get("settings", {}).get("seed", 0)
    found = [
        generate_outliers(spec, dataset, seed, TEST)
        if spec in SYNTHETIC
        else _select_unseen(remove_lookalikes(load(spec), labels), labels, training)
        for spec in map(resolve_outliers, specs)
    ]
    return concatenate_datasets(found, " + ".join(each.name for each in found))


def _select_unseen(outliers: Dataset, labels: Sequence[str], training: dict[str, Any]) -> Dataset:
    if outliers.in_test is not None and outliers.in_test.any():
        return outliers.take(outliers.in_test)
    if outliers.sha256() not in _training_hashes(training, outliers=True):
        return outliers
    settings = training["settings"]
    others = [remove_lookalikes(load(spec), labels) for spec in dict.fromkeys(settings["outliers"]) if spec not in SYNTHETIC]
    hashes = [each.sha256() for each in others]
    if outliers.sha256() not in hashes:
        raise InvalidInput(DATASETS_CHANGED)
    datasets = _load_training_datasets(training)
    assignments = assign_outliers(others, datasets, settings["seed"], settings["validation_split"])
    return outliers.take(np.flatnonzero(assignments[hashes.index(outliers.sha256())] == TEST))


def _load_training_datasets(training: dict[str, Any]) -> list[Dataset]:
    """Load the datasets that the model was trained on. Raises InvalidInput if they have changed."""
    datasets = [load(spec) for spec in training["settings"]["data"]]
    if [each.sha256() for each in datasets] != _training_hashes(training, outliers=False):
        raise InvalidInput(DATASETS_CHANGED)
    return datasets


def _training_hashes(training: dict[str, Any], outliers: bool) -> list[str | None]:
    return [each.get("sha256") for each in training.get("data", []) if (each.get("role") == "outliers") == outliers]
