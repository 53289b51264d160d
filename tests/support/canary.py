"""A model repository with three versions of the model digits."""

from pathlib import Path

from inkling.models.repository import ModelRepository, file_sha256
from tests.support.model_versions import write_model_version

PREVIOUS, CURRENT, CANDIDATE = "previous", "current", "candidate"


def publish_versions(folder: Path, share: float = 0.0) -> dict[str, str]:
    """Publish three versions; return the hash of each. folder: of models. share: of the candidate."""
    repository, files = ModelRepository(folder), folder.parent
    for path in folder.glob("*.onnx"):
        path.unlink()
    hashes = {}
    for number, state in enumerate((PREVIOUS, CURRENT, CANDIDATE), 1):
        file = write_model_version(files, number)
        hashes[state] = file_sha256(file)
        repository.publish_as(file, "digits", share if state == CANDIDATE else None)
    return hashes
