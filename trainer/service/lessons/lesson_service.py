"""Lessons of the service. Their state is in the database after every request."""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from sqlalchemy import Engine

from inkling.imaging.normalization import IMAGE_SIDE
from trainer.lessons.history import loss_history
from trainer.lessons.inspect import inspect_prediction
from trainer.lessons.registry import (
    LESSON_NETWORKS,
    initialize_weights,
    weights_from_bytes,
    weights_to_bytes,
)
from trainer.service.errors import Conflict, Diverged
from trainer.service.jobs.queue import Job, JobQueue
from trainer.service.jobs.runner import utc_now
from trainer.service.lessons.lesson_fit import LessonFit
from trainer.service.publisher import Publisher
from trainer.service.settings import ServiceSettings
from trainer.store.errors import LimitReached
from trainer.store.lesson_drawings import LessonDrawing, LessonDrawingStore
from trainer.store.lessons import Lesson, LessonStore

SEEDS = 2**31


class LessonService:
    """All lessons. Thread-safe; changes of one lesson are serialized."""

    def __init__(self, settings: ServiceSettings, engine: Engine, jobs: JobQueue, publisher: Publisher):
        self.settings, self.publisher = settings, publisher
        self.store, self.drawings = LessonStore(engine), LessonDrawingStore(engine)
        self.fits = LessonFit(jobs, self.store, self.drawings)
        self.lock = threading.Lock()
        self.locks: WeakValueDictionary[str, threading.RLock] = WeakValueDictionary()

    def create(self, name: str | None, labels: list[str], network: str, learning_rate: float, seed: int | None) -> dict:
        """Create a lesson with an untrained network. Raises LimitReached."""
        with self.lock:
            if self.store.count() >= self.settings.max_lessons:
                raise LimitReached(f"There are already {self.settings.max_lessons:,} lessons. Delete some first.")
            seed, now = secrets.randbelow(SEEDS) if seed is None else seed, utc_now()
            lesson: Lesson = {"id": secrets.token_hex(4), "name": name or ", ".join(labels)[:200], "network": network}
            lesson |= {"labels": labels, "learning_rate": learning_rate, "seed": seed, "steps": 0, "revision": 0}
            lesson |= {"created": now, "updated": now, "saved": None, "fit": None, "published": []}
            lesson |= {"weights": weights_to_bytes(initialize_weights(network, len(labels), seed))}
            self.store.add(lesson)
        return self.describe(lesson)

    def get(self, lesson_id: str) -> Lesson:
        """A stored lesson, with the result of its fit if that has ended. Raises LessonNotFound."""
        lesson = self.store.get(lesson_id)
        if not self.fits.has_result(lesson):
            return lesson
        with self._locked(lesson_id) as lesson:
            return lesson

    def list_page(self, limit: int, before: str | None) -> tuple[list[dict], str | None]:
        """A page of lessons without weights, newest first, and the ID for the next page or None. Raises LessonNotFound."""
        lessons, next_id = self.store.list_page(limit, before)
        return [self._summarize(lesson) for lesson in lessons], next_id

    def describe(self, lesson: Lesson) -> dict:
        """A lesson as the API returns it, with the weights that the page shows."""
        return self._summarize(lesson) | LESSON_NETWORKS[lesson["network"]].inspect(read_weights(lesson), None)

    def update(self, lesson_id: str, **values: Any) -> dict:
        """Change a lesson's name, or its learning rate from the next step on. Raises LessonNotFound."""
        with self._locked(lesson_id):
            self.store.update(lesson_id, **values, updated=utc_now())
        return self.describe(self.store.get(lesson_id))

    def train(self, lesson_id: str, drawing: LessonDrawing, image: np.ndarray, repeats: int) -> dict:
        """Take `repeats` steps of gradient descent on one drawing, uint8 (28, 28), and store it. Returns the new state.

        Raises LessonNotFound, Conflict during a fit, LimitReached and Diverged; then nothing has changed.
        """
        with self._locked(lesson_id) as lesson:
            self.fits.require_idle(lesson)
            self._check_drawing_limit(lesson_id, drawing)
            network, target = LESSON_NETWORKS[lesson["network"]], lesson["labels"].index(drawing.label)
            weights = read_weights(lesson)
            inputs, rate, start = network.preprocess(image), lesson["learning_rate"], time.perf_counter()
            before = {
                "loss_before": network.loss(weights, inputs, target),
                "probabilities_before": network.predict(weights, inputs),
            }
            with np.errstate(all="ignore"):  # the result is checked below
                for _ in range(repeats):
                    network.train_step(weights, inputs, target, rate)
            if not all(np.isfinite(weight).all() for weight in weights):
                raise Diverged(f"The weights became infinite at the learning rate {rate:g}. Lower the learning rate.")
            seconds = time.perf_counter() - start
            values = {"steps": lesson["steps"] + repeats, "weights": weights_to_bytes(weights), "updated": utc_now()}
            self.store.apply(lesson, "train", values, drawing)
        after = {"loss": network.loss(weights, inputs, target), "steps": values["steps"]}
        after |= {"trained_label": drawing.label, "repeats": repeats, "drawing": drawing.id, "seconds": round(seconds, 6)}
        after |= {"undo_count": self.store.count_undos(lesson_id)}
        return inspect_prediction(lesson | values, weights, image) | before | after

    def predict(self, lesson_id: str, image: np.ndarray) -> dict:
        """The prediction for an image, uint8 (28, 28). Raises LessonNotFound."""
        lesson = self.get(lesson_id)
        return inspect_prediction(lesson, read_weights(lesson), image) | {"steps": lesson["steps"]}

    def history(self, lesson_id: str) -> list[dict]:
        """The loss before and after each training since the last reset that can be undone. Raises LessonNotFound."""
        with self._locked(lesson_id) as lesson:
            actions = self.store.list_actions(lesson_id)
            stored = self.drawings.get_images(lesson_id, {action["drawing"] for action in actions if action["drawing"]})
        shape = (IMAGE_SIDE, IMAGE_SIDE)
        drawings = {key: (label, np.frombuffer(image, np.uint8).reshape(shape)) for key, (label, image) in stored.items()}
        return loss_history(lesson, actions, drawings)

    def undo(self, lesson_id: str) -> dict:
        """Undo the last training, fit or reset. Raises LessonNotFound, Conflict."""
        with self._locked(lesson_id) as lesson:
            self.fits.require_idle(lesson)
            kind = self.store.undo(lesson, {"updated": utc_now()})
            if kind is None:
                raise Conflict("There is nothing to undo.")
        return self.describe(self.store.get(lesson_id)) | {"undone": kind}

    def reset(self, lesson_id: str, keep_drawings: bool) -> dict:
        """Initialize new weights and, unless `keep_drawings`, delete all drawings, which cannot be undone.

        Raises LessonNotFound, Conflict.
        """
        with self._locked(lesson_id) as lesson:
            self.fits.require_idle(lesson)
            seed = (lesson["seed"] + 1) % SEEDS
            values = {"seed": seed, "steps": 0, "updated": utc_now(), "fit": None}
            values["weights"] = weights_to_bytes(initialize_weights(lesson["network"], len(lesson["labels"]), seed))
            if keep_drawings:
                self.store.apply(lesson, "reset", values)
            else:
                self.store.start_over(lesson, values)
        return self.describe(self.store.get(lesson_id))

    def remove_drawing(self, lesson_id: str, drawing_id: str) -> None:
        """Delete a drawing. Raises LessonNotFound, DrawingNotFound, Conflict."""
        with self._locked(lesson_id) as lesson:
            self.fits.require_idle(lesson)
            self.store.remove_drawing(lesson, drawing_id, {"updated": utc_now()})

    def save(self, lesson_id: str, name: str | None) -> dict:
        """Flush the lesson to disk, optionally under a new name. Raises LessonNotFound."""
        with self._locked(lesson_id):
            self.store.save(lesson_id, saved=utc_now(), **({"name": name} if name else {}))
        return self.describe(self.store.get(lesson_id))

    def fit(self, lesson_id: str, overrides: dict[str, Any]) -> Job:
        """Queue a fit on all drawings. Raises LessonNotFound, Conflict, InvalidInput, InvalidDataset, QueueFull."""
        with self._locked(lesson_id) as lesson:
            self.fits.require_idle(lesson)
            return self.fits.submit(lesson, overrides)

    def publish(self, lesson_id: str, name: str) -> dict:
        """Export the network under a name. Raises LessonNotFound, Conflict and what the export raises."""
        lesson = self.get(lesson_id)
        if not lesson["steps"]:
            raise Conflict("The lesson's network has not been trained yet.")
        model = self.publisher.publish("publish_lesson", name, lesson_id=lesson_id)
        with self._locked(lesson_id) as lesson:
            self.store.update(lesson_id, published=[*(each for each in lesson["published"] if each != name), name])
        return model

    def delete(self, lesson_id: str) -> None:
        """Delete a lesson and its drawings. Raises LessonNotFound, Conflict."""
        with self._locked(lesson_id) as lesson:
            self.fits.require_idle(lesson)
            self.store.remove(lesson_id)

    def as_data(self) -> list[tuple[str, int]]:
        """ID and revision of the lessons that have drawings."""
        with_drawings = self.drawings.lessons_with_drawings()
        lessons, _ = self.store.list_page(None)
        return [(lesson["id"], lesson["revision"]) for lesson in lessons if lesson["id"] in with_drawings]

    @contextmanager
    def _locked(self, lesson_id: str) -> Iterator[Lesson]:
        """The current lesson, locked against other changes."""
        with self.lock:
            lock = self.locks.setdefault(lesson_id, threading.RLock())
        with lock:
            yield self.fits.adopt_result(self.store.get(lesson_id))

    def _check_drawing_limit(self, lesson_id: str, drawing: LessonDrawing) -> None:
        limit = self.settings.max_lesson_drawings
        if sum(self.drawings.count_by_label(lesson_id).values()) >= limit and not self.drawings.has(lesson_id, drawing.id):
            raise LimitReached(f"The lesson already has {limit:,} drawings. Delete some first.")

    def _summarize(self, lesson: Lesson) -> dict:
        network, counts = LESSON_NETWORKS[lesson["network"]], self.drawings.count_by_label(lesson["id"])
        summary = {name: lesson[name] for name in ("id", "name", "network", "labels", "learning_rate", "seed", "steps")}
        summary |= {"size": network.SIZE, "max_repeats": network.MAX_REPEATS, "data": f"lesson:{lesson['id']}"}
        summary |= {"drawings": {label: counts.get(label, 0) for label in lesson["labels"]}}
        summary |= {"undo_count": self.store.count_undos(lesson["id"]), "fit": self.fits.describe(lesson)}
        return summary | {name: lesson[name] for name in ("published", "created", "updated", "saved")}


def read_weights(lesson: Lesson) -> list[np.ndarray]:
    """The weights of a lesson, as writable arrays."""
    return weights_from_bytes(lesson["weights"], lesson["network"], len(lesson["labels"]))
