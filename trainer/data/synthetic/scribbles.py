"""Synthetic scribbles: common drawings that are not characters, one function per kind.

None of them resembles a digit, so there is no single vertical line (a 1) and no plain loop (a 0).
"""

import numpy as np

from trainer.data.synthetic.drawing import Strokes, arc, line, rotate, smooth


def tangle(rng: np.random.Generator) -> Strokes:
    """One long tangled curve."""
    return [smooth(rng.uniform(-1, 1, (rng.integers(10, 22), 2)))]


def zigzag(rng: np.random.Generator) -> Strokes:
    """Sharp turns, from a saw tooth to a filled patch."""
    turns = rng.integers(6, 24)
    x = np.linspace(-1, 1, turns) + rng.normal(0, 0.05, turns)
    y = np.where(np.arange(turns) % 2, 1, -1) * rng.uniform(0.5, 1.0) + rng.normal(0, 0.08, turns)
    return rotate([np.column_stack([x, y])], rng.uniform(0, np.pi))


def wave(rng: np.random.Generator) -> Strokes:
    """A sine wave."""
    x = np.linspace(-1, 1, 60)
    y = rng.uniform(0.35, 0.7) * np.sin(np.pi * rng.uniform(2.5, 6) * x + rng.uniform(0, 6))
    return rotate([np.column_stack([x, y])], rng.uniform(0, np.pi))


def hatching(rng: np.random.Generator) -> Strokes:
    """Three or more parallel lines, sometimes crossed by others."""
    layers = []
    for _ in range(rng.choice([1, 1, 2])):
        places = np.linspace(-1, 1, rng.integers(3, 7)) + rng.normal(0, 0.04)
        layers += rotate([line((x, rng.uniform(-1, -0.6)), (x, rng.uniform(0.6, 1))) for x in places], rng.uniform(0, np.pi))
    return layers


def dash(rng: np.random.Generator) -> Strokes:
    """One or two nearly horizontal lines."""
    slope = rng.uniform(-0.35, 0.35)
    return [line((-1, y - slope), (1, y + slope)) for y in rng.choice([0.0, rng.uniform(0.3, 0.8)], rng.integers(1, 3), False)]


def dots(rng: np.random.Generator) -> Strokes:
    """One to seven dots."""
    return [place[None] for place in rng.uniform(-1, 1, (rng.integers(1, 8), 2))]


def spiral(rng: np.random.Generator) -> Strokes:
    """Two to four turns in either direction."""
    angle = np.linspace(0, 2 * np.pi * rng.uniform(2.2, 4.2), 90)
    way = angle * rng.choice([-1, 1]) + rng.uniform(0, 6)
    return [np.column_stack([np.cos(way), np.sin(way)]) * (angle / angle[-1])[:, None] ** rng.uniform(0.7, 1.2)]


def coil(rng: np.random.Generator) -> Strokes:
    """A row of loops."""
    loops = rng.uniform(3, 6)
    angle = np.linspace(0, 2 * np.pi * loops, 100)
    x = angle / angle[-1] * 2 - 1 + rng.uniform(0.2, 0.4) * np.cos(angle)
    return rotate([np.column_stack([x, rng.uniform(0.3, 0.8) * np.sin(angle)])], rng.normal(0, 0.3))


def heart(rng: np.random.Generator) -> Strokes:
    """A heart in one stroke."""
    t = np.linspace(-np.pi, np.pi, 60)
    deep = rng.uniform(3.5, 6)
    y = -(13 * np.cos(t) - deep * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16
    return [np.column_stack([np.sin(t) ** 3, y])]


def star(rng: np.random.Generator) -> Strokes:
    """A pentagram, or lines through a center."""
    begin = rng.uniform(0, 6)
    if rng.random() < 0.5:
        return [line(*((np.sin(begin + 0.8 * np.pi * k), -np.cos(begin + 0.8 * np.pi * k)) for k in range(6)))]
    rays = rng.integers(3, 6)
    return rotate([line((-np.cos(a), -np.sin(a)), (np.cos(a), np.sin(a))) for a in np.pi * np.arange(rays) / rays], begin)


def tick(rng: np.random.Generator) -> Strokes:
    """A check mark."""
    return [line((-1, rng.uniform(-0.2, 0.3)), (rng.uniform(-0.6, -0.2), 1), (1, rng.uniform(-1, -0.6)))]


def arrow(rng: np.random.Generator) -> Strokes:
    """In any direction but up, where it would resemble a 1."""
    wide, back = rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.7)
    return rotate([line((-1, 0), (1, 0)), line((back, -wide), (1, 0), (back, wide))], rng.uniform(-0.7, np.pi + 0.7))


