"""Scribbles: what people draw who do not write a sign. Made up by seeded code, each kind with the signs that it may be read as.

None of them is a digit: an upright line alone is a 1 and a plain loop a 0, so neither is among them.
"""

import numpy as np

from trainer.data.synthetic.pen import Strokes, arc, line, smooth, turned


def tangle(rng: np.random.Generator) -> Strokes:
    """One long curve to and fro."""
    return [smooth(rng.uniform(-1, 1, (rng.integers(10, 22), 2)))]


def zigzag(rng: np.random.Generator) -> Strokes:
    """Sharp turns, from a saw to a blackened patch."""
    turns = rng.integers(6, 24)
    x = np.linspace(-1, 1, turns) + rng.normal(0, 0.05, turns)
    y = np.where(np.arange(turns) % 2, 1, -1) * rng.uniform(0.5, 1.0) + rng.normal(0, 0.08, turns)
    return turned([np.column_stack([x, y])], rng.uniform(0, np.pi))


def wave(rng: np.random.Generator) -> Strokes:
    """Soft turns."""
    x = np.linspace(-1, 1, 60)
    y = rng.uniform(0.35, 0.7) * np.sin(np.pi * rng.uniform(2.5, 6) * x + rng.uniform(0, 6))
    return turned([np.column_stack([x, y])], rng.uniform(0, np.pi))


def hatching(rng: np.random.Generator) -> Strokes:
    """Three or more lines side by side, some with others across them."""
    layers = []
    for _ in range(rng.choice([1, 1, 2])):
        places = np.linspace(-1, 1, rng.integers(3, 7)) + rng.normal(0, 0.04)
        layers += turned([line((x, rng.uniform(-1, -0.6)), (x, rng.uniform(0.6, 1))) for x in places], rng.uniform(0, np.pi))
    return layers


def dash(rng: np.random.Generator) -> Strokes:
    """A line that lies, or two of them."""
    slope = rng.uniform(-0.35, 0.35)
    return [line((-1, y - slope), (1, y + slope)) for y in rng.choice([0.0, rng.uniform(0.3, 0.8)], rng.integers(1, 3), False)]


def dots(rng: np.random.Generator) -> Strokes:
    """One to seven dots."""
    return [place[None] for place in rng.uniform(-1, 1, (rng.integers(1, 8), 2))]


def spiral(rng: np.random.Generator) -> Strokes:
    """Two to four turns, either way round."""
    angle = np.linspace(0, 2 * np.pi * rng.uniform(2.2, 4.2), 90)
    way = angle * rng.choice([-1, 1]) + rng.uniform(0, 6)
    return [np.column_stack([np.cos(way), np.sin(way)]) * (angle / angle[-1])[:, None] ** rng.uniform(0.7, 1.2)]


def coil(rng: np.random.Generator) -> Strokes:
    """Loops in a row, as one tries a pen."""
    loops = rng.uniform(3, 6)
    angle = np.linspace(0, 2 * np.pi * loops, 100)
    x = angle / angle[-1] * 2 - 1 + rng.uniform(0.2, 0.4) * np.cos(angle)
    return turned([np.column_stack([x, rng.uniform(0.3, 0.8) * np.sin(angle)])], rng.normal(0, 0.3))


def heart(rng: np.random.Generator) -> Strokes:
    """In one stroke."""
    t = np.linspace(-np.pi, np.pi, 60)
    deep = rng.uniform(3.5, 6)
    y = -(13 * np.cos(t) - deep * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16
    return [np.column_stack([np.sin(t) ** 3, y])]


def star(rng: np.random.Generator) -> Strokes:
    """A pentagram, or rays from a middle."""
    begin = rng.uniform(0, 6)
    if rng.random() < 0.5:
        return [line(*((np.sin(begin + 0.8 * np.pi * k), -np.cos(begin + 0.8 * np.pi * k)) for k in range(6)))]
    rays = rng.integers(3, 6)
    return turned([line((-np.cos(a), -np.sin(a)), (np.cos(a), np.sin(a))) for a in np.pi * np.arange(rays) / rays], begin)


def tick(rng: np.random.Generator) -> Strokes:
    """Down and, farther, up again."""
    return [line((-1, rng.uniform(-0.2, 0.3)), (rng.uniform(-0.6, -0.2), 1), (1, rng.uniform(-1, -0.6)))]


def arrow(rng: np.random.Generator) -> Strokes:
    """Any way but up, where its head is that of a 1."""
    wide, back = rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.7)
    return turned([line((-1, 0), (1, 0)), line((back, -wide), (1, 0), (back, wide))], rng.uniform(-0.7, np.pi + 0.7))


def cross(rng: np.random.Generator) -> Strokes:
    """Two lines, upright or not."""
    return turned([line((-1, 0), (1, 0)), line((0, -1), (0, 1))], rng.choice([0, np.pi / 4]) + rng.normal(0, 0.1))


def triangle(rng: np.random.Generator) -> Strokes:
    """Any way up."""
    return turned([line((0, -1), (0.9, 0.7), (-0.9, 0.7), (0, -1))], rng.uniform(0, 6))


def bow(rng: np.random.Generator) -> Strokes:
    """An arc that is open above or below."""
    gap, flip = rng.uniform(-0.06, 0.08), rng.choice([0, 0.5])
    return [arc(0, 0, 1, rng.uniform(0.5, 1.2), flip + gap, flip + 0.5 - gap)]


def fence(rng: np.random.Generator) -> Strokes:
    """Two lines across two lines."""
    near, far = rng.uniform(0.25, 0.5, 2)
    return [line((s * near, -1), (s * near, 1)) for s in (-1, 1)] + [line((-1, s * far), (1, s * far)) for s in (-1, 1)]


def percent(rng: np.random.Generator) -> Strokes:
    """Two small loops beside a slanting line."""
    size = rng.uniform(0.2, 0.35)
    return [arc(-0.6, -0.6, size, size), arc(0.6, 0.6, size, size), line((0.7, -1), (-0.7, 1))]


def house(rng: np.random.Generator) -> Strokes:
    """Walls, a roof, some with a door."""
    door = [line((-0.2, 1), (-0.2, 0.4), (0.2, 0.4), (0.2, 1))] * rng.integers(0, 2)
    return [line((-0.8, 0), (-0.8, 1), (0.8, 1), (0.8, 0), (-0.8, 0), (0, -1), (0.8, 0)), *door]


def sun(rng: np.random.Generator) -> Strokes:
    """A disc with rays, or a flower."""
    rays = rng.integers(6, 11)
    ends = [(np.cos(a), np.sin(a)) for a in 2 * np.pi * np.arange(rays) / rays]
    return [arc(0, 0, 0.45, 0.45), *(line((0.6 * x, 0.6 * y), (x, y)) for x, y in ends)]


def person(rng: np.random.Generator) -> Strokes:
    """A head on a stick, with arms and legs."""
    arms, legs = rng.uniform(-0.4, 0.3), rng.uniform(0.3, 0.7)
    return [
        arc(0, -0.7, 0.3, 0.3),
        line((0, -0.4), (0, 0.3)),
        line((-0.6, arms), (0, -0.1), (0.6, arms)),
        line((-legs, 1), (0, 0.3), (legs, 1)),
    ]


KINDS = {
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
"""How each kind is drawn, and the letters that a drawing of it may well be."""
