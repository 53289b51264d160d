"""Which part of a set is scored."""

import numpy as np
import pytest

from server.inference.errors import BadInput
from tests.trainer.conftest import small_settings
from trainer.data.spec import load
from trainer.data.split import split
from trainer.evaluate import evaluate
from trainer.fit import fit


@pytest.fixture(scope="module")
def two_sets(tmp_path_factory):
    """Two halves of the digits as files, and a run fitted on both."""
    folder = tmp_path_factory.mktemp("sets")
    whole = load("digits")
    for half, name in enumerate(("first", "second")):
        np.savez(folder / f"{name}.npz", x=whole.images[half::2], y=whole.targets[half::2])
    specs = (str(folder / "first.npz"), str(folder / "second.npz"))
    return specs, fit(small_settings(data=specs, epochs=1), folder / "run", [])


def test_of_a_set_that_was_fitted_on_only_unseen_images_are_scored(two_sets):
    """Not one of the scored images was trained or validated on, also where several sets were fitted together."""
    specs, run = two_sets
    parts = split([load(spec) for spec in specs], 0, run.settings.validation)
    seen = {image.tobytes() for part in (parts.train, parts.validation) for image in part.images}
    scored = 0
    for spec in specs:
        report, _, part = evaluate(run.path, spec, "1")
        assert "not fitted on" in part
        scored += report["data"]["n"]
    assert scored == len(parts.test)
    assert not seen & {image.tobytes() for image in parts.test.images}


def test_a_set_whose_companions_are_gone_is_refused(two_sets, tmp_path):
    """Without all of the sets nobody can tell which images were kept aside."""
    specs, run = two_sets
    other = np.load(specs[1])
    np.savez(tmp_path / "second.npz", x=other["x"][:50], y=other["y"][:50])
    run.write_json("settings.json", run.settings.to_dict() | {"data": [specs[0], str(tmp_path / "second.npz")]})
    with pytest.raises(BadInput, match="Received others"):
        evaluate(run.path, specs[0], "1")
