"""Fitting: a lesson's network is fitted on all of its drawings, as a job, and the lesson takes over what that has learnt."""

from pathlib import Path
from typing import Any

import numpy as np

from inkling.errors import InvalidDataset, InvalidInput
from trainer.data.lesson_drawings import PREFIX, set_of
from trainer.data.spec import TRAINER_LIMITS
from trainer.data.split import split
from trainer.lessons.registry import KINDS, pack
from trainer.recipes import recipe
from trainer.runs.run import Run
from trainer.service.errors import Conflict, JobNotFound
from trainer.service.jobs.queue import OVER, Job, JobQueue
from trainer.service.jobs.runner import now
from trainer.settings import SETTING_FIELDS
from trainer.store.lesson_drawings import LessonDrawingStore
from trainer.store.lessons import Lesson, LessonStore
from trainer.training.checkpoint import Checkpoint

FIXED = ("data", "recipe", "network", "layers")
"""Settings that the lesson decides."""

HELD_OUT = 0.2
"""Share of the drawings that is kept aside to choose the best weights by, unless told otherwise; a fifth goes to the test."""


class LessonFit:
    """Queues fits of lessons, and takes over their weights. A lesson's `fit` is {job, taken, problem} of its last one."""

    def __init__(self, jobs: JobQueue, kept: LessonStore, drawings: LessonDrawingStore):
        self.jobs, self.kept, self.drawings = jobs, kept, drawings

    def begin(self, lesson: Lesson, given: dict[str, Any]) -> Job:
        """Queue a fit with some settings given in place of the usual ones. Raises BadInput, BadData, TooMany."""
        known = [name for name in SETTING_FIELDS if name not in FIXED]
        unknown = [name for name in given if name not in known]
        if unknown:
            raise InvalidInput(f"Expected settings of a fit out of {', '.join(known)}. Received {unknown[0]!r:.40}.")
        kind, data = KINDS[lesson["network"]], f"{PREFIX}{lesson['id']}"
        given = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
        usual = {"learning_rate": lesson["learning_rate"], "validation_split": HELD_OUT} | kind.FIT
        settings = recipe(kind.NETWORK, **usual | given, data=(data,))
        counts = self.drawings.counts(lesson["id"])
        without = [label for label in lesson["labels"] if not counts.get(label)]
        if without:
            raise InvalidDataset(f"Expected drawings of every label to fit on. Received none of {', '.join(without):.200}.")
        drawn = set_of(lesson["id"], list(self.drawings.all(lesson["id"])), TRAINER_LIMITS)
        split([drawn], settings.seed, settings.validation_split)  # raises where they are too few to part
        job = self.jobs.submit(settings, f"{lesson['name']}: all drawings"[:200])
        self.kept.change(lesson["id"], fit={"job": job["id"], "taken": False, "problem": None})
        return job

    def shown(self, lesson: Lesson) -> dict[str, Any] | None:
        """The last fit: job, its state, whether its weights were taken over, and why not."""
        return lesson["fit"] and lesson["fit"] | {
            "state": (job := self._job(lesson)) and job["state"],
            "reason": job and job["reason"],
        }

    def has_news(self, lesson: Lesson) -> bool:
        """Whether a fit has ended whose weights are not taken over yet."""
        job = self._awaited(lesson)
        return bool(job and job["result"] and job["state"] in OVER)

    def take_over(self, lesson: Lesson) -> Lesson:
        """The lesson, with what its fit has learnt, once that has ended; it can be undone."""
        if not self.has_news(lesson):
            return lesson
        fit, number = lesson["fit"] | {"taken": True}, lesson["id"]
        try:
            weights, steps = _learnt(Run.open(Path(self._job(lesson)["run"])), lesson)
        except InvalidInput as error:  # the run was deleted, or is damaged
            self.kept.change(number, fit=fit | {"problem": str(error)})
        else:
            self.kept.act(lesson, "fit", {"weights": pack(weights), "steps": steps, "fit": fit, "changed": now()})
        return self.kept.get(number)

    def require_none(self, lesson: Lesson) -> None:
        """Raise Conflict while a fit waits or runs, as it would replace what is taught meanwhile."""
        job = self._awaited(lesson)
        if job and job["state"] not in OVER:
            state = f"whose job {job['id']} is {job['state']}"
            raise Conflict(f"Expected a lesson that is not being fitted. Received one {state}: wait, or stop it.")

    def _awaited(self, lesson: Lesson) -> Job | None:
        """The job whose weights are still to be taken over."""
        return self._job(lesson) if lesson["fit"] and not lesson["fit"]["taken"] else None

    def _job(self, lesson: Lesson) -> Job | None:
        try:
            return self.jobs.get(lesson["fit"]["job"])
        except JobNotFound:
            return None


def _learnt(run: Run, lesson: Lesson) -> tuple[list[np.ndarray], int]:
    """A run's best weights, with the outputs in the order of the lesson's labels, and the steps that it took."""
    weights, labels = run.read_weights(), run.data["labels"]
    shapes = KINDS[lesson["network"]].shapes(len(lesson["labels"]))
    if [weight.shape for weight in weights] != shapes or set(labels) != set(lesson["labels"]):
        raise InvalidInput(f"Expected the weights of the lesson's network in {run.path}. Received another's.")
    order = [labels.index(label) for label in lesson["labels"]]
    steps = Checkpoint.read(run).step or len(run.history())
    return [*weights[:-2], weights[-2][:, order], weights[-1][order]], max(1, steps)
