"""Named sets: fetched once from a server (here on loopback), checked, cached; or found in the folder of INKLING_DATA."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inkling.datasets.loader import load_path
from inkling.datasets.registry import IDX_FILES
from inkling.errors import InvalidDataset
from tests.support import dataset_files
from tests.support.dataset_files import LIMITS, drawings
from trainer.data import cache, download, sources, spec
from trainer.data.download import DownloadFailed
from trainer.data.sources import SOURCES, Source


class Files(http.server.BaseHTTPRequestHandler):
    """Answers with the server's files, by name; counts the requests; promises more than it sends where it is told to."""

    def do_GET(self) -> None:
        """One file."""
        self.server.asked.append(self.path)
        data = self.server.files.get(self.path.rsplit("/", 1)[-1])
        self.send_response(200 if data is not None else 404)
        if data is not None:
            self.send_header("Content-Length", str(len(data) + self.server.missing))
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[http.server.HTTPServer]:
    """A server on loopback with nothing to give yet."""
    with http.server.HTTPServer(("127.0.0.1", 0), Files) as server:
        server.files, server.asked, server.missing = {}, [], 0
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def source(site: http.server.HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """A named set that the site gives, with an empty cache, and no folder of data sets."""
    for part, count in (("train-", 8), ("t10k-", 4)):
        images = drawings(count, seed=count)
        dataset_files.write_idx_pair(images, dataset_files.labels(count), tmp_path / "made", part, packed=True)
    site.files.update({name: (tmp_path / "made" / name).read_bytes() for name in IDX_FILES})
    md5 = tuple(hashlib.md5(site.files[name], usedforsecurity=False).hexdigest() for name in IDX_FILES)
    made = Source("made", ("ant", "zebra", "cow"), f"http://127.0.0.1:{site.server_port}/made/", md5)
    monkeypatch.setitem(SOURCES, "made", made)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("INKLING_DATA", raising=False)
    return made


def kept(tmp_path: Path) -> list[str]:
    """The files in the cache."""
    return sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())


