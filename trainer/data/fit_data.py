"""The data of a fit: its datasets and outliers, loaded and split."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inkling.datasets.dataset import Dataset
from trainer.data.imbalance import describe_imbalance
from trainer.data.outliers import choose_outliers, load_outliers
from trainer.data.spec import load
from trainer.data.split import Split, read_fold, split
from trainer.label_names import parse_labels
from trainer.runs.phases import PhaseTimer
from trainer.settings import FitSettings

MIN_VALIDATION_IMAGES = 100
"""With fewer, the standard error of an accuracy of 95 % is more than two points."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FitData:
    """specs, outlier_specs: what was loaded. outliers: a Dataset per SPEC. warnings: sentences for the user."""

    specs: list[str]
    datasets: list[Dataset]
    outlier_specs: list[str]
    outliers: list[Dataset]
    parts: Split
    warnings: list[str]

    @property
    def counts(self) -> dict[str, int]:
        """Images of each part, with the training outliers if there are any."""
        parts = self.parts
        counts = {"training": len(parts.train), "validation": len(parts.validation), "test": len(parts.test)}
        return counts | ({"outliers": len(parts.outliers.train)} if parts.outliers else {})

    def describe(self) -> dict:
        """Return the content of a run's data.json, without teachers."""
        data = {
            "labels": list(self.parts.train.labels),
            "specs": self.specs,
            "sets": [{"name": dataset.name, "n": len(dataset), "sha256": dataset.sha256()} for dataset in self.datasets],
            "counts": self.counts,
        }
        if self.parts.outliers:
            sets = [{"name": each.name, "n": len(each), "sha256": each.sha256(), "role": "outliers"} for each in self.outliers]
            data |= {"outlier_specs": self.outlier_specs, "outliers": sets}
        return data


def load_fit_data(settings: FitSettings, specs: list[str], outlier_specs: Sequence[str], phases: PhaseTimer) -> FitData:
    """Load and split the data of a fit. specs, outlier_specs: resolved. Raises an InklingError."""
    with phases.measure("loading"):
        datasets = [_load(spec, parse_labels(settings.labels)) for spec in specs]
        fold = read_fold(settings.to_dict())
        parts = split(datasets, settings.seed, settings.validation_split, fold)
    outliers: list[Dataset] = []
    chosen = choose_outliers(list(outlier_specs), parts)
    if chosen:
        log.info("loading the outliers %s", ", ".join(chosen))
        with phases.measure("outliers"):
            outliers, outlier_parts = load_outliers(chosen, datasets, parts, settings.seed, settings.validation_split, fold)
        parts = replace(parts, outliers=outlier_parts)
    return FitData(specs, datasets, chosen, outliers, parts, _find_warnings(settings, datasets, parts))


def _load(spec: str, labels: tuple[str, ...]) -> Dataset:
    log.info("loading the dataset %s", spec)
    return load(spec, labels)


def _find_warnings(settings: FitSettings, datasets: list[Dataset], parts: Split) -> list[str]:
    """Log what the user should know about the data; return what is wrong with it."""
    warnings = [f"{dataset.name}: {sentence}" for dataset in datasets for sentence in dataset.warnings]
    if settings.class_weights == "none":
        warnings += describe_imbalance(parts.train)
    for warning in warnings:
        log.warning(warning)
    if len(parts.validation) < MIN_VALIDATION_IMAGES:
        log.warning(
            "Only %s images validate, so it is partly chance which epoch looks best. A larger --validation-split helps; "
            "trainer cross-validate measures these settings on all images.",
            f"{len(parts.validation):,}",
        )
    return warnings
