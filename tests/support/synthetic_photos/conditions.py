"""Conditions that make photographs of handwriting hard to read, one by one and combined."""

from dataclasses import replace

import numpy as np

from tests.support.synthetic_photos.paper import RuledLines
from tests.support.synthetic_photos.photograph import Scene

CONDITIONS = {
    "plain": Scene(),
    "gradient": Scene(gradient=0.9),
    "vignette": Scene(vignette=0.9),
    "soft shadow": Scene(shadow=0.8, shadow_softness=0.5),
    "hard shadow": Scene(shadow=0.8, shadow_softness=0.01),
    "cream paper": Scene(paper="cream", roughness=0.8),
    "yellow paper": Scene(paper="yellow", exposure=0.6),
    "recycled paper": Scene(paper="recycled", roughness=1.0, exposure=0.7),
    "lined": Scene(ruled_lines=RuledLines(0.13, 0.4)),
    "strongly lined": Scene(ruled_lines=RuledLines(0.2, 0.9)),
    "squared": Scene(ruled_lines=RuledLines(0.1, 0.4, True)),
    "lined, slanted": Scene(ruled_lines=RuledLines(0.15, 0.6), tilt=0.7),
    "blue ink": Scene(ink="blue", gradient=0.5),
    "red ink": Scene(ink="red", gradient=0.3),
    "pencil": Scene(ink="pencil", gradient=0.4),
    "pencil on lined": Scene(ink="pencil", ruled_lines=RuledLines(0.16, 0.35)),
    "blurred": Scene(blur=0.7, gradient=0.4),
    "noisy": Scene(noise=1.0, exposure=0.35),
    "JPEG": Scene(quality=15, gradient=0.3),
    "slanted": Scene(tilt=1.0, gradient=0.5),
    "table": Scene(table=0.15),
    "dust": Scene(dust=1.0),
    "frame": Scene(frame=0.5),
    "blackboard": Scene(is_blackboard=True, ink="chalk", roughness=1.0, gradient=0.5),
}
"""One difficulty each, at about the strength of real submissions. The names seed the tests."""


def mixed_scene(rng: np.random.Generator) -> Scene:
    """A scene with two or three random difficulties."""
    difficulties = [
        {"gradient": rng.uniform(0.4, 1)},
        {"vignette": rng.uniform(0.4, 1)},
        {"shadow": rng.uniform(0.4, 0.9), "shadow_softness": rng.choice([0.01, 0.05, 0.4])},
        {"ruled_lines": RuledLines(rng.uniform(0.08, 0.25), rng.uniform(0.2, 0.8), bool(rng.integers(2)))},
        {"ink": str(rng.choice(["blue", "pencil", "red"]))},
        {"paper": str(rng.choice(["cream", "recycled", "yellow", "green", "pink", "blue"]))},
        {"tilt": rng.uniform(0.3, 1)},
        {"blur": rng.uniform(0.2, 0.6)},
        {"noise": rng.uniform(0.3, 1)},
        {"quality": int(rng.integers(25, 60))},
        {"dust": rng.uniform(0.3, 1)},
        {"table": rng.uniform(0.05, 0.15)},
        {"exposure": rng.uniform(0.3, 0.7)},
    ]
    scene = Scene()
    for chosen in rng.choice(len(difficulties), rng.integers(2, 4), replace=False):
        scene = replace(scene, **difficulties[chosen])
    return scene
