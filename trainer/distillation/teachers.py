"""Teachers: the finished runs that a student learns from, and the checks that they don't leak held-out images."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from inkling.errors import InvalidInput
from trainer.data.outliers import SYNTHETIC
from trainer.data.split import Split
from trainer.distillation.ensemble import ENSEMBLE_FILE, open_members
from trainer.networks.inputs import INPUTS
from trainer.runs.run import Run
from trainer.settings import FitSettings


def open_teachers(paths: Sequence[str]) -> list[Run]:
    """Open the runs at some paths; the folder of an ensemble stands for its members. Raises InvalidInput if there is none."""
    runs: list[Run] = []
    for path in map(Path, paths):
        runs += open_members(path) if (path / ENSEMBLE_FILE).is_file() else [Run.open(path)]
    return runs


def check_teachers(teachers: Sequence[Run], settings: FitSettings, data: dict, parts: Split) -> None:
    """Raise InvalidInput unless every teacher is finished, compatible, and was trained on the same split.

    A teacher that was trained on the student's validation or test images would leak them. So it must have held out the same
    images, as fits on the same datasets with the same `seed` and `validation_split` do.
    """
    from trainer.networks.network import has_temperature

    if not has_temperature(settings):
        raise InvalidInput(f"The network {settings.network} can't learn from teachers: it doesn't end in a softmax.")
    hashes = {part: getattr(parts, part).sha256() for part in ("validation", "test")}
    for run in teachers:
        if not run.finished:
            raise InvalidInput(f"The teacher {run.path} isn't finished; --resume it first.")
        if not has_temperature(run.settings):
            raise InvalidInput(f"{run.path} can't be a teacher: its network {run.settings.network} doesn't end in a softmax.")
        if INPUTS[run.settings.network] != INPUTS[settings.network]:
            raise InvalidInput(
                f"{run.path} can't be a teacher of the network {settings.network}: its network {run.settings.network} reads "
                f"{_input_size(run.settings)} crops instead of {_input_size(settings)}."
            )
        theirs = run.data
        if theirs["labels"] != data["labels"]:
            raise InvalidInput(
                f"The teacher {run.path} has other labels: {', '.join(theirs['labels'])!a:.80} instead of "
                f"{', '.join(data['labels'])!a:.80}."
            )
        if _hashes(theirs["sets"]) != _hashes(data["sets"]) or _outliers_differ(theirs, data):
            raise InvalidInput(
                f"The teacher {run.path} was trained on other --data or --outliers, so it may have seen images that this fit "
                "holds out."
            )
        if any(run.held_out(part).sha256() != sha256 for part, sha256 in hashes.items()):
            raise InvalidInput(
                f"The teacher {run.path} held out other images. Use the same --seed and --validation-split; only --member may "
                "differ."
            )


def describe_teachers(teachers: Sequence[Run]) -> dict:
    """Return the entries of data.json: the teachers' paths, and for the card their name, network, layers and best.npz hash."""
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


def _input_size(settings: FitSettings) -> str:
    size = INPUTS[settings.network].size
    return f"{size}×{size}"


def _hashes(datasets: list[dict]) -> list[str]:
    return [dataset["sha256"] for dataset in datasets]


def _outliers_differ(theirs: dict, ours: dict) -> bool:
    """Whether both fits had outlier datasets, but different ones: their splits differ then."""
    both = [_outlier_hashes(data) for data in (theirs, ours)]
    return all(both) and both[0] != both[1]


def _outlier_hashes(data: dict) -> list[str]:
    """SHA-256 of the outlier datasets without the synthetic ones, which are generated anew for each part."""
    specs = dict.fromkeys(data.get("outlier_specs", []))
    return [sha256 for spec, sha256 in zip(specs, _hashes(data.get("outliers", [])), strict=True) if spec not in SYNTHETIC]
