"""Lessons: networks that people teach one drawing at a time. What they have learnt is in the store after every request."""

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
from trainer.lessons.history import history
from trainer.lessons.inspect import look
from trainer.lessons.registry import KINDS, crop_of, fresh, pack, unpack
from trainer.service.errors import Conflict, Diverged, LessonFull
from trainer.service.jobs.queue import Job, JobQueue
from trainer.service.jobs.runner import now
from trainer.service.lessons.full_fit import LessonFit
from trainer.service.publisher import Publisher
from trainer.service.settings import ServiceSettings
from trainer.store.lesson_drawings import LessonDrawing, LessonDrawingStore
from trainer.store.lessons import Lesson, LessonStore

SEEDS = 2**31


class LessonService:
    """All lessons of the service. Any thread may call; changes of one lesson follow each other."""

    def __init__(self, settings: ServiceSettings, engine: Engine, jobs: JobQueue, press: Publisher):
        self.settings, self.press = settings, press
        self.kept, self.drawings = LessonStore(engine), LessonDrawingStore(engine)
        self.fitting = LessonFit(jobs, self.kept, self.drawings)
        self.lock = threading.Lock()
        self.locks: WeakValueDictionary[str, threading.RLock] = WeakValueDictionary()

    def create(self, name: str | None, labels: list[str], network: str, learning_rate: float, seed: int | None) -> dict:
        """A new lesson, of a network that knows nothing. Raises Full."""
        with self.lock:
            if self.kept.count() >= self.settings.max_lessons:
                raise LessonFull(f"Expected at most {self.settings.max_lessons:,} lessons. Received one more: delete some.")
            seed, stamp = secrets.randbelow(SEEDS) if seed is None else seed, now()
            lesson = {"id": secrets.token_hex(4), "name": name or ", ".join(labels)[:200], "network": network}
            lesson |= {"labels": labels, "learning_rate": learning_rate, "seed": seed, "steps": 0, "revision": 0}
            lesson |= {"created": stamp, "changed": stamp, "saved": None, "fit": None, "published": []}
            lesson |= {"weights": pack(fresh(network, len(labels), seed))}
            self.kept.add(lesson)
        return self.shown(lesson)

    def get(self, number: str) -> Lesson:
        """A lesson as it is kept, with what its fit has learnt, once that is over. Raises UnknownLesson."""
        lesson = self.kept.get(number)
        if not self.fitting.has_news(lesson):
            return lesson
        with self._changing(number) as lesson:
            return lesson

    def page(self, limit: int, before: str | None) -> tuple[list[dict], str | None]:
        """Lessons without what is inside, newest first, and the ID to go on with. Raises UnknownLesson."""
        lessons, following = self.kept.page(limit, before)
        return [self._summary(lesson) for lesson in lessons], following

    def shown(self, lesson: Lesson) -> dict:
        """A lesson as the API tells of it, with all weights where those are few."""
        return self._summary(lesson) | KINDS[lesson["network"]].inside(weights_of(lesson), None)

    def change(self, number: str, **values: Any) -> dict:
        """Change a lesson's name or its learning rate from the next step on. Raises UnknownLesson."""
        with self._changing(number):
            self.kept.change(number, **values, changed=now())
        return self.shown(self.kept.get(number))

    def train(self, number: str, drawing: LessonDrawing, image: np.ndarray, repeats: int) -> dict:
        """Do so many steps of gradient descent on one drawing, uint8 (28, 28), and keep it; what that made of the network.

        Raises UnknownLesson, Conflict while it is fitted, Full and Diverged; then nothing has changed.
        """
        with self._changing(number) as lesson:
            self.fitting.require_none(lesson)
            self._check_room(number, drawing)
            kind, weights, target = KINDS[lesson["network"]], weights_of(lesson), lesson["labels"].index(drawing.label)
            seen, rate, begun = kind.see(crop_of(image)), lesson["learning_rate"], time.perf_counter()
            before = {"loss_before": kind.loss(weights, seen, target), "probabilities_before": kind.answer(weights, seen)}
            with np.errstate(all="ignore"):  # what comes of it is looked at
                for _ in range(repeats):
                    kind.step(weights, seen, target, rate)
            if not all(np.isfinite(weight).all() for weight in weights):
                raise Diverged(f"Expected weights that stay finite. Received others at a learning rate of {rate:g}: lower it.")
            seconds = time.perf_counter() - begun
            values = {"steps": lesson["steps"] + repeats, "weights": pack(weights), "changed": now()}
            self.kept.act(lesson, "train", values, drawing)
        taught = {"taught": drawing.label, "repeats": repeats, "drawing": drawing.id, "seconds": round(seconds, 6)}
        told = look(lesson | values, weights, image) | before
        return (
            told
            | taught
            | {"loss": kind.loss(weights, seen, target), "steps": values["steps"], "undos": self.kept.undos(number)}
        )

    def predict(self, number: str, image: np.ndarray) -> dict:
        """What the network makes of an image, uint8 (28, 28). Raises UnknownLesson."""
        lesson = self.get(number)
        return look(lesson, weights_of(lesson), image) | {"steps": lesson["steps"]}

    def history(self, number: str) -> list[dict]:
        """What the trainings since the last reset did to the loss, as far as they can be undone. Raises UnknownLesson."""
        with self._changing(number) as lesson:
            acts = self.kept.acts(number)
            drawn = self.drawings.some(number, {act["drawing"] for act in acts if act["drawing"]})
        side = (IMAGE_SIDE, IMAGE_SIDE)
        images = {id: (label, np.frombuffer(image, np.uint8).reshape(side)) for id, (label, image) in drawn.items()}
        return history(lesson, acts, images)

    def undo(self, number: str) -> dict:
        """Undo the last act: a drawing that was taught, a fit or a reset. Raises UnknownLesson, Conflict."""
        with self._changing(number) as lesson:
            self.fitting.require_none(lesson)
            kind = self.kept.undo(lesson, {"changed": now()})
            if kind is None:
                raise Conflict("Expected something to undo. Received a lesson in which nothing is left of that.")
        return self.shown(self.kept.get(number)) | {"undone": kind}

    def reset(self, number: str, drawings: bool) -> dict:
        """Forget all that was learnt, and the drawings too unless they are to stay; weights are drawn anew.

        It can be undone as long as the drawings stay. Raises UnknownLesson, Conflict.
        """
        with self._changing(number) as lesson:
            self.fitting.require_none(lesson)
            seed = (lesson["seed"] + 1) % SEEDS
            values = {"seed": seed, "steps": 0, "changed": now(), "fit": None}
            values["weights"] = pack(fresh(lesson["network"], len(lesson["labels"]), seed))
            if drawings:
                self.kept.act(lesson, "reset", values)
            else:
                self.kept.forget(lesson, values)
        return self.shown(self.kept.get(number))

    def remove_drawing(self, number: str, drawing: str) -> None:
        """Keep a drawing no longer. Raises UnknownLesson, UnknownDrawing, Conflict."""
        with self._changing(number) as lesson:
            self.fitting.require_none(lesson)
            self.kept.remove_drawing(lesson, drawing, {"changed": now()})

    def save(self, number: str, name: str | None) -> dict:
        """Have the lesson on the disk, come what may, under a new name where one is given. Raises UnknownLesson."""
        with self._changing(number):
            self.kept.save(number, saved=now(), **({"name": name} if name else {}))
        return self.shown(self.kept.get(number))

    def fit(self, number: str, given: dict[str, Any]) -> Job:
        """Queue a fit on all drawings so far. Raises UnknownLesson, Conflict, BadInput, BadData, TooMany."""
        with self._changing(number) as lesson:
            self.fitting.require_none(lesson)
            return self.fitting.begin(lesson, given)

    def publish(self, number: str, name: str) -> dict:
        """Export what the network knows now under a name. Raises UnknownLesson, Conflict and what the export raises."""
        lesson = self.get(number)
        if not lesson["steps"]:
            raise Conflict("Expected a lesson that was taught. Received one that has learnt nothing yet.")
        told = self.press.put("publish_lesson", name, number=number)
        with self._changing(number) as lesson:
            self.kept.change(number, published=[*(each for each in lesson["published"] if each != name), name])
        return told

    def delete(self, number: str) -> None:
        """Keep a lesson no longer, nor its drawings. Raises UnknownLesson, Conflict."""
        with self._changing(number) as lesson:
            self.fitting.require_none(lesson)
            self.kept.remove(number)

    def as_data(self) -> list[tuple[str, int]]:
        """The lessons that have drawings: their IDs, each with a number that is another whenever these are."""
        drawn = self.drawings.lessons()
        return [(lesson["id"], lesson["revision"]) for lesson in self.kept.page(None)[0] if lesson["id"] in drawn]

    @contextmanager
    def _changing(self, number: str) -> Iterator[Lesson]:
        """The lesson as it stands, and nobody else changes it."""
        with self.lock:
            held = self.locks.setdefault(number, threading.RLock())
        with held:
            yield self.fitting.take_over(self.kept.get(number))

    def _check_room(self, number: str, drawing: LessonDrawing) -> None:
        most = self.settings.max_lesson_drawings
        if sum(self.drawings.counts(number).values()) >= most and not self.drawings.has(number, drawing.id):
            raise LessonFull(f"Expected at most {most:,} drawings in a lesson. Received one more: delete some.")

    def _summary(self, lesson: Lesson) -> dict:
        kind, counts = KINDS[lesson["network"]], self.drawings.counts(lesson["id"])
        told = {name: lesson[name] for name in ("id", "name", "network", "labels", "learning_rate", "seed", "steps")}
        told |= {"size": kind.SIZE, "most_repeats": kind.MOST_REPEATS, "data": f"lesson:{lesson['id']}"}
        told |= {"drawings": {label: counts.get(label, 0) for label in lesson["labels"]}}
        told |= {"undos": self.kept.undos(lesson["id"]), "fit": self.fitting.shown(lesson)}
        return told | {name: lesson[name] for name in ("published", "created", "changed", "saved")}


def weights_of(lesson: Lesson) -> list[np.ndarray]:
    """The weights of a lesson, as arrays that can be changed."""
    return unpack(lesson["weights"], lesson["network"], len(lesson["labels"]))