def cross(rng: np.random.Generator) -> Strokes:
    """Two crossing lines, upright or diagonal."""
    return rotate([line((-1, 0), (1, 0)), line((0, -1), (0, 1))], rng.choice([0, np.pi / 4]) + rng.normal(0, 0.1))


def triangle(rng: np.random.Generator) -> Strokes:
    """In any orientation."""
    return rotate([line((0, -1), (0.9, 0.7), (-0.9, 0.7), (0, -1))], rng.uniform(0, 6))


def bow(rng: np.random.Generator) -> Strokes:
    """An arc that is open at the top or bottom."""
    gap, flip = rng.uniform(-0.06, 0.08), rng.choice([0, 0.5])
    return [arc(0, 0, 1, rng.uniform(0.5, 1.2), flip + gap, flip + 0.5 - gap)]


def fence(rng: np.random.Generator) -> Strokes:
    """Two vertical and two horizontal lines."""
    near, far = rng.uniform(0.25, 0.5, 2)
    return [line((s * near, -1), (s * near, 1)) for s in (-1, 1)] + [line((-1, s * far), (1, s * far)) for s in (-1, 1)]


def percent(rng: np.random.Generator) -> Strokes:
    """Two small loops and a diagonal line."""
    size = rng.uniform(0.2, 0.35)
    return [arc(-0.6, -0.6, size, size), arc(0.6, 0.6, size, size), line((0.7, -1), (-0.7, 1))]


def house(rng: np.random.Generator) -> Strokes:
    """Walls and a roof, sometimes a door."""
    door = [line((-0.2, 1), (-0.2, 0.4), (0.2, 0.4), (0.2, 1))] * rng.integers(0, 2)
    return [line((-0.8, 0), (-0.8, 1), (0.8, 1), (0.8, 0), (-0.8, 0), (0, -1), (0.8, 0)), *door]


def sun(rng: np.random.Generator) -> Strokes:
    """A circle with rays."""
    rays = rng.integers(6, 11)
    ends = [(np.cos(a), np.sin(a)) for a in 2 * np.pi * np.arange(rays) / rays]
    return [arc(0, 0, 0.45, 0.45), *(line((0.6 * x, 0.6 * y), (x, y)) for x, y in ends)]


def person(rng: np.random.Generator) -> Strokes:
    """A stick figure."""
    arms, legs = rng.uniform(-0.4, 0.3), rng.uniform(0.3, 0.7)
    return [
        arc(0, -0.7, 0.3, 0.3),
        line((0, -0.4), (0, 0.3)),
        line((-0.6, arms), (0, -0.1), (0.6, arms)),
        line((-legs, 1), (0, 0.3), (legs, 1)),
    ]


SCRIBBLE_KINDS = {
    tangle: "",
    zigzag: "mMnNvVwWzZ",
    wave: "mMnNsSuvwWzZ",
    hatching: "HmMnNuwWXx",
    dash: "",
    dots: "i",
    spiral: "ceGQO",
    coil: "elmnrsuw",
    heart: "vV",
    star: "xXA",
    tick: "vVLr",
    arrow: "kKtTyYxX",
    cross: "tTxX",
    triangle: "ADdvV",
    bow: "cCnuUvV",
    fence: "H",
    percent: "",
    house: "",
    sun: "",
    person: "",
}
"""The function that draws each kind, and the letters that its drawings may resemble."""
