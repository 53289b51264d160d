"""GET /models/NAME/file."""

from pathlib import Path

from flask.testing import FlaskClient

from inkling.models.repository import file_sha256
from tests.support.assertions import assert_error


def test_file_is_downloaded(client: FlaskClient, models_folder: Path):
    """The bytes of the file, to be saved under its name; the ETag is its hash, and unchanged files are not sent again."""
    path = models_folder / "digits.onnx"
    answer = client.get("/models/digits/file")
    assert (answer.status_code, answer.data) == (200, path.read_bytes())
    assert answer.headers["Content-Disposition"] == 'attachment; filename="digits.onnx"'
    assert answer.get_etag() == (file_sha256(path), False)
    again = client.get("/models/digits/file", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head("/models/digits/file").headers["Content-Length"] == str(path.stat().st_size)


def test_missing_files(client: FlaskClient, models_folder: Path):
    """A model that isn't loaded, and one whose file was deleted a moment ago."""
    assert_error(client.get("/models/other/file"), 404, "model_not_found")
    (models_folder / "digits.onnx").unlink()
    assert_error(client.get("/models/digits/file"), 404, "model_not_found")
