"""Conditions: the troubles that photographs of handwriting have, one by one and together."""

import numpy as np

from tests.support.synthetic_photos.photograph import Scene, at_random
from tests.support.synthetic_photos.sheet import Rules

CONDITIONS = {
    "plain": Scene(),
    "gradient": Scene(gradient=0.9),
    "vignette": Scene(vignette=0.9),
    "soft shadow": Scene(shadow=0.8, softness=0.5),
    "hard shadow": Scene(shadow=0.8, softness=0.01),
    "cream paper": Scene(tint="cream", roughness=0.8),
    "yellow paper": Scene(tint="yellow", exposure=0.6),
    "recycled paper": Scene(tint="recycled", roughness=1.0, exposure=0.7),
    "lined": Scene(rules=Rules(0.13, 0.4)),
    "strongly lined": Scene(rules=Rules(0.2, 0.9)),
    "squared": Scene(rules=Rules(0.1, 0.4, True)),
    "lined, slanted": Scene(rules=Rules(0.15, 0.6), slant=0.7),
    "blue ink": Scene(ink="blue", gradient=0.5),
    "red ink": Scene(ink="red", gradient=0.3),
    "pencil": Scene(ink="pencil", gradient=0.4),
    "pencil on lined": Scene(ink="pencil", rules=Rules(0.16, 0.35)),
    "blurred": Scene(blur=0.7, gradient=0.4),
    "noisy": Scene(noise=1.0, exposure=0.35),
    "JPEG": Scene(quality=15, gradient=0.3),
    "slanted": Scene(slant=1.0, gradient=0.5),
    "table": Scene(table=0.15),
    "dust": Scene(dust=1.0),
    "frame": Scene(frame=0.5),
    "blackboard": Scene(board=True, ink="chalk", roughness=1.0, gradient=0.5),
}
"""One trouble each, at about the strength in which it is met."""


def mixed(rng: np.random.Generator) -> Scene:
    """Two or three troubles at once."""
    return at_random(Scene(), rng)
