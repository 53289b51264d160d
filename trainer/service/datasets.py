"""Datasets: the labelled sets that can be trained on, with what they hold. They are read in a child process, once."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkling.datasets.registry import path_signature
from inkling.errors import InklingError, InvalidDataset
from trainer.data.cache import data_folder, present
from trainer.data.feedback import NAME as FEEDBACK
from trainer.data.lesson_drawings import PREFIX, is_lesson
from trainer.data.outliers import MADE_UP
from trainer.data.sources import SOURCES
from trainer.data.spec import names
from trainer.data.split import common_labels
from trainer.io.atomic import replace_file
from trainer.service.errors import UnknownData
from trainer.service.workers.pool import WorkerPool

KINDS = (".npz", ".csv", ".zip", ".jsonl", ".jsonl.gz")
"""Files of INKLING_DATA, at most one folder down, that are listed beside the sets that go by a name."""

SECONDS = 30.0
"""How long the list waits for sets that were never described; the others are told, and these the next time."""


@dataclass(frozen=True)
class CatalogEntry:
    """A labelled set. stamp: other whenever its files are others."""

    name: str
    spec: str
    stamp: str


class DatasetCatalog:
    """Finds sets, and has them described and shown. What was described is kept in a file until the set changes."""

    def __init__(self, place: Path, pool: WorkerPool, lessons: Callable[[], list[tuple[str, int]]]):
        """lessons: the IDs of those that have drawings, each with a number that is another whenever these are."""
        self.place, self.pool, self.lessons = place, pool, lessons
        self.lock = threading.Lock()
        self.facts: dict[str, dict[str, Any]] = json.loads(place.read_text("utf-8")) if place.exists() else {}

    def sets(self) -> list[CatalogEntry]:
        """What is there now, without a look into it."""
        found = [CatalogEntry(name, name, path_signature(folder)) for name in SOURCES if (folder := present(SOURCES[name]))]
        found.append(CatalogEntry("digits", "digits", "bundled"))
        found.append(CatalogEntry(FEEDBACK, FEEDBACK, str(time.monotonic())))  # it changes as people draw
        found += [CatalogEntry(f"{PREFIX}{number}", f"{PREFIX}{number}", str(stamp)) for number, stamp in self.lessons()]
        folder = data_folder()
        files = sorted(path for depth in ("*", "*/*") for path in folder.glob(depth)) if folder else []
        named = {each.name for each in found}
        return found + [
            CatalogEntry(path.name, str(path.absolute()), path_signature(path))
            for path in files
            if path.name.endswith(KINDS) and path.name not in named and not path.name.startswith(".") and path.is_file()
        ]

    def find(self, name: str) -> CatalogEntry:
        """The set of a name. Raises UnknownData."""
        sets = self.sets()
        for each in sets:
            if each.name == name:
                return each
        raise UnknownData(f"Expected data out of {', '.join(each.name for each in sets)}. Received {name!r:.80}.")

    def described(self) -> list[dict[str, Any]]:
        """Every set with its count and histogram; `problem` says why a set cannot be used, or that it is still being read."""
        sets = self.sets()
        asked = {each: self._ask(each) for each in sets if self._known(each) is None}
        until, told = time.monotonic() + SECONDS, []
        for each in sets:
            facts = self._known(each)
            if facts is None:
                facts = self._wait(each, asked[each], until)
            told.append({"name": each.name, "spec": each.spec, "problem": None} | facts)
        return told

    def samples(self, name: str, **words: Any) -> tuple[dict[str, Any], bytes]:
        """A page of a set. Raises UnknownData, BadInput, BadData."""
        each = self.find(name)
        told, body = self.pool.for_data("samples").ask("samples", 2 * SECONDS, spec=each.spec, stamp=each.stamp, **words)
        return {"name": name} | told, body

    def are_listed(self, specs: Sequence[str]) -> bool:
        """Whether all of some specs are names, or paths that the list of what is there tells to everybody."""
        told = {*names(), *MADE_UP, *(each.spec for each in self.sets())}
        return all(spec in told or is_lesson(spec) for spec in specs)

    def labels(self, specs: Sequence[str]) -> tuple[str, ...]:
        """The labels of sets added up, as a fit on them has them. Raises BadData."""
        self.check(specs)
        known = [self._known(each) or self._describe(each) for each in map(self._shelved, specs)]
        return common_labels(facts["histogram"] for facts in known)

    def split(self, specs: Sequence[str], seed: int, validation: float) -> dict[str, Any]:
        """How sets added up would be parted. Raises BadData."""
        self.check(specs)
        sets = [{"spec": each.spec, "stamp": each.stamp} for each in map(self._shelved, specs)]
        return self.pool.for_data("split").ask("split", 2 * SECONDS, sets=sets, seed=seed, validation=validation)[0]

    def check(self, specs: Sequence[str]) -> None:
        """Refuse data that is not there, or that holds nothing, before a job waits for it. Raises BadData."""
        for spec in specs:
            path = Path(spec)
            if spec == FEEDBACK or is_lesson(spec):
                self.pool.for_data("samples").ask("describe", SECONDS, spec=spec, stamp=str(time.monotonic()))
            elif spec not in names() and spec not in MADE_UP:
                if "\0" in spec or not path.exists():
                    known = ", ".join([*names(), f"{PREFIX}ID"])
                    raise InvalidDataset(
                        f"Expected data as one of {known}, or a path. Received {spec!a:.200}, which is not there."
                    )
                if not (any(path.rglob("*")) if path.is_dir() else path.stat().st_size):
                    raise InvalidDataset(f"Expected a labelled set. Received {spec!a:.200}, which is empty.")

    def _shelved(self, spec: str) -> CatalogEntry:
        """A set that is there, listed or not. Raises BadData where it is not, as one that a fit would fetch first."""
        listed = next((each for each in self.sets() if each.spec == spec), None)
        if listed:
            return listed
        if spec in SOURCES:
            raise InvalidDataset(f"Expected data that is here. Received {spec}, which a fit on it fetches first.")
        try:
            return CatalogEntry(spec, spec, path_signature(Path(spec)))
        except OSError as error:  # such as what is made up for outliers
            raise InvalidDataset(f"Expected data that is here. Received {spec!a:.200}: {error.strerror}.") from error

    def _describe(self, each: CatalogEntry) -> dict[str, Any]:
        return self.pool.for_data("describe").ask("describe", SECONDS, spec=each.spec, stamp=each.stamp)[0]

    def _ask(self, each: CatalogEntry) -> Any:
        return self.pool.for_data("describe").call("describe", spec=each.spec, stamp=each.stamp)

    def _wait(self, each: CatalogEntry, asked: Any, until: float) -> dict[str, Any]:
        try:
            facts, _ = asked.result(max(0.0, until - time.monotonic()))
        except NotYet:
            asked.add_done_callback(lambda done: done.exception() or self._keep(each, done.result()[0]))
            return {"n": None, "histogram": None, "problem": "It is still being read: ask again."}
        except InklingError as error:
            return {"n": 0, "histogram": {}, "problem": str(error)}
        self._keep(each, facts)
        return facts

    def _known(self, each: CatalogEntry) -> dict[str, Any] | None:
        kept = self.facts.get(each.name)
        return kept["facts"] if kept and kept["stamp"] == each.stamp else None

    def _keep(self, each: CatalogEntry, facts: dict[str, Any]) -> None:
        if each.name == FEEDBACK:
            return
        with self.lock:
            self.facts[each.name] = {"stamp": each.stamp, "facts": facts}
            text = json.dumps(self.facts)
            replace_file(self.place, lambda path: path.write_text(text, "utf-8"))
