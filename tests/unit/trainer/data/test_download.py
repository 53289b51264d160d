"""Named datasets: downloaded once, verified and cached, or found in INKLING_DATA."""

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


class FileHandler(http.server.BaseHTTPRequestHandler):
    """Serves files by name and records the requested paths. `missing`: bytes announced but not sent."""

    def do_GET(self) -> None:
        """Send a file."""
        self.server.requested.append(self.path)
        data = self.server.files.get(self.path.rsplit("/", 1)[-1])
        self.send_response(200 if data is not None else 404)
        if data is not None:
            self.send_header("Content-Length", str(len(data) + self.server.missing))
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def site() -> Iterator[http.server.HTTPServer]:
    """An HTTP server on loopback without files."""
    with http.server.HTTPServer(("127.0.0.1", 0), FileHandler) as server:
        server.files, server.requested, server.missing = {}, [], 0
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def source(site: http.server.HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """A named dataset on that server, an empty cache, and no INKLING_DATA."""
    for split, count in (("train-", 8), ("t10k-", 4)):
        images = drawings(count, seed=count)
        dataset_files.write_idx_pair(images, dataset_files.labels(count), tmp_path / "named", split, packed=True)
    site.files.update({name: (tmp_path / "named" / name).read_bytes() for name in IDX_FILES})
    md5 = tuple(hashlib.md5(site.files[name], usedforsecurity=False).hexdigest() for name in IDX_FILES)
    named = Source("named", ("ant", "zebra", "cow"), f"http://127.0.0.1:{site.server_port}/named/", md5)
    monkeypatch.setitem(SOURCES, "named", named)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("INKLING_DATA", raising=False)
    return named


def cached_files(tmp_path: Path) -> list[str]:
    """The files in the cache."""
    return sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())


def test_a_dataset_is_downloaded_once(
    source: Source, site: http.server.HTTPServer, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    """With a progress bar on standard error."""
    first, second = spec.load(source.name), spec.load(source.name)
    assert first.sha256() == second.sha256()
    assert (first.name, first.labels) == ("named", ("ant", "cow", "zebra"))
    assert [first.labels[target] for target in first.targets[:3]] == ["ant", "zebra", "cow"]
    assert first.in_test.tolist() == [False] * 8 + [True] * 4
    assert site.requested == ["/named/" + name for name in IDX_FILES]
    assert cached_files(tmp_path) == sorted(IDX_FILES)
    out, err = capsys.readouterr()
    assert out == ""
    assert all(name in err for name in IDX_FILES)
    assert "100%" in err


def test_a_damaged_cached_file_is_downloaded_again(source: Source, site: http.server.HTTPServer) -> None:
    """And no other file."""
    spec.load(source.name)
    path = cache.ensure_downloaded(source) / IDX_FILES[0]
    path.write_bytes(b"damaged")
    site.requested.clear()
    assert len(spec.load(source.name)) == 12
    assert site.requested == ["/named/" + IDX_FILES[0]]


def download_error(source: Source) -> str:
    """The message of a failed download, which names the alternatives."""
    with pytest.raises(DownloadFailed) as error:
        spec.load(source.name)
    message = str(error.value)
    assert all(name in message for name in ("INKLING_DATA", "--data PATH", "--data digits"))
    return message


def test_wrong_hash(source: Source, site: http.server.HTTPServer, tmp_path: Path) -> None:
    """The file is not cached."""
    site.files[IDX_FILES[1]] = b"something else"
    assert "MD5" in download_error(source)
    assert cached_files(tmp_path) == [IDX_FILES[0]]


def test_incomplete_download(source: Source, site: http.server.HTTPServer, tmp_path: Path) -> None:
    """The file is not cached."""
    site.missing = 1000
    download_error(source)
    assert cached_files(tmp_path) == []


def test_missing_file(source: Source, site: http.server.HTTPServer, tmp_path: Path) -> None:
    """The message has the URL and the status."""
    site.files.clear()
    assert f"{source.url}{IDX_FILES[0]}: 404" in download_error(source)
    assert cached_files(tmp_path) == []


def test_too_large_file(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The download ends at the limit."""
    monkeypatch.setattr(download, "MAX_BYTES", 100)
    assert "100 bytes" in download_error(source)
    assert cached_files(tmp_path) == []


def test_no_connection(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message is a single line."""
    closed = replace(source, url="http://127.0.0.1:9/named/")  # the discard port, on which nothing listens
    monkeypatch.setitem(SOURCES, source.name, closed)
    message = download_error(closed)
    assert "Connection refused" in message
    assert "\n" not in message


def test_unwritable_cache(source: Source, tmp_path: Path) -> None:
    """Fails as a download error."""
    (tmp_path / "cache").write_text("a file where the folder should be")
    download_error(source)


def test_the_data_folder_has_precedence(
    source: Source, site: http.server.HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Datasets in INKLING_DATA are not downloaded, others are."""
    monkeypatch.setenv("INKLING_DATA", str(tmp_path))
    assert len(spec.load(source.name)) == 12
    assert site.requested == []
    monkeypatch.setenv("INKLING_DATA", str(tmp_path / "named"))
    assert len(spec.load(source.name)) == 12
    assert len(site.requested) == 4


def test_missing_data_folder(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """INKLING_DATA must exist."""
    monkeypatch.setenv("INKLING_DATA", str(tmp_path / "absent"))
    with pytest.raises(InvalidDataset, match="INKLING_DATA"):
        spec.load(source.name)


def test_unexpected_labels(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files have other labels than the named dataset."""
    dataset_files.write_idx_pair(drawings(4), dataset_files.labels(4, 4), tmp_path / "named", "train-", packed=True)
    monkeypatch.setenv("INKLING_DATA", str(tmp_path))
    with pytest.raises(InvalidDataset):
        spec.load(source.name)


def test_mnist(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """INKLING_DATA may be the folder of MNIST or the one above; the hashes are those of the real files."""
    for folder in (mnist_folder, mnist_folder.parent):
        monkeypatch.setenv("INKLING_DATA", str(folder))
        dataset = spec.load("mnist")
        assert (dataset.name, len(dataset), dataset.in_test.sum()) == ("mnist", 70_000, 10_000)
    source = sources.SOURCES["mnist"]
    assert [download.file_md5(mnist_folder / name) for name in IDX_FILES] == list(source.md5)


def test_digits_need_no_download(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,797 images with full-strength ink."""
    monkeypatch.setattr(download, "download", None)
    dataset = spec.load("digits")
    assert (dataset.images.shape, dataset.labels, dataset.empty) == ((1797, 28, 28), tuple("0123456789"), 0)
    assert (dataset.images.max((1, 2)) == 255).all()
    assert dataset.in_test is None


@pytest.mark.parametrize("name", ["", "mnits", "./nowhere", "a\0b"])
def test_unknown_specs(name: str) -> None:
    """The message lists the names and formats."""
    with pytest.raises(InvalidDataset) as error:
        spec.load(name)
    assert all(
        dataset in str(error.value) for dataset in (*spec.dataset_names(), ".npz", "IDX", ".jsonl", "CSV", "sprite", "folder")
    )


def test_paths(tmp_path: Path) -> None:
    """Are loaded as by the server."""
    path = tmp_path / "set.npz"
    path.write_bytes(dataset_files.npz(x=drawings(4), y=np.arange(4)))
    assert spec.load(str(path)).sha256() == load_path(path, LIMITS).sha256()
