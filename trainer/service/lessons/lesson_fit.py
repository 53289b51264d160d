"""Fits of lessons on all of their drawings, as jobs. A lesson adopts the weights when its fit has ended."""

from pathlib import Path
from typing import Any

import numpy as np

from inkling.errors import InvalidDataset, InvalidInput
from trainer.data.lesson_drawings import PREFIX, dataset_from_lesson
from trainer.data.spec import TRAINER_LIMITS
from trainer.data.split import split
from trainer.lessons.registry import LESSON_NETWORKS, weights_to_bytes
from trainer.recipes import recipe
from trainer.runs.run import Run
from trainer.service.errors import Conflict
from trainer.service.jobs.queue import ENDED, Job, JobQueue
from trainer.service.jobs.runner import utc_now
from trainer.settings import SETTING_FIELDS
from trainer.store.errors import JobNotFound
from trainer.store.lesson_drawings import LessonDrawingStore
from trainer.store.lessons import Lesson, LessonStore
from trainer.training.checkpoint import Checkpoint

FIXED_SETTINGS = ("data", "labels", "folds", "fold", "recipe", "network", "layers")
"""Settings that the lesson determines."""

VALIDATION_SPLIT = 0.2
"""Default share of the drawings used for validation; another fifth is the test set."""


class LessonFit:
    """Queues fits of lessons and adopts their weights. `fit` of a lesson is {job, adopted, problem} of its last fit."""

    def __init__(self, jobs: JobQueue, store: LessonStore, drawings: LessonDrawingStore):
        self.jobs, self.store, self.drawings = jobs, store, drawings

    def submit(self, lesson: Lesson, overrides: dict[str, Any]) -> Job:
        """Queue a fit, with some settings overridden. Raises InvalidInput, InvalidDataset, QueueFull."""
        allowed = [name for name in SETTING_FIELDS if name not in FIXED_SETTINGS]
        unknown = [name for name in overrides if name not in allowed]
        if unknown:
            raise InvalidInput(f"{unknown[0]!r:.40} is not a setting of a lesson's fit. Settings: {', '.join(allowed)}.")
        network, data = LESSON_NETWORKS[lesson["network"]], f"{PREFIX}{lesson['id']}"
        overrides = {name: tuple(value) if isinstance(value, list) else value for name, value in overrides.items()}
        defaults = {"learning_rate": lesson["learning_rate"], "validation_split": VALIDATION_SPLIT} | network.FIT_SETTINGS
        settings = recipe(network.NETWORK, **defaults | overrides, data=(data,))
        counts = self.drawings.count_by_label(lesson["id"])
        missing = [label for label in lesson["labels"] if not counts.get(label)]
        if missing:
            raise InvalidDataset(f"A fit needs drawings of every label. Labels without drawings: {', '.join(missing):.200}.")
        dataset = dataset_from_lesson(lesson["id"], list(self.drawings.iter_drawings(lesson["id"])), TRAINER_LIMITS)
        split([dataset], settings.seed, settings.validation_split)  # raises if there are too few drawings
        job = self.jobs.submit(settings, f"{lesson['name']}: all drawings"[:200])
        self.store.update(lesson["id"], fit={"job": job["id"], "adopted": False, "problem": None})
        return job

    def describe(self, lesson: Lesson) -> dict[str, Any] | None:
        """The last fit with its job's state and reason, None if there was none."""
        return lesson["fit"] and lesson["fit"] | {
            "state": (job := self._job(lesson)) and job["state"],
            "reason": job and job["reason"],
        }

    def has_result(self, lesson: Lesson) -> bool:
        """Whether a fit has ended whose weights have not been adopted."""
        job = self._pending_job(lesson)
        return bool(job and job["result"] and job["state"] in ENDED)

    def adopt_result(self, lesson: Lesson) -> Lesson:
        """The lesson, with the weights of its fit if that has ended; can be undone."""
        if not self.has_result(lesson):
            return lesson
        fit, lesson_id = lesson["fit"] | {"adopted": True}, lesson["id"]
        try:
            weights, steps = _read_result(Run.open(Path(self.jobs.get(fit["job"])["run"])), lesson)
        except InvalidInput as error:  # the run was deleted, or is damaged
            self.store.update(lesson_id, fit=fit | {"problem": str(error)})
        else:
            values = {"weights": weights_to_bytes(weights), "steps": steps, "fit": fit, "updated": utc_now()}
            self.store.apply(lesson, "fit", values)
        return self.store.get(lesson_id)

    def require_idle(self, lesson: Lesson) -> None:
        """Raise Conflict while a fit is queued or running, since its weights would replace other changes."""
        job = self._pending_job(lesson)
        if job and job["state"] not in ENDED:
            raise Conflict(f"The lesson is being fitted by job {job['id']} ({job['state']}). Wait for it, or stop it.")

    def _pending_job(self, lesson: Lesson) -> Job | None:
        """The job whose weights have not been adopted."""
        return self._job(lesson) if lesson["fit"] and not lesson["fit"]["adopted"] else None

    def _job(self, lesson: Lesson) -> Job | None:
        try:
            return self.jobs.get(lesson["fit"]["job"])
        except JobNotFound:
            return None


def _read_result(run: Run, lesson: Lesson) -> tuple[list[np.ndarray], int]:
    """A run's best weights, with outputs in the order of the lesson's labels, and its number of steps."""
    weights, labels = run.read_weights(), run.data["labels"]
    shapes = LESSON_NETWORKS[lesson["network"]].weight_shapes(len(lesson["labels"]))
    if [weight.shape for weight in weights] != shapes or set(labels) != set(lesson["labels"]):
        raise InvalidInput(f"The run {run.path} does not hold weights of the lesson's network.")
    order = [labels.index(label) for label in lesson["labels"]]
    steps = Checkpoint.read(run).step or len(run.history())
    return [*weights[:-2], weights[-2][:, order], weights[-1][order]], max(1, steps)
