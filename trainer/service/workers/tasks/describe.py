"""What a labelled set holds, in figures."""

from typing import Any

from trainer.service.workers.tasks.reading import known


def run(inside: Any, spec: str, stamp: str) -> dict[str, Any]:  # noqa: ARG001 every task gets it
    """n; histogram: n a label; test: images of the part that the set itself names for tests, else None."""
    read = known(spec, stamp)
    return {
        "n": len(read),
        "labels": list(read.labels),
        "histogram": read.counts(),
        "test": None if read.in_test is None else int(read.in_test.sum()),
        "writers": len(set(read.writers)) if read.writers else None,
        "strokes": sum(drawing is not None for drawing in read.strokes or ()),
        "empty": read.empty,
        "sha256": read.sha256(),
    }