def test_fetches_once(source: Source, site: http.server.HTTPServer, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """A set is fetched with a bar on standard error, named labels are in order, and a second load asks for nothing."""
    first, second = spec.load(source.name), spec.load(source.name)
    assert first.sha256() == second.sha256()
    assert (first.name, first.labels) == ("made", ("ant", "cow", "zebra"))
    assert [first.labels[target] for target in first.targets[:3]] == ["ant", "zebra", "cow"]
    assert first.in_test.tolist() == [False] * 8 + [True] * 4
    assert site.asked == ["/made/" + name for name in IDX_FILES]
    assert kept(tmp_path) == sorted(IDX_FILES)
    out, err = capsys.readouterr()
    assert out == ""
    assert all(name in err for name in IDX_FILES)
    assert "100%" in err


def test_a_damaged_file_in_the_cache_is_fetched_again(source: Source, site: http.server.HTTPServer) -> None:
    """A cached file that lost its hash is replaced, and only that one."""
    spec.load(source.name)
    place = cache.ensure_downloaded(source) / IDX_FILES[0]
    place.write_bytes(b"damaged")
    site.asked.clear()
    assert len(spec.load(source.name)) == 12
    assert site.asked == ["/made/" + IDX_FILES[0]]


def refused(source: Source) -> str:
    """The sentence that a load fails with: it must say what to do instead."""
    with pytest.raises(DownloadFailed) as failed:
        spec.load(source.name)
    sentence = str(failed.value)
    assert all(way in sentence for way in ("INKLING_DATA", "--data PATH", "--data digits"))
    return sentence


def test_wrong_hash(source: Source, site: http.server.HTTPServer, tmp_path: Path) -> None:
    """A file that is not the right one is refused and not kept."""
    site.files[IDX_FILES[1]] = b"something else"
    assert "MD5" in refused(source)
    assert kept(tmp_path) == [IDX_FILES[0]]


def test_file_that_breaks_off(source: Source, site: http.server.HTTPServer, tmp_path: Path) -> None:
    """A connection that ends early is told as such, and nothing is kept."""
    site.missing = 1000
    assert "broke off" in refused(source)
    assert kept(tmp_path) == []


def test_file_that_is_not_there(source: Source, site: http.server.HTTPServer, tmp_path: Path) -> None:
    """A 404 is told with its address."""
    site.files.clear()
    assert f"{source.url}{IDX_FILES[0]}: it answered 404" in refused(source)
    assert kept(tmp_path) == []


def test_file_without_end(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than any set's is not read on."""
    monkeypatch.setattr(download, "MOST_BYTES", 100)
    assert "at most 100 bytes" in refused(source)
    assert kept(tmp_path) == []


def test_closed_network(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody answers, one sentence says so and names the ways around it."""
    closed = replace(source, url="http://127.0.0.1:9/made/")  # the discard port, on which nothing listens
    monkeypatch.setitem(SOURCES, source.name, closed)
    sentence = refused(closed)
    assert "Connection refused" in sentence
    assert "\n" not in sentence


def test_cache_that_cannot_be_written(source: Source, tmp_path: Path) -> None:
    """A cache folder that cannot be made is told, not traced."""
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert "to write into" in refused(source)


def test_own_folder_comes_first(
    source: Source, site: http.server.HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What INKLING_DATA holds is not fetched; what it lacks is."""
    monkeypatch.setenv("INKLING_DATA", str(tmp_path))
    assert len(spec.load(source.name)) == 12
    assert site.asked == []
    monkeypatch.setenv("INKLING_DATA", str(tmp_path / "made"))
    assert len(spec.load(source.name)) == 12
    assert len(site.asked) == 4


def test_own_folder_that_is_none(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An INKLING_DATA that leads nowhere is refused, not passed over."""
    monkeypatch.setenv("INKLING_DATA", str(tmp_path / "absent"))
    with pytest.raises(InvalidDataset, match="INKLING_DATA to name a folder"):
        spec.load(source.name)


def test_labels_beyond_the_catalogue(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files with other labels than the named set has are refused."""
    dataset_files.write_idx_pair(drawings(4), dataset_files.labels(4, 4), tmp_path / "made", "train-", packed=True)
    monkeypatch.setenv("INKLING_DATA", str(tmp_path))
    with pytest.raises(InvalidDataset, match="Received the label 3"):
        spec.load(source.name)


def test_mnist_by_its_own_folder(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """INKLING_DATA may name the folder above MNIST, or MNIST's own; the catalogue's hashes are those of the real files."""
    for folder in (mnist_folder, mnist_folder.parent):
        monkeypatch.setenv("INKLING_DATA", str(folder))
        known = spec.load("mnist")
        assert (known.name, len(known), known.in_test.sum()) == ("mnist", 70_000, 10_000)
    source = sources.SOURCES["mnist"]
    assert [download.file_md5(mnist_folder / name) for name in IDX_FILES] == list(source.md5)


def test_digits_need_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """scikit-learn's digits are there at once: 1,797 images with ink of full strength."""
    monkeypatch.setattr(download, "download", None)
    known = spec.load("digits")
    assert (known.images.shape, known.labels, known.empty) == ((1797, 28, 28), tuple("0123456789"), 0)
    assert (known.images.max((1, 2)) == 255).all()
    assert known.in_test is None


@pytest.mark.parametrize("name", ["", "mnits", "./nowhere", "a\0b"])
def test_unknown_name(name: str) -> None:
    """A spec that is neither a name nor a path is refused with all that it could be."""
    with pytest.raises(InvalidDataset) as failed:
        spec.load(name)
    assert all(
        known in str(failed.value) for known in (*spec.dataset_names(), ".npz", "IDX", ".jsonl", "CSV", "sprite", "folder")
    )


def test_a_path_is_a_spec(tmp_path: Path) -> None:
    """A path reads as the server would read it."""
    place = tmp_path / "set.npz"
    place.write_bytes(dataset_files.npz(x=drawings(4), y=np.arange(4)))
    assert spec.load(str(place)).sha256() == load_path(place, LIMITS).sha256()
