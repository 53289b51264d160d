"""Boxes and lines of text at fixed places, written as a PNG or as an SVG that look the same."""

import io
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw

from inkling.plotting.text import drawable, font, printable, shortened

Colour = tuple[int, int, int]

MOST_PIXELS = 12_000_000
"""A PNG is drawn at twice the size, for sharp screens, unless that takes more pixels than this: 36 MB while drawing."""

_ANCHORS = {"start": "l", "middle": "m", "end": "r"}


@dataclass(frozen=True)
class Box:
    """A filled rectangle, in pixels from the top left."""

    left: int
    top: int
    right: int
    bottom: int
    fill: Colour


@dataclass(frozen=True)
class Line:
    """A line of text whose baseline's start, middle or end (`anchor`) is at (x, y). `turned`: it runs upwards.

    `whole`: what it was before it was shortened; the SVG shows it under the pointer.
    """

    x: float
    y: float
    text: str
    size: int
    fill: Colour
    anchor: str = "start"
    turned: bool = False
    whole: str | None = None

    @classmethod
    def fitted(cls, x: float, y: float, text: str, size: int, fill: Colour, room: float, **where) -> "Line":
        """A line that is shortened where it would take more than `room` pixels."""
        short = shortened(text, size, room)
        return cls(x, y, short, size, fill, whole=None if short == printable(text) else text, **where)


@dataclass(frozen=True)
class Drawing:
    """Shapes, drawn in their order on white."""

    width: int
    height: int
    shapes: list[Box | Line]

    def png(self) -> bytes:
        """The drawing as PNG: twice its width and height in pixels, or once where that would be more than MOST_PIXELS."""
        scale = 2 if 4 * self.width * self.height <= MOST_PIXELS else 1
        picture = Image.new("RGB", (self.width * scale, self.height * scale), "white")
        draw = ImageDraw.Draw(picture)
        for shape in self.shapes:
            if isinstance(shape, Box):
                left, top, right, bottom = (side * scale for side in (shape.left, shape.top, shape.right, shape.bottom))
                draw.rectangle((left, top, right - 1, bottom - 1), fill=shape.fill)
            elif shape.turned:
                _draw_turned(picture, shape, scale)
            else:
                place = shape.x * scale, shape.y * scale
                face = font(shape.size * scale)
                draw.text(place, drawable(shape.text), shape.fill, face, _ANCHORS[shape.anchor] + "s")
        out = io.BytesIO()
        picture.save(out, "PNG")
        return out.getvalue()

    def svg(self) -> str:
        """The drawing as SVG: no style sheet, no script, no font but the reader's own, so any content policy lets it pass."""
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" font-family="Helvetica, Arial, sans-serif" role="img">',
            f'<rect width="{self.width}" height="{self.height}" fill="#ffffff"/>',
        ]
        for look, shapes in groupby(self.shapes, _look):
            content = "\n".join(map(_element, shapes))
            parts.append(f"<g {look}>\n{content}\n</g>")
        return "\n".join([*parts, "</svg>", ""])


def _draw_turned(picture: Image.Image, line: Line, scale: int) -> None:
    """Write a line upwards: drawn level on a mask, turned by a quarter, and laid where its baseline belongs."""
    face, text = font(line.size * scale), drawable(line.text)
    ascent, descent = face.getmetrics()
    length = round(face.getlength(text))
    mask = Image.new("L", (length + 2, ascent + descent))
    ImageDraw.Draw(mask).text((1, ascent), text, 255, face, "ls")
    before = {"start": length, "middle": length / 2, "end": 0}[line.anchor]  # how much of it lies above the anchor
    corner = round(line.x * scale) - ascent, round(line.y * scale - before) - 1
    picture.paste(line.fill, corner, mask.transpose(Image.Transpose.ROTATE_90))


def _look(shape: Box | Line) -> str:
    """The attributes that neighbouring shapes have in common."""
    fill = 'fill="#{:02x}{:02x}{:02x}"'.format(*shape.fill)
    return fill if isinstance(shape, Box) else f'{fill} font-size="{shape.size}" text-anchor="{shape.anchor}"'


def _element(shape: Box | Line) -> str:
    if isinstance(shape, Box):
        return (
            f'<rect x="{shape.left}" y="{shape.top}" width="{shape.right - shape.left}" height="{shape.bottom - shape.top}"/>'
        )
    turn = f' transform="rotate(-90 {shape.x:g} {shape.y:g})"' if shape.turned else ""
    whole = f"<title>{escape(printable(shape.whole))}</title>" if shape.whole else ""
    return f'<text x="{shape.x:g}" y="{shape.y:g}"{turn}>{escape(printable(shape.text))}{whole}</text>'
