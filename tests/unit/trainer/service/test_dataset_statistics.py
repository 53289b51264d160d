"""DatasetStatistics: each version of a dataset is read once, one after the other."""

import threading
from pathlib import Path
from typing import Any

import pytest

from inkling.errors import InvalidDataset
from tests.support.server_process import wait_for
from trainer.service import dataset_statistics
from trainer.service.dataset_statistics import CatalogEntry, DatasetStatistics
from trainer.service.errors import WorkerTimeout

LONG = 10


class FakeWorker:
    """Reads datasets: `slow` ones when they are released, `broken` ones never, `endless` ones until the time is over."""

    def __init__(self):
        self.read: list[str] = []
        self.released = threading.Event()
        self.terminated = ""

    def request(self, *_: Any, spec: str, **__: Any) -> tuple[dict[str, Any], bytes]:
        self.read.append(spec)
        if spec == "slow":
            assert self.released.wait(LONG)
        if spec == "broken":
            raise InvalidDataset("It is broken.")
        if spec == "unexpected":
            raise OSError("No memory for a process.")
        if spec == "endless":
            raise WorkerTimeout("No answer.")
        return {"n": len(self.read), "histogram": {"a": 1}}, b""

    def terminate(self, reason: str) -> None:
        self.terminated = reason


class FakePool:
    """Hands out one worker."""

    def __init__(self):
        self.worker = FakeWorker()

    def data_worker(self, purpose: str) -> FakeWorker:
        assert purpose == "describe"
        return self.worker


@pytest.fixture
def pool() -> FakePool:
    return FakePool()


@pytest.fixture
def statistics(tmp_path: Path, pool: FakePool) -> DatasetStatistics:
    return DatasetStatistics(tmp_path / "data.json", pool)


def entry(name: str, signature: str = "1", **options: bool) -> CatalogEntry:
    """A dataset whose name is its spec."""
    return CatalogEntry(name, name, signature, **options)


def test_each_version_is_read_once(statistics: DatasetStatistics, pool: FakePool, tmp_path: Path):
    """Also by the next process, and also if it cannot be read."""
    entries = [entry("good"), entry("broken")]
    for _ in range(2):
        good, broken = statistics.find(entries, LONG)
        assert (good["n"], good["problem"]) == (1, None)
        assert (broken["n"], broken["problem"]) == (0, "It is broken.")
    assert pool.worker.read == ["good", "broken"]
    assert DatasetStatistics(tmp_path / "data.json", pool).find([entry("good")], 0)[0] == good
    assert statistics.find([entry("good", "2")], LONG)[0]["n"] == 3


def test_slow_dataset_does_not_delay_the_list(statistics: DatasetStatistics, pool: FakePool):
    """Without waiting, it is listed as being read; a second list does not read it again."""
    entries = [entry("slow"), entry("good")]
    for _ in range(3):
        assert [each["n"] for each in statistics.find(entries, 0)] == [None, None]
    pool.worker.released.set()
    assert [each["n"] for each in statistics.find(entries, LONG)] == [1, 2]
    assert pool.worker.read == ["slow", "good"]


def test_endless_dataset_is_given_up(statistics: DatasetStatistics, pool: FakePool):
    """Its worker is terminated; the next dataset is read."""
    endless, good = statistics.find([entry("endless"), entry("good")], LONG)
    assert endless["problem"]
    assert pool.worker.terminated == f"Reading the dataset took over {dataset_statistics.READ_TIMEOUT:.0f} seconds."
    assert good["n"] == 2


def test_failures_do_not_end_the_reading(tmp_path: Path, pool: FakePool):
    """Neither an unexpected error nor a full disk keeps the next dataset from being read."""
    statistics = DatasetStatistics(tmp_path / "missing" / "data.json", pool)
    unexpected, good = statistics.find([entry("unexpected"), entry("good")], LONG)
    assert (unexpected["n"], good["n"]) == (0, 2)
    assert "log" in unexpected["problem"]
    assert statistics.find([entry("another")], LONG)[0]["n"] == 3


def test_datasets_of_one_name_are_different(statistics: DatasetStatistics, pool: FakePool):
    """Two folders may hold files of the same name."""
    entries = [CatalogEntry("train.csv", f"/{folder}/train.csv", "1") for folder in "ab"]
    for _ in range(2):
        assert [each["n"] for each in statistics.find(entries, LONG)] == [1, 2]
    assert pool.worker.read == ["/a/train.csv", "/b/train.csv"]


def test_volatile_dataset_is_read_each_time(statistics: DatasetStatistics, pool: FakePool, tmp_path: Path):
    """Without waiting, the list says what was found last. Nothing is stored."""
    assert statistics.find([entry("feedback", "1.0", is_volatile=True)], LONG)[0]["n"] == 1
    assert statistics.find([entry("feedback", "2.0", is_volatile=True)], LONG)[0]["n"] == 2
    assert statistics.find([entry("feedback", "3.0", is_volatile=True)], 0)[0]["n"] in (2, 3)  # 3 if it has been read by now
    wait_for(lambda: statistics.reading is None, "the dataset to be read")
    statistics.find([entry("good")], LONG)
    assert "feedback" not in (tmp_path / "data.json").read_text()
    assert statistics.find([entry("feedback", "2.5", is_volatile=True)], 0)[0]["n"] == 3
    assert DatasetStatistics(tmp_path / "data.json", pool).find([entry("feedback", "0.1", is_volatile=True)], LONG)[0]["n"] == 5


def test_reading_one_raises_its_error(statistics: DatasetStatistics, pool: FakePool):
    """A fit needs the error itself, also if it is known."""
    statistics.find([entry("broken"), entry("good")], LONG)
    with pytest.raises(InvalidDataset, match="broken"):
        statistics.read(entry("broken"))
    assert statistics.read(entry("good"))["n"] == 2
    assert pool.worker.read == ["broken", "good", "broken"]
