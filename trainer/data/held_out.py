"""Selects the images of a dataset, or the outliers, that a model was not trained on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from inkling.datasets.dataset import Dataset, rename_labels
from inkling.errors import InvalidDataset, InvalidInput
from trainer.data.card_training import read_training
from trainer.data.outliers import (
    SYNTHETIC,
    assign_outliers,
    concatenate_datasets,
    generate_outliers,
    remove_lookalikes,
    resolve_outliers,
)
from trainer.data.spec import load
from trainer.data.split import TEST, assign_splits, read_fold
from trainer.data.training_images import find_datasets, find_outlier_datasets, find_training_images, label_names

DATASETS_CHANGED = "The datasets that the model was trained on have changed since, so its test images can't be determined."
DATASETS_MISSING = (
    "The test images of the model can't be determined, since datasets of its fit aren't found or have changed since: {}. Set "
    "INKLING_DATA to a folder that holds them, or give other images with --data."
)
NOTHING_HELD_OUT = "The model card names no test images. Give --data SPEC."


def load_unseen(spec: str, training: dict[str, Any]) -> tuple[Dataset, str]:
    """Return the images of a dataset to evaluate a model on, and a description of the selection.

    Of a dataset that the model was fitted on, these are its own test split or that of the fit. Of another one, they are its
    test split, or else all images, without those that the model was fitted on under another name or in another format.
    training: `training` of the model card. Raises an InklingError.
    """
    training = read_training(training)
    dataset = _load_named(spec, training)
    test_split = dataset.take(dataset.in_test) if dataset.in_test is not None and dataset.in_test.any() else None
    trained_on = _training_hashes(training, outliers=False)
    if dataset.sha256() in trained_on:
        if test_split is not None:
            return test_split, "the dataset's own test split"
        return _take_test_split(dataset, training, trained_on), "the test split of the fit"
    selected, description = dataset, "all images of the dataset"
    if test_split is not None:
        selected, description = test_split, "the dataset's own test split"
    found = find_training_images(training)
    seen = found.contains(selected)
    if seen.all():
        raise InvalidDataset(f"The model was fitted on all images of {dataset.name}, so there is nothing to evaluate it on.")
    if seen.any():
        description += f" but {np.count_nonzero(seen):,} that the model was fitted on"
    if found.missing:
        description += f"; {', '.join(found.missing)} was not found, so its training images could not be excluded"
    return selected.take(~seen), description


def _load_named(spec: str, training: dict[str, Any]) -> Dataset:
    """Load a dataset; numeric labels get the names that they have in the fit, unless it was a dataset of the fit as it is."""
    dataset, names = load(spec), label_names(training)
    if not names or dataset.sha256() in _training_hashes(training, outliers=False):
        return dataset
    return rename_labels(dataset, names)


def load_test_images(card: dict[str, Any]) -> Dataset:
    """Return the test images of a model's fit, found by the hashes on its card. Raises InvalidInput if they aren't found."""
    training, tested = read_training(card["training"]), card["report"].get("data")
    if not _training_hashes(training, outliers=False) or not training["counts"].get("validation"):
        raise InvalidInput(NOTHING_HELD_OUT)
    settings, datasets = training["settings"], _load_training_datasets(training)
    pool, assignment = assign_splits(datasets, settings["seed"], settings["validation_split"], read_fold(settings))
    test = pool.take(assignment == TEST)
    if not isinstance(tested, dict) or test.sha256() != tested.get("sha256"):
        raise InvalidInput(DATASETS_CHANGED)
    return test


def _take_test_split(dataset: Dataset, training: dict[str, Any], trained_on: list[str | None]) -> Dataset:
    settings, position = training["settings"], trained_on.index(dataset.sha256())
    datasets = [dataset] if len(trained_on) == 1 else _load_training_datasets(training)
    _, assignment = assign_splits(datasets, settings["seed"], settings["validation_split"], read_fold(settings))
    begin = sum(len(each) for each in datasets[:position])
    return dataset.take(assignment[begin : begin + len(dataset)] == TEST)


def load_unseen_outliers(specs: Sequence[str], dataset: Dataset, labels: Sequence[str], training: dict[str, Any]) -> Dataset:
    """Return the outliers to evaluate a model on, selected as in `load_unseen`.

    Synthetic ones are those of the test split; pairs are generated from `dataset`. Raises an InklingError, also if a SPEC has
    no outliers.
    """
    training = read_training(training)
    dataset, seed = dataset.with_labels(labels), training["settings"]["seed"]
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
    others = _require(find_outlier_datasets(training, labels))
    hashes = [each.sha256() for each in others]
    datasets = _load_training_datasets(training)
    assignments = assign_outliers(others, datasets, settings["seed"], settings["validation_split"], read_fold(settings))
    return outliers.take(np.flatnonzero(assignments[hashes.index(outliers.sha256())] == TEST))


def _load_training_datasets(training: dict[str, Any]) -> list[Dataset]:
    """Load the datasets that the model was trained on. Raises InvalidInput if one is not found by its hash."""
    return _require(find_datasets(training))


def _require(found: list[tuple[str, Dataset | None]]) -> list[Dataset]:
    missing = [name for name, dataset in found if dataset is None]
    if missing:
        raise InvalidInput(DATASETS_MISSING.format(", ".join(missing)))
    return [dataset for _, dataset in found if dataset is not None]


def _training_hashes(training: dict[str, Any], outliers: bool) -> list[str | None]:
    return [each.get("sha256") for each in training.get("data", []) if (each.get("role") == "outliers") == outliers]
