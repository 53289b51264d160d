"""Teachers: the finished runs that a fit learns from beside the labels, and what they must have in common with it."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from inkling.errors import BadInput
from trainer.data.outliers import MADE_UP
from trainer.data.split import Split
from trainer.distillation.ensemble import ENSEMBLE, members
from trainer.runs.run import Run
from trainer.settings import FitSettings


def open_teachers(places: Sequence[str]) -> list[Run]:
    """The runs at some places, where the folder of an ensemble stands for its members. Raises BadInput where there are none."""
    runs: list[Run] = []
    for place in map(Path, places):
        runs += members(place) if (place / ENSEMBLE).is_file() else [Run.open(place)]
    return runs


def check_teachers(teachers: Sequence[Run], settings: FitSettings, data: dict, parts: Split) -> None:
    """Raise BadInput unless every teacher can teach a fit of these settings and data without telling what it keeps aside.

    A teacher that had learnt images on which the fit is validated or tested would pass them on. So it must have kept aside
    the very same ones, which a fit does on the same sets with the same `seed` and `validation`.
    """
    from trainer.networks.network import has_temperature

    if not has_temperature(settings):
        raise BadInput(f"Expected a network that ends in a softmax, to learn from teachers. Received {settings.network}.")
    shas = {part: getattr(parts, part).sha256() for part in ("validation", "test")}
    for run in teachers:
        if not run.finished:
            raise BadInput(f"Expected a finished run as a teacher. Received {run.path}, whose fit has not come to its end.")
        if not has_temperature(run.settings):
            raise BadInput(
                f"Expected a teacher that ends in a softmax. Received {run.path}, whose network is {run.settings.network}."
            )
        theirs = run.data
        if theirs["labels"] != data["labels"]:
            raise BadInput(
                f"Expected a teacher with the labels {', '.join(data['labels'])!a:.80}. "
                f"Received {run.path}, which has {', '.join(theirs['labels'])!a:.80}."
            )
        if _shas(theirs["sets"]) != _shas(data["sets"]) or _parted_otherwise(theirs, data):
            raise BadInput(
                f"Expected a teacher that was fitted on the same --data and --outliers. Received {run.path}, fitted on others: "
                "it may have learnt what this fit keeps aside."
            )
        if any(run.held_out(part).sha256() != sha for part, sha in shas.items()):
            raise BadInput(
                "Expected a teacher that kept the same images aside, by the same --seed and --validation. "
                f"Received {run.path}, which kept others: only --member may differ."
            )


def describe_teachers(teachers: Sequence[Run]) -> dict:
    """What a run's data.json tells of its teachers: where they are, and for the card name, network and sha256 of best.npz."""
    return {
        "teacher_runs": [str(run.path.absolute()) for run in teachers],
        "teachers": [
            {
                "name": run.path.resolve().name,
                "network": run.settings.network,
                "layers": run.settings.layers if run.settings.network == "inkling" else None,
                "sha256": hashlib.sha256(run.file("best.npz").read_bytes()).hexdigest(),
            }
            for run in teachers
        ],
    }


def _shas(sets: list[dict]) -> list[str]:
    return [known["sha256"] for known in sets]


def _parted_otherwise(theirs: dict, ours: dict) -> bool:
    """Whether both had sets of outliers, but not the same ones: then what one kept aside the other may have learnt."""
    both = [_outlier_sets(data) for data in (theirs, ours)]
    return all(both) and both[0] != both[1]


def _outlier_sets(data: dict) -> list[str]:
    """sha256 of the outliers that were parted; made-up ones are drawn anew for each part."""
    specs = dict.fromkeys(data.get("outlier_specs", []))
    return [sha for spec, sha in zip(specs, _shas(data.get("outliers", [])), strict=True) if spec not in MADE_UP]
