"""Datasets: the labelled sets that are here by a name, to score models with. None is ever fetched."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from inkling.datasets.dataset import LabelledSet, check_count, sort_labels
from inkling.datasets.formats import idx
from inkling.datasets.registry import NAMED, Named, folder_of, read_named, stamp_of
from inkling.datasets.stored_drawings import kept_set
from inkling.errors import BadData
from inkling.limits import Limits
from inkling.service.http.errors import UnknownData
from inkling.service.store.feedback import Feedback
from inkling.service.store.locations import cache_folder

FEEDBACK = "feedback"


class Datasets:
    """The sets that go by a name, where their files are here, and the drawings of feedback.

    own: the folder of the user's own data, None where there is none.
    """

    def __init__(self, own: Path | None, feedback: Feedback, limits: Limits):
        self.own, self.feedback, self.limits = own, feedback, limits

    def described(self) -> list[dict[str, Any]]:
        """name, n, labels and part of each, as the API gives them, without a look at their images.

        problem: why a set cannot be used, in a sentence, or None.
        """
        told = [
            {"name": name, "labels": sort_labels(set(NAMED[name].labels))} | _size(folder)
            for name, folder in self._folders().items()
        ]
        counts = self.feedback.counts()
        drawings = {"n": sum(counts.values()), "part": "all", "problem": None}
        return [*told, {"name": FEEDBACK, "labels": sort_labels(set(counts))} | drawings]

    def load(self, name: str) -> LabelledSet:
        """The set of a name, of which only the test part is read where it has one.

        Raises UnknownData; BadData for files that make no sense, or where there is no feedback yet; TooLarge.
        """
        if name == FEEDBACK:
            return self._feedback()
        folders = self._folders()
        if name not in folders:
            raise UnknownData(f"Expected data out of {', '.join([*folders, FEEDBACK])}. Received {name!r:.80}.")
        return _read(NAMED[name], folders[name], stamp_of(folders[name]), self.limits)

    def _folders(self) -> dict[str, Path]:
        found = {name: folder_of(name, self.own, cache_folder()) for name in NAMED}
        return {name: folder for name, folder in found.items() if folder}

    def _feedback(self) -> LabelledSet:
        count = self.feedback.count()
        check_count(count, self.limits)
        if not count:
            raise BadData("Expected drawings of feedback. Received none: POST /feedback keeps them.")
        return kept_set(FEEDBACK, self.feedback.drawings(), self.limits, with_strokes=False)


def _size(folder: Path) -> dict[str, Any]:
    try:
        files = idx.parts_of(folder, only_test=True)
        part = "test" if len(files) < len(idx.image_files(folder)) else "all"
        return {"n": sum(map(idx.count, files.values())), "part": part, "problem": None}
    except BadData as error:
        return {"n": 0, "part": "all", "problem": str(error)}


@lru_cache(maxsize=1)
def _read(named: Named, folder: Path, stamp: str, limits: Limits) -> LabelledSet:  # noqa: ARG001 it tells files from others
    """The last one stays in memory, 8 MB: one set is often scored several times, with several models or crops."""
    return read_named(named, folder, limits, only_test=True)
